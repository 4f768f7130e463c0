//! `Prefer: code=…, example=…`: a client asks for one of the declared answers.
//!
//! Prism's convention in the syntax of RFC 7240, honoured on the bundled APIs too: a banned user
//! or a rate limit can be had without bringing the state there.

use std::sync::Arc;

use http::HeaderMap;
use http::HeaderName;
use http::StatusCode;

use crate::message::MediaType;
use crate::message::Refusal;
use crate::spec::model::Content;
use crate::spec::model::Example;
use crate::spec::model::Operation;
use crate::spec::model::Response;
use crate::spec::model::StatusPattern;

/// The header's name; the `http` crate does not list it.
const PREFER: HeaderName = HeaderName::from_static("prefer");

/// What a `Prefer` header asks for, as far as standin knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Preference {
    code: Option<String>,
    example: Option<String>,
}

/// A declared answer that was chosen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice<'o> {
    /// The status to answer.
    pub(crate) status: StatusCode,
    /// The response that declares it.
    pub(crate) response: &'o Response,
    /// The content that is sent, where the response declares any.
    pub(crate) content: Option<&'o Content>,
    /// The example of it that is sent; without one, the content is made from its schema.
    pub(crate) example: Option<&'o Example>,
}

impl<'o> Choice<'o> {
    /// A response, its content by what the client accepts, best first.
    fn of(status: StatusCode, response: &'o Response, accept: &[MediaType]) -> Self {
        let takes = |range: &MediaType| {
            let mut declared = response.content.iter();
            declared.find(|content| {
                range.matches(&content.media_type) || content.media_type.matches(range)
            })
        };
        let is_json = |content: &&Content| content.media_type.is_json();
        let usual = || response.content.iter().find(is_json).or(response.content.first());
        let content = accept.iter().find_map(takes).or_else(usual);
        let example = content.and_then(|content| content.examples.first());
        Self { status, response, content, example: example.map(|example| &**example) }
    }

    /// A named example.
    fn named(
        status: StatusCode,
        response: &'o Response,
        (content, example): (&'o Content, &'o Example),
    ) -> Self {
        Self { status, response, content: Some(content), example: Some(example) }
    }
}

impl Preference {
    /// Reads the header; preferences that standin does not know are ignored, as RFC 7240,
    /// section 2, wants.
    pub(crate) fn read(headers: &HeaderMap) -> Option<Self> {
        let mut preference = Self::default();
        for value in headers.get_all(PREFER) {
            let Ok(text) = value.to_str() else { continue };
            for part in text.split([',', ';']) {
                let Some((name, value)) = part.split_once('=') else { continue };
                let value = value.trim().trim_matches('"').to_owned();
                match name.trim().to_ascii_lowercase().as_str() {
                    "code" => preference.code = Some(value),
                    "example" => preference.example = Some(value),
                    _ => {}
                }
            }
        }
        (preference != Self::default()).then_some(preference)
    }

    /// Chooses among the declared answers.
    pub(crate) fn choose<'o>(
        &self,
        operation: &'o Operation,
        accept: &[MediaType],
    ) -> Result<Choice<'o>, Refusal> {
        let refusal =
            || Refusal::PreferenceUnknown { asked: self.to_text(), offered: offered(operation) };
        let by_code = match &self.code {
            Some(code) => {
                let status = code
                    .parse()
                    .ok()
                    .and_then(|code: u16| StatusCode::from_u16(code).ok())
                    .ok_or_else(refusal)?;
                Some((status, operation.response(status).ok_or_else(refusal)?))
            }
            None => None,
        };
        match (by_code, &self.example) {
            (Some((status, response)), Some(name)) => {
                let example = response.example(name).ok_or_else(refusal)?;
                Ok(Choice::named(status, response, example))
            }
            (Some((status, response)), None) => Ok(Choice::of(status, response, accept)),
            (None, Some(name)) => operation
                .responses
                .iter()
                .find_map(|response| {
                    let example = response.example(name)?;
                    Some(Choice::named(status_of(response), response, example))
                })
                .ok_or_else(refusal),
            (None, None) => declared_success(operation, accept).ok_or_else(refusal),
        }
    }

    fn to_text(&self) -> String {
        let code = self.code.iter().map(|code| format!("code={code}"));
        let example = self.example.iter().map(|name| format!("example={name}"));
        code.chain(example).collect::<Vec<_>>().join(", ")
    }
}

/// The answer of a document that nothing plays: the first success.
pub(crate) fn declared_success<'o>(
    operation: &'o Operation,
    accept: &[MediaType],
) -> Option<Choice<'o>> {
    let is_success = |response: &&Arc<Response>| matches!(status_of(response).as_u16(), 200..=299);
    let response =
        operation.responses.iter().find(is_success).or_else(|| operation.responses.first())?;
    Some(Choice::of(status_of(response), response, accept))
}

/// The status that stands for a pattern.
fn status_of(response: &Response) -> StatusCode {
    let code = match response.status {
        StatusPattern::Exact(code) => code,
        StatusPattern::Range(class) => class * 100,
        StatusPattern::Default => 200,
    };
    StatusCode::from_u16(code).unwrap_or(StatusCode::OK)
}

/// Every code, with its examples, that could have been asked for.
fn offered(operation: &Operation) -> Vec<String> {
    operation
        .responses
        .iter()
        .map(|response| {
            let names: Vec<&str> = response
                .content
                .iter()
                .flat_map(|content| content.examples.iter().map(|example| example.name.as_str()))
                .collect();
            let code = match response.status {
                StatusPattern::Exact(code) => code.to_string(),
                StatusPattern::Range(class) => format!("{class}XX"),
                StatusPattern::Default => "default".to_owned(),
            };
            if names.is_empty() { code } else { format!("{code} ({})", names.join(", ")) }
        })
        .collect()
}
