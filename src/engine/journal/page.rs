//! One exchange, written flat: the texts of both messages stand in one piece of memory.
//!
//! A message of hyper's is a dozen allocations, and each of its header fields holds on to the
//! connection's whole read buffer. Kept for a thousand calls, all that would be cold by the time it
//! is given back. Content that is large is shared instead of copied.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;

use crate::clock::Instant;
use crate::finding::Sighting;
use crate::message::Answer;
use crate::message::Body;
use crate::message::Exchange;
use crate::message::Flaw;
use crate::message::Request;
use crate::message::Subject;

/// Content from this size on is shared, in bytes.
const SHARED: usize = 4 * 1024;

/// The most memory that is handed on to the next page, in bytes.
const ROOMY: usize = 16 * 1024;

/// What a page wrote on, to be written on again.
#[derive(Debug, Default)]
pub(super) struct Room {
    text: Vec<u8>,
    findings: Vec<Sighting>,
}

/// An exchange as the journal keeps it.
#[derive(Debug)]
pub(super) struct Page {
    number: u64,
    started: Instant,
    duration: Duration,
    world: Arc<str>,
    subject: Subject,
    method: Method,
    has_query: bool,
    flaw: Option<Flaw>,
    status: StatusCode,
    /// Path, query, fields of the request, content, fields of the answer, content: each piece with
    /// its length before it.
    text: Vec<u8>,
    request_body: Option<Bytes>,
    answer_body: Option<Bytes>,
    is_unread: bool,
    findings: Vec<Sighting>,
    why: Cow<'static, str>,
}

impl Page {
    /// Writes an exchange down.
    pub(super) fn write(exchange: &Exchange, room: Room) -> Self {
        let Room { mut text, mut findings } = room;
        let (request, answer) = (&exchange.request, &exchange.answer);
        put(&mut text, request.path.as_bytes());
        put(&mut text, request.query.as_deref().unwrap_or_default().as_bytes());
        put_fields(&mut text, &request.headers);
        let request_body = put_content(&mut text, &request.body);
        put_fields(&mut text, &answer.headers);
        let answer_body = put_content(&mut text, &answer.body.shared());
        findings.extend(exchange.findings.iter().cloned());
        Self {
            number: exchange.number,
            started: exchange.started,
            duration: exchange.duration,
            world: Arc::clone(&exchange.world),
            subject: exchange.subject.clone(),
            method: request.method.clone(),
            has_query: request.query.is_some(),
            flaw: request.flaw,
            status: answer.status,
            text,
            request_body,
            answer_body,
            is_unread: matches!(answer.body, Body::Unread),
            findings,
            why: exchange.why.clone(),
        }
    }

    /// The exchange again; only the parsed value of the answer's content is left out.
    pub(super) fn read(&self) -> Exchange {
        let mut rest = self.text.as_slice();
        let path = take_text(&mut rest);
        let query = Some(take_text(&mut rest)).filter(|_| self.has_query);
        let headers = take_fields(&mut rest);
        let body = take_content(&mut rest, self.request_body.as_ref());
        let request =
            Request { method: self.method.clone(), path, query, headers, body, flaw: self.flaw };
        let headers = take_fields(&mut rest);
        let bytes = take_content(&mut rest, self.answer_body.as_ref());
        let body = match (bytes.is_empty(), self.is_unread) {
            (true, true) => Body::Unread,
            (true, false) => Body::Empty,
            (false, _) => Body::Whole { bytes, value: None },
        };
        Exchange {
            number: self.number,
            started: self.started,
            duration: self.duration,
            world: Arc::clone(&self.world),
            subject: self.subject.clone(),
            request,
            answer: Answer { status: self.status, headers, body },
            findings: self.findings.clone(),
            why: self.why.clone(),
        }
    }

    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// How many bytes the messages take.
    pub(super) fn size(&self) -> usize {
        let shared = [&self.request_body, &self.answer_body];
        self.text.len() + shared.into_iter().flatten().map(Bytes::len).sum::<usize>()
    }

    /// What the next page can be written on.
    pub(super) fn into_room(self) -> Room {
        let Self { mut text, mut findings, .. } = self;
        text.clear();
        text.shrink_to(ROOMY);
        findings.clear();
        Room { text, findings }
    }
}

fn put(text: &mut Vec<u8>, piece: &[u8]) {
    // A message is bounded by the door, far below four gigabytes.
    let length = u32::try_from(piece.len()).unwrap_or(u32::MAX);
    text.extend_from_slice(&length.to_le_bytes());
    text.extend_from_slice(&piece[..length as usize]);
}

fn put_fields(text: &mut Vec<u8>, fields: &HeaderMap) {
    for (name, value) in fields {
        put(text, name.as_str().as_bytes());
        put(text, value.as_bytes());
    }
    // No name is empty, so this is the end.
    put(text, b"");
}

/// Writes what is small, and returns what is to be shared.
fn put_content(text: &mut Vec<u8>, content: &Bytes) -> Option<Bytes> {
    if content.len() >= SHARED {
        return Some(content.clone());
    }
    put(text, content);
    None
}

fn take<'t>(rest: &mut &'t [u8]) -> &'t [u8] {
    let Some((length, tail)) = rest.split_first_chunk() else { return &[] };
    let (piece, tail) = tail.split_at(u32::from_le_bytes(*length) as usize);
    *rest = tail;
    piece
}

fn take_text(rest: &mut &[u8]) -> String {
    String::from_utf8_lossy(take(rest)).into_owned()
}

fn take_fields(rest: &mut &[u8]) -> HeaderMap {
    let mut fields = HeaderMap::new();
    loop {
        let name = take(rest);
        if name.is_empty() {
            return fields;
        }
        // They were fields before they were written down.
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name), HeaderValue::from_bytes(take(rest)))
        {
            fields.append(name, value);
        }
    }
}

fn take_content(rest: &mut &[u8], shared: Option<&Bytes>) -> Bytes {
    shared.map_or_else(|| Bytes::copy_from_slice(take(rest)), Bytes::clone)
}
