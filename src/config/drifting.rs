//! Values of the settings that only drift has.

use super::value::{Setting, word};

/// How a proposal for a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proposal {
    /// As an OpenAPI Overlay 1.1.
    Overlay,
    /// As a JSON Patch (RFC 6902).
    JsonPatch,
}

impl Setting for Proposal {
    fn read(text: &str) -> Result<Self, String> {
        word(text, &[("overlay", Self::Overlay), ("json-patch", Self::JsonPatch)])
    }
}
