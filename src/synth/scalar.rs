//! Texts and numbers within their bounds.

use serde_json::Number;
use serde_json::Value;

use crate::synth::Unmade;
use crate::synth::merged::Merged;

/// The longest text that is made.
const LONGEST: usize = 100_000;

/// A text for every format that has a form.
const FORMATS: [(&str, &str); 19] = [
    ("date-time", "2019-08-24T14:15:22Z"),
    ("date", "2019-08-24"),
    ("time", "14:15:22Z"),
    ("duration", "P1D"),
    ("email", "user@example.com"),
    ("idn-email", "user@example.com"),
    ("hostname", "example.com"),
    ("idn-hostname", "example.com"),
    ("ipv4", "198.51.100.42"),
    ("ipv6", "2001:db8::8a2e:370:7334"),
    ("uri", "https://example.com/"),
    ("uri-reference", "/example"),
    ("iri", "https://example.com/"),
    ("iri-reference", "/example"),
    ("uri-template", "/example/{id}"),
    ("uuid", "095be615-a8ad-4c33-8e9c-c7612fbf6c9f"),
    ("byte", "c3RyaW5n"),
    ("json-pointer", "/example"),
    ("regex", "^example$"),
];

/// Makes a text.
pub(super) fn text(merged: &Merged<'_>) -> Result<String, Unmade> {
    let (least, most) = (merged.least("minLength"), merged.most("maxLength"));
    if least > most {
        return Err(Unmade::Unsatisfiable);
    }
    if least > LONGEST {
        return Err(Unmade::TooLarge);
    }
    let format = merged.text("format");
    let formed = FORMATS.iter().find(|(name, _)| Some(*name) == format);
    let mut text = formed.map_or("string", |(_, text)| *text).to_owned();
    if text.len() < least {
        text = text.chars().cycle().take(least).collect();
    }
    if text.len() > most {
        text = text.chars().take(most).collect();
    }
    Ok(text)
}

/// Makes a number: the least that is allowed, or 0 where that is.
pub(super) fn number(merged: &Merged<'_>, whole: bool) -> Result<Value, Unmade> {
    let step = merged.numbers("multipleOf").fold(f64::NAN, f64::max);
    let step = if step > 0.0 { step } else { 1.0 };
    let step = if whole { step.max(1.0).ceil() } else { step };
    let low = merged.numbers("minimum").fold(f64::NEG_INFINITY, f64::max);
    let above = merged.numbers("exclusiveMinimum").fold(f64::NEG_INFINITY, f64::max);
    let high = merged.numbers("maximum").fold(f64::INFINITY, f64::min);
    let below = merged.numbers("exclusiveMaximum").fold(f64::INFINITY, f64::min);
    let fits = |number: f64| number >= low && number > above && number <= high && number < below;
    let floor = low.max(above);
    let roof = high.min(below);
    let mut candidates = vec![0.0];
    if floor.is_finite() {
        let first = (floor / step).ceil() * step;
        candidates.extend([first, first + step]);
    }
    if roof.is_finite() {
        let last = (roof / step).floor() * step;
        candidates.extend([last, last - step]);
    }
    if !whole && floor.is_finite() && roof.is_finite() {
        candidates.push(f64::midpoint(floor, roof));
    }
    let found = candidates.into_iter().find(|number| fits(*number));
    written(found.ok_or(Unmade::Unsatisfiable)?, whole).ok_or(Unmade::Unsatisfiable)
}

/// A number in JSON; whole ones without a point.
fn written(number: f64, whole: bool) -> Option<Value> {
    /// The numbers up to here are exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole and in range, as just checked"
        )]
        return Some(Value::from(number as i64));
    }
    Number::from_f64(number).filter(|_| !whole).map(Value::Number)
}

/// Makes equal items differ, where they are texts or numbers.
pub(super) fn tell_apart(items: &mut [Value]) {
    for number in 1..items.len() {
        let (before, rest) = items.split_at_mut(number);
        let Some(item) = rest.first_mut().filter(|item| before.contains(item)) else { continue };
        match item {
            Value::String(text) => text.push_str(&number.to_string()),
            Value::Number(value) => {
                let sum = value.as_i64().zip(i64::try_from(number).ok());
                if let Some(sum) = sum.and_then(|(value, number)| value.checked_add(number)) {
                    *item = Value::from(sum);
                }
            }
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {}
        }
    }
}
