//! Breaking one constraint of a valid value: by a value that breaks that and nothing else, or, where
//! there is none, as little else as can be.

use chrono::DateTime;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use standin::pointer::Pointer;

use super::constraint::Constraint;
use super::constraint::EXTRA;
use super::sample;

/// How a value is written, which decides what it can be at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// As JSON.
    Json,
    /// As text: parameters, header fields, plain text.
    Text,
    /// As a form: an object of texts.
    Form,
}

/// A value that breaks what it should.
#[derive(Debug)]
pub(super) struct Mutant<'c> {
    /// The whole value.
    pub(super) value: Value,
    /// The part that was exchanged.
    pub(super) part: Value,
    /// Every constraint that it breaks.
    pub(super) broken: Vec<&'c Constraint>,
}

/// Values of the schema that break `constraint`, of all the constraints on them.
///
/// # Errors
///
/// Why no message can break it.
pub(super) fn mutants<'c>(
    root: &Value,
    schema: &Pointer,
    constraint: &'c Constraint,
    all: &'c [Constraint],
    written: Written,
) -> Result<Vec<Mutant<'c>>, &'static str> {
    let is_text = match written {
        Written::Json => false,
        Written::Text => true,
        Written::Form if constraint.at.is_root() && constraint.keyword == "type" => {
            return Err("a form is always an object");
        }
        Written::Form => !constraint.at.is_root(),
    };
    let is_alternative = constraint.route.iter().any(|turn| turn.at == constraint.at);
    if constraint.keyword == "type" && is_alternative {
        return Err("a value of another type is none of the alternatives");
    }
    let peers: Vec<&Constraint> = all.iter().filter(|peer| is_peer(peer, constraint)).collect();
    let says = |keyword: &str, value: &Value| {
        peers.iter().any(|peer| peer.keyword == keyword && peer.value == *value)
    };
    let is_nullable = says("nullable", &json!(true));
    let valid = sample::for_constraint(root, schema, constraint);
    let overfull = sample::overfull(root, schema, constraint);
    let part_of = |value| constraint.at.get(value).expect("the value has the part");
    let mut found: Vec<Mutant<'_>> = Vec::new();
    for part in candidates(constraint, part_of(&valid), part_of(&overfull)) {
        if is_text && !can_be_text(&part, says("type", &json!("string"))) {
            continue;
        }
        if part.is_null() && is_nullable && constraint.keyword != "nullable" {
            continue;
        }
        let broken: Vec<&Constraint> = peers
            .iter()
            .copied()
            .filter(|peer| !is_excused(peer, &part, is_nullable) && breaks(peer, &part))
            .collect();
        let mut value = valid.clone();
        *value.pointer_mut(constraint.at.as_str()).expect("the part is there") = part.clone();
        if constraint.keyword == "nullable" || broken.iter().any(|it| it.key() == constraint.key())
        {
            found.push(Mutant { value, part, broken });
        }
    }
    if found.is_empty() {
        return Err(if is_text { "text is always a string" } else { "no JSON value breaks it" });
    }
    found.sort_by_key(|mutant| mutant.broken.len());
    let least = found[0].broken.len();
    let (nulls, others): (Vec<_>, Vec<_>) = found
        .into_iter()
        .filter(|mutant| mutant.broken.len() == least)
        .partition(|mutant| mutant.part.is_null());
    // Null is a breach of its own for some vendors, so it is sent beside another value.
    Ok(others.into_iter().take(1).chain(nulls.into_iter().take(1)).collect())
}

/// Whether a constraint looks at the same part, on the same way through alternatives.
fn is_peer(peer: &Constraint, constraint: &Constraint) -> bool {
    let is_told_by_its_branch = |it: &Constraint| matches!(&*it.keyword, "oneOf" | "anyOf");
    let is_same_way = peer.route.iter().all(|turn| constraint.route.contains(turn));
    peer.at == constraint.at
        && is_same_way
        && (!is_told_by_its_branch(peer) || peer.place == constraint.place)
}

/// Whether null passes by what stands beside `nullable`.
fn is_excused(peer: &Constraint, part: &Value, is_nullable: bool) -> bool {
    let is_about_values = matches!(&*peer.keyword, "type" | "enum");
    part.is_null() && is_nullable && is_about_values
}

