//! One change of a document.

use serde_json::Value;

use crate::pointer::Pointer;

/// A change, in the manner of overlays.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Change {
    /// Merges a value into the part at a place: members by name, lists by appending.
    Update(Pointer, Value),
    /// Takes away the part at a place.
    Remove(Pointer),
}

impl Change {
    /// Puts a member into an object.
    pub(crate) fn put(at: &Pointer, name: &str, value: Value) -> Self {
        let member = [(name.to_owned(), value)].into_iter().collect();
        Self::Update(at.clone(), Value::Object(member))
    }

    /// Puts a member in at the end of a way through objects that may not be there yet.
    pub(crate) fn put_deep(at: &Pointer, way: &[&str], value: Value) -> Self {
        let value = way.iter().rev().fold(value, |value, name| {
            Value::Object([((*name).to_owned(), value)].into_iter().collect())
        });
        Self::Update(at.clone(), value)
    }
}
