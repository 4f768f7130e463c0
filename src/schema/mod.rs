//! Schemas: compiled once each, on first use, shared by everybody who validates.
//!
//! A document's schemas live in one table. `$ref` is cut into a keyword that calls the target's own
//! lazily compiled validator: compiling each schema with all that it reaches costs gigabytes on
//! real documents. Errors are opened only on the failing path.

mod allowed;
mod apart;
mod choice;
mod circles;
mod compile;
pub(crate) mod cut;
pub mod direction;
mod explain;
pub(crate) mod format;
pub(crate) mod nearest;
mod origin;
pub(crate) mod pattern;
mod representation;
mod shelf;
mod table;
pub(crate) mod walk;
pub(crate) mod wording;

pub(crate) use allowed::Types;
pub(crate) use allowed::list;
#[cfg(feature = "server")]
pub(crate) use compile::prepare;
pub(crate) use cut::KEYWORD as REFERENCE;
pub use direction::Direction;
pub use explain::SchemaViolation;
pub(crate) use origin::Origin;
pub(crate) use shelf::Shelf;
pub use table::Schemas;
pub(crate) use table::Table;

/// What a schema says in words that its version does not have (`const`, `contains`, `examples`):
/// nothing of what is valid, but of what values are like.
pub(crate) const HINTS: &str = "x-standin-hints";

/// A schema in the table of its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemaId(pub(crate) u32);
