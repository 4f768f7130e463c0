//! Parameters: raw text of a call to JSON values, by the declared style.
//!
//! Reading goes in three steps that never mix: the style takes text apart (`style/`), the schema's
//! types say which values the pieces are (`coerce`), the schema judges the value (`breach`). A text
//! that the schema refuses in its plainest reading is read in the others too (`reading`).
//!
//! `allowReserved` is nowhere here: it says what a client may leave unencoded, and what is read
//! is the same value either way.

pub mod breach;
pub mod coerce;
mod content;
mod places;
pub(crate) mod reading;
mod shape;
pub mod style;
mod taking;
pub(crate) mod writing;

use std::borrow::Cow;

use serde_json::Map;
use serde_json::Value;

use crate::finding::Level;
use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::mask;
use crate::finding::rule;
use crate::message::Request;
use crate::params::breach::Subject;
use crate::params::coerce::Target;
use crate::params::places::Places;
use crate::params::reading::Judge;
use crate::params::reading::Read;
use crate::params::reading::Verdict;
use crate::params::style::Malformed;
use crate::params::style::Wanted;
use crate::schema::Direction;
use crate::spec::Document;
use crate::spec::model::Operation;
use crate::spec::model::Parameter;
use crate::spec::model::ParameterLocation;

pub(crate) use places::cookie_pairs;
pub(crate) use places::header_text;
pub(crate) use taking::read_header;

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

/// Reads the declared parameters of a call, coerced to their schemas' types, and judges them;
/// `path_values` are percent-encoded as they were sent.
///
/// What is not declared is left alone: neither an argument nor a violation. So is a query that is a
/// form as a whole and says how its properties are written: whoever reads bodies reads that.
/// Header parameters named `Accept`, `Content-Type` or `Authorization` are not read, as OpenAPI
/// demands.
#[must_use]
pub fn read(
    document: &Document,
    operation: &Operation,
    path_values: &[(String, String)],
    request: &Request,
) -> (Arguments, Vec<Violation>) {
    let places = Places::of(operation, path_values, request);
    let (mut arguments, mut violations) = (Arguments::default(), Vec::new());
    for parameter in &operation.parameters {
        let Some(value) = read_one(document, operation, parameter, &places, &mut violations) else {
            continue;
        };
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

/// The values of a path without those that are empty and so are none: a list or an object may have
/// nothing in it, which any style writes as nothing.
///
/// # Source
///
/// RFC 6570, section 3.2.1: a list or an associative array without members is undefined, and what
/// is undefined expands to nothing.
pub(crate) fn given<'v>(
    document: &Document,
    operation: &Operation,
    path_values: &'v [(String, String)],
) -> Cow<'v, [(String, String)]> {
    if path_values.iter().all(|(_, value)| !value.is_empty()) {
        return Cow::Borrowed(path_values);
    }
    let may_be_empty = |name: &String| {
        let is_it = |parameter: &&Parameter| {
            parameter.location == ParameterLocation::Path && parameter.name == *name
        };
        operation.parameters.iter().find(is_it).is_some_and(|parameter| {
            Target::new(&document.schemas, parameter.schema).wanted() != Wanted::Scalar
        })
    };
    let given = path_values.iter().filter(|(name, value)| !value.is_empty() || may_be_empty(name));
    Cow::Owned(given.cloned().collect())
}

