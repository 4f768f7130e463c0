//! Documents: bytes in, one normalised model out, and every place in it can be found again.
//!
//! Loading fails only where nothing can be read (`LoadError`); what is wrong *inside* a document
//! becomes a violation beside the model.

pub mod alike;
mod assemble;
pub mod bundled;
pub mod calls;
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
mod tree;
mod wrong;

use std::sync::Arc;
use std::sync::OnceLock;

use serde_json::Map;
use serde_json::Value;

pub use alike::Alike;
pub use bundled::Bundled;
pub use calls::Called;
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
use crate::spec::read::Library;
use crate::spec::tree::Node;
use crate::spec::tree::Tree;
use crate::spec::wrong::Wrong;

/// Bytes of a document from which on reading all of it takes longer than a first call should wait.
const LARGE: usize = 1024 * 1024;

/// A description, loaded; of its operations and schemas each is read at its first use.
#[derive(Debug)]
pub struct Document {
    /// The name that places are shown under: the file as given, or `openapi/<id>.yaml`.
    pub name: Arc<str>,
    /// `info.title`.
    pub title: String,
    /// Every operation, in the document's order.
    pub operations: Vec<Arc<Operation>>,
    /// The schemas, lowered and compiled on first use.
    pub schemas: Schemas,
    /// The texts, for positions.
    files: Files,
    /// The whole, its other files put in.
    tree: Arc<Tree>,
    /// What its parts are read from, where they are not read at once.
    library: Option<Arc<Library>>,
    wrong: Arc<Wrong>,
    /// The same, for whoever asks.
    root: OnceLock<Value>,
    extensions: OnceLock<Map<String, Value>>,
    examples: OnceLock<Vec<Arc<model::Example>>>,
    violations: OnceLock<Vec<Violation>>,
}

impl Document {
    /// The operation of that `operationId`.
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<&Arc<Operation>> {
        self.operations.iter().find(|operation| &*operation.id == id)
    }

    /// All `x-…` members at the root.
    #[must_use]
    pub fn extensions(&self) -> &Map<String, Value> {
        let is_own = |name: &str| name.starts_with("x-") && name != assemble::FILES;
        self.extensions.get_or_init(|| {
            let own = self.tree.root().members().filter(|(name, _)| is_own(name));
            own.map(|(name, value)| (name.to_owned(), value.to_value())).collect()
        })
    }

    /// How whoever adds to the document writes it; `None` where nobody does.
    pub(crate) fn spelling(&self) -> Option<dialect::Spelling> {
        dialect::find(self.root().as_object()?)?.spelling
    }

    /// One part of the document, for whoever needs no more of [`Document::root`].
    #[must_use]
    pub fn part(&self, place: &Pointer) -> Option<Value> {
        self.tree.at(place).map(Node::to_value)
    }

    /// Whether a member is there and true, for whoever needs no more of it.
    #[must_use]
    pub fn is_true(&self, place: &Pointer) -> bool {
        self.tree.at(place).is_some_and(Node::is_true)
    }

    /// Whether something stands at a place.
    #[must_use]
    pub fn has(&self, place: &Pointer) -> bool {
        self.tree.has(place)
    }

    /// The names of the members at a place.
    #[must_use]
    pub fn names(&self, place: &Pointer) -> Vec<String> {
        let members = self.tree.at(place).into_iter().flat_map(Node::members);
        members.map(|(name, _)| name.to_owned()).collect()
    }

    /// `components/examples` by name, for errors that no operation declares (unknown paths).
    #[must_use]
    pub fn examples(&self) -> &[Arc<model::Example>] {
        let library = self.library.as_ref();
        self.examples.get_or_init(|| library.map(|library| library.examples()).unwrap_or_default())
    }

    /// What is wrong with it. Whoever asks has all of it read, every operation and every schema.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        self.violations.get_or_init(|| {
            for operation in &self.operations {
                operation.call.get(operation);
            }
            if let Some(library) = &self.library {
                library.check_links(&self.operations);
            }
            let _ = (self.examples(), self.schemas.ids());
            self.wrong.since(0)
        })
    }

    /// How much is known to be wrong with what was read so far: a first call may find more.
    #[must_use]
    pub fn count_known(&self) -> usize {
        self.wrong.count()
    }

    /// What is known to be wrong beside the first `known` violations.
    #[must_use]
    pub fn known_since(&self, known: usize) -> Vec<Violation> {
        self.wrong.since(known)
    }

    /// Whether it is so large that who serves it reads its parts only as they are called.
    #[must_use]
    pub fn is_large(&self) -> bool {
        self.files.main().text.len() > LARGE
    }

    /// The operations that are declared and can not be served, each with what keeps it from that.
    /// Whoever asks has all of the document read.
    #[must_use]
    pub fn unserved(&self) -> Vec<Unserved> {
        match self.violations() {
            [] => Vec::new(),
            violations => served::unserved(self.root(), &self.operations, violations),
        }
    }

    /// Whether at least one operation can be served, or the document declares none on purpose, as
    /// one of webhooks alone. Of others, [`Document::unserved`] tells why.
    #[must_use]
    pub fn is_servable(&self) -> bool {
        served::is_servable(self)
    }

    /// The whole as it was parsed.
    fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The whole document as written, references unresolved; made a value on the first call,
    /// because hardly anybody asks. What other files hold stands below `x-standin-files`, by their
    /// names.
    #[must_use]
    pub fn root(&self) -> &Value {
        self.root.get_or_init(|| self.tree.root().to_value())
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
