//! Clerk's errors: named examples of the document, with what is theirs alone filled in.
//!
//! No text of an error stands here. Where a text names something of the request, the example
//! carries it as `x-standin-template` with names in braces.

use std::fmt::Write as _;

use http::StatusCode;
use ring::digest;
use serde_json::Value;

use crate::apis::Call;
use crate::apis::Reply;
use crate::spec::Operation;
use crate::spec::model::Example;
use crate::store::Transaction;

/// The error named `example`; `values` fill its text.
pub(super) fn error(
    call: &Call<'_>,
    transaction: &mut Transaction<'_>,
    status: StatusCode,
    example: &'static str,
    values: &[(&str, &str)],
) -> Reply {
    let trace = hexadecimal(&transaction.random()[..16]);
    let mut reply = challenging(Reply::example(status, example)).with("/clerk_trace_id", trace);
    if let Some(text) = find(call.operation, status, example).and_then(|found| text(found, values))
    {
        reply = reply.with("/errors/0/long_message", text);
    }
    reply
}

/// The reply with the challenge that HTTP asks of every 401 (RFC 9110, section 15.5.2).
pub(super) fn challenging(reply: Reply) -> Reply {
    if reply.status == StatusCode::UNAUTHORIZED {
        reply.header("www-authenticate", "Bearer")
    } else {
        reply
    }
}

/// There is no session of that id.
pub(super) fn session_not_found(
    call: &Call<'_>,
    transaction: &mut Transaction<'_>,
    id: &str,
) -> Reply {
    error(call, transaction, StatusCode::NOT_FOUND, "session_not_found", &[("id", id)])
}

/// The session is over.
pub(super) fn session_inactive(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Reply {
    error(call, transaction, StatusCode::UNAUTHORIZED, "session_inactive", &[])
}

/// The example that the operation declares.
pub(super) fn find<'o>(
    operation: &'o Operation,
    status: StatusCode,
    name: &str,
) -> Option<&'o Example> {
    operation.response(status)?.example(name).map(|(_, example)| example)
}

/// The example's text with `values` filled in; `None` where it names nothing of the request.
pub(super) fn text(example: &Example, values: &[(&str, &str)]) -> Option<String> {
    let template = example.extensions.get("x-standin-template")?.as_str()?;
    let mut rest = template;
    let mut text = String::with_capacity(template.len());
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}')?;
        text.push_str(before);
        text.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, to)| to));
        rest = behind;
    }
    text.push_str(rest);
    Some(text)
}

/// A trace id for an error that no transaction made: the same for the same refusal.
pub(super) fn trace_of(what: &str) -> Value {
    Value::String(hexadecimal(&digest::digest(&digest::SHA256, what.as_bytes()).as_ref()[..16]))
}

/// Bytes in hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string can not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
