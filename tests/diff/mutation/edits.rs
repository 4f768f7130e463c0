//! The edits: each makes one change of known effect somewhere in a document.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::Harm;

/// Numbers at random, the same each time (SplitMix64).
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((value ^ (value >> 31)) % end.max(1) as u64) as usize
    }

    fn of<'v, T>(&mut self, all: &'v [T]) -> Option<&'v T> {
        (!all.is_empty()).then(|| &all[self.below(all.len())])
    }
}

/// One kind of edit; it says what it did, or that there is no place for it.
pub(super) struct Edit {
    pub(super) name: &'static str,
    pub(super) harm: Harm,
    pub(super) make: fn(&mut Value, &mut Random) -> Option<String>,
}

macro_rules! edits {
    ($($name:literal, $harm:ident, $make:expr;)*) => {
        pub(super) const EDITS: &[Edit] =
            &[$(Edit { name: $name, harm: Harm::$harm, make: $make }),*];
    };
}

edits! {
    "an operation is taken out", ByKind, |document, random| {
        let (path, method) = operation(document, random)?;
        let gone = document["paths"][&path].as_object_mut()?.shift_remove(&method)?;
        // The end of one that is deprecated was announced.
        if gone.get("deprecated") == Some(&json!(true)) {
            return None;
        }
        Some(format!("{method} {path}"))
    };
    "an operation is added", None, |document, random| {
        let name = format!("/added-{}", random.below(1000));
        document["paths"][&name] = json!({"get": {"responses": {"200": {"description": "new"}}}});
        Some(name)
    };
    "a demanded parameter is added", Shown, |document, random| {
        add_parameter(document, random, true)
    };
    "a parameter that may be left out is added", None, |document, random| {
        add_parameter(document, random, false)
    };
    "a parameter becomes required", Shown, |document, random| require(document, random, true);
    "a parameter becomes optional", None, |document, random| require(document, random, false);
    "a status of success is taken out", ByKind, |document, random| {
        let (path, method) = operation(document, random)?;
        let responses = document["paths"][&path][&method]["responses"].as_object_mut()?;
        let successes: Vec<String> = responses.keys().filter(|it| it.starts_with('2')).cloned().collect();
        let gone = random.of(&successes)?.clone();
        if responses.contains_key("2XX") {
            return None;
        }
        responses.shift_remove(&gone)?;
        Some(format!("{method} {path} {gone}"))
    };
    "a status that is no success is added", None, |document, random| {
        let (path, method) = operation(document, random)?;
        let responses = document["paths"][&path][&method]["responses"].as_object_mut()?;
        let is_new = responses.insert("418".to_owned(), json!({"description": "A teapot"})).is_none();
        is_new.then(|| format!("{method} {path}"))
    };
    "credentials are demanded", Shown, |document, random| {
        if document.get("security").is_some() || document.get("swagger").is_some() {
            return None;
        }
        let (path, method) = operation(document, random)?;
        let operation = document["paths"][&path][&method].as_object_mut()?;
        if operation.contains_key("security") {
            return None;
        }
        operation.insert("security".to_owned(), json!([{"added": []}]));
        document["components"]["securitySchemes"]["added"] =
            json!({"type": "apiKey", "name": "X-Added", "in": "header"});
        Some(format!("{method} {path}"))
    };
    "texts for people are edited", None, |document, random| {
        let (path, method) = operation(document, random)?;
        document["paths"][&path][&method]["description"] = json!("Said in other words");
        document["info"]["description"] = json!("Said in other words");
        Some(format!("{method} {path}"))
    };
    "a property that must be sent is added", Shown, |document, random| {
        in_request(document, random, |schema, _| {
            schema["properties"]["addedProperty"] = json!({"type": "string"});
            add_required(schema, "addedProperty");
            Some("addedProperty".to_owned())
        })
    };
    "a property that may be sent is added", None, |document, random| {
        in_request(document, random, |schema, _| {
            schema["properties"]["addedProperty"] = json!({"type": "string"});
            Some("addedProperty".to_owned())
        })
    };
    "a property must be sent", Shown, |document, random| {
        in_request(document, random, |schema, random| {
            let name = property(schema, random, |it| !it.is_required && !it.is_read_only)?;
            add_required(schema, &name);
            Some(name)
        })
    };
    "a property need not be sent", None, |document, random| {
        in_request(document, random, |schema, random| {
            let name = property(schema, random, |it| it.is_required)?;
            drop_required(schema, &name);
            Some(name)
        })
    };
    "a text that is sent becomes short", Shown, |document, random| {
        in_request(document, random, |schema, random| {
            let name = property(schema, random, |it| it.is_free_text && !it.is_read_only)?;
            schema["properties"][&name]["maxLength"] = json!(1);
            Some(name)
        })
    };
    "a text that is sent has a pattern", Shown, |document, random| {
        in_request(document, random, |schema, random| {
            let name = property(schema, random, |it| it.is_free_text && !it.is_read_only)?;
            schema["properties"][&name]["pattern"] = json!("^[0-9]{3}$");
            Some(name)
        })
    };
    "a text that is sent becomes a flag", Shown, |document, random| {
        in_request(document, random, |schema, random| {
            let name = property(schema, random, |it| it.is_free_text && !it.is_read_only)?;
            schema["properties"][&name] = json!({"type": "boolean"});
            Some(name)
        })
    };
    "a text that is sent is one of a list", Shown, |document, random| {
        in_request(document, random, |schema, random| {
            let name = property(schema, random, |it| it.is_free_text && !it.is_read_only)?;
            schema["properties"][&name]["enum"] = json!(["one", "two"]);
            Some(name)
        })
    };
    "a value of a list is sent no more", Shown, |document, random| {
        in_request(document, random, |schema, random| {
            let name = property(schema, random, |it| it.values > 1 && !it.is_read_only)?;
            let values = schema["properties"][&name]["enum"].as_array_mut()?;
            let gone = values.remove(random.below(values.len()));
            (!values.contains(&gone)).then_some(name)
        })
    };
    "a further value of a list is sent", None, |document, random| {
        in_request(document, random, |schema, random| {
            let name = property(schema, random, |it| it.values > 0 && it.is_text)?;
            schema["properties"][&name]["enum"].as_array_mut()?.push(json!("addedValue"));
            Some(name)
        })
    };
    "a property that was answered is gone", ByKind, |document, random| {
        in_response(document, random, |schema, random| {
            let name = property(schema, random, |it| it.is_required && !it.is_write_only)?;
            drop_required(schema, &name);
            schema["properties"].as_object_mut()?.shift_remove(&name);
            Some(name)
        })
    };
    "a property need not be answered", Shown, |document, random| {
        in_response(document, random, |schema, random| {
            let name = property(schema, random, |it| it.is_required && !it.is_write_only)?;
            drop_required(schema, &name);
            Some(name)
        })
    };
    "a property is always answered", None, |document, random| {
        in_response(document, random, |schema, random| {
            let name = property(schema, random, |it| !it.is_required && !it.is_write_only)?;
            add_required(schema, &name);
            Some(name)
        })
    };
    "a further property is answered", None, |document, random| {
        in_response(document, random, |schema, _| {
            if schema.get("additionalProperties") == Some(&json!(false)) {
                return None;
            }
            schema["properties"]["addedProperty"] = json!({"type": "string"});
            Some("addedProperty".to_owned())
        })
    };
    "a text that is answered becomes a flag", Shown, |document, random| {
        in_response(document, random, |schema, random| {
            let name = property(schema, random, |it| it.is_free_text && !it.is_write_only)?;
            schema["properties"][&name] = json!({"type": "boolean"});
            Some(name)
        })
    };
    "a text that is answered becomes short", None, |document, random| {
        in_response(document, random, |schema, random| {
            let name = property(schema, random, |it| it.is_free_text)?;
            schema["properties"][&name]["maxLength"] = json!(20);
            Some(name)
        })
    };
    "a value of a list is answered no more", None, |document, random| {
        in_response(document, random, |schema, random| {
            let name = property(schema, random, |it| it.values > 1)?;
            let values = schema["properties"][&name]["enum"].as_array_mut()?;
            values.remove(random.below(values.len()));
            Some(name)
        })
    };
}

