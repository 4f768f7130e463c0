//! The journal: listed, looked at, forgotten.

use std::borrow::Cow;
use std::sync::Arc;

use http::StatusCode;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::finding::Finding;
use crate::finding::mask;
use crate::message::Answer;
use crate::message::Exchange;
use crate::server::admin::call::Call;
use crate::server::admin::call::done;
use crate::server::admin::call::ok;
use crate::server::admin::endpoints::har;
use crate::server::admin::problem::problem;
use crate::tape::Entry;
use crate::tape::entry::Named;
use crate::tape::redact::Redactor;

/// How many exchanges are listed unless the call says so.
const LIMIT: u64 = 100;

/// An exchange in one line.
#[derive(Serialize)]
struct Summary<'a> {
    number: u64,
    started: String,
    duration_ms: f64,
    api: Option<&'a str>,
    operation: Option<&'a str>,
    method: &'a str,
    target: String,
    status: u16,
    findings: usize,
}

/// An exchange, whole; its messages as a recording has them, without secrets.
#[derive(Serialize)]
struct Whole<'a> {
    number: u64,
    started: String,
    duration_ms: f64,
    api: Option<&'a str>,
    operation: Option<&'a str>,
    template: Option<&'a str>,
    request: RequestView<'a>,
    response: ResponseView<'a>,
    findings: Vec<Finding>,
    why: Cow<'a, str>,
}

#[derive(Serialize)]
struct RequestView<'a> {
    method: &'a str,
    target: &'a str,
    headers: &'a [Named],
    body: BodyView<'a>,
}

#[derive(Serialize)]
struct ResponseView<'a> {
    status: u16,
    headers: &'a [Named],
    body: BodyView<'a>,
}

#[derive(Serialize)]
struct BodyView<'a> {
    /// The bytes that travelled.
    size: usize,
    text: Option<&'a str>,
    base64: Option<&'a str>,
}

/// The latest exchanges that the filters let pass.
pub(super) fn list(call: &Call<'_>) -> Answer {
    let number = |name: &str| call.arguments.query.get(name).and_then(Value::as_u64);
    let after = number("after").unwrap_or(0);
    let limit = usize::try_from(number("limit").unwrap_or(LIMIT)).unwrap_or(usize::MAX);
    let status = number("status");
    let text = |name: &str| call.arguments.query_text(name);
    let (api, operation, method) = (text("api"), text("operation"), text("method"));
    let is_wanted = |exchange: &Arc<Exchange>| {
        exchange.number > after
            && api.is_none_or(|api| exchange.subject.api.as_deref() == Some(api))
            && operation.is_none_or(|id| exchange.subject.operation.as_deref() == Some(id))
            && method.is_none_or(|name| exchange.request.method.as_str().eq_ignore_ascii_case(name))
            && status.is_none_or(|status| u64::from(exchange.answer.status.as_u16()) == status)
    };
    let mut found: Vec<Arc<Exchange>> =
        call.engine().journal().exchanges().into_iter().filter(is_wanted).collect();
    let more = found.len() > limit;
    found.truncate(limit);
    if text("format") == Some("har") {
        return ok(&har::archive(&found));
    }
    let mut redactor = Redactor::default();
    let exchanges: Vec<Summary<'_>> =
        found.iter().map(|exchange| summary(exchange, &mut redactor)).collect();
    let after = found.last().map_or(after, |last| last.number);
    ok(&json!({ "exchanges": exchanges, "after": after, "more": more }))
}

/// One exchange, whole.
pub(super) fn get(call: &Call<'_>) -> Answer {
    let number = call.arguments.path.get("number").and_then(Value::as_u64).unwrap_or(0);
    let Some(exchange) = call.engine().journal().get(number) else {
        let title = format!("exchange {number} is not in the journal: not yet, or no more");
        return problem(StatusCode::NOT_FOUND, "exchange-unknown", title);
    };
    let mut entry = Entry::from_exchange(&exchange);
    Redactor::default().entry(&mut entry);
    let (request, response) = (&entry.request, &entry.response);
    let sent = request.post_data.as_ref().map(|it| (it.text.as_str(), it.encoding.is_some()));
    let (content, target) = (&response.content, request.target());
    let answered = content.text.as_deref().map(|text| (text, content.encoding.is_some()));
    ok(&Whole {
        number: exchange.number,
        started: exchange.started.to_rfc3339(),
        duration_ms: duration_ms(&exchange),
        api: exchange.subject.api.as_deref(),
        operation: exchange.subject.operation.as_deref(),
        template: exchange.subject.template.as_deref(),
        request: RequestView {
            method: &request.method,
            target: &target,
            headers: &request.headers,
            body: view(exchange.request.body.len(), sent),
        },
        response: ResponseView {
            status: response.status,
            headers: &response.headers,
            body: view(exchange.answer.body.bytes().len(), answered),
        },
        findings: call.engine().locate(exchange.told()),
        why: mask::text(&exchange.why),
    })
}

/// Forgets the journal.
pub(super) fn clear(call: &Call<'_>) -> Answer {
    call.engine().journal().clear();
    done()
}

fn summary<'e>(exchange: &'e Exchange, redactor: &mut Redactor) -> Summary<'e> {
    Summary {
        number: exchange.number,
        started: exchange.started.to_rfc3339(),
        duration_ms: duration_ms(exchange),
        api: exchange.subject.api.as_deref(),
        operation: exchange.subject.operation.as_deref(),
        method: exchange.request.method.as_str(),
        target: redactor.target(&exchange.request.target()),
        status: exchange.answer.status.as_u16(),
        findings: exchange.findings.len(),
    }
}

/// How long answering took, to the microsecond.
fn duration_ms(exchange: &Exchange) -> f64 {
    (exchange.duration.as_secs_f64() * 1_000_000.0).round() / 1_000.0
}

/// Content as a recording has it; content without bytes is the empty text.
fn view(size: usize, content: Option<(&str, bool)>) -> BodyView<'_> {
    match content.unwrap_or_default() {
        (text, false) => BodyView { size, text: Some(text), base64: None },
        (encoded, true) => BodyView { size, text: None, base64: Some(encoded) },
    }
}
