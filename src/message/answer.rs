//! What goes back to the client.

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderValue;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use crate::json::Written;
use crate::message::fragment::Listing;

/// Room for the header fields that most answers have, made at once.
const FIELDS: usize = 6;

/// The content of an answer.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Body {
    /// Nothing is sent.
    #[default]
    Empty,
    /// It passes by while it is sent, and nobody looks into it here.
    Unread,
    /// All of it is at hand.
    Whole {
        /// What is sent.
        bytes: Bytes,
        /// The same as a JSON value, where it is JSON: spares everybody behind the parsing.
        value: Option<Value>,
    },
    /// All of it is at hand, in JSON that was written without a value.
    Written(Written),
    /// All of it is at hand, in JSON that was made of fragments.
    Listed {
        /// What is sent.
        bytes: Bytes,
        /// What it was made of, for whoever judges it.
        listing: Listing,
    },
}

impl Body {
    /// The bytes that are sent.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Empty | Self::Unread => &[],
            Self::Written(written) => written.bytes(),
            Self::Whole { bytes, .. } | Self::Listed { bytes, .. } => bytes,
        }
    }

    /// The bytes that are sent, to be kept or handed on.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        match self {
            Self::Empty | Self::Unread => Bytes::new(),
            Self::Written(written) => written.into_bytes(),
            Self::Whole { bytes, .. } | Self::Listed { bytes, .. } => bytes,
        }
    }

    /// The bytes that are sent, shared.
    #[must_use]
    pub fn shared(&self) -> Bytes {
        match self {
            Self::Empty | Self::Unread => Bytes::new(),
            Self::Written(written) => written.bytes().clone(),
            Self::Whole { bytes, .. } | Self::Listed { bytes, .. } => bytes.clone(),
        }
    }

    /// The content as JSON, if it is at hand as such or was written here.
    #[must_use]
    pub fn value(&self) -> Option<&Value> {
        match self {
            Self::Empty | Self::Unread | Self::Listed { .. } => None,
            Self::Whole { value, .. } => value.as_ref(),
            Self::Written(written) => Some(written.value()),
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
        Self { status, headers: HeaderMap::with_capacity(FIELDS), body: Body::Empty }
    }

    /// An answer of JSON, sent as exactly `media_type`.
    ///
    /// Clerk's own client reads `application/json; charset=utf-8` as text, so no parameter is added.
    #[must_use]
    pub fn json(status: StatusCode, media_type: HeaderValue, value: Value) -> Self {
        // A value with text for keys can always be written.
        let bytes = Bytes::from(serde_json::to_vec(&value).unwrap_or_default());
        let mut answer = Self::empty(status);
        answer.headers.insert(CONTENT_TYPE, media_type);
        answer.body = Body::Whole { bytes, value: Some(value) };
        answer
    }

    /// An answer of JSON that is written already.
    #[must_use]
    pub fn written(status: StatusCode, media_type: HeaderValue, json: Written) -> Self {
        let mut answer = Self::empty(status);
        answer.headers.insert(CONTENT_TYPE, media_type);
        answer.body = Body::Written(json);
        answer
    }

    /// An answer of JSON that is made of fragments.
    #[must_use]
    pub fn listing(status: StatusCode, media_type: HeaderValue, listing: Listing) -> Self {
        let mut answer = Self::empty(status);
        answer.headers.insert(CONTENT_TYPE, media_type);
        answer.body = Body::Listed { bytes: Bytes::from(listing.text()), listing };
        answer
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
