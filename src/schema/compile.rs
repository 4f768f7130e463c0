//! STUB (spec helper): the table of lazily compiled validators.

use std::borrow::Cow;

use serde_json::Value;

use crate::pointer::Pointer;
use crate::schema::Direction;
use crate::schema::SchemaId;

/// One keyword of a schema that a value broke.
#[derive(Clone, Debug, PartialEq)]
pub struct SchemaViolation {
    /// The keyword.
    pub keyword: Cow<'static, str>,
    /// The place in the value.
    pub instance: Pointer,
    /// The place of the keyword in the user's document.
    pub place: Pointer,
    /// The property that is missing or unknown.
    pub property: Option<String>,
    /// The keyword's own value.
    pub constraint: Option<Value>,
    /// What is wrong, without the value.
    pub title: String,
    /// What would have been right.
    pub expected: Option<String>,
}

/// All schemas of a document.
#[derive(Debug)]
pub struct Schemas {}

impl Schemas {
    /// Whether `value` satisfies the schema: the fast way, no explanation.
    #[must_use]
    pub fn is_valid(&self, _schema: SchemaId, _direction: Direction, _value: &Value) -> bool {
        todo!()
    }

    /// Everything about `value` that breaks the schema; empty when it is valid.
    #[must_use]
    pub fn violations(
        &self,
        _schema: SchemaId,
        _direction: Direction,
        _value: &Value,
    ) -> Vec<SchemaViolation> {
        todo!()
    }

    /// The schema itself, lowered to JSON Schema 2020-12, references cut.
    #[must_use]
    pub fn lowered(&self, _schema: SchemaId) -> &Value {
        todo!()
    }

    /// The schema's place in the user's document.
    #[must_use]
    pub fn pointer(&self, _schema: SchemaId) -> &Pointer {
        todo!()
    }

    /// The schema at a place of the document, if one is known there.
    #[must_use]
    pub fn find(&self, _pointer: &Pointer) -> Option<SchemaId> {
        todo!()
    }
}
