//! Exchanges as text for people: the `.snap` format of `snapshots/exchanges/`.
//!
//! # Shapes
//!
//! A file of the snapshot tester `insta`: front matter between two `---` lines, then exchanges as
//! `curl -v` shows them, one empty line between two.
//!
//! ```text
//! ---
//! source: tests/exchanges.rs
//! description: A session is read
//! info:
//!   api: clerk-sessions
//!   operation: GetSession
//! ---
//! > GET /v1/sessions/sess_1 HTTP/1.1
//! > authorization: Bearer {{secret:1}}
//! < HTTP/1.1 200 OK
//! < content-type: application/json
//! <
//! < {
//! <   "object": "session"
//! < }
//! ```
//!
//! Every line begins with `>` (sent) or `<` (answered) and a space; an empty line after the prefix
//! ends the header fields. JSON is indented, other text stands as it is, and content that is no
//! text is one line `{{base64:…}}`. Only header fields that matter are written; `Date`, lengths
//! and the like would say nothing but when and how it was recorded.

use serde_json::Value;

use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::tape::entry;
use crate::tape::entry::Entry;
use crate::tape::entry::Named;
use crate::tape::entry::Own;
use crate::tape::entry::PostData;
use crate::tape::entry::RecordedContent;
use crate::tape::entry::RecordedRequest;
use crate::tape::entry::RecordedResponse;

/// Request header fields that are written.
const REQUEST_HEADERS: [&str; 7] = [
    "authorization",
    "content-type",
    "accept",
    "cookie",
    "prefer",
    "clerk-api-version",
    "user-agent",
];

/// Response header fields that are written.
const RESPONSE_HEADERS: [&str; 9] = [
    "content-type",
    "set-device-binding-token",
    "allow",
    "retry-after",
    "location",
    "deprecation",
    "www-authenticate",
    "standin-basis",
    "standin-findings",
];

const BASE64: (&str, &str) = ("{{base64:", "}}");

/// Writes exchanges, without front matter.
#[must_use]
pub fn render(entries: &[Entry]) -> String {
    entries.iter().map(render_one).collect::<Vec<_>>().join("\n")
}

/// Whether a request's header field is written.
pub(crate) fn is_written(name: &str) -> bool {
    REQUEST_HEADERS.contains(&name) || name.starts_with("x-ts-")
}

fn render_one(entry: &Entry) -> String {
    let (request, response) = (&entry.request, &entry.response);
    let mut text = String::new();
    let url = request.url.split_once("://").map_or(request.url.as_str(), |(_, rest)| {
        rest.find('/').map_or("/", |start| &rest[start..])
    });
    line(&mut text, '>', &format!("{} {url} {}", request.method, request.http_version));
    fields(&mut text, '>', &request.headers, is_written);
    if let Some(content) = &request.post_data {
        body(&mut text, '>', &content.text, content.encoding.as_deref());
    }
    let status = format!("{} {} {}", response.http_version, response.status, response.status_text);
    line(&mut text, '<', status.trim_end());
    fields(&mut text, '<', &response.headers, |name| RESPONSE_HEADERS.contains(&name));
    if let Some(content) = &response.content.text {
        body(&mut text, '<', content, response.content.encoding.as_deref());
    }
    text
}

fn line(text: &mut String, prefix: char, content: &str) {
    text.push(prefix);
    if !content.is_empty() {
        text.push(' ');
        text.push_str(content);
    }
    text.push('\n');
}

/// Writes the header fields that matter, in alphabetical order: their order on the wire is the
/// implementation's, and says nothing.
fn fields(text: &mut String, prefix: char, headers: &[Named], is_shown: impl Fn(&str) -> bool) {
    let mut shown: Vec<(String, &str)> = headers
        .iter()
        .map(|field| (field.name.to_ascii_lowercase(), field.value.as_str()))
        .filter(|(name, _)| is_shown(name))
        .collect();
    shown.sort();
    for (name, value) in shown {
        line(text, prefix, &format!("{name}: {value}"));
    }
}

fn body(text: &mut String, prefix: char, content: &str, encoding: Option<&str>) {
    if content.is_empty() {
        return;
    }
    line(text, prefix, "");
    if encoding == Some("base64") {
        return line(text, prefix, &format!("{}{content}{}", BASE64.0, BASE64.1));
    }
    let pretty = serde_json::from_str::<Value>(content)
        .ok()
        .filter(|value| value.is_object() || value.is_array())
        .and_then(|value| serde_json::to_string_pretty(&value).ok());
    for each in pretty.as_deref().unwrap_or(content).split('\n') {
        line(text, prefix, each);
    }
}

/// Reads exchanges, with or without front matter; what can not be read becomes a violation, and
/// the exchanges around it are kept.
#[must_use]
pub fn parse(text: &str) -> (Vec<Entry>, Vec<Violation>) {
    let (front, first) = front_matter(text);
    let own = own(&front);
    let mut reader = Reader { own, ..Reader::default() };
    for (index, raw) in text.lines().enumerate().skip(first) {
        reader.line(index + 1, raw);
    }
    reader.finish();
    (reader.entries, reader.violations)
}

/// Whether text is a recording at all: its first line of content is a request's.
#[must_use]
pub fn is_recording(text: &str) -> bool {
    let (_, first) = front_matter(text);
    text.lines()
        .skip(first)
        .find(|line| !line.trim().is_empty())
        .is_some_and(|line| line.starts_with("> "))
}

