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
use crate::params::coerce::Target;
use crate::params::style::Wanted;
use crate::params::style::decode;
use crate::pointer::Pointer;
use crate::schema::Direction;
use crate::spec::model::Encoding;
use crate::spec::model::Encodings;
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

/// How deep parts may stand in parts.
const DEEPEST: usize = 8;

/// Content with parts: a body, or a part of one.
struct Whole<'w, 's, 'b> {
    sent: &'w Sent<'s, 'b>,
    media_type: &'w MediaType,
    boundary: Option<String>,
    bytes: &'w [u8],
    target: Target<'s>,
    encodings: &'s Encodings,
    /// Where it stands in the body.
    at: Pointer,
    depth: usize,
}

fn read<'b>(
    sent: &Sent<'_, 'b>,
    violations: &mut Vec<Violation>,
) -> Result<Option<Input<'b>>, Fault> {
    let whole = Whole {
        sent,
        media_type: sent.media_type,
        boundary: sent.parameter("boundary"),
        bytes: sent.bytes,
        target: sent.target(),
        encodings: &sent.content.encoding,
        at: Pointer::root(),
        depth: 0,
    };
    Ok(read_whole(&whole, violations)?.map(Input::Value))
}

fn read_whole(
    whole: &Whole<'_, '_, '_>,
    violations: &mut Vec<Violation>,
) -> Result<Option<Value>, Fault> {
    let boundary = whole.boundary.as_deref().ok_or_else(|| {
        let help = "name it: `Content-Type: multipart/form-data; boundary=…`; most clients do so \
                    themselves where nobody sets the field";
        Fault::new("is multipart without a boundary", help)
    })?;
    if !is_boundary(boundary) {
        let help = "a boundary has 1 to 70 letters, digits or `'()+_,-./:=?` (RFC 2046, 5.1.1)";
        return Err(Fault::new("is multipart with a boundary that is none", help));
    }
    let parts = parts::split(whole.bytes, boundary)?;
    let is_form = whole.media_type.subtype == "form-data";
    let names: Vec<Option<String>> = parts.iter().map(name).collect();
    let is_object = whole.target.wanted() == Wanted::Object;
    if is_form || (is_object && names.iter().all(Option::is_some)) {
        return named(whole, &parts, names, violations).map(Some);
    }
    let is_described = whole.depth > 0 || whole.sent.content.schema.is_some();
    if is_described && !whole.target.wants_list() && !whole.target.is_any() {
        // Parts without names are no object.
        return Ok(None);
    }
    in_order(whole, &parts, violations).map(Some)
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
    whole: &Whole<'_, '_, '_>,
    parts: &[Part<'_>],
    names: Vec<Option<String>>,
    violations: &mut Vec<Violation>,
) -> Result<Value, Fault> {
    let mut object = Map::new();
    let styled = in_styles(whole, parts, &names, &mut object)?;
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
        let encoding = whole.encodings.named(&name);
        let place = Place { word: format!("the part `{name}`"), instance: whole.at.child(&name) };
        let target = whole.target.property(&name);
        judge_part(whole.sent, part, encoding, &place, violations);
        let piece = piece(whole, part, (encoding, target), &place, violations)?;
        match grouped.iter_mut().find(|(own, _)| *own == name) {
            Some((_, pieces)) => pieces.push(piece),
            None => grouped.push((name, vec![piece])),
        }
    }
    let target = whole.target;
    for (name, pieces) in grouped {
        let encoding = whole.encodings.named(&name);
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
    whole: &Whole<'_, 's, '_>,
    parts: &[Part<'_>],
    names: &[Option<String>],
    object: &mut Map<String, Value>,
) -> Result<Vec<Styled<'s>>, Fault> {
    if whole.encodings.by_name.iter().all(|(_, encoding)| encoding.style.is_none()) {
        return Ok(Vec::new());
    }
    let named = names.iter().zip(parts).filter_map(|(name, part)| {
        Some((Cow::Borrowed(name.as_deref()?), str::from_utf8(part.bytes).ok()?))
    });
    let described = (whole.target, whole.encodings);
    styled::read(described, "part", (&named.collect(), decode::verbatim), object)
}

/// The parts as a list.
fn in_order(
    whole: &Whole<'_, '_, '_>,
    parts: &[Part<'_>],
    violations: &mut Vec<Violation>,
) -> Result<Value, Fault> {
    let mut values = Vec::with_capacity(parts.len());
    for (number, part) in parts.iter().enumerate() {
        let index = number.to_string();
        let encoding = whole.encodings.at(number);
        let word = format!("the part number {}", number + 1);
        let place = Place { word, instance: whole.at.child(&index) };
        judge_part(whole.sent, part, encoding, &place, violations);
        let target = match whole.depth {
            0 => whole.sent.item_target(number),
            _ => whole.target.item(number),
        };
        let piece = piece(whole, part, (encoding, target), &place, violations)?;
        let holder = whole.target;
        let part_of_list = Named { word: "part", name: &index, holder, target, encoding };
        values.push(part_of_list.value(&[piece])?);
    }
    Ok(Value::Array(values))
}

/// A part as a piece; one whose encoding speaks of parts inside it is read here.
fn piece<'s, 'b>(
    whole: &Whole<'_, 's, '_>,
    part: &Part<'b>,
    (encoding, target): (Option<&'s Encoding>, Target<'s>),
    place: &Place,
    violations: &mut Vec<Violation>,
) -> Result<Piece<'b>, Fault> {
    let field = part.field("content-type");
    let media_type = field.and_then(MediaType::parse);
    let nested = encoding.map(|encoding| &encoding.nested).filter(|nested| !nested.is_empty());
    let read = match (&media_type, nested) {
        (Some(media_type), Some(encodings))
            if media_type.kind == "multipart" && whole.depth < DEEPEST =>
        {
            // An item of a list is a part of its own, unless the parts inside are the list.
            let is_list = encodings.lists() && !target.items().wants_list();
            let is_item = target.wants_list() && !is_list;
            let inside = Whole {
                sent: whole.sent,
                media_type,
                boundary: field.and_then(|field| parameters::find(field, "boundary")),
                bytes: part.bytes,
                target: if is_item { target.items() } else { target },
                encodings,
                at: place.instance.clone(),
                depth: whole.depth + 1,
            };
            read_whole(&inside, violations).map_err(|fault| Fault {
                title: format!("has a part that is wrong: {} {}", place.word, fault.title),
                instance: place.instance.clone(),
                ..fault
            })?
        }
        (Some(_) | None, _) => None,
    };
    Ok(Piece {
        media_type,
        charset: field.and_then(|field| parameters::find(field, "charset")),
        bytes: Cow::Borrowed(part.bytes),
        read,
    })
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
