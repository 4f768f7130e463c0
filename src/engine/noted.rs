//! What is worth noting of every call of an operation, whatever its content: judged once, when the
//! engine is made, and shared by all calls.

use std::sync::Arc;

use crate::finding::Blame;
use crate::finding::Fingerprint;
use crate::finding::Level;
use crate::finding::Location;
use crate::finding::Side;
use crate::finding::Sighting;
use crate::finding::Violation;
use crate::finding::rule;
use crate::route::BasePath;
use crate::spec::Operation;

/// What is to be noted of a call, by how it names the base path.
#[derive(Debug)]
pub(super) struct Noted {
    full: Vec<Sighting>,
    dropped: Vec<Sighting>,
}

impl Noted {
    /// Judges an operation of the API `id`; `drops` tells that the vendor's own client leaves out
    /// the base path, `level` what `--severity` says of a violation.
    pub(super) fn of(
        id: &str,
        operation: &Operation,
        drops: bool,
        level: impl Fn(&Violation) -> Level,
    ) -> Self {
        let sighting = |violation: Violation| Sighting {
            level: level(&violation),
            fingerprint: Fingerprint::of(&violation, Some(id), Some(&operation.id)),
            violation: Arc::new(violation),
            blame: Blame::Client,
            side: Side::Request,
        };
        let full: Vec<Sighting> = deprecated(operation).map(sighting).into_iter().collect();
        let dropped = std::iter::once(sighting(base_path_dropped(operation, drops)));
        Self { dropped: dropped.chain(full.iter().cloned()).collect(), full }
    }

    /// What is to be noted of a call.
    pub(super) fn sightings(&self, base_path: BasePath) -> &[Sighting] {
        match base_path {
            BasePath::Full => &self.full,
            BasePath::Dropped => &self.dropped,
        }
    }
}

fn base_path_dropped(operation: &Operation, drops: bool) -> Violation {
    let declared = operation.base_paths.first().map_or("", String::as_str);
    let title = format!("the call leaves out the base path {declared}");
    let mut violation = Violation::new(&rule::BASE_PATH_DROPPED, Location::Target, title);
    violation.place = operation.pointer.clone();
    violation.help = Some(format!("call {declared}{}", operation.template));
    violation.level = drops.then_some(Level::Info);
    violation
}

fn deprecated(operation: &Operation) -> Option<Violation> {
    if !operation.deprecated {
        return None;
    }
    let title = "the operation is deprecated";
    let mut violation = Violation::new(&rule::OPERATION_DEPRECATED, Location::Target, title);
    violation.place = operation.pointer.child("deprecated");
    Some(violation)
}
