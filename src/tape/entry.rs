//! One exchange as HAR 1.2 writes it, and the ways to and from standin's own messages.
//!
//! Own structs rather than a crate's: reading is lenient (a browser, a proxy and standin all leave
//! out different members), and standin's own members stand beside HAR's under `_standin`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::header::CONTENT_ENCODING;
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::clock::Instant;
use crate::finding::mask;
use crate::message::Answer;
use crate::message::Body;
use crate::message::MediaType;
use crate::message::Request;
use crate::tape::placeholder;

/// An exchange.
///
/// # Source
///
/// HAR 1.2, *entries*; members that begin with `_` are custom, as the format allows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// When the request began, as RFC 3339 writes it.
    #[serde(default)]
    pub started_date_time: String,
    /// How long it took, in milliseconds.
    #[serde(default)]
    pub time: f64,
    /// What was asked.
    pub request: RecordedRequest,
    /// What was answered.
    pub response: RecordedResponse,
    /// Always empty: standin caches nothing.
    #[serde(default)]
    pub cache: Cache,
    /// Where the time went.
    #[serde(default)]
    pub timings: Timings,
    /// What standin knows besides.
    #[serde(default, rename = "_standin", skip_serializing_if = "Option::is_none")]
    pub own: Option<Own>,
    /// Where it was read from, as `file:line`.
    #[serde(skip)]
    pub origin: Option<String>,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordedRequest {
    /// The method.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// The version of HTTP.
    #[serde(default = "http_version")]
    pub http_version: String,
    /// The cookies; they are among the header fields too.
    #[serde(default)]
    pub cookies: Vec<Value>,
    /// The header fields.
    #[serde(default)]
    pub headers: Vec<Named>,
    /// The query, decoded.
    #[serde(default)]
    pub query_string: Vec<Named>,
    /// The content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_data: Option<PostData>,
    /// Unknown: `-1`.
    #[serde(default = "unknown")]
    pub headers_size: i64,
    /// Bytes of content, or `-1`.
    #[serde(default = "unknown")]
    pub body_size: i64,
}

/// The content of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostData {
    /// Its media type.
    #[serde(default)]
    pub mime_type: String,
    /// The content as text.
    #[serde(default)]
    pub text: String,
    /// `base64` where the content is no text; HAR has no member for it in requests.
    #[serde(default, rename = "_encoding", skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordedResponse {
    /// The status code; 0 where a browser saw no answer.
    pub status: u16,
    /// The reason phrase.
    #[serde(default)]
    pub status_text: String,
    /// The version of HTTP.
    #[serde(default = "http_version")]
    pub http_version: String,
    /// The cookies; they are among the header fields too.
    #[serde(default)]
    pub cookies: Vec<Value>,
    /// The header fields.
    #[serde(default)]
    pub headers: Vec<Named>,
    /// The content.
    #[serde(default)]
    pub content: RecordedContent,
    /// The `Location` header, or empty.
    #[serde(default, rename = "redirectURL")]
    pub redirect_url: String,
    /// Unknown: `-1`.
    #[serde(default = "unknown")]
    pub headers_size: i64,
    /// Bytes of content, or `-1`.
    #[serde(default = "unknown")]
    pub body_size: i64,
}

/// The content of an answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordedContent {
    /// Bytes.
    #[serde(default)]
    pub size: i64,
    /// Its media type.
    #[serde(default)]
    pub mime_type: String,
    /// The content as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// `base64` where the content is no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// How many bytes content coding saved on the way, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression: Option<i64>,
}

/// A name with a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// Nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cache {}

/// Where the time went, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    /// Sending the request.
    #[serde(default)]
    pub send: f64,
    /// Waiting for the answer.
    #[serde(default)]
    pub wait: f64,
    /// Receiving the answer.
    #[serde(default)]
    pub receive: f64,
}

/// What standin knows besides.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Own {
    /// The number in the journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// The API's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// The `operationId`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Why it was answered so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The content codings that were undone of the request, in the order they were applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_coding: Option<String>,
    /// The content codings that were undone of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_coding: Option<String>,
    /// The fields behind the content of the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub request_trailers: Vec<Named>,
    /// The fields behind the content of the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub response_trailers: Vec<Named>,
    /// What is known of content of the request that was not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_unkept: Option<Unkept>,
    /// What is known of content of the answer that was not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_unkept: Option<Unkept>,
    /// What the tokens say whose placeholders are in this exchange, by placeholder: `jwt:1`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tokens: BTreeMap<String, Token>,
}

/// Content that was not kept: how much there was, and of what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unkept {
    /// Bytes.
    pub bytes: u64,
    /// The SHA-256 of what travelled, in hexadecimal digits.
    pub sha256: String,
    /// Why it was not kept.
    pub reason: String,
}

