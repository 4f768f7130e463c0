//! One exchange as HAR 1.2 writes it, and the ways to and from standin's own messages.
//!
//! Own structs rather than a crate's: reading is lenient (a browser, a proxy and standin all leave
//! out different members), and standin's own members stand beside HAR's under `_standin`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::clock::Instant;
use crate::finding::mask;
use crate::message::Answer;
use crate::message::Request;
use crate::tape::heard;
use crate::tape::placeholder;

/// An exchange.
///
/// # Source
///
/// HAR 1.2, *entries*; members that begin with `_` are custom, as the format allows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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

/// Of HTTP/1.1, without anything, its sizes unknown.
impl Default for RecordedRequest {
    fn default() -> Self {
        Self {
            method: String::new(),
            url: String::new(),
            http_version: http_version(),
            cookies: Vec::new(),
            headers: Vec::new(),
            query_string: Vec::new(),
            post_data: None,
            headers_size: unknown(),
            body_size: unknown(),
        }
    }
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

/// Of HTTP/1.1, without anything, its sizes unknown.
impl Default for RecordedResponse {
    fn default() -> Self {
        Self {
            status: 0,
            status_text: String::new(),
            http_version: http_version(),
            cookies: Vec::new(),
            headers: Vec::new(),
            content: RecordedContent::default(),
            redirect_url: String::new(),
            headers_size: unknown(),
            body_size: unknown(),
        }
    }
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

/// The value of the first header field of that name; empty where there is none.
pub(crate) fn field(fields: &[Named], name: &str) -> String {
    let found = fields.iter().find(|field| field.name.eq_ignore_ascii_case(name));
    found.map(|field| field.value.clone()).unwrap_or_default()
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
        let is_plain = self.own.as_ref().is_some_and(|own| own.request_coding.is_some());
        let content = recorded.post_data.as_ref().map(|content| heard::Content {
            text: Cow::Borrowed(&content.text),
            encoding: content.encoding.as_deref().unwrap_or_default(),
            mime_type: &content.mime_type,
            size: None,
        });
        let fields = fields(&recorded.headers);
        heard::request(&recorded.method, &recorded.target(), fields, content, is_plain)
    }

    /// The answer again.
    ///
    /// # Errors
    ///
    /// [`Unreadable`] where the entry makes none.
    pub fn answer(&self) -> Result<Answer, Unreadable> {
        let recorded = &self.response;
        let content = recorded.content.text.as_deref().map(|text| heard::Content {
            text: Cow::Borrowed(text),
            encoding: recorded.content.encoding.as_deref().unwrap_or_default(),
            mime_type: &recorded.content.mime_type,
            size: None,
        });
        let mut answer = heard::answer(recorded.status, fields(&recorded.headers), content)?;
        heard::fill(&mut answer);
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

fn fields(named: &[Named]) -> impl Iterator<Item = (&str, &str)> {
    named.iter().map(|field| (field.name.as_str(), field.value.as_str()))
}
