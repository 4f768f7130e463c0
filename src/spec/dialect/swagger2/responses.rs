//! Responses: one schema, whatever the media type, and an example for each.

use std::sync::Arc;

use http::HeaderName;
use serde_json::Map;
use serde_json::Value;

use crate::json::Written;
use crate::message::MediaType;
use crate::pointer::Pointer;
use crate::spec::dialect::swagger2::INLINE;
use crate::spec::dialect::swagger2::parameters;
use crate::spec::model::Content;
use crate::spec::model::Example;
use crate::spec::model::Header;
use crate::spec::model::Response;
use crate::spec::model::Style;
use crate::spec::read::Reader;
use crate::spec::read::basis;
use crate::spec::read::extensions;
use crate::spec::read::members;
use crate::spec::read::text;

/// The declared responses of an operation that answers in these media types.
pub(super) fn responses<'d>(
    reader: &mut Reader<'d>,
    operation: &'d Value,
    at: &Pointer,
    produces: &[&str],
) -> Vec<Arc<Response>> {
    reader.responses_by(operation, at, &mut |reader, status, value, place| {
        Arc::new(Response {
            status,
            headers: headers(reader, value, &place),
            content: contents(reader, value, &place, produces),
            extensions: extensions(value),
            basis: basis(value),
            pointer: place,
        })
    })
}

fn headers(reader: &mut Reader<'_>, response: &Value, at: &Pointer) -> Vec<Header> {
    let at = at.child("headers");
    let declared = members(response.get("headers"));
    // Described by the media types.
    let declared = declared.filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    declared
        .map(|(name, header)| {
            let place = at.child(name);
            Header {
                name: name.clone(),
                field: HeaderName::from_bytes(name.as_bytes()).ok(),
                required: false,
                style: style(header),
                explode: false,
                media_type: None,
                schema: Some(reader.schema_of(&place, &INLINE)),
                example: None,
                pointer: place,
            }
        })
        .collect()
}

/// How a header field's list is written.
///
/// # Source
///
/// Swagger 2.0, *Header Object*, `collectionFormat`.
fn style(header: &Value) -> Style {
    match text(header, "collectionFormat").filter(|_| text(header, "type") == Some("array")) {
        Some("ssv") => Style::SpaceDelimited,
        Some("tsv") => Style::TabDelimited,
        Some("pipes") => Style::PipeDelimited,
        Some(_) | None => Style::Simple,
    }
}

/// The content by media type; a response without a schema and without examples has none.
///
/// # Source
///
/// Swagger 2.0, *Response Object*, *Example Object*.
fn contents<'d>(
    reader: &mut Reader<'d>,
    response: &'d Value,
    at: &Pointer,
    produces: &[&str],
) -> Vec<Content> {
    let schema = reader.schema(response, at);
    let examples: Vec<(&String, &Value)> = members(response.get("examples")).collect();
    let mut names: Vec<&str> = Vec::new();
    if response.get("schema").is_some() {
        names.extend(produces);
    }
    let media_types: Vec<Option<MediaType>> = names.iter().map(|n| MediaType::parse(n)).collect();
    for (name, _) in &examples {
        let media_type = MediaType::parse(name);
        if media_type.is_some() && !media_types.contains(&media_type) {
            names.push(name);
        }
    }
    if names.is_empty() && response.get("schema").is_some() {
        names.push(parameters::ANY);
    }
    let mut contents = Vec::with_capacity(names.len());
    for name in names {
        let Some(mut content) = parameters::content(reader, name, schema, at) else { continue };
        let own = examples.iter().filter(|(example, _)| {
            MediaType::parse(example).is_some_and(|media_type| media_type == content.media_type)
        });
        content.examples = own
            .map(|(name, value)| {
                Arc::new(Example {
                    name: "example".to_owned(),
                    json: Written::of(value),
                    extensions: Map::new(),
                    basis: None,
                    pointer: at.child("examples").child(name.as_str()),
                })
            })
            .collect();
        contents.push(content);
    }
    contents
}
