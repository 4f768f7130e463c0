//! From what an API says to what is sent: examples filled in, tokens signed, the basis named.

use std::sync::Arc;

use http::HeaderValue;
use http::StatusCode;
use http::header::ACCEPT_ENCODING;
use http::header::ALLOW;
use http::header::CONTENT_TYPE;
use http::header::WWW_AUTHENTICATE;
use serde_json::Value;

use crate::apis::Reply;
use crate::apis::reply::Content;
use crate::apis::reply::Unsigned;
use crate::engine::making;
use crate::engine::manner::Manner;
use crate::engine::negotiation::Choice;
use crate::engine::problem;
use crate::finding::Blame;
use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::json::Written;
use crate::json::plain;
use crate::message::Answer;
use crate::message::Body;
use crate::message::Refusal;
use crate::message::Request;
use crate::message::Unanswered;
use crate::pointer::Pointer;
use crate::spec::Document;
use crate::spec::model;
use crate::spec::model::Basis;
use crate::spec::model::Example;
use crate::spec::model::Operation;
use crate::spec::model::Response;
use crate::synth;
use crate::synth::Unmade;
use crate::token::SigningKey;
use crate::validate::body;
use crate::validate::body::Kept;
use crate::validate::security::challenge;

/// An answer, and the assumption that it rests on.
#[derive(Debug)]
pub(crate) struct Composed {
    /// What is sent.
    pub(crate) answer: Answer,
    /// The note of the assumption, where the answer rests on one.
    pub(crate) assumption: Option<Arc<str>>,
    /// Whether this is standin's own problem, which no document declares.
    pub(crate) is_problem: bool,
    /// What kept standin from making the answer that it should have made.
    pub(crate) failure: Option<Box<Violation>>,
    /// Who has to mend what is wrong with the answer.
    pub(crate) blame: Blame,
}

impl Composed {
    /// An answer that needs no more said about it.
    pub(crate) const fn plain(answer: Answer) -> Self {
        Self { answer, assumption: None, is_problem: false, failure: None, blame: Blame::Standin }
    }

    /// A refusal that no API has an error of its own for, in standin's words.
    pub(crate) fn problem(refusal: &Refusal) -> Self {
        Self::refused(refusal, problem::of(refusal))
    }

    /// A refusal, and the problem that tells of it.
    pub(crate) fn refused(refusal: &Refusal, mut answer: Answer) -> Self {
        demanded_headers(refusal, &mut answer);
        let failure = if let Refusal::Internal { reason } = refusal {
            let rule = &rule::ANSWER_FAILED;
            Some(Box::new(Violation::new(rule, Location::Body, reason.clone())))
        } else {
            None
        };
        Self { is_problem: true, failure, ..Self::plain(answer) }
    }
}

/// Where an answer stands in a document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting<'s> {
    /// The description.
    pub(crate) document: &'s Document,
    /// The operation, where one was found.
    pub(crate) operation: Option<&'s Operation>,
    /// The key that signs.
    pub(crate) key: &'s SigningKey,
    /// Who wrote the document, and with it the examples.
    pub(crate) author: Blame,
    /// How content is made, and whether examples are sent, where there are any.
    pub(crate) making: synth::Options,
    /// In whose words problems are told.
    pub(crate) manner: Manner,
    /// The call, where there is one.
    pub(crate) request: Option<&'s Request>,
}

impl Setting<'_> {
    /// Whether a document's examples are sent.
    pub(super) fn shows_examples(&self) -> bool {
        self.making.examples && self.making.manner == synth::Manner::Static
    }

    /// A refusal that the document has no answer for.
    pub(crate) fn problem(&self, refusal: &Refusal) -> Composed {
        match self.request {
            Some(request) => {
                let answer = self.manner.problem(refusal, request, self.operation);
                Composed::refused(refusal, answer)
            }
            None => Composed::problem(refusal),
        }
    }
}

