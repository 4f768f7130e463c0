//! Whether two schemas are written alike, all that they refer to included: the quick way past what
//! nobody changed.

use std::collections::HashMap;

use serde_json::Map;
use serde_json::Value;

use crate::json::member;
use crate::schema::HINTS;
use crate::schema::REFERENCE;
use crate::schema::SchemaId;
use crate::schema::Schemas;
use crate::schema::walk;
use crate::schema::walk::Holds;

/// How deep schemas are followed in one look; what lies deeper is compared step by step.
const DEEPEST: usize = 256;

/// Keywords that say nothing of values, nor of what becomes of them.
pub(super) const SILENT: [&str; 4] = ["title", "example", "examples", HINTS];

/// What is known of pairs of schemas.
#[derive(Debug)]
pub(super) struct Sameness<'s> {
    base: &'s Schemas,
    revision: &'s Schemas,
    known: HashMap<(SchemaId, SchemaId), bool>,
    /// Pairs that were taken to be alike because they are being looked at.
    assumed: Vec<(SchemaId, SchemaId)>,
}

impl<'s> Sameness<'s> {
    pub(super) fn new(base: &'s Schemas, revision: &'s Schemas) -> Self {
        Self { base, revision, known: HashMap::new(), assumed: Vec::new() }
    }

    /// Whether two parts are alike.
    pub(super) fn alike(&mut self, base: &Value, revision: &Value) -> bool {
        self.assumed.clear();
        let is_alike = self.schemas(base, revision, 0);
        if !is_alike {
            // What was found alike may rest on what was not.
            for pair in self.assumed.drain(..) {
                self.known.remove(&pair);
            }
        }
        is_alike
    }

    fn schemas(&mut self, base: &Value, revision: &Value, depth: usize) -> bool {
        if depth > DEEPEST {
            return false;
        }
        let (Value::Object(base), Value::Object(revision)) = (base, revision) else {
            return base == revision;
        };
        let telling = |members: &Map<String, Value>| {
            members.keys().filter(|keyword| !SILENT.contains(&keyword.as_str())).count()
        };
        telling(base) == telling(revision)
            && base.iter().filter(|(keyword, _)| !SILENT.contains(&keyword.as_str())).all(
                |(keyword, value)| {
                    member(revision, keyword)
                        .is_some_and(|other| self.keyword(keyword, value, other, depth))
                },
            )
    }

    fn keyword(&mut self, keyword: &str, base: &Value, revision: &Value, depth: usize) -> bool {
        if keyword == REFERENCE {
            return self.targets(base, revision, depth);
        }
        match (walk::holds(keyword), base, revision) {
            (Some(Holds::Schema), _, _) => self.schemas(base, revision, depth + 1),
            (Some(Holds::List), Value::Array(base), Value::Array(revision)) => {
                base.len() == revision.len()
                    && base
                        .iter()
                        .zip(revision)
                        .all(|(one, other)| self.schemas(one, other, depth + 1))
            }
            (Some(Holds::Map), Value::Object(base), Value::Object(revision)) => {
                base.len() == revision.len()
                    && base.iter().all(|(name, value)| {
                        member(revision, name)
                            .is_some_and(|other| self.schemas(value, other, depth + 1))
                    })
            }
            _ => base == revision,
        }
    }

    fn targets(&mut self, base: &Value, revision: &Value, depth: usize) -> bool {
        let of = |schemas: &Schemas, key: &Value| schemas.keyed(key.as_str()?);
        let (Some(one), Some(other)) = (of(self.base, base), of(self.revision, revision)) else {
            return base == revision;
        };
        if let Some(known) = self.known.get(&(one, other)) {
            return *known;
        }
        self.known.insert((one, other), true);
        self.assumed.push((one, other));
        let (base, revision) = (self.base, self.revision);
        let is_alike = self.schemas(base.lowered(one), revision.lowered(other), depth + 1);
        if !is_alike {
            self.known.insert((one, other), false);
            self.assumed.retain(|pair| *pair != (one, other));
        }
        is_alike
    }
}
