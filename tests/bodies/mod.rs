//! Bodies: every kind of media type, read by its schema, in both directions.
//!
//! Each file reads contents of one kind. [`Api`] is a document with one operation, whose request
//! and response have the same declared content.

mod codings;
mod forms;
mod hostile;
mod media_types;
mod multipart;
mod sequences;
mod wording;
mod xml;

use bytes::Bytes;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::Value;
use serde_json::json;
use standin::finding::Violation;
use standin::message::Answer;
use standin::message::Body;
use standin::message::Refusal;
use standin::message::Request;
use standin::spec::Document;
use standin::spec::load;
use standin::validate::body;
use standin::validate::body::Kept;
use standin::validate::request;
use standin::validate::request::Demands;
use standin::validate::response;

/// A document with one operation.
pub(crate) struct Api(Document);

/// What became of one request.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) value: Option<Value>,
    pub(crate) violations: Vec<Violation>,
    pub(crate) refusal: Option<Refusal>,
}

impl Api {
    /// An operation that takes and gives content of the given media types (written as JSON).
    pub(crate) fn new(content: &Value) -> Self {
        Self::with("3.0.4", content, &json!({}))
    }

    /// As [`Api::new`], in a version of OpenAPI and beside named schemas.
    pub(crate) fn with(version: &str, content: &Value, schemas: &Value) -> Self {
        let document = json!({
            "openapi": version,
            "info": { "title": "bodies", "version": "1" },
            "paths": { "/it": { "post": {
                "operationId": "it",
                "requestBody": { "required": true, "content": content },
                "responses": { "200": { "description": "fine", "content": content } },
            } } },
            "components": { "schemas": schemas },
        });
        Self::of(&document)
    }

    /// The operation `it` of a document.
    pub(crate) fn of(document: &Value) -> Self {
        let document = load::from_text("bodies.json", &document.to_string());
        let document = document.expect("well-formed in the test");
        assert_eq!(document.violations(), [], "well-formed in the test");
        Self(document)
    }

    /// Reads a request; `media_type` may be empty, for none.
    pub(crate) fn take(&self, media_type: &str, body: impl AsRef<[u8]>) -> Outcome {
        let mut call = Request::new(Method::POST, "/it");
        if !media_type.is_empty() {
            let field = HeaderValue::from_str(media_type).expect("well-formed in the test");
            call.headers.insert(CONTENT_TYPE, field);
        }
        call.body = Bytes::copy_from_slice(body.as_ref());
        self.read(&call)
    }

    /// Reads a request.
    pub(crate) fn read(&self, call: &Request) -> Outcome {
        let operation = self.0.operation("it").expect("it is there");
        let reading = request::read(
            &self.0,
            operation,
            &[],
            call,
            Demands { credentials: false, ..Demands::default() },
        );
        Outcome {
            value: reading.body.map(|body| body.view().to_value().into_owned()),
            violations: reading.violations.iter().map(|each| Violation::clone(each)).collect(),
            refusal: reading.refusal,
        }
    }

    /// Judges a response.
    pub(crate) fn give(&self, media_type: &str, body: impl AsRef<[u8]>) -> Vec<Violation> {
        let mut answer = Answer::empty(StatusCode::OK);
        if !media_type.is_empty() {
            let field = HeaderValue::from_str(media_type).expect("well-formed in the test");
            answer.headers.insert(CONTENT_TYPE, field);
        }
        answer.body = Body::Whole { bytes: Bytes::copy_from_slice(body.as_ref()), value: None };
        let operation = self.0.operation("it").expect("it is there");
        response::read(&self.0, operation, &Method::POST, &answer)
    }

    /// A value as the content of a declared media type.
    pub(crate) fn written(&self, media_type: &str, value: &Value) -> Option<String> {
        let operation = self.0.operation("it").expect("it is there");
        let declared = &operation.request_body.as_ref().expect("it takes some").content;
        let content = declared.iter().find(|content| content.name() == media_type);
        let content = content.expect("it is declared");
        let kept = Kept { schemas: &self.0.schemas, content, is_anonymous: false };
        body::write(kept, value)
    }

    /// Reads a request that is right, and the same as a response.
    pub(crate) fn value(&self, media_type: &str, body: impl AsRef<[u8]>) -> Value {
        let text = String::from_utf8_lossy(body.as_ref()).into_owned();
        let outcome = self.take(media_type, body.as_ref());
        assert_eq!(lines(&outcome.violations), Vec::<String>::new(), "{media_type}: {text}");
        assert_eq!(outcome.refusal, None, "{media_type}: {text}");
        let answered = self.give(media_type, body);
        assert_eq!(lines(&answered), Vec::<String>::new(), "{media_type}: {text}");
        outcome.value.unwrap_or_default()
    }

    /// What is wrong with a request, as `rule instance keyword`.
    pub(crate) fn wrong(&self, media_type: &str, body: impl AsRef<[u8]>) -> Vec<String> {
        lines(&self.take(media_type, body).violations)
    }
}

/// Violations as `rule instance keyword`.
pub(crate) fn lines(violations: &[Violation]) -> Vec<String> {
    let line = |violation: &Violation| {
        let words = [violation.rule.id, violation.instance.as_str(), &violation.keyword];
        words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    };
    violations.iter().map(line).collect()
}
