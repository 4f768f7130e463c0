//! The table of all schemas of a document, each lowered and compiled when somebody first asks it.

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
use crate::json::member;
use crate::pointer::Pointer;
use crate::schema::Direction;
use crate::schema::SchemaId;
use crate::schema::SchemaViolation;
use crate::schema::allowed;
use crate::schema::allowed::Types;
use crate::schema::apart;
use crate::schema::choice;
use crate::schema::circles;
use crate::schema::circles::Graph;
use crate::schema::circles::Reach;
use crate::schema::circles::Settled;
use crate::schema::compile::Compiled;
use crate::schema::cut;
use crate::schema::cut::Cut;
use crate::schema::cut::Others;
use crate::schema::cut::Source;
use crate::schema::direction;
use crate::schema::explain;
use crate::schema::origin::Origin;
use crate::schema::shelf::Shelf;

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
    /// Kept, because the table asks it.
    _origin: Arc<dyn Origin>,
}

impl Schemas {
    /// The schemas of a table, and who lowers them.
    pub(crate) const fn new(table: Arc<Table>, origin: Arc<dyn Origin>) -> Self {
        Self { table, _origin: origin }
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

    /// Everything about `value` that breaks the schema, at most 200; empty when it is valid.
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
        &self.table.source(schema.0).schema
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
        let types = || allowed::types_of(&self.table, &self.table.source(schema.0).schema);
        *self.table.entry(schema.0).types.get_or_init(types)
    }

    /// The JSON types that a part of a schema allows.
    pub(crate) fn types_of(&self, schema: &Value) -> Types {
        allowed::types_of(&self.table, schema)
    }

    /// The schema that a cut reference names.
    pub(crate) fn referred(&self, schema: &Value) -> Option<&Value> {
        Some(self.lowered(self.referred_id(schema)?))
    }

    /// The number of the schema that a cut reference names.
    pub(crate) fn referred_id(&self, schema: &Value) -> Option<SchemaId> {
        self.keyed(member(schema.as_object()?, cut::KEYWORD)?.as_str()?)
    }

    /// Where a place in the lowered schema stands in the user's document.
    pub(crate) fn origin(&self, schema: SchemaId, at: &Pointer) -> Pointer {
        self.table.source(schema.0).origin(at.as_str())
    }

    /// The schema that the value of a cut reference names.
    pub(crate) fn target(&self, reference: &Value) -> Option<&Value> {
        Some(self.lowered(self.keyed(reference.as_str()?)?))
    }

    /// Whether `value` satisfies a part of a schema of this table; compiled on first use.
    pub(crate) fn fits<'v>(
        &self,
        part: &Value,
        direction: Direction,
        value: impl Into<View<'v>>,
    ) -> bool {
        match part.as_bool() {
            Some(truth) => truth,
            None => self.table.part(part, direction).is_valid(value.into()),
        }
    }

    /// The number of the schema of a key that was met.
    pub(crate) fn keyed(&self, key: &str) -> Option<SchemaId> {
        self.table.find(key).map(SchemaId)
    }

    /// The schema's place in the user's document.
    #[must_use]
    pub fn pointer(&self, schema: SchemaId) -> &Pointer {
        &self.table.entry(schema.0).key
    }

    /// The schema at a place of the document, if one has been met there or stands there under a
    /// name of its own.
    #[must_use]
    pub fn find(&self, pointer: &Pointer) -> Option<SchemaId> {
        self.table.known(pointer).map(SchemaId)
    }

    /// Every schema that has been met, in that order; [`Document::violations`] meets all others too.
    ///
    /// [`Document::violations`]: crate::spec::Document::violations
    pub fn ids(&self) -> impl Iterator<Item = SchemaId> {
        self.table.lower_all();
        (0..self.table.count()).map(SchemaId)
    }

    /// Compiles what nobody has asked yet, and returns what can not be compiled: for whoever judges
    /// the document itself.
    #[must_use]
    pub fn unusable(&self) -> Vec<Violation> {
        let mut violations = Vec::new();
        for SchemaId(id) in self.ids() {
            let compiled = self.table.compiled(id, Direction::Request);
            let Some(fault) = &compiled.fault else { continue };
            let title = format!("can not be judged: {fault}");
            let mut violation = Violation::new(&rule::SCHEMA_UNUSABLE, Location::Target, title);
            violation.place = self.table.entry(id).key.clone();
            violations.push(violation);
        }
        violations
    }

    /// Lowers the schema, where nobody has asked for it yet.
    pub(crate) fn lower(&self, schema: SchemaId) {
        self.table.source(schema.0);
    }

    /// How many of the schemas met have been lowered.
    #[must_use]
    pub fn count_lowered(&self) -> usize {
        (0..self.table.count()).filter(|id| self.table.entry(*id).cut.get().is_some()).count()
    }
}

/// What [`Schemas`] and its validators share.
#[derive(Debug)]
pub(crate) struct Table {
    entries: Shelf<Entry>,
    index: RwLock<HashMap<Pointer, u32>>,
    origin: Weak<dyn Origin>,
    patterns: PatternCache,
    /// Answers of [`Schemas::items_apart`].
    apart: RwLock<Vec<(SchemaId, Pointer, Option<SchemaId>)>>,
    /// Validators of parts of schemas, by the address of a part: schemas never move.
    parts: RwLock<HashMap<(usize, Direction), Arc<Compiled>>>,
    me: Weak<Table>,
}

