//! Everything that can be said of a request.

use std::sync::Arc;

use http::HeaderMap;
use http::Method;
use http::header::CONTENT_ENCODING;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use crate::finding::Level;
use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::json::Input;
use crate::message::Flaw;
use crate::message::MediaType;
use crate::message::Refusal;
use crate::message::Request;
use crate::params;
use crate::params::Arguments;
use crate::params::breach::Subject;
use crate::schema::Direction;
use crate::spec::Document;
use crate::spec::model::Content;
use crate::spec::model::Operation;
use crate::spec::model::Parameter;
use crate::spec::model::RequestBody;
use crate::validate::accept;
use crate::validate::accept::Accept;
use crate::validate::body;
use crate::validate::body::Sent;
use crate::validate::security;
use crate::validate::security::Credentials;

/// A request, read: the values it carries, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Reading<'r> {
    /// The decoded parameters.
    pub arguments: Arguments,
    /// The content as JSON (forms become objects of text); `None` where there is none.
    pub body: Option<Input<'r>>,
    /// The content's media type.
    pub media_type: Option<MediaType>,
    /// The credentials that were sent.
    pub credentials: Credentials,
    /// The response media types that the client accepts.
    pub accept: Accept,
    /// Everything that is wrong, in the order of reading.
    pub violations: Vec<Arc<Violation>>,
    /// Why the call must be refused: at least one violation of level error. The most basic reason
    /// wins: credentials, media type, then parameters and body, at last that nothing declared is
    /// acceptable.
    pub refusal: Option<Refusal>,
}

impl Reading<'_> {
    /// The same, for whoever keeps it longer than the request.
    #[must_use]
    pub fn into_owned(self) -> Reading<'static> {
        let Self { arguments, body, media_type, credentials, accept, violations, refusal } = self;
        let body = body.map(Input::into_owned);
        Reading { arguments, body, media_type, credentials, accept, violations, refusal }
    }
}

/// Options that change what counts as a violation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demands {
    /// Whether missing credentials count.
    pub credentials: bool,
    /// Whether content counts where none is declared.
    pub no_content: bool,
    /// Whether `null` counts as content where content may be left out, and nothing at all as a form
    /// without fields where it may not; else both are none, as clients mean it that always send the
    /// same.
    pub null_content: bool,
}

/// Reads and judges a request.
#[must_use]
pub fn read<'r>(
    document: &Document,
    operation: &Operation,
    path_values: &[(String, String)],
    request: &'r Request,
    demands: Demands,
) -> Reading<'r> {
    let mut violations: Vec<Arc<Violation>> = Vec::new();
    let mut refusal = None;
    if demands.credentials
        && let Some((violation, problem)) = security::judge(operation, &document.title, request)
    {
        violations.push(Arc::new(violation));
        refusal = Some(problem);
    }
    let accept = Accept::read(&request.headers);
    let unacceptable = accept::judge(operation, &accept).map(|(offered, violation)| {
        violations.push(Arc::new(violation));
        Refusal::NotAcceptable { offered }
    });
    let content = read_body(document, operation, request, demands);
    if let Some(unsupported) = content.unsupported {
        let (violation, unsupported) = *unsupported;
        violations.push(Arc::new(violation));
        refusal.get_or_insert(unsupported);
    }
    let (mut arguments, mut broken) = params::read(document, operation, path_values, request);
    for parameter in &operation.parameters {
        if let Some(form) = &parameter.form
            && let Some(value) = read_form(document, (parameter, form), request, &mut broken)
        {
            arguments.query.insert(parameter.name.clone(), value);
        }
    }
    let broken = broken.into_iter().chain(content.violations);
    let mut broken: Vec<Arc<Violation>> = broken.map(Arc::new).collect();
    if broken.iter().any(|violation| violation.level() == Level::Error) && refusal.is_none() {
        refusal = Some(Refusal::RequestInvalid { violations: broken.clone() });
    }
    violations.append(&mut broken);
    let refusal = refusal.or(unacceptable);
    Reading {
        arguments,
        body: content.input,
        media_type: content.media_type,
        credentials: security::read(operation, request),
        accept,
        violations,
        refusal,
    }
}

/// Whether a request's content has to be read whole before all can be said of the request.
#[must_use]
pub fn looks_into(operation: &Operation, method: &Method, headers: &HeaderMap) -> bool {
    let is_reading = matches!(*method, Method::GET | Method::HEAD);
    let Some(declared) = operation.request_body.as_ref().filter(|_| !is_reading) else {
        return false;
    };
    let (media_type, content) = body::find(&declared.content, headers.get(CONTENT_TYPE));
    let media_type = media_type.as_ref().zip(content);
    media_type.is_some_and(|(media_type, content)| body::is_judged(content, media_type, headers))
}

