//! Where the files come from that a document refers to.

/// A way to other files, seen from the document that refers to them.
pub(crate) trait Source {
    /// The file that `reference`, a URI reference without fragment, names in a file that this
    /// source has located before.
    ///
    /// # Errors
    ///
    /// Why that file may not be read, or does not exist.
    fn locate(&self, from: &str, reference: &str) -> Result<Located, Refusal>;

    /// The text of a file that was located.
    ///
    /// # Errors
    ///
    /// Why it can not be read.
    fn read(&self, key: &str) -> Result<String, Refusal>;
}

/// A file that a reference names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Located {
    /// What it is, however a reference spells it.
    pub(crate) key: String,
    /// Its name below the folder of the main document, or its address.
    pub(crate) token: String,
    /// The name that places in it are shown under.
    pub(crate) name: String,
}

/// Why a file is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// A fragment that reads on after the reference: `which does not exist`.
    pub(crate) reason: String,
    /// What to do about it.
    pub(crate) help: String,
}

impl Refusal {
    pub(crate) fn new(reason: impl Into<String>, help: impl Into<String>) -> Self {
        Self { reason: reason.into(), help: help.into() }
    }
}