/// Writes an API's reply.
///
/// # Errors
///
/// [`Refusal::Internal`] when the reply names an example that the document does not have.
pub(crate) fn reply(setting: Setting<'_>, reply: Reply) -> Result<Composed, Refusal> {
    let response = setting.operation.and_then(|operation| operation.response(reply.status));
    let mut example = reply.basis_of.as_deref().and_then(|name| find(setting, response, name));
    let media_type = media_type(response);
    let (patches, tokens) = (reply.patches, reply.tokens);
    let written = |media_type, json: Written| {
        if patches.is_empty() && tokens.is_empty() {
            return Answer::written(reply.status, media_type, json);
        }
        let content = finished(json.to_value(), patches, tokens, setting.key);
        Answer::json(reply.status, media_type, content)
    };
    let mut answer = match reply.content {
        Content::Empty => Answer::empty(reply.status),
        Content::Listing(listing) => Answer::listing(reply.status, media_type, listing),
        Content::Written(json) => written(media_type, json),
        Content::Example(name) => {
            let found = find(setting, response, &name).ok_or_else(|| Refusal::Internal {
                reason: format!("{} has no example `{name}`", setting.document.name),
            })?;
            example = example.or(Some(found));
            written(media_type, found.json.clone())
        }
    };
    for (name, value) in reply.headers {
        answer.headers.append(name, value);
    }
    let assumption = assumption(setting.operation, response, example);
    Ok(Composed { assumption, ..Composed::plain(answer) })
}

/// Content with its variable parts in their places.
fn finished(
    mut content: Value,
    patches: Vec<(Pointer, Value)>,
    tokens: Vec<Unsigned>,
    key: &SigningKey,
) -> Value {
    for (pointer, value) in patches {
        put(&mut content, pointer.as_str(), value);
    }
    for token in tokens {
        let signed = key.sign(&token.header, &token.claims);
        put(&mut content, token.at.as_str(), Value::String(signed));
    }
    content
}

/// Writes a declared answer: its example, or what its schema allows.
pub(crate) fn declared(setting: Setting<'_>, choice: Choice<'_>) -> Composed {
    // What has no schema can only be shown.
    let is_bare = choice.content.is_some_and(|content| content.schema.is_none());
    let is_shown = setting.shows_examples() || choice.is_named || is_bare;
    let shown = choice.example.filter(|_| is_shown);
    let unfit = choice
        .content
        .zip(shown)
        .and_then(|(content, example)| making::unfit(setting, content, example));
    let example = shown.filter(|_| unfit.is_none());
    let (json, blame) = match (choice.content, example) {
        (None, _) => (None, Blame::Standin),
        (Some(_), Some(example)) => (Some(example.json.clone()), setting.author),
        (Some(content), None) => match making::content(setting, content) {
            Ok(value) => (Some(Written::of(&value)), Blame::Standin),
            Err(unmade) => return unanswerable(setting, content, unmade),
        },
    };
    let blame = if unfit.is_some() { setting.author } else { blame };
    let mut answer = match (choice.content, json) {
        (Some(content), Some(json)) => match written(setting, choice.status, content, json) {
            Some(answer) => answer,
            None => return unwritable(setting, content),
        },
        (None, _) | (_, None) => Answer::empty(choice.status),
    };
    making::headers(setting, &choice.response.headers, &mut answer.headers);
    let assumption = assumption(setting.operation, Some(choice.response), example);
    Composed { assumption, blame, failure: unfit, ..Composed::plain(answer) }
}

/// A value as content of its media type; of a range, as a type that it covers. `None` where text
/// would have to be written of what has parts.
fn written(
    setting: Setting<'_>,
    status: StatusCode,
    content: &model::Content,
    json: Written,
) -> Option<Answer> {
    let field = match (&*content.media_type.kind, &*content.media_type.subtype) {
        ("*" | "application", "*") => HeaderValue::from_static("application/json"),
        ("text", "*") => HeaderValue::from_static("text/plain"),
        (_, "*") => HeaderValue::from_static("application/octet-stream"),
        _ => content.header.clone(),
    };
    if content.media_type.is_json() || field == "application/json" {
        return Some(Answer::written(status, field, json));
    }
    let value = json.value();
    // An example that is text is the content itself.
    let is_anonymous = setting.manner.is_prism();
    let kept = Kept { schemas: &setting.document.schemas, content, is_anonymous };
    let made = if value.is_string() { None } else { body::write(kept, value) };
    let has_parts = matches!(value, Value::Object(_) | Value::Array(_));
    if made.is_none() && has_parts && content.media_type.kind == "text" {
        return None;
    }
    let is_parted = made.is_some() && content.media_type.kind == "multipart";
    let field = match is_parted {
        true => {
            let boundary = format!("{}; boundary={}", content.media_type, body::writer::BOUNDARY);
            HeaderValue::from_str(&boundary).unwrap_or(field)
        }
        false => field,
    };
    let content = made.unwrap_or_else(|| plain(value));
    let mut answer = Answer::text(status, "text/plain", content);
    answer.headers.insert(CONTENT_TYPE, field);
    Some(answer)
}

