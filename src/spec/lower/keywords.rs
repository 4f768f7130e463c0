//! The walk through one schema, keyword by keyword.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::finding::Rule;
use crate::finding::rule;
use crate::pointer::Pointer;
use crate::schema::HINTS;
use crate::schema::format;
use crate::schema::nearest::DISCRIMINATOR;
use crate::schema::wording::NULLABLE;
use crate::spec::lower::Here;
use crate::spec::lower::Lowered;
use crate::spec::lower::Lowering;
use crate::spec::lower::value;
use crate::spec::lower::vocabulary::Form;
use crate::spec::lower::vocabulary::OPENAPI_31;
use crate::spec::lower::vocabulary::Vocabulary;
use crate::spec::resolve;

impl Lowering<'_> {
    pub(super) fn report(&mut self, rule: &'static Rule, place: Pointer, title: impl Into<String>) {
        self.violations.push(resolve::complaint(rule, place, title));
    }

    pub(super) fn schema(
        &mut self,
        schema: &Value,
        here: &Here,
        vocabulary: &'static Vocabulary,
    ) -> Value {
        let Value::Object(members) = schema else {
            if vocabulary.booleans && schema.is_boolean() {
                return schema.clone();
            }
            let place = here.place.clone();
            self.report(&rule::DOCUMENT_MALFORMED, place, "is not a schema object");
            return Value::Bool(true);
        };
        let (mut here, mut vocabulary) = (here.clone(), vocabulary);
        if vocabulary.identities && self.lowerer.identities.is_resource(&here.place) {
            let Some(own) = self.lowerer.vocabulary(&here.place) else { return Value::Bool(true) };
            vocabulary = own;
            here.scope =
                self.lowerer.scopes.extend(here.scope, &here.place, &self.lowerer.identities);
        }
        if !vocabulary.siblings && members.get("$ref").is_some_and(Value::is_string) {
            let reference = members.iter().filter(|(key, _)| *key == "$ref");
            let only = reference.map(|(key, value)| (key.clone(), value.clone())).collect();
            return Value::Object(self.members(&only, &here, vocabulary));
        }
        let is_nullable = vocabulary
            .nullable
            .is_some_and(|keyword| members.get(keyword) == Some(&Value::Bool(true)));
        if is_nullable && !members.contains_key("type") && members.keys().any(|key| asserts(key)) {
            return self.nullable(members, &here, vocabulary);
        }
        let mut lowered = self.members(members, &here, vocabulary);
        if is_nullable && let Some(kind) = lowered.get_mut("type") {
            let mut kinds = match kind.take() {
                Value::Array(kinds) => kinds,
                kind @ (Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Object(_)) => vec![kind],
            };
            if !kinds.contains(&json!("null")) {
                kinds.push(json!("null"));
            }
            *kind = Value::Array(kinds);
        }
        Value::Object(lowered)
    }

    /// A schema without a type that lets null in beside what it says.
    fn nullable(
        &mut self,
        members: &Map<String, Value>,
        here: &Here,
        vocabulary: &'static Vocabulary,
    ) -> Value {
        let at = here.at.child("anyOf").child("1");
        let keyword = vocabulary.nullable.unwrap_or_default();
        self.origins.push((here.at.child("anyOf"), here.place.child(keyword)));
        self.origins.push((at.clone(), here.place.clone()));
        let inner = Here { at, ..here.clone() };
        let lowered = self.members(members, &inner, vocabulary);
        let mut outer = json!({"anyOf": [{"type": "null"}], NULLABLE: true});
        for excuse in ["readOnly", "writeOnly", "deprecated"] {
            if lowered.contains_key(excuse) {
                outer[excuse] = Value::Bool(true);
            }
        }
        if let Some(branches) = outer["anyOf"].as_array_mut() {
            branches.push(Value::Object(lowered));
        }
        outer
    }

    /// What a keyword of later versions, or one of Prism's generator, says of what values are like.
    fn hint(&mut self, keyword: &str, value: &Value, here: &Here) -> Option<Value> {
        match keyword {
            "const" | "x-faker" | "x-count" => Some(value.clone()),
            "examples" => value.is_array().then(|| value.clone()),
            "contains" => {
                // Nobody is told what is wrong with what does not count.
                let (told, placed) = (self.violations.len(), self.origins.len());
                let lowered = self.schema(value, here, &OPENAPI_31);
                self.violations.truncate(told);
                self.origins.truncate(placed);
                Some(lowered)
            }
            _ => None,
        }
    }

    fn members(
        &mut self,
        members: &Map<String, Value>,
        here: &Here,
        vocabulary: &'static Vocabulary,
    ) -> Map<String, Value> {
        let mut lowered = Map::new();
        let mut also = None;
        for (keyword, value) in members {
            let Some(form) = vocabulary.form(keyword) else {
                if let Some(instead) = vocabulary.instead(keyword) {
                    let title = format!("says nothing in this version, which has {instead}");
                    self.report(&rule::DOCUMENT_MALFORMED, here.place.child(keyword), title);
                }
                if let Some(hint) = self.hint(keyword, value, &here.child(keyword)) {
                    let hints = lowered.entry(HINTS).or_insert_with(|| json!({}));
                    hints[keyword] = hint;
                }
                continue;
            };
            let inner = here.child(keyword);
            let result = if form == Form::Items && value.is_array() {
                self.renamed(&mut lowered, "prefixItems", value, here, &inner, vocabulary)
            } else if form == Form::AdditionalItems {
                match members.get("items").is_some_and(Value::is_array) {
                    true => self.renamed(&mut lowered, "items", value, here, &inner, vocabulary),
                    false => Ok(None),
                }
            } else if form == Form::Dependencies {
                self.dependencies(&mut lowered, value, here, &inner, vocabulary);
                Ok(None)
            } else if form == Form::Reference {
                self.reference(value, &inner).map(|key| {
                    key.map(|key| lowered.insert("$ref".to_owned(), key));
                    None
                })
            } else if matches!(form, Form::DynamicReference | Form::RecursiveReference) {
                self.dynamic_reference(value, &inner, form).map(|key| {
                    also = key.map(|key| (key, inner.clone()));
                    None
                })
            } else if form == Form::Discriminator {
                self.discriminator(value, &inner).map(|found| {
                    found.map(|found| lowered.insert(DISCRIMINATOR.to_owned(), found));
                    None
                })
            } else {
                self.keyword(form, value, &inner, vocabulary)
            };
            match result {
                Ok(Some(value)) => {
                    lowered.insert(keyword.clone(), value);
                }
                Ok(None) => {}
                Err(wanted) => {
                    let title = format!("is not {wanted}");
                    self.report(&rule::DOCUMENT_MALFORMED, inner.place, title);
                }
            }
        }
        if let Some((key, inner)) = also {
            self.refer_also(&mut lowered, key, here, &inner);
        }
        self.finish(&mut lowered, members, here, vocabulary);
        lowered
    }

    /// What several keywords say together.
    fn finish(
        &mut self,
        lowered: &mut Map<String, Value>,
        members: &Map<String, Value>,
        here: &Here,
        vocabulary: &'static Vocabulary,
    ) {
        for (flag, limit) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
            let Some(Value::Bool(is_exclusive)) = lowered.get(flag) else { continue };
            let limit = if *is_exclusive { lowered.remove(limit) } else { None };
            match limit {
                Some(limit) => lowered.insert(flag.to_owned(), limit),
                None => lowered.remove(flag),
            };
        }
        if lowered.get("type") == Some(&json!("file")) {
            lowered.insert("type".to_owned(), json!("string"));
            lowered.insert("format".to_owned(), json!("binary"));
        }
        let is_named = |name: &str| vocabulary.mere_names.contains(&name);
        let name = lowered.get("format").and_then(Value::as_str);
        if name.is_some_and(is_named) {
            lowered.remove("format");
        } else if let Some(name) = name.filter(|name| format::NumberFormat::find(name).is_some())
            && lowered.get("type") != Some(&json!("string"))
        {
            let name = json!(name);
            lowered.insert(format::NUMBER_KEYWORD.to_owned(), name);
            // A text where only numbers may be is told by its type alone.
            if lowered.get("type").is_some_and(|kind| !is_of(kind, "string")) {
                lowered.remove("format");
            }
        }
        if vocabulary.demands_items
            && lowered.get("type") == Some(&json!("array"))
            && !members.contains_key("items")
        {
            let title = "is an array that does not say what its `items` are";
            self.report(&rule::DOCUMENT_MALFORMED, here.place.child("type"), title);
        }
    }

    /// A keyword that has another name in 2020-12.
    fn renamed(
        &mut self,
        lowered: &mut Map<String, Value>,
        name: &str,
        value: &Value,
        here: &Here,
        inner: &Here,
        vocabulary: &'static Vocabulary,
    ) -> Lowered {
        let inner = Here { at: here.at.child(name), ..inner.clone() };
        self.origins.push((inner.at.clone(), inner.place.clone()));
        let form = if name == "items" { Form::SchemaOrFlag } else { Form::Schemas };
        if let Some(value) = self.keyword(form, value, &inner, vocabulary)? {
            lowered.insert(name.to_owned(), value);
        }
        Ok(None)
    }

    /// Draft 4's `dependencies`: of names, and of schemas.
    fn dependencies(
        &mut self,
        lowered: &mut Map<String, Value>,
        value: &Value,
        here: &Here,
        inner: &Here,
        vocabulary: &'static Vocabulary,
    ) {
        let (mut required, mut schemas) = (Map::new(), Map::new());
        let [of_names, of_schemas] = ["dependentRequired", "dependentSchemas"];
        for (name, dependency) in value.as_object().into_iter().flatten() {
            if let Some(names) = value::names(dependency) {
                required.insert(name.clone(), names);
                continue;
            }
            let at = here.at.child(of_schemas).child(name);
            let inner = Here { at, ..inner.child(name) };
            schemas.insert(name.clone(), self.schema(dependency, &inner, vocabulary));
        }
        for (name, found) in [(of_names, required), (of_schemas, schemas)] {
            if !found.is_empty() {
                self.origins.push((here.at.child(name), inner.place.clone()));
                lowered.insert(name.to_owned(), Value::Object(found));
            }
        }
    }

    fn keyword(
        &mut self,
        form: Form,
        value: &Value,
        here: &Here,
        vocabulary: &'static Vocabulary,
    ) -> Lowered {
        let kept = match form {
            Form::Text => value::text(value).ok_or("text")?,
            Form::Any => value.clone(),
            Form::Flag | Form::Nullable => {
                let flag = value.as_bool().ok_or("true or false")?;
                if !flag || form == Form::Nullable {
                    return Ok(None);
                }
                value.clone()
            }
            Form::DiscriminatorName => return value::text(value).ok_or("text").map(|_| None),
            Form::ExclusiveFlag => {
                value.is_boolean().then(|| value.clone()).ok_or("true or false")?
            }
            Form::Number => value::number(value).ok_or("a number")?,
            Form::Positive => value::positive(value).ok_or("a number greater than 0")?,
            Form::Count => value::count(value).ok_or("a whole number from 0 on")?,
            Form::Type => value::kind(value)
                .ok_or("one of array, boolean, integer, number, object, string")?,
            Form::TypeOrFile if value == "file" => value.clone(),
            Form::Types | Form::TypeOrFile => value::kinds(value)
                .ok_or("one or a list of array, boolean, integer, null, number, object, string")?,
            Form::Values => {
                let values = value::values(value).filter(|values| *values != json!([]));
                values.ok_or("a list of values")?
            }
            Form::AnyValues => value::values(value).ok_or("a list of values")?,
            Form::Names => value::names(value).ok_or("a list of property names")?,
            Form::NameLists => value::name_lists(value).ok_or("lists of property names")?,
            Form::Schemas => {
                let branches = value.as_array().filter(|branches| !branches.is_empty());
                let branches = branches.ok_or("a list of schemas")?.iter().enumerate();
                branches
                    .map(|(index, branch)| {
                        self.schema(branch, &here.child(&index.to_string()), vocabulary)
                    })
                    .collect()
            }
            Form::SchemaMap => {
                let schemas = value.as_object().ok_or("an object of schemas")?.iter();
                let lowered = schemas.map(|(name, schema)| {
                    (name.clone(), self.schema(schema, &here.child(name), vocabulary))
                });
                Value::Object(lowered.collect())
            }
            Form::SchemaOrFlag if value.is_boolean() => value.clone(),
            Form::Schema | Form::SchemaOrFlag | Form::Items
                if value.is_object() || (vocabulary.booleans && value.is_boolean()) =>
            {
                self.schema(value, here, vocabulary)
            }
            Form::Schema | Form::SchemaOrFlag | Form::Items => return Err("a schema object"),
            // Lowered together with what stands beside them.
            Form::AdditionalItems
            | Form::Dependencies
            | Form::Reference
            | Form::DynamicReference
            | Form::RecursiveReference
            | Form::Discriminator => return Ok(None),
        };
        Ok(Some(kept))
    }
}

/// Whether a keyword says anything about values.
fn asserts(keyword: &str) -> bool {
    const SILENT: [&str; 13] = [
        "title",
        "description",
        "default",
        "example",
        "examples",
        "externalDocs",
        "xml",
        "discriminator",
        "readOnly",
        "writeOnly",
        "deprecated",
        "nullable",
        "format",
    ];
    !keyword.starts_with("x-") && !SILENT.contains(&keyword)
}

/// Whether the value of `type` lets a value be of a type.
fn is_of(kind: &Value, name: &str) -> bool {
    kind == name || kind.as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == name))
}
