//! JSON text read into one row of nodes, each value before its parts.
//!
//! `{"a":[1,2]}` is five nodes: the object, the name `a`, the array, two numbers. An array and an
//! object know where the node behind their last part stands. Texts without escapes stay where they
//! came in.

use std::borrow::Cow;
use std::fmt;

use foldhash::HashSet;
use foldhash::HashSetExt;
use serde::de::DeserializeSeed;
use serde::de::Deserializer;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde_json::Number;

use crate::json::Place;
use crate::json::View;

/// Room for the nodes that the bodies of most calls have, made at once.
const USUAL: usize = 24;

/// JSON text, read into one row of nodes; no two members of an object have one name.
#[derive(Clone, Debug)]
pub struct Flat<'t> {
    nodes: Vec<Node<'t>>,
}

/// A value, or the name of a member.
#[derive(Clone, Debug)]
pub(super) enum Node<'t> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'t, str>),
    Array { count: usize, end: usize },
    Object { count: usize, end: usize },
}

impl Node<'_> {
    /// Where what follows this node and all its parts stands, if it stands itself at `at`.
    pub(super) fn end(&self, at: usize) -> usize {
        match self {
            Self::Array { end, .. } | Self::Object { end, .. } => *end,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => at + 1,
        }
    }

    /// One bit of 64, the same for two names that are the same.
    fn mark(&self) -> u64 {
        let Self::Text(name) = self else { return 0 };
        let name = name.as_bytes();
        let ends = name.first().zip(name.last());
        let (first, last) = ends.map_or((0, 0), |(first, last)| (*first, *last));
        1 << ((name.len() + 5 * usize::from(first) + 13 * usize::from(last)) % 64)
    }

    /// How many items or members it has.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::Array { count, .. } | Self::Object { count, .. } => *count,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => 0,
        }
    }
}

impl<'t> Flat<'t> {
    /// Reads a text that is one JSON value; `None` where an object has two members of one name,
    /// which a row can not leave out once it is written.
    ///
    /// # Errors
    ///
    /// serde_json's, with line and column; a value deeper than 128 is one.
    pub(super) fn read(text: &'t str) -> Result<Option<Self>, serde_json::Error> {
        let mut row = Row { nodes: Vec::with_capacity(USUAL), has_twins: false };
        let mut deserializer = serde_json::Deserializer::from_str(text);
        Part(&mut row).deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok((!row.has_twins).then_some(Self { nodes: row.nodes }))
    }

    /// The whole.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        View::Flat(Place { nodes: &self.nodes, at: 0 })
    }
}

/// A row in the making.
struct Row<'t> {
    nodes: Vec<Node<'t>>,
    has_twins: bool,
}

impl Row<'_> {
    /// Whether two members of the object at `at` have one name.
    fn has_twins(&self, at: usize, count: usize) -> bool {
        let mut next = at + 1;
        let mut names = (0..count).filter_map(|_| {
            let Node::Text(name) = &self.nodes[next] else { return None };
            next = self.nodes[next + 1].end(next + 1);
            Some(&**name)
        });
        let mut seen = HashSet::with_capacity(count);
        !names.all(|name| seen.insert(name))
    }
}

/// The next value of the text.
struct Part<'r, 't>(&'r mut Row<'t>);