/// The answer where content can not be written, and the finding that says so.
fn unwritable(setting: Setting<'_>, content: &model::Content) -> Composed {
    let media_type = content.media_type.to_string();
    let refusal = Refusal::Unanswered(Unanswered::ContentUnwritable { media_type });
    let mut violation = Violation::new(&rule::SCHEMA_UNUSABLE, Location::Body, refusal.title());
    violation.place = content.pointer.clone();
    Composed {
        failure: Some(Box::new(violation)),
        blame: setting.author,
        ..setting.problem(&refusal)
    }
}

/// The answer where a schema can not be answered, and the finding that says why.
fn unanswerable(setting: Setting<'_>, content: &model::Content, unmade: Unmade) -> Composed {
    let reason = format!("the response can not be made: {unmade}");
    let problem = setting.problem(&Refusal::Internal { reason: reason.clone() });
    let mut violation = Violation::new(&rule::SCHEMA_UNUSABLE, Location::Body, reason);
    violation.place = match content.schema {
        Some(schema) => setting.document.schemas.pointer(schema).clone(),
        None => content.pointer.clone(),
    };
    Composed { failure: Some(Box::new(violation)), blame: setting.author, ..problem }
}

/// Adds what HTTP itself demands of a refusal, whoever wrote its body (RFC 9110,
/// sections 12.5.3, 15.5.6 and 15.5.16).
pub(crate) fn demanded_headers(refusal: &Refusal, answer: &mut Answer) {
    if let Refusal::MethodNotAllowed { allow } = refusal {
        let text = allow.iter().map(http::Method::as_str).collect::<Vec<_>>().join(", ");
        if let Ok(value) = HeaderValue::from_str(&text) {
            answer.headers.insert(ALLOW, value);
        }
    }
    if let Refusal::CodingUnsupported { .. } = refusal {
        answer.headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    }
    if answer.headers.contains_key(WWW_AUTHENTICATE) {
        return;
    }
    let insufficient;
    let challenges: &[String] = if let Refusal::CredentialsMissing { challenges, .. } = refusal {
        challenges
    } else if let Refusal::ScopeInsufficient { scopes } = refusal {
        insufficient = [challenge::insufficient(scopes)];
        &insufficient
    } else {
        &[]
    };
    for challenge in challenges {
        if let Ok(value) = HeaderValue::from_str(challenge) {
            answer.headers.append(WWW_AUTHENTICATE, value);
        }
    }
    if answer.status == StatusCode::UNAUTHORIZED && !answer.headers.contains_key(WWW_AUTHENTICATE) {
        answer.headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
}

/// Takes the content away and leaves its length, as HEAD is answered.
pub(crate) fn without_content(answer: &mut Answer) {
    let length = answer.body.bytes().len();
    answer.headers.insert(http::header::CONTENT_LENGTH, HeaderValue::from(length));
    answer.body = Body::Empty;
}

fn find<'s>(
    setting: Setting<'s>,
    response: Option<&'s Response>,
    name: &str,
) -> Option<&'s Example> {
    response.and_then(|response| response.example(name).map(|(_, example)| example)).or_else(|| {
        let mut examples = setting.document.examples().iter();
        examples.find(|example| example.name == name).map(|example| &**example)
    })
}

fn media_type(response: Option<&Response>) -> HeaderValue {
    response
        .and_then(|response| response.content.first())
        .map_or(HeaderValue::from_static("application/json"), |content| content.header.clone())
}

/// Puts `value` at `pointer`; a last token that is a new member is added.
fn put(content: &mut Value, pointer: &str, value: Value) {
    if let Some(place) = content.pointer_mut(pointer) {
        *place = value;
        return;
    }
    let Some((parent, last)) = pointer.rsplit_once('/') else { return };
    match content.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.insert(last.replace("~1", "/").replace("~0", "~"), value);
        }
        Some(Value::Array(items)) => items.push(value),
        _ => {}
    }
}

/// The note of the assumption that an answer rests on; the most exact statement counts.
fn assumption(
    operation: Option<&Operation>,
    response: Option<&Response>,
    example: Option<&Example>,
) -> Option<Arc<str>> {
    let statements = [
        example.map(|example| &example.basis),
        response.map(|response| &response.basis),
        operation.map(|operation| &operation.basis),
    ];
    match statements.into_iter().flatten().flatten().next()? {
        Basis::Assumed { note } => Some(Arc::clone(note)),
        Basis::Known => None,
    }
}
