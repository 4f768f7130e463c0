//! A row of nodes in the making, from whatever serde reads.

use std::fmt;

use foldhash::HashMap;
use serde::Deserialize;
use serde::de::DeserializeSeed;
use serde::de::Deserializer;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde_json::Number;
use serde_json::Value;

use crate::spec::tree::Cell;
use crate::spec::tree::Text;
use crate::spec::tree::Tree;
use crate::spec::tree::hash;

/// How many members are looked through before a name is hashed instead.
const FEW: usize = 24;

/// What was read so far.
#[derive(Debug, Default)]
pub(crate) struct Row {
    /// Where the text begins, of which parts stay where they are.
    base: Option<(usize, usize)>,
    made: String,
    cells: Vec<Cell>,
    numbers: Vec<Number>,
    names_itself: bool,
}

impl Row {
    /// A row whose texts stay in `text` where they can.
    pub(crate) fn within(text: &str) -> Self {
        // A document has a node for every twenty of its bytes at the least, mostly.
        let cells = Vec::with_capacity(text.len() / 20);
        Self { base: Some((text.as_ptr().addr(), text.len())), cells, ..Self::default() }
    }

    /// The tree, and whether some object of it has two members of one name; `text` is the one
    /// that texts stay in.
    pub(crate) fn finish(self, text: Text) -> (Tree, bool) {
        let Self { made, mut cells, numbers, names_itself, .. } = self;
        cells.shrink_to_fit();
        let large = HashMap::default();
        let mut tree = Tree { text, made, cells, numbers, large, names_itself };
        let has_doubles = tree.index();
        (tree, has_doubles)
    }

    /// Adds a value.
    pub(crate) fn add(&mut self, value: &Value) {
        match value {
            Value::Null => self.cells.push(Cell::Null),
            Value::Bool(truth) => self.cells.push(Cell::Bool(*truth)),
            Value::Number(number) => self.number(number.clone()),
            Value::String(text) => self.make(text),
            Value::Array(items) => {
                let at = self.open();
                items.iter().for_each(|item| self.add(item));
                self.cells[at] = Cell::Array { count: small(items.len()), end: self.next() };
            }
            Value::Object(members) => {
                let at = self.open();
                for (name, value) in members {
                    self.make(name);
                    self.meet(name);
                    self.add(value);
                }
                self.cells[at] = Cell::Object { count: small(members.len()), end: self.next() };
            }
        }
    }

    /// Notes where an array or object begins, whose end is not known yet.
    fn open(&mut self) -> usize {
        self.cells.push(Cell::Null);
        self.cells.len() - 1
    }

    fn next(&self) -> u32 {
        small(self.cells.len())
    }

    fn number(&mut self, number: Number) {
        self.cells.push(Cell::Number(small(self.numbers.len())));
        self.numbers.push(number);
    }

    /// Adds a text that does not stand in the document as it is.
    fn make(&mut self, text: &str) {
        let start = small(self.made.len());
        self.made.push_str(text);
        self.cells.push(Cell::Made { start, length: small(text.len()) });
    }

    /// Adds a text that may be a part of the document's.
    fn stay(&mut self, text: &str) {
        let within = self.base.and_then(|(base, length)| {
            let start = text.as_ptr().addr().checked_sub(base)?;
            (start + text.len() <= length).then_some(start)
        });
        match within {
            Some(start) => {
                self.cells.push(Cell::Text { start: small(start), length: small(text.len()) });
            }
            None => self.make(text),
        }
    }

    /// Looks at the name of a member.
    fn meet(&mut self, name: &str) {
        self.names_itself |= name.starts_with('$') && name != "$ref";
    }
}

impl Tree {
    /// Notes where the members of large objects stand, and looks whether two members of an object
    /// have one name.
    fn index(&mut self) -> bool {
        let mut has_doubles = false;
        let mut names: Vec<u32> = Vec::new();
        for at in 0..small(self.cells.len()) {
            let Cell::Object { count, .. } = self.cell(at) else { continue };
            if count < 2 {
                continue;
            }
            names.clear();
            let mut next = at + 1;
            for _ in 0..count {
                names.push(next);
                next = self.end(next + 1);
            }
            if names.len() <= FEW {
                has_doubles = has_doubles || self.has_twins(&names);
                continue;
            }
            let name = |at: u32| self.text(at).unwrap_or_default();
            let mut index: Vec<(u64, u32)> =
                names.iter().map(|at| (hash(name(*at)), *at)).collect();
            index.sort_unstable();
            has_doubles = has_doubles
                || index.chunk_by(|one, other| one.0 == other.0).any(|alike| {
                    let alike: Vec<u32> = alike.iter().map(|(_, at)| *at).collect();
                    self.has_twins(&alike)
                });
            self.large.insert(at, index.into());
        }
        has_doubles
    }

    /// Whether two of some texts are the same.
    fn has_twins(&self, names: &[u32]) -> bool {
        names.iter().enumerate().any(|(number, one)| {
            let one = self.text(*one);
            names[number + 1..].iter().any(|other| self.text(*other) == one)
        })
    }
}

/// A number of nodes or bytes; a document that has more than 32 bits tell is refused before.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The next value.
struct Part<'r>(&'r mut Row);

/// The name of the next member.
struct Name<'r>(&'r mut Row);

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut row = Self::default();
        row.read(deserializer)?;
        Ok(row)
    }
}

impl Row {
    /// Reads a value.
    ///
    /// # Errors
    ///
    /// The reader's.
    pub(crate) fn read<'de, D: Deserializer<'de>>(&mut self, reader: D) -> Result<(), D::Error> {
        Part(self).deserialize(reader)
    }
}

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_bool<E>(self, truth: bool) -> Result<(), E> {
        self.0.cells.push(Cell::Bool(truth));
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.0.number(number.into());
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.0.number(number.into());
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        match Number::from_f64(number) {
            Some(number) => self.0.number(number),
            None => self.0.cells.push(Cell::Null),
        }
        Ok(())
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        self.0.stay(text);
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.make(text);
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.cells.push(Cell::Null);
        Ok(())
    }

    fn visit_none<E>(self) -> Result<(), E> {
        self.0.cells.push(Cell::Null);
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        self.deserialize(reader)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let (row, mut count) = (self.0, 0);
        let at = row.open();
        while items.next_element_seed(Part(&mut *row))?.is_some() {
            count += 1;
        }
        row.cells[at] = Cell::Array { count, end: row.next() };
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let (row, mut count) = (self.0, 0);
        let at = row.open();
        while members.next_key_seed(Name(&mut *row))?.is_some() {
            members.next_value_seed(Part(&mut *row))?;
            count += 1;
        }
        row.cells[at] = Cell::Object { count, end: row.next() };
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        // A name is a text, even one that could be a number.
        reader.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string key")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<(), E> {
        self.0.meet(name);
        self.0.stay(name);
        Ok(())
    }

    fn visit_str<E>(self, name: &str) -> Result<(), E> {
        self.0.meet(name);
        self.0.make(name);
        Ok(())
    }
}
