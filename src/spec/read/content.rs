//! Content: responses, their headers, media types and examples.

use std::borrow::Cow;
use std::sync::Arc;

use http::HeaderName;
use http::HeaderValue;
use serde_json::Value;

use crate::json::Written;
use crate::message::MediaType;
use crate::message::parameters;
use crate::pointer::Pointer;
use crate::spec::model::Content;
use crate::spec::model::Example;
use crate::spec::model::Header;
use crate::spec::model::Response;
use crate::spec::model::StatusPattern;
use crate::spec::model::Style;
use crate::spec::read::Reader;
use crate::spec::read::basis;
use crate::spec::read::extensions;
use crate::spec::read::is_set;
use crate::spec::read::members;

impl<'d> Reader<'d> {
    /// The declared responses: exact codes, then ranges, then `default`.
    pub(super) fn responses(&mut self, operation: &'d Value, at: &Pointer) -> Vec<Arc<Response>> {
        self.responses_by(operation, at, &mut |reader, status, value, place| {
            // Many operations refer to one response, most for the same status.
            let known = reader.library.known_responses().get(&place).cloned();
            if let Some(known) = known.filter(|known| known.status == status) {
                return known;
            }
            let response = Arc::new(Response {
                status,
                headers: reader.headers(value, &place),
                content: reader.content(value, &place),
                extensions: extensions(value),
                basis: basis(value),
                pointer: place.clone(),
            });
            reader.library.known_responses().insert(place, Arc::clone(&response));
            response
        })
    }

