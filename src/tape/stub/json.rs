//! When JSON is as somebody wants it: with other items, more of them, or values of a kind.

use serde_json::Value;

use crate::tape::placeholder;

/// The most items that are compared with each other in whatever order.
const MOST_ITEMS: usize = 1_000;

/// What may differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Likeness {
    pub(crate) ignores_order: bool,
    pub(crate) ignores_more: bool,
}

impl Likeness {
    /// Whether a value is as wanted.
    pub(crate) fn holds(self, wanted: &Value, value: &Value) -> bool {
        match (wanted, value) {
            (Value::String(wanted), value) if wanted.starts_with("${json-unit.") => match &**wanted
            {
                "${json-unit.ignore}" | "${json-unit.any}" => true,
                "${json-unit.any-string}" => value.is_string(),
                "${json-unit.any-number}" => value.is_number(),
                "${json-unit.any-boolean}" => value.is_boolean(),
                _ => false,
            },
            (Value::String(wanted), Value::String(value)) => placeholder::matches(wanted, value),
            (Value::Number(wanted), Value::Number(value)) => {
                wanted == value || wanted.as_f64() == value.as_f64()
            }
            (Value::Array(wanted), Value::Array(items)) => self.items(wanted, items),
            (Value::Object(wanted), Value::Object(members)) => {
                let is_enough = self.ignores_more || wanted.len() == members.len();
                is_enough
                    && wanted.iter().all(|(name, wanted)| {
                        members.get(name).is_some_and(|value| self.holds(wanted, value))
                    })
            }
            (wanted, value) => wanted == value,
        }
    }

    fn items(self, wanted: &[Value], items: &[Value]) -> bool {
        if wanted.len() > items.len() || (!self.ignores_more && wanted.len() != items.len()) {
            return false;
        }
        if !self.ignores_order {
            return wanted.iter().zip(items).all(|(wanted, item)| self.holds(wanted, item));
        }
        if items.len() > MOST_ITEMS {
            return false;
        }
        let mut rest: Vec<&Value> = items.iter().collect();
        wanted.iter().all(|wanted| {
            let found = rest.iter().position(|item| self.holds(wanted, item));
            found.map(|at| rest.remove(at)).is_some()
        })
    }
}
