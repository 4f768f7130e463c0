//! STUB (spec helper): text to document.

use std::path::Path;
use std::path::PathBuf;

use crate::spec::Document;

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
        source: std::io::Error,
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
    /// No dialect reads this version.
    #[error("{name}: {found} is not a version that standin reads")]
    UnknownVersion {
        /// The document's name.
        name: String,
        /// What it says of itself.
        found: String,
    },
}

/// Reads a document from text; `name` is what places are shown under.
///
/// # Errors
///
/// [`LoadError`] when the text is no YAML or JSON, or of no known version.
pub fn from_text(_name: &str, _text: &str) -> Result<Document, LoadError> {
    todo!()
}

/// Reads a document from a file.
///
/// # Errors
///
/// As [`from_text`], and when the file can not be read.
pub fn from_file(_path: &Path) -> Result<Document, LoadError> {
    todo!()
}
