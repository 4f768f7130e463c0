//! Parts of values on which two schemas may differ.

use serde_json::Map;
use serde_json::Number;
use serde_json::Value;
use serde_json::json;

use crate::diff::schema::Shape;
use crate::diff::schema::reached;
use crate::diff::witness::Side;
use crate::pointer::Pointer;
use crate::schema::pattern;
use crate::schema::pattern::Inclusion;

/// The longest text, and the longest list, that is tried.
const LONGEST: usize = 20_000;
const MOST_ITEMS: usize = 1_000;

/// A name that nobody declares.
const UNKNOWN: &str = "nobody-declares-this";

/// Texts of forms that descriptions name.
const FORMS: [&str; 12] = [
    "x",
    "",
    "2026-01-31",
    "2026-01-31T12:00:00Z",
    "12:00:00Z",
    "4e1f2b1c-6c3a-4d57-9c9a-1f6a3e0b7a55",
    "somebody@example.com",
    "https://example.com/somewhere",
    "192.0.2.1",
    "2001:db8::1",
    "1",
    "c29tZXRoaW5n",
];

/// Parts that may be allowed on one side and not on the other, by what both say at a place.
pub(super) fn of(allows: Side<'_>, forbids: Side<'_>, at: &str) -> Vec<Value> {
    let (allowing, forbidding) = (reached(allows, at), reached(forbids, at));
    let mut found: Vec<Value> = Vec::new();
    for shape in [&allowing, &forbidding] {
        for (_, value) in shape.all("enum") {
            found.extend(value.as_array().into_iter().flatten().cloned());
        }
        found.extend(shape.all("const").map(|(_, value)| value.clone()));
        numbers(shape, &mut found);
        dependents(shape, &mut found);
    }
    patterns(&allowing, &forbidding, &mut found);
    for shape in [&allowing, &forbidding] {
        for keyword in ["maxLength", "minLength"] {
            for (_, value) in shape.all(keyword) {
                let count = value.as_u64().and_then(|count| usize::try_from(count).ok());
                let count = count.unwrap_or(0);
                let counts = [count, count + 1, count.saturating_sub(1)];
                let counts = counts.into_iter().filter(|count| *count <= LONGEST);
                found.extend(counts.map(|count| json!("a".repeat(count))));
            }
        }
    }
    found.extend(FORMS.map(Value::from));
    found.extend([
        Value::Null,
        json!(true),
        json!(0),
        json!(1),
        json!(-1),
        json!(1.5),
        json!(2_147_483_648_i64),
        json!([]),
        json!({}),
        json!({ UNKNOWN: true }),
        json!({ UNKNOWN: "x" }),
        json!([true]),
        json!(["x"]),
        json!([1]),
        json!([{}]),
    ]);
    let mut unique: Vec<Value> = Vec::with_capacity(found.len());
    for value in found {
        if !unique.contains(&value) {
            unique.push(value);
        }
    }
    unique
}

/// Objects in which a property has beside it what it demands.
fn dependents(shape: &Shape<'_>, found: &mut Vec<Value>) {
    for (_, lists) in shape.all("dependentRequired") {
        for (name, names) in lists.as_object().into_iter().flatten() {
            let names = names.as_array().into_iter().flatten().filter_map(Value::as_str);
            let members = names.chain([name.as_str()]).map(|name| (name.to_owned(), json!("x")));
            found.push(Value::Object(members.collect()));
            found.push(json!({ name: "x" }));
        }
    }
}

/// Numbers at the bounds, and one step beyond.
fn numbers(shape: &Shape<'_>, found: &mut Vec<Value>) {
    let mut push = |number: f64| {
        let whole = number.round();
        if (whole - number).abs() < f64::EPSILON && whole.abs() < 9e15 {
            // Within what an integer holds exactly.
            #[expect(clippy::cast_possible_truncation, reason = "it was looked at")]
            found.push(json!(whole as i64));
        } else {
            found.extend(Number::from_f64(number).map(Value::Number));
        }
    };
    for keyword in ["maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum"] {
        for (_, value) in shape.all(keyword) {
            let Some(bound) = value.as_f64() else { continue };
            for step in [0.0, 1.0, -1.0, 0.5, -0.5, 0.01, -0.01] {
                push(bound + step);
            }
        }
    }
    for (_, value) in shape.all("multipleOf") {
        let Some(step) = value.as_f64() else { continue };
        for times in 1..=7 {
            push(step * f64::from(times));
        }
    }
}