/// Whether text can be this value, to a schema that takes strings or one that does not.
fn can_be_text(part: &Value, takes_strings: bool) -> bool {
    match part {
        Value::String(_) => true,
        Value::Number(_) | Value::Bool(_) => !takes_strings,
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

/// Parts of which one should break the constraint.
fn candidates(constraint: &Constraint, old: &Value, overfull: &Value) -> Vec<Value> {
    let said = &constraint.value;
    let count = || usize::try_from(said.as_u64().expect("a count")).unwrap();
    let below = |by: f64| json!(said.as_f64().expect("a number") - by);
    let items = || old.as_array().cloned().unwrap_or_default();
    let text = || old.as_str().unwrap_or_default().to_owned();
    match &*constraint.keyword {
        "type" | "oneOf" | "anyOf" => {
            vec![json!(5), json!("standin"), json!(true), json!([]), json!({}), json!(null)]
        }
        "nullable" => vec![json!(null)],
        "enum" => vec![json!("no such value"), json!(0), json!(false)],
        "pattern" => vec![json!("§"), json!("standin"), json!("")],
        "format" => match said.as_str().unwrap_or_default() {
            "int32" => vec![json!(2_147_483_648_i64), json!(-2_147_483_649_i64)],
            "int64" => vec![json!(9_223_372_036_854_775_808_u64)],
            // A JSON number beyond it can not be written without being no number to most readers.
            "double" => Vec::new(),
            _ => vec![json!("yesterday")],
        },
        "minimum" => match said.as_i64() {
            Some(least) => vec![json!(least - 1)],
            None => vec![below(1.0)],
        },
        "maximum" => match said.as_i64() {
            Some(most) => vec![json!(most + 1)],
            None => vec![below(-1.0)],
        },
        "exclusiveMinimum" | "exclusiveMaximum" => vec![said.clone()],
        "multipleOf" => vec![json!(old.as_i64().expect("a whole number") + 1)],
        "minLength" => vec![json!(text().chars().take(count() - 1).collect::<String>())],
        "maxLength" => vec![json!(format!("{:x<1$}", text(), count() + 1))],
        "minItems" => vec![items().into_iter().take(count() - 1).collect()],
        "maxItems" => {
            let filler = (0..=count()).map(|number| json!(format!("item{number}")));
            let same = items().into_iter().cycle().take(count() + 1);
            vec![filler.collect(), same.collect()]
        }
        "uniqueItems" => {
            let first = items().into_iter().next().expect("an item");
            vec![json!([first.clone(), first])]
        }
        "additionalProperties" => {
            let unknown = Map::from_iter([("standin_unknown".to_owned(), json!(true))]);
            let mut added = old.as_object().expect("an object").clone();
            added.extend(unknown.clone());
            vec![Value::Object(added), Value::Object(unknown)]
        }
        "required" | "minProperties" => {
            let mut left = old.as_object().expect("an object").clone();
            match said.as_str() {
                Some(name) => drop(left.remove(name)),
                None => left = left.into_iter().take(count() - 1).collect(),
            }
            vec![Value::Object(left)]
        }
        "maxProperties" => {
            let mut members = overfull.as_object().expect("an object").clone();
            // Where any name may stand, there is a member of such a name to repeat.
            if let Some(filler) = members.get(EXTRA).cloned() {
                let further = (0..=count()).map(|number| format!("{EXTRA}{number}"));
                members.extend(further.map(|name| (name, filler.clone())));
            }
            vec![Value::Object(members.into_iter().take(count() + 1).collect())]
        }
        other => panic!("{}: nobody here breaks `{other}`", constraint.place),
    }
}

/// Whether a part breaks a constraint: read from the standard, not from the validator.
///
/// # Source
///
/// JSON Schema Validation (draft Wright 00, to which OpenAPI 3.0 refers), section 5; OpenAPI 3.0.4,
/// *Data Types* and *Schema Object*.
fn breaks(constraint: &Constraint, part: &Value) -> bool {
    let said = &constraint.value;
    let number = part.as_f64().zip(said.as_f64());
    let count = |length: Option<usize>| length.zip(said.as_u64().map(|it| it as usize));
    let length = || count(part.as_str().map(|text| text.chars().count()));
    let items = || count(part.as_array().map(Vec::len));
    let members = || count(part.as_object().map(Map::len));
    match &*constraint.keyword {
        "type" => !is_of(part, said),
        "oneOf" | "anyOf" => {
            said.as_array().is_some_and(|kinds| kinds.iter().all(|kind| !is_of(part, kind)))
        }
        "enum" => said.as_array().is_some_and(|options| !options.contains(part)),
        "pattern" => part.as_str().zip(said.as_str()).is_some_and(|(text, pattern)| {
            regress::Regex::new(pattern).expect("a pattern").find(text).is_none()
        }),
        "format" => breaks_format(said.as_str().unwrap_or_default(), part),
        "minimum" => number.is_some_and(|(part, least)| part < least),
        "maximum" => number.is_some_and(|(part, most)| part > most),
        "exclusiveMinimum" => number.is_some_and(|(part, least)| part <= least),
        "exclusiveMaximum" => number.is_some_and(|(part, most)| part >= most),
        "multipleOf" => number.is_some_and(|(part, step)| part % step != 0.0),
        "minLength" => length().is_some_and(|(length, least)| length < least),
        "maxLength" => length().is_some_and(|(length, most)| length > most),
        "minItems" => items().is_some_and(|(length, least)| length < least),
        "maxItems" => items().is_some_and(|(length, most)| length > most),
        "uniqueItems" => part.as_array().is_some_and(|items| {
            items.iter().enumerate().any(|(index, item)| items[..index].contains(item))
        }),
        "minProperties" => members().is_some_and(|(length, least)| length < least),
        "maxProperties" => members().is_some_and(|(length, most)| length > most),
        "required" => part
            .as_object()
            .zip(said.as_str())
            .is_some_and(|(members, name)| !members.contains_key(name)),
        "additionalProperties" => {
            part.as_object().zip(said.as_array()).is_some_and(|(members, known)| {
                members.keys().any(|name| !known.contains(&json!(name)))
            })
        }
        _ => false,
    }
}

fn is_of(part: &Value, kind: &Value) -> bool {
    match kind.as_str() {
        Some("string") => part.is_string(),
        Some("number") => part.is_number(),
        Some("integer") => part.as_f64().is_some_and(|number| number.fract() == 0.0),
        Some("boolean") => part.is_boolean(),
        Some("array") => part.is_array(),
        Some("object") => part.is_object(),
        _ => true,
    }
}

fn breaks_format(format: &str, part: &Value) -> bool {
    match (format, part) {
        ("date-time", Value::String(text)) => DateTime::parse_from_rfc3339(text).is_err(),
        ("int32", Value::Number(number)) => {
            number.as_i64().is_none_or(|number| i32::try_from(number).is_err())
        }
        ("int64", Value::Number(number)) => number.as_i64().is_none(),
        ("double" | "date-time" | "int32" | "int64", _) => false,
        (other, _) => panic!("nobody here knows the format `{other}`"),
    }
}
