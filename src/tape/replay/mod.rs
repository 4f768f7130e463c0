//! Recorded exchanges as a source of answers.
//!
//! A call is answered by a recording of the same method, path, query and content ([`Matching`] says
//! otherwise); of several, by one with the same header fields; of those, each in its turn, and then
//! as [`Repeats`] says. Recordings stay where they are: what is kept of each is some seventy bytes.

mod bindings;
mod choosing;
pub(crate) mod difference;
mod essence;
mod gather;
mod index;
mod key;
pub mod matching;
pub mod miss;
mod shelf;
mod shift;
mod usage;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

pub use matching::Matching;
pub use miss::Missed;
pub use usage::Use;

use crate::clock::Instant;
use crate::finding::Violation;
use crate::message::Answer;
use crate::message::Request;
use crate::route::Router;
use crate::tape::entry::Entry;
use crate::tape::heard;
use crate::tape::read;
use crate::tape::read::ReadError;
use crate::tape::stub::Stubs;
use crate::token::SigningKey;
use bindings::Bindings;
use essence::Essence;
use essence::Lens;
use gather::Gathered;
use index::Index;
use miss::Misses;
use shelf::Shelf;
use shelf::Spot;
use shift::Shift;

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
    /// The instant to which times are moved, from that at which the first exchange began.
    pub shift_to: Option<Instant>,
    /// What signs the tokens of standin's own recordings again; without one their placeholders are
    /// sent.
    pub key: Option<Arc<SigningKey>>,
}

/// Recorded exchanges, ready to be played.
#[derive(Debug, Default)]
pub struct Tape {
    options: Options,
    index: Index,
    shelf: Shelf,
    landmarks: Vec<(String, Spot)>,
    stubs: Stubs,
    bindings: Bindings,
    misses: Misses,
    missed: AtomicU64,
    shift: Option<Shift>,
    begin: Option<Instant>,
}

/// A recording that answers a call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Played {
    /// The answer; its content is not read as JSON.
    pub answer: Answer,
    /// Where it is recorded: file and line.
    pub origin: String,
}

impl Played {
    /// With the content of the answer read, for whoever looks into it.
    #[must_use]
    pub fn read(mut self) -> Self {
        heard::fill(&mut self.answer);
        self
    }
}

impl Tape {
    /// Takes exchanges that are at hand; what makes no request or answer becomes a violation.
    #[must_use]
    pub fn new(entries: &[Entry]) -> (Self, Vec<Violation>) {
        Self::of(entries, Options::default())
    }

    /// Takes exchanges that are at hand, to be played as the options say.
    #[must_use]
    pub fn of(entries: &[Entry], options: Options) -> (Self, Vec<Violation>) {
        let lens =
            Lens { matching: &options.matching, router: options.router.as_ref(), shift: None };
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
        let lens =
            Lens { matching: &options.matching, router: options.router.as_ref(), shift: None };
        let gathered = gather::files(&read::candidates(paths)?, lens)?;
        Ok(Self::made(gathered, options))
    }

    fn made(gathered: Gathered, options: Options) -> (Self, Vec<Violation>) {
        let Gathered { raws, masks, volumes, landmarks, stubs, violations, begin } = gathered;
        let shift = begin.zip(options.shift_to).map(|(from, to)| Shift::between(from, to));
        let tape = Self {
            shift,
            index: Index::new(&raws, masks),
            shelf: Shelf::new(volumes, shift, options.key.clone()),
            options,
            landmarks,
            stubs: Stubs::new(stubs),
            begin,
            ..Self::default()
        };
        (tape, violations)
    }

    /// How many exchanges there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.len() + self.stubs.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls that were recorded, each different one once, in the order in which they began.
    pub fn calls(&self) -> impl Iterator<Item = Request> {
        let spots = self.landmarks.iter().map(|(_, spot)| *spot);
        spots.filter_map(|spot| Some(self.shelf.load(spot).ok()?.0.request.clone()))
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
            Ok(played) => {
                let played = played.read();
                (played.answer, None, format!("recorded in {}", played.origin))
            }
            Err(missed) => self.miss(request, &missed),
        }
    }

    /// What is told of a request that no recording answers: the answer, the violation, and why.
    #[must_use]
    pub fn miss(&self, request: &Request, missed: &Missed) -> (Answer, Option<Violation>, String) {
        let (answer, violation, why) = self.explain(request, missed);
        (answer, Some(violation), why)
    }

    /// Plays the recording that answers a request.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub fn play(&self, request: &Request) -> Result<Played, Missed> {
        let mut sent = Essence::of(request, self.lens_of_sent());
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
        if matches!(found, Err(Missed::Unknown))
            && self.options.on_miss != OnMiss::All
            && let Some((answer, origin)) = self.stubs.play(request)
        {
            return Ok(Played { answer, origin });
        }
        let missed = match found {
            Ok((slot, loaded)) => {
                let answer = loaded.answer.clone();
                return Ok(Played { answer, origin: self.shelf.origin(slot.spot) });
            }
            Err(missed) => missed,
        };
        self.misses.count(&sent.target());
        self.missed.fetch_add(1, Ordering::Relaxed);
        Err(missed)
    }

    fn lens(&self) -> Lens<'_> {
        Lens { matching: &self.options.matching, router: self.options.router.as_ref(), shift: None }
    }

    /// For what was sent: its times are moved back to those that were recorded.
    fn lens_of_sent(&self) -> Lens<'_> {
        Lens { shift: self.shift.map(Shift::back), ..self.lens() }
    }
}
