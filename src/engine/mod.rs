//! The engine: one call's way through standin, whatever the door and whatever answers.
//!
//! Read [`Engine::answer`] first. Reading and judging are pure functions of lower floors; the
//! engine only puts them in order, and keeps the journal.

mod begun;
mod build;
mod compose;
pub mod expectation;
mod identities;
pub mod journal;
pub mod ledger;
mod making;
pub mod manner;
mod negotiation;
mod noted;
pub mod options;
pub mod passage;
mod preference;
mod prism;
mod problem;
mod reading;
mod recorded;
mod replay;
mod server;
pub mod service;
mod sightings;
mod source;
mod state;
mod tally;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::header::DATE;

pub use expectation::Expectation;
pub use expectation::Expectations;
pub use journal::Journal;
pub use ledger::Ledger;
pub use manner::Manner;
pub use options::BuildError;
pub use options::Options;
pub use options::Played;
pub use passage::Passage;
pub use passage::Passing;
pub use recorded::Known;
pub use service::InProcess;
pub use tally::Assumptions;

#[cfg(feature = "server")]
pub(crate) use compose::Composed;
#[cfg(feature = "server")]
pub(crate) use compose::without_content;

use crate::apis::Api;
use crate::apis::Operate;
use crate::apis::Settings;
use crate::clock::Clock;
use crate::clock::Instant;
use crate::engine::begun::Begun;
use crate::engine::identities::Identities;
use crate::engine::noted::Noted;
use crate::finding::Blame;
use crate::finding::Level;
use crate::finding::Sighting;
use crate::finding::Violation;
use crate::message::Answer;
use crate::message::Dates;
use crate::message::Exchange;
use crate::message::Request;
use crate::message::Subject;
use crate::route::Mounted;
use crate::route::Router;
use crate::spec::Document;
use crate::spec::Operation;
use crate::store::Store;
use crate::store::World;
use crate::synth;
use crate::tape::placeholder;
use crate::tape::redact::Marks;
use crate::tape::replay::Tape;
use crate::validate;

/// Somebody who wants to see every exchange: metrics, reports, recordings.
pub trait Listener: Debug + Send + Sync {
    /// Is told of an exchange after its answer was made and before it is sent.
    fn hear(&self, exchange: &Exchange);
}

/// A document with its behaviour, in its place on the port.
#[derive(Debug)]
pub struct Service {
    /// The document in its place.
    pub mounted: Mounted,
    /// The bundled API that plays it.
    pub api: Option<&'static Api>,
    /// How its answers are made, where nothing plays it.
    making: synth::Options,
    /// In the order of the document's operations.
    operations: Vec<OperationState>,
    /// What of the document's faults the ledger knows.
    told: reading::Told,
}

#[derive(Debug)]
struct OperationState {
    operate: Option<Operate>,
    calls: AtomicU64,
    /// What is to be noted of every call, by how it names the base path.
    noted: Noted,
}

/// Plays, judges and remembers.
#[derive(Debug)]
pub struct Engine {
    services: Vec<Service>,
    router: Router,
    store: Arc<dyn Store>,
    world: World,
    settings: Settings,
    severities: BTreeMap<String, Level>,
    clock: Arc<Clock>,
    started: Instant,
    journal: Journal,
    ledger: Ledger,
    expectations: Expectations,
    assumptions: Assumptions,
    listeners: Vec<Arc<dyn Listener>>,
    requests: AtomicU64,
    tape: Option<Tape>,
    /// Whose conventions are kept where a document declares nothing itself.
    manner: Manner,
    passing: Option<Passing>,
    dates: Dates,
    identities: Identities,
    /// What documents say of secrets, by service and operation, of calls that were recorded.
    marks: Mutex<HashMap<(usize, usize), Arc<Marks>>>,
}

/// What became of a call before it is written down.
#[derive(Debug)]
struct Outcome {
    answer: Answer,
    place: Option<Place>,
    /// What was known of the call before it was read.
    noted: Vec<Sighting>,
    /// What the client broke.
    request: Vec<Arc<Violation>>,
    /// What the answer breaks.
    response: Vec<Violation>,
    assumption: Option<Arc<str>>,
    /// Whether the answer is standin's own problem, which no document declares.
    is_problem: bool,
    /// Who has to mend what is wrong with the answer.
    blame: Blame,
    /// Whether somebody else wrote the answer, and it passes on as it came.
    is_passed: bool,
    why: Cow<'static, str>,
}

/// Where a call belongs: by number among the services, and among the document's operations.
#[derive(Clone, Copy, Debug)]
struct Place {
    service: usize,
    operation: Option<usize>,
}

impl Engine {
    /// Makes an engine that plays bundled APIs and any other document.
    ///
    /// # Errors
    ///
    /// [`BuildError`] when the options name something that does not exist.
    pub fn new(options: &Options, store: Arc<dyn Store>) -> Result<Self, BuildError> {
        build::playing(options, store)
    }

