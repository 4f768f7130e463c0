//! A broken schema as a violation: parameters, bodies and header fields tell it alike.

use std::borrow::Cow;

use serde_json::Value;

use crate::finding::JsonType;
use crate::finding::Location;
use crate::finding::Rule;
use crate::finding::Violation;
use crate::finding::mask;
use crate::json::View;
use crate::json::excerpt::Excerpt;
use crate::pointer::Pointer;
use crate::schema::Direction;
use crate::schema::SchemaId;
use crate::schema::SchemaViolation;
use crate::schema::Schemas;

/// What was judged: which part of a message, and the rule that it breaks where it is wrong.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'s> {
    /// The rule.
    pub rule: &'static Rule,
    /// Where in the message.
    pub location: Location,
    /// The parameter's or header's name; `None` for bodies.
    pub name: Option<&'s str>,
    /// Which way the message travels.
    pub direction: Direction,
}

/// Judges a value by its schema.
pub fn judge(
    schemas: &Schemas,
    schema: SchemaId,
    subject: Subject<'_>,
    view: View<'_>,
    violations: &mut Vec<Violation>,
) {
    judge_at(schemas, schema, subject, (view, &Pointer::root()), violations);
}

/// Judges a value that stands at a place of a larger one.
pub(crate) fn judge_at(
    schemas: &Schemas,
    schema: SchemaId,
    subject: Subject<'_>,
    (view, at): (View<'_>, &Pointer),
    violations: &mut Vec<Violation>,
) {
    if schemas.is_valid(schema, subject.direction, view) {
        return;
    }
    tell_at(schemas, schema, subject, (&Excerpt::of(view), at), violations);
}

/// Tells what is wrong with a value that its schema refuses.
pub(crate) fn tell(
    schemas: &Schemas,
    schema: SchemaId,
    subject: Subject<'_>,
    value: &Value,
    violations: &mut Vec<Violation>,
) {
    let told = Excerpt::of(View::Value(value));
    tell_at(schemas, schema, subject, (&told, &Pointer::root()), violations);
}

/// As [`tell`], of a value that stands at a place of a larger one.
fn tell_at(
    schemas: &Schemas,
    schema: SchemaId,
    subject: Subject<'_>,
    (told, at): (&Excerpt<'_>, &Pointer),
    violations: &mut Vec<Violation>,
) {
    let mut broken = schemas.explain(schema, subject.direction, &told.value);
    if !told.cut.is_empty() {
        broken.retain(|broken| SURE.contains(&&*broken.keyword) || !told.is_cut(&broken.instance));
        if broken.is_empty() {
            broken.push(unplaced(schemas, schema));
        }
    }
    violations.extend(broken.into_iter().map(|broken| violation(subject, told, at, broken)));
}

/// The keywords that a whole value breaks where its beginning does.
const SURE: [&str; 8] = [
    "additionalProperties",
    "maxItems",
    "maxProperties",
    "propertyNames",
    "readOnly",
    "type",
    "unevaluatedProperties",
    "uniqueItems",
];

/// What is said of a value whose beginning is right.
fn unplaced(schemas: &Schemas, schema: SchemaId) -> SchemaViolation {
    SchemaViolation {
        keyword: Cow::Borrowed(""),
        instance: Pointer::root(),
        place: schemas.pointer(schema).clone(),
        property: None,
        constraint: None,
        title: "breaks its schema, and has too many parts to say where".to_owned(),
        expected: None,
        help: None,
    }
}

fn violation(
    subject: Subject<'_>,
    told: &Excerpt<'_>,
    at: &Pointer,
    broken: SchemaViolation,
) -> Violation {
    let is_about_absence = broken.keyword == "required";
    let names = subject.name.map(Cow::Borrowed).into_iter().chain(broken.instance.tokens());
    let got = broken.instance.get(&told.value).filter(|_| !is_about_absence);
    let got_type = got.map(JsonType::of);
    // How many there are can not be told of what was cut.
    let got = got.filter(|_| !told.is_cut(&broken.instance)).map(|got| mask::show(names, got));
    let instance = at.join(broken.instance.as_str());
    let title = sentence(subject, &instance, &broken.title);
    Violation {
        name: subject.name.map(str::to_owned),
        instance,
        keyword: broken.keyword,
        property: broken.property,
        constraint: broken.constraint,
        place: broken.place,
        got,
        got_type,
        expected: broken.expected,
        ..Violation::new(subject.rule, subject.location, title)
    }
}

/// What is wrong with what: the schema's part of the sentence is the predicate.
fn sentence(subject: Subject<'_>, instance: &Pointer, predicate: &str) -> String {
    let word = match (subject.location, subject.direction) {
        (Location::Path, _) => "the path parameter",
        (Location::Query, _) => "the query parameter",
        (Location::Header, _) => "the header",
        (Location::Cookie, _) => "the cookie",
        (Location::Target, _) => "the target",
        (Location::Status, _) => "the status",
        (Location::Body, Direction::Request) => "the request body",
        (Location::Body, Direction::Response) => "the response body",
    };
    let inside = instance.as_str().strip_prefix('/');
    let dotted = |path: &str| path.replace('/', ".");
    let mut text = String::with_capacity(128);
    match (subject.name, inside) {
        (Some(name), None) => text.extend([word, " `", name, "`"]),
        (Some(name), Some(inside)) => text.extend([word, " `", name, ".", &dotted(inside), "`"]),
        (None, None) => text.push_str(word),
        (None, Some(inside)) => text.extend(["`", &dotted(inside), "` in ", word]),
    }
    text.push(' ');
    text.push_str(predicate);
    text
}
