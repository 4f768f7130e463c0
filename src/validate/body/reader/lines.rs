//! Sequences of JSON: one value a line (NDJSON, JSON Lines), or one behind each record separator
//! (JSON text sequences).

use serde_json::Value;

use crate::finding::Violation;
use crate::json::Input;
use crate::message::MediaType;
use crate::pointer::Pointer;
use crate::validate::body::Fault;
use crate::validate::body::Sent;
use crate::validate::body::reader::Kept;
use crate::validate::body::reader::Reader;
use crate::validate::body::reader::json;

/// `application/x-ndjson`, `application/jsonl` and their like; `application/json-seq`, `…+json-seq`.
pub(super) static READER: Reader = Reader {
    id: "lines",
    takes: |media_type| is_lines(media_type) || is_records(media_type),
    read,
    write: Some(write),
};

/// What the people call it who never registered it.
const NAMES: [&str; 8] = [
    "x-ndjson",
    "ndjson",
    "x-jsonl",
    "jsonl",
    "jsonlines",
    "x-jsonlines",
    "json-lines",
    "x-json-lines",
];

/// How many values are read.
const MOST: usize = 250_000;

/// The sign before each value of a JSON text sequence.
const RECORD_SEPARATOR: u8 = 0x1E;

fn is_lines(media_type: &MediaType) -> bool {
    NAMES.contains(&&*media_type.subtype)
}

fn is_records(media_type: &MediaType) -> bool {
    media_type.subtype == "json-seq" || media_type.subtype.ends_with("+json-seq")
}

fn write(kept: Kept<'_>, value: &Value) -> Option<String> {
    let before = if is_records(&kept.content.media_type) { "\u{1e}" } else { "" };
    let items = value.as_array()?.iter();
    Some(items.map(|item| format!("{before}{item}\n")).collect())
}

/// Lines of white space are no values.
///
/// # Source
///
/// The NDJSON and JSON Lines specifications; RFC 7464, section 2; OpenAPI 3.2.0, *Sequential Media
/// Types*.
fn read<'b>(sent: &Sent<'_, 'b>, _: &mut Vec<Violation>) -> Result<Option<Input<'b>>, Fault> {
    let (is_records, bytes) = (is_records(sent.media_type), sent.bytes);
    let separator = if is_records { RECORD_SEPARATOR } else { b'\n' };
    if is_records && bytes.first().is_some_and(|first| *first != RECORD_SEPARATOR) {
        let help = "write the character U+001E before each value, and a line feed behind it";
        return Err(Fault::new("is a JSON text sequence that does not begin with a record", help));
    }
    if !sent.is_sequence() {
        // Before 3.2 nobody said whether a schema is that of the lines or of the whole.
        return Ok(None);
    }
    let mut values = Vec::new();
    let pieces = bytes.split(|byte| *byte == separator).enumerate();
    for (number, piece) in pieces.filter(|(_, piece)| !piece.trim_ascii().is_empty()) {
        // A record begins behind its separator, a line with itself.
        let number = if is_records { number } else { number + 1 };
        let word = if is_records { "record" } else { "line" };
        let input = json::parse(piece, &format!("that {word}")).map_err(|fault| Fault {
            title: format!("has a {word} (number {number}) that {}", fault.title),
            instance: Pointer::root().child(values.len().to_string()),
            ..fault
        })?;
        if values.len() == MOST {
            return Err(Fault::new(format!("has more than {MOST} {word}s"), "send fewer"));
        }
        values.push(input.view().to_value().into_owned());
    }
    Ok(Some(Input::Value(Value::Array(values))))
}
