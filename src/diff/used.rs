//! What a recorded client would feel: of all that breaks somebody, what breaks *it*.
//!
//! A request that the client sent is judged by the revision with the validators that serve traffic;
//! of answers it is asked whether the client was given what is another now. What the recording never
//! came to is harmless to this client, as far as the recording shows what it does.

use std::collections::HashMap;

use std::sync::Arc;

use serde_json::Value;

use crate::diff::Difference;
use crate::drift::Coverage;
use crate::drift::coverage::Part;
use crate::finding::Level;
use crate::finding::Side;
use crate::finding::Violation;
use crate::message::Answer;
use crate::message::Request;
use crate::pointer::Pointer;
use crate::route::Conflict;
use crate::route::Match;
use crate::route::Mounted;
use crate::route::Router;
use crate::spec::Document;
use crate::spec::Operation;
use crate::tape::Entry;
use crate::validate::request;
use crate::validate::request::Demands;

/// The traffic of a client, read against the base.
#[derive(Debug)]
pub struct Usage<'d> {
    revision: &'d Document,
    /// By the place of the operation in the base.
    calls: HashMap<String, Vec<Call>>,
    /// What of the base was seen where only that is known: by the place of the operation, and how
    /// often it was called; the places of parts, and whether they were seen.
    seen: HashMap<String, u64>,
    parts: HashMap<String, bool>,
    /// How many exchanges were of the API.
    pub exchanges: usize,
    /// How many exchanges were of others.
    pub passed_over: usize,
    /// How many operations of the base were called.
    pub called: usize,
    /// How many operations the base has.
    pub operations: usize,
}

/// One exchange of an operation.
#[derive(Debug)]
struct Call {
    /// Where it stands in the recording, and its line.
    evidence: String,
    request: Request,
    answer: Answer,
    body: Option<Value>,
    sent: Option<Value>,
    path_values: Vec<(String, String)>,
}

impl<'d> Usage<'d> {
    /// Reads the exchanges of a client.
    ///
    /// # Errors
    ///
    /// [`Conflict`] when the base claims one path twice.
    pub fn of(
        entries: &[Entry],
        base: &Arc<Document>,
        revision: &'d Document,
    ) -> Result<Self, Conflict> {
        let mounted = [Mounted::unmoved("base", Arc::clone(base))];
        let router = Router::new(&mounted)?;
        let mut calls: HashMap<String, Vec<Call>> = HashMap::new();
        let mut exchanges = 0;
        for entry in entries {
            let (Ok(request), Ok(answer)) = (entry.request(), entry.answer()) else { continue };
            let Ok(found) = router.find(&request.method, &request.path) else { continue };
            exchanges += 1;
            let Match { operation, path_values, .. } = found;
            let line = entry.line();
            let evidence = match &entry.origin {
                Some(origin) => format!("{line} in {origin}"),
                None => line,
            };
            let json = |bytes: &[u8]| serde_json::from_slice(bytes).ok();
            let (sent, body) = (json(&request.body), json(answer.body.bytes()));
            let call = Call { evidence, request, answer, body, sent, path_values };
            calls.entry(operation.pointer.to_string()).or_default().push(call);
        }
        let called = calls.len();
        let passed_over = entries.len() - exchanges;
        let operations = base.operations.len();
        let (seen, parts) = Default::default();
        Ok(Self { revision, calls, seen, parts, exchanges, passed_over, called, operations })
    }

    /// Adds what was observed of a client whose exchanges are not at hand: of that it is known which
    /// parts of the base were seen, and not with which values.
    pub fn observe(&mut self, coverage: &Coverage, base: &Document) {
        for api in &coverage.apis {
            for known in &api.operations {
                let Some(operation) = base.operation(&known.operation) else { continue };
                let place = operation.pointer.to_string();
                if known.calls > 0 {
                    self.called += usize::from(!self.calls.contains_key(&place));
                    *self.seen.entry(place).or_default() += known.calls;
                    self.exchanges += usize::try_from(known.calls).unwrap_or(usize::MAX);
                }
                self.note(&known.parts);
            }
            api.schemas.iter().for_each(|schema| self.note(&schema.parts));
        }
    }

    fn note(&mut self, parts: &[Part]) {
        for part in parts {
            *self.parts.entry(part.pointer.to_string()).or_default() |= part.seen;
        }
    }

    /// Whether a client that was only observed used what a difference is about.
    fn observed(&self, difference: &Difference, operation: &str) -> Option<String> {
        let calls = self.seen.get(operation)?;
        let place = difference.base.as_ref().map_or("", Pointer::as_str);
        let mut about = self.parts.iter().filter(|(part, _)| {
            !place.is_empty() && (part.starts_with(place) || place.starts_with(part.as_str()))
        });
        let is_known = about.clone().next().is_some() && !difference.at.is_empty();
        let is_used = !is_known || about.any(|(_, seen)| *seen);
        is_used.then(|| format!("{calls} observed calls"))
    }