/// A JSON Web Token without its signature and its secrets: enough to sign it again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Token {
    /// Its header.
    pub header: Map<String, Value>,
    /// What it says.
    pub claims: Map<String, Value>,
}

/// An entry that makes no message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// The method is none.
    #[error("`{0}` is no method")]
    Method(String),
    /// The status is none.
    #[error("{0} is no status")]
    Status(u16),
    /// The content is said to be base64, and is not.
    #[error("the content is no base64")]
    Base64,
}

fn http_version() -> String {
    "HTTP/1.1".to_owned()
}

const fn unknown() -> i64 {
    -1
}

impl Entry {
    /// The request again.
    ///
    /// # Errors
    ///
    /// [`Unreadable`] where the entry makes none.
    pub fn request(&self) -> Result<Request, Unreadable> {
        let recorded = &self.request;
        let method = Method::from_bytes(recorded.method.as_bytes())
            .map_err(|_| Unreadable::Method(recorded.method.clone()))?;
        let mut request = Request::new(method, &recorded.target());
        request.headers = header_map(&recorded.headers);
        if self.own.as_ref().is_some_and(|own| own.request_coding.is_some()) {
            request.headers.remove(CONTENT_ENCODING);
        }
        if let Some(content) = &recorded.post_data {
            request.body = bytes(&content.text, content.encoding.as_deref())?;
            add_content_type(&mut request.headers, &content.mime_type);
        }
        Ok(request)
    }

    /// The answer again.
    ///
    /// # Errors
    ///
    /// [`Unreadable`] where the entry makes none.
    pub fn answer(&self) -> Result<Answer, Unreadable> {
        let recorded = &self.response;
        let status = StatusCode::from_u16(recorded.status)
            .map_err(|_| Unreadable::Status(recorded.status))?;
        let mut answer = Answer::empty(status);
        answer.headers = header_map(&recorded.headers);
        // What was taken off or is computed anew on the way to the client.
        for name in ["content-length", "content-encoding", "transfer-encoding", "connection"] {
            answer.headers.remove(name);
        }
        if let Some(text) = recorded.content.text.as_deref().filter(|text| !text.is_empty()) {
            let bytes = bytes(text, recorded.content.encoding.as_deref())?;
            add_content_type(&mut answer.headers, &recorded.content.mime_type);
            let media_type = answer.headers.get(CONTENT_TYPE).and_then(|text| text.to_str().ok());
            let is_json = media_type.and_then(MediaType::parse).is_some_and(|it| it.is_json());
            let value = if is_json { serde_json::from_slice(&bytes).ok() } else { None };
            answer.body = Body::Whole { bytes, value };
        }
        Ok(answer)
    }

    /// When it began, if the entry says so.
    #[must_use]
    pub fn started(&self) -> Option<Instant> {
        Instant::parse(&self.started_date_time).ok()
    }

    /// The exchange in one line: `GET /v1/sessions → 200`; secrets in the path or query are masked.
    #[must_use]
    pub fn line(&self) -> String {
        let target = self.request.target();
        let target = mask::target(&target);
        format!("{} {target} → {}", self.request.method, self.response.status)
    }
}

impl RecordedRequest {
    /// The path and query of its URL; placeholders are as everywhere, which no URL may have.
    #[must_use]
    pub fn target(&self) -> Cow<'_, str> {
        placeholder::unescape(target(&self.url))
    }
}

/// The path and query of a URL; what is no URL is taken for a path.
pub(crate) fn target(url: &str) -> &str {
    let rest = url
        .split_once("://")
        .map_or(url, |(_, rest)| rest.find(['/', '?']).map_or("/", |start| &rest[start..]));
    rest.split('#').next().unwrap_or(rest)
}

/// Header fields again; HTTP/2's pseudo fields, as browsers record them, are left out.
fn header_map(named: &[Named]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for field in named {
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(field.name.as_bytes()),
            HeaderValue::from_bytes(field.value.as_bytes()),
        ) {
            headers.append(name, value);
        }
    }
    headers
}

fn add_content_type(headers: &mut HeaderMap, mime_type: &str) {
    if !headers.contains_key(CONTENT_TYPE)
        && !mime_type.is_empty()
        && let Ok(value) = HeaderValue::from_str(mime_type)
    {
        headers.insert(CONTENT_TYPE, value);
    }
}

fn bytes(text: &str, encoding: Option<&str>) -> Result<Bytes, Unreadable> {
    if encoding == Some("base64") {
        return STANDARD.decode(text).map(Bytes::from).map_err(|_| Unreadable::Base64);
    }
    Ok(Bytes::copy_from_slice(text.as_bytes()))
}
