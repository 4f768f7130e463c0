//! What the validator looks at: views, whatever stands behind them.

use std::borrow::Cow;

use jsonschema::JsonType;
use jsonschema::json::Array;
use jsonschema::json::Json;
use jsonschema::json::Node;
use jsonschema::json::NodeIdentity;
use jsonschema::json::Object;
use jsonschema::json::cmp;
use serde_json::Number;
use serde_json::Value;

use crate::json::ItemIter;
use crate::json::Items;
use crate::json::Kind;
use crate::json::MemberIter;
use crate::json::Members;
use crate::json::View;

/// Tells the validator to look at [`View`]s.
#[derive(Clone, Copy, Debug)]
pub(super) struct Views;

impl Json for Views {
    type Node<'a> = View<'a>;
    type PreparedKey = Box<str>;
    type StringBuffer = ();

    // A lookup goes through the names as well.
    const KEYS_PER_LOOKUP: usize = 2;
    const ACYCLIC: bool = true;

    fn prepare_key(key: &str) -> Box<str> {
        key.into()
    }

    fn with_string_node<T>((): &mut (), string: &str, f: impl FnOnce(View<'_>) -> T) -> T {
        f(View::Text(string))
    }
}

impl<'a> Node<'a, Views> for View<'a> {
    type Object = Members<'a>;
    type Array = Items<'a>;
    type Number = &'a Number;

    fn as_object(&self) -> Option<Members<'a>> {
        self.members()
    }

    fn as_array(&self) -> Option<Items<'a>> {
        if let Kind::Array(items) = self.kind() { Some(items) } else { None }
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        self.as_str().map(Cow::Borrowed)
    }

    fn as_number(&self) -> Option<&'a Number> {
        if let Kind::Number(number) = self.kind() { Some(number) } else { None }
    }

    fn as_boolean(&self) -> Option<bool> {
        if let Kind::Bool(truth) = self.kind() { Some(truth) } else { None }
    }

    fn is_null(&self) -> bool {
        matches!(self.kind(), Kind::Null)
    }

    fn json_type(&self) -> JsonType {
        match self.kind() {
            Kind::Null => JsonType::Null,
            Kind::Bool(_) => JsonType::Boolean,
            Kind::Number(_) => JsonType::Number,
            Kind::Text(_) => JsonType::String,
            Kind::Array(_) => JsonType::Array,
            Kind::Object(_) => JsonType::Object,
        }
    }

    fn equals_value(&self, expected: &Value) -> bool {
        match (self.kind(), expected) {
            (Kind::Text(text), Value::String(expected)) => text == expected,
            (Kind::Text(_), _) => false,
            _ => cmp::equal(&self.to_value(), expected),
        }
    }

    fn to_value(&self) -> Cow<'a, Value> {
        (*self).to_value()
    }

    fn identity(&self) -> Option<NodeIdentity> {
        match self {
            View::Value(value) => Some(NodeIdentity::new(std::ptr::from_ref(*value).addr())),
            View::Flat(place) => Some(NodeIdentity::new(place.address())),
            // A text has no parts, so that nothing can lead back to it.
            View::Text(_) => None,
        }
    }
}

impl<'a> Object<'a, Views> for Members<'a> {
    type Node = View<'a>;
    type MemberName = &'a str;
    type MembersIter = MemberIter<'a>;

    fn len(&self) -> usize {
        self.count()
    }

    fn get(&self, key: &Box<str>) -> Option<View<'a>> {
        Members::get(*self, key)
    }

    fn members(&self) -> MemberIter<'a> {
        self.iter()
    }
}

impl<'a> Array<'a, Views> for Items<'a> {
    type Node = View<'a>;
    type ElementsIter = ItemIter<'a>;

    fn len(&self) -> usize {
        self.count()
    }

    fn elements(&self) -> ItemIter<'a> {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use jsonschema::json::conformance;

    use super::Views;
    use crate::json::View;
    use crate::json::read;

    #[test]
    fn views_keep_what_the_validator_demands_of_a_representation() {
        let document = conformance::document();
        conformance::assert_conformance::<Views>(&View::from(&document));
        let text = document.to_string();
        let input = read(text.as_bytes()).unwrap();
        conformance::assert_conformance::<Views>(&input.view());
    }
}
