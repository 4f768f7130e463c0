//! Everything that can be said of a response: status, media type, body, header fields.
//!
//! The same reading judges standin's own answers, recorded ones and those of real servers.

use http::HeaderMap;
use http::Method;
use http::StatusCode;
use http::header::CONTENT_TYPE;

use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::json::Input;
use crate::message::Answer;
use crate::message::Body;
use crate::message::Listing;
use crate::params::breach::Subject;
use crate::schema::Direction;
use crate::schema::Schemas;
use crate::spec::Document;
use crate::spec::model::Content;
use crate::spec::model::Operation;
use crate::spec::model::Response;
use crate::validate::body;
use crate::validate::body::Sent;
use crate::validate::body::inflate;
use crate::validate::body::inflate::Kept;
use crate::validate::headers;

/// Judges a response against what the operation declares; `method` is that of the request, whose
/// `HEAD` explains a body that is not there.
#[must_use]
pub fn read(
    document: &Document,
    operation: &Operation,
    method: &Method,
    answer: &Answer,
) -> Vec<Violation> {
    heard(document, operation, method, answer).violations
}

/// A response, read: what is wrong with it, and what it is by the document.
#[derive(Debug)]
pub struct Heard<'a> {
    /// Everything that is wrong, in the order of reading.
    pub violations: Vec<Violation>,
    /// What is declared for its status.
    pub response: Option<&'a Response>,
    /// What is declared for its media type; `None` where it has no content.
    pub content: Option<&'a Content>,
    /// Its content as JSON, where it had to be read for that.
    pub input: Option<Input<'a>>,
}

/// As [`read`], for whoever looks into the content as well.
#[must_use]
pub fn heard<'a>(
    document: &Document,
    operation: &'a Operation,
    method: &Method,
    answer: &'a Answer,
) -> Heard<'a> {
    let mut violations = Vec::new();
    let Some(response) = operation.response(answer.status) else {
        violations.push(undeclared_status(operation, answer.status));
        return Heard { violations, response: None, content: None, input: None };
    };
    let (mut content, mut input) = (None, None);
    headers::judge(&document.schemas, &response.headers, &answer.headers, &mut violations);
    let is_bodiless = *method == Method::HEAD
        || answer.status.is_informational()
        || answer.status == StatusCode::NO_CONTENT
        || answer.status == StatusCode::NOT_MODIFIED;
    let is_unread = matches!(answer.body, Body::Unread);
    let has_body = is_unread || !answer.body.bytes().is_empty();
    if has_body {
        (content, input) = read_body(document, response, answer, &mut violations);
    } else if !is_bodiless && !response.content.is_empty() {
        let title = format!("the response of status {} has no body", answer.status.as_u16());
        let mut violation = Violation::new(&rule::RESPONSE_BODY_MISSING, Location::Body, title);
        violation.place = response.pointer.child("content");
        violation.expected = Some(listed(&response.content));
        violations.push(violation);
    }
    Heard { violations, response: Some(response), content, input }
}

/// Whether a response's content has to be read whole before all can be said of the response.
#[must_use]
pub fn looks_into(
    operation: &Operation,
    method: &Method,
    status: StatusCode,
    headers: &HeaderMap,
) -> bool {
    let response = operation.response(status).filter(|_| *method != Method::HEAD);
    let found = |response: &Response| {
        let (media_type, content) = body::find(&response.content, headers.get(CONTENT_TYPE));
        Some(body::is_judged(content?, &media_type?, headers))
    };
    response.and_then(found).unwrap_or(false)
}

fn undeclared_status(operation: &Operation, status: StatusCode) -> Violation {
    let title = format!("the status {} is not declared", status.as_u16());
    let mut violation = Violation::new(&rule::RESPONSE_STATUS_UNDECLARED, Location::Status, title);
    // The status tells two undeclared ones apart, so it belongs to the fingerprint.
    violation.name = Some(status.as_u16().to_string());
    violation.place = operation.pointer.child("responses");
    violation.got = Some(status.as_u16().to_string());
    violation
}

