//! Multipart content: an object of named parts (`multipart/form-data`), or a list of them.

use std::borrow::Cow;
use std::str;

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use serde_json::Map;
use serde_json::Value;

use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::json::Input;
use crate::message::MediaType;
use crate::message::parameters;
use crate::params::style::Wanted;
use crate::params::style::decode;
use crate::pointer::Pointer;
use crate::schema::Direction;
use crate::spec::model::Encoding;
use crate::validate::body::Fault;
use crate::validate::body::Sent;
use crate::validate::body::parts;
use crate::validate::body::parts::Part;
use crate::validate::body::piece::Named;
use crate::validate::body::piece::Piece;
use crate::validate::body::reader::Reader;
use crate::validate::body::styled;
use crate::validate::body::styled::Styled;
use crate::validate::body::writer;
use crate::validate::headers;

/// `multipart/…`.
pub(super) static READER: Reader = Reader {
    id: "multipart",
    takes: |media_type| media_type.kind == "multipart",
    read,
    write: Some(writer::multipart),
};

fn read<'b>(
    sent: &Sent<'_, 'b>,
    violations: &mut Vec<Violation>,
) -> Result<Option<Input<'b>>, Fault> {
    let boundary = sent.parameter("boundary").ok_or_else(|| {
        let help = "name it: `Content-Type: multipart/form-data; boundary=…`; most clients do so \
                    themselves where nobody sets the field";
        Fault::new("is multipart without a boundary", help)
    })?;
    if !is_boundary(&boundary) {
        let help = "a boundary has 1 to 70 letters, digits or `'()+_,-./:=?` (RFC 2046, 5.1.1)";
        return Err(Fault::new("is multipart with a boundary that is none", help));
    }
    let parts = parts::split(sent.bytes, &boundary)?;
    let is_form = sent.media_type.subtype == "form-data";
    let names: Vec<Option<String>> = parts.iter().map(name).collect();
    if is_form || (sent.target().wanted() == Wanted::Object && names.iter().all(Option::is_some)) {
        return named(sent, &parts, names, violations).map(Input::Value).map(Some);
    }
    if sent.content.schema.is_some() && !sent.target().wants_list() && !sent.target().is_any() {
        // Parts without names are no object.
        return Ok(None);
    }
    in_order(sent, &parts, violations).map(Input::Value).map(Some)
}

/// Whether a text may stand between parts.
fn is_boundary(text: &str) -> bool {
    (1..=70).contains(&text.len())
        && !text.ends_with(' ')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte))
}