/// A text that matches one side's pattern and not the other's.
fn patterns(allowing: &Shape<'_>, forbidding: &Shape<'_>, found: &mut Vec<Value>) {
    let list = |shape: &Shape<'_>| {
        let texts = shape.all("pattern").filter_map(|(_, value)| value.as_str());
        texts.map(str::to_owned).collect::<Vec<_>>()
    };
    let mut narrow = list(allowing);
    narrow.push(String::new());
    for wide in list(forbidding) {
        for narrow in &narrow {
            if let Some(Inclusion::Breaks(text)) = pattern::includes(&wide, narrow) {
                found.push(Value::String(text));
            }
        }
    }
}

/// The value without the part at a place.
pub(super) fn without(value: &Value, place: &Pointer) -> Vec<Value> {
    let (Some(parent), Some(name)) = (place.parent(), place.last()) else { return Vec::new() };
    let mut whole = value.clone();
    let removed = match whole.pointer_mut(parent.as_str()) {
        Some(Value::Object(members)) => members.remove(&*name).is_some(),
        _ => false,
    };
    removed.then_some(whole).into_iter().collect()
}

/// Parts that differ a little from the one that is there.
pub(super) fn near(existing: Option<&Value>, others: &[Value]) -> Vec<Value> {
    match existing {
        Some(Value::String(text)) => texts(text),
        Some(Value::Array(items)) => lists(items, others),
        Some(Value::Object(members)) => objects(members),
        Some(Value::Number(number)) => {
            let number = number.as_f64().unwrap_or_default();
            [0.5, 1.0, -1.0, 1e10].map(|step| json!(number + step)).to_vec()
        }
        Some(Value::Null | Value::Bool(_)) | None => Vec::new(),
    }
}

/// Shorter and longer texts.
fn texts(text: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let count = text.chars().count();
    for length in [0, 1, count / 2, count.saturating_sub(1)] {
        found.push(json!(text.chars().take(length).collect::<String>()));
    }
    if let Some(last) = text.chars().last() {
        for more in [1, 8, 64, 512] {
            let mut longer = text.to_owned();
            longer.extend(std::iter::repeat_n(last, more));
            found.push(Value::String(longer));
        }
    }
    found
}

/// Shorter and longer lists, and such with other items.
fn lists(items: &[Value], others: &[Value]) -> Vec<Value> {
    let mut found = Vec::new();
    for length in [0, 1, items.len() / 2, items.len().saturating_sub(1)] {
        found.push(Value::Array(items.iter().take(length).cloned().collect()));
    }
    if let Some(first) = items.first() {
        for length in [2, items.len() + 1, items.len() + 4, 32, 128, MOST_ITEMS] {
            if length > items.len() {
                let mut longer = items.to_vec();
                longer.resize(length, first.clone());
                found.push(Value::Array(longer));
            }
        }
    }
    for other in others.iter().take(48) {
        let mut changed = items.to_vec();
        changed.push(other.clone());
        found.push(Value::Array(changed));
        found.push(json!([other]));
    }
    found
}

/// Objects with a member less, or more.
fn objects(members: &Map<String, Value>) -> Vec<Value> {
    let mut found = Vec::new();
    for name in members.keys().take(24) {
        let mut fewer = members.clone();
        fewer.remove(name);
        found.push(Value::Object(fewer));
    }
    for value in [json!("x"), json!(1), json!(true), json!(null), json!({}), json!([])] {
        let mut more = members.clone();
        more.insert(UNKNOWN.to_owned(), value);
        found.push(Value::Object(more));
    }
    let mut many = members.clone();
    for number in 0..64 {
        many.insert(format!("{UNKNOWN}-{number}"), json!("x"));
        if matches!(number, 1 | 7 | 31 | 63) {
            found.push(Value::Object(many.clone()));
        }
    }
    found
}
