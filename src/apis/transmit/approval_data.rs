//! Approval data: the few texts that a user is asked to approve, by name and in the order sent.

use std::fmt;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de::DeserializeSeed;
use serde::de::MapAccess;
use serde::de::Visitor;

/// Texts by name, in the order in which they were sent.
///
/// A session keeps them as long as it lives and hardly ever shows them, so that all of them share
/// one piece of memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalData {
    /// All names and values, one behind the other.
    text: Box<str>,
    /// Where each name and each value ends, in bytes.
    ends: Box<[usize]>,
}

impl ApprovalData {
    /// Each name with its value.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut start = 0;
        let mut next = move |end| &self.text[std::mem::replace(&mut start, end)..end];
        self.ends.chunks_exact(2).map(move |ends| (next(ends[0]), next(ends[1])))
    }
}

impl<'t> FromIterator<(&'t str, &'t str)> for ApprovalData {
    fn from_iter<I: IntoIterator<Item = (&'t str, &'t str)>>(entries: I) -> Self {
        let mut pieces = Pieces::default();
        for (name, value) in entries {
            pieces.push(name);
            pieces.push(value);
        }
        pieces.done()
    }
}

impl Serialize for ApprovalData {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.entries())
    }
}

impl<'de> Deserialize<'de> for ApprovalData {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Texts)
    }
}

/// Names and values in the making.
#[derive(Default)]
struct Pieces {
    text: String,
    ends: Vec<usize>,
}

impl Pieces {
    fn push(&mut self, piece: &str) {
        self.text.push_str(piece);
        self.ends.push(self.text.len());
    }

    fn done(self) -> ApprovalData {
        ApprovalData { text: self.text.into_boxed_str(), ends: self.ends.into_boxed_slice() }
    }
}

struct Texts;

impl<'de> Visitor<'de> for Texts {
    type Value = ApprovalData;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<ApprovalData, A::Error> {
        let mut pieces = Pieces { text: String::with_capacity(64), ends: Vec::with_capacity(4) };
        while members.next_key_seed(Piece(&mut pieces))?.is_some() {
            members.next_value_seed(Piece(&mut pieces))?;
        }
        Ok(pieces.done())
    }
}

/// The next name or value.
struct Piece<'p>(&'p mut Pieces);

impl<'de> DeserializeSeed<'de> for Piece<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Piece<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.push(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::ApprovalData;

    #[test]
    fn what_is_read_is_written_in_its_order() {
        for text in [r#"{"b":"1","a":"é","":"","c\n":"x"}"#, "{}"] {
            let read: ApprovalData = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), text);
            assert_eq!(read.entries().collect::<ApprovalData>(), read);
        }
        for wrong in [json!({"a": 1}), json!({"a": {}}), json!([]), json!("a")] {
            assert!(serde_json::from_value::<ApprovalData>(wrong).is_err());
        }
    }
}
