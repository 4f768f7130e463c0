//! What a value may not be: types, bounds and properties are taken away at once, the rest is tried.

use serde_json::Value;

use crate::schema::Types;
use crate::synth::Unmade;
use crate::synth::demands::Bound;
use crate::synth::demands::Demands;
use crate::synth::demands::count;
use crate::synth::demands::types;

impl<'s> Demands<'s> {
    /// Takes a schema that may not be satisfied.
    pub(super) fn deny(&mut self, schema: &'s Value) -> Result<(), Unmade> {
        let Value::Object(members) = schema else {
            return if schema == &Value::Bool(true) { Err(Unmade::Unsatisfiable) } else { Ok(()) };
        };
        if members.is_empty() {
            return Err(Unmade::Unsatisfiable);
        }
        self.is_guess = true;
        self.nots.push(schema);
        if let (Some(kind), 1) = (members.get("type"), members.len()) {
            let named = types(kind);
            // An integer is a number: without numbers, there are none.
            self.types = self.types.and(named.others());
        }
        if let (Some((keyword, value)), 1) = (members.iter().next(), members.len()) {
            self.deny_bound(keyword, value);
        }
        self.forbid(schema);
        for branch in members.get("anyOf").and_then(Value::as_array).into_iter().flatten() {
            self.forbid(branch);
        }
        Ok(())
    }

    /// The other side of a bound that may not be kept to.
    fn deny_bound(&mut self, keyword: &str, value: &'s Value) {
        let (over, under) = (count(value).saturating_add(1), count(value).saturating_sub(1));
        // Values of other types keep to any bound.
        self.types = self.types.and(match keyword {
            "minimum" | "exclusiveMinimum" | "maximum" | "exclusiveMaximum" => {
                Types::named("number")
            }
            "minLength" | "maxLength" => Types::STRING,
            "minItems" | "maxItems" => Types::ARRAY,
            "minProperties" | "maxProperties" | "required" => Types::OBJECT,
            _ => Types::ANY,
        });
        match keyword {
            "minimum" => self.bound(Bound::Below, value),
            "exclusiveMinimum" => self.bound(Bound::Most, value),
            "maximum" => self.bound(Bound::Above, value),
            "exclusiveMaximum" => self.bound(Bound::Least, value),
            "minLength" => self.length.1 = self.length.1.min(under),
            "maxLength" => self.length.0 = self.length.0.max(over),
            "minItems" => self.items.1 = self.items.1.min(under),
            "maxItems" => self.items.0 = self.items.0.max(over),
            "minProperties" => self.properties.1 = self.properties.1.min(under),
            "maxProperties" => self.properties.0 = self.properties.0.max(over),
            _ => {}
        }
    }

    /// Keeps one property away that a schema asks for which may not be satisfied, where that is
    /// all it asks.
    pub(super) fn forbid(&mut self, schema: &'s Value) {
        let Some(members) = schema.as_object() else { return };
        let says_more = |keyword: &String| {
            !matches!(keyword.as_str(), "required" | "type" | "title" | "description")
        };
        if members.keys().any(says_more) {
            return;
        }
        let names = members.get("required").and_then(Value::as_array).into_iter().flatten();
        let names: Vec<&str> = names.filter_map(Value::as_str).collect();
        let is_away = names.iter().any(|name| self.forbidden.contains(name));
        let free = names.iter().rev().find(|name| !self.required.contains(name));
        if let Some(name) = free.filter(|_| !is_away) {
            self.forbidden.push(name);
        }
    }
}
