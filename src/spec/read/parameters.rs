//! Parameters: a path item's and its operation's merged, by name and location.

use http::HeaderName;
use serde_json::Value;

use crate::message::MediaType;
use crate::pointer::Pointer;
use crate::schema::SchemaId;
use crate::spec::model::Content;
use crate::spec::model::Parameter;
use crate::spec::model::ParameterLocation;
use crate::spec::model::Style;
use crate::spec::read::PathItem;
use crate::spec::read::Reader;
use crate::spec::read::extensions;
use crate::spec::read::is_set;
use crate::spec::read::items;
use crate::spec::read::members;
use crate::spec::read::text;

/// Header fields that have a meaning of their own; the standard ignores parameters of these names.
pub(in crate::spec) const OWN_MEANING: [&str; 3] = ["accept", "content-type", "authorization"];

impl<'d> Reader<'d> {
    /// The parameters of an operation: the path item's first, each replaced by the operation's of
    /// the same name and location.
    pub(super) fn parameters(
        &mut self,
        item: &PathItem<'d>,
        operation: (&'d Value, &Pointer),
    ) -> Vec<Parameter> {
        let mut merged: Vec<Parameter> = Vec::new();
        let layers = item.layers.iter().rev().map(|(layer, at)| (*layer, at));
        for (holder, at) in layers.chain([operation]) {
            let at = at.child("parameters");
            // What is declared around the operation may be replaced, what stands beside it not.
            let mut own: Vec<Parameter> = Vec::new();
            for (number, parameter) in items(holder.get("parameters")) {
                let place = at.child(number.to_string());
                let Some((value, place)) = self.follow(parameter, place) else { continue };
                let Some(parameter) = self.parameter(value, place) else { continue };
                if own.iter().any(|known| is_same(known, &parameter)) {
                    let title = format!(
                        "is the second parameter `{}` of this list, where the first one counts",
                        parameter.name
                    );
                    self.malformed(at.child(number.to_string()), title);
                    continue;
                }
                own.push(parameter);
            }
            for parameter in own {
                match merged.iter_mut().find(|known| is_same(known, &parameter)) {
                    Some(known) => *known = parameter,
                    None => merged.push(parameter),
                }
            }
        }
        merged
    }

    fn parameter(&mut self, value: &'d Value, at: Pointer) -> Option<Parameter> {
        let (location, is_whole_query) = match text(value, "in") {
            Some("path") => (ParameterLocation::Path, false),
            Some("query") => (ParameterLocation::Query, false),
            Some("querystring") => {
                if !self.grammar.further_styles.contains(&"querystring") {
                    self.malformed(at, "travels as a whole query, which only OpenAPI 3.2 has");
                    return None;
                }
                (ParameterLocation::Query, true)
            }
            Some("header") => (ParameterLocation::Header, false),
            Some("cookie") => (ParameterLocation::Cookie, false),
            _ => {
                self.malformed(at, "is a parameter without a place to travel (`in`)");
                return None;
            }
        };
        let Some(name) = text(value, "name") else {
            self.malformed(at, "is a parameter without a name");
            return None;
        };
        let is_header = location == ParameterLocation::Header;
        if is_header && OWN_MEANING.contains(&&*name.to_ascii_lowercase()) {
            return None;
        }
        let described = self.description(value, &at);
        let (style, is_judged) = match is_whole_query {
            true => (Style::QueryString, described.media_type.is_some()),
            false => self.style(value, location, &at),
        };
        if is_whole_query && !is_judged {
            self.malformed(at.clone(), "is a whole query, which only `content` can describe");
        }
        let explode = value.get("explode").and_then(Value::as_bool);
        let field = is_header.then(|| HeaderName::from_bytes(name.as_bytes()).ok()).flatten();
        Some(Parameter {
            name: name.to_owned(),
            field,
            location,
            required: is_set(value, "required") || location == ParameterLocation::Path,
            style,
            explode: explode.unwrap_or(matches!(style, Style::Form | Style::Cookie)),
            may_be_empty: is_set(value, "allowEmptyValue") && location == ParameterLocation::Query,
            media_type: described.media_type,
            form: described.form.filter(|_| is_whole_query).map(Box::new),
            schema: described.schema.filter(|_| is_judged),
            deprecated: is_set(value, "deprecated"),
            extensions: extensions(value),
            pointer: at,
        })
    }

    /// The style of a parameter, and whether it is one that its place has.
    ///
    /// # Source
    ///
    /// OpenAPI 3.2.0, *Style Values*.
    fn style(&mut self, value: &Value, location: ParameterLocation, at: &Pointer) -> (Style, bool) {
        let usual = match location {
            ParameterLocation::Path | ParameterLocation::Header => Style::Simple,
            ParameterLocation::Query | ParameterLocation::Cookie => Style::Form,
        };
        let Some(name) = text(value, "style") else { return (usual, true) };
        let known = STYLES.iter().filter(|(known, _, _)| *known == name);
        if let Some((_, style, _)) = known.clone().find(|(_, _, place)| *place == location) {
            let is_new = NEW_STYLES.contains(&name);
            if !is_new || self.grammar.further_styles.contains(&name) {
                return (*style, true);
            }
            let title =
                format!("is `{name}`, a style that only OpenAPI 3.2 has; no value is judged");
            self.malformed(at.child("style"), title);
            return (usual, false);
        }
        // Read in another style, its value would be judged wrongly: rather not at all.
        let places: Vec<&str> = known.map(|(_, _, place)| word(*place)).collect();
        let title = match places[..] {
            [] => format!("is `{name}`, which is no style; no value is judged"),
            _ => format!(
                "is `{name}`, a style for {} and not for {}; no value is judged",
                places.join(" and "),
                word(location)
            ),
        };
        self.malformed(at.child("style"), title);
        (usual, false)
    }

    /// What the text of a parameter or header is: by `schema`, or by the one entry of `content`.
    pub(super) fn description(&mut self, value: &'d Value, at: &Pointer) -> Description {
        let mut entries = members(value.get("content"));
        let Some((key, content)) = entries.next() else {
            return Description::new(None, self.schema(value, at));
        };
        let place = at.child("content");
        if entries.next().is_some() {
            self.malformed(place.clone(), "has several media types; only the first is read");
        }
        if value.get("schema").is_some() {
            self.malformed(place, "stands beside `schema`, which is read alone");
            return Description::new(None, self.schema(value, at));
        }
        let place = place.child(key);
        let Some(media_type) = MediaType::parse(key) else {
            self.malformed(place, "is not a media type");
            return Description::new(None, None);
        };
        let Some((content, place)) = self.follow(content, place) else {
            return Description::new(Some(media_type), None);
        };
        let schema = self.schema(content, &place);
        let mut described = Description::new(Some(media_type.clone()), schema);
        if media_type.is_form() {
            let encoding = self.encodings(content, &place);
            let form = Content { encoding, ..Content::new(media_type, schema, place) };
            described.form = Some(form).filter(|form| !form.encoding.is_empty());
        }
        described
    }
}

/// Makes those path parameters travel in the query that stand there in their operation's path, as
/// `/a?b={c}` has it: `c` is then the value of `b`.
pub(super) fn move_into_query(parameters: &mut [Parameter], template: &str) {
    let Some((_, query)) = template.split_once('?') else { return };
    for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        let named = |parameter: &&mut Parameter| {
            parameter.location == ParameterLocation::Path
                && value.strip_prefix('{').and_then(|name| name.strip_suffix('}'))
                    == Some(&parameter.name)
        };
        if let Some(parameter) = parameters.iter_mut().find(named) {
            key.clone_into(&mut parameter.name);
            (parameter.location, parameter.style) = (ParameterLocation::Query, Style::Form);
        }
    }
}

