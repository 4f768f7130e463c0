//! The parts of documents that traffic may show, each numbered once.

use foldhash::HashMap;

use crate::drift::coverage::PartKind;
use crate::finding::Side;
use crate::pointer::Pointer;

/// A part, by its number.
pub(crate) type PartId = usize;

/// A part of the document that traffic may show.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// What it is known under, whoever reads.
    pub(crate) key: String,
    pub(crate) kind: PartKind,
    pub(crate) side: Side,
    pub(crate) name: String,
    pub(crate) pointer: Pointer,
    /// The operation that it belongs to, by its number in the document.
    pub(crate) operation: Option<usize>,
}

/// All parts that somebody came to.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    pub(crate) items: Vec<Item>,
    by_key: HashMap<String, PartId>,
}

impl Parts {
    /// The number of a part.
    pub(crate) fn number(&mut self, item: Item) -> PartId {
        if let Some(known) = self.by_key.get(&item.key) {
            return *known;
        }
        let number = self.items.len();
        self.by_key.insert(item.key.clone(), number);
        self.items.push(item);
        number
    }
}

impl Item {
    /// The property at a place.
    pub(crate) fn property(place: &Pointer) -> Item {
        let tokens: Vec<String> = place.tokens().map(std::borrow::Cow::into_owned).collect();
        // What follows the first `properties`, without the keywords between names.
        let start = tokens.iter().position(|token| token == "properties").unwrap_or(0);
        let mut path = Vec::new();
        let mut rest = tokens[start..].iter();
        while let Some(token) = rest.next() {
            match token.as_str() {
                "properties" => path.extend(rest.next().cloned()),
                "items" | "additionalProperties" => path.push("*".to_owned()),
                _ => {}
            }
        }
        Item {
            key: place.to_string(),
            kind: PartKind::Property,
            side: Side::Document,
            name: path.join("/"),
            pointer: place.clone(),
            operation: None,
        }
    }

    /// A value of the enumeration at a place.
    pub(crate) fn of_enum(place: &Pointer, value: &serde_json::Value) -> Self {
        let parent = place.parent().unwrap_or_default();
        let name = match (parent.last().as_deref(), place.last()) {
            (Some("properties"), Some(last)) => format!("{last} = {value}"),
            _ => value.to_string(),
        };
        Self {
            key: format!("{place} = {value}"),
            kind: PartKind::EnumValue,
            side: Side::Document,
            name,
            pointer: place.child("enum"),
            operation: None,
        }
    }
}
