//! A place in a document or configuration, for a person to open.

use serde::Serialize;

use crate::pointer::Pointer;

/// What the file is to the finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The description in force.
    Document,
    /// The older of two descriptions.
    Base,
    /// The newer of two descriptions.
    Revision,
    /// The user's configuration.
    Config,
}

/// A place in a file.
///
/// # Units
///
/// `line` and `column` count from 1; absent until somebody looked them up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// What the file is to the finding.
    pub role: Role,
    /// The file's name as the user gave it, or `openapi/<id>.yaml` for a bundled one.
    pub file: String,
    /// The line.
    pub line: Option<usize>,
    /// The column.
    pub column: Option<usize>,
    /// The place as JSON Pointer.
    pub pointer: Pointer,
}

impl Place {
    /// A place whose line nobody has looked up yet.
    #[must_use]
    pub fn new(role: Role, file: impl Into<String>, pointer: Pointer) -> Self {
        Self { role, file: file.into(), line: None, column: None, pointer }
    }
}
