//! A proposal: what would make a document true of the traffic that was seen, as changes to it.
//!
//! Departures become wishes, of which those for one place are one; wishes become changes, written
//! as an overlay or a patch. The document itself is never touched.

mod change;
mod granted;
mod whole;
mod wishes;
mod written;

use serde_json::Value;

use crate::drift::observe::Observations;
use crate::drift::propose::wishes::Wishes;
use crate::finding::Level;
use crate::route::Mounted;

pub(crate) use change::Change;

/// What would make a document true, and what no document could say.
#[derive(Clone, Debug)]
pub struct Proposal {
    changes: Vec<Change>,
    root: Value,
    title: String,
    /// What is told of and not proposed: the titles of these departures.
    pub left: Vec<String>,
}

impl Proposal {
    /// Whether there is nothing to change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// An OpenAPI Overlay.
    ///
    /// # Source
    ///
    /// OpenAPI Overlay Specification 1.1.0.
    #[must_use]
    pub fn overlay(&self) -> String {
        written::overlay(&self.title, &self.changes)
    }

    /// A JSON Patch of the document as a whole.
    ///
    /// # Source
    ///
    /// RFC 6902.
    #[must_use]
    pub fn patch(&self) -> String {
        written::patch(&self.root, &self.changes)
    }
}

/// Proposes what would make a document true: all that is told as a warning or worse is taken for what
/// the document should say.
pub(crate) fn of(place: &Mounted, is_first: bool, observations: &Observations) -> Proposal {
    let document = &*place.document;
    let mut wishes = Wishes::default();
    let mut left = Vec::new();
    for (cause, group) in &observations.groups {
        let is_ours = *cause.api == *place.id || is_first && cause.api.is_empty();
        for (name, departure) in group.members.iter().filter(|_| is_ours) {
            let Some(violation) = departure.proof.told.violation() else { continue };
            if violation.level() == Level::Info {
                continue;
            }
            let is_blurred = group.is_blurred;
            if !wishes.wish(place, cause, &violation, (name, is_blurred), departure) {
                left.push(violation.title);
            }
        }
    }
    let root = document.root().clone();
    let changes = match document.spelling() {
        Some(spelling) => granted::changes(&wishes, &root, spelling),
        None => Vec::new(),
    };
    Proposal { changes, root, title: document.title.clone(), left }
}
