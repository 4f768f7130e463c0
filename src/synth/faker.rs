//! Values that a document asks for by the name of a method of faker.js, as Prism's documents do
//! (`x-faker: name.firstName`).
//!
//! The names of two generations of that library are known; where one is not, its last word says what
//! is meant, as the name of a property does. A value is only taken where the schema allows it.

use serde_json::Value;
use serde_json::json;

use crate::schema::Types;
use crate::synth::format;
use crate::synth::random::Random;
use crate::synth::words;

/// Methods whose text is in a format.
const FORMED: &[(&str, &str)] = &[
    ("date.anytime", "date-time"),
    ("date.birthdate", "date-time"),
    ("date.future", "date-time"),
    ("date.past", "date-time"),
    ("date.recent", "date-time"),
    ("date.soon", "date-time"),
    ("datatype.datetime", "date-time"),
    ("datatype.uuid", "uuid"),
    ("internet.ip", "ipv4"),
    ("internet.ipv4", "ipv4"),
    ("internet.ipv6", "ipv6"),
    ("random.uuid", "uuid"),
    ("string.uuid", "uuid"),
];

/// Methods that make a number, and whether it is whole.
const NUMBERS: &[(&str, bool)] = &[
    ("commerce.price", false),
    ("datatype.float", false),
    ("datatype.number", true),
    ("finance.amount", false),
    ("location.latitude", false),
    ("location.longitude", false),
    ("address.latitude", false),
    ("address.longitude", false),
    ("number.float", false),
    ("number.int", true),
    ("random.float", false),
    ("random.number", true),
];

/// Methods whose text goes with the name of another property than their last word.
const NAMED: &[(&str, &str)] = &[
    ("company.name", "companyName"),
    ("company.companyName", "companyName"),
    ("image.image", "url"),
    ("image.imageUrl", "url"),
    ("internet.avatar", "url"),
    ("internet.domainName", "host"),
    ("internet.domainWord", "word"),
    ("internet.exampleEmail", "email"),
    ("internet.userName", "username"),
    ("location.countryCode", "countryCode"),
    ("lorem.paragraph", "text"),
    ("lorem.paragraphs", "text"),
    ("lorem.sentence", "text"),
    ("lorem.sentences", "text"),
    ("lorem.words", "title"),
    ("name.findName", "fullName"),
    ("name.jobTitle", "jobTitle"),
    ("person.jobTitle", "jobTitle"),
    ("phone.number", "phone"),
];

/// A value of a method, of one of `types`; `call` is the method's name, or an object with that and its
/// arguments.
pub(super) fn value(call: &Value, types: Types, most: usize, random: &mut Random) -> Option<Value> {
    let (method, arguments) = match call {
        Value::String(method) => (method, &Value::Null),
        Value::Object(call) => call.iter().next()?,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => return None,
    };
    let arguments = match arguments.as_array().map(Vec::as_slice) {
        Some([only]) => only,
        Some(_) | None => arguments,
    };
    let last = method.rsplit('.').next().unwrap_or(method);
    let of = |table: &[(&str, &'static str)]| {
        table.iter().find(|(known, _)| known == method).map(|(_, word)| *word)
    };
    let made = if matches!(last, "arrayElement" | "arrayElements" | "objectElement") {
        chosen(last, arguments, random)?
    } else if matches!(method.as_str(), "datatype.boolean" | "random.boolean") {
        Value::Bool(random.happens(50))
    } else if let Some((_, is_whole)) = NUMBERS.iter().find(|(known, _)| known == method) {
        number(arguments, *is_whole, random)
    } else if let Some(name) = of(FORMED) {
        Value::from(format::text(name, Some(random), (0, most))?)
    } else {
        Value::from(words::text(of(NAMED).unwrap_or(last), random, most))
    };
    let is_text = types.has(Types::STRING) && !types.has(Types::of(&made));
    let is_written = is_text && (made.is_number() || made.is_boolean());
    Some(if is_written { Value::from(made.to_string()) } else { made })
}

/// One, or some, of what the arguments list.
fn chosen(method: &str, arguments: &Value, random: &mut Random) -> Option<Value> {
    let list: Vec<&Value> = match arguments {
        Value::Array(list) => list.iter().collect(),
        Value::Object(members) => members.values().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
    };
    if method == "arrayElements" {
        let wanted = random.between(1, list.len().max(1));
        return Some(list.into_iter().take(wanted).cloned().collect());
    }
    random.pick(&list).map(|value| (*value).clone())
}

/// A number between `min` and `max`, both of which are faker's where they are not said.
fn number(arguments: &Value, is_whole: bool, random: &mut Random) -> Value {
    let bound =
        |name: &str, usual: f64| arguments.get(name).and_then(Value::as_f64).unwrap_or(usual);
    let most = arguments.as_f64().unwrap_or_else(|| bound("max", 1_000.0));
    let least = bound("min", 0.0).min(most);
    #[expect(clippy::cast_precision_loss, reason = "any number between the two will do")]
    let share = (random.bits() >> 11) as f64 / (1_u64 << 53) as f64;
    let value = least + (most - least) * share;
    if is_whole {
        #[expect(clippy::cast_possible_truncation, reason = "what is too large is cut off")]
        let whole = value.round() as i64;
        return Value::from(whole);
    }
    json!((value * 100.0).round() / 100.0)
}
