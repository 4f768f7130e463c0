//! A schema with everything that it is combined of, as one set of demands.

use serde_json::Value;

use crate::schema::Schemas;
use crate::schema::list;

/// How many schemas are looked at for one value.
const MOST: usize = 2_000;

/// All schemas that one value has to satisfy: `allOf` and references opened, of `anyOf` and `oneOf`
/// the first branch that goes with the rest.
#[derive(Debug)]
pub(super) struct Merged<'s> {
    parts: Vec<&'s Value>,
    kind: &'static str,
}

/// The types that are made, the more telling first.
const KINDS: [&str; 7] = ["object", "array", "string", "integer", "number", "boolean", "null"];

impl<'s> Merged<'s> {
    /// Combines a schema; `None` where no value can satisfy it.
    pub(super) fn of(schemas: &'s Schemas, schema: &'s Value) -> Option<Self> {
        let mut parts = Vec::new();
        let mut steps = 0;
        let kinds = open(schemas, schema, KINDS.to_vec(), &mut parts, &mut steps)?;
        let told = implied(&parts, &kinds).or_else(|| kinds.first().copied())?;
        Some(Self { parts, kind: told })
    }

    /// The JSON type to make.
    pub(super) const fn kind(&self) -> &'static str {
        self.kind
    }

    /// A value that the schema itself gives.
    pub(super) fn given(&self) -> Option<&'s Value> {
        let fits = |value: &&'s Value| {
            self.all("const").all(|only| only == *value)
                && self.lists("enum").all(|options| options.contains(value))
        };
        let shown = self.all("example").chain(self.lists("examples").flatten());
        let examples = shown.chain(self.all("default"));
        let fixed = self.all("const").chain(self.lists("enum").flatten());
        examples.filter(|value| is_of(value, self.kind)).chain(fixed).find(fits)
    }

    /// The declared properties, each once.
    pub(super) fn properties(&self) -> Vec<(&'s str, &'s Value)> {
        let mut properties: Vec<(&str, &Value)> = Vec::new();
        let declared = self.all("properties").filter_map(Value::as_object).flatten();
        for (name, schema) in declared {
            match properties.iter_mut().find(|(known, _)| known == name) {
                // Of two descriptions of one property, the one that says more.
                Some((_, known)) if weight(schema) > weight(known) => *known = schema,
                Some(_) => {}
                None => properties.push((name, schema)),
            }
        }
        properties.retain(|(name, schema)| self.requires(name) || *schema != &Value::Bool(false));
        properties
    }

    /// Whether a property is demanded.
    pub(super) fn requires(&self, name: &str) -> bool {
        self.lists("required").flatten().any(|required| required == name)
    }

    /// What is demanded and nowhere declared.
    pub(super) fn undeclared(&self) -> Vec<&'s str> {
        let mut names: Vec<&str> = Vec::new();
        for name in self.lists("required").flatten().filter_map(Value::as_str) {
            let declared = self.all("properties").any(|all| all.get(name).is_some());
            if !declared && !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The schema of members that have none of their own.
    pub(super) fn additional(&self) -> Option<&'s Value> {
        self.all("additionalProperties").next()
    }

    /// The schema of items.
    pub(super) fn items(&self) -> Option<&'s Value> {
        self.all("items").next()
    }

    /// The schemas of the first items, one each.
    pub(super) fn first_items(&self) -> Vec<&'s Value> {
        self.lists("prefixItems").max_by_key(|items| items.len()).into_iter().flatten().collect()
    }

    /// A lower bound of a count; the greatest one counts.
    pub(super) fn least(&self, keyword: &str) -> usize {
        self.counts(keyword).max().unwrap_or(0)
    }

    /// An upper bound of a count; the least one counts.
    pub(super) fn most(&self, keyword: &str) -> usize {
        self.counts(keyword).min().unwrap_or(usize::MAX)
    }

    /// A bound of a number: all values that the keyword has.
    pub(super) fn numbers(&self, keyword: &str) -> impl Iterator<Item = f64> {
        self.all(keyword).filter_map(Value::as_f64)
    }

    /// A text that a keyword has.
    pub(super) fn text(&self, keyword: &str) -> Option<&'s str> {
        self.all(keyword).find_map(Value::as_str)
    }

    /// Whether a keyword is there and true.
    pub(super) fn is_set(&self, keyword: &str) -> bool {
        self.all(keyword).any(|value| value == &Value::Bool(true))
    }

    fn all(&self, keyword: &str) -> impl Iterator<Item = &'s Value> {
        self.parts.iter().filter_map(move |part| part.get(keyword))
    }

    fn lists(&self, keyword: &str) -> impl Iterator<Item = &'s Vec<Value>> {
        self.all(keyword).filter_map(Value::as_array)
    }

    fn counts(&self, keyword: &str) -> impl Iterator<Item = usize> {
        let counts = self.all(keyword).filter_map(Value::as_u64);
        counts.map(|count| usize::try_from(count).unwrap_or(usize::MAX))
    }
}