/// What became of a request's content.
#[derive(Debug, Default)]
struct ReadContent<'r> {
    input: Option<Input<'r>>,
    media_type: Option<MediaType>,
    violations: Vec<Violation>,
    unsupported: Option<Box<(Violation, Refusal)>>,
}

/// Reads the content by its declaration.
///
/// Where nothing is declared, whatever is sent is left alone unless that is demanded otherwise:
/// clients send `{}` with a `POST` that takes nothing, and real servers do not mind. So do `GET` and
/// `HEAD` with any content type.
fn read_body<'r>(
    document: &Document,
    operation: &Operation,
    request: &'r Request,
    demands: Demands,
) -> ReadContent<'r> {
    let known = operation.request_body.as_ref().map_or(&[][..], |declared| &declared.content);
    let field = request.headers.get(CONTENT_TYPE);
    let (media_type, content) = body::find(known, field);
    let mut read = ReadContent { media_type, ..ReadContent::default() };
    let is_reading = matches!(request.method, Method::GET | Method::HEAD);
    let Some(declared) = operation.request_body.as_ref().filter(|_| !is_reading) else {
        if demands.no_content && !is_reading && !request.body.is_empty() {
            read.unsupported =
                Some(Box::new(undeclared(operation, content_type(&request.headers))));
        }
        return read;
    };
    if request.flaw == Some(Flaw::Unread) {
        match content {
            Some(content) => read.violations.extend(body::unread(content, "request")),
            None => {
                let unsupported = unsupported(declared, content_type(&request.headers));
                read.unsupported = Some(Box::new(unsupported));
            }
        }
        return read;
    }
    if let Some(flaw) = request.flaw {
        match flawed(declared, flaw) {
            (violation, Some(refusal)) => read.unsupported = Some(Box::new((violation, refusal))),
            (violation, None) => read.violations.push(violation),
        }
        return read;
    }
    let is_form = declared.required && read.media_type.as_ref().is_some_and(MediaType::is_form);
    let is_form = is_form && demands.null_content;
    if !is_form && is_absent(declared, &request.body, demands) {
        if declared.required {
            read.violations.push(missing(declared));
        }
        return read;
    }
    if let Some(coding) = body::coding(&request.headers) {
        read.unsupported = Some(Box::new(coded(declared, coding)));
        return read;
    }
    let Some(content) = content else {
        let unsupported = unsupported(declared, content_type(&request.headers));
        read.unsupported = Some(Box::new(unsupported));
        return read;
    };
    let subject = Subject {
        rule: &rule::REQUEST_BODY_MISMATCH,
        location: Location::Body,
        name: None,
        direction: Direction::Request,
    };
    let (schemas, bytes) = (&document.schemas, &request.body);
    let media_type = read.media_type.as_ref().unwrap_or(&content.media_type);
    let sent = Sent { schemas, content, media_type, field, subject, bytes };
    match body::read(&sent, &mut read.violations) {
        Ok(input) => {
            read.input = input;
            read.violations.retain(|violation| !is_shown(content, violation));
        }
        Err(fault) if fault.is_unsupported => {
            let got = content_type(&request.headers).map(str::to_owned);
            let expected = format!("{}; charset=utf-8", content.media_type);
            let refusal = Refusal::MediaTypeUnsupported {
                got: got.clone(),
                expected: vec![expected.clone()],
            };
            let violation = Violation {
                rule: &rule::MEDIA_TYPE_UNSUPPORTED,
                got,
                expected: Some(expected),
                ..fault.violation(&sent)
            };
            read.unsupported = Some(Box::new((violation, refusal)));
        }
        Err(fault) => read.violations.push(fault.violation(&sent)),
    }
    read
}

/// Reads a query that is a form as a whole, as a body is read.
fn read_form(
    document: &Document,
    (parameter, content): (&Parameter, &Content),
    request: &Request,
    violations: &mut Vec<Violation>,
) -> Option<Value> {
    let bytes = request.query.as_deref().filter(|query| !query.is_empty())?.as_bytes();
    let subject = Subject {
        rule: &rule::PARAMETER_MISMATCH,
        location: Location::Query,
        name: Some(&parameter.name),
        direction: Direction::Request,
    };
    let (schemas, media_type) = (&document.schemas, &content.media_type);
    let sent = Sent { schemas, content, media_type, field: None, subject, bytes };
    match body::read(&sent, violations) {
        Ok(input) => input.map(|input| input.view().to_value().into_owned()),
        Err(fault) => {
            let title = format!("the query parameter `{}` {}", parameter.name, fault.title);
            violations.push(Violation {
                name: Some(parameter.name.clone()),
                instance: fault.instance,
                place: parameter.pointer.clone(),
                help: fault.help,
                ..Violation::new(&rule::PARAMETER_MALFORMED, Location::Query, title)
            });
            None
        }
    }
}

