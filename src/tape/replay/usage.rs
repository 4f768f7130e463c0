//! What was played, how often, and what was not.

use std::sync::atomic::Ordering;

use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::mask;
use crate::finding::rule;
use crate::tape::replay::OnMiss;
use crate::tape::replay::Tape;

/// How many recordings that nobody asked for are told one by one.
const MOST_UNUSED: usize = 20;

/// How often a recording was played.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Use {
    /// Its number among all recordings, from 1.
    pub number: usize,
    /// The method and path of its request; without secrets.
    pub request: String,
    /// Where it is recorded: file and line.
    pub origin: String,
    /// How often it was played.
    pub count: u32,
}

impl Tape {
    /// How many calls no recording answered, and what was called, each with how often; of many
    /// different ones the latest.
    #[must_use]
    pub fn misses(&self) -> (u64, Vec<(String, u64)>) {
        (self.missed.load(Ordering::Relaxed), self.misses.list())
    }

    /// Recordings behind a number, in the order of the files, at most so many: those of which
    /// `is_wanted` holds for how often they were played. Also how many such there are in all.
    #[must_use]
    pub fn uses(
        &self,
        after: usize,
        most: usize,
        is_wanted: impl Fn(u32) -> bool,
    ) -> (Vec<Use>, usize) {
        let all = self.index.uses(self.options.repeats);
        let wanted = all.iter().filter(|(_, count)| is_wanted(*count));
        let total = wanted.clone().count();
        let rest = wanted.filter(|(slot, _)| slot.number as usize >= after).take(most);
        let recorded = rest.map(|(slot, count)| {
            let request = self.shelf.load(slot.spot).map(|(loaded, _)| {
                let request = &loaded.request;
                format!("{} {}", request.method, mask::target(&request.target()))
            });
            Use {
                number: slot.number as usize + 1,
                request: request.unwrap_or_default(),
                origin: self.shelf.origin(slot.spot),
                count: *count,
            }
        });
        let mut uses: Vec<Use> = recorded.collect();
        let mut total = total;
        for (number, (request, origin, count)) in self.stubs.uses().enumerate() {
            let number = all.len() + number + 1;
            if !is_wanted(count) {
                continue;
            }
            total += 1;
            if number > after && uses.len() < most {
                uses.push(Use { number, request, origin: origin.to_owned(), count });
            }
        }
        (uses, total)
    }

    /// What is told at the end of recordings that nobody asked for.
    #[must_use]
    pub fn unused(&self) -> Vec<Violation> {
        if self.options.on_miss == OnMiss::All {
            return Vec::new();
        }
        let (unused, total) = self.uses(0, MOST_UNUSED, |count| count == 0);
        let more = total - unused.len();
        let mut told: Vec<Violation> = unused
            .into_iter()
            .map(|unused| {
                let title = format!("{} in {} was not asked for", unused.request, unused.origin);
                not_used(title, unused.origin)
            })
            .collect();
        if more > 0 {
            told.push(not_used(format!("{more} more were not asked for"), "more".to_owned()));
        }
        told
    }
}

fn not_used(title: String, name: String) -> Violation {
    let mut violation = Violation::new(&rule::RECORDING_UNUSED, Location::Target, title);
    violation.name = Some(name);
    violation.help =
        Some("record again if the client no longer needs it, or --allow-unused".to_owned());
    violation
}
