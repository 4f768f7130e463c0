//! A call that somebody else answers: judged here, passed on, and judged again with its answer.
//!
//! Content that nobody looks into never comes here. Whoever carries the call asks first
//! ([`Passage::reads_request`], [`Passage::reads_answer`]), and lets all else pass by as a stream;
//! then the message says so ([`Flaw::Unread`], [`Body::Unread`](crate::message::Body::Unread)). So the engine needs no socket to
//! stand between a client and a server, and a body of any size costs it nothing.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use http::Method;
use http::StatusCode;
use http::header::CONTENT_ENCODING;

use crate::engine::Engine;
use crate::engine::Outcome;
use crate::engine::Place;
use crate::engine::begun::Begun;
use crate::engine::compose::Composed;
use crate::finding;
use crate::finding::Blame;
use crate::finding::Finding;
use crate::finding::Level;
use crate::finding::Location;
use crate::finding::Side;
use crate::finding::Sighting;
use crate::finding::Violation;
use crate::finding::rule;
use crate::message::Answer;
use crate::message::Flaw;
use crate::message::Refusal;
use crate::message::Request;
use crate::route::Match;
use crate::route::Miss;
use crate::validate;
use crate::validate::body;
use crate::validate::body::inflate;
use crate::validate::body::inflate::Kept;

/// How calls are passed on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Passing {
    /// What the upstream puts before the path of every call: the path of its own address.
    pub prefix: String,
    /// Whether requests are judged at all.
    pub judges_requests: bool,
    /// Whether what breaks the contract is kept back and answered here.
    pub keeps_back: bool,
    /// Whether JSON goes on without the white space between its parts, as Prism sends it.
    pub compacts: bool,
    /// Whether a call that the upstream does not implement (501) is played here, as Prism plays it.
    pub plays_missing: bool,
}

impl Default for Passing {
    fn default() -> Self {
        Self::new(true, false)
    }
}

impl Passing {
    /// Passes on to a server at the root of its host.
    #[must_use]
    pub const fn new(judges_requests: bool, keeps_back: bool) -> Self {
        Self {
            prefix: String::new(),
            judges_requests,
            keeps_back,
            compacts: false,
            plays_missing: true,
        }
    }

    /// Sends JSON on without the white space between its parts.
    #[must_use]
    pub const fn compacting(mut self) -> Self {
        self.compacts = true;
        self
    }

    /// Passes on whatever the upstream answers, that it implements something not included.
    #[must_use]
    pub const fn faithful(mut self) -> Self {
        self.plays_missing = false;
        self
    }
}

/// A call on its way to an upstream and back.
pub struct Passage<'e> {
    engine: &'e Engine,
    begun: Begun<'e>,
    request: Request,
    found: Result<Match, Box<Miss>>,
    passing: &'e Passing,
    /// What the client broke.
    broken: Vec<Arc<Violation>>,
}

/// What remains to be known of a call once its answer is on its way: how to tell of its end.
#[derive(Debug)]
pub struct Trace {
    number: u64,
    api: Option<Arc<str>>,
    operation: Option<Arc<str>>,
    document: Option<Arc<str>>,
}

impl fmt::Debug for Passage<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = self.found.as_ref().ok().map(|found| &found.operation.id);
        formatter.debug_struct("Passage").field("operation", &found).finish_non_exhaustive()
    }
}

impl Engine {
    /// Begins a call that is to be passed on; `request` has no content yet.
    #[must_use]
    pub fn pass(&self, request: Request) -> Passage<'_> {
        static USUAL: Passing = Passing::new(true, false);
        let (begun, passing) = (self.begin(), self.passing.as_ref().unwrap_or(&USUAL));
        let found = self.looked_up(passing, &request.method, &request.path);
        Passage { engine: self, begun, request, found, passing, broken: Vec::new() }
    }

    /// The operation that a call is one of; the contract is about what the upstream is asked.
    pub(super) fn looked_up(
        &self,
        passing: &Passing,
        method: &Method,
        path: &str,
    ) -> Result<Match, Box<Miss>> {
        match passing.prefix.as_str() {
            "" => self.router.find(method, path),
            prefix => self
                .router
                .find(method, &format!("{prefix}{path}"))
                .or_else(|_| self.router.find(method, path)),
        }
    }

    /// Tells that an answer broke off after its beginning had been passed on.
    pub fn broke_off(&self, trace: &Trace, reason: &str) {
        let context = finding::Context {
            api: trace.api.as_deref(),
            operation: trace.operation.as_deref(),
            side: Side::Response,
            blame: Blame::Server,
            exchange: Some(trace.number),
            world: self.world.name(),
            now: self.clock.now(),
            evidence: None,
            document: trace.document.as_deref(),
        };
        let violation = failure(format!("the upstream broke off in its answer: {reason}"));
        self.ledger.record(&[Finding::new(&violation, &context)]);
    }
}

impl<'e> Passage<'e> {
    /// Whether the content of the request has to be read whole before it is passed on.
    #[must_use]
    pub fn reads_request(&self) -> bool {
        let Ok(found) = &self.found else { return false };
        let Request { method, headers, .. } = &self.request;
        self.passing.judges_requests
            && validate::request::looks_into(&found.operation, method, headers)
    }

