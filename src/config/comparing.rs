//! Values of the settings that only comparing has.

use super::value::{Setting, word};

/// Which differences are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Those that break somebody, or may.
    Breaking,
    /// Those that break nobody and change what is sent.
    Additive,
    /// Those that only people read.
    Docs,
}

/// The words for which differences are told.
pub const KEPT_WORDS: [&str; 3] = ["breaking", "additive", "docs"];

/// The level of a break that nobody could decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undecided {
    /// It fails the job.
    Error,
    /// It is told.
    Warning,
}

impl Setting for Kept {
    fn read(text: &str) -> Result<Self, String> {
        let [breaking, additive, docs] = KEPT_WORDS;
        word(text, &[(breaking, Self::Breaking), (additive, Self::Additive), (docs, Self::Docs)])
    }
}

impl Setting for Undecided {
    fn read(text: &str) -> Result<Self, String> {
        word(text, &[("error", Self::Error), ("warning", Self::Warning)])
    }
}

impl Setting for u32 {
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| format!("`{text}` is no number from 0 on"))
    }
}
