//! Values made of every schema of real documents: always right, and wrong in one way at will.

use std::collections::BTreeMap;

use serde_json::Map;
use serde_json::Value;
use standin::schema::Direction;
use standin::schema::Schemas;
use standin::spec;
use standin::spec::Document;
use standin::synth;
use standin::synth::Options;

use super::json;
use super::path;

/// Larger documents are looked at where `EVERY_DOCUMENT` is set, as in CI.
const LARGEST: u64 = 60_000;

/// How many values at random are made of each schema; `SEEDS` says otherwise.
const SEEDS: u64 = 2;

/// How deep optional properties are counted.
const COUNTED: usize = 3;

/// The documents, each with its name.
fn documents() -> impl Iterator<Item = (String, Document)> {
    let index = json("specs/index.json");
    let is_every = std::env::var_os("EVERY_DOCUMENT").is_some();
    let entries = index.as_array().expect("documents").clone();
    entries.into_iter().filter_map(move |entry| {
        let file = entry["file"].as_str().expect("a file").to_owned();
        let is_small = entry["bytes"].as_u64().is_some_and(|bytes| bytes <= LARGEST);
        let place = path(&format!("specs/{file}"));
        let document = (is_every || is_small).then(|| spec::load::from_file(&place));
        let document = document?.expect("it can be read");
        // A large one gives its schemas numbers as they are asked for.
        let _ = document.violations();
        Some((file, document))
    })
}

fn seeds() -> u64 {
    let seeds = std::env::var("SEEDS").ok();
    seeds.map_or(SEEDS, |text| text.parse().expect("SEEDS is a number"))
}

#[test]
fn whatever_is_made_of_a_schema_is_valid() {
    let (mut schemas, mut without, mut told) = (0_usize, 0_usize, Vec::new());
    for (file, document) in documents() {
        for id in document.schemas.ids() {
            schemas += 1;
            let all = [Options::default()].into_iter().chain((0..seeds()).map(Options::dynamic));
            for options in all {
                match synth::make(&document.schemas, id, Direction::Response, &options) {
                    Ok(value) => assert!(
                        document.schemas.is_valid(id, Direction::Response, &value),
                        "{file} {} {options:?}: {value}",
                        document.schemas.pointer(id),
                    ),
                    Err(unmade) => {
                        without += 1;
                        told.push(format!("{file} {}: {unmade}", document.schemas.pointer(id)));
                        break;
                    }
                }
            }
        }
    }
    assert!(schemas > 1_000, "{schemas} schemas");
    assert!(without * 200 <= schemas, "{without} of {schemas} have no value: {told:#?}");
}

/// The optional properties that can be filled, and those that are.
#[derive(Debug, Default)]
struct Filled {
    can: usize,
    are: usize,
    empty: usize,
}

impl Filled {
    /// Counts along the properties that a schema, or what it refers to, declares in plain words.
    fn count(&mut self, schemas: &Schemas, schema: &Value, value: &Value, depth: usize) {
        let target = schema
            .get("x-standin-ref")
            .and_then(Value::as_str)
            .and_then(|key| schemas.find(&standin::pointer::Pointer::new(key)));
        if let Some(target) = target {
            return self.count(schemas, schemas.lowered(target), value, depth);
        }
        if let (Some(items), Some(schema)) = (value.as_array(), schema.get("items")) {
            let may_be = schema != &Value::Bool(false);
            self.empty += usize::from(items.is_empty() && may_be && depth < COUNTED);
            for item in items.iter().take(1) {
                self.count(schemas, schema, item, depth);
            }
        }
        let (Some(object), Some(declared)) =
            (value.as_object(), schema.get("properties").and_then(Value::as_object))
        else {
            return;
        };
        if depth >= COUNTED {
            return;
        }
        let is_other_way = |schema: &Value| schema.get("writeOnly") == Some(&Value::Bool(true));
        let required = |name: &str| {
            let names = schema.get("required").and_then(Value::as_array);
            names.is_some_and(|names| names.iter().any(|required| required == name))
        };
        let names = declared.iter().filter(|(_, schema)| !is_other_way(schema));
        for (name, schema) in names {
            if !required(name) {
                self.can += 1;
                self.are += usize::from(object.contains_key(name));
            }
            if let Some(value) = object.get(name) {
                self.count(schemas, schema, value, depth + 1);
            }
        }
    }
}

#[test]
fn what_may_be_there_is_there() {
    let mut filled = Filled::default();
    for (_, document) in documents() {
        let schemas = &document.schemas;
        for id in schemas.ids() {
            let made = synth::make(schemas, id, Direction::Response, &Options::dynamic(1));
            let value = made.unwrap_or(Value::Object(Map::new()));
            filled.count(schemas, schemas.lowered(id), &value, 0);
        }
    }
    let Filled { can, are, empty } = filled;
    assert!(can > 5_000, "{can} properties");
    assert!(are * 10 >= can * 9, "{are} of {can} optional properties are filled");
    assert!(empty * 100 <= can, "{empty} lists are empty");
}

/// The keywords whose schemas are about a value in their own way: what breaks a keyword in there is
/// told as breaking them, or as nothing.
const OTHER_WAYS: [&str; 9] = [
    "anyOf",
    "contains",
    "dependentSchemas",
    "else",
    "if",
    "not",
    "oneOf",
    "propertyNames",
    "then",
];

