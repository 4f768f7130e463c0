//! Whole numbers as JSON Schema takes them: `120.0` is one, and there is no largest.
//!
//! What a schema let pass as an integer must not be dropped because Rust's integers are narrower.
//! Numbers beyond them are cut to the nearest that there is.

use serde_json::Value;

/// The whole number that a value is, if it is one.
pub(super) fn number(value: &Value) -> Option<i64> {
    let Value::Number(number) = value else { return None };
    if let Some(exact) = number.as_i64() {
        return Some(exact);
    }
    if number.is_u64() {
        return Some(i64::MAX);
    }
    // The cast saturates.
    number.as_f64().filter(|float| float.fract() == 0.0).map(|float| float as i64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::number;

    #[test]
    fn whole_numbers_are_read_however_they_are_written() {
        for (value, expected) in [
            (json!(120), Some(120)),
            (json!(120.0), Some(120)),
            (json!(-1.0), Some(-1)),
            (json!(u64::MAX), Some(i64::MAX)),
            (json!(18_446_744_073_709_551_616.0), Some(i64::MAX)),
            (json!(1.5), None),
            (json!("120"), None),
            (json!(null), None),
        ] {
            assert_eq!(number(&value), expected, "{value}");
        }
    }
}
