//! The table of all schemas of a document, each compiled when somebody first asks it.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::Weak;

use foldhash::HashMap;
use jsonschema::PatternCache;
use serde_json::Value;

use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::json::View;
use crate::pointer::Pointer;
use crate::schema::Direction;
use crate::schema::SchemaId;
use crate::schema::SchemaViolation;
use crate::schema::allowed;
use crate::schema::allowed::Types;
use crate::schema::apart;
use crate::schema::choice;
use crate::schema::compile::Compiled;
use crate::schema::cut;
use crate::schema::cut::Source;
use crate::schema::direction;
use crate::schema::explain;

/// All schemas of a document.
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use standin::pointer::Pointer;
/// use standin::schema::Direction;
///
/// let text = "
/// openapi: 3.0.3
/// info: {title: Sessions, version: '1'}
/// paths: {}
/// components:
///   schemas:
///     Limit: {type: integer, maximum: 500}
/// ";
/// let document = standin::spec::load::from_text("sessions.yaml", text).unwrap();
/// let limit = document.schemas.find(&Pointer::new("/components/schemas/Limit")).unwrap();
/// assert!(document.schemas.is_valid(limit, Direction::Request, &json!(500)));
/// let violations = document.schemas.violations(limit, Direction::Request, &json!(501));
/// assert_eq!(violations[0].title, "is greater than the maximum of 500");
/// assert_eq!(violations[0].place.as_str(), "/components/schemas/Limit/maximum");
/// ```
#[derive(Debug)]
pub struct Schemas {
    table: Arc<Table>,
}

impl Schemas {
    /// Makes the table; what is wrong with references among the schemas comes beside it.
    pub(crate) fn new(mut sources: Vec<Source>) -> (Self, Vec<Violation>) {
        let index: HashMap<Pointer, u32> =
            (0..).zip(&sources).map(|(id, source)| (source.pointer.clone(), id)).collect();
        let violations = cut::cut(&mut sources, &index);
        let table = Arc::new_cyclic(|me| Table {
            entries: sources.into_iter().map(Entry::new).collect(),
            index,
            patterns: PatternCache::new(),
            apart: RwLock::default(),
            parts: RwLock::default(),
            me: me.clone(),
        });
        (Self { table }, violations)
    }

    /// Whether `value` satisfies the schema: the fast way, no explanation.
    #[must_use]
    pub fn is_valid<'v>(
        &self,
        schema: SchemaId,
        direction: Direction,
        value: impl Into<View<'v>>,
    ) -> bool {
        self.table.compiled(schema.0, direction).is_valid(value.into())
    }

    /// Everything about `value` that breaks the schema; empty when it is valid.
    ///
    /// References are opened only where the value fails. At most 200 are listed.
    #[must_use]
    pub fn violations<'v>(
        &self,
        schema: SchemaId,
        direction: Direction,
        value: impl Into<View<'v>>,
    ) -> Vec<SchemaViolation> {
        let view = value.into();
        if self.is_valid(schema, direction, view) {
            return Vec::new();
        }
        self.explain(schema, direction, &view.to_value())
    }

    /// As [`Schemas::violations`], of a value that is known to be wrong.
    pub(crate) fn explain(
        &self,
        schema: SchemaId,
        direction: Direction,
        value: &Value,
    ) -> Vec<SchemaViolation> {
        explain::explain(&self.table, schema.0, direction, value)
    }

    /// The schema itself, lowered to JSON Schema 2020-12, references cut.
    #[must_use]
    pub fn lowered(&self, schema: SchemaId) -> &Value {
        &self.table.entry(schema.0).source.schema
    }

    /// What tells this table from all others.
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.table).addr()
    }

    /// The schema of the items of the array at `at`, if those items and the rest of the value can
    /// be judged apart; worked out when somebody first asks.
    pub(crate) fn items_apart(&self, schema: SchemaId, at: &Pointer) -> Option<SchemaId> {
        let known = self.table.apart.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, _, items)) =
            known.iter().find(|(of, place, _)| *of == schema && place == at)
        {
            return *items;
        }
        drop(known);
        let items = apart::items(&self.table, schema.0, at).map(SchemaId);
        let mut known = self.table.apart.write().unwrap_or_else(PoisonError::into_inner);
        known.push((schema, at.clone(), items));
        items
    }

    /// The JSON types that the schema allows; worked out when somebody first asks.
    pub(crate) fn types(&self, schema: SchemaId) -> Types {
        let entry = self.table.entry(schema.0);
        *entry.types.get_or_init(|| allowed::types_of(&self.table, &entry.source.schema))
    }

    /// The JSON types that a part of a schema allows.
    pub(crate) fn types_of(&self, schema: &Value) -> Types {
        allowed::types_of(&self.table, schema)
    }

    /// The schema that a cut reference names.
    pub(crate) fn referred(&self, schema: &Value) -> Option<&Value> {
        self.table.referred(schema)
    }

    /// The schema that a cut reference's value names.
    pub(crate) fn target(&self, reference: &Value) -> Option<&Value> {
        let target = self.table.find(reference.as_str()?)?;
        Some(&self.table.entry(target).source.schema)
    }

    /// Whether `value` satisfies a part of a schema of this table; compiled on first use.
    pub(crate) fn fits(&self, part: &Value, direction: Direction, value: &Value) -> bool {
        match part {
            Value::Bool(truth) => *truth,
            _ => self.table.part(part, direction).is_valid(View::Value(value)),
        }
    }

    /// The schema's place in the user's document.
    #[must_use]
    pub fn pointer(&self, schema: SchemaId) -> &Pointer {
        &self.table.entry(schema.0).source.pointer
    }

    /// The schema at a place of the document, if one is known there.
    #[must_use]
    pub fn find(&self, pointer: &Pointer) -> Option<SchemaId> {
        self.table.index.get(pointer).copied().map(SchemaId)
    }

    /// Every schema, in the order in which the document was read.
    pub fn ids(&self) -> impl Iterator<Item = SchemaId> {
        (0..).zip(&self.table.entries).map(|(id, _)| SchemaId(id))
    }

    /// Compiles what nobody has asked yet, and returns what can not be compiled.
    ///
    /// Needed only by whoever judges the document itself: validation compiles what it needs, and
    /// passes over what is unusable.
    #[must_use]
    pub fn unusable(&self) -> Vec<Violation> {
        let mut violations = Vec::new();
        for (id, entry) in (0..).zip(&self.table.entries) {
            let compiled = self.table.compiled(id, Direction::Request);
            let Some(fault) = &compiled.fault else { continue };
            let title = format!("can not be judged: {fault}");
            let mut violation = Violation::new(&rule::SCHEMA_UNUSABLE, Location::Target, title);
            violation.place = entry.source.pointer.clone();
            violations.push(violation);
        }
        violations
    }
}

