//! Two answers to one request, the vendor's and the mock's: what differs that ought not to.
//!
//! Ids, times and people's data differ by nature. What ought to be the same is the status, the header
//! fields that mean something, which members there are and of which types, the words of
//! enumerations, and what an error says.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashSet;

use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use crate::finding::Location;
use crate::finding::Rule;
use crate::finding::Violation;
use crate::finding::mask;
use crate::finding::rule;
use crate::finding::telling;
use crate::finding::telling::Way;
use crate::message::Answer;
use crate::pointer::Pointer;
use crate::spec::Operation;

/// Header fields that mean something wherever they are sent.
const MEANT: [&str; 7] =
    ["allow", "deprecation", "link", "location", "retry-after", "sunset", "www-authenticate"];

/// Most differences of one pair that are told.
const MOST: usize = 100;

/// In what two answers may agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aspect {
    Status,
    Headers,
    Shape,
    Values,
}

/// What differs.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub(super) violations: Vec<(Aspect, Violation)>,
    /// Parts of the vendor's answer that the mock's has nothing to compare with: an empty list.
    unseen: usize,
    differs: [bool; 4],
}

impl Compared {
    pub(super) const fn agrees(&self, aspect: Aspect) -> bool {
        !self.differs[aspect as usize]
    }

    pub(super) const fn is_same(&self) -> bool {
        let [status, headers, shape, values] = self.differs;
        !(status || headers || shape || values)
    }

    /// How far apart they are; the least is the nearest. What can not be compared is further away
    /// than what differs.
    pub(super) const fn score(&self) -> (bool, usize, usize) {
        (self.differs[Aspect::Status as usize], self.unseen, self.violations.len())
    }

    /// Whether the mock did not find what the vendor, which answered with `status`, did.
    pub(super) fn is_apart(&self, status: StatusCode) -> bool {
        let is_refused = self.differs[Aspect::Status as usize];
        status.is_success() && (is_refused || self.unseen > 0)
    }

    fn add(&mut self, aspect: Aspect, violation: Violation) {
        self.differs[aspect as usize] = true;
        if self.violations.len() < MOST {
            self.violations.push((aspect, violation));
        }
    }
}

/// Compares two answers.
pub(super) fn answers(
    vendor: &Answer,
    mock: &Answer,
    operation: &Operation,
    enumerated: &HashSet<String>,
) -> Compared {
    let mut compared = Compared::default();
    if vendor.status != mock.status {
        let title = "the mock answers with another status than the API";
        let mut violation = told(&rule::PARITY_STATUS, Location::Status, title, operation);
        violation.name = Some(vendor.status.as_str().to_owned());
        (violation.got, violation.expected) = both(mock.status, vendor.status);
        compared.add(Aspect::Status, violation);
        // Answers of two kinds have nothing else in common.
        return compared;
    }
    headers(vendor, mock, operation, &mut compared);
    let read = |answer: &Answer| serde_json::from_slice::<Value>(answer.body.bytes()).ok();
    if let (Some(told), Some(answered)) = (read(vendor), read(mock)) {
        shapes(&told, &answered, operation, &mut compared);
        let is_error = vendor.status.is_client_error() || vendor.status.is_server_error();
        let stable = |text: &str| enumerated.contains(text) || (is_error && is_plain(text));
        values(&told, &answered, &Pointer::root(), operation, &stable, &mut compared);
    } else if vendor.body.bytes().is_empty() != mock.body.bytes().is_empty() {
        let title = "one of the two answers has no content";
        let mut violation = told(&rule::PARITY_SHAPE, Location::Body, title, operation);
        let size = |answer: &Answer| format!("{} bytes", answer.body.bytes().len());
        (violation.got, violation.expected) = both(size(mock), size(vendor));
        compared.add(Aspect::Shape, violation);
    }
    compared
}

fn told(
    rule: &'static Rule,
    location: Location,
    title: impl Into<String>,
    operation: &Operation,
) -> Violation {
    let mut violation = Violation::new(rule, location, title);
    violation.place = operation.pointer.clone();
    violation
}

/// What the mock says, and what the vendor says.
fn both(mock: impl ToString, vendor: impl ToString) -> (Option<String>, Option<String>) {
    (Some(mock.to_string()), Some(vendor.to_string()))
}

fn headers(vendor: &Answer, mock: &Answer, operation: &Operation, compared: &mut Compared) {
    let responses = operation.responses.iter();
    let declared = responses.flat_map(|response| &response.headers);
    let declared = declared.map(|header| header.name.to_ascii_lowercase());
    let meant: BTreeSet<String> =
        declared.chain(MEANT.iter().map(|name| (*name).to_owned())).collect();
    for name in &meant {
        let (title, got, expected) =
            match (vendor.headers.contains_key(name), mock.headers.contains_key(name)) {
                (true, false) => {
                    (format!("the mock does not send the header `{name}`"), "nothing", "the header")
                }
                (false, true) => (
                    format!("the mock sends the header `{name}`, the API does not"),
                    "the header",
                    "nothing",
                ),
                (true, true) | (false, false) => continue,
            };
        let mut violation = told(&rule::PARITY_HEADER, Location::Header, title, operation);
        violation.name = Some(name.clone());
        (violation.got, violation.expected) = both(got, expected);
        compared.add(Aspect::Headers, violation);
    }
    let essence = |answer: &Answer| {
        let value = answer.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = value.and_then(|value| value.split(';').next()).unwrap_or_default();
        essence.trim().to_ascii_lowercase()
    };
    if essence(vendor) != essence(mock) {
        let title = "the mock sends content of another type";
        let mut violation = told(&rule::PARITY_HEADER, Location::Header, title, operation);
        violation.name = Some("content-type".to_owned());
        (violation.got, violation.expected) = both(essence(mock), essence(vendor));
        compared.add(Aspect::Headers, violation);
    }
}

