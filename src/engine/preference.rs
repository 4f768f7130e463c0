//! `Prefer: code=…, example=…`: a client asks for one of the declared answers.
//!
//! Prism's convention in the syntax of RFC 7240, honoured on the bundled APIs too: a banned user
//! or a rate limit can be had without bringing the state there.

use std::sync::Arc;

use http::HeaderMap;
use http::HeaderName;
use http::StatusCode;

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
    /// The example that is sent, with the content that it is of.
    pub(crate) example: Option<(&'o Content, &'o Example)>,
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
    pub(crate) fn choose<'o>(&self, operation: &'o Operation) -> Result<Choice<'o>, Refusal> {
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
                Ok(Choice { status, response, example: Some(example) })
            }
            (Some((status, response)), None) => {
                Ok(Choice { status, response, example: first_example(response) })
            }
            (None, Some(name)) => operation
                .responses
                .iter()
                .find_map(|response| {
                    let example = response.example(name)?;
                    Some(Choice { status: status_of(response), response, example: Some(example) })
                })
                .ok_or_else(refusal),
            (None, None) => declared_success(operation).ok_or_else(refusal),
        }
    }

    fn to_text(&self) -> String {
        let code = self.code.iter().map(|code| format!("code={code}"));
        let example = self.example.iter().map(|name| format!("example={name}"));
        code.chain(example).collect::<Vec<_>>().join(", ")
    }
}

/// The answer of a document that nothing plays: the first success, with its first example.
pub(crate) fn declared_success(operation: &Operation) -> Option<Choice<'_>> {
    let is_success = |response: &&Arc<Response>| matches!(status_of(response).as_u16(), 200..=299);
    let response =
        operation.responses.iter().find(is_success).or_else(|| operation.responses.first())?;
    Some(Choice { status: status_of(response), response, example: first_example(response) })
}

fn first_example(response: &Response) -> Option<(&Content, &Example)> {
    response
        .content
        .iter()
        .find_map(|content| content.examples.first().map(|example| (content, &**example)))
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
