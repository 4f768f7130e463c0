//! Which of Clerk's errors a refused request gets: a table over what was wrong with it.
//!
//! Clerk lists every form error of a request in `errors`; anything more basic is told alone.

use std::sync::Arc;

use http::StatusCode;
use serde_json::Value;
use serde_json::json;

use crate::apis::Reply;
use crate::apis::clerk::errors;
use crate::apis::clerk::version;
use crate::finding::JsonType;
use crate::finding::Level;
use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::finding::rule::Rule;
use crate::message::Refusal;
use crate::message::refusal::CredentialsProblem;
use crate::spec::Operation;

/// The refusal in Clerk's words.
pub(super) fn refuse(refusal: &Refusal, operation: Option<&Operation>) -> Option<Reply> {
    let (status, example) = match refusal {
        Refusal::PathUnknown { .. } => (StatusCode::NOT_FOUND, "url_not_found"),
        Refusal::PathMalformed { .. } => (StatusCode::BAD_REQUEST, "malformed_request_parameters"),
        Refusal::MethodNotAllowed { .. } => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
        Refusal::NotAcceptable { .. } => (StatusCode::NOT_ACCEPTABLE, "not_acceptable"),
        Refusal::BodyTooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "request_body_too_large"),
        Refusal::CredentialsMissing { problem, .. } => {
            let example = match problem {
                CredentialsProblem::Absent => "authentication_invalid",
                CredentialsProblem::WrongScheme | CredentialsProblem::Malformed => {
                    "authorization_header_format_invalid"
                }
            };
            (StatusCode::UNAUTHORIZED, example)
        }
        Refusal::MediaTypeUnsupported { got, expected } => {
            return Some(unsupported(operation, got.as_deref(), expected));
        }
        Refusal::CodingUnsupported { got } => {
            let got = format!("with the coding {got}");
            return Some(unsupported(operation, Some(&got), &["no coding".to_owned()]));
        }
        Refusal::RequestInvalid { violations } => return Some(invalid(operation, violations)),
        // Clerk's document has no scopes, and no error that means that standin was asked for something, or failed.
        Refusal::ScopeInsufficient { .. } | Refusal::Unanswered(_) | Refusal::Internal { .. } => {
            return None;
        }
    };
    let trace = errors::trace_of(refusal.id());
    Some(errors::challenging(Reply::example(status, example)).with("/clerk_trace_id", trace))
}

fn unsupported(operation: Option<&Operation>, got: Option<&str>, expected: &[String]) -> Reply {
    let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    let example = "unsupported_content_type";
    let expected = expected.join(", ");
    let values = [("actual", got.unwrap_or("''")), ("expected", expected.as_str())];
    let reply = Reply::example(status, example).with("/clerk_trace_id", errors::trace_of(example));
    let found = operation.and_then(|operation| errors::find(operation, status, example));
    match found.and_then(|found| errors::text(found, &values)) {
        Some(text) => reply.with("/errors/0/long_message", text),
        None => reply,
    }
}

/// What a refresh, the one call whose body is required, needs first.
const FIRST_OF_REFRESH: &str = "expired_token";

/// One line of the table: what a violation looks like, and the error that Clerk has for it.
struct Row {
    location: Option<Location>,
    rule: Option<&'static Rule>,
    name: Option<&'static str>,
    keyword: Option<&'static str>,
    example: &'static str,
    status: StatusCode,
}

const ANY: Row = Row {
    location: None,
    rule: None,
    name: None,
    keyword: None,
    example: "request_body_invalid",
    status: StatusCode::BAD_REQUEST,
};
const FORM: Row = Row { status: StatusCode::UNPROCESSABLE_ENTITY, ..ANY };
const QUERY: Row = Row { location: Some(Location::Query), ..FORM };
const BODY: Row = Row { location: Some(Location::Body), ..FORM };
const BAD: StatusCode = StatusCode::BAD_REQUEST;

/// The first line that fits counts.
static TABLE: &[Row] = &[
    Row { name: Some(version::HEADER), example: "api_version_invalid", ..ANY },
    Row { name: Some(version::QUERY), example: "api_version_invalid", ..ANY },
    Row { keyword: Some("type"), example: "form_param_type_invalid", ..QUERY },
    Row { keyword: Some("enum"), example: "form_param_value_invalid", ..QUERY },
    Row { keyword: Some("minimum"), example: "form_param_format_invalid", ..QUERY },
    Row { keyword: Some("maximum"), example: "form_param_value_too_large", ..QUERY },
    Row { keyword: Some("maxItems"), example: "form_param_duplicate", ..QUERY },
    Row { example: "malformed_request_parameters", status: BAD, ..QUERY },
    Row { rule: Some(&rule::REQUEST_BODY_MISSING), example: "form_param_missing", ..FORM },
    Row { rule: Some(&rule::REQUEST_BODY_MALFORMED), ..ANY },
    Row { keyword: Some("required"), example: "form_param_missing", ..BODY },
    Row { keyword: Some("additionalProperties"), example: "form_param_unknown", ..BODY },
    Row { keyword: Some("enum"), example: "form_param_value_invalid", ..BODY },
    Row { keyword: Some("anyOf"), example: "form_param_value_invalid", ..BODY },
    Row { keyword: Some("minimum"), example: "form_param_format_invalid", ..BODY },
    Row { keyword: Some("maximum"), example: "form_param_value_too_large", ..BODY },
    Row { keyword: Some("type"), example: "form_param_json_type_invalid", ..BODY },
    Row { location: Some(Location::Body), ..ANY },
    Row { example: "malformed_request_parameters", ..ANY },
];