/// A path and a method at random, of those that refer to nothing.
fn operation(document: &Value, random: &mut Random) -> Option<(String, String)> {
    const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];
    let paths = document["paths"].as_object()?;
    let all: Vec<(&String, &str)> = paths
        .iter()
        .filter(|(path, item)| path.starts_with('/') && item.get("$ref").is_none())
        .flat_map(|(path, item)| {
            METHODS.iter().filter(|it| item[**it].is_object()).map(move |it| (path, *it))
        })
        .collect();
    random.of(&all).map(|(path, method)| ((*path).clone(), (*method).to_owned()))
}

fn add_parameter(document: &mut Value, random: &mut Random, required: bool) -> Option<String> {
    let (path, method) = operation(document, random)?;
    let is_2 = document.get("swagger").is_some();
    let operation = document["paths"][&path][&method].as_object_mut()?;
    let mut parameter = json!({"name": "addedParameter", "in": "query", "required": required});
    let (member, value) =
        if is_2 { ("type", json!("string")) } else { ("schema", json!({"type": "string"})) };
    parameter[member] = value;
    operation.entry("parameters").or_insert(json!([])).as_array_mut()?.push(parameter);
    Some(format!("{method} {path}"))
}

fn require(document: &mut Value, random: &mut Random, required: bool) -> Option<String> {
    let (path, method) = operation(document, random)?;
    let parameters = document["paths"][&path][&method].get_mut("parameters")?.as_array_mut()?;
    let is_required = |it: &Value| it.get("required") == Some(&json!(true));
    let fitting: Vec<usize> = (0..parameters.len())
        .filter(|at| {
            let it = &parameters[*at];
            let is_told = it.get("in") == Some(&json!("query")) && it.get("$ref").is_none();
            is_told && is_required(it) != required
        })
        .collect();
    let at = *random.of(&fitting)?;
    parameters[at]["required"] = json!(required);
    Some(format!("{method} {path} {}", parameters[at]["name"]))
}