impl<'t> DeserializeSeed<'t> for Part<'_, 't> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'t> Visitor<'t> for Part<'_, 't> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.nodes.push(Node::Null);
        Ok(())
    }

    fn visit_bool<E>(self, truth: bool) -> Result<(), E> {
        self.0.nodes.push(Node::Bool(truth));
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.0.nodes.push(Node::Number(number.into()));
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.0.nodes.push(Node::Number(number.into()));
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.0.nodes.push(Number::from_f64(number).map_or(Node::Null, Node::Number));
        Ok(())
    }

    fn visit_borrowed_str<E>(self, text: &'t str) -> Result<(), E> {
        self.0.nodes.push(Node::Text(Cow::Borrowed(text)));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.nodes.push(Node::Text(Cow::Owned(text.to_owned())));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut items: A) -> Result<(), A::Error> {
        let row = self.0;
        let (at, mut count) = (row.nodes.len(), 0);
        row.nodes.push(Node::Null);
        while items.next_element_seed(Part(&mut *row))?.is_some() {
            count += 1;
        }
        row.nodes[at] = Node::Array { count, end: row.nodes.len() };
        Ok(())
    }

    fn visit_map<A: MapAccess<'t>>(self, mut members: A) -> Result<(), A::Error> {
        let row = self.0;
        let (at, mut count) = (row.nodes.len(), 0);
        row.nodes.push(Node::Null);
        let mut marks = 0;
        let mut might_be_twins = false;
        while members.next_key_seed(Part(&mut *row))?.is_some() {
            let mark = row.nodes.last().map_or(0, Node::mark);
            might_be_twins |= marks & mark != 0;
            marks |= mark;
            members.next_value_seed(Part(&mut *row))?;
            count += 1;
        }
        row.has_twins = row.has_twins || (might_be_twins && row.has_twins(at, count));
        row.nodes[at] = Node::Object { count, end: row.nodes.len() };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::json::Input;
    use crate::json::read;

    #[test]
    fn every_text_reads_as_serde_json_reads_it() {
        let many: Vec<String> = (0..40).map(|number| format!("\"{number}\":[{number}]")).collect();
        let many = format!("{{{}}}", many.join(","));
        let deep = "[".repeat(200);
        let texts = [
            r#"{"a":[1,-2,0.5,1e3,18446744073709551615,true,false,null,"\u00e9\n"],"b":{},"":{"a":[]}}"#,
            r#"{"a":1,"b":2,"a":3}"#,
            r#"[{"a":{"b":[],"c":{}},"d":"e"},[[]],"\u0041"]"#,
            r#"{"\u0061":1,"a":2}"#,
            &many,
            "  7 ",
            "\"\u{e9}\"",
            "",
            "{",
            "[1,]",
            "{} {}",
            "nul",
            "1e999",
            "\"\\ud800\"",
            &deep,
        ];
        for text in texts {
            let own = read(text.as_bytes()).map(|input| input.view().to_value().into_owned());
            let own = own.map_err(|error| error.to_string());
            let other = serde_json::from_str::<Value>(text).map_err(|error| error.to_string());
            assert_eq!(own, other, "{text}");
        }
        let (own, other) = (read(b"[\"\xff\"]"), serde_json::from_slice::<Value>(b"[\"\xff\"]"));
        assert_eq!(own.unwrap_err().to_string(), other.unwrap_err().to_string());
    }

    #[test]
    fn a_member_is_found_by_its_name_however_many_there_are() {
        for count in [1, 15, 16, 17, 40] {
            let members: Vec<String> =
                (0..count).map(|number| format!("\"m{number}\":{{\"x\":[{number}]}}")).collect();
            let text = format!("{{{}}}", members.join(","));
            let input = read(text.as_bytes()).unwrap();
            assert!(matches!(input, Input::Flat(_)), "{count}");
            let value = input.view().to_value().into_owned();
            for view in [input.view(), (&value).into()] {
                for number in 0..count {
                    let found = view.get(&format!("m{number}")).and_then(|found| found.get("x"));
                    assert_eq!(*found.unwrap().to_value(), serde_json::json!([number]));
                }
                assert!(view.get("m").is_none());
                assert!(view.get("x").is_none());
            }
        }
    }

    #[test]
    fn two_members_of_one_name_are_found_wherever_they_stand() {
        for count in [2, 16, 17, 40] {
            let mut names: Vec<usize> = (0..count).collect();
            names[count - 1] = 0;
            let members: Vec<String> =
                names.iter().map(|name| format!("\"{name}\":{{}}")).collect();
            let text = format!("[{{{}}}]", members.join(","));
            assert!(matches!(read(text.as_bytes()), Ok(Input::Value(_))), "{count}");
        }
    }
}