/// A schema, what it is lowered to, and its validators, made by whoever needs them first.
#[derive(Debug)]
pub(crate) struct Entry {
    key: Pointer,
    cut: OnceLock<Cut>,
    settled: OnceLock<Settled>,
    request: OnceLock<Compiled>,
    response: OnceLock<Compiled>,
    types: OnceLock<Types>,
    /// What was said before of each keyword that a value broke, by its place in the schema.
    pub(crate) told: RwLock<HashMap<String, SchemaViolation>>,
}

impl Entry {
    fn new(key: Pointer) -> Self {
        let (cut, settled, request, response, types, told) = Default::default();
        Self { key, cut, settled, request, response, types, told }
    }
}

impl Table {
    /// A table without schemas, which `origin` lowers once it is asked for them.
    pub(crate) fn new(origin: Weak<dyn Origin>) -> Arc<Self> {
        Arc::new_cyclic(|me| Self {
            entries: Shelf::new(),
            index: RwLock::default(),
            origin,
            patterns: PatternCache::new(),
            apart: RwLock::default(),
            parts: RwLock::default(),
            me: me.clone(),
        })
    }

    /// The entry of an id that this table gave.
    #[inline]
    pub(crate) fn entry(&self, id: u32) -> &Entry {
        self.entries.get(id).expect("the number of a schema comes from its table")
    }

    /// The number of the schema of a key.
    pub(crate) fn intern(&self, key: &Pointer) -> u32 {
        if let Some(known) = self.find(key.as_str()) {
            return known;
        }
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        let next = u32::try_from(index.len()).expect("fewer schemas than bytes of a document");
        *index.entry(key.clone()).or_insert_with(|| {
            self.entries.put(next, Entry::new(key.clone()));
            next
        })
    }

    /// The key of the schema of an id that this table gave.
    pub(crate) fn key(&self, id: u32) -> &Pointer {
        &self.entry(id).key
    }

    /// The number of the schema of a key that was met.
    pub(crate) fn find(&self, key: &str) -> Option<u32> {
        self.index.read().unwrap_or_else(PoisonError::into_inner).get(key).copied()
    }

    /// The same, of a schema that has a name of its own as well.
    fn known(&self, key: &Pointer) -> Option<u32> {
        let is_named = || self.origin.upgrade().is_some_and(|origin| origin.is_named(key));
        self.find(key.as_str()).or_else(|| is_named().then(|| self.intern(key)))
    }

    /// How many schemas were met.
    fn count(&self) -> u32 {
        let count = self.index.read().unwrap_or_else(PoisonError::into_inner).len();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Lowers every schema that was met or has a name of its own, and those that they refer to.
    fn lower_all(&self) {
        for key in self.origin.upgrade().map(|origin| origin.named()).unwrap_or_default() {
            self.intern(&key);
        }
        let mut id = 0;
        while id < self.count() {
            self.settled(id);
            id += 1;
        }
    }

    /// What a schema was lowered to, references cut.
    #[inline]
    pub(crate) fn source(&self, id: u32) -> &Source {
        let entry = self.entry(id);
        let settled = entry.settled.get().unwrap_or_else(|| self.settled(id));
        match (&settled.mended, entry.cut.get()) {
            (Some(mended), _) => mended,
            (None, Some(cut)) => &cut.source,
            (None, None) => &Graph::cut(self, id).source,
        }
    }

    /// How far the references of a schema reach, none of them too far.
    fn settled(&self, id: u32) -> &Settled {
        let entry = self.entry(id);
        if let Some(settled) = entry.settled.get() {
            return settled;
        }
        // What is wrong is known before anybody finds the schema settled.
        for (id, settled, violations) in circles::settle(id, self) {
            if let Some(origin) = self.origin.upgrade() {
                origin.report(violations);
            }
            let _ = self.entry(id).settled.set(settled);
        }
        entry.settled.get().expect("settling a schema settles it")
    }

    /// The schema that a cut reference names.
    pub(crate) fn referred(&self, schema: &Value) -> Option<&Value> {
        let pointer = member(schema.as_object()?, cut::KEYWORD)?.as_str()?;
        self.find(pointer).map(|target| &self.source(target).schema)
    }

    /// The validator of a schema, compiled on first use.
    pub(crate) fn compiled(&self, id: u32, direction: Direction) -> &Compiled {
        let entry = self.entry(id);
        let slot = match direction {
            Direction::Request => &entry.request,
            Direction::Response => &entry.response,
        };
        slot.get_or_init(|| self.compile(&self.source(id).schema, direction))
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
                let schema = &self.source(id).schema;
                schema.get(direction.excuse()) == Some(&Value::Bool(true))
            })
        });
        choice::prepare(&mut view);
        Compiled::new(&view, direction, &self.me, &self.patterns)
    }
}

impl Graph for Table {
    fn cut(&self, id: u32) -> &Cut {
        let entry = self.entry(id);
        entry.cut.get_or_init(|| {
            let origin = self.origin.upgrade().expect("a document outlives its schemas");
            let (source, violations) = origin.lower(&entry.key, self);
            origin.report(violations);
            cut::cut(source, self)
        })
    }

    fn reach(&self, id: u32) -> Option<Reach> {
        self.entry(id).settled.get().map(|settled| settled.reach)
    }
}

impl Others for Table {
    fn original(&self, key: &Pointer) -> Option<Source> {
        self.find(key.as_str())?;
        Some(self.origin.upgrade()?.lower(key, self).0)
    }

    fn number(&self, key: &str) -> Option<u32> {
        self.find(key)
    }
}
