//! The engine: one call's way through standin, whatever the door and whatever answers.
//!
//! Read [`Engine::answer`] first. Reading and judging are pure functions of lower floors; the
//! engine only puts them in order, and keeps the journal.

mod build;
mod compose;
pub mod expectation;
pub mod journal;
pub mod ledger;
pub mod options;
mod preference;
pub mod service;
mod source;
mod state;
mod tally;

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::Arc;
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
pub use options::BuildError;
pub use options::Options;
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
use crate::clock::Stopwatch;
use crate::finding;
use crate::finding::Blame;
use crate::finding::Finding;
use crate::finding::Level;
use crate::finding::Location;
use crate::finding::Side;
use crate::finding::Violation;
use crate::finding::mask;
use crate::message::Answer;
use crate::message::Exchange;
use crate::message::Request;
use crate::route::Mounted;
use crate::route::Router;
use crate::spec::Document;
use crate::spec::Operation;
use crate::store::Store;
use crate::store::World;
use crate::tape::placeholder;
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
    operations: HashMap<Arc<str>, OperationState>,
}

#[derive(Debug)]
struct OperationState {
    operate: Option<Operate>,
    calls: AtomicU64,
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
}

/// What became of a call before it is written down.
#[derive(Debug)]
struct Outcome {
    answer: Answer,
    service: Option<usize>,
    operation: Option<Arc<Operation>>,
    /// What the client broke.
    request: Vec<Violation>,
    /// What the answer breaks.
    response: Vec<Violation>,
    assumption: Option<String>,
    /// Whether the answer is standin's own problem, which no document declares.
    is_problem: bool,
    why: String,
}

impl Engine {
    /// Makes an engine that plays bundled APIs.
    ///
    /// # Errors
    ///
    /// [`BuildError`] when the options name something that does not exist.
    pub fn new(options: &Options, store: Arc<dyn Store>) -> Result<Self, BuildError> {
        build::bundled(options, store)
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
        let (stopwatch, now) = (Stopwatch::start(), self.clock.now());
        let number = self.journal.number();
        self.requests.fetch_add(1, Ordering::Relaxed);

        let guard = PanicGuard { engine: self, number, now };
        let mut outcome = self.decide(&request, now).await;
        if let (Some(service), Some(operation), false) =
            (outcome.service, &outcome.operation, outcome.is_problem)
        {
            let document = &self.services[service].mounted.document;
            let mut broken =
                validate::response::read(document, operation, &request.method, &outcome.answer);
            if self.tape.is_some() {
                broken.retain(|each| !placeholder::excuses_answer(each, &outcome.answer));
            }
            outcome.response.append(&mut broken);
        }
        let findings = self.findings(&request, &outcome, number, now);
        let mut answer = outcome.answer;
        self.sign_off(&mut answer, &findings, outcome.assumption.is_some(), now);
        if request.method == Method::HEAD {
            compose::without_content(&mut answer);
        }

        let service = outcome.service.map(|index| &self.services[index]);
        if let (Some(service), Some(operation)) = (service, &outcome.operation) {
            if let Some(state) = service.operations.get(&operation.id) {
                state.calls.fetch_add(1, Ordering::Relaxed);
            }
            if let Some(note) = &outcome.assumption {
                self.assumptions.count(&service.mounted.id, &operation.id, note);
            }
        }
        let exchange = Arc::new(Exchange {
            number,
            started: now,
            duration: stopwatch.elapsed(),
            api: service.map(|service| Arc::clone(&service.mounted.id)),
            operation: outcome.operation.as_ref().map(|operation| Arc::clone(&operation.id)),
            template: outcome.operation.as_ref().map(|operation| Arc::clone(&operation.template)),
            request: Arc::new(request),
            answer: Arc::new(answer.kept()),
            findings,
            why: outcome.why,
        });
        self.ledger.record(&exchange.findings);
        for listener in &self.listeners {
            listener.hear(&exchange);
        }
        self.journal.push(exchange);
        drop(guard);
        answer
    }

    /// Makes findings of an outcome's violations, expected ones and severities considered.
    fn findings(
        &self,
        request: &Request,
        outcome: &Outcome,
        number: u64,
        now: Instant,
    ) -> Vec<Finding> {
        if outcome.request.is_empty() && outcome.response.is_empty() {
            return Vec::new();
        }
        let service = outcome.service.map(|index| &self.services[index]);
        let operation = outcome.operation.as_ref().map(|operation| &*operation.id);
        let evidence = format!(
            "{} {} → {}",
            request.method,
            mask::shorten(&request.path),
            outcome.answer.status.as_u16()
        );
        let mut context = finding::Context {
            api: service.map(|service| &*service.mounted.id),
            operation,
            side: Side::Request,
            blame: Blame::Client,
            exchange: Some(number),
            world: self.world.name(),
            now,
            evidence: Some(evidence),
            document: service.map(|service| &*service.mounted.document.name),
        };
        let mut findings = Vec::new();
        for violation in &outcome.request {
            let violation = self.expectations.judge(operation, violation.clone());
            findings.push(self.weigh(Finding::new(&violation, &context)));
        }
        context.side = Side::Response;
        // A recorded answer is the server's own; everything else was made here.
        context.blame = if self.tape.is_some() { Blame::Server } else { Blame::Standin };
        for violation in &outcome.response {
            findings.push(self.weigh(Finding::new(violation, &context)));
        }
        findings
    }

    fn weigh(&self, mut finding: Finding) -> Finding {
        if let Some(level) = self.severities.get(finding.rule) {
            finding.level = *level;
        }
        finding
    }

    /// Adds the header fields that every answer has.
    fn sign_off(&self, answer: &mut Answer, findings: &[Finding], is_assumed: bool, now: Instant) {
        const FINDINGS: HeaderName = HeaderName::from_static("standin-findings");
        const BASIS: HeaderName = HeaderName::from_static("standin-basis");
        if let Ok(date) = HeaderValue::from_str(&now.to_http_date()) {
            answer.headers.insert(DATE, date);
        }
        let broken = findings.iter().filter(|finding| finding.level > Level::Info).count();
        answer.headers.insert(FINDINGS, HeaderValue::from(broken));
        if is_assumed {
            answer.headers.insert(BASIS, HeaderValue::from_static("assumed"));
        }
    }
}

/// Writes a finding when answering panics: the door answers 500, and the end of the run says why.
struct PanicGuard<'e> {
    engine: &'e Engine,
    number: u64,
    now: Instant,
}

impl Drop for PanicGuard<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let title = "answering panicked; the log of standin has the reason";
        let violation = Violation::new(&finding::rule::ANSWER_FAILED, Location::Target, title);
        let context = finding::Context {
            api: None,
            operation: None,
            side: Side::Response,
            blame: Blame::Standin,
            exchange: Some(self.number),
            world: self.engine.world.name(),
            now: self.now,
            evidence: None,
            document: None,
        };
        self.engine.ledger.record(&[Finding::new(&violation, &context)]);
    }
}