    /// The declared responses in their order, each read by `read`.
    pub(in crate::spec) fn responses_by(
        &mut self,
        operation: &'d Value,
        at: &Pointer,
        read: &mut dyn FnMut(&mut Self, StatusPattern, &'d Value, Pointer) -> Arc<Response>,
    ) -> Vec<Arc<Response>> {
        let at = at.child("responses");
        let mut responses = Vec::new();
        for (key, response) in members(operation.get("responses")) {
            let place = at.child(key);
            if key.starts_with("x-") {
                continue;
            }
            let Some(status) = status_pattern(key) else {
                self.malformed(place, "is neither a status code, a range such as 4XX nor default");
                continue;
            };
            let Some((value, place)) = self.follow(response, place) else { continue };
            responses.push(read(self, status, value, place));
        }
        responses.sort_by_key(|response| match response.status {
            StatusPattern::Exact(_) => 0,
            StatusPattern::Range(_) => 1,
            StatusPattern::Default => 2,
        });
        responses
    }

    pub(super) fn headers(&mut self, response: &'d Value, at: &Pointer) -> Vec<Header> {
        let at = at.child("headers");
        let mut headers = Vec::new();
        for (name, header) in members(response.get("headers")) {
            // Described by the media types (OpenAPI 3.0.4, Response Object).
            if name.eq_ignore_ascii_case("content-type") {
                continue;
            }
            let Some((value, place)) = self.follow(header, at.child(name)) else { continue };
            let described = self.description(value, &place);
            let example = self.examples_of(value, &place).into_iter().next();
            let example = example.map(|example| example.json.to_value()).or_else(|| {
                let (schema, _) = self.follow(value.get("schema")?, place.child("schema"))?;
                schema.get("example").cloned()
            });
            headers.push(Header {
                name: name.clone(),
                field: HeaderName::from_bytes(name.as_bytes()).ok(),
                required: is_set(value, "required"),
                style: Style::Simple,
                explode: is_set(value, "explode"),
                media_type: described.media_type,
                schema: described.schema,
                example,
                pointer: place,
            });
        }
        headers
    }

    /// The content of a request body or response, by media type.
    pub(super) fn content(&mut self, holder: &'d Value, at: &Pointer) -> Vec<Content> {
        let mut contents = Vec::new();
        let Some(content) = holder.get("content") else { return contents };
        let at = at.child("content");
        if content.get("$ref").is_some_and(Value::is_string) {
            let title = "is a reference where the standard has none; it is followed all the same";
            self.malformed(at.child("$ref"), title);
        }
        let Some((content, at)) = self.follow(content, at) else { return contents };
        for (key, value) in members(Some(content)) {
            let place = at.child(key);
            let Some(media_type) = MediaType::parse(key) else {
                self.malformed(place, "is not a media type");
                continue;
            };
            let parameters = parameters::read(key);
            let Some((value, place)) = self.follow(value, place) else { continue };
            let schema = self.schema(value, &place);
            let mut content = Content::new(media_type, schema, place.clone());
            if !parameters.is_empty()
                && let Ok(written) = HeaderValue::from_str(key.trim())
            {
                content.header = written;
            }
            content.parameters = parameters;
            content.parameters.retain(|(name, _)| tells_apart(name));
            content.item_schema = self.schema_in(value, "itemSchema", &place);
            content.encoding = self.encodings(value, &place);
            content.examples = self.examples_of(value, &place);
            contents.push(content);
        }
        contents
    }

    /// The examples beside a schema; a lone `example` is named `example`.
    fn examples_of(&mut self, holder: &'d Value, at: &Pointer) -> Vec<Arc<Example>> {
        let mut examples = self.examples(holder.get("examples"), at.child("examples").as_str());
        if let Some(value) = holder.get("example") {
            examples.push(Arc::new(Example {
                name: "example".to_owned(),
                json: Written::of(value),
                extensions: serde_json::Map::new(),
                basis: None,
                pointer: at.child("example"),
            }));
        }
        examples
    }

    /// Named examples; those whose value stands in another file are left out.
    pub(super) fn examples(&mut self, named: Option<&'d Value>, at: &str) -> Vec<Arc<Example>> {
        let at = Pointer::new(at);
        let mut examples = Vec::new();
        for (name, example) in members(named) {
            let Some((example, place)) = self.follow(example, at.child(name)) else { continue };
            let Some(value) = example_value(example) else { continue };
            // Many responses refer to one example, most under its own name.
            let known = self.library.known_examples().get(&place).cloned();
            if let Some(known) = known.filter(|known| known.name == *name) {
                examples.push(known);
                continue;
            }
            let example = Arc::new(Example {
                name: name.clone(),
                json: Written::of(&value),
                extensions: extensions(example),
                basis: basis(example),
                pointer: place.clone(),
            });
            self.library.known_examples().insert(place, Arc::clone(&example));
            examples.push(example);
        }
        examples
    }
}

/// The value of an Example Object: as it is, or as it is written.
///
/// # Source
///
/// OpenAPI 3.2.0, *Example Object*: `dataValue` before `serializedValue`; `value` in all versions.
fn example_value(example: &Value) -> Option<Cow<'_, Value>> {
    if let Some(value) = example.get("value").or_else(|| example.get("dataValue")) {
        return Some(Cow::Borrowed(value));
    }
    let serialized = example.get("serializedValue")?;
    let parsed = serialized.as_str().and_then(|text| serde_json::from_str(text).ok());
    Some(parsed.map_or(Cow::Borrowed(serialized), Cow::Owned))
}

/// Whether a parameter of a media type makes it another: how text is written in bytes and where
/// its parts end is up to the sender.
fn tells_apart(parameter: &str) -> bool {
    !matches!(parameter, "charset" | "boundary")
}

fn status_pattern(key: &str) -> Option<StatusPattern> {
    if key == "default" {
        return Some(StatusPattern::Default);
    }
    if let Some(class) = key.strip_suffix("XX").or_else(|| key.strip_suffix("xx")) {
        return class
            .parse()
            .ok()
            .filter(|class| (1..=5).contains(class))
            .map(StatusPattern::Range);
    }
    key.parse().ok().filter(|code| (100..=599).contains(code)).map(StatusPattern::Exact)
}

#[cfg(test)]
mod tests {
    use super::StatusPattern;
    use super::status_pattern;

    #[test]
    fn a_response_is_for_a_code_a_range_or_everything_else() {
        assert_eq!(status_pattern("200"), Some(StatusPattern::Exact(200)));
        assert_eq!(status_pattern("4XX"), Some(StatusPattern::Range(4)));
        assert_eq!(status_pattern("default"), Some(StatusPattern::Default));
        assert_eq!(status_pattern("2000"), None);
        assert_eq!(status_pattern("ok"), None);
    }
}
