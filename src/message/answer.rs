//! What goes back to the client.

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderValue;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::Value;

/// The content of an answer.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Body {
    /// Nothing is sent.
    #[default]
    Empty,
    /// All of it is at hand.
    Whole {
        /// What is sent.
        bytes: Bytes,
        /// The same as a JSON value, where it is JSON: spares everybody behind the parsing.
        value: Option<Value>,
    },
}

impl Body {
    /// The bytes that are sent.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Empty => &[],
            Self::Whole { bytes, .. } => bytes,
        }
    }

    /// The content as JSON, if it is.
    #[must_use]
    pub const fn value(&self) -> Option<&Value> {
        match self {
            Self::Empty => None,
            Self::Whole { value, .. } => value.as_ref(),
        }
    }
}

/// An answer: status, header fields, content.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: StatusCode,
    /// The header fields.
    pub headers: HeaderMap,
    /// The content.
    pub body: Body,
}

impl Answer {
    /// An answer without content.
    #[must_use]
    pub fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Body::Empty }
    }

    /// An answer of JSON, sent as exactly `media_type`.
    ///
    /// Clerk's own client reads `application/json; charset=utf-8` as text, so no parameter is added.
    #[must_use]
    pub fn json(status: StatusCode, media_type: HeaderValue, value: Value) -> Self {
        let bytes = Bytes::from(value.to_string());
        let mut answer = Self::empty(status);
        answer.headers.insert(CONTENT_TYPE, media_type);
        answer.body = Body::Whole { bytes, value: Some(value) };
        answer
    }

    /// A copy to keep: the content's bytes are shared, its parsed value is left behind.
    #[must_use]
    pub fn kept(&self) -> Self {
        let body = match &self.body {
            Body::Empty => Body::Empty,
            Body::Whole { bytes, .. } => Body::Whole { bytes: bytes.clone(), value: None },
        };
        Self { status: self.status, headers: self.headers.clone(), body }
    }

    /// An answer of text.
    #[must_use]
    pub fn text(status: StatusCode, media_type: &'static str, text: impl Into<Bytes>) -> Self {
        let mut answer = Self::empty(status);
        answer.headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        answer.body = Body::Whole { bytes: text.into(), value: None };
        answer
    }
}
