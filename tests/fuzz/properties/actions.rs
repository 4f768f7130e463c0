//! Actions: whatever they are given, they are done or refused, and what they leave is a state.

use std::sync::LazyLock;

use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use serde_json::Value;
use serde_json::json;
use standin::apis::APIS;
use standin::message::Request;
use standin::spec::Document;
use standin::spec::Operation;
use standin::spec::load;
use standin::validate;
use standin::validate::request::Demands;

use super::calls;
use super::changes;
use super::choices::Choices;

/// How many actions follow each other at most.
const STEPS: usize = 4;

/// Some actions, each with a body; what the control surface would let nobody send is tried, too.
pub(super) fn hold(data: &[u8]) {
    let mut choices = Choices::new(data);
    let family = calls::FAMILIES[choices.below(2)];
    let engine = calls::engine(family);
    let actions: Vec<_> = ACTIONS.iter().filter(|(it, _)| it.starts_with(family[0])).collect();
    let mut before = calls::state(&engine);
    let mut are_valid = true;
    for _ in 0..=choices.below(STEPS) {
        let (api, action) = **choices.one_of(&actions);
        let operation = described(api, action);
        let body = match choices.below(4) {
            0 => serde_json::from_slice(choices.line()).unwrap_or(json!({})),
            _ => changes::changed(example(operation), &mut choices),
        };
        let answer = calls::at_once(engine.act(api, action, &body));
        let answer = answer.expect("every action that is listed is there");
        let told = format!("{action} of {api} with {body}: {}", answer.status);
        assert!(!answer.status.is_server_error(), "{told}: {:?}", answer.body.value());
        let after = calls::state(&engine);
        if !answer.status.is_success() {
            assert_eq!(after, before, "{told} is refused, and yet something has changed");
        }
        before = after;
        are_valid &= is_valid(operation, &body);
    }
    if are_valid {
        calls::is_played(&engine, family, &mut choices);
    }
}

/// Every action of every bundled API.
static ACTIONS: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    APIS.iter().flat_map(|api| api.actions.iter().map(|action| (api.id, action.id))).collect()
});

/// The control surface's own document.
static SURFACE: LazyLock<Document> = LazyLock::new(|| {
    let text = include_str!("../../../openapi/standin-admin.yaml");
    load::from_text("openapi/standin-admin.yaml", text).expect("the document loads")
});

fn described(api: &str, action: &str) -> &'static Operation {
    let template = format!("/apis/{api}/actions/{action}");
    let found = SURFACE.operations.iter().find(|operation| *operation.template == *template);
    found.unwrap_or_else(|| panic!("{template} is not described"))
}

fn example(operation: &Operation) -> Value {
    let content = operation.request_body.as_ref().and_then(|body| body.content.first());
    let example = content.and_then(|content| content.examples.first());
    example.map_or_else(|| json!({}), |example| example.value().clone())
}

/// Whether the control surface would let the body through.
fn is_valid(operation: &Operation, body: &Value) -> bool {
    let mut request = Request::new(operation.method.clone(), &operation.template);
    request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    request.body = Bytes::from(body.to_string());
    let demands = Demands { credentials: false, ..Demands::default() };
    validate::request::read(&SURFACE, operation, &[], &request, demands).refusal.is_none()
}
