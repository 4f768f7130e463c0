//! Whole HAR documents.

use serde::Deserialize;
use serde::Serialize;

use crate::tape::entry::Entry;

/// A HAR document.
///
/// # Source
///
/// HAR 1.2, *log* and *creator*.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Har {
    /// The one member.
    pub log: Log,
}

/// The exchanges, and who wrote them down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Log {
    /// The version of the format.
    #[serde(default = "version")]
    pub version: String,
    /// Who wrote it.
    #[serde(default)]
    pub creator: Creator,
    /// The exchanges, in the order of their requests.
    pub entries: Vec<Entry>,
}

/// Who wrote a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Creator {
    /// The program.
    #[serde(default)]
    pub name: String,
    /// Its version.
    #[serde(default)]
    pub version: String,
}

impl Har {
    /// A document of these exchanges.
    #[must_use]
    pub fn new(entries: Vec<Entry>) -> Self {
        let creator = Creator {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        Self { log: Log { version: version(), creator, entries } }
    }
}

fn version() -> String {
    "1.2".to_owned()
}
