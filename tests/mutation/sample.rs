//! A valid value of a schema, with every optional part in it, so that each can be broken.

use std::collections::BTreeSet;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use standin::pointer::Pointer;

use super::constraint::Constraint;
use super::constraint::EXTRA;
use super::constraint::Turn;
use super::constraint::follow;

/// Texts of which one should match whatever pattern a document has.
const TEXTS: &[&str] =
    &["text", "sess_text", "header.claims.signature", "PT1S", "0123456789abcdef"];

/// A valid value in which the constraint can be broken: the alternatives on the way to it are
/// taken, and where there is room for some properties only, the one on the way is among them.
pub(super) fn for_constraint(root: &Value, schema: &Pointer, constraint: &Constraint) -> Value {
    let aim: Vec<String> = constraint.at.tokens().map(std::borrow::Cow::into_owned).collect();
    Sampling { root, route: &constraint.route, is_bounded: true }.value(schema, Some(&aim))
}

/// Any valid value.
pub(super) fn any(root: &Value, schema: &Pointer) -> Value {
    Sampling { root, route: &[], is_bounded: true }.value(schema, Some(&[]))
}

/// A value with every described property, whatever `maxProperties` says.
pub(super) fn overfull(root: &Value, schema: &Pointer, constraint: &Constraint) -> Value {
    Sampling { root, route: &constraint.route, is_bounded: false }.value(schema, None)
}

struct Sampling<'d> {
    root: &'d Value,
    route: &'d [Turn],
    is_bounded: bool,
}

impl<'d> Sampling<'d> {
    /// All schemas that hold for the value, each with its place.
    fn parts(&self, schema: &Pointer) -> Vec<(Pointer, &'d Map<String, Value>)> {
        let (place, members) = follow(self.root, schema.clone());
        let mut parts = vec![(place.clone(), members)];
        let count = members.get("allOf").and_then(Value::as_array).map_or(0, Vec::len);
        for index in 0..count {
            parts.extend(self.parts(&place.child("allOf").child(index.to_string())));
        }
        for keyword in ["oneOf", "anyOf"].into_iter().filter(|it| members.contains_key(*it)) {
            let place = place.child(keyword);
            let turn = self.route.iter().find(|turn| turn.place == place);
            let index = turn.map_or(0, |turn| turn.index);
            parts.extend(self.parts(&place.child(index.to_string())));
        }
        parts
    }

    /// A valid value; `aim` are the steps that are still to go, `None` off the way.
    fn value(&self, schema: &Pointer, aim: Option<&[String]>) -> Value {
        let parts = self.parts(schema);
        let said = |keyword: &str| parts.iter().find_map(|(_, part)| part.get(keyword));
        if let Some(Value::Array(options)) = said("enum") {
            return options[0].clone();
        }
        match said("type").and_then(Value::as_str) {
            Some("object") => self.object(&parts, aim),
            Some("array") => {
                let items = parts.iter().find(|(_, part)| part.contains_key("items"));
                let (place, _) = items.unwrap_or_else(|| panic!("{schema} has no items"));
                let inner = aim.and_then(|aim| aim.split_first()).map(|(_, rest)| rest);
                let least = said("minItems").and_then(Value::as_u64).unwrap_or(1).max(1);
                let item = self.value(&place.child("items"), inner);
                (0..least).map(|number| distinct(&item, number)).collect()
            }
            Some("boolean") => json!(true),
            Some("integer" | "number") => number(&parts),
            Some("string") => json!(text(schema, &parts)),
            Some(other) => panic!("{schema}: `{other}` is no type"),
            None => json!("anything"),
        }
    }

    fn object(&self, parts: &[(Pointer, &'d Map<String, Value>)], aim: Option<&[String]>) -> Value {
        let (step, rest) = match aim.and_then(|aim| aim.split_first()) {
            Some((step, rest)) => (Some(step.as_str()), Some(rest)),
            None => (None, None),
        };
        let mut places: Vec<(&str, Pointer)> = Vec::new();
        let mut required: BTreeSet<&str> = BTreeSet::new();
        let mut room = usize::MAX;
        for (place, part) in parts {
            let names = part.get("properties").and_then(Value::as_object);
            for name in names.into_iter().flat_map(Map::keys) {
                places.push((name, place.child("properties").child(name)));
            }
            if part.get("additionalProperties").is_some_and(Value::is_object) {
                places.push((EXTRA, place.child("additionalProperties")));
            }
            let names = part.get("required").and_then(Value::as_array);
            required.extend(names.into_iter().flatten().filter_map(Value::as_str));
            let most = part.get("maxProperties").and_then(Value::as_u64);
            if let Some(most) = most.filter(|_| self.is_bounded) {
                room = usize::try_from(most).unwrap();
            }
        }
        // What must be there comes first, then what is asked for, then whatever has room.
        places.sort_by_key(|(name, _)| (!required.contains(name), Some(*name) != step));
        let members = places.into_iter().take(room).map(|(name, place)| {
            let inner = rest.filter(|_| Some(name) == step);
            (name.to_owned(), self.value(&place, inner))
        });
        Value::Object(members.collect())
    }
}

/// The value again, other than before where it is a text.
fn distinct(value: &Value, number: u64) -> Value {
    match value.as_str() {
        Some(text) if number > 0 => json!(format!("{text}{number}")),
        Some(_) | None => value.clone(),
    }
}

fn number(parts: &[(Pointer, &Map<String, Value>)]) -> Value {
    let said = |keyword: &str| parts.iter().find_map(|(_, part)| part.get(keyword));
    let is_true = |keyword: &str| said(keyword) == Some(&Value::Bool(true));
    let step = said("multipleOf").and_then(Value::as_i64).unwrap_or(1);
    let least = said("minimum").and_then(Value::as_i64);
    let least = least.map(|least| if is_true("exclusiveMinimum") { least + 1 } else { least });
    let least = least.unwrap_or(step);
    let value = least + (step - least.rem_euclid(step)) % step;
    let most = said("maximum").and_then(Value::as_i64).unwrap_or(i64::MAX);
    assert!(value <= most && (value < most || !is_true("exclusiveMaximum")), "{parts:?}");
    json!(value)
}

fn text(schema: &Pointer, parts: &[(Pointer, &Map<String, Value>)]) -> String {
    let said = |keyword: &str| parts.iter().find_map(|(_, part)| part.get(keyword));
    if let Some(format) = said("format").and_then(Value::as_str) {
        return match format {
            "date-time" => "2026-01-01T00:00:00.000Z".to_owned(),
            "uuid" => "123e4567-e89b-12d3-a456-426614174000".to_owned(),
            _ => panic!("{schema}: nobody here knows a text of the format `{format}`"),
        };
    }
    let length = |keyword: &str| {
        said(keyword).and_then(Value::as_u64).map(|length| usize::try_from(length).unwrap())
    };
    let (least, most) = (length("minLength").unwrap_or(0), length("maxLength"));
    if let Some(pattern) = said("pattern").and_then(Value::as_str) {
        let pattern = regress::Regex::new(pattern).expect("the pattern is one");
        let fits = |text: &&&str| pattern.find(text).is_some() && text.len() >= least;
        let found = TEXTS.iter().find(fits);
        return (*found.unwrap_or_else(|| panic!("{schema}: no text here matches"))).to_owned();
    }
    let mut text = format!("{:x<least$}", "text");
    text.truncate(most.unwrap_or(usize::MAX));
    text
}
