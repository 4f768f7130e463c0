//! One exchange as it passed by on the wire, and the entry that it becomes.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::Method;
use http::StatusCode;
use http::Version;

use crate::clock::Instant;
use crate::tape::entry::Entry;
use crate::tape::entry::Own;
use crate::tape::entry::Timings;
use crate::tape::entry::Unkept;
use crate::tape::record::capture;
use crate::tape::record::capture::Capture;
use crate::tape::redact::Lengths;
use crate::tape::redact::Marks;
use crate::tape::redact::Redactor;
use crate::tape::written;
use crate::validate::body;
use crate::validate::body::inflate;
use crate::validate::body::inflate::Kept;

/// What is said of an answer by whoever judges it, anew whenever it is answered.
const OWN_FIELDS: [&str; 2] = ["standin-findings", "sl-violations"];

/// One side of an exchange.
#[derive(Debug)]
pub struct Side {
    /// The version of HTTP that it was said in.
    pub version: Version,
    /// The header fields.
    pub headers: HeaderMap,
    /// The content, coded as it travelled.
    pub content: Capture,
    /// The fields behind the content.
    pub trailers: Option<HeaderMap>,
}

/// An exchange that has passed by.
#[derive(Debug)]
pub struct Heard {
    /// When it began.
    pub started: Instant,
    /// How long the request was read, until the answer began, and until that ended, one after the
    /// other.
    pub durations: [Duration; 3],
    /// `http` or `https`.
    pub scheme: &'static str,
    /// The method.
    pub method: Method,
    /// The path with its query.
    pub target: String,
    /// What was asked.
    pub request: Side,
    /// The status of the answer.
    pub status: StatusCode,
    /// What was answered.
    pub response: Side,
    /// The API's id and the `operationId`, where the call was one of a document.
    pub subject: Option<(Arc<str>, Arc<str>)>,
}

/// Content that is fit to be looked into.
#[derive(Default)]
struct Opened {
    bytes: Option<Vec<u8>>,
    /// The codings that were undone.
    coding: Option<String>,
    unkept: Option<Unkept>,
    /// Bytes on the wire.
    travelled: i64,
}

impl Heard {
    /// The exchange as an entry, its secrets taken out.
    pub(super) fn entry(mut self, redactor: &mut Redactor, marks: Option<Arc<Marks>>) -> Entry {
        for name in OWN_FIELDS {
            self.response.headers.remove(name);
        }
        let sent = opened(self.request.content, &self.request.headers);
        let got = opened(self.response.content, &self.response.headers);
        let lengths = [
            Lengths::of(&self.request.headers, sent.bytes.as_deref()),
            Lengths::of(&self.response.headers, got.bytes.as_deref()),
        ];
        let [send, wait, receive] = self.durations.map(|it| it.as_secs_f64() * 1000.0);
        let mut request = written::request(
            self.method.as_str(),
            self.scheme,
            &self.target,
            &self.request.headers,
            sent.bytes.as_deref(),
        );
        request.http_version = version(self.request.version);
        request.body_size = sent.travelled;
        let mut response =
            written::response(self.status, &self.response.headers, got.bytes.as_deref());
        response.http_version = version(self.response.version);
        response.body_size = got.travelled;
        if got.coding.is_some() {
            response.content.compression = Some(response.content.size - got.travelled);
        }
        let (api, operation) = self.subject.unzip();
        let trailers = |fields: &Option<HeaderMap>| fields.as_ref().map(written::named);
        let mut entry = Entry {
            started_date_time: self.started.to_rfc3339(),
            time: send + wait + receive,
            request,
            response,
            timings: Timings { send, wait, receive },
            own: Some(Own {
                api: api.map(|id| id.to_string()),
                operation: operation.map(|id| id.to_string()),
                request_coding: sent.coding,
                response_coding: got.coding,
                request_trailers: trailers(&self.request.trailers).unwrap_or_default(),
                response_trailers: trailers(&self.response.trailers).unwrap_or_default(),
                request_unkept: sent.unkept,
                response_unkept: got.unkept,
                ..Own::default()
            }),
            ..Entry::default()
        };
        redactor.marked(marks).entry(&mut entry);
        let [sent, got] = lengths;
        sent.mend_request(&mut entry);
        got.mend_response(&mut entry);
        entry
    }
}

/// Takes content out of its codings; what can not be looked into is not kept.
fn opened(content: Capture, headers: &HeaderMap) -> Opened {
    let travelled = i64::try_from(content.length()).unwrap_or(-1);
    let bytes = match content.into_content() {
        Ok(bytes) if bytes.is_empty() => return Opened::default(),
        Ok(bytes) => bytes,
        Err(unkept) => return Opened { unkept: Some(unkept), travelled, ..Opened::default() },
    };
    let Some(codings) = body::coding(headers) else {
        return Opened { bytes: Some(bytes), travelled, ..Opened::default() };
    };
    match inflate::undo(&codings, &bytes) {
        Ok(inside) => {
            Opened { bytes: Some(inside), coding: Some(codings), unkept: None, travelled }
        }
        Err(kept) => {
            let reason = match kept {
                Kept::Unknown => format!("nobody here knows the content coding `{codings}`"),
                Kept::TooLarge => "decoded, it is larger than what is kept of a content".to_owned(),
                Kept::Malformed(reason) => format!("it is not coded as `{codings}`: {reason}"),
            };
            let unkept = Some(capture::unkept(&bytes, reason));
            Opened { unkept, travelled, ..Opened::default() }
        }
    }
}

/// A version of HTTP, as HAR's examples and browsers write it.
fn version(version: Version) -> String {
    match version {
        Version::HTTP_2 => "HTTP/2".to_owned(),
        Version::HTTP_3 => "HTTP/3".to_owned(),
        other => format!("{other:?}"),
    }
}
