//! Recorded exchanges as a source of answers.
//!
//! A call is answered by a recording of the same method, path, query and content ([`Matching`] says
//! otherwise); of several, by one with the same header fields; of those, each in its turn, and then
//! as [`Repeats`] says. Recordings stay where they are: what is kept of each is some seventy bytes.

mod bindings;
mod difference;
mod essence;
mod gather;
mod index;
mod key;
pub mod matching;
pub mod miss;
mod shelf;

use std::cmp::Reverse;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

pub use matching::Matching;
pub use miss::Missed;

use crate::clock::Instant;
use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::mask;
use crate::finding::rule;
use crate::message::Answer;
use crate::message::Request;
use crate::route::Router;
use crate::tape::entry::Entry;
use crate::tape::read;
use crate::tape::read::ReadError;
use bindings::Bindings;
use essence::Essence;
use essence::Lens;
use gather::Gathered;
use index::Index;
use index::Queue;
use index::Slot;
use miss::Misses;
use shelf::Loaded;
use shelf::Shelf;
use shelf::Spot;

/// How many queues of one call are compared.
const MOST_COMPARED: usize = 64;

/// How many queues of one call are counted for it.
const MOST_COUNTED: usize = 4_096;

/// How many recordings that nobody asked for are told one by one.
const MOST_UNUSED: usize = 20;

/// What answers a call whose recordings were all played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repeats {
    /// Nothing: it is a miss.
    Error,
    /// The last of them, ever after.
    #[default]
    Last,
    /// The first of them, and so on.
    Cycle,
}

/// Who answers a call that no recording answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnMiss {
    /// Nobody: a problem tells the nearest recording.
    #[default]
    Fail,
    /// The description, as a mock of it does.
    Mock,
    /// The upstream.
    Forward,
    /// The upstream, and what it answers is recorded.
    Record,
    /// The upstream, and what it answers is recorded, if nothing was recorded yet; else nobody.
    Once,
    /// The upstream, for every call: nothing is replayed, everything is recorded anew.
    All,
}

/// How recordings are played.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// Which parts of a request decide.
    pub matching: Matching,
    /// What answers a call whose recordings were all played.
    pub repeats: Repeats,
    /// Who answers a call that no recording answers.
    pub on_miss: OnMiss,
    /// Whose templates tell which operation a path is of: then its values decide, whatever the base
    /// path.
    pub router: Option<Router>,
}

/// Recorded exchanges, ready to be played.
#[derive(Debug, Default)]
pub struct Tape {
    options: Options,
    index: Index,
    shelf: Shelf,
    landmarks: Vec<(String, Spot)>,
    bindings: Bindings,
    misses: Misses,
    missed: AtomicU64,
    begin: Option<Instant>,
}

/// A recording that answers a call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Played {
    /// The answer.
    pub answer: Answer,
    /// Where it is recorded: file and line.
    pub origin: String,
}

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

fn not_used(title: String, name: String) -> Violation {
    let mut violation = Violation::new(&rule::RECORDING_UNUSED, Location::Target, title);
    violation.name = Some(name);
    violation.help =
        Some("record again if the client no longer needs it, or --allow-unused".to_owned());
    violation
}

/// What was asked, and what recordings it may be answered by.
type Candidates<'t> = Vec<(&'t Queue, Arc<Loaded>)>;

impl Tape {
    /// Takes exchanges that are at hand; what makes no request or answer becomes a violation.
    #[must_use]
    pub fn new(entries: &[Entry]) -> (Self, Vec<Violation>) {
        Self::of(entries, Options::default())
    }

    /// Takes exchanges that are at hand, to be played as the options say.
    #[must_use]
    pub fn of(entries: &[Entry], options: Options) -> (Self, Vec<Violation>) {
        let lens = Lens { matching: &options.matching, router: options.router.as_ref() };
        let gathered = gather::entries(entries, lens);
        Self::made(gathered, options)
    }

