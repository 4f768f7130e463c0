//! The exchanges that prove findings, for formats that show them whole.
//!
//! A proof is kept as it was said, because making it fit to be shown costs more than most reports
//! need; it can only be looked at without its secrets.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::finding::Fingerprint;
use crate::finding::mask;
use crate::tape::Entry;
use crate::tape::entry::Named;
use crate::tape::redact::Redactor;

/// Most of a content that is shown, in characters.
const CONTENT: usize = 4_000;

/// Longest content that is laid out anew, in bytes.
const LAID_OUT: usize = 64 * 1024;

/// Most header fields of a message that are shown.
const FIELDS: usize = 60;

/// Most characters of a field that are shown.
const FIELD: usize = 400;

/// An exchange that proves findings.
#[derive(Clone)]
pub struct Proof {
    /// What it proves.
    pub proves: Vec<Fingerprint>,
    entry: Entry,
}

/// An exchange as a person may see it: without secrets, cut where it is long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// What it goes by: `exchange 4`, or the place in a recording.
    pub name: String,
    /// When it began, as its recording says.
    pub started: String,
    /// The method.
    pub method: String,
    /// The path with its query.
    pub target: String,
    /// The status of the answer.
    pub status: u16,
    /// What was asked.
    pub request: Message,
    /// What was answered.
    pub response: Message,
}

/// One half of an exchange.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// The header fields.
    pub fields: Vec<(String, String)>,
    /// The content; empty where there was none.
    pub content: String,
    /// Whether the content goes on.
    pub is_cut: bool,
}

impl Proof {
    /// A proof of what has these fingerprints.
    #[must_use]
    pub const fn new(entry: Entry, proves: Vec<Fingerprint>) -> Self {
        Self { proves, entry }
    }

    /// The exchange without its secrets; those that `redactor` has seen before have the same
    /// placeholders.
    #[must_use]
    pub fn told(&self, redactor: &mut Redactor) -> Told {
        let mut entry = self.entry.clone();
        redactor.entry(&mut entry);
        let number = entry.own.as_ref().and_then(|own| own.number);
        let name = match (&entry.origin, number) {
            (Some(origin), _) => origin.clone(),
            (None, Some(number)) => format!("exchange {number}"),
            (None, None) => String::new(),
        };
        let sent = entry.request.post_data.as_ref();
        let sent = sent.map(|content| (&*content.text, content.encoding.is_some()));
        let content = &entry.response.content;
        let answered = content.text.as_deref().map(|text| (text, content.encoding.is_some()));
        Told {
            name,
            started: entry.started_date_time.clone(),
            method: mask::plain(&entry.request.method),
            target: mask::plain(&entry.request.target()),
            status: entry.response.status,
            request: message(&entry.request.headers, sent),
            response: message(&entry.response.headers, answered),
        }
    }
}

/// Says nothing of what was said.
impl fmt::Debug for Proof {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Proof").field("proves", &self.proves).finish_non_exhaustive()
    }
}

fn message(fields: &[Named], content: Option<(&str, bool)>) -> Message {
    let fields = fields.iter().take(FIELDS);
    let fields = fields.map(|field| (cut(&field.name, FIELD).0, cut(&field.value, FIELD).0));
    let (content, is_cut) = match content {
        None => (String::new(), false),
        Some((text, true)) => (format!("{} characters of base64", text.len()), false),
        Some((text, false)) => cut(&laid_out(text), CONTENT),
    };
    Message { fields: fields.collect(), content, is_cut }
}

/// JSON with a line for each member; everything else as it is.
fn laid_out(text: &str) -> String {
    let value: Option<Value> =
        (text.len() <= LAID_OUT).then(|| serde_json::from_str(text).ok()).flatten();
    value.map_or_else(|| text.to_owned(), |value| format!("{value:#}"))
}

/// The beginning of a text, and whether it goes on; what would command a terminal is left out.
fn cut(text: &str, most: usize) -> (String, bool) {
    let is_harmless =
        |character: &char| !character.is_control() || matches!(character, '\n' | '\t');
    let mut characters = text.chars().filter(is_harmless);
    let begin: String = characters.by_ref().take(most).collect();
    (begin, characters.next().is_some())
}
