//! A text that its tree and its file both keep.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A text that several keep.
#[derive(Clone)]
pub(crate) enum Text {
    /// It comes with the program.
    Static(&'static str),
    /// Somebody wrote it.
    Shared(Arc<String>),
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Static(text) => text,
            Self::Shared(text) => text,
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::Shared(Arc::new(text))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} bytes", self.len())
    }
}
