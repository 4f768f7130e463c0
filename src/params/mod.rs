//! Parameters: raw text of a call to JSON values, by the declared style.
//!
//! Reading goes in three steps that never mix: the style takes text apart (`style/`), the schema's
//! types say which values the pieces are (`coerce`), the schema judges the value (`breach`).

pub mod breach;
pub mod coerce;
pub mod style;

use std::borrow::Cow;

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::header::COOKIE;
use serde_json::Map;
use serde_json::Value;

use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::mask;
use crate::finding::rule;
use crate::message::Request;
use crate::params::breach::Subject;
use crate::params::coerce::Target;
use crate::params::style::Malformed;
use crate::params::style::Wanted;
use crate::params::style::Written;
use crate::params::style::form;
use crate::params::style::form::Pairs;
use crate::params::style::simple;
use crate::schema::Direction;
use crate::spec::Document;
use crate::spec::model::Operation;
use crate::spec::model::Parameter;
use crate::spec::model::ParameterLocation;
use crate::spec::model::Style;

/// The decoded parameters of one call, by location and name; header names as the document spells
/// them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments {
    /// Values of the path template.
    pub path: Map<String, Value>,
    /// Values of the query.
    pub query: Map<String, Value>,
    /// Values of header fields.
    pub header: Map<String, Value>,
    /// Values of cookies.
    pub cookie: Map<String, Value>,
}

impl Arguments {
    /// A path value that is text.
    #[must_use]
    pub fn path_text(&self, name: &str) -> Option<&str> {
        self.path.get(name).and_then(Value::as_str)
    }

    /// A query value that is text.
    #[must_use]
    pub fn query_text(&self, name: &str) -> Option<&str> {
        self.query.get(name).and_then(Value::as_str)
    }

    /// A header value that is text.
    #[must_use]
    pub fn header_text(&self, name: &str) -> Option<&str> {
        self.header.get(name).and_then(Value::as_str)
    }
}

/// The places that parameters are read from, split once, and only where something is declared.
struct Raw<'r> {
    path: &'r [(String, String)],
    query: Pairs<'r>,
    headers: &'r HeaderMap,
    cookies: Pairs<'r>,
}

/// Reads the declared parameters of a call, coerced to their schemas' types, and judges them.
///
/// What is not declared is left alone: neither an argument nor a violation. Header parameters
/// named `Accept`, `Content-Type` or `Authorization` are not read, as OpenAPI demands.
#[must_use]
pub fn read(
    document: &Document,
    operation: &Operation,
    path_values: &[(String, String)],
    request: &Request,
) -> (Arguments, Vec<Violation>) {
    let declares = |location| {
        operation.parameters.iter().any(|parameter: &Parameter| parameter.location == location)
    };
    let query = request.query.as_deref().filter(|_| declares(ParameterLocation::Query));
    let cookies = declares(ParameterLocation::Cookie).then(|| cookie_pairs(&request.headers));
    let raw = Raw {
        path: path_values,
        query: query.map(form::pairs).unwrap_or_default(),
        headers: &request.headers,
        cookies: cookies.unwrap_or_default(),
    };
    let (mut arguments, mut violations) = (Arguments::default(), Vec::new());
    for parameter in &operation.parameters {
        let Some(value) = read_one(document, parameter, &raw, &mut violations) else { continue };
        let values = match parameter.location {
            ParameterLocation::Path => &mut arguments.path,
            ParameterLocation::Query => &mut arguments.query,
            ParameterLocation::Header => &mut arguments.header,
            ParameterLocation::Cookie => &mut arguments.cookie,
        };
        values.insert(parameter.name.clone(), value);
    }
    (arguments, violations)
}

fn read_one(
    document: &Document,
    parameter: &Parameter,
    raw: &Raw<'_>,
    violations: &mut Vec<Violation>,
) -> Option<Value> {
    let target = Target::new(&document.schemas, parameter.schema);
    match written(parameter, target, raw) {
        Ok(Some(written)) => {
            let value = target.value(written);
            if let Some(schema) = parameter.schema {
                let subject = Subject {
                    rule: &rule::PARAMETER_MISMATCH,
                    location: location(parameter.location),
                    name: Some(&parameter.name),
                    direction: Direction::Request,
                };
                breach::judge(&document.schemas, schema, subject, (&value).into(), violations);
            }
            Some(value)
        }
        Ok(None) => {
            if parameter.required {
                violations.push(missing(parameter));
            }
            None
        }
        Err(malformed) => {
            violations.push(malformed_violation(parameter, &malformed));
            None
        }
    }
}

