//! From wishes to changes of the document as it is written.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;
use serde_json::json;

use crate::drift::infer::Inferred;
use crate::drift::propose::Change;
use crate::drift::propose::whole;
use crate::drift::propose::wishes::Wish;
use crate::drift::propose::wishes::Wishes;
use crate::pointer::Pointer;
use crate::spec::dialect::Null;
use crate::spec::dialect::Spelling;

/// What the values of one wish were like.
pub(crate) type Values = BTreeMap<String, Inferred>;

/// The changes that grant all wishes: first what is added, then what is taken away, from the last
/// to the first.
pub(crate) fn changes(wishes: &Wishes, root: &Value, spelling: Spelling) -> Vec<Change> {
    let mut grant = Grant { root, spelling, changes: Vec::new(), removed: BTreeSet::new() };
    for ((at, wish), values) in &wishes.0 {
        grant.wish(at, wish, values);
    }
    let mut changes = grant.changes;
    let mut removed: Vec<Pointer> = grant.removed.into_iter().collect();
    removed.sort_by_key(|place| {
        let number = place.last().and_then(|last| last.parse::<usize>().ok());
        (place.parent(), number)
    });
    changes.extend(removed.into_iter().rev().map(Change::Remove));
    changes
}

/// Wishes being granted.
pub(crate) struct Grant<'r> {
    pub(crate) root: &'r Value,
    pub(crate) spelling: Spelling,
    pub(crate) changes: Vec<Change>,
    removed: BTreeSet<Pointer>,
}

