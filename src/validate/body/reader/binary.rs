//! Bytes that nobody here looks into: a string, so that rules of length count.

use std::borrow::Cow;

use serde_json::Value;

use crate::finding::Violation;
use crate::json::Input;
use crate::params::coerce::Target;
use crate::schema::Types;
use crate::validate::body::Fault;
use crate::validate::body::Sent;
use crate::validate::body::reader::Reader;

/// Whatever no other reader takes.
pub(super) static READER: Reader = Reader { id: "binary", takes: |_| true, read, write: None };

/// A schema that takes no string speaks of something that only a reader of the format could see.
fn read<'b>(sent: &Sent<'_, 'b>, _: &mut Vec<Violation>) -> Result<Option<Input<'b>>, Fault> {
    let target = sent.target();
    if !target.allows(Types::STRING) {
        return Ok(None);
    }
    Ok(Some(match opaque(sent.bytes, target) {
        Cow::Borrowed(text) => Input::Text(text),
        Cow::Owned(text) => Input::Value(Value::String(text)),
    }))
}

/// Bytes as a string: text is itself where the schema speaks of text; of anything else each byte is
/// one character, because lengths of binary content count bytes.
///
/// # Source
///
/// OpenAPI 3.1.1, *Working with Binary Data*: `maxLength` is an upper bound in octets.
pub(in crate::validate::body) fn opaque<'b>(bytes: &'b [u8], target: Target<'_>) -> Cow<'b, str> {
    let text = std::str::from_utf8(bytes).ok();
    match text.filter(|text| text.is_ascii() || !target.is_binary()) {
        Some(text) => Cow::Borrowed(text),
        None => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
    }
}
