//! Cassettes of VCR, Ruby's and Python's, in YAML and JSON.
//!
//! # Source
//!
//! `vcr` for Ruby: `http_interactions`, with `body: {encoding, string | base64_string}`. `vcrpy`:
//! `interactions`, with a body that is a text, `!!binary` or `{string}`, and with content as it
//! travelled, still compressed.

use std::borrow::Cow;
use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::clock::Instant;
use crate::json;
use crate::tape::entry;
use crate::tape::entry::Entry;
use crate::tape::entry::Named;
use crate::tape::entry::PostData;
use crate::tape::entry::RecordedContent;
use crate::tape::entry::RecordedRequest;
use crate::tape::entry::RecordedResponse;
use crate::tape::import::Format;
use crate::tape::import::Sink;
use crate::tape::import::Source;
use crate::tape::import::malformed;
use crate::tape::yaml;
use crate::validate::body::inflate;

pub(super) static FORMAT: Format = Format {
    id: "cassette",
    what: "cassettes of VCR, in YAML or JSON",
    ending: None,
    recognises: |sketch| {
        let names = ["http_interactions", "interactions"];
        names.iter().any(|name| sketch.has(name) || sketch.has_key(name))
    },
    read,
};

/// A cassette in JSON.
#[derive(Deserialize)]
struct Cassette<'t> {
    #[serde(borrow, alias = "http_interactions")]
    interactions: Vec<&'t RawValue>,
}

fn read(source: &mut Source<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let (text, _) = source.text(sink)?;
    if let Ok(cassette) = serde_json::from_str::<Cassette<'_>>(&text) {
        let (mut at, mut line) = (0, 1);
        for raw in cassette.interactions {
            let start = raw.get().as_ptr().addr().saturating_sub(text.as_ptr().addr());
            let between = text.as_bytes().get(at..start).unwrap_or_default();
            line += memchr::memchr_iter(b'\n', between).count();
            at = start;
            // It has been read once.
            take(line, &serde_json::from_str(raw.get()).unwrap_or_default(), sink);
        }
        return Ok(());
    }
    // JSON is YAML, too; what was cut off is read as far as it goes.
    let read = yaml::read(&text, &mut |line, interaction| take(line, &interaction, sink));
    if let Err(fault) = read {
        sink.wrong(malformed(fault.line, &fault.reason));
    }
    Ok(())
}

fn take(line: usize, interaction: &Value, sink: &mut dyn Sink) {
    match entry(interaction) {
        Ok(entry) => sink.entry(line, entry),
        Err(reason) => sink.wrong(malformed(line, reason)),
    }
}

fn entry(interaction: &Value) -> Result<Entry, &'static str> {
    let (request, response) = (&interaction["request"], &interaction["response"]);
    let method = request["method"].as_str().ok_or("the interaction's request has no method")?;
    let uri = request["uri"].as_str().or_else(|| request["url"].as_str());
    let uri = uri.ok_or("the interaction's request has no uri")?;
    let status = [&response["status"]["code"], &response["status_code"], &response["status"]];
    let status = status.iter().find_map(|status| match status.as_str() {
        Some(text) => text.parse().ok(),
        None => status.as_u64().and_then(|status| u16::try_from(status).ok()),
    });
    let status = status.ok_or("the interaction's response has no status")?;
    let (asked, answered) = (headers(&request["headers"]), headers(&response["headers"]));
    let sent = content(&request["body"], &asked)?;
    let body = if response["body"].is_null() { &response["content"] } else { &response["body"] };
    let got = content(body, &answered)?;
    Ok(Entry {
        started_date_time: started(interaction),
        request: RecordedRequest {
            method: method.to_ascii_uppercase(),
            url: uri.to_owned(),
            post_data: sent.map(|(text, encoding)| PostData {
                mime_type: entry::field(&asked, "content-type"),
                text,
                encoding,
            }),
            headers: asked,
            ..RecordedRequest::default()
        },
        response: RecordedResponse {
            status,
            status_text: response["status"]["message"].as_str().unwrap_or("").to_owned(),
            content: RecordedContent {
                mime_type: entry::field(&answered, "content-type"),
                encoding: got.as_ref().and_then(|(_, encoding)| encoding.clone()),
                text: got.map(|(text, _)| text),
                ..RecordedContent::default()
            },
            headers: answered,
            ..RecordedResponse::default()
        },
        ..Entry::default()
    })
}

/// When it was recorded: as RFC 3339 says it, or as HTTP does.
fn started(interaction: &Value) -> String {
    let text = interaction["recorded_at"].as_str().unwrap_or("");
    DateTime::parse_from_rfc2822(text).map_or_else(
        |_| text.to_owned(),
        |time| Instant::from_millis(time.timestamp_millis()).to_rfc3339(),
    )
}

/// Header fields: names with one value or several.
fn headers(fields: &Value) -> Vec<Named> {
    let mut headers = Vec::new();
    let mut add = |name: &str, value: &Value| {
        if !value.is_null() {
            headers.push(Named { name: name.to_owned(), value: json::plain(value) });
        }
    };
    for (name, value) in fields.as_object().into_iter().flatten() {
        match value.as_array() {
            Some(values) => values.iter().for_each(|value| add(name, value)),
            None => add(name, value),
        }
    }
    headers
}

/// Content as an entry has it: text, or base64; without its codings.
fn content(
    body: &Value,
    headers: &[Named],
) -> Result<Option<(String, Option<String>)>, &'static str> {
    let decode =
        |text: &str| STANDARD.decode(text).map(Cow::Owned).map_err(|_| "a body is no base64");
    let bytes: Cow<'_, [u8]> = match body {
        Value::String(text) => Cow::Borrowed(text.as_bytes()),
        Value::Object(members) => {
            let member = |name: &str| members.get(name).and_then(Value::as_str);
            if let Some(text) = member(yaml::BINARY) {
                decode(text)?
            } else if let Some(text) = member("base64_string") {
                let text: String = text.split_whitespace().collect();
                decode(&text)?
            } else {
                match members.get("string") {
                    Some(inside @ (Value::String(_) | Value::Object(_))) => {
                        return content(inside, headers);
                    }
                    Some(Value::Null) | None => return Ok(None),
                    Some(Value::Bool(_) | Value::Number(_) | Value::Array(_)) => {
                        return Err("a body is no text");
                    }
                }
            }
        }
        Value::Null => return Ok(None),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => return Err("a body is no text"),
    };
    let codings = entry::field(headers, "content-encoding");
    let plain = match codings.as_str() {
        "" => None,
        codings => inflate::undo(codings, &bytes).ok(),
    };
    let bytes = plain.map_or(bytes, Cow::Owned);
    if bytes.is_empty() {
        return Ok(None);
    }
    Ok(Some(match std::str::from_utf8(&bytes) {
        Ok(text) => (text.to_owned(), None),
        Err(_) => (STANDARD.encode(&bytes), Some("base64".to_owned())),
    }))
}