    /// The request.
    #[must_use]
    pub const fn asked(&self) -> &Request {
        &self.request
    }

    /// The request, for its content to be put in.
    pub const fn request(&mut self) -> &mut Request {
        &mut self.request
    }

    /// Judges the request; what goes on its way is handed back.
    ///
    /// # Errors
    ///
    /// The answer to a request that breaks the contract and is kept back.
    pub async fn judged(mut self) -> Result<Self, Answer> {
        let is_broken = match &self.found {
            Ok(found) if self.passing.judges_requests => {
                let (decoded, malformed) = decoded(&self.request);
                let request = decoded.as_ref().unwrap_or(&self.request);
                let mut reading = self.engine.read(found, request);
                self.broken = std::mem::take(&mut reading.violations);
                let is_broken = reading.refusal.is_some() || malformed.is_some();
                self.broken.extend(malformed.map(Arc::new));
                is_broken
            }
            Ok(_) => false,
            // Without a document there is nothing that a call could break.
            Err(_) if self.engine.services.is_empty() => false,
            Err(miss) => {
                let mut violation = self.engine.unknown(&self.request, miss);
                violation.level.get_or_insert(Level::Warning);
                self.broken.push(Arc::new(violation));
                true
            }
        };
        if is_broken && self.passing.keeps_back { Err(self.played().await) } else { Ok(self) }
    }

    /// Whether the content of an answer has to be read whole before it is passed on.
    #[must_use]
    pub fn reads_answer(&self, status: StatusCode, headers: &HeaderMap) -> bool {
        let Ok(found) = &self.found else { return false };
        validate::response::looks_into(&found.operation, &self.request.method, status, headers)
    }

    /// Whether JSON is to go on without the white space between its parts.
    #[must_use]
    pub const fn compacts(&self) -> bool {
        self.passing.compacts
    }

    /// Whether a call that the upstream does not implement can and may be played here.
    #[must_use]
    pub const fn plays_missing(&self) -> bool {
        self.passing.plays_missing && self.found.is_ok()
    }

    /// Has the call answered here, as if there were no upstream.
    pub async fn played(self) -> Answer {
        let outcome = self.engine.decide(&self.request, self.begun.now).await;
        self.engine.conclude(self.begun, self.request, outcome)
    }

    /// Judges what the upstream answered, and writes the call down.
    #[must_use]
    pub fn answered(self, answer: Answer) -> (Answer, Trace) {
        let place = self.place();
        let subject = self.engine.subject(place.as_ref());
        let trace = Trace {
            number: self.begun.number,
            api: subject.api,
            operation: subject.operation,
            document: subject.document,
        };
        let outcome = Outcome {
            place,
            noted: self.noted(),
            request: self.broken,
            blame: Blame::Server,
            is_passed: true,
            why: "answered by the upstream".into(),
            ..Outcome::of(answer)
        };
        (self.engine.conclude(self.begun, self.request, outcome), trace)
    }

    /// Answers in place of an upstream that did not.
    #[must_use]
    pub fn failed(self, refusal: &Refusal) -> Answer {
        let composed = Composed::problem(refusal);
        let outcome = Outcome {
            place: self.place(),
            noted: self.noted(),
            request: self.broken,
            response: vec![failure(refusal.title())],
            blame: Blame::Server,
            is_problem: true,
            why: refusal.title().into(),
            ..Outcome::of(composed.answer)
        };
        self.engine.conclude(self.begun, self.request, outcome)
    }

    fn place(&self) -> Option<Place> {
        match &self.found {
            Ok(found) => Some(Place { service: found.mounted, operation: Some(found.number) }),
            // What an operation declares says nothing of an answer to something else.
            Err(miss) => miss.nearest.map(|service| Place { service, operation: None }),
        }
    }

    /// What is to be noted of every such call.
    fn noted(&self) -> Vec<Sighting> {
        let Ok(found) = &self.found else { return Vec::new() };
        let state = self.engine.services[found.mounted].operations.get(found.number);
        state.map_or_else(Vec::new, |state| state.noted.sightings(found.base_path).to_vec())
    }
}

/// A request without its content's codings, where it has any, and what is wrong with them.
fn decoded(request: &Request) -> (Option<Request>, Option<Violation>) {
    let Some(codings) = body::coding(&request.headers).filter(|_| request.flaw.is_none()) else {
        return (None, None);
    };
    let (body, flaw, malformed) = match inflate::undo(&codings, &request.body) {
        Ok(inside) => (inside.into(), None, None),
        Err(Kept::Unknown | Kept::TooLarge) => (Bytes::new(), Some(Flaw::Unread), None),
        Err(Kept::Malformed(reason)) => {
            let title = format!("the request body is not coded as `{codings}`: {reason}");
            let rule = &rule::REQUEST_BODY_MALFORMED;
            let malformed = Violation::new(rule, Location::Body, title);
            (Bytes::new(), Some(Flaw::Unread), Some(malformed))
        }
    };
    let mut request = Request { body, flaw, ..request.clone() };
    request.headers.remove(CONTENT_ENCODING);
    (Some(request), malformed)
}

fn failure(title: String) -> Violation {
    Violation::new(&rule::UPSTREAM_FAILED, Location::Body, title)
}