impl Row {
    fn fits(&self, violation: &Violation) -> bool {
        let is_named =
            |name: &str| violation.name.as_deref().is_some_and(|n| n.eq_ignore_ascii_case(name));
        self.location.is_none_or(|location| location == violation.location)
            && self.rule.is_none_or(|rule| rule == violation.rule)
            && self.name.is_none_or(is_named)
            && self.keyword.is_none_or(|keyword| keyword == violation.keyword)
    }
}

fn row(violation: &Violation) -> &'static Row {
    let is_whole_body = violation.location == Location::Body && violation.instance.is_root();
    if is_whole_body && violation.keyword == "type" {
        return &ANY;
    }
    TABLE.iter().find(|row| row.fits(violation)).unwrap_or(&ANY)
}

fn invalid(operation: Option<&Operation>, violations: &[Arc<Violation>]) -> Reply {
    let broken: Vec<(&Violation, &Row)> = violations
        .iter()
        .map(|violation| &**violation)
        .filter(|violation| violation.level() == Level::Error)
        .map(|violation| (violation, row(violation)))
        .collect();
    let basic = broken.iter().find(|(_, row)| row.status == BAD);
    let told: Vec<_> = match basic {
        Some(alone) => vec![*alone],
        None => broken,
    };
    let (status, first) =
        told.first().map_or((ANY.status, ANY.example), |(_, row)| (row.status, row.example));
    let mut reply = Reply::example(status, first);
    for (index, (violation, row)) in told.into_iter().enumerate() {
        let found = operation.and_then(|operation| errors::find(operation, status, row.example));
        let Some(member) = found.and_then(|found| found.value().pointer("/errors/0")) else {
            continue;
        };
        let parameter = parameter(violation);
        let mut member = member.clone();
        let text = found.and_then(|found| filled(found, violation, &parameter));
        if let (Some(text), Some(place)) = (text, member.get_mut("long_message")) {
            *place = Value::String(text);
        }
        if let Some(place) = member.pointer_mut("/meta/param_name") {
            *place = json!(parameter);
        }
        if let Some(assumed) = occasion(violation, row) {
            reply = reply.resting_on(assumed);
        }
        reply = reply.with(&format!("/errors/{index}"), member);
    }
    reply.with("/clerk_trace_id", errors::trace_of(first))
}

/// The name by which Clerk calls what is wrong.
fn parameter(violation: &Violation) -> String {
    if let Some(name) = violation.name.as_ref().or(violation.property.as_ref()) {
        return name.clone();
    }
    if let Some(name) = violation.instance.last() {
        return name.into_owned();
    }
    // A missing body lacks everything that is required; the first is told.
    FIRST_OF_REFRESH.to_owned()
}

fn filled(
    example: &crate::spec::model::Example,
    violation: &Violation,
    parameter: &str,
) -> Option<String> {
    let constraint = match &violation.constraint {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(types)) => types
            .iter()
            .filter_map(Value::as_str)
            .find(|name| *name != "null")
            .map(str::to_owned)?,
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let got = violation.got.as_deref().unwrap_or("").trim_matches('"');
    let reason = reason(violation, got);
    let values = [
        ("param", parameter),
        ("property", parameter),
        ("value", got),
        ("type", constraint.as_str()),
        ("bound", constraint.as_str()),
        ("received", received(violation)),
        ("reason", reason.as_str()),
    ];
    errors::text(example, &values)
}

/// The JSON type of what was sent, as Go names it.
fn received(violation: &Violation) -> &'static str {
    match violation.got_type {
        Some(JsonType::Null) => "null",
        Some(JsonType::Boolean) => "bool",
        Some(JsonType::Number) => "number",
        Some(JsonType::String) => "string",
        Some(JsonType::Array) => "array",
        Some(JsonType::Object) => "object",
        None => "nothing",
    }
}

/// What speaks against the API version that was sent.
fn reason(violation: &Violation, got: &str) -> String {
    match (&*violation.keyword, got) {
        ("maxItems", _) => "given several times".to_owned(),
        (_, "") => "not a known version".to_owned(),
        (_, version) => format!("{version} is not a known version"),
    }
}

/// The example whose basis counts, where the occasion of an error is assumed and not its form.
fn occasion(violation: &Violation, row: &Row) -> Option<&'static str> {
    let is_pending = violation.got.as_deref() == Some("\"pending\"");
    match row.example {
        "form_param_value_invalid" if is_pending && violation.name.as_deref() == Some("status") => {
            Some("pending_is_no_filter")
        }
        "request_body_invalid" if violation.keyword == "type" => Some("request_body_no_object"),
        _ => None,
    }
}
