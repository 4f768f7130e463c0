//! From text to JSON: the value that a text means to a schema.
//!
//! Text that does not read as the schema's type stays text, so that the schema itself says what is
//! wrong with it. Nothing here judges.

use std::borrow::Cow;

use serde_json::Map;
use serde_json::Number;
use serde_json::Value;
use serde_json::map::Entry;

use crate::params::style::Tree;
use crate::params::style::Wanted;
use crate::params::style::Written;
use crate::schema::SchemaId;
use crate::schema::Schemas;
use crate::schema::Types;
use crate::schema::list;

/// How deep combined and referring schemas are followed; a schema that only refers to itself ends
/// here.
const DEPTH: usize = 16;

/// A schema as far as coercion reads it; `None` for a value that nobody describes.
#[derive(Clone, Copy, Debug)]
pub struct Target<'s> {
    schemas: &'s Schemas,
    schema: Option<&'s Value>,
    /// What the schema lets a value be; worked out once for the schemas that have a name.
    types: Types,
    leaning: Leaning,
}

/// What a text is where the schema lets it be several things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaning {
    /// A number or truth value if it reads as one.
    Typed,
    /// Text.
    Text,
    /// Null if it is empty.
    Null,
    /// Inside a list, a list of its own, with this between its items: 2.0 has such lists.
    Split(char),
}

impl<'s> Target<'s> {
    /// The schema of a parameter, header or body.
    #[must_use]
    pub fn new(schemas: &'s Schemas, schema: Option<SchemaId>) -> Self {
        let types = schema.map_or(Types::ANY, |schema| schemas.types(schema));
        let schema = schema.map(|schema| schemas.lowered(schema));
        Self { schemas, schema, types, leaning: Leaning::Typed }
    }

    /// The same, with another answer where the schema leaves a choice.
    #[must_use]
    pub fn leaning(self, leaning: Leaning) -> Self {
        Self { leaning, ..self }
    }

    /// What the schema lets a text be: lists and objects only where nothing simpler is allowed.
    #[must_use]
    pub fn wanted(self) -> Wanted {
        let types = self.types;
        if types == Types::ANY {
            self.described()
        } else if types.has(SCALAR) {
            Wanted::Scalar
        } else if types.has(Types::ARRAY) {
            Wanted::List
        } else if types.has(Types::OBJECT) {
            Wanted::Object
        } else {
            Wanted::Scalar
        }
    }

    /// What a schema without a type speaks of.
    fn described(self) -> Wanted {
        let speaks_of = |keyword| self.first(|schema| schema.get(keyword)).is_some();
        if speaks_of("properties") {
            Wanted::Object
        } else if speaks_of("items") || speaks_of("prefixItems") {
            Wanted::List
        } else {
            Wanted::Scalar
        }
    }

    /// Everything that the schema lets a text be, the simplest first.
    pub(crate) fn alternatives(self) -> impl Iterator<Item = Wanted> {
        let table = [
            (SCALAR.or(Types::NULL), Wanted::Scalar),
            (Types::ARRAY, Wanted::List),
            (Types::OBJECT, Wanted::Object),
        ];
        table.into_iter().filter(move |(types, _)| self.types.has(*types)).map(|(_, it)| it)
    }

    /// Whether a text can be anything but itself.
    pub(crate) fn is_ambiguous(self) -> bool {
        self.types != Types::STRING
    }

    /// Whether a value can be a text.
    pub(crate) fn may_be_text(self) -> bool {
        self.types.has(Types::STRING)
    }

    /// Whether every text means itself.
    pub(crate) fn is_text(self) -> bool {
        self.types == Types::STRING || self.types == Types::ANY
    }

    /// Whether nothing is said of the value's type.
    pub(crate) fn is_any(self) -> bool {
        self.types == Types::ANY
    }

    /// Whether the value is a string, or null at most.
    pub(crate) fn is_string(self) -> bool {
        self.types.has(Types::STRING) && !self.types.has(Types::STRING.or(Types::NULL).others())
    }

    /// Whether the value is a list and nothing simpler.
    pub(crate) fn wants_list(self) -> bool {
        self.wanted() == Wanted::List
    }

    /// Whether the schema lets a value be of one of these types.
    pub(crate) fn allows(self, types: Types) -> bool {
        self.types.has(types)
    }

