//! The JSON types that a schema lets a value be, as far as that can be told without a value.

use serde_json::Value;

use crate::json;
use crate::schema::table::Table;

/// How deep combined and referring schemas are followed; a schema that only refers to itself ends
/// here.
const DEPTH: usize = 16;

/// A set of JSON types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Types(u8);

impl Types {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const NULL: Self = Self(1);
    pub(crate) const BOOLEAN: Self = Self(2);
    pub(crate) const INTEGER: Self = Self(4);
    pub(crate) const NUMBER: Self = Self(8);
    pub(crate) const STRING: Self = Self(16);
    pub(crate) const ARRAY: Self = Self(32);
    pub(crate) const OBJECT: Self = Self(64);
    pub(crate) const ANY: Self = Self(127);

    /// Whether the sets have a type in common.
    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The types of either.
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// All types but these.
    pub(crate) const fn others(self) -> Self {
        Self(Self::ANY.0 & !self.0)
    }

    /// The types of both.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The types that a name of one stands for.
    pub(crate) fn named(name: &str) -> Self {
        match name {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "integer" => Self::INTEGER,
            "number" => Self::NUMBER.or(Self::INTEGER),
            "string" => Self::STRING,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            _ => Self::NONE,
        }
    }

    /// The types that the value of `type` lists.
    pub(crate) fn read(kinds: &Value) -> Self {
        match kinds {
            Value::String(name) => Self::named(name),
            Value::Array(names) => names
                .iter()
                .filter_map(Value::as_str)
                .fold(Self::NONE, |found, name| found.or(Self::named(name))),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Self::ANY,
        }
    }

    /// The names of the types; an integer is a number where all numbers are allowed.
    pub(crate) fn names(self) -> Vec<&'static str> {
        let all = [
            (Self::STRING, "string"),
            (Self::NUMBER, "number"),
            (Self::INTEGER, "integer"),
            (Self::BOOLEAN, "boolean"),
            (Self::ARRAY, "array"),
            (Self::OBJECT, "object"),
            (Self::NULL, "null"),
        ];
        let is_told = |of: Self| self.has(of) && !(of == Self::INTEGER && self.has(Self::NUMBER));
        all.into_iter().filter(|(of, _)| is_told(*of)).map(|(_, name)| name).collect()
    }

    /// Whether all types of the other are among these.
    pub(crate) const fn holds(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// The types of a value.
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(_) => Self::NUMBER.or(Self::INTEGER),
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }
}

/// The types that a schema of the table allows.
pub(crate) fn types_of(table: &Table, schema: &Value) -> Types {
    types(table, schema, DEPTH)
}

fn types(table: &Table, schema: &Value, depth: usize) -> Types {
    let Some(deeper) = depth.checked_sub(1) else { return Types::ANY };
    if schema == &Value::Bool(false) {
        return Types::NONE;
    }
    let mut found = keyword(schema, "type").map_or(Types::ANY, Types::read);
    if let Some(values) = list(schema, "enum") {
        found = found.and(values.iter().fold(Types::NONE, |all, value| all.or(Types::of(value))));
    }
    if let Some(value) = keyword(schema, "const") {
        found = found.and(Types::of(value));
    }
    if let Some(target) = table.referred(schema) {
        found = found.and(types(table, target, deeper));
    }
    for branch in list(schema, "allOf").into_iter().flatten() {
        found = found.and(types(table, branch, deeper));
    }
    for branches in ["anyOf", "oneOf"].iter().filter_map(|keyword| list(schema, keyword)) {
        let any =
            branches.iter().fold(Types::NONE, |all, branch| all.or(types(table, branch, deeper)));
        found = found.and(any);
    }
    found
}

/// The list that a keyword of a schema has.
pub(crate) fn list<'s>(schema: &'s Value, keyword: &str) -> Option<&'s Vec<Value>> {
    self::keyword(schema, keyword).and_then(Value::as_array)
}

fn keyword<'s>(schema: &'s Value, keyword: &str) -> Option<&'s Value> {
    json::member(schema.as_object()?, keyword)
}