/// Gathers what a schema is combined of; returns the types that are left, `None` where none is.
fn open<'s>(
    schemas: &'s Schemas,
    schema: &'s Value,
    mut kinds: Vec<&'static str>,
    parts: &mut Vec<&'s Value>,
    steps: &mut usize,
) -> Option<Vec<&'static str>> {
    *steps += 1;
    if schema == &Value::Bool(false) || *steps > MOST {
        return None;
    }
    // What refers to itself without a step was cut when the document was read.
    parts.push(schema);
    kinds.retain(|kind| allows(schema, kind));
    if let Some(target) = schemas.referred(schema) {
        kinds = open(schemas, target, kinds, parts, steps)?;
    }
    for branch in list(schema, "allOf").into_iter().flatten() {
        kinds = open(schemas, branch, kinds, parts, steps)?;
    }
    for branches in ["oneOf", "anyOf"].iter().filter_map(|keyword| list(schema, keyword)) {
        let known = parts.len();
        let mut found = None;
        for branch in branches {
            let opened = open(schemas, branch, kinds.clone(), parts, steps);
            // A branch that is only `null` is the way to say nothing: rather another.
            let is_telling = opened.as_ref().is_some_and(|kinds| kinds != &["null"]);
            found = opened.or(found);
            if is_telling {
                break;
            }
            parts.truncate(known);
        }
        kinds = found?;
    }
    (!kinds.is_empty()).then_some(kinds)
}

/// Whether a schema alone lets a value be of a type.
fn allows(schema: &Value, kind: &str) -> bool {
    let named = |name: &str| name == kind || (name == "number" && kind == "integer");
    match schema.get("type") {
        Some(Value::String(name)) => named(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(named),
        Some(_) | None => true,
    }
}

/// The type that keywords speak of, where no `type` does.
fn implied(parts: &[&Value], kinds: &[&'static str]) -> Option<&'static str> {
    const TELLING: [(&str, &[&str]); 4] = [
        ("object", &["properties", "required", "additionalProperties", "minProperties"]),
        ("array", &["items", "prefixItems", "minItems", "maxItems"]),
        ("string", &["minLength", "maxLength", "pattern", "format"]),
        ("number", &["minimum", "maximum", "multipleOf"]),
    ];
    let says =
        |words: &[&str]| parts.iter().any(|part| words.iter().any(|w| part.get(w).is_some()));
    if let [only] = kinds {
        return Some(only);
    }
    // `number` where both are left: a whole number is one.
    if kinds == ["integer", "number"] {
        return Some("number");
    }
    TELLING.iter().find(|(kind, words)| kinds.contains(kind) && says(words)).map(|(kind, _)| *kind)
}

/// Whether a value is of a type.
fn is_of(value: &Value, kind: &str) -> bool {
    match value {
        Value::Null => kind == "null",
        Value::Bool(_) => kind == "boolean",
        Value::Number(number) => kind == "number" || (kind == "integer" && !number.is_f64()),
        Value::String(_) => kind == "string",
        Value::Array(_) => kind == "array",
        Value::Object(_) => kind == "object",
    }
}

/// How much a schema says.
fn weight(schema: &Value) -> usize {
    schema.as_object().map_or(0, serde_json::Map::len)
}