impl Grant<'_> {
    fn wish(&mut self, at: &Pointer, wish: &Wish, values: &Values) {
        let value = all(values);
        match wish {
            Wish::Types => self.types(at, &value),
            Wish::Values => self.values(at, &value),
            Wish::Bound(keyword) => self.bound(at, keyword, &value),
            Wish::Without(keyword) => self.remove(at.child(keyword)),
            Wish::Optional(property) => self.optional(at, property),
            Wish::Property(name) => {
                let schema = self.schema(&value);
                self.changes.push(Change::put_deep(at, &["properties", name], schema));
            }
            Wish::Rest => self.rest(at, &value),
            Wish::Branch(keyword) => self.branch(at, keyword, &value),
            Wish::NotRequired => self.changes.push(Change::put(at, "required", json!(false))),
            Wish::Status(status) => whole::status(self, at, status, values),
            Wish::Media => whole::media(self, at, values),
            Wish::Content => whole::sent(self, at, values),
            Wish::Header(name) => whole::header(self, at, name),
            Wish::Parameter(place, name) => whole::parameter(self, at, place, name),
            Wish::Anonymous => whole::anonymous(self, at),
            Wish::Credentials => whole::credentials(self, at, &value),
            Wish::Operation(method, path) => whole::operation(self, method, path, values),
        }
    }

    /// A schema that allows what was seen.
    pub(crate) fn schema(&self, value: &Inferred) -> Value {
        value.schema(self.spelling.null)
    }

    pub(crate) fn get(&self, at: &Pointer) -> Option<&Value> {
        at.get(self.root)
    }

    fn remove(&mut self, place: Pointer) {
        if self.get(&place).is_some() {
            self.removed.insert(place);
        }
    }

    fn types(&mut self, at: &Pointer, value: &Inferred) {
        let Some(schema) = self.get(at) else { return };
        let known: Vec<String> = match schema.get("type") {
            Some(Value::String(name)) => vec![name.clone()],
            Some(Value::Array(names)) => {
                names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect()
            }
            _ => return,
        };
        let mut seen = value.types();
        // An enumeration without null forbids it whatever the type says.
        let lists_null = schema
            .get("enum")
            .and_then(Value::as_array)
            .is_none_or(|values| values.contains(&Value::Null));
        let is_null = seen.contains(&"null");
        if is_null && !lists_null {
            self.changes.push(Change::put(at, "enum", json!([null])));
        }
        if let (true, Null::Keyword(keyword)) = (is_null, self.spelling.null) {
            self.changes.push(Change::put(at, keyword, json!(true)));
            seen.retain(|name| *name != "null");
        }
        let is_number = |name: &str| matches!(name, "integer" | "number");
        let has =
            |name: &str| known.iter().any(|own| own == name || own == "number" && is_number(name));
        seen.retain(|name| !has(name));
        if seen.is_empty() {
            return;
        }
        if seen == ["number"] && known == ["integer"] {
            self.changes.push(Change::put(at, "type", json!("number")));
            return self.remove(at.child("format"));
        }
        match (self.spelling.null, self.get(&at.child("type"))) {
            (Null::Type, Some(Value::Array(_))) => {
                self.changes.push(Change::put(at, "type", json!(seen)));
            }
            (Null::Type, _) => {
                let known = known.iter().map(String::as_str);
                let both: Vec<&str> = known.chain(seen).collect();
                self.changes.push(Change::put(at, "type", json!(both)));
            }
            // What is no body has to have a type there; every text is a string.
            (Null::Keyword(_), _) if self.get(&at.child("in")).is_some() => {
                self.changes.push(Change::put(at, "type", json!("string")));
                self.remove(at.child("format"));
            }
            (Null::Keyword(_), _) => self.remove(at.child("type")),
        }
    }

    fn values(&mut self, at: &Pointer, value: &Inferred) {
        let types = value.types();
        let are_texts = types.iter().all(|name| matches!(*name, "string" | "null"));
        match value.words().filter(|_| are_texts) {
            Some(words) => {
                let mut values: Vec<Value> = words.iter().map(|word| json!(word)).collect();
                if types.contains(&"null") {
                    values.push(Value::Null);
                }
                self.changes.push(Change::put(at, "enum", Value::Array(values)));
            }
            None => self.remove(at.child("enum")),
        }
    }

    fn bound(&mut self, at: &Pointer, keyword: &str, value: &Inferred) {
        let counted = |range: Option<(u64, u64)>, is_most| {
            range.map(|(least, most)| json!(if is_most { most } else { least }))
        };
        let is_most = keyword.starts_with("max");
        let bound = match keyword {
            "maximum" | "minimum" => value.numbers().map(|(least, most)| {
                let number = if is_most { most } else { least };
                if number.fract() == 0.0 && number.abs() < 9e15 {
                    json!(number as i64)
                } else {
                    json!(number)
                }
            }),
            "maxLength" | "minLength" => counted(value.lengths(), is_most),
            _ => counted(value.counts(), is_most),
        };
        match bound {
            Some(bound) => {
                self.changes.push(Change::put(at, keyword, bound));
                // What reaches the new bound was seen.
                let exclusive = if is_most { "exclusiveMaximum" } else { "exclusiveMinimum" };
                if self.get(&at.child(exclusive)) == Some(&Value::Bool(true)) {
                    self.remove(at.child(exclusive));
                }
            }
            None => self.remove(at.child(keyword)),
        }
    }

    fn optional(&mut self, at: &Pointer, property: &str) {
        let place = at.child("required");
        let Some(Value::Array(names)) = self.get(&place) else { return };
        let Some(number) = names.iter().position(|name| name == property) else { return };
        let count = names.len();
        let item = place.child(number.to_string());
        self.removed.insert(item);
        // A list of nothing is none that every version allows.
        let gone = (0..count).filter(|it| self.removed.contains(&place.child(it.to_string())));
        if gone.count() == count {
            self.removed.retain(|it| it.parent().as_ref() != Some(&place));
            self.removed.insert(place);
        }
    }

    fn rest(&mut self, at: &Pointer, value: &Inferred) {
        let mut schema = self.schema(value);
        if let Some(members) = schema.as_object_mut() {
            members.insert("description".to_owned(), json!("Names that are data."));
        }
        self.changes.push(Change::put(at, "additionalProperties", schema));
    }

    fn branch(&mut self, at: &Pointer, keyword: &str, value: &Inferred) {
        let schema = self.schema(value);
        if keyword == "anyOf" {
            return self.changes.push(Change::put(at, "anyOf", json!([schema])));
        }
        // Of alternatives that exclude each other, one that was made of values might fit others too.
        let Some(Value::Array(known)) = self.get(&at.child("oneOf")) else { return };
        let branches: Vec<Value> = known.iter().cloned().chain([schema]).collect();
        self.changes.push(Change::put(at, "anyOf", Value::Array(branches)));
        self.remove(at.child("oneOf"));
    }
}

/// What all values of a wish were like.
fn all(values: &Values) -> Inferred {
    values.values().cloned().fold(Inferred::default(), |mut all, value| {
        all.join(value);
        all
    })
}
