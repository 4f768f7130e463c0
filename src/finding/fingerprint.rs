//! What makes two findings the same: the rule, the operation and the places, never a value or line.

use std::fmt;

use serde::Serialize;
use serde::Serializer;

use crate::finding::Violation;

/// Stable identity of a finding: survives edits of the document and of the values sent.
///
/// # Shapes
///
/// Written as sixteen hexadecimal digits, for example `9c1185a5c5e9fc54`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// Computes the identity of a violation; indices in both of its places count as `*`.
    #[must_use]
    pub fn of(violation: &Violation, api: Option<&str>, operation: Option<&str>) -> Self {
        let mut hash = Fnv1a::new();
        for part in [violation.rule.id, api.unwrap_or(""), operation.unwrap_or("")] {
            part.bytes().for_each(|byte| hash.byte(byte));
            hash.byte(0);
        }
        hash.pointer([violation.place.as_str()]);
        hash.byte(0);
        let (prefix, name) = violation.stands_in();
        let lead = if prefix.is_empty() { "" } else { "/" };
        let dot = if name.is_empty() { "" } else { "." };
        let inside =
            if prefix.is_empty() || !name.is_empty() { violation.instance.as_str() } else { "" };
        let (slash, property) = match &violation.property {
            Some(property) => ("/", property.as_str()),
            None => ("", ""),
        };
        hash.pointer([lead, prefix, dot, name, inside, slash, property]);
        hash.byte(0);
        Self(hash.hash)
    }

    /// Computes the identity of a difference between two descriptions: its rule, and in which
    /// message and where in it the difference stands, indices as `*`.
    #[must_use]
    pub fn between(rule: &str, parts: &[&str]) -> Self {
        let mut hash = Fnv1a::new();
        for part in [rule].iter().chain(parts) {
            hash.pointer([part]);
            hash.byte(0);
        }
        Self(hash.hash)
    }
}

impl Fingerprint {
    /// Reads what [`Fingerprint`] writes; `None` where it is something else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_one = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_one.then(|| u64::from_str_radix(text, 16).ok()).flatten().map(Self)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Fowler–Noll–Vo 1a, 64 bit: the standard library's hashers promise no stability over releases,
/// and a fingerprint ends up in baselines that outlive them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fnv1a {
    hash: u64,
}

impl Fnv1a {
    pub(crate) const fn new() -> Self {
        Self { hash: 0xcbf2_9ce4_8422_2325 }
    }

    pub(crate) const fn byte(&mut self, byte: u8) {
        self.hash ^= byte as u64;
        self.hash = self.hash.wrapping_mul(0x0000_0100_0000_01b3);
    }

    /// What all bytes so far come to.
    pub(crate) const fn value(self) -> u64 {
        self.hash
    }

    /// Takes a JSON Pointer in pieces; each token that is an index counts as `*`.
    fn pointer<const N: usize>(&mut self, pieces: [&str; N]) {
        let mut before = self.hash;
        let (mut is_index, mut is_empty) = (true, true);
        for byte in pieces.into_iter().flat_map(str::bytes).map(Some).chain([None]) {
            match byte {
                Some(byte) if byte != b'/' => {
                    is_index &= byte.is_ascii_digit();
                    is_empty = false;
                    self.byte(byte);
                }
                end => {
                    if is_index && !is_empty {
                        self.hash = before;
                        self.byte(b'*');
                    }
                    if let Some(slash) = end {
                        self.byte(slash);
                    }
                    (before, is_index, is_empty) = (self.hash, true, true);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Fingerprint;
    use crate::finding::Location;
    use crate::finding::Violation;
    use crate::finding::rule;
    use crate::pointer::Pointer;

    #[test]
    fn values_and_indices_do_not_tell_findings_apart_but_places_do() {
        let at = |instance: &str, name: Option<&str>| {
            let violation = Violation {
                instance: Pointer::new(instance),
                name: name.map(str::to_owned),
                place: Pointer::new("/paths/~1a/get/parameters/0"),
                ..Violation::new(&rule::PARAMETER_MISMATCH, Location::Query, "is wrong")
            };
            Fingerprint::of(&violation, Some("api"), Some("operation")).to_string()
        };
        assert_eq!(at("/items/0/id", Some("a")), at("/items/17/id", Some("a")));
        assert_ne!(at("/items/0/id", Some("a")), at("/items/0/id", Some("b")));
        assert_ne!(at("/items/0/id", Some("a")), at("/items/0/x1", Some("a")));
        // Baselines hold it: it may never change.
        assert_eq!(at("", Some("limit")), "0d6162088fd78be1");
    }
}