/// The name of a part (RFC 7578, section 4.2).
fn name(part: &Part<'_>) -> Option<String> {
    let name = parameters::find(part.field("content-disposition")?, "name")?;
    // What browsers write for the characters that a quoted name can not have.
    let is_escaped = ["%22", "%0D", "%0A"].iter().any(|escape| name.contains(escape));
    if !is_escaped {
        return Some(name);
    }
    Some(name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n"))
}

/// The parts as an object.
fn named(
    sent: &Sent<'_, '_>,
    parts: &[Part<'_>],
    names: Vec<Option<String>>,
    violations: &mut Vec<Violation>,
) -> Result<Value, Fault> {
    let mut object = Map::new();
    let styled = in_styles(sent, parts, &names, &mut object)?;
    let mut grouped: Vec<(String, Vec<Piece<'_>>)> = Vec::new();
    for (number, (part, name)) in parts.iter().zip(names).enumerate() {
        let Some(name) = name else {
            let title = format!("has a part (number {}) without a name", number + 1);
            let help = "add `Content-Disposition: form-data; name=\"…\"` to it";
            return Err(Fault::new(title, help));
        };
        if styled.iter().any(|styled| styled.owns(&name)) {
            continue;
        }
        let encoding = sent.content.encoding.named(&name);
        let place =
            Place { word: format!("the part `{name}`"), instance: Pointer::root().child(&name) };
        judge_part(sent, part, encoding, &place, violations);
        match grouped.iter_mut().find(|(own, _)| *own == name) {
            Some((_, pieces)) => pieces.push(piece(part)),
            None => grouped.push((name, vec![piece(part)])),
        }
    }
    let target = sent.target();
    for (name, pieces) in grouped {
        let encoding = sent.content.encoding.named(&name);
        let (holder, target) = (target, target.property(&name));
        let part = Named { word: "part", name: &name, holder, target, encoding };
        // As in forms: of several that nobody declared, the last counts.
        let counting = if pieces.len() > 1 && !part.target.wants_list() && !part.is_declared() {
            &pieces[pieces.len() - 1..]
        } else {
            &pieces[..]
        };
        let value = part.value(counting)?;
        object.insert(name, value);
    }
    Ok(Value::Object(object))
}

/// Reads the parts that are written in a style, as the members of a form are, but never encoded.
fn in_styles<'s>(
    sent: &Sent<'s, '_>,
    parts: &[Part<'_>],
    names: &[Option<String>],
    object: &mut Map<String, Value>,
) -> Result<Vec<Styled<'s>>, Fault> {
    if sent.content.encoding.by_name.iter().all(|(_, encoding)| encoding.style.is_none()) {
        return Ok(Vec::new());
    }
    let named = names.iter().zip(parts).filter_map(|(name, part)| {
        Some((Cow::Borrowed(name.as_deref()?), str::from_utf8(part.bytes).ok()?))
    });
    styled::read(sent, "part", (&named.collect(), decode::verbatim), object)
}

/// The parts as a list.
fn in_order(
    sent: &Sent<'_, '_>,
    parts: &[Part<'_>],
    violations: &mut Vec<Violation>,
) -> Result<Value, Fault> {
    let mut values = Vec::with_capacity(parts.len());
    for (number, part) in parts.iter().enumerate() {
        let index = number.to_string();
        let encoding = sent.content.encoding.at(number);
        let word = format!("the part number {}", number + 1);
        let place = Place { word, instance: Pointer::root().child(&index) };
        judge_part(sent, part, encoding, &place, violations);
        let target = sent.item_target(number);
        let part_of_list =
            Named { word: "part", name: &index, holder: sent.target(), target, encoding };
        values.push(part_of_list.value(&[piece(part)])?);
    }
    Ok(Value::Array(values))
}

fn piece<'b>(part: &Part<'b>) -> Piece<'b> {
    let field = part.field("content-type");
    Piece {
        media_type: field.and_then(MediaType::parse),
        charset: field.and_then(|field| parameters::find(field, "charset")),
        bytes: Cow::Borrowed(part.bytes),
    }
}

/// Which part is meant, in words and as a place in the value.
struct Place {
    word: String,
    instance: Pointer,
}

/// Judges a part's media type and header fields by its encoding.
fn judge_part(
    sent: &Sent<'_, '_>,
    part: &Part<'_>,
    encoding: Option<&Encoding>,
    place: &Place,
    violations: &mut Vec<Violation>,
) {
    let Some(encoding) = encoding else { return };
    let field = part.field("content-type");
    // What names no type is text (RFC 7578, section 4.4; RFC 2046, section 5.1).
    let media_type = field.map_or_else(|| MediaType::parse("text/plain"), MediaType::parse);
    let is_taken = |own: &MediaType| media_type.as_ref().is_some_and(|sent| own.matches(sent));
    if !encoding.content_type.is_empty() && !encoding.content_type.iter().any(is_taken) {
        violations.push(undeclared(sent, encoding, field, place));
    }
    if encoding.headers.is_empty() {
        return;
    }
    let mut fields = HeaderMap::with_capacity(part.fields.len());
    for (name, value) in &part.fields {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) {
            fields.append(name, value);
        }
    }
    let mut broken = Vec::new();
    headers::judge(sent.schemas, &encoding.headers, &fields, &mut broken);
    violations.extend(broken.into_iter().map(|violation| Violation {
        rule: sent.subject.rule,
        location: Location::Body,
        instance: place.instance.clone(),
        title: format!("of {}, {}", place.word, violation.title),
        ..violation
    }));
}

fn undeclared(
    sent: &Sent<'_, '_>,
    encoding: &Encoding,
    field: Option<&str>,
    place: &Place,
) -> Violation {
    let rule = match sent.subject.direction {
        Direction::Request => &rule::MEDIA_TYPE_UNSUPPORTED,
        Direction::Response => &rule::RESPONSE_MEDIA_TYPE_UNDECLARED,
    };
    let expected: Vec<String> = encoding.content_type.iter().map(ToString::to_string).collect();
    let (title, help) = match field {
        Some(field) => (format!("{} is {field}, which is not declared", place.word), None),
        None => (
            format!("{} has no Content-Type, so that it is text/plain", place.word),
            Some(format!("add `Content-Type: {}` to the part", expected[0])),
        ),
    };
    Violation {
        instance: place.instance.clone(),
        place: encoding.pointer.child("contentType"),
        got: field.map(str::to_owned),
        expected: Some(expected.join(" or ")),
        help,
        ..Violation::new(rule, Location::Body, title)
    }
}
