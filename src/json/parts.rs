//! The parts of arrays and objects, one after another or by name.

use serde_json::Map;
use serde_json::Value;

use crate::json::FEW;
use crate::json::Place;
use crate::json::View;
use crate::json::flat::Node;

/// The members of an object, in the order in which they were written.
#[derive(Clone, Copy, Debug)]
pub enum Members<'v> {
    /// Of a value.
    Value(&'v Map<String, Value>),
    /// Of an object in text that was read flat.
    Flat(Place<'v>),
}

impl<'v> Members<'v> {
    /// How many there are.
    #[must_use]
    pub fn count(self) -> usize {
        match self {
            Self::Value(members) => members.len(),
            Self::Flat(place) => place.node().count(),
        }
    }

    /// The member of that name.
    #[must_use]
    pub fn get(self, name: &str) -> Option<View<'v>> {
        match self {
            Self::Value(members) => member(members, name).map(View::Value),
            Self::Flat(_) => self.iter().find(|(own, _)| *own == name).map(|(_, value)| value),
        }
    }

    /// Each with its name.
    pub fn iter(self) -> MemberIter<'v> {
        match self {
            Self::Value(members) => MemberIter(Steps::Value(members.iter())),
            Self::Flat(place) => MemberIter(Steps::into(place)),
        }
    }
}

/// The member of that name: few names are looked through sooner than one is hashed.
pub(crate) fn member<'v>(members: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    if members.len() > FEW {
        return members.get(name);
    }
    members.iter().find(|(own, _)| *own == name).map(|(_, value)| value)
}

/// Goes through the members of an object.
#[derive(Clone, Debug)]
pub struct MemberIter<'v>(Steps<'v, serde_json::map::Iter<'v>>);

/// How far somebody has gone.
#[derive(Clone, Debug)]
enum Steps<'v, I> {
    Value(I),
    Flat { nodes: &'v [Node<'v>], next: usize, left: usize },
}

impl<'v, I> Steps<'v, I> {
    /// The first part of the array or object at a place comes next.
    fn into(Place { nodes, at }: Place<'v>) -> Self {
        Self::Flat { nodes, next: at + 1, left: nodes[at].count() }
    }
}

impl<'v> Iterator for MemberIter<'v> {
    type Item = (&'v str, View<'v>);

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Steps::Value(members) => {
                members.next().map(|(name, value)| (name.as_str(), View::Value(value)))
            }
            Steps::Flat { nodes, next, left } => {
                *left = left.checked_sub(1)?;
                let Node::Text(name) = &nodes[*next] else { return None };
                let place = Place { nodes, at: *next + 1 };
                *next = place.node().end(place.at);
                Some((name, View::Flat(place)))
            }
        }
    }
}

/// The items of an array.
#[derive(Clone, Copy, Debug)]
pub enum Items<'v> {
    /// Of a value.
    Value(&'v [Value]),
    /// Of an array in text that was read flat.
    Flat(Place<'v>),
}

impl<'v> Items<'v> {
    /// How many there are.
    #[must_use]
    pub fn count(self) -> usize {
        match self {
            Self::Value(items) => items.len(),
            Self::Flat(place) => place.node().count(),
        }
    }

    /// Each in its order.
    pub fn iter(self) -> ItemIter<'v> {
        match self {
            Self::Value(items) => ItemIter(Steps::Value(items.iter())),
            Self::Flat(place) => ItemIter(Steps::into(place)),
        }
    }
}

/// Goes through the items of an array.
#[derive(Clone, Debug)]
pub struct ItemIter<'v>(Steps<'v, std::slice::Iter<'v, Value>>);

impl<'v> Iterator for ItemIter<'v> {
    type Item = View<'v>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Steps::Value(items) => items.next().map(View::Value),
            Steps::Flat { nodes, next, left } => {
                *left = left.checked_sub(1)?;
                let place = Place { nodes, at: *next };
                *next = place.node().end(place.at);
                Some(View::Flat(place))
            }
        }
    }
}
