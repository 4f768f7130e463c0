//! Which parts of a request decide: `--match +header:x-tenant,-query:ts,-body:/nonce`.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde_json::Value;

use crate::json::Input;
use crate::tape::replay::essence::Content;

/// Which parts of a request decide which recording answers it.
///
/// Unless something else is said: the method, the path, the query and the content.
///
/// # Shapes
///
/// Written as parts that are added (`+`) or taken away (`-`), separated by commas, each in its turn:
/// `method`, `path`, `host`, `query`, `query:NAME`, `header:NAME`, `body`, `body:/json/pointer`
/// (`*` stands for any one name or index). `-query,+query:page` compares the page alone;
/// `-body:/nonce` compares all of the content but the nonce. For a form, `body:/name` is its field.
/// `-header:NAME` says that recordings are not told apart by that header field.
///
/// # Examples
///
/// ```
/// use standin::tape::replay::Matching;
///
/// assert!("+header:x-tenant,-body:/sent_at".parse::<Matching>().is_ok());
/// let wrong = "+weather".parse::<Matching>().unwrap_err();
/// assert!(wrong.to_string().starts_with("`weather` is no part of a request"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matching {
    pub(crate) method: bool,
    pub(crate) path: bool,
    pub(crate) host: bool,
    pub(crate) query: Chosen,
    body: Chosen,
    pub(crate) headers: BTreeSet<String>,
    /// Header fields by which recordings are not told apart.
    pub(crate) unheard: BTreeSet<String>,
}

/// All but some, or some alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chosen {
    all: bool,
    /// The exceptions.
    others: BTreeSet<String>,
}

impl Chosen {
    const fn all() -> Self {
        Self { all: true, others: BTreeSet::new() }
    }

    pub(crate) fn counts(&self, name: &str) -> bool {
        self.all != self.others.contains(name)
    }

    fn set(&mut self, name: Option<&str>, counts: bool) {
        match name {
            None => *self = Self { all: counts, others: BTreeSet::new() },
            Some(name) if self.all == counts => {
                self.others.remove(name);
            }
            Some(name) => {
                self.others.insert(name.to_owned());
            }
        }
    }
}

impl Default for Matching {
    fn default() -> Self {
        Self {
            method: true,
            path: true,
            host: false,
            query: Chosen::all(),
            body: Chosen::all(),
            headers: BTreeSet::new(),
            unheard: BTreeSet::new(),
        }
    }
}

/// A text that says nothing about matching.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MatchingError {
    /// It begins with neither `+` nor `-`.
    #[error("`{0}` begins with neither `+` (also compare) nor `-` (do not compare)")]
    Unsigned(String),
    /// There is no such part.
    #[error(
        "`{0}` is no part of a request: method, path, host, query, query:NAME, header:NAME, body, \
         body:/POINTER"
    )]
    Unknown(String),
}

impl FromStr for Matching {
    type Err = MatchingError;

    fn from_str(text: &str) -> Result<Self, MatchingError> {
        let mut matching = Self::default();
        matching.change(text)?;
        Ok(matching)
    }
}

impl Matching {
    /// Adds and takes away parts.
    ///
    /// # Errors
    ///
    /// [`MatchingError`] where the text names none; what stood before it is changed already.
    pub fn change(&mut self, text: &str) -> Result<(), MatchingError> {
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (counts, named) = match part.split_at_checked(1) {
                Some(("+", named)) => (true, named),
                Some(("-", named)) => (false, named),
                Some(_) | None => return Err(MatchingError::Unsigned(part.to_owned())),
            };
            let unknown = || MatchingError::Unknown(named.to_owned());
            let (kind, name) = match named.split_once(':') {
                Some((_, "")) => return Err(unknown()),
                Some((kind, name)) => (kind, Some(name)),
                None => (named, None),
            };
            match (kind, name) {
                ("method", None) => self.method = counts,
                ("path", None) => self.path = counts,
                ("host", None) => self.host = counts,
                ("query", name) => self.query.set(name, counts),
                ("body", Some(name)) if !name.starts_with('/') => return Err(unknown()),
                ("body", name) => self.body.set(name, counts),
                ("header", Some(name)) => {
                    let name = name.to_ascii_lowercase();
                    if counts {
                        self.unheard.remove(&name);
                        self.headers.insert(name);
                    } else if !self.headers.remove(&name) {
                        self.unheard.insert(name);
                    }
                }
                (_, _) => return Err(unknown()),
            }
        }
        Ok(())
    }

    /// Whether anything of the content decides.
    pub(crate) fn reads_body(&self) -> bool {
        self.body.all || !self.body.others.is_empty()
    }

    /// What of content decides.
    pub(crate) fn pruned<'a>(&self, content: Content<'a>) -> Content<'a> {
        if self.body == Chosen::all() {
            return content;
        }
        match content {
            Content::Form(mut pairs) => {
                let matches = |name: &str| {
                    self.body.others.iter().any(|path| is_at(path, &format!("/{name}")))
                };
                pairs.retain(|(name, _)| self.body.all != matches(name));
                Content::Form(pairs)
            }
            Content::Json(input) => {
                let mut value = input.view().to_value().into_owned();
                prune(&mut value, &mut String::new(), &self.body, false);
                Content::Json(Input::Value(value))
            }
            // Content without names is compared whole, or not at all.
            Content::Nothing => Content::Nothing,
            Content::Bytes(bytes) if self.body.all => Content::Bytes(bytes),
            Content::Bytes(_) => Content::Nothing,
        }
    }
}

