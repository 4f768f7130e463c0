//! Header fields of responses: there where they are required, and of the declared shape.

use std::borrow::Cow;

use http::HeaderMap;

use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::json::View;
use crate::params;
use crate::params::breach;
use crate::params::breach::Subject;
use crate::params::coerce::Target;
use crate::params::style::Malformed;
use crate::params::style::simple;
use crate::schema::Direction;
use crate::schema::Schemas;
use crate::spec::model::Header;

/// Judges the declared header fields; those that are not declared are nobody's business.
pub fn judge(
    schemas: &Schemas,
    declared: &[Header],
    headers: &HeaderMap,
    violations: &mut Vec<Violation>,
) {
    for header in declared {
        match judge_one(schemas, header, headers, violations) {
            Ok(true) => {}
            Ok(false) if header.required => violations.push(missing(header)),
            Ok(false) => {}
            Err(malformed) => {
                let title = format!("the header `{}` {malformed}", header.name);
                violations.push(about(header, Violation::new(MISMATCH, Location::Header, title)));
            }
        }
    }
}

const MISMATCH: &crate::finding::Rule = &rule::RESPONSE_HEADER_MISMATCH;

/// Judges one header, and tells whether it is there.
fn judge_one(
    schemas: &Schemas,
    header: &Header,
    headers: &HeaderMap,
    violations: &mut Vec<Violation>,
) -> Result<bool, Malformed> {
    let Some(schema) = header.schema else {
        return Ok(header.field.as_ref().is_some_and(|field| headers.contains_key(field)));
    };
    let target = Target::new(schemas, Some(schema));
    let wanted = target.wanted();
    let Some(text) = params::header_text(headers, header.field.as_ref(), wanted)? else {
        return Ok(false);
    };
    let value;
    let view = if target.is_text() {
        View::Text(&text)
    } else {
        value = target.value(simple::split(&text, wanted, false)?);
        View::Value(&value)
    };
    let subject = Subject {
        rule: MISMATCH,
        location: Location::Header,
        name: Some(&header.name),
        direction: Direction::Response,
    };
    breach::judge(schemas, schema, subject, view, violations);
    Ok(true)
}

fn missing(header: &Header) -> Violation {
    let title = format!("the required header `{}` is missing", header.name);
    let violation = Violation::new(&rule::RESPONSE_HEADER_MISSING, Location::Header, title);
    Violation {
        keyword: Cow::Borrowed("required"),
        place: header.pointer.child("required"),
        ..about(header, violation)
    }
}

fn about(header: &Header, violation: Violation) -> Violation {
    Violation { name: Some(header.name.clone()), place: header.pointer.clone(), ..violation }
}
