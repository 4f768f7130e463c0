//! Wishes: what each departure asks of its place in the document.

use std::collections::BTreeMap;

use crate::drift::departure::Departure;
use crate::drift::group::Cause;
use crate::drift::infer::Inferred;
use crate::drift::kind;
use crate::finding::Location;
use crate::finding::Violation;
use crate::pointer::Pointer;
use crate::route::Mounted;

/// What is asked of a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Wish {
    /// A schema should allow these types.
    Types,
    /// An enumeration should have these values.
    Values,
    /// A bound should be wider; the keyword.
    Bound(String),
    /// A keyword should not be there.
    Without(String),
    /// A property should not be required.
    Optional(String),
    /// A property should be described.
    Property(String),
    /// All names that are not listed should be described.
    Rest,
    /// A list of alternatives should have one more; the keyword.
    Branch(String),
    /// `required` should be false.
    NotRequired,
    /// An operation should have this status.
    Status(String),
    /// Content should have one more media type.
    Media,
    /// An operation should take content.
    Content,
    /// A response should have this header field.
    Header(String),
    /// An operation should have this parameter: where, name.
    Parameter(&'static str, String),
    /// An operation should demand no credentials.
    Anonymous,
    /// An operation should take credentials.
    Credentials,
    /// The document should have this operation: method, path.
    Operation(String, String),
}

/// All wishes, with what the values were like that ask for them.
#[derive(Debug, Default)]
pub(crate) struct Wishes(pub(crate) BTreeMap<(Pointer, Wish), BTreeMap<String, Inferred>>);

impl Wishes {
    /// Notes what a departure asks for; `false` where a document can not say it.
    pub(crate) fn wish(
        &mut self,
        place: &Mounted,
        cause: &Cause,
        violation: &Violation,
        (name, is_blurred): (&str, bool),
        departure: &Departure,
    ) -> bool {
        let at = &violation.place;
        let parent = at.parent().unwrap_or_default();
        let named = violation.name.clone().unwrap_or_default();
        let operation = || {
            let operation = place.document.operation(&cause.operation);
            operation.map(|operation| operation.pointer.clone())
        };
        let (at, wish) = match violation.rule.id {
            "undocumented-operation" => {
                let (method, path) = name.split_once(' ').unwrap_or(("GET", name));
                let path = path.split(' ').next().unwrap_or(path);
                (Pointer::root(), Wish::Operation(method.to_lowercase(), path.to_owned()))
            }
            "undocumented-parameter" => {
                let place = match violation.location {
                    Location::Query => "query",
                    Location::Header => "header",
                    Location::Cookie => "cookie",
                    Location::Target | Location::Path | Location::Body | Location::Status => {
                        return false;
                    }
                };
                (at.clone(), Wish::Parameter(place, named))
            }
            "undocumented-header" => (at.clone(), Wish::Header(named)),
            "undocumented-field" => {
                let last = violation.instance.last().unwrap_or_default().into_owned();
                let is_data = is_blurred || kind::is_data(&last);
                (at.clone(), if is_data { Wish::Rest } else { Wish::Property(last) })
            }
            "undocumented-content" => (at.clone(), Wish::Content),
            "undocumented-credentials" => (at.clone(), Wish::Credentials),
            "credentials-missing" | "credentials-malformed" | "scope-insufficient" => {
                match operation() {
                    Some(at) => (at, Wish::Anonymous),
                    None => return false,
                }
            }
            "response-status-undeclared" => (at.clone(), Wish::Status(named)),
            "response-media-type-undeclared" | "media-type-unsupported" => {
                let is_content = at.last().is_some_and(|last| last == "content");
                (if is_content { parent } else { at.clone() }, Wish::Media)
            }
            "parameter-missing" | "request-body-missing" | "response-header-missing" => {
                (parent, Wish::NotRequired)
            }
            "request-body-mismatch"
            | "response-body-mismatch"
            | "parameter-mismatch"
            | "response-header-mismatch" => match keyword(violation, is_blurred) {
                Some(wish) => (parent, wish),
                None => return false,
            },
            _ => return false,
        };
        let values = self.0.entry((at, wish)).or_default();
        for (what, value) in &departure.values {
            values.entry(what.clone()).or_default().join(value.clone());
        }
        true
    }
}

/// What a broken keyword asks for.
fn keyword(violation: &Violation, is_blurred: bool) -> Option<Wish> {
    let keyword = &*violation.keyword;
    let property = || violation.property.clone();
    Some(match keyword {
        "type" | "nullable" | "x-nullable" => Wish::Types,
        "enum" => Wish::Values,
        "required" => Wish::Optional(property()?),
        "additionalProperties" | "unevaluatedProperties" => {
            let property = property()?;
            let is_data = is_blurred || kind::is_data(&property);
            if is_data { Wish::Rest } else { Wish::Property(property) }
        }
        "oneOf" | "anyOf" => Wish::Branch(keyword.to_owned()),
        "maximum" | "minimum" | "maxLength" | "minLength" | "maxItems" | "minItems"
        | "maxProperties" | "minProperties" => Wish::Bound(keyword.to_owned()),
        "" | "$ref" | "false schema" => return None,
        _ => Wish::Without(violation.place.last()?.into_owned()),
    })
}