/// The types that stand at a place, and the names of its members.
#[derive(Debug, Default)]
struct Seen {
    types: BTreeSet<&'static str>,
    members: BTreeSet<String>,
}

/// Every place of a value, the items of a list taken together.
fn places(value: &Value, place: &Pointer, seen: &mut BTreeMap<Pointer, Seen>) {
    let here = seen.entry(place.clone()).or_default();
    here.types.insert(match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    });
    match value {
        Value::Object(members) => {
            here.members.extend(members.keys().cloned());
            for (name, member) in members {
                places(member, &place.child(name), seen);
            }
        }
        Value::Array(items) => {
            for item in items {
                places(item, &place.child("*"), seen);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn shapes(vendor: &Value, mock: &Value, operation: &Operation, compared: &mut Compared) {
    let (mut theirs, mut ours) = (BTreeMap::new(), BTreeMap::new());
    places(vendor, &Pointer::root(), &mut theirs);
    places(mock, &Pointer::root(), &mut ours);
    let mut differ = |place: &Pointer, title: String, got: String, expected: String| {
        let mut violation = told(&rule::PARITY_SHAPE, Location::Body, title, operation);
        violation.instance = place.clone();
        (violation.got, violation.expected) = (Some(got), Some(expected));
        compared.add(Aspect::Shape, violation);
    };
    let mut unseen = 0;
    for (place, their) in &theirs {
        let Some(our) = ours.get(place) else {
            // Where the whole is missing it is told above, or there is no item to compare with.
            unseen += usize::from(place.as_str().ends_with("/*"));
            continue;
        };
        // What may be null is so by its data.
        let has_both = |types: &BTreeSet<&'static str>| types.iter().any(|it| *it != "null");
        if has_both(&their.types) && has_both(&our.types) && their.types.is_disjoint(&our.types) {
            let title = format!("`{place}` is of another type than the API's");
            differ(place, title, joined(&our.types), joined(&their.types));
        }
        if !(their.types.contains("object") && our.types.contains("object")) {
            continue;
        }
        for name in their.members.difference(&our.members) {
            let title = format!("the mock leaves out the member `{name}`");
            differ(&place.child(name), title, "nothing".to_owned(), "the member".to_owned());
        }
        for name in our.members.difference(&their.members) {
            let title = format!("the mock sends the member `{name}`, the API does not");
            differ(&place.child(name), title, "the member".to_owned(), "nothing".to_owned());
        }
    }
    compared.unseen = unseen;
}

fn joined(types: &BTreeSet<&'static str>) -> String {
    types.iter().copied().collect::<Vec<_>>().join(" or ")
}

/// Whether a text is made of words alone: no id, number or time is in it.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.bytes().any(|byte| byte.is_ascii_digit()) && !text.contains("{{")
}

fn values(
    vendor: &Value,
    mock: &Value,
    place: &Pointer,
    operation: &Operation,
    stable: &impl Fn(&str) -> bool,
    compared: &mut Compared,
) {
    match (vendor, mock) {
        (Value::Object(vendor), Value::Object(mock)) => {
            for (name, member) in vendor {
                if let Some(other) = mock.get(name) {
                    values(member, other, &place.child(name), operation, stable, compared);
                }
            }
        }
        (Value::Array(vendor), Value::Array(mock)) => {
            for (index, (member, other)) in vendor.iter().zip(mock).enumerate() {
                let place = place.child(index.to_string());
                values(member, other, &place, operation, stable, compared);
            }
        }
        (Value::String(their), Value::String(our)) if their != our && stable(their) => {
            let title = format!("`{}` has another value than the API's", starred(place));
            let mut violation = told(&rule::PARITY_VALUE, Location::Body, title, operation);
            violation.instance = place.clone();
            // In an answer, `code` names an error and is no secret.
            let is_secret = place.tokens().any(|name| telling::is_telling(&name, Way::Response));
            let shown = |text: &str| match is_secret {
                true => mask::MASK.to_owned(),
                false => format!("{:?}", mask::shorten(text)),
            };
            (violation.got, violation.expected) = both(shown(our), shown(their));
            compared.add(Aspect::Values, violation);
        }
        (_, _) => {}
    }
}

/// A place with each index as `*`.
fn starred(place: &Pointer) -> String {
    let is_index = |token: &str| !token.is_empty() && token.bytes().all(|it| it.is_ascii_digit());
    let tokens = place.as_str().split('/');
    let tokens: Vec<&str> = tokens.map(|token| if is_index(token) { "*" } else { token }).collect();
    tokens.join("/")
}
