//! A row of nodes in the making, from whatever serde reads.

use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeSeed;
use serde::de::Deserializer;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde_json::Number;
use serde_json::Value;

use crate::spec::tree::Cell;
use crate::spec::tree::Large;
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
    leaves: bool,
    /// Whether the value that comes next is that of a reference.
    is_reference: bool,
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
        let Self { made, mut cells, numbers, names_itself, leaves, .. } = self;
        cells.shrink_to_fit();
        let large = Large::default();
        let mut tree = Tree { text, made, cells, numbers, large, names_itself, leaves };
        let (large, has_doubles) = tree.index();
        tree.large = large;
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
        self.is_reference = false;
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
        self.look(text);
        self.keep(text);
    }

    fn keep(&mut self, text: &str) {
        let start = small(self.made.len());
        self.made.push_str(text);
        self.cells.push(Cell::Made { start, length: small(text.len()) });
    }

    /// Adds a text that may be a part of the document's.
    fn stay(&mut self, text: &str) {
        self.look(text);
        let within = self.base.and_then(|(base, length)| {
            let start = text.as_ptr().addr().checked_sub(base)?;
            (start + text.len() <= length).then_some(start)
        });
        match within {
            Some(start) => {
                self.cells.push(Cell::Text { start: small(start), length: small(text.len()) });
            }
            None => self.keep(text),
        }
    }

    /// Looks where a reference leads.
    fn look(&mut self, text: &str) {
        self.leaves |= self.is_reference && !text.starts_with('#');
        self.is_reference = false;
    }

    /// Looks at the name of a member.
    fn meet(&mut self, name: &str) {
        self.is_reference = name == "$ref";
        self.names_itself |= name.starts_with('$') && !self.is_reference;
    }
}

impl Tree {
    /// Where the members of large objects stand, and whether two members of an object have one
    /// name.
    fn index(&self) -> (Large, bool) {
        let (mut large, mut has_doubles) = (Large::default(), false);
        let mut names: Vec<(&str, u32)> = Vec::new();
        for at in 0..small(self.cells.len()) {
            let Cell::Object { count, .. } = self.cell(at) else { continue };
            if count < 2 {
                continue;
            }
            names.clear();
            let mut next = at + 1;
            for _ in 0..count {
                names.push((self.text(next).unwrap_or_default(), next));
                next = self.end(next + 1);
            }
            if names.len() <= FEW {
                has_doubles = has_doubles || has_twins(&names);
                continue;
            }
            let mut index: Vec<(u64, u32)> =
                names.iter().map(|(name, at)| (hash(name), *at)).collect();
            index.sort_unstable();
            let alike = index.chunk_by(|one, other| one.0 == other.0);
            has_doubles = has_doubles
                || alike.filter(|alike| alike.len() > 1).any(|alike| {
                    let text = |at: u32| (self.text(at).unwrap_or_default(), at);
                    has_twins(&alike.iter().map(|(_, at)| text(*at)).collect::<Vec<_>>())
                });
            large.insert(at, index.into());
        }
        (large, has_doubles)
    }
}

/// Whether two of some names are the same.
fn has_twins(names: &[(&str, u32)]) -> bool {
    let mut rest = names;
    while let Some(((name, _), others)) = rest.split_first() {
        if others.iter().any(|(other, _)| other == name) {
            return true;
        }
        rest = others;
    }
    false
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
        self.0.stay(name);
        self.0.meet(name);
        Ok(())
    }

    fn visit_str<E>(self, name: &str) -> Result<(), E> {
        self.0.make(name);
        self.0.meet(name);
        Ok(())
    }
}
