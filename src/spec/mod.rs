//! Documents: bytes in, one normalised model out, and every place in it can be found again.
//!
//! Loading fails only where nothing can be read (`LoadError`); what is wrong *inside* a document
//! becomes a violation beside the model.

pub mod bundled;
pub mod described;
pub mod dialect;
pub mod load;
pub mod model;
pub mod position;
mod read;
mod resolve;

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::OnceLock;

use serde_json::Map;
use serde_json::Value;

pub use bundled::Bundled;
pub use described::Described;
pub use load::LoadError;
pub use model::Operation;
pub use position::Position;

use crate::finding::Place;
use crate::finding::Violation;
use crate::pointer::Pointer;
use crate::schema::Schemas;

/// A description, loaded and lowered.
#[derive(Debug)]
pub struct Document {
    /// The name that places are shown under: the file as given, or `openapi/<id>.yaml`.
    pub name: Arc<str>,
    /// `info.title`.
    pub title: String,
    /// Every operation, in the document's order.
    pub operations: Vec<Arc<Operation>>,
    /// The schemas, compiled on first use.
    pub schemas: Schemas,
    /// `components/examples` by name, for errors that no operation declares (unknown paths).
    pub examples: Vec<Arc<model::Example>>,
    /// All `x-…` members at the root.
    pub extensions: Map<String, Value>,
    /// What is wrong with it.
    pub violations: Vec<Violation>,
    /// The text, for positions.
    text: Cow<'static, str>,
    root: OnceLock<Value>,
    /// Where everything stands in the text, as [`position::list`] writes it.
    places: OnceLock<Cow<'static, str>>,
}

impl Document {
    /// The operation of that `operationId`.
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<&Arc<Operation>> {
        self.operations.iter().find(|operation| &*operation.id == id)
    }

    /// The operations that can not be served, each with the violation that says why.
    #[must_use]
    pub fn unserved(&self) -> Vec<(&str, &Violation)> {
        Vec::new()
    }

    /// The whole document as written, references unresolved; read again on the first call, because
    /// hardly anybody asks.
    #[must_use]
    pub fn root(&self) -> &Value {
        self.root.get_or_init(|| load::root(&self.text))
    }

    /// The place of `pointer` in the text, or of its nearest ancestor that has one.
    ///
    /// The build has listed the places of bundled documents. Any other text is walked on the first
    /// call and never before: a document without findings never pays for positions.
    #[must_use]
    pub fn position(&self, pointer: &Pointer) -> Option<Position> {
        let places = self.places.get_or_init(|| position::list(&self.text).into());
        if let Some(found) = position::look_up(places, pointer.as_str()) {
            return Some(found);
        }
        if let Some(behind_alias) = position::find(&self.text, pointer.as_str()) {
            return Some(behind_alias);
        }
        let mut place = pointer.parent()?;
        loop {
            if let Some(found) = position::look_up(places, place.as_str()) {
                return Some(found);
            }
            place = place.parent()?;
        }
    }

    /// Fills in line and column of a place in this document; other documents' places stay.
    pub fn locate(&self, place: &mut Place) {
        if place.file == *self.name
            && let Some(position) = self.position(&place.pointer)
        {
            place.line = Some(position.line);
            place.column = Some(position.column);
        }
    }

    /// One line of the text, counted from 1, for carets.
    #[must_use]
    pub fn line(&self, number: usize) -> Option<&str> {
        self.text.lines().nth(number.checked_sub(1)?)
    }
}
