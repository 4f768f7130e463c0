//! The beginning of a value, for those who tell of values that have too many parts to look at each.

use std::borrow::Cow;

use serde_json::Map;
use serde_json::Value;

use crate::json::View;
use crate::pointer::Pointer;

/// How many parts a value may have that is looked at whole.
const MOST_PARTS: usize = 50_000;

/// How many items or members of one part are kept of a larger one.
const KEPT: usize = 200;

/// How many parts are kept of it at all.
const KEPT_PARTS: usize = 20_000;

/// A value, or the beginning of each part of one that is too large.
#[derive(Debug)]
pub(crate) struct Excerpt<'v> {
    /// The value, as far as it is to be told of.
    pub(crate) value: Cow<'v, Value>,
    /// The arrays and objects that lack what comes behind; none where the value is whole.
    pub(crate) cut: Vec<Pointer>,
}

impl<'v> Excerpt<'v> {
    /// The value, as far as it is to be told of.
    pub(crate) fn of(view: View<'v>) -> Self {
        if !is_large(view) {
            return Self { value: view.to_value(), cut: Vec::new() };
        }
        let (mut left, mut cut) = (KEPT_PARTS, Vec::new());
        let value = kept(view, &Pointer::root(), &mut left, &mut cut);
        Self { value: Cow::Owned(value), cut }
    }

    /// Whether a place is that of a part that was cut, or of one that holds it.
    pub(crate) fn is_cut(&self, place: &Pointer) -> bool {
        let is_within = |cut: &Pointer| {
            cut.as_str()
                .strip_prefix(place.as_str())
                .is_some_and(|it| it.is_empty() || it.starts_with('/'))
        };
        self.cut.iter().any(is_within)
    }
}

/// Whether a value has more parts than are looked at.
pub(crate) fn is_large(view: View<'_>) -> bool {
    // What was read flat knows.
    if let View::Flat(place) = view {
        return place.parts() > MOST_PARTS;
    }
    let mut left = MOST_PARTS;
    counts(view, &mut left).is_none()
}

/// Counts down the parts of a value; `None` where there are more.
fn counts(view: View<'_>, left: &mut usize) -> Option<()> {
    if let Some(items) = view.items() {
        *left = left.checked_sub(items.count())?;
        items.iter().try_for_each(|item| counts(item, left))
    } else if let Some(members) = view.members() {
        *left = left.checked_sub(members.count())?;
        members.iter().try_for_each(|(_, member)| counts(member, left))
    } else {
        Some(())
    }
}

fn kept(view: View<'_>, at: &Pointer, left: &mut usize, cut: &mut Vec<Pointer>) -> Value {
    let room = KEPT.min(*left);
    if let Some(items) = view.items() {
        if items.count() > room {
            cut.push(at.clone());
        }
        *left -= items.count().min(room);
        let items = items.iter().take(room).enumerate();
        Value::Array(
            items
                .map(|(number, item)| kept(item, &at.child(number.to_string()), left, cut))
                .collect(),
        )
    } else if let Some(members) = view.members() {
        if members.count() > room {
            cut.push(at.clone());
        }
        *left -= members.count().min(room);
        let mut object = Map::new();
        for (name, member) in members.iter().take(room) {
            let value = kept(member, &at.child(name), left, cut);
            object.insert(name.to_owned(), value);
        }
        Value::Object(object)
    } else {
        view.to_value().into_owned()
    }
}
