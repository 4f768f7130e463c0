//! Changes of a part of a value that one keyword may not like.

use serde_json::Map;
use serde_json::Number;
use serde_json::Value;
use serde_json::json;

use crate::synth::format;
use crate::synth::maker::Maker;
use crate::synth::maker::Place;

/// The largest count that is exceeded.
const MOST: usize = 20_000;

/// The longest list of items that is exceeded.
const MOST_ITEMS: usize = 1_000;

/// A name that nobody declares.
const UNKNOWN: &str = "nobody-declares-this";

/// Other values for a part, which break a keyword of the schema with these members if they can.
pub(super) fn candidates<'s>(
    maker: &mut Maker<'s, '_>,
    keyword: &str,
    members: &'s Map<String, Value>,
    part: &Value,
) -> Vec<Value> {
    let bound = members.get(keyword);
    let count = bound.and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok());
    let count = count.unwrap_or(0);
    match (keyword, part) {
        ("type", _) => any(),
        ("enum" | "const", _) => variants(part).into_iter().chain(any()).collect(),
        ("minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum", _) => {
            beyond(keyword, bound, members.get("multipleOf"))
        }
        ("multipleOf", Value::Number(number)) => between(number, bound),
        ("format", Value::Number(_)) => too_wide(),
        ("format" | "pattern", Value::String(text)) => {
            let mut texts = odd(members, text);
            texts.extend(variants(part));
            texts
        }
        ("minLength", Value::String(text)) => shorter(maker, members, text, count),
        ("maxLength", Value::String(text)) if count < MOST => longer(maker, members, text, count),
        ("minItems", Value::Array(items)) => {
            let fewer = items.iter().take(count.saturating_sub(1)).cloned().collect();
            vec![Value::Array(fewer), json!([])]
        }
        ("maxItems", Value::Array(items)) if count < MOST_ITEMS => {
            more(maker, members.get("items"), items, count)
        }
        ("uniqueItems", Value::Array(items)) => twice(maker, members.get("items"), items),
        ("contains", Value::Array(items)) => {
            let all = |value: Value| Value::Array(vec![value; items.len().max(1)]);
            let mut lists: Vec<Value> = any().into_iter().map(all).collect();
            lists.push(json!([]));
            lists.extend(items.iter().map(|item| Value::Array(vec![item.clone(); items.len()])));
            lists
        }
        ("required", Value::Object(object)) => {
            let names = bound.and_then(Value::as_array).into_iter().flatten();
            names.filter_map(|name| without(object, name.as_str()?)).collect()
        }
        ("dependentRequired", Value::Object(object)) => {
            let lists = bound.and_then(Value::as_object).into_iter().flatten();
            let names = lists.filter_map(|(_, names)| names.as_array()).flatten();
            names.filter_map(|name| without(object, name.as_str()?)).collect()
        }
        ("additionalProperties" | "unevaluatedProperties", Value::Object(object)) => {
            any().into_iter().map(|value| with(object, UNKNOWN, value)).collect()
        }
        ("propertyNames", Value::Object(object)) => {
            let names = ["?", "", " ", "A b", "0", "\u{e9}", UNKNOWN];
            let long = "x".repeat(300);
            let names = names.into_iter().chain([long.as_str()]);
            let value = object.values().next().cloned();
            let value = value.or_else(|| maker.part(members.get("additionalProperties")?));
            let value = value.unwrap_or(Value::Bool(true));
            names.map(|name| with(object, name, value.clone())).collect()
        }
        ("minProperties", Value::Object(object)) => fewer(members, object, count),
        ("maxProperties", Value::Object(object)) if count < MOST_ITEMS => {
            let mut full = object.clone();
            while full.len() <= count {
                let value = members.get("additionalProperties").and_then(|rule| maker.part(rule));
                full.insert(format!("property{}", full.len()), value.unwrap_or(Value::Bool(true)));
            }
            vec![Value::Object(full)]
        }
        ("not", _) => {
            let denied = bound.and_then(|schema| maker.part(schema));
            let mut values: Vec<Value> = denied.iter().map(|value| over(part, value)).collect();
            values.extend(denied);
            values.extend(any());
            values
        }
        ("oneOf", _) => {
            let branches = bound.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let made: Vec<Value> =
                branches.iter().filter_map(|branch| maker.part(branch)).collect();
            let mut values: Vec<Value> = made.iter().map(|value| over(part, value)).collect();
            values.extend(made);
            values.extend(any());
            values
        }
        _ => Vec::new(),
    }
}

