//! One file per version of the description language, each lowers to the one model.
//!
//! A dialect says which documents it reads and how. After it has run, nobody asks which version a
//! document was. What dialects have in common stands in `spec::read`.

pub mod openapi30;
pub mod openapi31;
pub mod openapi32;
pub mod postman;
pub mod swagger2;

use std::fmt;
use std::sync::Arc;

use serde_json::Map;
use serde_json::Value;

use crate::spec::read::Parts;
use crate::spec::tree::Tree;
use crate::spec::wrong::Wrong;

/// A version of the description language.
pub struct Dialect {
    /// Its id: the name of its file.
    pub id: &'static str,
    /// Whether a document with these root members is written in it.
    pub recognises: fn(&Map<String, Value>) -> bool,
    /// Reads which operations a document has, and the rest of it where somebody asks; what is wrong
    /// with it is noted when it is read.
    pub(crate) read: fn(&Arc<Tree>, &Arc<Wrong>) -> Parts,
    /// How whoever adds to a document writes it; `None` where nobody does.
    pub(crate) spelling: Option<Spelling>,
}

/// How a dialect writes what another writes otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spelling {
    /// How a schema says that a value may be null.
    pub(crate) null: Null,
    /// Whether schemas stand below their media types; else media types are lists of their own, and
    /// what is no body has no `schema`.
    pub(crate) has_content: bool,
    /// Where security schemes stand.
    pub(crate) schemes: &'static [&'static str],
}

/// How a schema says that a value may be null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Null {
    /// By a type beside others.
    Type,
    /// By a keyword.
    Keyword(&'static str),
}

/// Every dialect; of OpenAPI's own the oldest version first.
pub static DIALECTS: &[&Dialect] = &[
    &swagger2::DIALECT,
    &openapi30::DIALECT,
    &openapi31::DIALECT,
    &openapi32::DIALECT,
    &postman::DIALECT,
];

/// The dialect of a document with these root members.
#[must_use]
pub fn find(members: &Map<String, Value>) -> Option<&'static Dialect> {
    DIALECTS.iter().copied().find(|dialect| (dialect.recognises)(members))
}

impl fmt::Debug for Dialect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Dialect").field("id", &self.id).finish_non_exhaustive()
    }
}