/// Whether two parameters are one.
fn is_same(one: &Parameter, other: &Parameter) -> bool {
    one.location == other.location && one.name == other.name
}

/// How the text of a parameter or header is described.
pub(super) struct Description {
    pub(super) media_type: Option<MediaType>,
    pub(super) schema: Option<SchemaId>,
    /// A form that says how its properties are written.
    form: Option<Content>,
}

impl Description {
    const fn new(media_type: Option<MediaType>, schema: Option<SchemaId>) -> Self {
        Self { media_type, schema, form: None }
    }
}

/// Styles that are not in every version of OpenAPI 3.
const NEW_STYLES: [&str; 1] = ["cookie"];

/// The styles by name, with the places that have them.
const STYLES: [(&str, Style, ParameterLocation); 10] = [
    ("simple", Style::Simple, ParameterLocation::Path),
    ("simple", Style::Simple, ParameterLocation::Header),
    ("label", Style::Label, ParameterLocation::Path),
    ("matrix", Style::Matrix, ParameterLocation::Path),
    ("form", Style::Form, ParameterLocation::Query),
    ("form", Style::Form, ParameterLocation::Cookie),
    ("spaceDelimited", Style::SpaceDelimited, ParameterLocation::Query),
    ("pipeDelimited", Style::PipeDelimited, ParameterLocation::Query),
    ("deepObject", Style::DeepObject, ParameterLocation::Query),
    ("cookie", Style::Cookie, ParameterLocation::Cookie),
];

const fn word(location: ParameterLocation) -> &'static str {
    match location {
        ParameterLocation::Path => "paths",
        ParameterLocation::Query => "queries",
        ParameterLocation::Header => "header fields",
        ParameterLocation::Cookie => "cookies",
    }
}
