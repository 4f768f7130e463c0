//! Bodies: bytes to a JSON value by their media type, of requests and responses alike.
//!
//! JSON is read with a bounded depth, forms become objects coerced by the schema's properties,
//! text becomes a string. Whatever else there is (images, multipart, XML) is not read at all.

use http::HeaderValue;
use serde_json::Map;
use serde_json::Value;

use crate::finding::Violation;
use crate::finding::rule;
use crate::json;
use crate::json::Input;
use crate::json::View;
use crate::message::MediaType;
use crate::params::breach;
use crate::params::breach::Subject;
use crate::params::coerce::Target;
use crate::params::style::Malformed;
use crate::params::style::Wanted;
use crate::params::style::form;
use crate::pointer::Pointer;
use crate::schema::Schemas;
use crate::spec::model::Content;

/// What is wrong with bytes that can not be read as their media type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong: a predicate.
    pub title: String,
    /// The member of a form that is wrong.
    pub instance: Pointer,
    /// Where to look.
    pub help: Option<String>,
}

/// The declared content that a media type falls under; a type beats a range.
#[must_use]
pub fn declared<'c>(content: &'c [Content], media_type: &MediaType) -> Option<&'c Content> {
    content
        .iter()
        .filter(|content| content.media_type.matches(media_type))
        .max_by_key(|content| content.media_type.precision())
}

/// The media type that a field names; one that it spells as the document does is not read again.
#[must_use]
pub fn media_type(content: &[Content], field: &HeaderValue) -> Option<MediaType> {
    match content.iter().find(|content| content.header == *field) {
        Some(spelled) => Some(spelled.media_type.clone()),
        None => MediaType::parse(field.to_str().ok()?),
    }
}

/// Reads bytes as what `media_type` says they are; `None` where no reader knows it.
///
/// # Shapes
///
/// | media type                          | value                                         |
/// |-------------------------------------|-----------------------------------------------|
/// | `application/json`, `…+json`        | the value; of members with one name, the last |
/// | `application/x-www-form-urlencoded` | an object, its members of the schema's types  |
/// | `text/…`                            | a string                                      |
/// | any other                           | none                                          |
///
/// # Errors
///
/// [`Fault`] where they are something else.
pub fn parse<'b>(
    media_type: &MediaType,
    target: Target<'_>,
    bytes: &'b [u8],
) -> Result<Option<Input<'b>>, Fault> {
    if media_type.is_json() {
        return json::read(bytes).map(Some).map_err(|error| json_fault(&error));
    }
    if media_type.is_form() {
        return text(bytes).and_then(|text| form_object(text, target)).map(Input::Value).map(Some);
    }
    if media_type.kind == "text" {
        return text(bytes).map(|text| Some(Input::Text(text)));
    }
    Ok(None)
}

/// Judges a body by the schema of its content, and says where nothing could be judged.
pub fn judge(
    schemas: &Schemas,
    content: &Content,
    subject: Subject<'_>,
    input: Option<View<'_>>,
    violations: &mut Vec<Violation>,
) {
    let Some(schema) = content.schema else { return };
    match input {
        Some(view) => breach::judge(schemas, schema, subject, view, violations),
        None if is_structured(&content.media_type) => {
            let title = format!("content of {} is not judged", content.media_type);
            let mut violation = Violation::new(&rule::NOT_JUDGED, subject.location, title);
            violation.place = content.pointer.clone();
            violations.push(violation);
        }
        None => {}
    }
}

/// Whether a schema could say something of the content that nobody here can read.
fn is_structured(media_type: &MediaType) -> bool {
    media_type.kind == "multipart"
        || media_type.subtype == "xml"
        || media_type.subtype.ends_with("+xml")
}

fn text(bytes: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(|error| Fault {
        title: "is no UTF-8".to_owned(),
        instance: Pointer::root(),
        help: Some(format!("look at byte {}", error.valid_up_to() + 1)),
    })
}

fn json_fault(error: &serde_json::Error) -> Fault {
    let title = if error.is_eof() { "is JSON that ends too early" } else { "is no JSON" };
    let (line, column) = (error.line(), error.column());
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default();
    Fault {
        title: title.to_owned(),
        instance: Pointer::root(),
        help: Some(format!("look at line {line}, column {column} of the body: {reason}")),
    }
}

/// Reads a form; keys that the schema does not declare are kept as text.
fn form_object(text: &str, target: Target<'_>) -> Result<Value, Fault> {
    let pairs = form::pairs(text);
    let declared = target.members();
    let mut object = Map::new();
    for (key, value) in &pairs {
        let is_declared = declared.contains(&&**key);
        if is_declared && object.contains_key(&**key) {
            continue;
        }
        // Nobody said that an undeclared key comes once: the last one counts, as in JSON.
        let alone = vec![(key.clone(), *value)];
        let pairs = if is_declared { &pairs } else { &alone };
        let property = target.property(key);
        // Objects in forms are JSON text (OpenAPI 3.0.4, Encoding Object).
        let wanted = match property.wanted() {
            Wanted::List => Wanted::List,
            Wanted::Scalar | Wanted::Object => Wanted::Scalar,
        };
        let written = form::gather(pairs, key, wanted, true, &[], form::decode)
            .map_err(|malformed| form_fault(key, is_declared, &malformed))?;
        let Some(written) = written else { continue };
        let mut value = property.value(written);
        if property.wanted() == Wanted::Object
            && let Some(parsed) = value.as_str().and_then(|text| serde_json::from_str(text).ok())
        {
            value = parsed;
        }
        object.insert(key.clone().into_owned(), value);
    }
    Ok(Value::Object(object))
}

/// What is wrong with a key; one that nobody declared is a value, and no place.
fn form_fault(key: &str, is_declared: bool, malformed: &Malformed) -> Fault {
    Fault {
        title: format!("is no form: `{key}` {malformed}"),
        instance: if is_declared { Pointer::root().child(key) } else { Pointer::root() },
        help: None,
    }
}