    /// Opens recordings: files as named, directories with all that is in them. What can not be read
    /// becomes a violation that names file and line.
    ///
    /// # Errors
    ///
    /// [`ReadError`] where a file or directory can not be read.
    pub fn open(paths: &[PathBuf], options: Options) -> Result<(Self, Vec<Violation>), ReadError> {
        let lens = Lens { matching: &options.matching, router: options.router.as_ref() };
        let gathered = gather::files(&read::candidates(paths)?, lens)?;
        Ok(Self::made(gathered, options))
    }

    fn made(gathered: Gathered, options: Options) -> (Self, Vec<Violation>) {
        let Gathered { raws, masks, volumes, landmarks, violations, begin } = gathered;
        let tape = Self {
            options,
            index: Index::new(&raws, masks),
            shelf: Shelf::new(volumes),
            landmarks,
            begin,
            ..Self::default()
        };
        (tape, violations)
    }

    /// How many exchanges there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether calls that no recording answers are passed on to an upstream.
    #[must_use]
    pub fn passes_misses(&self) -> bool {
        match self.options.on_miss {
            OnMiss::Fail | OnMiss::Mock => false,
            OnMiss::Forward | OnMiss::Record | OnMiss::All => true,
            OnMiss::Once => self.is_empty(),
        }
    }

    /// Whether calls that no recording answers are answered as a mock of the description does.
    #[must_use]
    pub fn mocks_misses(&self) -> bool {
        self.options.on_miss == OnMiss::Mock
    }

    /// When the first of the exchanges began, if any says so.
    #[must_use]
    pub const fn begin(&self) -> Option<Instant> {
        self.begin
    }

    /// Answers a request from the recordings: the answer, the miss if there was one, and why.
    #[must_use]
    pub fn answer(&self, request: &Request) -> (Answer, Option<Violation>, String) {
        match self.play(request) {
            Ok(played) => (played.answer, None, format!("recorded in {}", played.origin)),
            Err(missed) => self.miss(request, &missed),
        }
    }

    /// What is told of a request that no recording answers: the answer, the violation, and why.
    #[must_use]
    pub fn miss(&self, request: &Request, missed: &Missed) -> (Answer, Option<Violation>, String) {
        let (answer, violation, why) = self.explain(&Essence::of(request, self.lens()), missed);
        (answer, Some(violation), why)
    }

