//! Messages written down as entries, as they were: secrets are [`redact`](crate::tape::redact)'s
//! to take out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use http::header::HOST;
use http::header::LOCATION;

use crate::clock::Instant;
use crate::finding::mask;
use crate::message::Answer;
use crate::message::Exchange;
use crate::message::Request;
use crate::params::style::form;
use crate::tape::entry::Entry;
use crate::tape::entry::Named;
use crate::tape::entry::Own;
use crate::tape::entry::PostData;
use crate::tape::entry::RecordedContent;
use crate::tape::entry::RecordedRequest;
use crate::tape::entry::RecordedResponse;

impl Entry {
    /// Writes an exchange down.
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
            ..Own::default()
        });
        entry
    }

    /// Writes a request and its answer down.
    #[must_use]
    pub fn from_messages(request: &Request, answer: &Answer, started: Instant) -> Self {
        let (asked, answered) = (&request.body[..], answer.body.bytes());
        Self {
            started_date_time: started.to_rfc3339(),
            request: self::request(
                request.method.as_str(),
                "http",
                &request.target(),
                &request.headers,
                Some(asked).filter(|body| !body.is_empty()),
            ),
            response: response(
                answer.status,
                &answer.headers,
                Some(answered).filter(|body| !body.is_empty()),
            ),
            ..Self::default()
        }
    }
}

/// A request as it is written down; `target` is its path with its query.
pub(super) fn request(
    method: &str,
    scheme: &str,
    target: &str,
    headers: &HeaderMap,
    body: Option<&[u8]>,
) -> RecordedRequest {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let pairs = target.split_once('?').map(|(_, query)| form::pairs(query)).unwrap_or_default();
    let query_string = pairs
        .into_iter()
        .map(|(name, value)| {
            let value = form::decode(value).unwrap_or(value.into());
            Named { name: name.into_owned(), value: value.into_owned() }
        })
        .collect();
    let post_data = body.map(|body| {
        let (text, encoding) = text(body);
        PostData { mime_type: content_type(headers), text, encoding }
    });
    RecordedRequest {
        method: method.to_owned(),
        url: format!("{scheme}://{host}{target}"),
        headers: named(headers),
        query_string,
        post_data,
        body_size: size(body),
        ..RecordedRequest::default()
    }
}

/// An answer as it is written down.
pub(super) fn response(
    status: StatusCode,
    headers: &HeaderMap,
    body: Option<&[u8]>,
) -> RecordedResponse {
    let (content, encoding) = body.map(text).unzip();
    let location = headers.get(LOCATION).and_then(|it| it.to_str().ok());
    RecordedResponse {
        status: status.as_u16(),
        status_text: status.canonical_reason().unwrap_or("").to_owned(),
        headers: named(headers),
        content: RecordedContent {
            size: size(body),
            mime_type: content_type(headers),
            text: content,
            encoding: encoding.flatten(),
            compression: None,
        },
        redirect_url: location.unwrap_or("").to_owned(),
        body_size: size(body),
        ..RecordedResponse::default()
    }
}

/// Header fields in their order; bytes that are no text are shown as such.
pub(super) fn named(headers: &HeaderMap) -> Vec<Named> {
    headers
        .iter()
        .map(|(name, value)| Named {
            name: name.as_str().to_owned(),
            value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
        })
        .collect()
}

/// Content as text, and how it is encoded.
pub(super) fn text(bytes: &[u8]) -> (String, Option<String>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), None),
        Err(_) => (STANDARD.encode(bytes), Some("base64".to_owned())),
    }
}

fn size(body: Option<&[u8]>) -> i64 {
    i64::try_from(body.map_or(0, <[u8]>::len)).unwrap_or(-1)
}

fn content_type(headers: &HeaderMap) -> String {
    headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or("").to_owned()
}
