//! How session tokens of version 2 write permissions: features, actions, and a bit map between.
//!
//! `org:invoices:read` is the action `read` on the feature `invoices`. `per` lists actions, `fea`
//! the features, and `fpm` has for each feature a number whose bit *i* says that the *i*-th action
//! is permitted.

/// Permissions in the compact form.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Compact {
    /// Features, each once, in the order of their first permission.
    pub(super) features: Vec<String>,
    /// Actions, each once, in the order of their first permission.
    pub(super) actions: Vec<String>,
    /// For each feature the bits of the permitted actions.
    pub(super) map: Vec<u64>,
}

impl Compact {
    /// Compacts permissions; what is not `org:<feature>:<action>` has no place in the compact form.
    pub(super) fn of(permissions: &[String]) -> Self {
        let mut compact = Self::default();
        for permission in permissions {
            let mut parts = permission.splitn(3, ':');
            let (Some("org"), Some(feature), Some(action)) =
                (parts.next(), parts.next(), parts.next())
            else {
                continue;
            };
            let at = position(&mut compact.features, feature);
            let bit = position(&mut compact.actions, action);
            compact.map.resize(compact.features.len(), 0);
            if let (Some(bits), Some(mask)) = (
                compact.map.get_mut(at),
                u32::try_from(bit).ok().and_then(|b| 1_u64.checked_shl(b)),
            ) {
                *bits |= mask;
            }
        }
        compact
    }

    /// The claim `per`.
    pub(super) fn per(&self) -> String {
        self.actions.join(",")
    }

    /// The claim `fpm`.
    pub(super) fn fpm(&self) -> String {
        self.map.iter().map(u64::to_string).collect::<Vec<_>>().join(",")
    }

    /// The claim `fea`.
    pub(super) fn fea(&self) -> String {
        self.features.iter().map(|feature| format!("o:{feature}")).collect::<Vec<_>>().join(",")
    }
}

fn position(list: &mut Vec<String>, item: &str) -> usize {
    list.iter().position(|known| known == item).unwrap_or_else(|| {
        list.push(item.to_owned());
        list.len() - 1
    })
}

#[cfg(test)]
mod tests {
    use super::Compact;

    #[test]
    fn permissions_become_features_actions_and_bits() {
        let permissions = ["org:invoices:read", "org:invoices:write", "org:members:read"];
        let compact = Compact::of(&permissions.map(str::to_owned));
        assert_eq!(compact.fea(), "o:invoices,o:members");
        assert_eq!(compact.per(), "read,write");
        assert_eq!(compact.fpm(), "3,1");
    }

    #[test]
    fn what_names_no_feature_is_left_out() {
        assert_eq!(Compact::of(&["admin".to_owned()]), Compact::default());
    }
}
