//! The parts of a value that a place with `*` in it names.

use serde_json::Map;
use serde_json::Value;

use crate::pointer::Pointer;

/// The most places that are found in one value.
const MOST: usize = 64;

/// Every place in a value that `at` names. Where the last step leads to no member, the place is one
/// that could be there.
pub(super) fn of(value: &Value, at: &str) -> Vec<Pointer> {
    let tokens: Vec<String> = Pointer::new(at).tokens().map(std::borrow::Cow::into_owned).collect();
    let mut open = vec![(Pointer::root(), value)];
    for (index, token) in tokens.iter().enumerate() {
        let is_last = index + 1 == tokens.len();
        let mut next = Vec::new();
        for (place, value) in open {
            match value {
                Value::Object(members) if token == "*" => {
                    next.extend(members.iter().map(|(name, value)| (place.child(name), value)));
                }
                Value::Object(members) => match members.get(token) {
                    Some(value) => next.push((place.child(token), value)),
                    None if is_last => next.push((place.child(token), &Value::Null)),
                    None => {}
                },
                Value::Array(items) if token == "*" => {
                    let items = items.iter().enumerate();
                    next.extend(items.map(|(at, value)| (place.child(at.to_string()), value)));
                }
                Value::Array(items) => {
                    if let Some(value) = token.parse::<usize>().ok().and_then(|at| items.get(at)) {
                        next.push((place.child(token), value));
                    }
                }
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
        next.truncate(MOST);
        open = next;
    }
    open.into_iter().map(|(place, _)| place).collect()
}

/// The value with another part at a place.
pub(super) fn put(value: &Value, place: &Pointer, part: Value) -> Option<Value> {
    let mut whole = value.clone();
    if let Some(own) = whole.pointer_mut(place.as_str()) {
        *own = part;
        return Some(whole);
    }
    let (parent, name) = (place.parent()?, place.last()?.into_owned());
    let members: &mut Map<String, Value> = whole.pointer_mut(parent.as_str())?.as_object_mut()?;
    members.insert(name, part);
    Some(whole)
}
