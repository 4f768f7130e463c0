//! Drift: where recorded traffic departs from a description. Passive: it sends nothing.
//!
//! Reads each exchange with the very readers that serve traffic. What a server refused is no
//! drift: a client that erred, and was told so as the description says, shows that both agree. So
//! requests are judged only where the server took them; answers always.

pub mod coverage;

use std::borrow::Borrow;
use std::sync::Arc;

pub use coverage::Coverage;

use crate::clock::Instant;
use crate::engine::Ledger;
use crate::finding;
use crate::finding::Blame;
use crate::finding::Finding;
use crate::finding::Location;
use crate::finding::Side;
use crate::finding::Violation;
use crate::finding::mask;
use crate::finding::rule;
use crate::json::Input;
use crate::message::Answer;
use crate::message::Refusal;
use crate::message::Request;
use crate::route::Conflict;
use crate::route::Match;
use crate::route::Mounted;
use crate::route::Router;
use crate::spec::Document;
use crate::tape::Entry;
use crate::tape::placeholder;
use crate::validate;
use crate::validate::request::Demands;

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

/// Judges recorded exchanges by descriptions, each with its API's id.
///
/// An exchange that says which bundled API it belongs to is judged by that API's description alone,
/// and passed over where that is not among `documents`. Of the others, one whose path no
/// description has is a finding if the server took it.
///
/// # Errors
///
/// [`Conflict`] when two documents claim one path.
pub fn judge(entries: &[Entry], documents: &[(String, Arc<Document>)]) -> Result<Drift, Conflict> {
    let mounted: Vec<Mounted> =
        documents.iter().map(|(id, document)| Mounted::unmoved(id, Arc::clone(document))).collect();
    let router = Router::new(&mounted)?;
    let ledger = Ledger::default();
    let mut judge = Judge { mounted: &mounted, router: &router, ledger: &ledger, seen: Vec::new() };
    let judged = entries.iter().filter(|entry| judge.entry(entry)).count();
    let operations = judge.seen;
    let (mut findings, _) = ledger.total();
    for place in findings.iter_mut().flat_map(|finding| finding.places.iter_mut()) {
        for (_, document) in documents {
            document.locate(place);
        }
    }
    Ok(Drift { findings, judged, passed_over: entries.len() - judged, operations })
}

struct Judge<'d> {
    mounted: &'d [Mounted],
    router: &'d Router,
    ledger: &'d Ledger,
    seen: Vec<(String, String, usize)>,
}

impl Judge<'_> {
    /// Judges one exchange; `false` where it is none of ours.
    fn entry(&mut self, entry: &Entry) -> bool {
        let label = entry.own.as_ref().and_then(|own| own.api.as_deref());
        if label.is_some_and(|label| self.is_foreign(label)) {
            return false;
        }
        let (request, answer) = match entry.request().and_then(|it| Ok((it, entry.answer()?))) {
            Ok(messages) => messages,
            Err(error) => {
                let origin = entry.origin.clone().unwrap_or_else(|| entry.line());
                let title = format!("{origin}: {error}");
                let rule = &rule::RECORDING_MALFORMED;
                let mut violation = Violation::new(rule, Location::Target, title);
                violation.name = Some(origin);
                self.record(entry, None, Side::Request, &[violation]);
                return true;
            }
        };
        let is_taken = answer.status.is_success() || answer.status.is_redirection();
        match self.router.find(&request.method, &request.path) {
            Ok(found) => {
                self.exchange(entry, &found, &request, &answer, is_taken);
                true
            }
            Err(_) if !is_taken => label.is_some(),
            Err(miss) => {
                let is_method = matches!(miss.refusal, Refusal::MethodNotAllowed { .. });
                let rule = if is_method { &rule::METHOD_NOT_ALLOWED } else { &rule::PATH_UNKNOWN };
                let mut violation = Violation::new(rule, Location::Target, miss.refusal.title());
                violation.name =
                    Some(format!("{} {}", request.method, mask::target(&request.path)));
                self.record(entry, None, Side::Request, &[violation]);
                true
            }
        }
    }

    /// Whether a label names a bundled API that is not judged here. A label that no description
    /// has says nothing where the descriptions are the user's own.
    fn is_foreign(&self, label: &str) -> bool {
        let is_bundled = |id: &str| crate::apis::APIS.iter().any(|api| api.id == id);
        is_bundled(label)
            && self.mounted.iter().all(|place| *place.id != *label && is_bundled(&place.id))
    }

    fn exchange(
        &mut self,
        entry: &Entry,
        found: &Match,
        request: &Request,
        answer: &Answer,
        is_taken: bool,
    ) {
        let place = &self.mounted[found.mounted];
        self.count(&place.id, &found.operation.id);
        if is_taken {
            let demands = Demands { credentials: true, ..Demands::default() };
            let reading = validate::request::read(
                &place.document,
                &found.operation,
                &found.path_values,
                request,
                demands,
            );
            let mut violations = reading.violations;
            let body = reading.body.as_ref().map(Input::view);
            violations.retain(|each| !placeholder::excuses_request(each, request, body));
            self.record(entry, Some(found), Side::Request, &violations);
        }
        let mut violations =
            validate::response::read(&place.document, &found.operation, &request.method, answer);
        violations.retain(|each| !placeholder::excuses_answer(each, answer));
        self.record(entry, Some(found), Side::Response, &violations);
    }

    fn count(&mut self, api: &str, operation: &str) {
        match self.seen.iter_mut().find(|(id, name, _)| id == api && name == operation) {
            Some((_, _, count)) => *count += 1,
            None => self.seen.push((api.to_owned(), operation.to_owned(), 1)),
        }
    }

    fn record(
        &self,
        entry: &Entry,
        found: Option<&Match>,
        side: Side,
        violations: &[impl Borrow<Violation>],
    ) {
        let place = found.map(|found| &self.mounted[found.mounted]);
        let evidence = match &entry.origin {
            Some(origin) => format!("{} in {origin}", entry.line()),
            None => entry.line(),
        };
        let context = finding::Context {
            api: place.map(|place| &*place.id),
            operation: found.map(|found| &*found.operation.id),
            side,
            blame: if side == Side::Response { Blame::Server } else { Blame::Client },
            exchange: None,
            world: "default",
            now: entry.started().unwrap_or(Instant::from_millis(0)),
            evidence: Some(evidence),
            document: place.map(|place| &*place.document.name),
        };
        let findings: Vec<Finding> =
            violations.iter().map(|violation| Finding::new(violation.borrow(), &context)).collect();
        self.ledger.record(&findings);
    }
}
