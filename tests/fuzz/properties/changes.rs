//! JSON that is nearly right: a value that somebody wrote, changed in some places.

use serde_json::Value;
use serde_json::json;

use super::choices::Choices;

/// How many places are changed at most.
const CHANGES: usize = 5;

/// How deep a change goes at most.
const DEPTH: usize = 12;

/// Changes a value in as many places as the input says, none included.
pub(super) fn changed(mut value: Value, choices: &mut Choices<'_>) -> Value {
    for _ in 0..choices.below(CHANGES + 1) {
        change(descend(&mut value, choices), choices);
    }
    value
}

/// Some place in the value.
fn descend<'v>(value: &'v mut Value, choices: &mut Choices<'_>) -> &'v mut Value {
    let mut here = value;
    for _ in 0..DEPTH {
        let count = match &*here {
            Value::Object(members) => members.len(),
            Value::Array(items) => items.len(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
        };
        let choice = usize::from(choices.byte());
        if count == 0 || choice % 8 == 7 {
            break;
        }
        let index = choice / 8 % count;
        here = match here {
            Value::Object(members) => members.values_mut().nth(index).expect("an index in range"),
            Value::Array(items) => &mut items[index],
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => break,
        };
    }
    here
}

fn change(value: &mut Value, choices: &mut Choices<'_>) {
    let kind = choices.below(6);
    match (kind, &mut *value) {
        (0, Value::Object(members)) if !members.is_empty() => {
            let index = choices.below(members.len());
            let name = members.keys().nth(index).cloned().expect("an index in range");
            members.shift_remove(&name);
        }
        (0, Value::Array(items)) => drop(items.pop()),
        (1, Value::Object(members)) => {
            let name = choices.text_line().into_owned();
            members.insert(name, odd(choices));
        }
        (1, Value::Array(items)) => items.push(odd(choices)),
        (2, Value::Object(members)) if !members.is_empty() => {
            // One member under another's name, as when records are copied by hand.
            let (from, to) = (choices.below(members.len()), choices.below(members.len()));
            let copied = members.values().nth(from).cloned().expect("an index in range");
            *members.values_mut().nth(to).expect("an index in range") = copied;
        }
        (3, _) => *value = json!([value.take()]),
        (4, Value::String(text)) => text.push_str(&choices.text_line()),
        (4, Value::Number(number)) => {
            let step = i64::from(choices.byte()) - 128;
            *value = json!(number.as_i64().unwrap_or(0).saturating_add(step));
        }
        _ => *value = odd(choices),
    }
}

/// A value that nobody expects.
fn odd(choices: &mut Choices<'_>) -> Value {
    match choices.below(18) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(0),
        3 => json!(-1),
        4 => json!(i64::MAX),
        5 => json!(i64::MIN),
        6 => json!(u64::MAX),
        7 => json!(1e308),
        8 => json!(0.5),
        9 => json!(""),
        10 => json!("\u{7f}é\n\0"),
        11 => json!("a".repeat(300)),
        12 => json!([]),
        13 => json!({}),
        14 => json!(i64::from(choices.byte())),
        15 => serde_json::from_slice(choices.line()).unwrap_or(Value::Null),
        _ => json!(choices.text_line()),
    }
}
