//! Parameters, of which one may be the body and some may be fields of a form.

use http::HeaderName;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::message::MediaType;
use crate::pointer::Pointer;
use crate::schema::SchemaId;
use crate::schema::cut::Source;
use crate::spec::dialect::swagger2::INLINE;
use crate::spec::model::Content;
use crate::spec::model::Encoding;
use crate::spec::model::Encodings;
use crate::spec::model::Parameter;
use crate::spec::model::ParameterLocation;
use crate::spec::model::RequestBody;
use crate::spec::model::Style;
use crate::spec::read;
use crate::spec::read::PathItem;
use crate::spec::read::Reader;
use crate::spec::read::extensions;
use crate::spec::read::is_set;
use crate::spec::read::items;
use crate::spec::read::text;
use crate::spec::resolve::Placed;

/// Media types of forms.
const FORMS: [&str; 2] = ["application/x-www-form-urlencoded", "multipart/form-data"];

/// What stands for any media type, where a document names none.
pub(super) const ANY: &str = "*/*";

/// The parameters of an operation: the path item's first, each replaced by the operation's of the
/// same name and place.
pub(super) fn declared<'d>(
    reader: &mut Reader<'d>,
    item: &PathItem<'d>,
    operation: (&'d Value, &Pointer),
) -> Vec<Placed<'d>> {
    let mut merged: Vec<Placed<'d>> = Vec::new();
    let layers = item.layers.iter().rev().map(|(layer, at)| (*layer, at));
    for (holder, at) in layers.chain([operation]) {
        let at = at.child("parameters");
        // What is declared around the operation may be replaced, what stands beside it not.
        let mut own: Vec<Placed<'d>> = Vec::new();
        for (number, parameter) in items(holder.get("parameters")) {
            let place = at.child(number.to_string());
            let Some((value, place)) = reader.follow(parameter, place) else { continue };
            if own.iter().any(|(known, _)| is_same(known, value)) {
                let title = match text(value, "in") {
                    Some("body") => "is a second body, of which there is at most one",
                    _ => "is a parameter that is declared before",
                };
                reader.malformed(place, title);
                continue;
            }
            own.push((value, place));
        }
        merged.retain(|(known, _)| own.iter().all(|(value, _)| !is_same(known, value)));
        merged.append(&mut own);
    }
    merged
}

/// Whether two parameters are one; there is at most one body, whatever its name.
fn is_same(one: &Value, other: &Value) -> bool {
    let place = text(one, "in");
    place == text(other, "in")
        && (place == Some("body") || text(one, "name") == text(other, "name"))
}

/// The parameters that travel in path, query and header.
pub(super) fn travelling(reader: &mut Reader<'_>, declared: &[Placed<'_>]) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    for (value, at) in declared {
        let location = match text(value, "in") {
            Some("path") => ParameterLocation::Path,
            Some("query") => ParameterLocation::Query,
            Some("header") => ParameterLocation::Header,
            Some("body" | "formData") => continue,
            _ => {
                let title = "is a parameter without a place to travel (`in`)";
                reader.malformed(at.clone(), title);
                continue;
            }
        };
        let Some(name) = text(value, "name") else {
            reader.malformed(at.clone(), "is a parameter without a name");
            continue;
        };
        let is_header = location == ParameterLocation::Header;
        if is_header && read::OWN_MEANING.contains(&&*name.to_ascii_lowercase()) {
            continue;
        }
        let is_query = location == ParameterLocation::Query;
        let (style, explode) = style(reader, value, at, is_query);
        let schema = Some(own_schema(reader, value, at));
        let field = is_header.then(|| HeaderName::from_bytes(name.as_bytes()).ok()).flatten();
        parameters.push(Parameter {
            name: name.to_owned(),
            field,
            location,
            required: is_set(value, "required") || location == ParameterLocation::Path,
            style,
            explode,
            may_be_empty: is_set(value, "allowEmptyValue") && is_query,
            media_type: None,
            form: None,
            schema,
            deprecated: is_set(value, "deprecated"),
            extensions: extensions(value),
            pointer: at.clone(),
        });
    }
    parameters
}

/// How a value is written, and whether each item of a list has a key of its own.
///
/// # Source
///
/// Swagger 2.0, *Parameter Object*, `collectionFormat`.
fn style(reader: &mut Reader<'_>, value: &Value, at: &Pointer, is_query: bool) -> (Style, bool) {
    let usual = if is_query { Style::Form } else { Style::Simple };
    if text(value, "type") != Some("array") {
        return (usual, is_query);
    }
    match text(value, "collectionFormat") {
        None | Some("csv") => (usual, false),
        Some("multi") if is_query => (usual, true),
        Some("ssv") => (Style::SpaceDelimited, false),
        Some("tsv") => (Style::TabDelimited, false),
        Some("pipes") => (Style::PipeDelimited, false),
        Some(_) => {
            let title = "is not one of csv, ssv, tsv, pipes and, in queries and forms, multi";
            reader.malformed(at.child("collectionFormat"), title);
            (usual, false)
        }
    }
}

