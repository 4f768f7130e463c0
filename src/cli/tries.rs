//! Lines to try of a document that somebody brings: calls that are made from its schemas.

use http::Method;
use http::StatusCode;

use crate::message::Request;
use crate::spec::{Document, Operation};
use crate::synth;

/// How many operations are looked at.
const MOST_LOOKED_AT: usize = 40;

/// How many lines of one kind there are.
const EACH: usize = 2;

/// How long a line is that a person still reads.
const LONGEST: usize = 300;

/// Lines of each kind by turns, each with what it does.
///
/// Of a large document only what needs nothing is tried: its schemas are read when they are called.
pub(super) fn lines(document: &Document, url: &str) -> Vec<(String, String)> {
    let kinds = if document.is_large() { &Kind::ALL[..1] } else { &Kind::ALL[..] };
    let operations = &document.operations;
    let mut looks = 0..MOST_LOOKED_AT;
    let mut of_kind = Vec::with_capacity(kinds.len());
    for kind in kinds {
        let some = operations.iter().filter(|operation| kind.has(operation));
        let some = some.map_while(|operation| looks.next().map(|_| operation));
        let lines = some.filter_map(|operation| tried(document, operation, url)).take(EACH);
        of_kind.push(lines.collect::<Vec<_>>());
    }
    let turn = |turn: usize| of_kind.iter().filter_map(move |lines| lines.get(turn).cloned());
    (0..EACH).flat_map(turn).collect()
}

/// The first recorded calls that need nothing but their address, each as a line.
pub(super) fn recorded(calls: impl Iterator<Item = Request>, url: &str) -> Vec<(String, String)> {
    let plain = calls.take(MOST_LOOKED_AT).filter(|call| call.body.is_empty());
    let lines = plain.map(|mut call| {
        // What is matched is the address; credentials were taken out of it.
        call.headers.clear();
        ("as it was recorded".to_owned(), line(&call, url))
    });
    let is_readable = |line: &String| line.len() <= LONGEST && !line.contains(char::is_control);
    lines.filter(|(_, line)| is_readable(line)).take(EACH).collect()
}

/// A call of an operation as a line that works, with what it does.
fn tried(document: &Document, operation: &Operation, url: &str) -> Option<(String, String)> {
    let asks = || operation.parameters.iter().any(|parameter| parameter.required);
    if document.is_large() && asks() {
        return None;
    }
    let succeeds =
        |code| StatusCode::from_u16(code).is_ok_and(|it| operation.response(it).is_some());
    if !(200..300).any(succeeds) {
        return None;
    }
    let line = line(&synth::sample(document, operation)?, url);
    let title = title(operation);
    let is_readable = line.len() <= LONGEST && !line.contains(char::is_control);
    (is_readable && !title.contains(char::is_control)).then_some((title, line))
}

/// What an operation asks for, as far as its method and path tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Nothing.
    Plain,
    /// Values in the path.
    Named,
    /// More than that.
    Sent,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Plain, Self::Named, Self::Sent];

    fn has(self, operation: &Operation) -> bool {
        let is_get = operation.method == Method::GET;
        let is_named = operation.template.contains('{');
        match self {
            Self::Plain => is_get && !is_named,
            Self::Named => is_get && is_named,
            Self::Sent => operation.method == Method::POST,
        }
    }
}

fn title(operation: &Operation) -> String {
    let summary = operation.summary.as_deref().and_then(|summary| summary.trim().lines().next());
    summary.filter(|summary| !summary.is_empty()).unwrap_or(&operation.id).to_owned()
}

/// A call as a line for a shell.
fn line(call: &Request, url: &str) -> String {
    let mut line = "curl -s".to_owned();
    let is_implied = match call.method {
        Method::GET => call.body.is_empty(),
        Method::POST => !call.body.is_empty(),
        _ => false,
    };
    if !is_implied {
        line.push_str(&format!(" -X {}", call.method));
    }
    line.push(' ');
    line.push_str(&quoted(&format!("{url}{}", call.target())));
    for (name, value) in &call.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        line.push_str(&format!(" -H {}", quoted(&format!("{name}: {value}"))));
    }
    if !call.body.is_empty() {
        let body = String::from_utf8_lossy(&call.body);
        // What begins so is the name of a file to `-d`.
        let option = if body.starts_with('@') { "--data-raw" } else { "-d" };
        line.push_str(&format!(" {option} {}", quoted(&body)));
    }
    line
}

/// A word that a shell takes as it is.
fn quoted(word: &str) -> String {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "-._~:/%,=+@".contains(character);
    if word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