/// Takes the parameter's text apart; `None` where the call does not have it.
fn written<'r>(
    parameter: &Parameter,
    target: Target<'_>,
    raw: &Raw<'r>,
) -> Result<Option<Written<'r>>, Malformed> {
    let (wanted, explode) = (target.wanted(), parameter.explode);
    match parameter.style {
        Style::Simple => match simple_text(parameter, wanted, raw)? {
            None => Ok(None),
            Some(Cow::Borrowed(text)) => simple::split(text, wanted, explode).map(Some),
            Some(Cow::Owned(text)) => {
                simple::split(&text, wanted, explode).map(Written::into_owned).map(Some)
            }
        },
        Style::Form => {
            let (pairs, decode): (_, form::Decode) = match parameter.location {
                ParameterLocation::Cookie => (&raw.cookies, form::decode_cookie),
                ParameterLocation::Path | ParameterLocation::Query | ParameterLocation::Header => {
                    (&raw.query, form::decode)
                }
            };
            let members = if wanted == Wanted::Object { target.members() } else { Vec::new() };
            form::gather(pairs, &parameter.name, wanted, explode, &members, decode)
        }
    }
}

/// The text of a parameter in the path or in a header field.
fn simple_text<'r>(
    parameter: &Parameter,
    wanted: Wanted,
    raw: &Raw<'r>,
) -> Result<Option<Cow<'r, str>>, Malformed> {
    match parameter.location {
        ParameterLocation::Header => header_text(raw.headers, parameter.field.as_ref(), wanted),
        ParameterLocation::Path | ParameterLocation::Query | ParameterLocation::Cookie => {
            let found = raw.path.iter().find(|(key, _)| *key == parameter.name);
            Ok(found.map(|(_, text)| Cow::Borrowed(text.as_str())))
        }
    }
}

/// The value of a header field; several fields of one name make one list.
///
/// # Errors
///
/// [`Malformed`] where it is no text, or several values are sent and one is wanted.
pub(crate) fn header_text<'h>(
    headers: &'h HeaderMap,
    field: Option<&HeaderName>,
    wanted: Wanted,
) -> Result<Option<Cow<'h, str>>, Malformed> {
    let Some(field) = field else { return Ok(None) };
    let text = |value: &'h HeaderValue| {
        std::str::from_utf8(value.as_bytes()).map_err(|_| Malformed::Binary)
    };
    let mut values = headers.get_all(field).iter();
    let Some(first) = values.next().map(text).transpose()? else { return Ok(None) };
    let others = values.map(text).collect::<Result<Vec<_>, _>>()?;
    if others.is_empty() {
        return Ok(Some(Cow::Borrowed(first)));
    }
    if wanted == Wanted::Scalar {
        return Err(Malformed::Repeated { count: 1 + others.len() });
    }
    Ok(Some(Cow::Owned(format!("{first}, {}", others.join(", ")))))
}

/// The cookies of a call.
pub(crate) fn cookie_pairs(headers: &HeaderMap) -> Pairs<'_> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| std::str::from_utf8(value.as_bytes()).ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .map(|(name, value)| (Cow::Borrowed(name), value))
        .collect()
}

const fn location(location: ParameterLocation) -> Location {
    match location {
        ParameterLocation::Path => Location::Path,
        ParameterLocation::Query => Location::Query,
        ParameterLocation::Header => Location::Header,
        ParameterLocation::Cookie => Location::Cookie,
    }
}

const fn word(location: ParameterLocation) -> &'static str {
    match location {
        ParameterLocation::Path => "path parameter",
        ParameterLocation::Query => "query parameter",
        ParameterLocation::Header => "header",
        ParameterLocation::Cookie => "cookie",
    }
}

fn missing(parameter: &Parameter) -> Violation {
    let title =
        format!("the required {} `{}` is missing", word(parameter.location), parameter.name);
    Violation {
        name: Some(parameter.name.clone()),
        keyword: Cow::Borrowed("required"),
        property: Some(parameter.name.clone()),
        place: parameter.pointer.child("required"),
        ..Violation::new(&rule::PARAMETER_MISSING, location(parameter.location), title)
    }
}

fn malformed_violation(parameter: &Parameter, malformed: &Malformed) -> Violation {
    let title = format!("the {} `{}` {malformed}", word(parameter.location), parameter.name);
    let hidden = mask::is_telling(&parameter.name).then(|| mask::MASK.to_owned());
    // Said as the schema of a list would say it, for the tables that read keywords.
    let (keyword, constraint) = match malformed {
        Malformed::Repeated { .. } => ("maxItems", Some(Value::from(1))),
        Malformed::Encoding { .. } | Malformed::Unpaired | Malformed::Binary => ("", None),
    };
    Violation {
        keyword: keyword.into(),
        constraint,
        name: Some(parameter.name.clone()),
        place: parameter.pointer.clone(),
        got: hidden,
        ..Violation::new(&rule::PARAMETER_MALFORMED, location(parameter.location), title)
    }
}
