//! Why a document can not be read at all.

use std::io;
use std::path::PathBuf;

use crate::spec::load::FetchError;

/// A document that can not be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file can not be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The address gives no document.
    #[error("cannot fetch {url}")]
    Unfetched {
        /// The address.
        url: String,
        /// Why.
        #[source]
        source: FetchError,
    },
    /// The document is too large.
    #[error("{name} is larger than {mebibytes} MiB, the most that is read")]
    TooLarge {
        /// The document's name.
        name: String,
        /// The limit.
        mebibytes: u64,
    },
    /// The bytes are no text.
    #[error("{name}:{line}:{column}: {reason}")]
    NotUtf8 {
        /// The document's name.
        name: String,
        /// The line of the first byte that is none, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What they are instead, as far as that can be told.
        reason: String,
    },
    /// The text is neither YAML nor JSON.
    #[error("{name}:{line}:{column}: {reason}")]
    Malformed {
        /// The document's name.
        name: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What the parser says.
        reason: String,
    },
    /// The document is an overlay, and what it is for can not be read.
    #[error("the overlay {name} {reason}")]
    Unextended {
        /// The overlay's name.
        name: String,
        /// Why.
        reason: String,
    },
    /// No dialect reads this version.
    #[error("{name}: {found} is not a version that standin reads")]
    UnknownVersion {
        /// The document's name.
        name: String,
        /// What it says of itself.
        found: String,
    },
}
