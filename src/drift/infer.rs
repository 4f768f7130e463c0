//! What values were like, as far as a schema could say it: types, bounds, members.
//!
//! Two of them join to what covers both, in any order and as often as one likes; so what was seen
//! by several readers is the same as if one had seen it all.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::drift::kind;
use crate::json::Kind;
use crate::json::View;
use crate::spec::dialect::Null;
use crate::tape::placeholder;

/// How deep values are looked into.
const DEPTH: usize = 12;

/// How many members are told apart by their names.
const MOST_MEMBERS: usize = 64;

/// How many texts are kept.
const MOST_WORDS: usize = 64;

/// How long a text is that may be a value of an enumeration, in bytes.
const LONGEST_WORD: usize = 64;

/// JSON's types; a number that is no integer is `NUMBER`.
const TYPES: [(&str, u8); 7] = [
    ("null", NULL),
    ("boolean", BOOLEAN),
    ("integer", INTEGER),
    ("number", NUMBER),
    ("string", STRING),
    ("array", ARRAY),
    ("object", OBJECT),
];
const NULL: u8 = 1;
const BOOLEAN: u8 = 2;
const INTEGER: u8 = 4;
const NUMBER: u8 = 8;
const STRING: u8 = 16;
const ARRAY: u8 = 32;
const OBJECT: u8 = 64;

