//! A document as it was parsed: one row of small nodes, whose texts stay where they were written.
//!
//! A value of serde_json's costs several times its text; of a document of ten megabytes a server
//! needs only which operations it has, and then what its calls ask for. So the whole is kept in
//! this form, and a part becomes a value when it is read.

mod row;

use std::fmt;
use std::hash::BuildHasher;
use std::ops::Deref;
use std::sync::Arc;

use foldhash::HashMap;
use foldhash::fast::FixedState;
use serde_json::Map;
use serde_json::Number;
use serde_json::Value;

use crate::pointer::Pointer;

pub(crate) use row::Row;

/// A text that several keep.
#[derive(Clone)]
pub(crate) enum Text {
    /// It comes with the program.
    Static(&'static str),
    /// Somebody wrote it.
    Shared(Arc<String>),
}

/// A parsed document.
pub(crate) struct Tree {
    text: Text,
    /// Texts that do not stand in the document as they are meant, one behind the other.
    made: String,
    cells: Vec<Cell>,
    numbers: Vec<Number>,
    /// The members of objects with many of them: hashes of their names and where these stand, in
    /// the order of the hashes.
    large: HashMap<u32, Box<[(u64, u32)]>>,
    names_itself: bool,
}

/// A value, or the name of a member; an array or object stands before its parts, and knows where
/// what follows them stands.
#[derive(Clone, Copy, Debug)]
enum Cell {
    Null,
    Bool(bool),
    Number(u32),
    Text { start: u32, length: u32 },
    Made { start: u32, length: u32 },
    Array { count: u32, end: u32 },
    Object { count: u32, end: u32 },
}

/// A value of a tree; as cheap to copy as a reference.
#[derive(Clone, Copy)]
pub(crate) struct Node<'t> {
    tree: &'t Tree,
    at: u32,
}

impl Tree {
    /// The tree of a value.
    pub(crate) fn of(value: &Value) -> Self {
        let mut row = Row::default();
        row.add(value);
        row.finish(Text::Static("")).0
    }

    /// The whole.
    pub(crate) const fn root(&self) -> Node<'_> {
        Node { tree: self, at: 0 }
    }

    /// What stands at a place.
    pub(crate) fn at(&self, place: &Pointer) -> Option<Node<'_>> {
        place.tokens().try_fold(self.root(), |node, token| match node.cell() {
            Cell::Object { .. } => node.get(&token),
            Cell::Array { .. } => {
                let is_plain = *token == *"0" || !token.starts_with(['0', '+']);
                node.items().nth(is_plain.then(|| token.parse().ok())??)
            }
            Cell::Null
            | Cell::Bool(_)
            | Cell::Number(_)
            | Cell::Text { .. }
            | Cell::Made { .. } => None,
        })
    }

    /// Whether something stands at a place.
    pub(crate) fn has(&self, place: &Pointer) -> bool {
        self.at(place).is_some()
    }

    /// Whether somewhere a member's name begins with `$` and is another than `$ref`.
    pub(crate) const fn names_itself(&self) -> bool {
        self.names_itself
    }

    fn cell(&self, at: u32) -> Cell {
        self.cells.get(at as usize).copied().unwrap_or(Cell::Null)
    }

    fn text(&self, at: u32) -> Option<&str> {
        let (from, start, length) = match self.cell(at) {
            Cell::Text { start, length } => (&*self.text, start, length),
            Cell::Made { start, length } => (&*self.made, start, length),
            Cell::Null
            | Cell::Bool(_)
            | Cell::Number(_)
            | Cell::Array { .. }
            | Cell::Object { .. } => {
                return None;
            }
        };
        from.get(start as usize..(start + length) as usize)
    }

    /// Where what follows a value and all its parts stands.
    fn end(&self, at: u32) -> u32 {
        match self.cell(at) {
            Cell::Array { end, .. } | Cell::Object { end, .. } => end,
            Cell::Null
            | Cell::Bool(_)
            | Cell::Number(_)
            | Cell::Text { .. }
            | Cell::Made { .. } => at + 1,
        }
    }
}