impl<'s> Maker<'s, '_> {
    /// A value of a part of a schema.
    fn part(&mut self, schema: &'s Value) -> Option<Value> {
        self.value(&[schema], Place { depth: 2, name: None }).ok()
    }
}

/// A value of each type.
fn any() -> Vec<Value> {
    vec![
        json!(null),
        json!("?"),
        json!(1.5),
        json!(-7),
        json!(true),
        json!({}),
        json!([]),
        json!("nobody expects this"),
        json!(0),
        json!([null]),
    ]
}

/// Values of the same type.
fn variants(part: &Value) -> Vec<Value> {
    match part {
        Value::String(text) => {
            let same = |letter: char| letter.to_string().repeat(text.chars().count());
            let mut texts = vec![format!("{text}x"), format!("x{text}"), same('x'), same('0')];
            texts.extend([same('?'), same(' '), text.to_uppercase(), text.to_lowercase()]);
            texts.into_iter().map(Value::String).collect()
        }
        Value::Number(number) => {
            let near = number.as_i64().unwrap_or_default();
            let steps = [1, -1, 2, 1_000, 1_234_567];
            steps.into_iter().map(|step| json!(near.saturating_add(step))).collect()
        }
        Value::Bool(truth) => vec![Value::Bool(!truth)],
        Value::Array(_) => vec![json!([]), json!(["?"])],
        Value::Object(object) => vec![json!({}), with(object, UNKNOWN, json!(true))],
        Value::Null => Vec::new(),
    }
}

/// Numbers on the other side of a bound, in steps.
fn beyond(keyword: &str, bound: Option<&Value>, step: Option<&Value>) -> Vec<Value> {
    let Some(bound) = bound.and_then(Value::as_f64) else { return Vec::new() };
    let step = step.and_then(Value::as_f64).filter(|step| *step > 0.0);
    let away = if keyword.ends_with("inimum") { -1.0 } else { 1.0 };
    let mut numbers = vec![bound, bound + away, bound + away * 0.5, bound + away * 1_000.0];
    numbers.extend([bound + away * 0.01, bound * 2.0, -bound]);
    if let Some(step) = step {
        let near = (bound / step).round();
        numbers.extend((0..4).map(|count| (near + away * f64::from(count)) * step));
    }
    numbers.into_iter().filter_map(written).collect()
}

/// Numbers that are no whole number of steps.
fn between(number: &Number, step: Option<&Value>) -> Vec<Value> {
    let number = number.as_f64().unwrap_or_default();
    let step = step.and_then(Value::as_f64).unwrap_or(1.0);
    let aside = [step / 2.0, 1.0, -1.0, step / 3.0, -step / 2.0, 0.5, step / 10.0, 2.0, -0.1];
    aside.into_iter().filter_map(|aside| written(number + aside)).collect()
}

/// Numbers that are too large for a width, or no whole ones.
fn too_wide() -> Vec<Value> {
    vec![
        json!(128),
        json!(-129),
        json!(256),
        json!(-1),
        json!(32_768),
        json!(-32_769),
        json!(65_536),
        json!(2_147_483_648_i64),
        json!(-2_147_483_649_i64),
        json!(4_294_967_296_i64),
        json!(9_223_372_036_854_775_808_u64),
        json!(1e19),
        json!(-1e19),
        json!(1e39),
        json!(0.5),
        json!(1_000_000_000_000_000_i64),
        json!(0.000_1),
    ]
}

/// A number in JSON, whole ones without a point.
fn written(number: f64) -> Option<Value> {
    /// Numbers up to here are exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let rounded = (number * 1e9).round() / 1e9;
    let number = if number.abs() < 1e6 { rounded } else { number };
    if number.fract() == 0.0 && number.abs() <= EXACT {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole and in range, as just checked"
        )]
        return Some(Value::from(number as i64));
    }
    Number::from_f64(number).map(Value::Number)
}

/// Texts that hardly any pattern or format takes, of a length that is allowed.
fn odd(members: &Map<String, Value>, text: &str) -> Vec<Value> {
    let length = |keyword: &str| {
        members.get(keyword).and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok())
    };
    let least = length("minLength").unwrap_or(0);
    let most = length("maxLength").unwrap_or(usize::MAX);
    let own = text.chars().count();
    let mut texts = Vec::new();
    for letter in ["?", "a", "0", " ", "A", "-", "_", "\n", "\u{e9}", "/", "%", "."] {
        for count in [least.max(1), own.max(1), least.max(3)] {
            if (least..=most).contains(&count) && count < MOST {
                texts.push(Value::from(letter.repeat(count)));
            }
        }
    }
    if least == 0 {
        texts.push(json!(""));
    }
    texts
}

