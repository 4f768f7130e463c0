//! Forms and multipart content, written: the other way of their readers.

use percent_encoding::AsciiSet;
use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::utf8_percent_encode;
use serde_json::Value;

use crate::json::plain;
use crate::spec::model::Encoding;
use crate::spec::model::Encodings;
use crate::spec::model::Style;
use crate::validate::body::reader::Kept;

/// What stands between the parts of multipart content.
pub(crate) const BOUNDARY: &str = "standin-d41d8cd98f00b204";

/// What a form writes by its code.
const CODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A form: lists and objects as their encodings have them, else lists one item a key and objects
/// as JSON.
///
/// # Source
///
/// OpenAPI 3.0.4, *Encoding Object*: the style of forms is that of `query` parameters; without
/// one, objects are `application/json`.
pub(super) fn form(kept: Kept<'_>, value: &Value) -> Option<String> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (name, value) in value.as_object()? {
        let encoding = kept.content.encoding.named(name);
        let style = encoding.and_then(|encoding| encoding.style);
        let explodes = encoding.is_none_or(|encoding| encoding.style.is_none() || encoding.explode);
        match value {
            Value::Array(items) if explodes => {
                pairs.extend(items.iter().map(|item| (coded(name), coded(&plain(item)))));
            }
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| coded(&plain(item))).collect();
                pairs.push((coded(name), items.join(delimiter(style))));
            }
            Value::Object(members) if style == Some(Style::DeepObject) => {
                pairs.extend(members.iter().map(|(member, value)| {
                    (coded(&format!("{name}[{member}]")), coded(&plain(value)))
                }));
            }
            Value::Object(members) if style.is_some() && explodes => {
                let own =
                    |(member, value): (&String, &Value)| (coded(member), coded(&plain(value)));
                pairs.extend(members.iter().map(own));
            }
            Value::Object(members) if style.is_some() => {
                let own = members
                    .iter()
                    .flat_map(|(member, value)| [coded(member), coded(&plain(value))]);
                pairs.push((coded(name), own.collect::<Vec<_>>().join(delimiter(style))));
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Object(_) => pairs.push((coded(name), coded(&plain(value)))),
        }
    }
    let pairs = pairs.into_iter().map(|(name, value)| format!("{name}={value}"));
    Some(pairs.collect::<Vec<_>>().join("&"))
}

const fn delimiter(style: Option<Style>) -> &'static str {
    match style {
        Some(Style::SpaceDelimited) => "%20",
        Some(Style::PipeDelimited) => "%7C",
        Some(Style::TabDelimited) => "%09",
        Some(
            Style::Simple
            | Style::Form
            | Style::Label
            | Style::Matrix
            | Style::DeepObject
            | Style::Cookie
            | Style::QueryString,
        )
        | None => ",",
    }
}

/// Multipart content: the members of an object as named parts, the items of a list in order.
///
/// # Source
///
/// RFC 7578; OpenAPI 3.0.4, *Encoding Object*: objects are `application/json`, an item of a list
/// is a part of its own.
pub(super) fn multipart(kept: Kept<'_>, value: &Value) -> Option<String> {
    // Content in which the boundary stands can not be told from its end.
    if value.to_string().contains(BOUNDARY) {
        return None;
    }
    parts(&kept.content.encoding, value, BOUNDARY)
}

/// The parts that a value has between boundaries; `None` where it has none.
fn parts(encodings: &Encodings, value: &Value, boundary: &str) -> Option<String> {
    let mut parts = String::new();
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let encoding = encodings.named(name);
                let is_whole = encoding.is_some_and(|encoding| encoding.nested.lists());
                let items = value.as_array().filter(|_| !is_whole);
                let items = items.map_or(std::slice::from_ref(value), Vec::as_slice);
                let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
                let field = format!("Content-Disposition: form-data; name=\"{name}\"\r\n");
                for item in items {
                    part(&mut parts, (&field, boundary), encoding, item);
                }
            }
        }
        Value::Array(items) => {
            for (position, item) in items.iter().enumerate() {
                part(&mut parts, ("", boundary), encodings.at(position), item);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
    }
    if parts.is_empty() {
        return None;
    }
    parts.push_str(&format!("--{boundary}--\r\n"));
    Some(parts)
}

fn part(
    parts: &mut String,
    (field, boundary): (&str, &str),
    encoding: Option<&Encoding>,
    value: &Value,
) {
    let declared = encoding.and_then(|encoding| encoding.content_type.first());
    let declared = declared.filter(|kind| kind.kind != "*" && kind.subtype != "*");
    if let Some((declared, encoding)) = declared.zip(encoding)
        && declared.kind == "multipart"
    {
        // No line of it begins as one of those around it.
        let inner = format!("in-{boundary}");
        if let Some(content) = self::parts(&encoding.nested, value, &inner) {
            let kind = format!("Content-Type: {declared}; boundary={inner}\r\n");
            parts.push_str(&format!("--{boundary}\r\n{field}{kind}\r\n{content}\r\n"));
            return;
        }
    }
    let media_type = declared
        .map(ToString::to_string)
        .or_else(|| (value.is_object() || value.is_array()).then(|| "application/json".to_owned()));
    let content = match &media_type {
        Some(kind) if kind.ends_with("json") => value.to_string(),
        Some(_) | None => plain(value),
    };
    let media_type = media_type.map(|kind| format!("Content-Type: {kind}\r\n")).unwrap_or_default();
    parts.push_str(&format!("--{boundary}\r\n{field}{media_type}\r\n{content}\r\n"));
}

fn coded(text: &str) -> String {
    utf8_percent_encode(text, CODED).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::message::MediaType;
    use crate::pointer::Pointer;
    use crate::spec::load;
    use crate::spec::model::Content;
    use crate::validate::body::reader::Kept;

    fn written(media_type: &str, value: &serde_json::Value) -> String {
        let text = "{openapi: 3.0.3, info: {title: t, version: '1'}, paths: {}}";
        let document = load::from_text("empty.yaml", text).unwrap();
        let media_type = MediaType::parse(media_type).unwrap();
        let content = Content::new(media_type, None, Pointer::root());
        let kept = Kept { schemas: &document.schemas, content: &content, is_anonymous: false };
        crate::validate::body::write(kept, value).unwrap()
    }

    #[test]
    fn a_form_has_a_pair_for_each_item() {
        let value = json!({"a b": "ü&", "n": [1, 2], "o": {"x": true}});
        let text = written("application/x-www-form-urlencoded", &value);
        assert_eq!(text, "a%20b=%C3%BC%26&n=1&n=2&o=%7B%22x%22%3Atrue%7D");
    }

    #[test]
    fn a_member_is_a_part() {
        let text = written("multipart/form-data", &json!({"a": "text", "o": {"x": 1}}));
        let expected = "--standin-d41d8cd98f00b204\r\n\
            Content-Disposition: form-data; name=\"a\"\r\n\r\ntext\r\n\
            --standin-d41d8cd98f00b204\r\n\
            Content-Disposition: form-data; name=\"o\"\r\n\
            Content-Type: application/json\r\n\r\n{\"x\":1}\r\n\
            --standin-d41d8cd98f00b204--\r\n";
        assert_eq!(text, expected);
    }
}
