//! One exchange as HAR 1.2 writes it, and the ways to and from standin's own messages.
//!
//! Own structs rather than a crate's: reading is lenient (a browser, a proxy and standin all leave
//! out different members), and standin's own members stand beside HAR's under `_standin`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use http::header::HOST;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::clock::Instant;
use crate::finding::mask;
use crate::message::Answer;
use crate::message::Body;
use crate::message::Exchange;
use crate::message::MediaType;
use crate::message::Request;
use crate::params::style::form;

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
    /// Writes an exchange down, as it was: secrets are [`redact`](crate::tape::redact)'s to take
    /// out.
    #[must_use]
    pub fn from_exchange(exchange: &Exchange) -> Self {
        let mut entry = Self::from_messages(&exchange.request, &exchange.answer, exchange.started);
        entry.time = exchange.duration.as_secs_f64() * 1000.0;
        entry.timings.wait = entry.time;
        entry.own = Some(Own {
            number: Some(exchange.number),
            api: exchange.subject.api.as_deref().map(str::to_owned),
            operation: exchange.subject.operation.as_deref().map(str::to_owned),
            why: Some(mask::text(&exchange.why).into_owned()).filter(|why| !why.is_empty()),
        });
        entry
    }

    /// Writes a request and its answer down.
    #[must_use]
    pub fn from_messages(request: &Request, answer: &Answer, started: Instant) -> Self {
        Self {
            started_date_time: started.to_rfc3339(),
            time: 0.0,
            request: recorded_request(request),
            response: recorded_response(answer),
            cache: Cache::default(),
            timings: Timings::default(),
            own: None,
            origin: None,
        }
    }

    /// The request again.
    ///
    /// # Errors
    ///
    /// [`Unreadable`] where the entry makes none.
    pub fn request(&self) -> Result<Request, Unreadable> {
        let recorded = &self.request;
        let method = Method::from_bytes(recorded.method.as_bytes())
            .map_err(|_| Unreadable::Method(recorded.method.clone()))?;
        let mut request = Request::new(method, recorded.target());
        request.headers = header_map(&recorded.headers);
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
        let target = mask::target(self.request.target());
        format!("{} {target} → {}", self.request.method, self.response.status)
    }
}

impl RecordedRequest {
    /// The path and query of its URL.
    #[must_use]
    pub fn target(&self) -> &str {
        target(&self.url)
    }
}

/// The path and query of a URL; what is no URL is taken for a path.
fn target(url: &str) -> &str {
    let rest = url
        .split_once("://")
        .map_or(url, |(_, rest)| rest.find(['/', '?']).map_or("/", |start| &rest[start..]));
    rest.split('#').next().unwrap_or(rest)
}

fn recorded_request(request: &Request) -> RecordedRequest {
    let host = request.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let pairs = request.query.as_deref().map(form::pairs).unwrap_or_default();
    let query_string = pairs
        .into_iter()
        .map(|(name, value)| {
            let value = form::decode(value).unwrap_or(value.into());
            Named { name: name.into_owned(), value: value.into_owned() }
        })
        .collect();
    let post_data = (!request.body.is_empty()).then(|| {
        let (text, encoding) = text(&request.body);
        let mime_type = content_type(&request.headers);
        PostData { mime_type, text, encoding }
    });
    RecordedRequest {
        method: request.method.to_string(),
        url: format!("http://{host}{}", request.target()),
        http_version: http_version(),
        cookies: Vec::new(),
        headers: named(&request.headers),
        query_string,
        post_data,
        headers_size: unknown(),
        body_size: i64::try_from(request.body.len()).unwrap_or(-1),
    }
}

fn recorded_response(answer: &Answer) -> RecordedResponse {
    let body = answer.body.bytes();
    let size = i64::try_from(body.len()).unwrap_or(-1);
    let (content, encoding) = text(body);
    let location = answer.headers.get(http::header::LOCATION);
    RecordedResponse {
        status: answer.status.as_u16(),
        status_text: answer.status.canonical_reason().unwrap_or("").to_owned(),
        http_version: http_version(),
        cookies: Vec::new(),
        headers: named(&answer.headers),
        content: RecordedContent {
            size,
            mime_type: content_type(&answer.headers),
            text: (!body.is_empty()).then_some(content),
            encoding,
        },
        redirect_url: location.and_then(|it| it.to_str().ok()).unwrap_or("").to_owned(),
        headers_size: unknown(),
        body_size: size,
    }
}

/// Header fields in their order; bytes that are no text are shown as such.
fn named(headers: &HeaderMap) -> Vec<Named> {
    headers
        .iter()
        .map(|(name, value)| Named {
            name: name.as_str().to_owned(),
            value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
        })
        .collect()
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

fn content_type(headers: &HeaderMap) -> String {
    headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or("").to_owned()
}

fn add_content_type(headers: &mut HeaderMap, mime_type: &str) {
    if !headers.contains_key(CONTENT_TYPE)
        && !mime_type.is_empty()
        && let Ok(value) = HeaderValue::from_str(mime_type)
    {
        headers.insert(CONTENT_TYPE, value);
    }
}

/// Content as text, and how it is encoded.
fn text(bytes: &[u8]) -> (String, Option<String>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), None),
        Err(_) => (STANDARD.encode(bytes), Some("base64".to_owned())),
    }
}

fn bytes(text: &str, encoding: Option<&str>) -> Result<Bytes, Unreadable> {
    if encoding == Some("base64") {
        return STANDARD.decode(text).map(Bytes::from).map_err(|_| Unreadable::Base64);
    }
    Ok(Bytes::copy_from_slice(text.as_bytes()))
}
