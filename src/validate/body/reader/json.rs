//! JSON, with a bounded depth; of members with one name the last counts.

use crate::finding::Violation;
use crate::json;
use crate::json::Input;
use crate::message::MediaType;
use crate::validate::body::Fault;
use crate::validate::body::Sent;
use crate::validate::body::reader::Reader;

/// `application/json` and whatever ends in `+json`.
pub(super) static READER: Reader =
    Reader { id: "json", takes: MediaType::is_json, read, write: None };

/// A `charset` says nothing here: JSON is UTF-8 whatever its label (RFC 8259, sections 8.1 and 11).
fn read<'b>(sent: &Sent<'_, 'b>, _: &mut Vec<Violation>) -> Result<Option<Input<'b>>, Fault> {
    parse(sent.bytes, "the body").map(Some)
}

/// Reads bytes that are one JSON value; `whole` is what they are called.
///
/// # Errors
///
/// [`Fault`] with the place where they are none.
pub(in crate::validate::body) fn parse<'b>(
    bytes: &'b [u8],
    whole: &str,
) -> Result<Input<'b>, Fault> {
    json::read(bytes).map_err(|error| fault(bytes, whole, &error))
}

fn fault(bytes: &[u8], whole: &str, error: &serde_json::Error) -> Fault {
    if let Err(broken) = std::str::from_utf8(bytes) {
        let byte = broken.valid_up_to() + 1;
        let help = format!(
            "look at byte {byte} of {whole}; JSON is written in UTF-8, whatever its charset"
        );
        return Fault::new("is JSON that is no UTF-8", help);
    }
    let title = if error.is_eof() { "is JSON that ends too early" } else { "is no JSON" };
    let (line, column) = (error.line(), error.column());
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default();
    Fault::new(title, format!("look at line {line}, column {column} of {whole}: {reason}"))
}
