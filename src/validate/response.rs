//! STUB (reader helper): everything that can be said of a response.

use crate::finding::Violation;
use crate::message::Answer;
use crate::spec::Document;
use crate::spec::model::Operation;

/// Judges a response against what the operation declares.
#[must_use]
pub fn read(
    _document: &Document,
    _operation: &Operation,
    _method: &http::Method,
    _answer: &Answer,
) -> Vec<Violation> {
    todo!()
}