/// What [`Schemas`] and its validators share.
#[derive(Debug)]
pub(crate) struct Table {
    entries: Vec<Entry>,
    index: HashMap<Pointer, u32>,
    patterns: PatternCache,
    /// Answers of [`Schemas::items_apart`].
    apart: RwLock<Vec<(SchemaId, Pointer, Option<SchemaId>)>>,
    /// Validators of parts of schemas, by the address of a part: schemas never move.
    parts: RwLock<HashMap<(usize, Direction), Arc<Compiled>>>,
    me: Weak<Table>,
}

/// A schema with its validators.
#[derive(Debug)]
pub(crate) struct Entry {
    /// What it was made from.
    pub(crate) source: Source,
    request: OnceLock<Compiled>,
    response: OnceLock<Compiled>,
    types: OnceLock<Types>,
    /// What was said before of each keyword that a value broke, by its place in the schema: only
    /// the place in the value is another each time.
    pub(crate) told: RwLock<HashMap<String, SchemaViolation>>,
}

impl Entry {
    fn new(source: Source) -> Self {
        let (request, response, types, told) = Default::default();
        Self { source, request, response, types, told }
    }
}

impl Table {
    /// The entry of an id that this table gave.
    pub(crate) fn entry(&self, id: u32) -> &Entry {
        &self.entries[id as usize]
    }

    /// The id of the schema at a document pointer.
    pub(crate) fn find(&self, pointer: &str) -> Option<u32> {
        self.index.get(pointer).copied()
    }

    /// The schema that a cut reference names.
    pub(crate) fn referred(&self, schema: &Value) -> Option<&Value> {
        let pointer = schema.get(cut::KEYWORD)?.as_str()?;
        self.find(pointer).map(|target| &self.entry(target).source.schema)
    }

    /// The validator of a schema, compiled on first use.
    pub(crate) fn compiled(&self, id: u32, direction: Direction) -> &Compiled {
        let entry = self.entry(id);
        let slot = match direction {
            Direction::Request => &entry.request,
            Direction::Response => &entry.response,
        };
        slot.get_or_init(|| self.compile(&entry.source.schema, direction))
    }

    /// The validator of a part of a schema of this table.
    fn part(&self, part: &Value, direction: Direction) -> Arc<Compiled> {
        let key = (std::ptr::from_ref(part).addr(), direction);
        let known = self.parts.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        known.unwrap_or_else(|| {
            let compiled = Arc::new(self.compile(part, direction));
            let mut known = self.parts.write().unwrap_or_else(PoisonError::into_inner);
            known.insert(key, Arc::clone(&compiled));
            compiled
        })
    }

    fn compile(&self, schema: &Value, direction: Direction) -> Compiled {
        let mut view = direction::view(schema, direction, &|property| {
            let target = property.get(cut::KEYWORD).and_then(Value::as_str);
            let target = target.and_then(|pointer| self.find(pointer));
            target.is_some_and(|id| {
                let schema = &self.entry(id).source.schema;
                schema.get(direction.excuse()) == Some(&Value::Bool(true))
            })
        });
        choice::prepare(&mut view);
        Compiled::new(&view, direction, &self.me, &self.patterns)
    }
}