/// What keeps a keyword from being broken alone wherever it stands in a schema, by its name; `None`
/// where nothing does. `around` are the schemas that are about the same value.
fn kept(keyword: &str, schema: &Value, around: &[&Map<String, Value>]) -> Option<Vec<String>> {
    let members = schema.as_object()?;
    let mut found = Vec::new();
    let mut same: Vec<&Map<String, Value>> = around.to_vec();
    same.push(members);
    if members.contains_key(keyword) {
        found.push(beside(keyword, members, &same)?);
    }
    for (holder, value) in members {
        let is_in_place = holder == "allOf";
        let inner: Vec<&Value> = match value {
            Value::Array(list) if ["allOf", "prefixItems"].contains(&holder.as_str()) => {
                list.iter().collect()
            }
            Value::Object(named)
                if ["properties", "patternProperties"].contains(&holder.as_str()) =>
            {
                named.values().collect()
            }
            Value::Object(_)
                if [
                    "items",
                    "additionalProperties",
                    "unevaluatedProperties",
                    "unevaluatedItems",
                ]
                .contains(&holder.as_str()) =>
            {
                vec![value]
            }
            other if OTHER_WAYS.contains(&holder.as_str()) => {
                if says(other, keyword) {
                    found.push(holder.clone());
                }
                continue;
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => continue,
        };
        for schema in inner {
            let around = if is_in_place { &same[..] } else { &[] };
            if says(schema, keyword) {
                found.extend(kept(keyword, schema, around)?);
            }
        }
    }
    Some(found)
}

/// Whether a keyword stands somewhere in a schema.
fn says(schema: &Value, keyword: &str) -> bool {
    schema.to_string().contains(&format!("\"{keyword}\":"))
}

/// The keyword of schemas about the same value that any value breaks which breaks this one.
fn beside(
    keyword: &str,
    members: &Map<String, Value>,
    same: &[&Map<String, Value>],
) -> Option<String> {
    let of = |name: &str| same.iter().find_map(|members| members.get(name));
    let listed = || {
        let list = of("enum").and_then(Value::as_array).cloned();
        list.or_else(|| of("const").map(|only| vec![only.clone()]))
    };
    let named = |name: &str| of(name).map(|_| name.to_owned());
    let is_one = |value: &Value, kinds: &[&str]| match value {
        Value::Null => kinds.contains(&"null"),
        Value::Bool(_) => kinds.contains(&"boolean"),
        Value::Number(number) => {
            kinds.contains(&"number")
                || (kinds.contains(&"integer")
                    && number.as_f64().is_some_and(|it| it.fract() == 0.0))
        }
        Value::String(_) => kinds.contains(&"string"),
        Value::Array(_) => kinds.contains(&"array"),
        Value::Object(_) => kinds.contains(&"object"),
    };
    let kinds: Vec<&str> = match of("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let count = members.get(keyword).and_then(Value::as_u64).unwrap_or_default();
    match keyword {
        // No value of another type is on the list.
        "type" => listed()
            .filter(|list| list.iter().all(|it| is_one(it, &kinds)))
            .map(|_| "enum".to_owned()),
        // All values of the type are on the list.
        "enum" if kinds == ["boolean"] && listed()?.len() > 1 => Some("type".to_owned()),
        "const" => named("enum"),
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" if listed().is_none() => {
            named("x-standin-number")
        }
        "minProperties" => {
            let required = of("required").and_then(Value::as_array).map_or(0, Vec::len);
            (required as u64 >= count).then(|| "required".to_owned())
        }
        "minLength" | "maxLength" => named("pattern")
            .or_else(|| named("format"))
            .or_else(|| listed().map(|_| "enum".to_owned())),
        "pattern" => listed().map(|_| "enum".to_owned()).or_else(|| named("format")),
        "format" => listed().map(|_| "enum".to_owned()).or_else(|| named("pattern")),
        _ => listed().map(|_| "enum".to_owned()).filter(|_| keyword != "enum"),
    }
}

#[test]
fn any_keyword_can_be_broken_alone_that_none_beside_it_keeps() {
    let mut broken_ones: BTreeMap<String, usize> = BTreeMap::new();
    let mut excused: BTreeMap<String, usize> = BTreeMap::new();
    let mut missed = Vec::new();
    for (file, document) in documents() {
        let schemas = &document.schemas;
        for id in schemas.ids() {
            if synth::value(schemas, id, Direction::Response).is_err() {
                continue;
            }
            for keyword in synth::keywords(schemas, id) {
                if let Some(found) = synth::breach(schemas, id, Direction::Response, keyword, 1) {
                    *broken_ones.entry(keyword.to_owned()).or_default() += 1;
                    let broken = schemas.violations(id, Direction::Response, &found.value);
                    assert_eq!(broken, [found.violation], "{file} {}", schemas.pointer(id));
                    assert_eq!(broken[0].keyword, keyword);
                    continue;
                }
                match kept(keyword, schemas.lowered(id), &[]) {
                    Some(mut keepers) => {
                        keepers.sort_unstable();
                        keepers.dedup();
                        let told = format!("{keyword} beside {}", keepers.join(", "));
                        *excused.entry(told).or_default() += 1;
                    }
                    None => missed.push(format!("{file} {} {keyword}", schemas.pointer(id))),
                }
            }
        }
    }
    let found: usize = broken_ones.values().sum();
    assert!(found > 1_000, "{found} keywords are broken; kept: {excused:#?}");
    assert!(missed.len() * 200 <= found, "{} of {found} are not: {missed:#?}", missed.len());
}
