//! Drift: where traffic departs from a description. Passive: it sends nothing.
//!
//! Each exchange is read by the very readers that serve traffic, judged, and let go; what is kept
//! are observations, which merge. Findings and coverage are worked out from observations alone, so
//! it does not matter who read what, when, or in which order.

mod account;
pub mod coverage;
mod declared;
mod departure;
mod desk;
mod digest;
mod findings;
mod group;
mod ignored;
mod infer;
mod kind;
mod levels;
mod observe;
mod observer;
pub mod parity;
mod parts;
mod plan;
mod propose;
mod reading;
mod scope;
mod shape;
mod summary;
mod tally;
mod templates;
mod walk;
mod watch;

use std::path::PathBuf;
use std::sync::Arc;

pub use coverage::Coverage;
pub use ignored::Ignored;
pub use observe::Observations;
pub use propose::Proposal;
pub use summary::SummaryError;
pub use watch::Glimpse;
pub use watch::Watch;

use crate::clock::Instant;
use crate::drift::desk::Desk;
use crate::drift::observer::Ground;
use crate::drift::observer::Observer;
use crate::drift::templates::Templates;
use crate::finding::Finding;
use crate::route::Conflict;
use crate::route::Mounted;
use crate::route::Router;
use crate::spec::Document;
use crate::tape::Entry;
use crate::tape::read::ReadError;

/// The documents that traffic is held against, each with its API's id.
///
/// An exchange that says which bundled API it belongs to is judged by that API's description alone,
/// and passed over where that is not among them. Of the others, one whose path no description has
/// is a finding if the server took it.
#[derive(Debug)]
pub struct Standard {
    mounted: Vec<Mounted>,
    router: Router,
    ignored: Ignored,
    templates: Templates,
}

impl Standard {
    /// Holds traffic against these documents.
    ///
    /// # Errors
    ///
    /// [`Conflict`] when two documents claim one path.
    pub fn new(
        documents: &[(String, Arc<Document>)],
        ignored: Ignored,
    ) -> Result<Self, Box<Conflict>> {
        let unmoved = |(id, it): &(String, Arc<Document>)| Mounted::unmoved(id, Arc::clone(it));
        Self::mounted(documents.iter().map(unmoved).collect(), ignored)
    }

    /// The same, where documents may stand below prefixes.
    ///
    /// # Errors
    ///
    /// [`Conflict`] when two documents claim one path.
    pub fn mounted(mounted: Vec<Mounted>, ignored: Ignored) -> Result<Self, Box<Conflict>> {
        let router = Router::new(&mounted)?;
        let templates = Templates::of(&mounted);
        Ok(Self { mounted, router, ignored, templates })
    }

    fn ground(&self) -> Ground<'_> {
        let Self { mounted, router, ignored, templates } = self;
        Ground { mounted, router, ignored, templates }
    }

    /// Reads recordings, files and directories in every format, with so many readers at a time. Each
    /// file is a source.
    ///
    /// What is malformed in a recording is observed like any other departure.
    ///
    /// # Errors
    ///
    /// [`ReadError`] where a file or directory can not be read.
    pub fn recordings(&self, paths: &[PathBuf], readers: usize) -> Result<Observations, ReadError> {
        self.recordings_told(paths, readers, &|_, _| {})
    }

    /// The same; `told` hears how many bytes of how many are read.
    ///
    /// # Errors
    ///
    /// [`ReadError`] where a file or directory can not be read.
    pub fn recordings_told(
        &self,
        paths: &[PathBuf],
        readers: usize,
        told: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<Observations, ReadError> {
        reading::recordings(paths, self.ground(), readers, told)
    }

    /// Judges exchanges that are at hand; together they are one source.
    #[must_use]
    pub fn entries<'e>(&self, entries: impl IntoIterator<Item = &'e Entry>) -> Observations {
        let mut observer = Observer::new(self.ground());
        for entry in entries {
            let name = entry.origin.as_deref().unwrap_or_default();
            Desk { observer: &mut observer, name }.recorded(0, entry);
        }
        let (mut observations, digest) = observer.take();
        observations.close(digest.value());
        observations
    }

    /// Where traffic departs from the documents, grouped by cause, worst first.
    #[must_use]
    pub fn findings(&self, observations: &Observations) -> Vec<Finding> {
        findings::of(&self.mounted, observations)
    }

    /// How much of the documents was seen.
    #[must_use]
    pub fn coverage(&self, observations: &Observations) -> Coverage {
        account::coverage(&self.mounted, &account::plans(&self.mounted), observations)
    }

    /// What was never seen, as findings of level info.
    #[must_use]
    pub fn unseen(&self, coverage: &Coverage, now: Instant) -> Vec<Finding> {
        let mut findings = account::unseen(&self.mounted, coverage, now);
        for finding in &mut findings {
            let own = self.mounted.iter().find(|it| finding.api.as_deref() == Some(&*it.id));
            let places = finding.places.iter_mut();
            places.for_each(|place| own.into_iter().for_each(|it| it.document.locate(place)));
        }
        findings
    }

    /// What would make each document true of what was seen: its API's id, and the proposal.
    #[must_use]
    pub fn proposals(&self, observations: &Observations) -> Vec<(String, Proposal)> {
        let all = self.mounted.iter().enumerate();
        let of = |(number, place): (usize, &Mounted)| {
            (place.id.to_string(), propose::of(place, number == 0, observations))
        };
        all.map(of).collect()
    }

    /// The finding that less was seen than `least` per cent of the documents, if it is so.
    #[must_use]
    pub fn low(&self, coverage: &Coverage, least: u8, now: Instant) -> Option<Finding> {
        account::low(coverage, least, now)
    }
}

/// What became of reading recorded traffic against descriptions.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Drift {
    /// Where they differ, grouped, worst first.
    pub findings: Vec<Finding>,
    /// How many exchanges were judged.
    pub judged: usize,
    /// How many were passed over, because they are of other APIs.
    pub passed_over: usize,
    /// How many exchanges each operation was seen in: API id, `operationId`, count.
    pub operations: Vec<(String, String, usize)>,
}

/// Judges exchanges that are at hand by descriptions, each with its API's id.
///
/// # Errors
///
/// [`Conflict`] when two documents claim one path.
pub fn judge(
    entries: &[Entry],
    documents: &[(String, Arc<Document>)],
) -> Result<Drift, Box<Conflict>> {
    let standard = Standard::new(documents, Ignored::default())?;
    let observations = standard.entries(entries);
    let counted = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let all = documents.iter().flat_map(|(id, document)| {
        document.operations.iter().map(move |operation| (id.clone(), operation.id.to_string()))
    });
    let operations = all.filter_map(|(id, operation)| {
        let calls = counted(observations.calls(&id, &operation));
        (calls > 0).then_some((id, operation, calls))
    });
    Ok(Drift {
        operations: operations.collect(),
        findings: standard.findings(&observations),
        judged: counted(observations.judged()),
        passed_over: counted(observations.passed_over()),
    })
}