fn shorter(
    maker: &mut Maker<'_, '_>,
    members: &Map<String, Value>,
    text: &str,
    count: usize,
) -> Vec<Value> {
    let most = count.saturating_sub(1);
    let mut texts: Vec<String> = vec![text.chars().take(most).collect()];
    texts.push(text.chars().rev().take(most).collect());
    texts.extend(["a", "0", "A"].map(|letter| letter.repeat(most.min(MOST))));
    texts.extend(shaped(maker, members, (0, most)));
    texts.push(String::new());
    texts.into_iter().map(Value::String).collect()
}

fn longer(
    maker: &mut Maker<'_, '_>,
    members: &Map<String, Value>,
    text: &str,
    count: usize,
) -> Vec<Value> {
    let source = if text.is_empty() { "a" } else { text };
    let mut texts: Vec<String> = vec![source.chars().cycle().take(count + 1).collect()];
    texts.extend(["a", "0", "A"].map(|letter| letter.repeat(count + 1)));
    texts.extend(shaped(maker, members, (count + 1, count + 60)));
    texts.into_iter().map(Value::String).collect()
}

/// Texts of a length along the pattern and the format beside it.
fn shaped(
    maker: &mut Maker<'_, '_>,
    members: &Map<String, Value>,
    length: (usize, usize),
) -> Vec<String> {
    let mut texts = Vec::new();
    if let Some(name) = members.get("format").and_then(Value::as_str) {
        texts.extend(format::text(name, None, length));
    }
    if let Some(pattern) = members.get("pattern").and_then(Value::as_str) {
        texts.extend((0..8).filter_map(|_| maker.once(pattern, length)));
    }
    texts
}

/// More items than there may be.
fn more<'s>(
    maker: &mut Maker<'s, '_>,
    rule: Option<&'s Value>,
    items: &[Value],
    count: usize,
) -> Vec<Value> {
    let mut fresh = items.to_vec();
    while fresh.len() <= count {
        let made = rule.and_then(|rule| maker.part(rule));
        let tries = (0..4).filter_map(|_| rule.and_then(|rule| maker.part(rule)));
        let new = tries.chain(made).find(|item| !fresh.contains(item));
        let next = new.or_else(|| items.first().cloned()).unwrap_or_else(|| json!(fresh.len()));
        fresh.push(next);
    }
    let mut same = items.to_vec();
    same.resize(count + 1, items.first().cloned().unwrap_or(Value::Null));
    vec![Value::Array(fresh), Value::Array(same)]
}

/// Lists that have an item twice.
fn twice<'s>(maker: &mut Maker<'s, '_>, rule: Option<&'s Value>, items: &[Value]) -> Vec<Value> {
    let mut lists = Vec::new();
    if let [first, _, rest @ ..] = items {
        let list = [first.clone(), first.clone()].into_iter().chain(rest.iter().cloned());
        lists.push(Value::Array(list.collect()));
    }
    let made = rule.and_then(|rule| maker.part(rule));
    if let Some(item) = items.first().cloned().or(made) {
        let list = items.iter().cloned().chain([item.clone()]);
        lists.push(Value::Array(list.collect()));
        lists.push(Value::Array(vec![item.clone(), item]));
    }
    lists.push(json!([0, 0]));
    lists
}

/// Objects with fewer members than there must be; what is required goes last.
fn fewer(members: &Map<String, Value>, object: &Map<String, Value>, count: usize) -> Vec<Value> {
    let required = members.get("required").and_then(Value::as_array);
    let is_free = |name: &&String| {
        required.is_none_or(|names| names.iter().all(|required| required != name.as_str()))
    };
    let names: Vec<&String> = object.keys().filter(is_free).collect();
    let mut rest = object.clone();
    for name in names {
        if rest.len() >= count.max(1) {
            rest.shift_remove(name);
        }
    }
    vec![Value::Object(rest), json!({})]
}

fn without(object: &Map<String, Value>, name: &str) -> Option<Value> {
    let mut object = object.clone();
    object.shift_remove(name)?;
    Some(Value::Object(object))
}

fn with(object: &Map<String, Value>, name: &str, value: Value) -> Value {
    let mut object = object.clone();
    object.insert(name.to_owned(), value);
    Value::Object(object)
}

/// A value with another laid over it.
fn over(below: &Value, above: &Value) -> Value {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            let mut both = below.clone();
            both.extend(above.clone());
            Value::Object(both)
        }
        _ => above.clone(),
    }
}