    /// Plays the recording that answers a request.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub fn play(&self, request: &Request) -> Result<Played, Missed> {
        let mut sent = Essence::of(request, self.lens());
        let mut found = match self.options.on_miss {
            OnMiss::All => Err(Missed::Unknown),
            OnMiss::Fail | OnMiss::Mock | OnMiss::Forward | OnMiss::Record | OnMiss::Once => {
                self.find(&sent)
            }
        };
        if matches!(found, Err(Missed::Unknown)) && sent.method == "HEAD" {
            sent.method = "GET".into();
            found = self.find(&sent);
            sent.method = "HEAD".into();
        }
        let missed = match found {
            Ok(slot) => match self.shelf.load(slot.spot) {
                Ok((loaded, _)) => {
                    let answer = loaded.answer.clone();
                    return Ok(Played { answer, origin: self.shelf.origin(slot.spot) });
                }
                Err(reason) => Missed::Changed { origin: self.shelf.origin(slot.spot), reason },
            },
            Err(missed) => missed,
        };
        self.misses.count(&sent.target());
        self.missed.fetch_add(1, Ordering::Relaxed);
        Err(missed)
    }

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
        let uses = rest.map(|(slot, count)| {
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
        (uses.collect(), total)
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

    fn lens(&self) -> Lens<'_> {
        Lens { matching: &self.options.matching, router: self.options.router.as_ref() }
    }

    /// Finds the recording that is next for a call, and claims it.
    fn find(&self, sent: &Essence<'_>) -> Result<Slot, Missed> {
        let mut queues: Vec<&Queue> = Vec::new();
        let mut exact = None;
        for (number, mask) in self.index.masks.of(key::bucket(sent)) {
            let same = self.index.queues(key::key(sent, mask));
            let same = same.iter().filter(|queue| queue.mask == number).take(MOST_COUNTED);
            let before = queues.len();
            queues.extend(same);
            if queues.len() - before > 1 {
                let variant = key::variant(sent, mask);
                exact = exact.or(queues[before..].iter().find(|it| it.variant == variant).copied());
            }
        }
        if queues.len() > MOST_COMPARED {
            queues.sort_by_key(|queue| self.index.slot(queue, 0).number);
            queues.truncate(MOST_COMPARED);
            if let Some(exact) = exact {
                queues[0] = exact;
            }
        }
        let candidates = self.same(&queues, sent)?;
        let Some(((first, _), rest)) = candidates.split_first() else {
            return Err(Missed::Unknown);
        };
        if rest.is_empty() {
            return self.claim(&[first]);
        }
        let scored: Vec<((usize, usize), &Queue, &Loaded)> = candidates
            .iter()
            .map(|(queue, loaded)| {
                let recorded = Essence::of(&loaded.request, self.lens());
                let conflicts = self.bindings.conflicts(&recorded, sent);
                ((recorded.disagreement(sent), conflicts), *queue, &**loaded)
            })
            .collect();
        let best = scored.iter().map(|(score, ..)| *score).min();
        let best: Vec<_> = scored.iter().filter(|(score, ..)| Some(*score) == best).collect();
        let slot = self.claim(&best.iter().map(|(_, queue, _)| *queue).collect::<Vec<_>>())?;
        if let [(_, _, loaded)] = best.as_slice() {
            self.bindings.learn(&Essence::of(&loaded.request, self.lens()), sent);
        }
        Ok(slot)
    }

    /// The queues whose next recording is one of this very call.
    fn same<'t>(
        &'t self,
        queues: &[&'t Queue],
        sent: &Essence<'_>,
    ) -> Result<Candidates<'t>, Missed> {
        let mut candidates = Candidates::with_capacity(queues.len());
        let mut changed = None;
        for queue in queues {
            let played = queue.played().min(queue.count() - 1);
            let at = if self.options.repeats == Repeats::Cycle { queue.played() } else { played };
            let slot = self.index.slot(queue, at);
            match self.shelf.load(slot.spot) {
                Ok((loaded, was_at_hand)) => {
                    // A number says nothing of what was masked, or of a file that has changed.
                    let is_certain = was_at_hand && queue.mask == self.index.masks.none();
                    let is_same = is_certain
                        || Essence::of(&loaded.request, self.lens()).differences(sent).is_empty();
                    if is_same {
                        candidates.push((queue, loaded));
                    }
                }
                Err(reason) => {
                    let origin = self.shelf.origin(slot.spot);
                    changed = Some(Missed::Changed { origin, reason });
                }
            }
        }
        match changed {
            Some(changed) if candidates.is_empty() => Err(changed),
            Some(_) | None => Ok(candidates),
        }
    }

    /// Claims the next recording of some queues: of two calls that race, each gets its own.
    fn claim(&self, queues: &[&Queue]) -> Result<Slot, Missed> {
        loop {
            // Whoever was recorded first among those that were played the fewest times.
            let next = queues.iter().map(|queue| {
                let played = queue.played();
                let slot = self.index.slot(queue, played);
                ((played / queue.count(), slot.number), played, *queue, slot)
            });
            let next = next.min_by_key(|(order, ..)| *order);
            let Some(((round, _), played, queue, slot)) = next else {
                return Err(Missed::Unknown);
            };
            if round == 0 || self.options.repeats == Repeats::Cycle {
                if queue.claim(played) {
                    return Ok(slot);
                }
                continue;
            }
            let ends =
                queues.iter().map(|queue| (self.index.slot(queue, queue.count() - 1), *queue));
            let last = ends.min_by_key(|(slot, _)| Reverse(slot.number));
            let Some((slot, queue)) = last else { return Err(Missed::Unknown) };
            if self.options.repeats == Repeats::Error {
                return Err(Missed::Played { origin: self.shelf.origin(slot.spot) });
            }
            if queue.claim(queue.played()) {
                return Ok(slot);
            }
        }
    }
}
