//! Engines to try things on, at a fixed instant, freshly seeded; and what every answer owes.

use std::pin::pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderName;
use http::HeaderValue;
use http::header::AUTHORIZATION;
use http::header::CONTENT_TYPE;
use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::utf8_percent_encode;
use serde_json::Value;
use standin::clock::Clock;
use standin::clock::Instant;
use standin::engine::Engine;
use standin::engine::Options;
use standin::engine::Played;
use standin::finding::Blame;
use standin::message::Exchange;
use standin::message::MediaType;
use standin::message::Request;
use standin::route::base_path;
use standin::schema::Direction;
use standin::spec::Document;
use standin::spec::Operation;
use standin::spec::model::Content;
use standin::store::MemoryStore;
use standin::validate::body;

use super::choices::Choices;
use super::violations;

/// 2026-01-01T00:00:00Z.
const NOW: Instant = Instant::from_millis(1_767_225_600_000);

/// What an engine can be made of: one vendor's APIs, which is quicker, or all there are.
pub(super) const FAMILIES: [&[&str]; 3] = [&["clerk"], &["transmit"], &[]];

/// An engine that plays bundled APIs.
pub(super) fn engine(apis: &[&str]) -> Engine {
    let mut options = Options::default();
    options.played = apis.iter().map(|name| Played::Bundled((*name).to_owned())).collect();
    options.clock = Arc::new(Clock::fixed(NOW));
    let engine = Engine::new(&options, Arc::new(MemoryStore::new(0)));
    engine.expect("the bundled APIs are not in each other's way")
}

/// The value of a future that never waits: state is in memory.
pub(super) fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("something waits, and nothing would wake it"),
    }
}

pub(super) fn state(engine: &Engine) -> Value {
    at_once(engine.state()).expect("the memory can be read")
}

/// A call of an operation that is served.
pub(super) struct Asked<'e> {
    pub(super) document: &'e Document,
    pub(super) operation: &'e Operation,
    pub(super) request: Request,
}

/// A call of some operation, as its document shows it, on some record of the state.
pub(super) fn asked<'e>(engine: &'e Engine, state: &Value, choices: &mut Choices<'_>) -> Asked<'e> {
    let calls: Vec<_> = engine.calls().collect();
    let (service, outline, _) = *choices.one_of(&calls);
    let operation = service.mounted.document.operation(&outline.id).expect("it is declared");
    let family = service.api.map(|api| api.family.id).unwrap_or_default();
    let collections = state[family].as_object().into_iter().flat_map(|each| each.values());
    let keys = collections.filter_map(Value::as_object).flat_map(|records| records.keys());
    let keys: Vec<&str> = keys.map(String::as_str).collect();
    let mut id = || keys.get(choices.below(keys.len())).copied().unwrap_or("none");
    let (path, _) = base_path::paths(&service.mounted.prefix, operation).swap_remove(0);
    let segments = path.split('/').map(|segment| match segment.starts_with('{') {
        true => encoded(id()),
        false => segment.to_owned(),
    });
    let path = segments.collect::<Vec<_>>().join("/");
    let mut request = Request::new(operation.method.clone(), &path);
    request.headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer sk_test_mock"));
    let binding = HeaderName::from_static("x-ts-device-binding-token");
    request.headers.insert(binding, HeaderValue::from_static("first_device_authenticated"));
    if let Some(content) = operation.request_body.as_ref().and_then(|body| body.content.first()) {
        let mut example = content.examples.first().map_or(Value::Null, |it| it.value().clone());
        for name in ["auth_session_id", "user_id", "client_id", "session_id"] {
            if let Some(member) = example.get_mut(name) {
                *member = Value::from(id());
            }
        }
        request.headers.insert(CONTENT_TYPE, media_type(content));
        request.body = written(content, &example);
    }
    Asked { document: &service.mounted.document, operation, request }
}

/// The media type of a content, as a header field has it.
pub(super) fn media_type(content: &Content) -> HeaderValue {
    HeaderValue::from_str(&content.media_type.to_string()).expect("well-formed")
}

/// A value as its content's media type writes it: a form, or JSON.
pub(super) fn written(content: &Content, value: &Value) -> Bytes {
    if content.media_type.is_form() {
        if let Some(form) = value.as_str() {
            return Bytes::from(form.to_owned());
        }
        if let Some(members) = value.as_object() {
            let pairs = members.iter().map(|(name, value)| {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                format!("{}={}", encoded(name), encoded(&text))
            });
            return Bytes::from(pairs.collect::<Vec<_>>().join("&"));
        }
    }
    Bytes::from(value.to_string())
}

/// Asks, and looks whether the answer is what the document allows and the findings can be looked
/// up.
pub(super) fn answered(engine: &Engine, asked: &Asked<'_>) -> Arc<Exchange> {
    let Asked { document, operation, request } = asked;
    let told = format!("{} {} {:?}", request.method, request.target(), request.body);
    let answer = at_once(engine.answer(request.clone()));
    let exchange = engine.journal().last().expect("the exchange was written down");
    let findings = exchange.findings.iter();
    let own: Vec<_> = findings.filter(|finding| finding.blame == Blame::Standin).collect();
    assert!(own.is_empty(), "{told}: {own:#?}");
    assert!(!answer.status.is_server_error(), "{told}: {}", answer.status);
    let field = answer.headers.get(CONTENT_TYPE);
    let sent = field.and_then(|value| value.to_str().ok()).and_then(MediaType::parse);
    if sent.is_some_and(|sent| sent.is_json()) {
        let value: Value = serde_json::from_slice(answer.body.bytes()).expect("it says it is JSON");
        let response = operation.response(answer.status);
        let declared = response.and_then(|response| body::find(&response.content, field).1);
        if let Some(schema) = declared.and_then(|content| content.schema) {
            let is_valid = document.schemas.is_valid(schema, Direction::Response, &value);
            assert!(is_valid, "{told}: {} {value}", answer.status);
        }
    }
    let sent = serde_json::from_slice(&request.body).ok();
    let is_json = request.header(&CONTENT_TYPE).and_then(MediaType::parse);
    let sent: Option<Value> = sent.filter(|_| is_json.is_some_and(|it| it.is_json()));
    let broken = exchange.findings.iter().map(|finding| &*finding.violation);
    violations::are_well_told(document, broken, sent.as_ref());
    exchange
}

/// Makes some calls with ids that the state has, and lets time pass between them. A twin that was
/// given the state as it is shown answers the same, and what comes of it is the same state.
pub(super) fn is_played(engine: &Engine, apis: &[&str], choices: &mut Choices<'_>) {
    let shown = state(engine);
    let twin = self::engine(apis);
    let restored = at_once(twin.restore(&shown));
    assert!(restored.is_ok(), "{restored:?}: {shown}");
    assert_eq!(state(&twin), shown);
    for _ in 0..3 {
        let asked = asked(engine, &shown, choices);
        let (exchange, other) = (answered(engine, &asked), answered(&twin, &asked));
        let answers = [&exchange, &other].map(|it| (it.answer.status, it.answer.body.bytes()));
        assert_eq!(answers[0], answers[1], "{:?}: {shown}", asked.request);
        let hours = u64::from(choices.byte()).pow(2);
        for clock in [engine.clock(), twin.clock()] {
            clock.advance(Duration::from_secs(hours * 3600));
        }
    }
    assert_eq!(state(engine), state(&twin), "{shown}");
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
