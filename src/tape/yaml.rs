//! YAML as cassettes are written in it: values with their lines, binary content, and aliases.
//!
//! Documents have a reader of their own ([`spec`](crate::spec)), which wants neither tags nor lines.

use std::collections::HashMap;

use saphyr_parser::Event;
use saphyr_parser::Parser;
use saphyr_parser::ScalarStyle;
use serde_json::Map;
use serde_json::Value;

use crate::json;

/// The member that stands for content that is no text: base64.
pub(crate) const BINARY: &str = "!binary";

/// How many values aliases may repeat.
const MOST_REPEATED: usize = 100_000;

/// How deep it may be nested.
const DEEPEST: usize = 64;

/// What is wrong with a text, and on which line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) line: usize,
    pub(crate) reason: String,
}

/// Something that is open: a mapping with the key that waits for its value, or a list.
enum Open {
    Mapping(Map<String, Value>, Option<String>),
    List(Vec<Value>),
}

/// Puts values together.
struct Composer<'s> {
    open: Vec<(Open, usize, usize)>,
    anchors: HashMap<usize, Value>,
    /// How many values aliases have repeated.
    repeated: usize,
    /// Takes the items of a list at this depth, each with its line, in place of the list.
    take: &'s mut dyn FnMut(usize, Value),
    items_at: usize,
    root: Option<Value>,
}

/// Reads a text. The items of every list that is a member of the whole are handed to `take` with
/// their lines, and left out of the value that is returned, so that nobody has to hold all of them.
///
/// # Errors
///
/// [`Fault`], after what stands before it was handed on.
pub(crate) fn read(text: &str, take: &mut dyn FnMut(usize, Value)) -> Result<Value, Fault> {
    let mut composer = Composer {
        open: Vec::new(),
        anchors: HashMap::new(),
        repeated: 0,
        take,
        items_at: 2,
        root: None,
    };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| Fault {
            line: error.marker().line(),
            reason: format!("no YAML: {}", error.info()),
        })?;
        let line = span.start.line();
        composer.event(event, line).map_err(|reason| Fault { line, reason: reason.to_owned() })?;
        if composer.root.is_some() {
            break;
        }
    }
    Ok(composer.root.unwrap_or(Value::Null))
}

impl Composer<'_> {
    fn event(&mut self, event: Event<'_>, line: usize) -> Result<(), &'static str> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_binary = tag.is_some_and(|tag| tag.suffix == "binary");
                let value = if is_binary {
                    let base64: String = text.split_whitespace().collect();
                    Value::Object(Map::from_iter([(BINARY.to_owned(), Value::String(base64))]))
                } else if style == ScalarStyle::Plain {
                    plain(&text)
                } else {
                    Value::String(text.into_owned())
                };
                self.put(value, anchor, line);
                Ok(())
            }
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor);
                let value = value.ok_or("an alias stands inside of what it repeats")?;
                self.repeated = self.repeated.saturating_add(size(value));
                if self.repeated > MOST_REPEATED {
                    return Err("aliases repeat too many values");
                }
                let value = value.clone();
                self.put(value, 0, line);
                Ok(())
            }
            Event::SequenceStart(anchor, _) => self.begin(Open::List(Vec::new()), anchor, line),
            Event::MappingStart(anchor, _) => {
                self.begin(Open::Mapping(Map::new(), None), anchor, line)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some((open, anchor, line)) = self.open.pop() else { return Ok(()) };
                let value = match open {
                    Open::Mapping(members, _) => Value::Object(members),
                    Open::List(items) => Value::Array(items),
                };
                self.put(value, anchor, line);
                Ok(())
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
        }
    }

    fn begin(&mut self, open: Open, anchor: usize, line: usize) -> Result<(), &'static str> {
        if self.open.len() == DEEPEST {
            return Err("it is nested too deep");
        }
        self.open.push((open, anchor, line));
        Ok(())
    }

    /// Puts a value where it belongs.
    fn put(&mut self, value: Value, anchor: usize, line: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        let depth = self.open.len();
        match self.open.last_mut() {
            None => self.root = Some(value),
            Some((Open::List(_), ..)) if depth == self.items_at => (self.take)(line, value),
            Some((Open::List(items), ..)) => items.push(value),
            Some((Open::Mapping(members, key), ..)) => match key.take() {
                Some(key) => {
                    members.insert(key, value);
                }
                None => {
                    *key = Some(json::plain(&value));
                }
            },
        }
    }
}

/// How many values there are inside of one, itself included.
fn size(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(size).sum::<usize>(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
    }
}

/// A scalar without quotes, by YAML's core schema.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => match text.parse::<i64>() {
            Ok(number) => number.into(),
            Err(_) => Value::String(text.to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;

    #[test]
    fn values_come_with_their_lines_and_binary_content_as_such() {
        let text = "a:\n- x: &one ['1', 2]\n  y: *one\n- !!binary |\n  AAEC\n  Aw==\nb: {c: ~}\n";
        let mut items = Vec::new();
        let rest = read(text, &mut |line, value| items.push((line, value)));
        assert_eq!(rest, Ok(json!({"a": [], "b": {"c": null}})));
        let expected =
            [(2, json!({"x": ["1", 2], "y": ["1", 2]})), (4, json!({"!binary": "AAECAw=="}))];
        assert_eq!(items, expected);
    }

    #[test]
    fn what_is_hostile_ends_early() {
        let deep = format!("a: {}", "[".repeat(1_000));
        assert!(read(&deep, &mut |_, _| {}).is_err());
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let before = format!("*a{}, ", level - 1).repeat(10);
            bomb.push_str(&format!("a{level}: &a{level} {{b: [{before}]}}\n"));
        }
        assert!(read(&bomb, &mut |_, _| {}).unwrap_err().reason.contains("too many"));
    }
}
