//! Parity: does the mock answer as the vendor did? Recorded requests are asked again in process, and
//! the two answers compared.
//!
//! The clock stands where it stood when the vendor answered. What a vendor made has ids that the
//! mock can not know, so each pair of answers teaches which id stands for which, and later requests
//! are told in the mock's words. Of what was there before the recording began nothing is known:
//! the seeded record that answers most like the vendor's takes its place.

mod alias;
mod compare;
mod enumerated;

use std::collections::BTreeMap;
use std::collections::HashSet;
use std::sync::Arc;

use foldhash::HashMap;
use serde::Serialize;

use crate::clock::Clock;
use crate::clock::Instant;
use crate::drift::parity::alias::Aliases;
use crate::drift::parity::compare::Aspect;
use crate::drift::parity::compare::Compared;
use crate::drift::parity::enumerated::enumerated;
use crate::engine::BuildError;
use crate::engine::Engine;
use crate::engine::Ledger;
use crate::engine::Options;
use crate::engine::Played;
use crate::finding;
use crate::finding::Blame;
use crate::finding::Finding;
use crate::finding::Side;
use crate::message::Answer;
use crate::message::Subject;
use crate::store::MemoryStore;
use crate::store::StoreError;
use crate::tape::Entry;

/// Most records that are tried in place of one that nobody knows.
const TRIED: usize = 16;

/// Most ids of one request that are looked for.
const LOOKED_FOR: usize = 3;

/// What became of asking the mock.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Parity {
    /// Where the mock answers otherwise, grouped, worst first.
    pub findings: Vec<Finding>,
    /// How like the vendor each operation is that was asked.
    pub fidelity: Vec<Fidelity>,
    /// How many exchanges were of no operation of the mock, or could not be read.
    pub passed_over: u64,
}

/// How like the vendor's the mock's answers to one operation are.
///
/// # Units
///
/// Numbers of exchanges: of `exchanges`, so many agree in this.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Fidelity {
    /// The API's id.
    pub api: String,
    /// The `operationId`.
    pub operation: String,
    /// How many exchanges were compared.
    pub exchanges: u64,
    /// In the status.
    pub status: u64,
    /// In the header fields.
    pub headers: u64,
    /// In the members of the content, and their types.
    pub shape: u64,
    /// In the values that do not depend on data: words of enumerations, texts of errors.
    pub values: u64,
    /// In all of it.
    pub whole: u64,
}

impl Fidelity {
    /// The share of exchanges that agree in all, in per cent, rounded down.
    #[must_use]
    pub const fn percent(&self) -> u64 {
        match (self.whole * 100).checked_div(self.exchanges) {
            Some(percent) => percent,
            None => 0,
        }
    }

    const fn count(&mut self, compared: &Compared) {
        self.exchanges += 1;
        self.status += compared.agrees(Aspect::Status) as u64;
        self.headers += compared.agrees(Aspect::Headers) as u64;
        self.shape += compared.agrees(Aspect::Shape) as u64;
        self.values += compared.agrees(Aspect::Values) as u64;
        self.whole += compared.is_same() as u64;
    }
}

/// A mock that can not be asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParityError {
    /// It can not be made.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// Its state can not be read or put back.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Asks the mock of bundled APIs what a vendor was asked.
///
/// `names` are ids of APIs or of families; `entries` come in the order in which they happened;
/// `told` hears how many are done.
///
/// # Errors
///
/// [`ParityError`] when the mock can not be made, or its state not be read.
pub async fn judge(
    names: &[String],
    entries: &[Entry],
    told: &dyn Fn(usize),
) -> Result<Parity, ParityError> {
    let first = entries.iter().find_map(Entry::started).unwrap_or_default();
    let clock = Arc::new(Clock::fixed(first));
    let options = Options {
        played: names.iter().cloned().map(Played::Bundled).collect(),
        clock: Arc::clone(&clock),
        ..Options::default()
    };
    let engine = Engine::new(&options, Arc::new(MemoryStore::new(options.seed)))?;
    engine.seed().await?;
    let ledger = Ledger::default();
    let mut judge = Judge {
        enumerated: enumerated(&engine),
        engine,
        clock,
        aliases: Aliases::default(),
        taken: taken(entries),
        ledger: &ledger,
        fidelity: BTreeMap::new(),
        passed_over: 0,
    };
    for (done, entry) in entries.iter().enumerate() {
        told(done);
        judge.entry(entry).await?;
    }
    let findings = judge.engine.locate(ledger.total().0);
    let fidelity = judge.fidelity.into_values().collect();
    Ok(Parity { findings, fidelity, passed_over: judge.passed_over })
}

struct Judge<'l> {
    engine: Engine,
    clock: Arc<Clock>,
    /// Words that documents enumerate.
    enumerated: HashSet<String>,
    aliases: Aliases,
    /// Credentials that the vendor took at least once.
    taken: HashSet<String>,
    ledger: &'l Ledger,
    fidelity: BTreeMap<(String, String), Fidelity>,
    passed_over: u64,
}

/// One way to ask.
struct Attempt {
    answer: Answer,
    subject: Subject,
    compared: Compared,
}

