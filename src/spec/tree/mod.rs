//! A document as it was parsed: one row of small nodes, whose texts stay where they were written.
//!
//! A value of serde_json's costs several times its text; of a document of ten megabytes a server
//! needs only which operations it has, and then what its calls ask for. So the whole is kept in
//! this form, and a part becomes a value when it is read.

mod node;
mod row;
mod text;

use std::fmt;
use std::hash::BuildHasher;

use foldhash::HashMap;
use foldhash::fast::FixedState;
use serde_json::Number;
use serde_json::Value;

use crate::pointer::Pointer;

pub(crate) use node::Inner;
pub(crate) use node::Node;
pub(crate) use row::Row;
pub(crate) use text::Text;

/// A parsed document.
pub(crate) struct Tree {
    text: Text,
    /// Texts that do not stand in the document as they are meant, one behind the other.
    made: String,
    cells: Vec<Cell>,
    numbers: Vec<Number>,
    /// The members of objects with many of them: hashes of their names and where these stand, in
    /// the order of the hashes.
    large: Large,
    names_itself: bool,
    leaves: bool,
}

/// Hashes of names and where these stand, by object.
type Large = HashMap<u32, Box<[(u64, u32)]>>;

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

    /// Whether somewhere a reference leads to another document, or looks as if it did.
    pub(crate) const fn leaves(&self) -> bool {
        self.leaves
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

fn hash(name: &str) -> u64 {
    FixedState::default().hash_one(name)
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
    fn what_leads_out_of_a_document_and_what_names_itself_is_noticed() {
        let table = [
            (r##"{"a": {"$ref": "#/b"}, "b": "$ref", "c": ["other.yaml"]}"##, false, false),
            (r#"{"a": {"$ref": "other.yaml#/b"}}"#, true, false),
            (r#"{"a": {"\u0024ref": "other.yaml"}}"#, true, false),
            (r#"{"$ref": {"type": "string"}, "x": "other.yaml"}"#, false, false),
            (r#"{"$ref": ["other.yaml"]}"#, false, false),
            (r##"{"$id": "a", "$ref": "#"}"##, false, true),
        ];
        for (text, leaves, names_itself) in table {
            let value: Value = serde_json::from_str(text).expect("JSON");
            for tree in [tree(text).0, Tree::of(&value)] {
                assert_eq!((tree.leaves(), tree.names_itself()), (leaves, names_itself), "{text}");
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