/// Whether a value that should not travel is one that the document's own example of the content
/// sends as well: "SHOULD NOT" leaves room for it, and who does as the document shows is right.
fn is_shown(content: &Content, violation: &Violation) -> bool {
    let mut examples = content.examples.iter();
    violation.keyword == Direction::Request.excuse()
        && examples.any(|example| violation.instance.get(example.value()).is_some())
}

/// What is wrong with content that did not arrive whole, and the refusal that it has of its own.
fn flawed(declared: &RequestBody, flaw: Flaw) -> (Violation, Option<Refusal>) {
    let place = declared.pointer.clone();
    match flaw {
        Flaw::TooLarge { limit_bytes } => {
            let refusal = Refusal::BodyTooLarge { limit_bytes };
            let rule = &rule::REQUEST_BODY_TOO_LARGE;
            let violation = Violation::new(rule, Location::Body, refusal.title());
            (Violation { place, ..violation }, Some(refusal))
        }
        Flaw::Incomplete | Flaw::Unread => {
            let title = "the request body ended before its announced end";
            let violation = Violation::new(&rule::REQUEST_BODY_MALFORMED, Location::Body, title);
            (Violation { place, ..violation }, None)
        }
    }
}

fn content_type(headers: &HeaderMap) -> Option<&str> {
    headers.get(CONTENT_TYPE).map(|value| value.to_str().unwrap_or("?"))
}

/// Whether nothing was sent: no bytes or white space, or what else is demanded to be nothing.
fn is_absent(declared: &RequestBody, bytes: &[u8], demands: Demands) -> bool {
    let content = bytes.trim_ascii();
    let is_null = !demands.null_content && !declared.required && content == b"null";
    content.is_empty() || is_null
}

fn missing(declared: &RequestBody) -> Violation {
    let title = "the required request body is missing";
    Violation {
        keyword: "required".into(),
        place: declared.pointer.child("required"),
        expected: Some(types(declared).join(" or ")),
        ..Violation::new(&rule::REQUEST_BODY_MISSING, Location::Body, title)
    }
}

fn unsupported(declared: &RequestBody, sent: Option<&str>) -> (Violation, Refusal) {
    let expected = types(declared);
    let refusal =
        Refusal::MediaTypeUnsupported { got: sent.map(str::to_owned), expected: expected.clone() };
    let rule = &rule::MEDIA_TYPE_UNSUPPORTED;
    let violation = Violation {
        name: Some(CONTENT_TYPE.as_str().to_owned()),
        place: declared.pointer.child("content"),
        got: sent.map(str::to_owned),
        expected: Some(expected.join(" or ")),
        help: sent.is_none().then(|| "say with Content-Type what the body is".to_owned()),
        ..Violation::new(rule, Location::Header, refusal.title())
    };
    (violation, refusal)
}

/// The violation and refusal of content where none is declared.
fn undeclared(operation: &Operation, sent: Option<&str>) -> (Violation, Refusal) {
    let refusal =
        Refusal::MediaTypeUnsupported { got: sent.map(str::to_owned), expected: Vec::new() };
    let violation = Violation {
        name: Some(CONTENT_TYPE.as_str().to_owned()),
        place: operation.pointer.clone(),
        got: sent.map(str::to_owned),
        expected: Some("no content".to_owned()),
        ..Violation::new(&rule::MEDIA_TYPE_UNSUPPORTED, Location::Header, refusal.title())
    };
    (violation, refusal)
}

/// The violation and refusal of content that is compressed.
fn coded(declared: &RequestBody, got: String) -> (Violation, Refusal) {
    let refusal = Refusal::CodingUnsupported { got: got.clone() };
    let rule = &rule::CONTENT_CODING_UNSUPPORTED;
    let violation = Violation {
        name: Some(CONTENT_ENCODING.as_str().to_owned()),
        place: declared.pointer.clone(),
        got: Some(got),
        expected: Some("identity, or no Content-Encoding at all".to_owned()),
        help: Some("switch the compression of requests off in the client".to_owned()),
        ..Violation::new(rule, Location::Header, refusal.title())
    };
    (violation, refusal)
}

fn types(declared: &RequestBody) -> Vec<String> {
    declared.content.iter().map(|content| content.name().to_owned()).collect()
}
