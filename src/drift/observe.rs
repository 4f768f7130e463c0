//! Observations: what was seen of some sources, small and mergeable.
//!
//! Merging is associative, commutative, and idempotent for each source, so any number of machines
//! can share the reading, and a nightly job can add to last month's. How much is kept depends on
//! the API, on how many sources there are, and on how many ways they depart; never on how much
//! traffic there was. Findings and coverage are worked out from observations alone.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::drift::departure::Counts;
use crate::drift::departure::Join;
use crate::drift::departure::READING;
use crate::drift::departure::Source;
use crate::drift::departure::join_counts;
use crate::drift::group::Cause;
use crate::drift::group::Group;

/// How many hosts are remembered.
const MOST_HOSTS: usize = 256;

/// What was seen of some sources.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observations {
    /// How much each source held.
    pub(crate) sources: BTreeMap<Source, Volume>,
    /// How often each operation was called: by API and `operationId`.
    pub(crate) calls: BTreeMap<(String, String), Counts>,
    /// The documented parts that were seen, by API.
    pub(crate) seen: BTreeMap<String, BTreeSet<String>>,
    /// The hosts on which documented operations were seen.
    pub(crate) hosts: BTreeSet<String>,
    /// Where traffic departs from the documents.
    pub(crate) groups: BTreeMap<Cause, Group>,
}

/// How much a source held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Volume {
    /// Exchanges that were judged.
    pub(crate) judged: u64,
    /// Exchanges of other APIs.
    pub(crate) passed_over: u64,
}

impl Observations {
    /// How many exchanges were judged.
    #[must_use]
    pub fn judged(&self) -> u64 {
        self.sources.values().map(|volume| volume.judged).sum()
    }

    /// How many exchanges were passed over, because they are of other APIs.
    #[must_use]
    pub fn passed_over(&self) -> u64 {
        self.sources.values().map(|volume| volume.passed_over).sum()
    }

    /// How many sources were read.
    #[must_use]
    pub fn count_sources(&self) -> usize {
        self.sources.len()
    }

    /// How often an operation was called.
    #[must_use]
    pub fn calls(&self, api: &str, operation: &str) -> u64 {
        let counts = self.calls.get(&(api.to_owned(), operation.to_owned()));
        counts.map_or(0, |counts| counts.values().sum())
    }

    /// Whether nothing was seen at all.
    pub(crate) fn is_empty(&self) -> bool {
        let has_none = self.sources.values().all(|volume| *volume == Volume::default());
        has_none && self.groups.is_empty()
    }

    /// Takes in what was seen of other sources, or of the same ones.
    pub fn merge(&mut self, other: Self) {
        self.join(other, Join::Sources);
    }

    /// Takes in another reading.
    pub(crate) fn join(&mut self, other: Self, join: Join) {
        for (source, volume) in other.sources {
            let known = self.sources.entry(source).or_default();
            *known = match join {
                Join::Parts => Volume {
                    judged: known.judged + volume.judged,
                    passed_over: known.passed_over + volume.passed_over,
                },
                Join::Sources => (*known).max(volume),
            };
        }
        for (operation, counts) in other.calls {
            join_counts(self.calls.entry(operation).or_default(), counts, join);
        }
        for (api, parts) in other.seen {
            self.seen.entry(api).or_default().extend(parts);
        }
        self.hosts.extend(other.hosts);
        while self.hosts.len() > MOST_HOSTS {
            self.hosts.pop_last();
        }
        for (cause, group) in other.groups {
            let most = cause.most();
            match self.groups.entry(cause) {
                std::collections::btree_map::Entry::Vacant(new) => {
                    new.insert(group);
                }
                std::collections::btree_map::Entry::Occupied(mut known) => {
                    known.get_mut().join(group, join, most);
                }
            }
        }
    }

    /// Gives the source that was read its digest.
    pub(crate) fn close(&mut self, source: Source) {
        let rename = |counts: &mut Counts| {
            if let Some(count) = counts.remove(&READING) {
                counts.insert(source, count);
            }
        };
        if let Some(volume) = self.sources.remove(&READING) {
            self.sources.insert(source, volume);
        }
        self.calls.values_mut().for_each(rename);
        let members = self.groups.values_mut().flat_map(|group| group.members.values_mut());
        members.for_each(|departure| rename(&mut departure.counts));
    }
}
