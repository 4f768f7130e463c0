//! Routing: which operation a method and path mean.
//!
//! An own matcher, because OpenAPI's templates are richer than what routers take: several
//! parameters in one segment, concrete before templated, base paths that may be left out.

pub mod base_path;
pub mod mount;
pub mod template;

use std::sync::Arc;

use http::Method;

use crate::message::Refusal;
use crate::spec::Document;
use crate::spec::Operation;

pub use mount::Conflict;

/// A document in its place on the port.
#[derive(Clone, Debug)]
pub struct Mounted {
    /// The API's id, for findings and reports.
    pub id: Arc<str>,
    /// The description.
    pub document: Arc<Document>,
    /// A prefix before every base path; empty unless `--mount` moved it. No trailing slash.
    pub prefix: String,
}

/// How the call named its base path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BasePath {
    /// In full (or the document has none).
    Full,
    /// Left out.
    Dropped,
}

/// The operation that a call means.
#[derive(Clone, Debug)]
pub struct Match {
    /// The index among the mounted documents.
    pub mounted: usize,
    /// The operation.
    pub operation: Arc<Operation>,
    /// The template's values by name, percent-decoded, in the template's order.
    pub path_values: Vec<(String, String)>,
    /// How the base path was named.
    pub base_path: BasePath,
}

/// What routing says of a path that it does not serve.
#[derive(Clone, Debug)]
pub struct Miss {
    /// Why: [`Refusal::PathUnknown`], [`Refusal::PathMalformed`] or [`Refusal::MethodNotAllowed`].
    pub refusal: Refusal,
    /// The mounted document whose base path or operation comes nearest, for its error shape.
    pub nearest: Option<usize>,
}

/// All operations on one port.
#[derive(Debug)]
pub struct Router {}

impl Router {
    /// Builds the table.
    ///
    /// # Errors
    ///
    /// [`Conflict`] when two documents claim one path with full base paths, or both without.
    pub fn new(_mounted: &[Mounted]) -> Result<Self, Conflict> {
        todo!()
    }

    /// Finds the operation; `path` is raw.
    ///
    /// # Errors
    ///
    /// [`Miss`] when no operation has the path, or none of its operations the method. `HEAD` falls
    /// back to `GET`.
    pub fn find(&self, _method: &Method, _path: &str) -> Result<Match, Box<Miss>> {
        todo!()
    }
}
