//! Parameters: raw text of a call to JSON values, by the declared style.

use serde_json::Map;
use serde_json::Value;

use crate::finding::Violation;
use crate::message::Request;
use crate::spec::Document;
use crate::spec::model::Operation;

/// The decoded parameters of one call, by location and name; header names as the document spells
/// them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments {
    /// Values of the path template.
    pub path: Map<String, Value>,
    /// Values of the query.
    pub query: Map<String, Value>,
    /// Values of header fields.
    pub header: Map<String, Value>,
    /// Values of cookies.
    pub cookie: Map<String, Value>,
}

impl Arguments {
    /// A path value that is text.
    #[must_use]
    pub fn path_text(&self, name: &str) -> Option<&str> {
        self.path.get(name).and_then(Value::as_str)
    }

    /// A query value that is text.
    #[must_use]
    pub fn query_text(&self, name: &str) -> Option<&str> {
        self.query.get(name).and_then(Value::as_str)
    }

    /// A header value that is text.
    #[must_use]
    pub fn header_text(&self, name: &str) -> Option<&str> {
        self.header.get(name).and_then(Value::as_str)
    }
}

/// Reads the declared parameters of a call, coerced to their schemas' types, and judges them.
///
/// What is not declared is left alone: neither an argument nor a violation.
#[must_use]
pub fn read(
    _document: &Document,
    _operation: &Operation,
    _path_values: &[(String, String)],
    _request: &Request,
) -> (Arguments, Vec<Violation>) {
    todo!()
}