    /// Whether bytes that are no text are meant: nothing is said of them, or that they are binary
    /// (OpenAPI 3.0.4, *Data Type Format*; 3.1.1, *Working with Binary Data*).
    pub(crate) fn is_binary(self) -> bool {
        let says = |keyword| self.first(|schema| schema.get(keyword));
        self.types == Types::ANY
            || says("format").and_then(Value::as_str) == Some("binary")
            || (says("contentMediaType").is_some() && says("contentEncoding").is_none())
    }

    /// What the schema, or one that it is combined of, says of its value in XML.
    pub(crate) fn xml(self, keyword: &str) -> Option<&'s Value> {
        self.first(|schema| schema.get("xml")?.get(keyword))
    }

    /// Whether the schema names its value in XML itself, not one that it refers to.
    pub(crate) fn is_named_itself(self) -> bool {
        let own = self.schema.and_then(|schema| schema.get("xml"));
        own.is_some_and(|xml| xml.get("name").is_some())
    }

    /// What tells the schema from all others of the document; 0 for none.
    pub(crate) fn address(self) -> usize {
        self.schema.map_or(0, |schema| std::ptr::from_ref(schema).addr())
    }

    /// The value that a text means.
    ///
    /// # Shapes
    ///
    /// | types             | text    | value     |
    /// |-------------------|---------|-----------|
    /// | integer, number   | `12`    | `12`      |
    /// | integer           | `12a`   | `"12a"`   |
    /// | integer           | `007`   | `"007"`: JSON has no such number |
    /// | boolean           | `true`  | `true`    |
    /// | boolean           | `yes`   | `"yes"`   |
    /// | integer or null   | `null`, empty | `null` |
    /// | string or null    | `null`  | `"null"`  |
    /// | any               | `12`    | `"12"`    |
    #[must_use]
    pub fn text(self, text: Cow<'_, str>) -> Value {
        let types = self.types;
        let is_text = self.leaning == Leaning::Text && types.has(Types::STRING);
        let is_null = self.leaning == Leaning::Null && types.has(Types::NULL) && text.is_empty();
        if is_null {
            return Value::Null;
        }
        if types != Types::ANY && !is_text {
            if types.has(Types::INTEGER.or(Types::NUMBER))
                && let Ok(number) = serde_json::from_str::<Number>(&text)
            {
                return Value::Number(number);
            }
            if types.has(Types::BOOLEAN)
                && let Ok(truth) = text.parse::<bool>()
            {
                return Value::Bool(truth);
            }
            if types.has(Types::NULL)
                && !types.has(Types::STRING)
                && (text.is_empty() || text == "null")
            {
                return Value::Null;
            }
        }
        Value::String(text.into_owned())
    }

    /// The value that a parameter's text means, taken apart by its style.
    #[must_use]
    pub fn value(self, written: Written<'_>) -> Value {
        match written {
            Written::Scalar(text) => self.text(text),
            Written::List(items) => self.list(items.into_iter()),
            Written::Object(mut members) => {
                // Whatever order they were sent in, they are told of in the document's.
                let declared = self.members();
                let place = |name: &str| declared.iter().position(|known| *known == name);
                members.sort_by_key(|(name, _)| place(name).unwrap_or(declared.len()));
                let mut object = Map::with_capacity(members.len());
                for (name, text) in members {
                    let target = self.property(&name);
                    let value = match target.wanted() {
                        Wanted::List => target.list(std::iter::once(text)),
                        Wanted::Scalar | Wanted::Object => target.text(text),
                    };
                    add(&mut object, name.into_owned(), value);
                }
                Value::Object(object)
            }
            Written::Tree(tree) => self.tree(tree),
        }
    }

    fn list<'t>(self, items: impl Iterator<Item = Cow<'t, str>>) -> Value {
        let rest = self.items();
        let first = self.first(|schema| schema.get("prefixItems"));
        let first = first.and_then(Value::as_array).map_or(0, Vec::len);
        let items = items.enumerate().map(|(number, text)| {
            let target = if number < first { self.item(number) } else { rest };
            match self.leaning {
                Leaning::Split(separator) if target.wanted() == Wanted::List => {
                    // One level: a schema of lists without end would never be done.
                    let target = target.leaning(Leaning::Typed);
                    target.list(text.split(separator).map(Cow::Borrowed))
                }
                Leaning::Typed | Leaning::Text | Leaning::Null | Leaning::Split(_) => {
                    target.text(text)
                }
            }
        });
        Value::Array(items.collect())
    }

    /// The value of a tree: members are a list where they are numbered or unnamed and the schema
    /// lets them be one; several values are always one.
    fn tree(self, mut tree: Tree<'_>) -> Value {
        if tree.members.is_empty() {
            return match tree.values.pop() {
                Some(only) if tree.values.is_empty() => self.text(only),
                Some(last) => self.list(tree.values.into_iter().chain([last])),
                None => Value::Null,
            };
        }
        if self.types.has(Types::ARRAY) && tree.is_list() {
            let mut numbered: Vec<_> = tree.members.into_iter().collect();
            numbered.sort_by(|(one, _), (other, _)| (one.len(), one).cmp(&(other.len(), other)));
            let mut items = Vec::with_capacity(numbered.len());
            for (_, mut member) in numbered {
                for text in std::mem::take(&mut member.values) {
                    items.push(self.item(items.len()).text(text));
                }
                if !member.members.is_empty() {
                    items.push(self.item(items.len()).tree(member));
                }
            }
            return Value::Array(items);
        }
        let members = tree.members.into_iter().map(|(name, member)| {
            let value = self.property(&name).tree(member);
            (name.into_owned(), value)
        });
        Value::Object(members.collect())
    }

    /// The schema of a list's items.
    #[must_use]
    pub fn items(self) -> Self {
        self.with(self.first(|schema| schema.get("items")))
    }

    /// The schema of a list's item at its place.
    #[must_use]
    pub fn item(self, number: usize) -> Self {
        match self.first(|schema| schema.get("prefixItems")?.get(number)) {
            Some(schema) => self.with(Some(schema)),
            None => self.items(),
        }
    }

    /// The schema of an object's member.
    #[must_use]
    pub fn property(self, name: &str) -> Self {
        let declared = self.first(|schema| schema.get("properties")?.get(name));
        self.with(declared.or_else(|| self.first(|schema| schema.get("additionalProperties"))))
    }

    /// Whether an object takes whatever members there are: where the schema says so, or names none.
    #[must_use]
    pub fn is_open(self) -> bool {
        match self.first(|schema| schema.get("additionalProperties")) {
            Some(Value::Bool(is_open)) => *is_open,
            Some(_) => true,
            None => self.first(|schema| schema.get("properties")).is_none(),
        }
    }

    /// The names of all members that the schema declares.
    #[must_use]
    pub fn members(self) -> Vec<&'s str> {
        let mut names = Vec::new();
        for schema in self.branches() {
            if let Some(Value::Object(properties)) = schema.get("properties") {
                names.extend(properties.keys().map(String::as_str));
            }
        }
        names
    }

    fn with(self, schema: Option<&'s Value>) -> Self {
        let types = schema.map_or(Types::ANY, |schema| self.schemas.types_of(schema));
        Self { schema, types, ..self }
    }

    fn first(self, part: impl Fn(&'s Value) -> Option<&'s Value>) -> Option<&'s Value> {
        self.branches().into_iter().find_map(part)
    }

    /// The schema and everything that it is combined of.
    fn branches(self) -> Vec<&'s Value> {
        let mut branches = Vec::new();
        if let Some(schema) = self.schema {
            flatten(self.schemas, schema, DEPTH, &mut branches);
        }
        branches
    }
}