/// Whether a pattern of a pointer means a place.
fn is_at(pattern: &str, place: &str) -> bool {
    let (mut wanted, mut there) = (pattern.split('/'), place.split('/'));
    loop {
        match (wanted.next(), there.next()) {
            (None, None) => return true,
            (Some("*"), Some(_)) => {}
            (Some(wanted), Some(there)) if wanted == there => {}
            (_, _) => return false,
        }
    }
}

/// Whether a pattern means something inside of a place.
fn is_inside(pattern: &str, place: &str) -> bool {
    let (mut wanted, mut there) = (pattern.split('/'), place.split('/'));
    loop {
        match (wanted.next(), there.next()) {
            (Some(_), None) => return true,
            (Some("*"), Some(_)) => {}
            (Some(wanted), Some(there)) if wanted == there => {}
            (_, _) => return false,
        }
    }
}

/// Takes out what does not count; `false` where the value itself goes. `is_kept`: something around
/// it was chosen.
fn prune(value: &mut Value, at: &mut String, chosen: &Chosen, is_kept: bool) -> bool {
    let is_named = chosen.others.iter().any(|pattern| is_at(pattern, at));
    if chosen.all && is_named {
        return false;
    }
    let is_kept = is_kept || chosen.all || is_named;
    let may_hold = || chosen.others.iter().any(|pattern| is_inside(pattern, at));
    if !chosen.all && !is_kept && !may_hold() {
        return false;
    }
    let length = at.len();
    match value {
        Value::Object(members) => members.retain(|name, value| {
            at.push('/');
            at.push_str(&name.replace('~', "~0").replace('/', "~1"));
            let stays = prune(value, at, chosen, is_kept);
            at.truncate(length);
            stays
        }),
        Value::Array(items) => {
            let mut number = 0;
            items.retain_mut(|item| {
                at.push('/');
                at.push_str(&number.to_string());
                number += 1;
                let stays = prune(item, at, chosen, is_kept);
                at.truncate(length);
                stays
            });
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return is_kept,
    }
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Content;
    use super::Input;
    use super::Matching;

    #[test]
    fn parts_of_content_are_taken_out_or_chosen() {
        let body =
            json!({"id": 1, "nonce": "a", "items": [{"id": 2, "at": 3}, {"id": 4, "at": 5}]});
        let table = [
            ("-body:/nonce", json!({"id": 1, "items": [{"id": 2, "at": 3}, {"id": 4, "at": 5}]})),
            ("-body:/nonce,+body:/nonce", body.clone()),
            ("-body:/items/*/at", json!({"id": 1, "nonce": "a", "items": [{"id": 2}, {"id": 4}]})),
            ("-body,+body:/id", json!({"id": 1})),
            ("-body,+body:/items/*/id", json!({"items": [{"id": 2}, {"id": 4}]})),
            ("-body,+body:/items/1", json!({"items": [{"id": 4, "at": 5}]})),
        ];
        for (text, expected) in table {
            let matching: Matching = text.parse().expect("it is one");
            let pruned = matching.pruned(Content::Json(Input::Value(body.clone())));
            let Content::Json(pruned) = pruned else { panic!("{text} makes no JSON") };
            assert_eq!(*pruned.view().to_value(), expected, "{text}");
        }
        assert_eq!("".parse(), Ok(Matching::default()));
    }

    #[test]
    fn what_is_no_part_is_told() {
        for wrong in ["query", "+", "-body:id", "+header", "+header:", "+cookie:a", "*path"] {
            assert!(wrong.parse::<Matching>().is_err(), "{wrong}");
        }
    }
}
