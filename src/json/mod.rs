//! JSON that is looked at: text that was read flat, a value, or a text alone.
//!
//! A body is read, judged, and mostly thrown away. A value of serde_json's costs a dozen pieces of
//! memory and a hash of each name; [`Flat`] costs one piece, and its texts stay where they came in.
//! Whoever looks takes a [`View`] and does not see which of them it is.

mod compact;
pub(crate) mod excerpt;
mod flat;
mod parts;
mod typed;
mod written;

use std::borrow::Cow;

use serde_json::Map;
use serde_json::Number;
use serde_json::Value;

pub use compact::Compactor;
pub use compact::is_compact;
pub use flat::Flat;
pub use parts::ItemIter;
pub use parts::Items;
pub use parts::MemberIter;
pub use parts::Members;
pub(crate) use parts::member;
pub use written::Written;

use flat::Node;

/// How many members are looked through before a name is hashed instead.
const FEW: usize = 16;

/// JSON that came in, as whoever reads a message keeps it.
#[derive(Clone, Debug)]
pub enum Input<'t> {
    /// Text of JSON, read flat.
    Flat(Flat<'t>),
    /// A value that was made of something else, such as a form.
    Value(Value),
    /// A text that is no JSON and stands for a JSON string.
    Text(&'t str),
}

impl Input<'_> {
    /// The whole.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        match self {
            Self::Flat(flat) => flat.view(),
            Self::Value(value) => View::Value(value),
            Self::Text(text) => View::Text(text),
        }
    }

    /// The same as a value, for whoever keeps it longer than what was read.
    #[must_use]
    pub fn into_owned(self) -> Input<'static> {
        Input::Value(self.view().to_value().into_owned())
    }
}

/// Reads a text that is one JSON value; of members with one name the last counts.
///
/// # Errors
///
/// serde_json's, with line and column; a value deeper than 128 is one.
///
/// # Examples
///
/// ```
/// let input = standin::json::read(br#"{"name":"Ada","tags":["a"]}"#)?;
/// assert_eq!(input.view().get("name").and_then(|name| name.as_str()), Some("Ada"));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn read(text: &[u8]) -> Result<Input<'_>, serde_json::Error> {
    // Text that is known to be UTF-8 is not looked at again, string by string.
    match std::str::from_utf8(text) {
        Ok(text) => match Flat::read(text) {
            Some(flat) => Ok(Input::Flat(flat)),
            None => serde_json::from_str(text).map(Input::Value),
        },
        Err(_) => serde_json::from_slice(text).map(Input::Value),
    }
}

/// A JSON value, looked at; as cheap to copy as a reference.
#[derive(Clone, Copy, Debug)]
pub enum View<'v> {
    /// A value.
    Value(&'v Value),
    /// A place in text that was read flat.
    Flat(Place<'v>),
    /// A JSON string.
    Text(&'v str),
}

/// A place in text that was read flat.
#[derive(Clone, Copy, Debug)]
pub struct Place<'v> {
    nodes: &'v [Node<'v>],
    at: usize,
}

impl<'v> Place<'v> {
    fn node(self) -> &'v Node<'v> {
        &self.nodes[self.at]
    }

    /// How many values and names there are from here on, itself included.
    fn parts(self) -> usize {
        self.node().end(self.at) - self.at
    }

    /// What tells this place from all others that are there at the same time.
    pub(crate) fn address(self) -> usize {
        std::ptr::from_ref(self.node()).addr()
    }
}

/// What a JSON value is, with what it is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind<'v> {
    Null,
    Bool(bool),
    Number(&'v Number),
    Text(&'v str),
    Array(Items<'v>),
    Object(Members<'v>),
}

impl<'v> View<'v> {
    /// What it is.
    pub(crate) fn kind(self) -> Kind<'v> {
        match self {
            Self::Text(text) => Kind::Text(text),
            Self::Value(value) => match value {
                Value::Null => Kind::Null,
                Value::Bool(truth) => Kind::Bool(*truth),
                Value::Number(number) => Kind::Number(number),
                Value::String(text) => Kind::Text(text),
                Value::Array(items) => Kind::Array(Items::Value(items)),
                Value::Object(members) => Kind::Object(Members::Value(members)),
            },
            Self::Flat(place) => match place.node() {
                Node::Null => Kind::Null,
                Node::Bool(truth) => Kind::Bool(*truth),
                Node::Number(number) => Kind::Number(number),
                Node::Text(text) => Kind::Text(text),
                Node::Array { .. } => Kind::Array(Items::Flat(place)),
                Node::Object { .. } => Kind::Object(Members::Flat(place)),
            },
        }
    }

    /// The text, where it is a string.
    #[must_use]
    pub fn as_str(self) -> Option<&'v str> {
        match self.kind() {
            Kind::Text(text) => Some(text),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Array(_) | Kind::Object(_) => None,
        }
    }

    /// The members, where it is an object.
    #[must_use]
    pub fn members(self) -> Option<Members<'v>> {
        match self.kind() {
            Kind::Object(members) => Some(members),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Array(_) => None,
        }
    }

    /// The items, where it is an array.
    #[must_use]
    pub fn items(self) -> Option<Items<'v>> {
        match self.kind() {
            Kind::Array(items) => Some(items),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Object(_) => None,
        }
    }

    /// The member of that name, where it is an object that has one.
    #[must_use]
    pub fn get(self, name: &str) -> Option<View<'v>> {
        self.members()?.get(name)
    }

    /// The value itself, or one that is made for whoever has to keep it.
    #[must_use]
    pub fn to_value(self) -> Cow<'v, Value> {
        if let Self::Value(value) = self {
            return Cow::Borrowed(value);
        }
        Cow::Owned(match self.kind() {
            Kind::Null => Value::Null,
            Kind::Bool(truth) => Value::Bool(truth),
            Kind::Number(number) => Value::Number(number.clone()),
            Kind::Text(text) => Value::String(text.to_owned()),
            Kind::Array(items) => {
                Value::Array(items.iter().map(|item| item.to_value().into_owned()).collect())
            }
            Kind::Object(members) => {
                let mut object = Map::with_capacity(members.count());
                for (name, value) in members.iter() {
                    object.insert(name.to_owned(), value.to_value().into_owned());
                }
                Value::Object(object)
            }
        })
    }
}

impl<'v> From<&'v Value> for View<'v> {
    fn from(value: &'v Value) -> Self {
        Self::Value(value)
    }
}

/// A value as text that stands for itself: a string is its own text, anything else is JSON.
#[must_use]
pub fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
