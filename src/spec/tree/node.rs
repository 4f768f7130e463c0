//! One value of a tree, looked at or made a value of serde_json's.

use serde_json::Map;
use serde_json::Value;

use crate::spec::tree::Cell;
use crate::spec::tree::Tree;
use crate::spec::tree::hash;

/// A value of a tree; as cheap to copy as a reference.
#[derive(Clone, Copy)]
pub(crate) struct Node<'t> {
    pub(super) tree: &'t Tree,
    pub(super) at: u32,
}

impl<'t> Node<'t> {
    pub(super) fn cell(self) -> Cell {
        self.tree.cell(self.at)
    }

    pub(crate) fn is_object(self) -> bool {
        matches!(self.cell(), Cell::Object { .. })
    }

    pub(crate) fn is_true(self) -> bool {
        matches!(self.cell(), Cell::Bool(true))
    }

    /// Whether both are equal, or lists or objects with as many parts.
    pub(crate) fn is_alike(self, other: Node<'_>) -> bool {
        match (self.cell(), other.cell()) {
            (Cell::Null, Cell::Null) => true,
            (Cell::Bool(one), Cell::Bool(other)) => one == other,
            (Cell::Number(one), Cell::Number(two)) => {
                self.tree.numbers.get(one as usize) == other.tree.numbers.get(two as usize)
            }
            (Cell::Array { count, .. }, Cell::Array { count: other, .. })
            | (Cell::Object { count, .. }, Cell::Object { count: other, .. }) => count == other,
            _ => self.as_str().is_some_and(|text| other.as_str() == Some(text)),
        }
    }

    /// The text, where it is one.
    pub(crate) fn as_str(self) -> Option<&'t str> {
        self.tree.text(self.at)
    }

    /// The member of that name.
    pub(crate) fn get(self, name: &str) -> Option<Node<'t>> {
        let tree = self.tree;
        let Some(index) = tree.large.get(&self.at) else {
            return self.members().find(|(own, _)| *own == name).map(|(_, value)| value);
        };
        let hash = hash(name);
        let start = index.partition_point(|(own, _)| *own < hash);
        let mut alike = index[start..].iter().take_while(|(own, _)| *own == hash);
        let (_, at) = alike.find(|(_, at)| tree.text(*at) == Some(name))?;
        Some(Node { tree, at: at + 1 })
    }

    /// The members with their names; none where it is no object.
    pub(crate) fn members(self) -> impl Iterator<Item = (&'t str, Node<'t>)> {
        let Self { tree, at } = self;
        let count = if let Cell::Object { count, .. } = self.cell() { count } else { 0 };
        let mut next = at + 1;
        (0..count).map(move |_| {
            let (name, value) = (next, Node { tree, at: next + 1 });
            next = tree.end(value.at);
            (tree.text(name).unwrap_or_default(), value)
        })
    }

    /// The items; none where it is no array.
    pub(crate) fn items(self) -> impl Iterator<Item = Node<'t>> {
        let Self { tree, at } = self;
        let count = if let Cell::Array { count, .. } = self.cell() { count } else { 0 };
        let mut next = at + 1;
        (0..count).map(move |_| {
            let item = Node { tree, at: next };
            next = tree.end(next);
            item
        })
    }

    /// The value.
    pub(crate) fn to_value(self) -> Value {
        self.value_with(&mut |_| Some(Inner::Whole))
    }

    /// The value, of whose members `choose` says by their names how much they have.
    pub(crate) fn value_with(self, choose: &mut dyn FnMut(&str) -> Option<Inner>) -> Value {
        match self.cell() {
            Cell::Null => Value::Null,
            Cell::Bool(truth) => Value::Bool(truth),
            Cell::Number(number) => {
                self.tree.numbers.get(number as usize).cloned().map_or(Value::Null, Value::Number)
            }
            Cell::Text { .. } | Cell::Made { .. } => self.as_str().unwrap_or_default().into(),
            Cell::Array { .. } => self.items().map(Node::to_value).collect(),
            Cell::Object { count, .. } => {
                let mut members = Map::with_capacity(count as usize);
                for (name, value) in self.members() {
                    let value = match choose(name) {
                        Some(Inner::Whole) => value.to_value(),
                        Some(Inner::Kind) => value.kind(),
                        Some(Inner::Chosen) => value.value_with(choose),
                        None => continue,
                    };
                    members.insert(name.to_owned(), value);
                }
                Value::Object(members)
            }
        }
    }

    /// The value, an empty one where it has parts.
    fn kind(self) -> Value {
        match self.cell() {
            Cell::Array { .. } => Value::Array(Vec::new()),
            Cell::Object { .. } => Value::Object(Map::new()),
            Cell::Null
            | Cell::Bool(_)
            | Cell::Number(_)
            | Cell::Text { .. }
            | Cell::Made { .. } => self.to_value(),
        }
    }

    /// The value, of whose members those that have parts are empty.
    pub(crate) fn shallow(self) -> Value {
        self.value_with(&mut |_| Some(Inner::Kind))
    }
}

/// How much of a member is made a value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Inner {
    /// All of it.
    Whole,
    /// What it is; what has parts is empty.
    Kind,
    /// An object of whose members the same is asked.
    Chosen,
}
