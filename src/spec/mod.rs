//! Documents: bytes in, one normalised model out, and every place in it can be found again.
//!
//! Loading fails only where nothing can be read (`LoadError`); what is wrong *inside* a document
//! becomes a violation beside the model.

mod assemble;
pub mod bundled;
pub mod described;
pub mod dialect;
mod files;
pub mod load;
mod lower;
pub mod model;
mod overlay;
pub mod position;
mod read;
mod resolve;
mod served;
mod told;

use std::sync::Arc;
use std::sync::OnceLock;

use serde_json::Map;
use serde_json::Value;

pub use bundled::Bundled;
pub use described::Described;
pub use files::Written;
pub use load::LoadError;
pub use model::Operation;
pub use position::Position;
pub use served::Unserved;

use crate::finding::Place;
use crate::finding::Violation;
use crate::pointer::Pointer;
use crate::schema::Schemas;
use crate::spec::files::Files;

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
    files: Files,
    is_servable: bool,
    /// The whole, for whoever asks; set from the start where the main file does not tell it.
    root: OnceLock<Value>,
}

impl Document {
    /// The operation of that `operationId`.
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<&Arc<Operation>> {
        self.operations.iter().find(|operation| &*operation.id == id)
    }

    /// The operations that are declared and can not be served, each with what keeps it from that.
    #[must_use]
    pub fn unserved(&self) -> Vec<Unserved> {
        if self.violations.is_empty() {
            return Vec::new();
        }
        served::unserved(self.root(), &self.operations, &self.violations)
    }

    /// Whether at least one operation can be served, or the document declares none on purpose, as
    /// one of webhooks alone. Of others, [`Document::unserved`] tells why.
    #[must_use]
    pub const fn is_servable(&self) -> bool {
        self.is_servable
    }

    /// The whole document as written, references unresolved; read again on the first call, because
    /// hardly anybody asks. What other files hold stands below `x-standin-files`, by their names.
    #[must_use]
    pub fn root(&self) -> &Value {
        self.root.get_or_init(|| load::root(&self.files.main().text))
    }

    /// The place of `pointer` in its file, or of its nearest ancestor that has one.
    ///
    /// The build has listed the places of bundled documents. Any other text is walked on the first
    /// call and never before: a document without findings never pays for positions.
    #[must_use]
    pub fn position(&self, pointer: &Pointer) -> Option<Position> {
        self.files.position(pointer)
    }

    /// Where the part at `pointer` was written: in which file, and where in it.
    #[must_use]
    pub fn written(&self, pointer: &Pointer) -> Written {
        self.files.written(pointer)
    }

    /// Fills in line and column of a place in this document, and the file where another than the
    /// main one has it; other documents' places stay.
    pub fn locate(&self, place: &mut Place) {
        if place.file != *self.name || place.line.is_some() {
            return;
        }
        let Written { file, pointer, position } = self.files.written(&place.pointer);
        if let Some(position) = position {
            place.line = Some(position.line);
            place.column = Some(position.column);
        }
        if *file != *self.name {
            place.file = file.to_string();
            place.pointer = pointer;
        }
    }

    /// One line of one of the document's files, counted from 1, for carets; `None` where the
    /// document has no such file.
    #[must_use]
    pub fn line(&self, file: &str, number: usize) -> Option<&str> {
        self.files.line(file, number)
    }
}
