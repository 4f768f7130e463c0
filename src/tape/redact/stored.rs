//! Recordings that exist already, redacted: what was written by whatever tool stays as it was, but
//! for its secrets.

use serde_json::Value;

use crate::finding::telling::Way;
use crate::tape::entry::Entry;
use crate::tape::redact::Redactor;
use crate::tape::snapshot;

/// How deep a foreign file's JSON is looked into for more JSON.
const DEPTH: usize = 4;

impl Redactor {
    /// A stored file without its secrets, by the ending of its name; `None` where it has none.
    pub fn stored(&mut self, extension: &str, text: &str) -> Option<String> {
        let before = self.found();
        let redacted = match extension {
            "ndjson" | "jsonl" => {
                let lines = text.split_inclusive('\n').map(|line| {
                    let (json, end) = line.split_at(line.trim_end().len());
                    format!("{}{end}", self.line(json))
                });
                lines.collect()
            }
            "har" | "json" => self.archive(text),
            "snap" => self.snapshot(text),
            // Whatever it is, its lines are `name: value`.
            _ => self.prose(text, Way::Request),
        };
        (self.found() > before && redacted != text).then_some(redacted)
    }

    /// One entry a line; what is none is looked into as text.
    fn line(&mut self, line: &str) -> String {
        match serde_json::from_str::<Value>(line) {
            Ok(value) => self.foreign(value).to_string(),
            Err(_) => self.prose(line, Way::Request),
        }
    }

    /// An archive, or JSON of another tool.
    fn archive(&mut self, text: &str) -> String {
        let Ok(mut value) = serde_json::from_str::<Value>(text) else {
            return self.prose(text, Way::Request);
        };
        let Some(Value::Array(entries)) = value.pointer_mut("/log/entries") else {
            return self.json(text, Way::Request, DEPTH);
        };
        let before = self.found();
        for entry in &mut *entries {
            *entry = self.foreign(std::mem::take(entry));
        }
        if self.found() == before {
            return text.to_owned();
        }
        // As it was laid out, as far as that can be told.
        let is_pretty = text.trim_start().starts_with("{\n");
        let written = if is_pretty {
            serde_json::to_string_pretty(&value)
        } else {
            serde_json::to_string(&value)
        };
        written.unwrap_or_default()
    }

    /// An entry with all that another tool says beside what HAR says.
    fn foreign(&mut self, value: Value) -> Value {
        let Ok(mut entry) = serde_json::from_value::<Entry>(value.clone()) else {
            let text = self.json(&value.to_string(), Way::Request, DEPTH);
            return serde_json::from_str(&text).unwrap_or_default();
        };
        let before = entry.clone();
        self.entry(&mut entry);
        let (Ok(old), Ok(new)) = (serde_json::to_value(before), serde_json::to_value(entry)) else {
            return Value::Null;
        };
        self.merged(value, &old, &new)
    }

    /// `value` with what is new in place of what is old of it, and the rest looked into.
    fn merged(&mut self, value: Value, old: &Value, new: &Value) -> Value {
        match (value, new) {
            (Value::Object(members), Value::Object(known)) => {
                let mut merged = serde_json::Map::new();
                for (name, member) in members {
                    let shown = match known.get(&name) {
                        Some(new) => {
                            self.merged(member, old.get(&name).unwrap_or(&Value::Null), new)
                        }
                        None => {
                            let alone = serde_json::json!({ name.clone(): member });
                            let text = self.json(&alone.to_string(), Way::Request, DEPTH);
                            let mut shown: Value = serde_json::from_str(&text).unwrap_or_default();
                            shown.get_mut(&name).map(Value::take).unwrap_or_default()
                        }
                    };
                    merged.insert(name, shown);
                }
                // What was never there stays away, unless it says something.
                for (name, new) in known {
                    if !merged.contains_key(name) && old.get(name) != Some(new) {
                        merged.insert(name.clone(), new.clone());
                    }
                }
                Value::Object(merged)
            }
            (Value::Array(items), Value::Array(known)) if items.len() == known.len() => {
                let items = items.into_iter().zip(known).enumerate();
                let items = items.map(|(index, (item, new))| {
                    self.merged(item, old.get(index).unwrap_or(&Value::Null), new)
                });
                Value::Array(items.collect())
            }
            (value, new) if new == old => value,
            (_, new) => new.clone(),
        }
    }

    /// Exchanges as the project's own snapshots have them, with what the tool wrote before them.
    fn snapshot(&mut self, text: &str) -> String {
        if !snapshot::is_recording(text) {
            return self.prose(text, Way::Request);
        }
        let (mut entries, violations) = snapshot::parse(text);
        if !violations.is_empty() {
            return self.prose(text, Way::Request);
        }
        let before = self.found();
        for entry in &mut entries {
            self.entry(entry);
        }
        if self.found() == before {
            return text.to_owned();
        }
        let head = text.strip_prefix("---\n").and_then(|rest| rest.find("\n---\n"));
        let head = head.map_or("", |at| &text[..at + "---\n\n---\n".len()]);
        format!("{head}{}", snapshot::render(&entries))
    }
}
