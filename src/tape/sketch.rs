//! What a file begins with, in outline: enough to tell what it is, without reading it.

use std::collections::BTreeSet;

use crate::tape::snapshot;

/// How deep names are looked at.
const DEPTH: usize = 3;

/// The beginning of a file, in outline.
#[derive(Debug)]
pub(crate) struct Sketch {
    /// The names of JSON's members down to some depth: `log`, `request.url`.
    names: BTreeSet<String>,
    /// Whether the first line is a JSON object of its own.
    pub(crate) begins_with_line: bool,
    /// Whether it is exchanges as text for people.
    pub(crate) is_snapshot: bool,
    /// The names at the beginning of lines: the members of a YAML document.
    keys: BTreeSet<String>,
}

impl Sketch {
    pub(crate) fn of(sample: &[u8]) -> Self {
        let text = String::from_utf8_lossy(sample);
        // UTF-16 is told apart by its first bytes; every second byte is none of the text.
        let text = if text.contains('\0') { text.replace('\0', "").into() } else { text };
        let text = text.trim_start_matches(['\u{feff}', '\u{fffd}']);
        let is_json = text.trim_start().starts_with('{');
        let first = text.trim_start().lines().next().unwrap_or("");
        let begins_with_line =
            is_json && serde_json::from_str::<serde::de::IgnoredAny>(first).is_ok();
        let key = |line: &str| {
            let (key, _) = line.split_once(':')?;
            let key = key.trim_matches(['"', '\'']);
            let is_key =
                !key.is_empty() && key.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
            is_key.then(|| key.to_owned())
        };
        Self {
            names: if is_json { names(text.as_bytes()) } else { BTreeSet::new() },
            begins_with_line,
            is_snapshot: !is_json && snapshot::is_recording(text),
            keys: if is_json { BTreeSet::new() } else { text.lines().filter_map(key).collect() },
        }
    }

    /// Whether JSON has a member of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Whether YAML has a member of that name.
    pub(crate) fn has_key(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    /// Whether it is one exchange or several, as HAR writes an entry.
    pub(crate) fn is_entry(&self) -> bool {
        let is_exchange = self.has("request.url") && self.has("response.status");
        let is_har = ["startedDateTime", "response.content", "request.httpVersion", "timings"];
        is_exchange && is_har.iter().any(|name| self.has(name))
    }
}

/// The names of JSON's members down to some depth, of a text that may end anywhere.
fn names(text: &[u8]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    // The name that each level stands under; an array's items have their array's.
    let mut path: Vec<String> = Vec::new();
    let mut at = 0;
    let mut last: Option<String> = None;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => {
                let start = at + 1;
                at = start;
                while let Some(byte) = text.get(at).filter(|byte| **byte != b'"') {
                    at += if *byte == b'\\' { 2 } else { 1 };
                }
                let end = at.min(text.len());
                let rest = &text[(at + 1).min(text.len())..];
                if rest.trim_ascii_start().first() == Some(&b':') && path.len() <= DEPTH {
                    let name = String::from_utf8_lossy(&text[start..end]).into_owned();
                    let around = path.iter().filter(|name| !name.is_empty()).cloned();
                    let full: Vec<String> = around.chain([name.clone()]).collect();
                    names.insert(full.join("."));
                    last = Some(name);
                }
            }
            b'{' | b'[' => path.push(last.take().unwrap_or_default()),
            b'}' | b']' => {
                path.pop();
            }
            b',' => last = None,
            _ => {}
        }
        at += 1;
    }
    names
}