/// The lines of the front matter, and the index of the first line after it.
fn front_matter(text: &str) -> (Vec<&str>, usize) {
    let mut lines = text.lines();
    if lines.next() != Some("---") {
        return (Vec::new(), 0);
    }
    let front: Vec<&str> = lines.take_while(|line| *line != "---").collect();
    let end = front.len() + 2;
    (front, end)
}

/// What the front matter's `info` says of the API and operation.
fn own(front: &[&str]) -> Option<Own> {
    let value = |key: &str| {
        front.iter().find_map(|line| {
            let value = line.strip_prefix("  ")?.strip_prefix(key)?.strip_prefix(": ")?;
            Some(value.trim().trim_matches(['"', '\'']).to_owned())
        })
    };
    let own = Own { api: value("api"), operation: value("operation"), ..Own::default() };
    (own != Own::default()).then_some(own)
}

/// One message as it is read.
#[derive(Debug, Default)]
struct Message {
    number: usize,
    first: String,
    headers: Vec<Named>,
    /// Lines of content; `None` until the empty line.
    content: Option<Vec<String>>,
}

/// Reads line by line; an exchange is whole when the next begins or the text ends.
#[derive(Debug, Default)]
struct Reader {
    own: Option<Own>,
    request: Option<Message>,
    response: Option<Message>,
    entries: Vec<Entry>,
    violations: Vec<Violation>,
}

impl Reader {
    fn line(&mut self, number: usize, raw: &str) {
        if raw.trim().is_empty() {
            return self.finish();
        }
        let content = raw.get(1..).unwrap_or("");
        let content = content.strip_prefix(' ').unwrap_or(content);
        let slot = match raw.as_bytes().first() {
            Some(b'>') => {
                if self.response.is_some() {
                    self.finish();
                }
                &mut self.request
            }
            Some(b'<') => &mut self.response,
            Some(_) | None => {
                let reason = "a line begins with neither `> ` nor `< `";
                return self.violations.push(malformed(number, reason));
            }
        };
        let Some(message) = slot else {
            *slot = Some(Message { number, first: content.to_owned(), ..Message::default() });
            return;
        };
        if let Some(lines) = &mut message.content {
            lines.push(content.to_owned());
        } else if content.is_empty() {
            message.content = Some(Vec::new());
        } else if let Some((name, value)) = content.split_once(':') {
            let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
            message.headers.push(Named { name, value });
        } else {
            self.violations.push(malformed(number, "a header field has no colon"));
        }
    }

    fn finish(&mut self) {
        match (self.request.take(), self.response.take()) {
            (None, None) => {}
            (Some(request), Some(response)) => match entry(request, response) {
                Ok(entry) => self.entries.push(Entry { own: self.own.clone(), ..entry }),
                Err(violation) => self.violations.push(violation),
            },
            (Some(request), None) => {
                self.violations.push(malformed(request.number, "a request has no answer"));
            }
            (None, Some(response)) => {
                self.violations.push(malformed(response.number, "an answer has no request"));
            }
        }
    }
}

fn entry(request: Message, response: Message) -> Result<Entry, Violation> {
    let mut words = request.first.split(' ');
    let (Some(method), Some(target)) = (words.next(), words.next()) else {
        return Err(malformed(request.number, "the request line is not `METHOD /path HTTP/1.1`"));
    };
    let http_version = words.next().unwrap_or("HTTP/1.1").to_owned();
    let mut words = response.first.splitn(3, ' ');
    let (version, status) = (words.next(), words.next().and_then(|word| word.parse().ok()));
    let (Some(version), Some(status)) = (version, status) else {
        return Err(malformed(response.number, "the status line is not `HTTP/1.1 200 OK`"));
    };
    let status_text = words.next().unwrap_or("").to_owned();
    let origin = Some(request.number.to_string());
    let request_content = content(&request);
    let response_content = content(&response);
    Ok(Entry {
        request: RecordedRequest {
            method: method.to_owned(),
            url: format!("http://localhost{target}"),
            http_version,
            post_data: request_content.map(|(text, encoding)| PostData {
                mime_type: entry::field(&request.headers, "content-type"),
                text,
                encoding,
            }),
            headers: request.headers,
            ..RecordedRequest::default()
        },
        response: RecordedResponse {
            status,
            status_text,
            http_version: version.to_owned(),
            content: RecordedContent {
                size: -1,
                mime_type: entry::field(&response.headers, "content-type"),
                encoding: response_content.as_ref().and_then(|(_, encoding)| encoding.clone()),
                text: response_content.map(|(text, _)| text),
                compression: None,
            },
            headers: response.headers,
            ..RecordedResponse::default()
        },
        origin,
        ..Entry::default()
    })
}

fn content(message: &Message) -> Option<(String, Option<String>)> {
    let lines = message.content.as_ref().filter(|lines| !lines.is_empty())?;
    if let [only] = lines.as_slice()
        && let Some(encoded) =
            only.strip_prefix(BASE64.0).and_then(|rest| rest.strip_suffix(BASE64.1))
    {
        return Some((encoded.to_owned(), Some("base64".to_owned())));
    }
    Some((lines.join("\n"), None))
}

fn malformed(line: usize, reason: &str) -> Violation {
    let mut violation = Violation::new(&rule::RECORDING_MALFORMED, Location::Target, reason);
    violation.name = Some(line.to_string());
    violation
}
