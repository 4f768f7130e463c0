//! XML: a tree that was written is read as it was, and anything else is refused or read, always in
//! the same way.

use std::sync::LazyLock;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use standin::spec::Document;

use super::choices::Choices;
use super::multipart;

static DOCUMENT: LazyLock<Document> =
    LazyLock::new(|| multipart::document("application/xml", &json!({})));

const NAMES: [&str; 4] = ["a", "b", "c-d", "\u{e9}"];

/// How deep the trees are.
const DEPTH: usize = 5;

/// A tree that is written, or bytes that somebody takes for XML.
pub(super) fn hold(data: &[u8]) {
    let mut choices = Choices::new(data);
    if choices.below(3) == 0 {
        multipart::read(&DOCUMENT, "application/xml", choices.rest());
        return;
    }
    let mut xml =
        ["", "<?xml version='1.0' encoding='UTF-8'?>\n", "<!-- - -->"][choices.below(3)].to_owned();
    let expected = element("a", DEPTH, &mut choices, &mut xml);
    let value = multipart::read(&DOCUMENT, "application/xml", xml.as_bytes());
    assert_eq!(value, Some(expected), "{xml}");
}

/// Writes an element, and returns what it means where nothing is said of its types.
fn element(name: &str, depth: usize, choices: &mut Choices<'_>, xml: &mut String) -> Value {
    let mut object = Map::new();
    xml.push_str(&format!("<{name}"));
    for attribute in NAMES.iter().take(choices.below(3)) {
        let value = text(choices).replace(['\n', '\t'], " ");
        xml.push_str(&format!(" {attribute}=\"{}\"", escaped(&value)));
        object.insert((*attribute).to_owned(), json!(value));
    }
    xml.push('>');
    let children = if depth == 0 { 0 } else { choices.below(4) };
    for _ in 0..children {
        let name = *choices.one_of(&NAMES);
        let value = element(name, depth - 1, choices, xml);
        match object.get_mut(name) {
            None => {
                object.insert(name.to_owned(), value);
            }
            Some(Value::Array(values)) => values.push(value),
            Some(single) => *single = json!([single.take(), value]),
        }
    }
    let is_leaf = object.is_empty();
    let content = if is_leaf { text(choices) } else { String::new() };
    if choices.below(2) == 0 && !content.contains("]]>") {
        xml.push_str(&format!("<![CDATA[{content}]]>"));
    } else {
        xml.push_str(&escaped(&content));
    }
    xml.push_str(&format!("</{name}>"));
    if is_leaf { json!(content) } else { Value::Object(object) }
}

/// A line without carriage returns, which XML reads as line feeds.
fn text(choices: &mut Choices<'_>) -> String {
    choices.text_line().replace('\r', "")
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&#60;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\u{e9}', "&#xe9;")
}
