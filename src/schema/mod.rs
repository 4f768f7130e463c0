//! Schemas: compiled once each, on first use, shared by everybody who validates.
//!
//! A document's schemas live in one table. `$ref` is cut into a keyword that calls the target's own
//! lazily compiled validator: compiling each schema with all that it reaches costs gigabytes on
//! real documents. Errors are opened only on the failing path.

pub mod compile;
pub mod direction;
pub mod format;

pub use compile::SchemaViolation;
pub use compile::Schemas;
pub use direction::Direction;

/// A schema in the table of its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemaId(pub(crate) u32);
