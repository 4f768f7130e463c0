//! The four calls that everything here measures, and the engine that answers them: everything is
//! on (routing, both validations, state, journal, findings, metrics), nothing is left to chance.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;

use bytes::Bytes;
use http::Response;
use http::header::CONTENT_LENGTH;
use http::header::CONTENT_TYPE;
use http::header::HOST;
use serde_json::Value;
use standin::apis::AuthMode;
use standin::clock::Clock;
use standin::clock::Instant;
use standin::engine::Engine;
use standin::engine::Options;
use standin::server::admin::Metrics;
use standin::store::MemoryStore;

/// A call that is made again and again.
pub(crate) struct Scenario {
    /// What it is called in budgets and on the command line.
    pub(crate) name: &'static str,
    /// The request of that number.
    pub(crate) request: fn(u64) -> http::Request<Bytes>,
    /// The status that the request of that number is answered with.
    pub(crate) status: fn(u64) -> u16,
}

/// Every scenario.
pub(crate) const SCENARIOS: &[Scenario] = &[
    Scenario { name: "get_list", request: |_| list(), status: |_| 200 },
    Scenario { name: "post_valid", request: |_| start(VALID.to_owned()), status: |_| 200 },
    Scenario { name: "post_invalid", request: |_| start(INVALID.to_owned()), status: |_| 400 },
    Scenario {
        name: "post_mixed",
        request: |number| start(mixed(number)),
        status: |number| if is_invalid(number) { 400 } else { 200 },
    },
];

/// A body that nothing is wrong with.
pub(crate) const VALID: &str = r#"{"client_id":"client_01HZX3M9","session_expiration":3600,"cross_device":{"binding_message":"Login to Acme 4821"},"redirect_uri":"https://app.example.com/callback","approval_data":{"amount":"120.50","currency":"EUR"}}"#;

const INVALID: &str = r#"{"session_expiration":"soon","cross_device":{"binding_message":7},"redirect_uri":"https://app.example.com/callback","approval_data":{"amount":"120.50","currency":"EUR"}}"#;

/// One body in twenty is invalid, and no two are alike: remembering the last one does not help.
fn mixed(number: u64) -> String {
    if is_invalid(number) {
        return format!(
            r#"{{"session_expiration":"soon","cross_device":{{"binding_message":{number}}}}}"#
        );
    }
    let (client, expiration) = (number % 97, 600 + number % 3000);
    format!(
        r#"{{"client_id":"client_{client}","session_expiration":{expiration},"cross_device":{{"binding_message":"Login to Acme {number}"}},"redirect_uri":"https://app.example.com/callback","approval_data":{{"amount":"{number}","currency":"EUR"}}}}"#
    )
}

const fn is_invalid(number: u64) -> bool {
    number.is_multiple_of(20)
}

fn list() -> http::Request<Bytes> {
    http::Request::get("/v1/sessions?limit=10&offset=0&status=active")
        .header(HOST, "127.0.0.1:4010")
        .body(Bytes::new())
        .expect("the request is one")
}

fn start(body: String) -> http::Request<Bytes> {
    http::Request::post("/v1/auth-session/start-restricted")
        .header(HOST, "127.0.0.1:4010")
        .header(CONTENT_TYPE, "application/json")
        .header(CONTENT_LENGTH, body.len())
        .body(Bytes::from(body))
        .expect("the request is one")
}

/// An engine with all bundled APIs, the clock standing still, and exactly one active session to
/// list.
pub(crate) fn engine() -> Engine {
    engine_with(1).0
}

/// The same with so many sessions to list, all of them active; the state comes beside it.
pub(crate) fn engine_with(sessions: usize) -> (Engine, Value) {
    let options = settings();
    let mut engine =
        Engine::new(&options, Arc::new(MemoryStore::new(0))).expect("the engine is made");
    engine.listen(Arc::new(Metrics::default()));
    let state = with_sessions(at_once(engine.state()).expect("the state can be read"), sessions);
    at_once(engine.restore(&state)).expect("the state is one");
    (engine, state)
}

/// What an engine is made of here: the time stands still.
pub(crate) fn settings() -> Options {
    let start = Instant::parse("2026-01-01T00:00:00Z").expect("the instant is one");
    let mut options = Options::default();
    options.auth = AuthMode::Off;
    options.clock = Arc::new(Clock::fixed(start));
    options
}

/// The state with no Clerk sessions but so many that are like the active one.
fn with_sessions(mut state: Value, count: usize) -> Value {
    let kept = state.pointer_mut("/clerk/sessions").and_then(Value::as_object_mut);
    let kept = kept.expect("Clerk keeps sessions");
    let active = kept.get("sess_active").cloned().expect("one of them is active");
    kept.clear();
    for number in 0..count {
        let id = format!("sess_{number}");
        let mut session = active.clone();
        session["id"] = Value::from(id.as_str());
        kept.insert(id, session);
    }
    state
}

/// Answers as the door does, between the bytes that it reads and those that it writes.
pub(crate) fn answer(engine: &Engine, request: http::Request<Bytes>) -> Response<Bytes> {
    at_once(engine.answer(request.into())).into()
}

/// The value of a future that waits for nothing, as with state in memory; no runtime is measured.
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("state in memory is waited for"),
    }
}