/// Everything that one text can be.
const SCALAR: Types = Types::BOOLEAN.or(Types::INTEGER).or(Types::NUMBER).or(Types::STRING);

/// Adds a member; one that is there already makes a list of both.
fn add(object: &mut Map<String, Value>, name: String, value: Value) {
    match object.entry(name) {
        Entry::Vacant(vacant) => {
            vacant.insert(value);
        }
        Entry::Occupied(mut known) => {
            let mut items = listed(known.get_mut().take());
            items.append(&mut listed(value));
            known.insert(Value::Array(items));
        }
    }
}

/// A list as it is, anything else as a list of one.
fn listed(value: Value) -> Vec<Value> {
    if let Value::Array(items) = value { items } else { vec![value] }
}

fn flatten<'s>(
    schemas: &'s Schemas,
    schema: &'s Value,
    depth: usize,
    branches: &mut Vec<&'s Value>,
) {
    let Some(deeper) = depth.checked_sub(1) else { return };
    branches.push(schema);
    if let Some(target) = schemas.referred(schema) {
        flatten(schemas, target, deeper, branches);
    }
    for part in ["allOf", "anyOf", "oneOf"].iter().filter_map(|keyword| list(schema, keyword)) {
        for branch in part {
            flatten(schemas, branch, deeper, branches);
        }
    }
}