    /// Makes an engine that plays recordings; what is sent and answered is judged by the
    /// documents, where there are any.
    ///
    /// # Errors
    ///
    /// [`BuildError`] when the options name something that does not exist.
    pub fn replaying(
        options: &Options,
        store: Arc<dyn Store>,
        documents: Vec<(String, Arc<Document>)>,
        tape: Tape,
    ) -> Result<Self, BuildError> {
        build::replaying(options, store, documents, tape)
    }

    /// Has `listener` told of every exchange.
    pub fn listen(&mut self, listener: Arc<dyn Listener>) {
        self.listeners.push(listener);
    }

    /// Answers one call.
    ///
    /// Never fails: whatever goes wrong becomes an answer and a finding.
    pub async fn answer(&self, request: Request) -> Answer {
        let begun = self.begin();
        let outcome = self.decide(&request, begun.now).await;
        self.conclude(begun, request, outcome)
    }

    /// Judges what became of a call, and writes it down.
    fn conclude(&self, begun: Begun<'_>, request: Request, mut outcome: Outcome) -> Answer {
        let Begun { number, now, stopwatch, guard } = begun;
        let place = outcome.place.take();
        if let (Some(place), false) = (&place, outcome.is_problem)
            && let Some(operation) = self.operation(place)
        {
            let document = &self.services[place.service].mounted.document;
            let mut broken =
                validate::response::read(document, operation, &request.method, &outcome.answer);
            if self.tape.is_some() {
                broken.retain(|each| !placeholder::excuses_answer(each, &outcome.answer));
            }
            outcome.response.append(&mut broken);
        }
        let subject = self.subject(place.as_ref());
        let findings = self.sightings(&subject, &mut outcome);
        let mut answer = outcome.answer;
        prism::finish(self.manner, &mut answer, &findings);
        if !outcome.is_passed || !answer.headers.contains_key(DATE) {
            self.date(&mut answer, now);
        }
        sign_off(&mut answer, &findings, outcome.assumption.is_some());
        // Whoever else answered `HEAD` announced the length of content that it did not send.
        if request.method == Method::HEAD && !outcome.is_passed {
            compose::without_content(&mut answer);
        }
        self.count(place.as_ref(), outcome.assumption.as_ref());
        if let Some(place) = &place {
            self.tell_of_document(&self.services[place.service], now);
        }
        let exchange = Exchange {
            number,
            started: now,
            duration: stopwatch.elapsed(),
            world: self.world.shared_name(),
            subject,
            request,
            answer,
            findings,
            why: outcome.why,
        };
        self.ledger.see(&exchange);
        for listener in &self.listeners {
            listener.hear(&exchange);
        }
        self.journal.push(&exchange);
        drop(guard);
        exchange.answer
    }

    fn operation(&self, place: &Place) -> Option<&Arc<Operation>> {
        self.services[place.service].mounted.document.operations.get(place.operation?)
    }

    /// What a call was about, in words.
    fn subject(&self, place: Option<&Place>) -> Subject {
        let Some(place) = place else { return Subject::default() };
        let mounted = &self.services[place.service].mounted;
        let operation = self.operation(place);
        Subject {
            api: Some(Arc::clone(&mounted.id)),
            operation: operation.map(|operation| Arc::clone(&operation.id)),
            template: operation.map(|operation| Arc::clone(&operation.template)),
            document: Some(Arc::clone(&mounted.document.name)),
        }
    }

    /// Counts the call where it belongs.
    fn count(&self, place: Option<&Place>, assumption: Option<&Arc<str>>) {
        let Some(place) = place else { return };
        let Some(operation) = self.operation(place) else { return };
        let service = &self.services[place.service];
        if let Some(state) = place.operation.and_then(|number| service.operations.get(number)) {
            state.calls.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(note) = assumption {
            self.assumptions.count(&service.mounted.id, &operation.id, note);
        }
    }

    /// Dates an answer.
    fn date(&self, answer: &mut Answer, now: Instant) {
        if let Some(date) = self.dates.at(now) {
            answer.headers.insert(DATE, date);
        }
    }
}

/// Adds the header fields that every answer has.
fn sign_off(answer: &mut Answer, findings: &[Sighting], is_assumed: bool) {
    const FINDINGS: HeaderName = HeaderName::from_static("standin-findings");
    const BASIS: HeaderName = HeaderName::from_static("standin-basis");
    const NONE: HeaderValue = HeaderValue::from_static("0");
    let broken = findings.iter().filter(|finding| finding.level > Level::Info).count();
    let broken = if broken == 0 { NONE } else { HeaderValue::from(broken) };
    answer.headers.insert(FINDINGS, broken);
    if is_assumed {
        answer.headers.insert(BASIS, HeaderValue::from_static("assumed"));
    }
}
