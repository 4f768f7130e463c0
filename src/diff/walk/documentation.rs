//! What only people read, extensions that are watched, and the document as a whole.

use serde_json::Map;
use serde_json::Value;

use super::Pair;
use super::Place;
use super::Walk;
use crate::diff::Difference;
use crate::diff::rules::documentation;
use crate::diff::rules::operations;
use crate::finding::Rule;
use crate::json::plain;
use crate::pointer::Pointer;

/// Members that people read, and the rule of each.
const MEMBERS: [(&str, &Rule); 6] = [
    ("title", &documentation::DESCRIPTION_CHANGED),
    ("description", &documentation::DESCRIPTION_CHANGED),
    ("summary", &documentation::DESCRIPTION_CHANGED),
    ("externalDocs", &documentation::EXTERNAL_DOCS_CHANGED),
    ("example", &documentation::EXAMPLE_CHANGED),
    ("examples", &documentation::EXAMPLE_CHANGED),
];

/// Keywords that hold a schema, and those that hold schemas by name.
const IN_ONE: [&str; 11] = [
    "items",
    "additionalProperties",
    "contains",
    "if",
    "then",
    "else",
    "not",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
];
const IN_EACH: [&str; 3] = ["properties", "patternProperties", "dependentSchemas"];

/// Most characters of a text that a difference shows.
const MOST: usize = 80;

impl Walk<'_> {
    /// Compares what people read of two parts that are one; told once, however many refer to them.
    pub(super) fn documentation(&mut self, base: &Pointer, revision: &Pointer) {
        for (member, rule) in MEMBERS {
            let (was_at, is_at) = (base.child(member), revision.child(member));
            if self.is_same(&was_at, &is_at) || !self.is_first((&was_at, &is_at)) {
                continue;
            }
            let (was, is) = (self.base.part(&was_at), self.revision.part(&is_at));
            if was == is {
                continue;
            }
            let word = if member == "examples" { "example" } else { member };
            let title = match (&was, &is) {
                (None, _) => format!("has a {word} now"),
                (_, None) => format!("has no {word} any more"),
                _ => format!("has another {word}"),
            };
            let text = |value: Option<Value>| value.map(|value| shortened(&plain(&value)));
            let place =
                |value: &Option<Value>, at, holder| if value.is_some() { at } else { holder };
            let told = Difference::new(rule, title)
                .between(place(&was, &was_at, base), place(&is, &is_at, revision));
            self.found.push(told.changed(text(was), text(is)));
        }
    }

    /// Compares what people read of two schemas that are one, and of their parts that stand at the
    /// same place; each is told once.
    pub(super) fn schema_documentation(&mut self, base: &Pointer, revision: &Pointer) {
        let mut open = vec![(base.clone(), revision.clone())];
        while let Some((base, revision)) = open.pop() {
            let resolved = |document: &crate::spec::Document, at: &Pointer| {
                document.place(at).unwrap_or_else(|| at.clone())
            };
            let (was, is) = (resolved(self.base, &base), resolved(self.revision, &revision));
            if self.is_same(&was, &is) || !self.is_first((&was, &is)) {
                continue;
            }
            self.documentation(&was, &is);
            self.stability_of_schema(&was, &is);
            for keyword in IN_ONE {
                let (was, is) = (was.child(keyword), is.child(keyword));
                if self.base.has(&was) && self.revision.has(&is) {
                    open.push((was, is));
                }
            }
            for keyword in IN_EACH {
                let (was, is) = (was.child(keyword), is.child(keyword));
                let names = self.base.names(&was).into_iter();
                let known = names.filter(|name| self.revision.has(&is.child(name)));
                open.extend(known.map(|name| (was.child(&name), is.child(&name))));
            }
        }
    }

    fn is_first(&mut self, places: (&Pointer, &Pointer)) -> bool {
        self.told.insert((places.0.clone(), places.1.clone()))
    }

    /// Compares extensions that are watched, of parts as they are written.
    pub(super) fn extensions(
        &mut self,
        written: Pair<'_, Value>,
        at: (&Pointer, &Pointer),
        place: Option<&Place>,
    ) {
        if let (Value::Object(base), Value::Object(revision)) = (written.base, written.revision) {
            self.extension_members([base, revision], at, place);
        }
    }

    /// The same of members.
    pub(super) fn extension_members(
        &mut self,
        [base, revision]: [&Map<String, Value>; 2],
        at: (&Pointer, &Pointer),
        place: Option<&Place>,
    ) {
        for name in &self.options.extensions {
            let (was, is) = (base.get(name), revision.get(name));
            if was == is {
                continue;
            }
            let title = format!("`{name}` is another");
            let told = match place {
                Some(place) => place.by_rule(&operations::EXTENSION_CHANGED, title),
                None => Difference::new(&operations::EXTENSION_CHANGED, title),
            };
            let told = told.between(at.0, at.1).changed(was.map(plain), is.map(plain));
            self.found.push(told);
        }
    }

    /// Compares what is said of the whole.
    pub(super) fn whole(&mut self) {
        let (base, revision) = (self.base, self.revision);
        let root = Pointer::root();
        let at = Pointer::new("/info");
        let info = |document: &crate::spec::Document| document.part(&at).unwrap_or_default();
        let (was, is) = (info(base), info(revision));
        let version = |info: &Value| info.get("version").map(plain);
        if version(&was) != version(&is) {
            let title = "the description has another version";
            let told = Difference::new(&operations::API_VERSION_CHANGED, title);
            let told = told.between(&at.child("version"), &at.child("version"));
            self.found.push(told.changed(version(&was), version(&is)));
        }
        for member in ["contact", "license", "termsOfService"] {
            let (was, is) = (was.get(member), is.get(member));
            if was != is {
                let title = format!("the API has another {member}");
                let told = Difference::new(&documentation::INFO_CHANGED, title).between(&at, &at);
                self.found.push(told.changed(was.map(plain), is.map(plain)));
            }
        }
        self.documentation(&at, &at);
        self.documentation(&root, &root);
        self.tags();
        let extensions = [base.extensions(), revision.extensions()];
        self.extension_members(extensions, (&root, &root), None);
    }

    /// Compares the tags that are declared for all.
    fn tags(&mut self) {
        let at = Pointer::new("/tags");
        let tags = |document: &crate::spec::Document| -> Vec<(String, Value)> {
            let tags = document.part(&at).unwrap_or_default();
            let tags = tags.as_array().cloned().unwrap_or_default();
            tags.into_iter()
                .map(|tag| (tag.get("name").map(plain).unwrap_or_default(), tag))
                .collect()
        };
        let (was, is) = (tags(self.base), tags(self.revision));
        let of = |all: &[(String, Value)], name: &str| {
            all.iter().find(|(own, _)| own == name).map(|(_, tag)| tag.clone())
        };
        let mut names: Vec<&String> = was.iter().chain(&is).map(|(name, _)| name).collect();
        names.sort();
        names.dedup();
        for name in names {
            let title = match (of(&was, name), of(&is, name)) {
                (None, _) => format!("the tag `{name}` is declared"),
                (_, None) => format!("the tag `{name}` is declared no more"),
                (before, now) if before != now => {
                    format!("the tag `{name}` is described otherwise")
                }
                _ => continue,
            };
            let told = Difference::new(&documentation::TAG_DESCRIPTION_CHANGED, title);
            self.found.push(told.between(&at, &at));
        }
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
