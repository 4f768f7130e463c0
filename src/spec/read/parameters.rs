//! Parameters: a path item's and its operation's merged, by name and location.

use http::HeaderName;
use serde_json::Value;

use crate::finding::rule;
use crate::pointer::Pointer;
use crate::spec::model::Parameter;
use crate::spec::model::ParameterLocation;
use crate::spec::model::Style;
use crate::spec::read::Reader;
use crate::spec::read::extensions;
use crate::spec::read::is_set;
use crate::spec::read::items;
use crate::spec::read::text;

/// Header fields that have a meaning of their own; the standard ignores parameters of these names.
const OWN_MEANING: [&str; 3] = ["accept", "content-type", "authorization"];

impl<'d> Reader<'d> {
    /// The parameters of an operation: the path item's first, each replaced by the operation's of
    /// the same name and location.
    pub(super) fn parameters(
        &mut self,
        item: (&'d Value, &Pointer),
        operation: (&'d Value, &Pointer),
    ) -> Vec<Parameter> {
        let mut merged: Vec<Parameter> = Vec::new();
        for (holder, at) in [item, operation] {
            let at = at.child("parameters");
            for (number, parameter) in items(holder.get("parameters")) {
                let place = at.child(number.to_string());
                let Some((value, place)) = self.follow(parameter, place) else { continue };
                let Some(parameter) = self.parameter(value, place) else { continue };
                let same = merged.iter_mut().find(|known| {
                    known.location == parameter.location && known.name == parameter.name
                });
                match same {
                    Some(known) => *known = parameter,
                    None => merged.push(parameter),
                }
            }
        }
        merged
    }

    fn parameter(&mut self, value: &'d Value, at: Pointer) -> Option<Parameter> {
        let location = match text(value, "in") {
            Some("path") => ParameterLocation::Path,
            Some("query") => ParameterLocation::Query,
            Some("header") => ParameterLocation::Header,
            Some("cookie") => ParameterLocation::Cookie,
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
        let usual = match location {
            ParameterLocation::Path | ParameterLocation::Header => ("simple", Style::Simple),
            ParameterLocation::Query | ParameterLocation::Cookie => ("form", Style::Form),
        };
        let mut schema = self.schema(value, &at);
        if let Some(style) = text(value, "style").filter(|style| *style != usual.0) {
            // Read in another style, its value would be judged wrongly: rather not at all.
            schema = None;
            let title = format!("has the style `{style}`, in which no value is judged");
            self.resolver.report(&rule::NOT_JUDGED, at.child("style"), title);
        }
        let explode = value.get("explode").and_then(Value::as_bool);
        let field = is_header.then(|| HeaderName::from_bytes(name.as_bytes()).ok()).flatten();
        Some(Parameter {
            name: name.to_owned(),
            field,
            location,
            required: is_set(value, "required") || location == ParameterLocation::Path,
            style: usual.1,
            explode: explode.unwrap_or(usual.1 == Style::Form),
            schema,
            deprecated: is_set(value, "deprecated"),
            extensions: extensions(value),
            pointer: at,
        })
    }
}
