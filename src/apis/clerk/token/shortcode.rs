//! Shortcodes: `{{user.first_name || 'nobody'}}` in the claims of a template.
//!
//! A claim that is one shortcode keeps the value's type; one that has text around it becomes text,
//! in which what is missing reads `null`. A value is the first operand that is not null; an operand
//! is a path into the context or a literal: `'text'`, a number, `true`, `false`.

use serde_json::Value;

use crate::json::plain;

/// The value with every shortcode in it replaced by what `context` has there.
pub(super) fn expand(value: &Value, context: &Value) -> Value {
    match value {
        Value::String(text) => expand_text(text, context),
        Value::Array(items) => items.iter().map(|item| expand(item, context)).collect(),
        Value::Object(members) => Value::Object(
            members.iter().map(|(name, member)| (name.clone(), expand(member, context))).collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn expand_text(text: &str, context: &Value) -> Value {
    if let Some(expression) = lone(text) {
        return evaluate(expression, context);
    }
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((expression, behind)) = after.split_once("}}") else { break };
        expanded.push_str(before);
        let value = evaluate(expression, context);
        expanded.push_str(&plain(&value));
        rest = behind;
    }
    expanded.push_str(rest);
    Value::String(expanded)
}

/// The expression, if the whole text is one shortcode.
fn lone(text: &str) -> Option<&str> {
    let expression = text.trim().strip_prefix("{{")?.strip_suffix("}}")?;
    (!expression.contains("{{") && !expression.contains("}}")).then_some(expression)
}

fn evaluate(expression: &str, context: &Value) -> Value {
    operands(expression)
        .into_iter()
        .map(|operand| operand_value(operand.trim(), context))
        .find(|value| !value.is_null())
        .unwrap_or(Value::Null)
}

/// The parts between `||`, none of which stands inside quotes.
fn operands(expression: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut quoted = false;
    let mut start = 0;
    let mut characters = expression.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '\'' => quoted = !quoted,
            '|' if !quoted && characters.next_if(|(_, next)| *next == '|').is_some() => {
                parts.push(&expression[start..at]);
                start = at + 2;
            }
            _ => {}
        }
    }
    parts.push(&expression[start..]);
    parts
}

fn operand_value(operand: &str, context: &Value) -> Value {
    if let Some(text) = operand.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return Value::from(text);
    }
    // Numbers, `true`, `false` and `null` are written as in JSON.
    if let Ok(literal @ (Value::Bool(_) | Value::Number(_) | Value::Null)) =
        serde_json::from_str(operand)
    {
        return literal;
    }
    operand
        .split('.')
        .try_fold(context, |value, name| value.get(name))
        .cloned()
        .unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::expand;

    #[test]
    fn shortcodes_keep_types_alone_and_become_text_among_text() {
        let context = json!({
            "user": { "id": "user_1", "age": 36, "public_metadata": { "plan": { "seats": 3 } } },
        });
        for (template, expected) in [
            (json!("{{user.id}}"), json!("user_1")),
            (json!(" {{ user.age }} "), json!(36)),
            (json!("{{user.public_metadata}}"), json!({ "plan": { "seats": 3 } })),
            (json!("{{user.public_metadata.plan.seats}}"), json!(3)),
            (json!("{{user.unknown}}"), json!(null)),
            (json!("{{user.unknown || 'a || b'}}"), json!("a || b")),
            (json!("{{user.unknown || nobody || 7}}"), json!(7)),
            (json!("{{user.unknown || false}}"), json!(false)),
            (json!("id {{user.id}}, {{user.age}}, {{user.unknown}}"), json!("id user_1, 36, null")),
            (json!("{{user.id"), json!("{{user.id")),
            (json!({ "deep": ["{{user.id}}", 1] }), json!({ "deep": ["user_1", 1] })),
        ] {
            assert_eq!(expand(&template, &context), expected, "{template}");
        }
    }
}