impl<'t> Node<'t> {
    fn cell(self) -> Cell {
        self.tree.cell(self.at)
    }

    pub(crate) fn is_object(self) -> bool {
        matches!(self.cell(), Cell::Object { .. })
    }

    pub(crate) fn is_true(self) -> bool {
        matches!(self.cell(), Cell::Bool(true))
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

fn hash(name: &str) -> u64 {
    FixedState::default().hash_one(name)
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Static(text) => text,
            Self::Shared(text) => text,
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::Shared(Arc::new(text))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} bytes", self.len())
    }
}

impl fmt::Debug for Tree {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tree").field("cells", &self.cells.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use serde_json::json;

    use super::Inner;
    use super::Row;
    use super::Text;
    use super::Tree;
    use crate::pointer::Pointer;

    fn tree(text: &str) -> (Tree, bool) {
        let text = Text::from(text.to_owned());
        let mut row = Row::within(&text);
        row.read(&mut serde_json::Deserializer::from_str(&text)).expect("JSON");
        row.finish(text)
    }

    /// Every place of a value.
    fn places(value: &Value, at: &Pointer, found: &mut Vec<Pointer>) {
        found.push(at.clone());
        for (name, value) in value.as_object().into_iter().flatten() {
            places(value, &at.child(name), found);
        }
        for (number, value) in value.as_array().into_iter().flatten().enumerate() {
            places(value, &at.child(number.to_string()), found);
        }
    }

    #[test]
    fn every_place_of_a_tree_has_what_serde_json_finds_there() {
        let many: Vec<String> =
            (0..100).map(|number| format!("\"m{number}\": [{number}, {{}}]")).collect();
        let text = format!(
            r#"{{"a/b~c": [1, -2.5, true, null, ["\u00e9\n", "é"]], "": {{"x": {{"": ""}}}}, "many": {{{}}}}}"#,
            many.join(",")
        );
        let value: Value = serde_json::from_str(&text).expect("JSON");
        let mut all = Vec::new();
        places(&value, &Pointer::root(), &mut all);
        for (tree, has_doubles) in [tree(&text), (Tree::of(&value), false)] {
            assert!(!has_doubles);
            for place in &all {
                let found = tree.at(place).map(super::Node::to_value);
                assert_eq!(found.as_ref(), place.get(&value), "{place}");
            }
            for nowhere in ["/m1", "/many/m100", "/many/m", "/a~1b~0c/01", "/a~1b~0c/9", "/a/b"] {
                assert!(!tree.has(&Pointer::new(nowhere)), "{nowhere}");
            }
        }
    }

    #[test]
    fn two_members_of_one_name_are_noticed_wherever_they_stand() {
        for count in [2, 24, 25, 100] {
            let mut names: Vec<usize> = (0..count).collect();
            let text = |names: &[usize]| {
                let members: Vec<String> =
                    names.iter().map(|name| format!("\"{name}\": {{}}")).collect();
                format!("[{{{}}}]", members.join(","))
            };
            assert!(!tree(&text(&names)).1, "{count}");
            names[count - 1] = 0;
            assert!(tree(&text(&names)).1, "{count}");
        }
    }

    #[test]
    fn a_value_has_of_its_members_what_was_chosen() {
        let (tree, _) = tree(r#"{"a": {"b": 1, "c": [2]}, "d": [3], "e": 4}"#);
        let whole = tree.root();
        let chosen = whole.value_with(&mut |name| match name {
            "a" => Some(Inner::Chosen),
            "c" => Some(Inner::Kind),
            "d" => Some(Inner::Whole),
            _ => None,
        });
        assert_eq!(chosen, json!({"a": {"c": []}, "d": [3]}));
        assert_eq!(whole.shallow(), json!({"a": {}, "d": [], "e": 4}));
    }
}
