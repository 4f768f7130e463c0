//! Who lowers schemas: the document that a table of them belongs to.

use std::fmt;

use crate::finding::Violation;
use crate::pointer::Pointer;
use crate::schema::Table;
use crate::schema::cut::Source;

/// Who lowers the schemas of a document.
pub(crate) trait Origin: fmt::Debug + Send + Sync {
    /// Lowers the schema of a key, and has the table number what it refers to; what is wrong with
    /// it comes beside it.
    fn lower(&self, key: &Pointer, table: &Table) -> (Source, Vec<Violation>);

    /// Keeps what was found wrong with schemas.
    fn report(&self, violations: Vec<Violation>);

    /// The keys of the schemas that have names of their own, in the document's order.
    fn named(&self) -> Vec<Pointer>;

    /// Whether such a schema has that key.
    fn is_named(&self, key: &Pointer) -> bool;
}