fn read_one(
    document: &Document,
    operation: &Operation,
    parameter: &Parameter,
    places: &Places<'_>,
    violations: &mut Vec<Violation>,
) -> Option<Value> {
    let (schemas, schema) = (&document.schemas, parameter.schema);
    let judge = Judge { schemas, schema, direction: Direction::Request };
    if parameter.may_be_empty && taking::is_sent_empty(parameter, places) {
        return None;
    }
    let target = Target::new(schemas, schema);
    // Of the parameters that a query may have, most are not sent.
    if !parameter.required && places.lack(parameter, target.wanted()) {
        return None;
    }
    if parameter.form.is_some() && places.query_text.is_some_and(|text| !text.is_empty()) {
        return None;
    }
    match taking::read_parameter(operation, parameter, places, judge, target) {
        Read::Absent => {
            if parameter.required {
                violations.push(missing(parameter, target));
            }
            None
        }
        Read::Value(value, verdict) => {
            match (verdict, schema) {
                (Verdict::Wrong, Some(schema)) => {
                    let subject = Subject {
                        rule: &rule::PARAMETER_MISMATCH,
                        location: location(parameter.location),
                        name: Some(&parameter.name),
                        direction: Direction::Request,
                    };
                    let before = violations.len();
                    breach::tell(schemas, schema, subject, &value, violations);
                    advise(parameter, target, &mut violations[before..]);
                }
                (Verdict::Tolerated, _) => violations.push(tolerated(parameter, target, places)),
                (Verdict::Right, _) | (Verdict::Wrong, None) => {}
            }
            Some(value)
        }
        Read::Malformed(malformed) => {
            violations.push(malformed_violation(parameter, &malformed, target, places));
            None
        }
    }
}

/// The part of a message that a parameter is in.
pub(crate) const fn location(location: ParameterLocation) -> Location {
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

fn missing(parameter: &Parameter, target: Target<'_>) -> Violation {
    let title =
        format!("the required {} `{}` is missing", word(parameter.location), parameter.name);
    Violation {
        name: Some(parameter.name.clone()),
        keyword: Cow::Borrowed("required"),
        property: Some(parameter.name.clone()),
        place: parameter.pointer.child("required"),
        expected: Some(shape::example(parameter, target.wanted())),
        ..Violation::new(&rule::PARAMETER_MISSING, location(parameter.location), title)
    }
}

/// A value that can be read, though not in the style that the document says.
fn tolerated(parameter: &Parameter, target: Target<'_>, places: &Places<'_>) -> Violation {
    let (word, name) = (word(parameter.location), &parameter.name);
    let title = format!("the {word} `{name}` is separated otherwise than its style has it");
    Violation {
        level: Some(Level::Warning),
        help: Some("it is read as many servers do, and not as the document says".to_owned()),
        ..miswritten(parameter, title, target, places)
    }
}

/// Says how a list or object is written, where what came is neither.
fn advise(parameter: &Parameter, target: Target<'_>, violations: &mut [Violation]) {
    let wanted = target.wanted();
    for violation in violations {
        if wanted != Wanted::Scalar && violation.keyword == "type" && violation.instance.is_root() {
            let example = shape::example(parameter, wanted);
            violation.help = Some(format!("write it as {example}"));
        }
    }
}

fn malformed_violation(
    parameter: &Parameter,
    malformed: &Malformed,
    target: Target<'_>,
    places: &Places<'_>,
) -> Violation {
    let title = format!("the {} `{}` {malformed}", word(parameter.location), parameter.name);
    let (keyword, constraint, help) = match malformed {
        // Said as the schema of a list would say it, for the tables that read keywords.
        Malformed::Repeated { .. } => ("maxItems", Some(Value::from(1)), None),
        Malformed::Encoding { .. } => {
            ("", None, Some("a percent sign itself is written %25".to_owned()))
        }
        Malformed::Json { column, reason, .. } => {
            ("", None, Some(format!("look at column {column} of the value: {reason}")))
        }
        Malformed::Unpaired
        | Malformed::Binary
        | Malformed::Unprefixed { .. }
        | Malformed::Misnamed
        | Malformed::Unclosed
        | Malformed::TooDeep { .. }
        | Malformed::Contradictory { .. } => ("", None, None),
    };
    Violation {
        keyword: keyword.into(),
        constraint,
        help,
        ..miswritten(parameter, title, target, places)
    }
}

fn miswritten(
    parameter: &Parameter,
    title: String,
    target: Target<'_>,
    places: &Places<'_>,
) -> Violation {
    let sent = shape::sent(parameter, places).map(Value::String);
    // Which text belongs to which member is what can not be told.
    let names = std::iter::once(&*parameter.name).chain(target.members());
    Violation {
        name: Some(parameter.name.clone()),
        place: parameter.pointer.clone(),
        got: sent.map(|sent| mask::show(names, &sent)),
        expected: Some(shape::example(parameter, target.wanted())),
        ..Violation::new(&rule::PARAMETER_MALFORMED, location(parameter.location), title)
    }
}
