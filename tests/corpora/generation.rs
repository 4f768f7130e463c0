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

/// The keywords that keep another from being broken alone.
fn companions(keyword: &str) -> &'static [&'static str] {
    match keyword {
        "type" => &["enum", "const", "not"],
        "const" => &["enum", "oneOf", "anyOf"],
        "enum" => &["const", "type", "oneOf", "anyOf", "x-standin-discriminator"],
        "minLength" | "maxLength" => &["pattern", "format", "enum", "const"],
        "minimum" | "maximum" => &["x-standin-number", "format", "enum", "const"],
        "minProperties" => &["required"],
        "pattern" => &["enum", "const", "format"],
        "format" => &["pattern", "enum", "const"],
        _ => &[],
    }
}

#[test]
fn any_keyword_can_be_broken_alone() {
    let mut tally: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut missed = Vec::new();
    for (file, document) in documents() {
        let schemas = &document.schemas;
        for id in schemas.ids() {
            if synth::value(schemas, id, Direction::Response).is_err() {
                continue;
            }
            for keyword in synth::keywords(schemas, id) {
                let counted = tally.entry(keyword.to_owned()).or_default();
                if let Some(found) = synth::breach(schemas, id, Direction::Response, keyword, 1) {
                    counted.0 += 1;
                    let broken = schemas.violations(id, Direction::Response, &found.value);
                    assert_eq!(broken, [found.violation], "{file} {}", schemas.pointer(id));
                    assert_eq!(broken[0].keyword, keyword);
                    continue;
                }
                let text = schemas.lowered(id).to_string();
                let has = |other: &&str| text.contains(&format!("\"{other}\":"));
                if !companions(keyword).iter().any(has) {
                    counted.1 += 1;
                    missed.push(format!("{file} {} {keyword}", schemas.pointer(id)));
                }
            }
        }
    }
    let found: usize = tally.values().map(|(found, _)| found).sum();
    assert!(found > 1_000, "{found} keywords are broken");
    assert!(missed.len() * 100 <= found, "{} of {found} are not: {missed:#?}", missed.len());
}
