//! Server-sent events: a list of objects, one an event, with the fields that the event has.

use serde_json::Map;
use serde_json::Value;

use crate::finding::Violation;
use crate::json::Input;
use crate::json::plain;
use crate::schema::Types;
use crate::validate::body::Fault;
use crate::validate::body::Sent;
use crate::validate::body::charset;
use crate::validate::body::reader::Kept;
use crate::validate::body::reader::Reader;

/// `text/event-stream`.
pub(super) static READER: Reader = Reader {
    id: "events",
    takes: |media_type| media_type.kind == "text" && media_type.subtype == "event-stream",
    read,
    write: Some(write),
};

/// How many events are read.
const MOST: usize = 100_000;

/// What has no field of an event is the data of one, as JSON.
fn write(_: Kept<'_>, value: &Value) -> Option<String> {
    const NAMES: [&str; 4] = ["event", "id", "retry", "data"];
    let mut stream = String::new();
    let events = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    for event in events {
        if !NAMES.iter().any(|name| event.get(name).is_some()) {
            stream.push_str(&format!("data: {event}\n\n"));
            continue;
        }
        for name in NAMES {
            let Some(field) = event.get(name) else { continue };
            let text = plain(field);
            for line in text.split('\n') {
                stream.extend([name, ": ", line, "\n"]);
            }
        }
        stream.push('\n');
    }
    Some(stream)
}

/// # Shapes
///
/// | field   | member                                                      |
/// |---------|-------------------------------------------------------------|
/// | `data`  | a string, its lines put together                            |
/// | `event` | a string                                                    |
/// | `id`    | a string                                                    |
/// | `retry` | an integer; what has other signs than digits is passed over |
///
/// Comments and unknown fields are no members. An event without the empty line behind it has not
/// ended, and is none.
///
/// # Source
///
/// HTML Living Standard, section 9.2.6; OpenAPI 3.2.0, *Special Considerations for Server-Sent
/// Events*.
fn read<'b>(sent: &Sent<'_, 'b>, _: &mut Vec<Violation>) -> Result<Option<Input<'b>>, Fault> {
    let text = charset::utf8(sent.bytes)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !sent.is_sequence() {
        // Before 3.2 a stream was described as a text, or by what its events have in them.
        return Ok(sent.target().allows(Types::STRING).then_some(Input::Text(text)));
    }
    let mut events = Vec::new();
    let mut event = Map::new();
    for line in lines(text) {
        if line.is_empty() {
            if !event.is_empty() {
                if events.len() == MOST {
                    return Err(Fault::new(format!("has more than {MOST} events"), "send fewer"));
                }
                events.push(Value::Object(std::mem::take(&mut event)));
            }
            continue;
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "data" => match event.get_mut("data") {
                Some(Value::String(data)) => {
                    data.push('\n');
                    data.push_str(value);
                }
                _ => put(&mut event, name, value.into()),
            },
            "event" => put(&mut event, name, value.into()),
            "id" if !value.contains('\0') => put(&mut event, name, value.into()),
            "retry" if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                if let Ok(time) = value.parse::<u64>() {
                    put(&mut event, name, time.into());
                }
            }
            _ => {}
        }
    }
    Ok(Some(Input::Value(Value::Array(events))))
}

fn put(event: &mut Map<String, Value>, name: &str, value: Value) {
    event.insert(name.to_owned(), value);
}

/// The lines that have ended: with CR and LF, or with either.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = rest.find(['\r', '\n'])?;
        let (line, behind) = rest.split_at(end);
        rest = behind.strip_prefix("\r\n").unwrap_or(&behind[1..]);
        Some(line)
    })
}