impl Judge<'_> {
    async fn entry(&mut self, entry: &Entry) -> Result<(), ParityError> {
        let Ok(vendor) = entry.answer() else {
            self.passed_over += 1;
            return Ok(());
        };
        if let Some(started) = entry.started() {
            self.clock.set(started);
        }
        let attempt = match self.ask(entry, &vendor, &self.aliases).await {
            Some(first) if first.compared.is_apart(vendor.status) => {
                self.nearest(entry, &vendor, first).await?
            }
            attempt => attempt,
        };
        let Some(attempt) = attempt else {
            self.passed_over += 1;
            return Ok(());
        };
        self.record(entry, &attempt);
        self.aliases.learn(&vendor, &attempt.answer, &self.enumerated);
        Ok(())
    }

    /// Asks the mock; `None` where it has no such operation.
    async fn ask(&self, entry: &Entry, vendor: &Answer, aliases: &Aliases) -> Option<Attempt> {
        let is_taken = sent(entry).is_some_and(|sent| self.taken.contains(sent));
        let credential = |api: &str| self.credential(api).filter(|_| is_taken);
        let api = entry.own.as_ref().and_then(|own| own.api.as_deref());
        let request = aliases.told(entry, credential(api.unwrap_or_default()))?;
        let answer = self.engine.answer(request).await;
        let subject = self.engine.journal().last()?.subject.clone();
        let (api, id) = (subject.api.as_deref()?, subject.operation.as_deref()?);
        let service = self.engine.services().iter().find(|it| &*it.mounted.id == api)?;
        let operations = &service.mounted.document.operations;
        let operation = operations.iter().find(|operation| &*operation.id == id)?;
        let compared = compare::answers(vendor, &answer, operation, &self.enumerated);
        Some(Attempt { answer, subject, compared })
    }

    /// Credentials that the mock takes: those of the lines that it offers to try.
    fn credential(&self, api: &str) -> Option<&'static str> {
        let served = self.engine.services().iter().filter_map(|service| service.api);
        let named = served.clone().find(|known| known.id == api).or_else(|| served.clone().next());
        let lines = named?.greetings.iter().map(|(_, line)| *line);
        lines.filter_map(|line| line.split_once("Bearer ")).find_map(|(_, rest)| {
            rest.split(['\'', '"', ' ']).next().filter(|token| !token.is_empty())
        })
    }

    /// Looks among what is there for what the request means by ids that nobody knows. The first
    /// attempt changed nothing, because it was refused or only looked.
    async fn nearest(
        &mut self,
        entry: &Entry,
        vendor: &Answer,
        first: Attempt,
    ) -> Result<Option<Attempt>, ParityError> {
        let state = self.engine.state().await?;
        let (mut best, mut aliases) = (first, self.aliases.clone());
        for unknown in aliases.unknown(entry, &self.enumerated).into_iter().take(LOOKED_FOR) {
            let mut chosen = None;
            for candidate in alias::candidates(&state, &unknown).into_iter().take(TRIED) {
                let tried = aliases.with(&unknown, &candidate);
                let attempt = self.ask(entry, vendor, &tried).await;
                self.engine.restore(&state).await?;
                if let Some(attempt) =
                    attempt.filter(|it| it.compared.score() < best.compared.score())
                {
                    (best, chosen) = (attempt, Some(tried));
                }
            }
            if let Some(chosen) = chosen {
                aliases = chosen;
            }
        }
        // Once more, so that what the call changes is changed.
        let last = self.ask(entry, vendor, &aliases).await;
        self.aliases = aliases;
        Ok(last)
    }

    fn record(&mut self, entry: &Entry, attempt: &Attempt) {
        let Attempt { subject, compared, .. } = attempt;
        let (api, operation) = (subject.api.as_deref(), subject.operation.as_deref());
        let key = (api.unwrap_or_default().to_owned(), operation.unwrap_or_default().to_owned());
        let fidelity = self.fidelity.entry(key.clone()).or_insert_with(|| Fidelity {
            api: key.0,
            operation: key.1,
            ..Fidelity::default()
        });
        fidelity.count(compared);
        let evidence = match &entry.origin {
            Some(origin) => format!("{} in {origin}", entry.line()),
            None => entry.line(),
        };
        let context = finding::Context {
            api,
            operation,
            side: Side::Response,
            evidence: Some(evidence),
            document: subject.document.as_deref(),
            ..finding::Context::of_no_call(
                Blame::Document,
                entry.started().unwrap_or(Instant::from_millis(0)),
            )
        };
        let violations = compared.violations.iter();
        let findings: Vec<Finding> =
            violations.map(|(_, violation)| Finding::new(violation, &context)).collect();
        self.ledger.record(&findings);
    }
}

/// The credentials that an entry was sent with.
fn sent(entry: &Entry) -> Option<&str> {
    let mut fields = entry.request.headers.iter();
    let found = fields.find(|field| field.name.eq_ignore_ascii_case("authorization"));
    found.map(|field| field.value.as_str())
}

/// Credentials that were not refused wherever they were sent.
fn taken(entries: &[Entry]) -> HashSet<String> {
    let is_taken = |entry: &&Entry| !matches!(entry.response.status, 401 | 403);
    entries.iter().filter(is_taken).filter_map(sent).map(str::to_owned).collect()
}

/// What stands for what.
type Names = HashMap<String, String>;
