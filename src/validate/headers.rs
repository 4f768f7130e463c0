//! Header fields of responses: there where they are required, and of the declared shape.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::SET_COOKIE;

use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::json::View;
use crate::params;
use crate::params::breach;
use crate::params::breach::Subject;
use crate::params::coerce::Target;
use crate::params::reading::Judge;
use crate::params::reading::Read;
use crate::params::reading::Verdict;
use crate::params::style::Malformed;
use crate::params::style::Wanted;
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
    let Some((schema, field)) = header.schema.zip(header.field.as_ref()) else {
        return Ok(header.field.as_ref().is_some_and(|field| headers.contains_key(field)));
    };
    let target = Target::new(schemas, Some(schema));
    let subject = Subject {
        rule: MISMATCH,
        location: Location::Header,
        name: Some(&header.name),
        direction: Direction::Response,
    };
    if target.is_text() && header.media_type.is_none() {
        // Each of these is a header of its own (RFC 9110, section 5.3).
        if field == SET_COOKIE && headers.contains_key(field) {
            for value in headers.get_all(field) {
                let text = std::str::from_utf8(value.as_bytes()).map_err(|_| Malformed::Binary)?;
                breach::judge(schemas, schema, subject, View::Text(text), violations);
            }
            return Ok(true);
        }
        let text = params::header_text(headers, Some(field), Wanted::Scalar)?;
        let Some(text) = text else { return Ok(false) };
        breach::judge(schemas, schema, subject, View::Text(&text), violations);
        return Ok(true);
    }
    let judge = Judge { schemas, schema: Some(schema), direction: Direction::Response };
    match params::read_header(header, headers, judge, target) {
        Read::Absent => Ok(false),
        Read::Value(_, Verdict::Right | Verdict::Tolerated) => Ok(true),
        Read::Value(value, Verdict::Wrong) => {
            breach::tell(schemas, schema, subject, &value, violations);
            Ok(true)
        }
        Read::Malformed(malformed) => Err(malformed),
    }
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