fn read_body<'a>(
    document: &Document,
    response: &'a Response,
    answer: &'a Answer,
    violations: &mut Vec<Violation>,
) -> (Option<&'a Content>, Option<Input<'a>>) {
    let field = answer.headers.get(CONTENT_TYPE);
    let (Some(media_type), Some(content)) = body::find(&response.content, field) else {
        let sent = field.and_then(|value| value.to_str().ok());
        violations.push(undeclared_media_type(response, sent));
        return (None, None);
    };
    if matches!(answer.body, Body::Unread) {
        violations.extend(body::unread(content, "response"));
        return (Some(content), None);
    }
    let subject = Subject {
        rule: &rule::RESPONSE_BODY_MISMATCH,
        location: Location::Body,
        name: None,
        direction: Direction::Response,
    };
    let schemas = &document.schemas;
    if let Body::Listed { listing, .. } = &answer.body
        && is_sound(schemas, content, listing)
    {
        return (Some(content), None);
    }
    let bytes = answer.body.bytes();
    let sent = Sent { schemas, content, media_type: &media_type, field, subject, bytes };
    if let Body::Whole { value: Some(value), .. } = &answer.body {
        body::judge(&sent, Some(value.into()), violations);
        return (Some(content), None);
    }
    let read = match body::coding(&answer.headers) {
        Some(codings) => match inflate::undo(&codings, bytes) {
            Ok(decoded) => {
                let inside = Sent { bytes: &decoded, ..sent };
                body::read(&inside, violations).map(|input| input.map(Input::into_owned))
            }
            Err(kept) => {
                violations.push(still_coded(content, &codings, kept));
                return (Some(content), None);
            }
        },
        None => body::read(&sent, violations),
    };
    match read {
        Ok(input) => (Some(content), input),
        Err(fault) => {
            violations.push(fault.violation(&sent));
            (Some(content), None)
        }
    }
}

/// What is said of content whose codings can not be undone.
fn still_coded(content: &Content, codings: &str, kept: Kept) -> Violation {
    let title = format!("the response body is coded as `{codings}`");
    let (rule, title) = match kept {
        Kept::Unknown => (&rule::NOT_JUDGED, format!("{title}, and is not judged")),
        Kept::TooLarge => (&rule::NOT_JUDGED, format!("{title}, and too large to be judged")),
        Kept::Malformed(why) => {
            (&rule::RESPONSE_BODY_MALFORMED, format!("{title}, it says: {why}"))
        }
    };
    Violation { place: content.pointer.clone(), ..Violation::new(rule, Location::Body, title) }
}

/// Whether a list is right as far as it can be judged piece by piece; if not, it has to be judged
/// as a whole, which also says what is wrong.
fn is_sound(schemas: &Schemas, content: &Content, listing: &Listing) -> bool {
    let Some(schema) = content.schema else { return true };
    let Some(items) = schemas.items_apart(schema, &listing.at) else { return false };
    schemas.is_valid(schema, Direction::Response, &listing.frame)
        && listing.items.iter().all(|item| item.is_sound(schemas, items))
}

fn undeclared_media_type(response: &Response, sent: Option<&str>) -> Violation {
    let title = match sent {
        _ if response.content.is_empty() => "the response has a body, and none is declared".into(),
        Some(sent) => format!("the response is {sent}, which is not declared"),
        None => "the response has a body without a media type".to_owned(),
    };
    let rule = &rule::RESPONSE_MEDIA_TYPE_UNDECLARED;
    // Where no content is declared, there is no place but the response's own.
    let is_bare = response.content.is_empty();
    let place = if is_bare { response.pointer.clone() } else { response.pointer.child("content") };
    Violation {
        name: Some(CONTENT_TYPE.as_str().to_owned()),
        place,
        got: sent.map(str::to_owned),
        expected: Some(listed(&response.content)),
        ..Violation::new(rule, Location::Header, title)
    }
}

fn listed(content: &[Content]) -> String {
    if content.is_empty() {
        return "no body".to_owned();
    }
    content.iter().map(Content::name).collect::<Vec<_>>().join(" or ")
}