/// What some values were like.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Inferred {
    /// A bit for each type.
    #[serde(skip_serializing_if = "is_default")]
    types: u8,
    /// The least and the greatest number.
    #[serde(skip_serializing_if = "is_default")]
    numbers: Option<(f64, f64)>,
    /// The lengths of the shortest and the longest text, in characters.
    #[serde(skip_serializing_if = "is_default")]
    lengths: Option<(u64, u64)>,
    /// The fewest and the most parts of an array or object.
    #[serde(skip_serializing_if = "is_default")]
    counts: Option<(u64, u64)>,
    /// What the items were like.
    #[serde(skip_serializing_if = "is_default")]
    items: Option<Box<Inferred>>,
    /// What the members were like.
    #[serde(skip_serializing_if = "is_default")]
    members: BTreeMap<String, Inferred>,
    /// The members that every object had; `None` where there was no object.
    #[serde(skip_serializing_if = "is_default")]
    always: Option<BTreeSet<String>>,
    /// Whether the members' names are data.
    #[serde(skip_serializing_if = "is_default")]
    is_map: bool,
    /// The texts, while they are few and short.
    #[serde(skip_serializing_if = "is_default")]
    words: BTreeSet<String>,
    /// Whether there were others.
    #[serde(skip_serializing_if = "is_default")]
    has_more: bool,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Inferred {
    /// What one value is like.
    pub(crate) fn of(view: View<'_>) -> Self {
        Self::deep(view, DEPTH)
    }

    fn deep(view: View<'_>, depth: usize) -> Self {
        let mut own = Self::default();
        match view.kind() {
            Kind::Null => own.types = NULL,
            Kind::Bool(_) => own.types = BOOLEAN,
            Kind::Number(number) => {
                let value = number.as_f64().unwrap_or_default();
                let is_integer = number.is_i64() || number.is_u64() || value.fract() == 0.0;
                own.types = if is_integer { INTEGER } else { NUMBER };
                own.numbers = Some((value, value));
            }
            Kind::Text(text) => {
                own.types = STRING;
                let length = text.chars().count() as u64;
                own.lengths = Some((length, length));
                own.note(text);
            }
            Kind::Array(items) => {
                own.types = ARRAY;
                let count = items.count() as u64;
                own.counts = Some((count, count));
                if let Some(deeper) = depth.checked_sub(1) {
                    for item in items.iter() {
                        let item = Self::deep(item, deeper);
                        own.items.get_or_insert_default().join(item);
                    }
                }
            }
            Kind::Object(members) => {
                own.types = OBJECT;
                let count = members.count() as u64;
                own.counts = Some((count, count));
                own.always = Some(BTreeSet::new());
                if let Some(deeper) = depth.checked_sub(1) {
                    for (name, value) in members.iter() {
                        own.always.get_or_insert_default().insert(name.to_owned());
                        own.member(name.to_owned(), Self::deep(value, deeper));
                    }
                }
                own.settle();
            }
        }
        own
    }

    fn note(&mut self, text: &str) {
        let is_word = text.len() <= LONGEST_WORD && placeholder::find(text).is_none();
        if is_word && crate::finding::mask::text(text) == text {
            self.words.insert(text.to_owned());
        } else {
            self.has_more = true;
        }
    }

    fn member(&mut self, name: String, value: Self) {
        self.is_map |= kind::is_data(&name);
        self.members.entry(name).or_default().join(value);
    }

    /// Keeps what there is within its bounds.
    fn settle(&mut self) {
        if self.is_map || self.members.len() > MOST_MEMBERS {
            self.is_map = true;
            self.always = self.always.take().map(|_| BTreeSet::new());
            let members = std::mem::take(&mut self.members);
            let mut all = Self::default();
            members.into_values().for_each(|member| all.join(member));
            self.members.insert(kind::NAME.to_owned(), all);
        }
        if self.words.len() > MOST_WORDS {
            self.has_more = true;
        }
        if self.has_more {
            self.words.clear();
        }
    }

    /// What covers both.
    pub(crate) fn join(&mut self, other: Self) {
        fn wider<T: PartialOrd + Copy>(
            own: Option<(T, T)>,
            other: Option<(T, T)>,
        ) -> Option<(T, T)> {
            let (Some(one), Some(two)) = (own, other) else { return own.or(other) };
            let least = if two.0 < one.0 { two.0 } else { one.0 };
            let most = if two.1 > one.1 { two.1 } else { one.1 };
            Some((least, most))
        }
        self.types |= other.types;
        self.numbers = wider(self.numbers, other.numbers);
        self.lengths = wider(self.lengths, other.lengths);
        self.counts = wider(self.counts, other.counts);
        if let Some(items) = other.items {
            self.items.get_or_insert_default().join(*items);
        }
        self.always = match (self.always.take(), other.always) {
            (Some(own), Some(other)) => Some(own.intersection(&other).cloned().collect()),
            (own, other) => own.or(other),
        };
        self.is_map |= other.is_map;
        for (name, value) in other.members {
            self.members.entry(name).or_default().join(value);
        }
        self.has_more |= other.has_more;
        self.words.extend(other.words);
        self.settle();
    }

    /// The names of the types, in JSON Schema's order; an integer is a number where there are both.
    pub(crate) fn types(&self) -> Vec<&'static str> {
        let both = INTEGER | NUMBER;
        let types = if self.types & both == both { self.types & !INTEGER } else { self.types };
        TYPES.iter().filter(|(_, bit)| types & bit != 0).map(|(name, _)| *name).collect()
    }

    /// The least and the greatest number.
    pub(crate) const fn numbers(&self) -> Option<(f64, f64)> {
        self.numbers
    }

    /// The lengths of the shortest and the longest text.
    pub(crate) const fn lengths(&self) -> Option<(u64, u64)> {
        self.lengths
    }

    /// The fewest and the most parts.
    pub(crate) const fn counts(&self) -> Option<(u64, u64)> {
        self.counts
    }

    /// The texts, unless there were too many or too long ones.
    pub(crate) fn words(&self) -> Option<&BTreeSet<String>> {
        (!self.has_more).then_some(&self.words)
    }

    /// A schema that allows all that was seen, in the way of a dialect.
    pub(crate) fn schema(&self, null: Null) -> Value {
        let may_list = null == Null::Type;
        let nullable = match null {
            Null::Keyword(keyword) => keyword,
            Null::Type => "",
        };
        let types = self.types();
        let is_nullable = types.contains(&"null");
        let others: Vec<&str> = types.iter().copied().filter(|name| *name != "null").collect();
        let mut schema = Map::new();
        match others.as_slice() {
            // Nothing but null was seen: what it is otherwise, nobody knows.
            [] => return if may_list { json!({}) } else { json!({ nullable: true }) },
            [one] if may_list && is_nullable => {
                schema.insert("type".to_owned(), json!([one, "null"]));
            }
            [one] => {
                schema.insert("type".to_owned(), json!(one));
                if is_nullable {
                    schema.insert(nullable.to_owned(), json!(true));
                }
            }
            // Several types: everything is allowed rather than something wrongly forbidden.
            _ if may_list => {
                schema.insert("type".to_owned(), json!(types));
            }
            _ => return if is_nullable { json!({ nullable: true }) } else { json!({}) },
        }
        if let (true, Some(items)) = (others.contains(&"array"), &self.items) {
            schema.insert("items".to_owned(), items.schema(null));
        } else if others.contains(&"array") {
            schema.insert("items".to_owned(), json!({}));
        }
        if others.contains(&"object") {
            self.object(&mut schema, null);
        }
        Value::Object(schema)
    }

    fn object(&self, schema: &mut Map<String, Value>, null: Null) {
        if self.is_map {
            let all = self.members.get(kind::NAME).map(|all| all.schema(null));
            schema.insert("additionalProperties".to_owned(), all.unwrap_or(json!(true)));
            return;
        }
        let members = self.members.iter();
        let properties: Map<String, Value> =
            members.map(|(name, value)| (name.clone(), value.schema(null))).collect();
        if !properties.is_empty() {
            schema.insert("properties".to_owned(), Value::Object(properties));
        }
        if let Some(always) = self.always.as_ref().filter(|always| !always.is_empty()) {
            schema.insert("required".to_owned(), json!(always));
        }
    }
}