/// The schema of a parameter, which has its keywords itself.
fn own_schema(reader: &mut Reader<'_>, value: &Value, at: &Pointer) -> SchemaId {
    if value.get("type").is_none() {
        reader.malformed(at.clone(), "is a parameter without a `type`: any value is taken");
    }
    reader.schema_of(at, &INLINE)
}

/// The body that the parameters describe: one whole, or the fields of a form.
pub(super) fn body<'d>(
    reader: &mut Reader<'d>,
    declared: &[Placed<'d>],
    consumes: &[&str],
    operation: &Pointer,
) -> Option<RequestBody> {
    let is_in = |place: &'static str| move |value: &Value| text(value, "in") == Some(place);
    let whole = declared.iter().find(|(value, _)| is_in("body")(value));
    if let Some((value, at)) = whole {
        for (_, at) in declared.iter().filter(|(value, _)| is_in("formData")(value)) {
            let title = "is a field of a form beside a body, which is read alone";
            reader.malformed(at.clone(), title);
        }
        let schema = reader.schema(value, at);
        let names = if consumes.is_empty() { &[ANY] } else { consumes };
        let content = names.iter().filter_map(|name| content(reader, name, schema, at));
        let content = content.collect();
        return Some(RequestBody {
            required: is_set(value, "required"),
            content,
            pointer: at.clone(),
        });
    }
    let fields: Vec<&Placed<'d>> =
        declared.iter().filter(|(value, _)| is_in("formData")(value)).collect();
    if fields.is_empty() {
        return None;
    }
    let is_file = |field: &&Placed<'d>| text(field.0, "type") == Some("file");
    let mut names: Vec<&str> = consumes
        .iter()
        .copied()
        .filter(|name| {
            FORMS.contains(
                &MediaType::parse(name).map(|t| t.to_string()).as_deref().unwrap_or_default(),
            )
        })
        .collect();
    if names.is_empty() {
        // A file can only travel in parts; anything else as either form, "usually used" alike
        // (*Parameter Object*).
        names.extend(if fields.iter().any(is_file) { &FORMS[1..] } else { &FORMS[..] });
    }
    let at = operation.child("parameters");
    let schema = form(reader, &fields, &at);
    let encoding = encodings(reader, &fields);
    let content = names.iter().filter_map(|name| content(reader, name, Some(schema), &at));
    let content = content.map(|content| Content { encoding: encoding.clone(), ..content });
    let content = content.collect();
    let required = fields.iter().any(|(value, _)| is_set(value, "required"));
    Some(RequestBody { required, content, pointer: at })
}

/// How the lists among the fields of a form are written.
fn encodings(reader: &mut Reader<'_>, fields: &[&Placed<'_>]) -> Encodings {
    let mut encodings = Encodings::default();
    for (value, at) in fields.iter().filter(|(value, _)| text(value, "type") == Some("array")) {
        let Some(name) = text(value, "name") else { continue };
        let (style, explode) = style(reader, value, at, true);
        let encoding = Encoding {
            content_type: Vec::new(),
            headers: Vec::new(),
            style: Some(style),
            explode,
            allow_reserved: false,
            nested: Encodings::default(),
            pointer: at.clone(),
        };
        encodings.by_name.push((name.to_owned(), encoding));
    }
    encodings
}

/// The object that the fields of a form make.
fn form(reader: &mut Reader<'_>, fields: &[&Placed<'_>], at: &Pointer) -> SchemaId {
    let mut properties = Map::new();
    let mut required = Vec::new();
    // Whatever breaks the form as a whole is told of the parameters.
    let mut origins =
        vec![(Pointer::new("/type"), at.clone()), (Pointer::new("/required"), at.clone())];
    for (value, place) in fields {
        let Some(name) = text(value, "name") else {
            reader.malformed(place.clone(), "is a parameter without a name");
            continue;
        };
        own_schema(reader, value, place);
        let mut property = json!({"$ref": place});
        // "Allows you to send a parameter with a name only or an empty value."
        if value.get("allowEmptyValue") == Some(&Value::Bool(false)) {
            property = json!({"allOf": [property], "minLength": 1});
            let minimum = Pointer::new("/properties").child(name).child("minLength");
            origins.push((minimum, place.child("allowEmptyValue")));
        }
        properties.insert(name.to_owned(), property);
        if is_set(value, "required") {
            required.push(name);
        }
    }
    let mut schema = json!({"type": "object", "properties": properties});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    reader.made_schema(Source { pointer: at.clone(), schema, origins })
}

/// Content of a media type, without examples.
pub(super) fn content(
    reader: &mut Reader<'_>,
    name: &str,
    schema: Option<SchemaId>,
    at: &Pointer,
) -> Option<Content> {
    let Some(media_type) = MediaType::parse(name) else {
        reader.malformed(at.clone(), format!("has the media type `{name}`, which is none"));
        return None;
    };
    Some(Content::new(media_type, schema, at.clone()))
}