type Change = fn(&mut Value, &mut Random) -> Option<String>;

/// Changes the schema of JSON that is sent, where it stands and nowhere else.
fn in_request(document: &mut Value, random: &mut Random, change: Change) -> Option<String> {
    let (path, method) = operation(document, random)?;
    let at = format!("/paths/{}/{method}", escaped(&path));
    let place = match document.get("swagger").is_some() {
        false => format!("{at}/requestBody/content/application~1json/schema"),
        true => {
            let parameters = document.pointer(&format!("{at}/parameters"))?.as_array()?;
            let body = parameters.iter().position(|it| it["in"] == "body")?;
            format!("{at}/parameters/{body}/schema")
        }
    };
    changed(document, random, &place, change)
}

/// The same of JSON that is answered with success.
fn in_response(document: &mut Value, random: &mut Random, change: Change) -> Option<String> {
    let (path, method) = operation(document, random)?;
    let at = format!("/paths/{}/{method}/responses", escaped(&path));
    let responses = document.pointer(&at)?.as_object()?;
    let successes: Vec<String> =
        responses.keys().filter(|it| it.starts_with('2')).cloned().collect();
    let status = random.of(&successes)?;
    let place = match document.get("swagger").is_some() {
        false => format!("{at}/{status}/content/application~1json/schema"),
        true => format!("{at}/{status}/schema"),
    };
    changed(document, random, &place, change)
}

/// Writes out the object that a schema is, or refers to, and changes it there.
fn changed(
    document: &mut Value,
    random: &mut Random,
    place: &str,
    change: Change,
) -> Option<String> {
    let mut schema = document.pointer(place)?;
    for _ in 0..8 {
        match schema.get("$ref").and_then(Value::as_str) {
            Some(reference) => schema = document.pointer(reference.strip_prefix('#')?)?,
            None => break,
        }
    }
    let members = schema.as_object()?;
    // Of objects that are put together, it depends on the others what a change does.
    let is_plain = members.get("type") == Some(&json!("object"))
        && members.get("properties").is_some_and(Value::is_object)
        && !["allOf", "oneOf", "anyOf", "not", "discriminator", "example", "examples", "if"]
            .iter()
            .any(|keyword| members.contains_key(*keyword));
    let mut schema = schema.clone();
    if !is_plain {
        return None;
    }
    let told = change(&mut schema, random)?;
    *document.pointer_mut(place)? = schema;
    Some(format!("{place}: {told}"))
}

fn escaped(path: &str) -> String {
    path.replace('~', "~0").replace('/', "~1")
}

/// What is known of a property.
struct Known {
    is_required: bool,
    is_text: bool,
    is_free_text: bool,
    is_read_only: bool,
    is_write_only: bool,
    values: usize,
}

/// A property at random that is as `is_fit` wants it.
fn property(schema: &Value, random: &mut Random, is_fit: fn(&Known) -> bool) -> Option<String> {
    let required = required(schema);
    let properties = schema["properties"].as_object()?;
    let fitting: Vec<&String> = properties
        .iter()
        .filter(|(name, value)| {
            let Some(members) = value.as_object() else { return false };
            let is = |keyword: &str| members.get(keyword) == Some(&json!(true));
            let is_text = members.get("type") == Some(&json!("string"));
            let only = ["type", "description", "title", "readOnly", "writeOnly", "x-order"];
            let is_bare = members.keys().all(|keyword| only.contains(&keyword.as_str()));
            let is_choice = members.contains_key("$ref") || members.contains_key("nullable");
            !is_choice
                && is_fit(&Known {
                    is_required: required.contains(name),
                    is_text,
                    is_free_text: is_text && is_bare,
                    is_read_only: is("readOnly"),
                    is_write_only: is("writeOnly"),
                    values: members.get("enum").and_then(Value::as_array).map_or(0, Vec::len),
                })
        })
        .map(|(name, _)| name)
        .collect();
    random.of(&fitting).map(|name| (*name).clone())
}

fn required(schema: &Value) -> Vec<String> {
    let names = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    names.filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

fn add_required(schema: &mut Value, name: &str) {
    let mut names = required(schema);
    names.push(name.to_owned());
    schema["required"] = json!(names);
}

fn drop_required(schema: &mut Value, name: &str) {
    let names: Vec<String> = required(schema).into_iter().filter(|it| it != name).collect();
    let members: &mut Map<String, Value> = schema.as_object_mut().expect("an object");
    match names.is_empty() {
        true => drop(members.shift_remove("required")),
        false => drop(members.insert("required".to_owned(), json!(names))),
    }
}