    /// The exchange that shows that the client would feel a difference; `None` where the recording
    /// never came to it. What is about the whole document, every client feels.
    #[must_use]
    pub fn touched(&self, difference: &Difference) -> Option<String> {
        let Some(call) = &difference.call else {
            let mut all = self.calls.values().flatten();
            let first = all.next().map(|call| call.evidence.clone());
            let observed = || self.seen.values().next().map(|it| format!("{it} observed calls"));
            return first.or_else(observed);
        };
        let place = call.base.as_ref()?.as_str();
        let calls = self.calls.get(place).map(Vec::as_slice).unwrap_or_default();
        let revision = call.revision.as_ref();
        let revision =
            revision.and_then(|at| self.revision.operations.iter().find(|it| it.pointer == *at));
        let felt = calls.iter().find(|call| match (difference.side, revision) {
            (_, None) => true,
            (Side::Request, Some(operation)) => self.is_refused(call, difference, operation),
            (Side::Response, Some(_)) => is_given(call, difference),
            (Side::Document, Some(_)) => true,
        });
        let felt = felt.map(|call| call.evidence.clone());
        felt.or_else(|| self.observed(difference, place))
    }

    /// Whether the revision would not take a request, for the reason of a difference.
    fn is_refused(&self, call: &Call, difference: &Difference, operation: &Operation) -> bool {
        // A request that was refused before proves nothing.
        if call.answer.status.is_client_error() {
            return false;
        }
        let (_, names) = crate::route::template::parse(&operation.template);
        let values = call.path_values.iter().map(|(_, value)| value.clone());
        let values: Vec<(String, String)> = names.into_iter().zip(values).collect();
        let demands = Demands { credentials: true, ..Demands::default() };
        let reading = request::read(self.revision, operation, &values, &call.request, demands);
        let is_about = |violation: &Violation| {
            let is_inside = difference.revision.as_ref().is_some_and(|place| {
                let (one, other) = (violation.place.as_str(), place.as_str());
                one.starts_with(other) || other.starts_with(one)
            });
            let place = masked(&violation.instance_text());
            let is_there = !difference.at.is_empty() && place.starts_with(&difference.at);
            is_inside || is_there
        };
        let errors = || reading.violations.iter().filter(|it| it.level() == Level::Error);
        if errors().any(|violation| is_about(violation)) {
            return true;
        }
        // What is not heeded any more is felt by whoever sends it.
        difference.revision.is_none() && is_sent(call, &difference.at)
    }
}

/// Whether a request has what stands at a place.
fn is_sent(call: &Call, at: &str) -> bool {
    let has_key = |text: Option<&str>, name: &str| {
        let pairs = text.unwrap_or_default().split('&');
        pairs.filter_map(|pair| pair.split('=').next()).any(|key| {
            let key = percent_encoding::percent_decode_str(key).decode_utf8_lossy();
            key == name || key.strip_prefix(name).is_some_and(|rest| rest.starts_with('['))
        })
    };
    match at.split_once('.') {
        Some(("query", name)) => has_key(call.request.query.as_deref(), name),
        Some(("header", name)) => call.request.headers.contains_key(name),
        Some(("cookie", name)) => {
            let field = call.request.headers.get(http::header::COOKIE);
            field.and_then(|it| it.to_str().ok()).is_some_and(|it| it.contains(&format!("{name}=")))
        }
        Some(("path", _)) => true,
        _ => call.sent.as_ref().is_some_and(|value| has(value, at)),
    }
}

/// Whether the client was given what a difference is about.
fn is_given(call: &Call, difference: &Difference) -> bool {
    let status = call.answer.status.as_u16().to_string();
    let is_of_status = match difference.status.as_deref() {
        None | Some("default") => true,
        Some(range) if range.ends_with("XX") => status.starts_with(&range[..1]),
        Some(exact) => exact == status,
    };
    if !is_of_status {
        return false;
    }
    if let Some(name) = difference.at.strip_prefix("header.") {
        let name = name.split('/').next().unwrap_or(name);
        return call.answer.headers.contains_key(name);
    }
    if difference.at.is_empty() || call.body.is_none() {
        return true;
    }
    call.body.as_ref().is_some_and(|value| has(value, &difference.at))
}

/// Whether something stands at a place whose `*` is any item or member.
fn has(value: &Value, at: &str) -> bool {
    let Some((first, rest)) = at.strip_prefix('/').map(|at| match at.split_once('/') {
        Some((first, rest)) => (first, format!("/{rest}")),
        None => (at, String::new()),
    }) else {
        return true;
    };
    let name = first.replace("~1", "/").replace("~0", "~");
    match value {
        Value::Object(members) if first == "*" => members.values().any(|it| has(it, &rest)),
        Value::Object(members) => members.get(&name).is_some_and(|it| has(it, &rest)),
        Value::Array(items) if first == "*" => items.iter().any(|it| has(it, &rest)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            false
        }
    }
}

/// A place with `*` for each index.
fn masked(place: &str) -> String {
    let masked = place.split('/').map(|token| {
        let is_index = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
        if is_index { "*" } else { token }
    });
    masked.collect::<Vec<_>>().join("/")
}
