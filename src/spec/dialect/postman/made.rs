//! The schemas that are made of what a collection shows.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::Weak;

use foldhash::HashMap;
use serde_json::Value;

use crate::finding::Violation;
use crate::pointer::Pointer;
use crate::schema::Origin;
use crate::schema::SchemaId;
use crate::schema::Schemas;
use crate::schema::Table;
use crate::schema::cut::Source;
use crate::spec::wrong::Wrong;

/// Schemas by the places of what they were made of.
#[derive(Debug)]
pub(super) struct Made {
    table: Arc<Table>,
    wrong: Arc<Wrong>,
    sources: Mutex<HashMap<Pointer, Source>>,
}

impl Made {
    pub(super) fn new(wrong: Arc<Wrong>) -> Arc<Self> {
        Arc::new_cyclic(|me: &Weak<Self>| {
            let table = Table::new(me.clone());
            Self { table, wrong, sources: Mutex::default() }
        })
    }

    pub(super) fn schemas(self: &Arc<Self>) -> Schemas {
        Schemas::new(Arc::clone(&self.table), Arc::clone(self) as Arc<dyn Origin>)
    }

    /// Keeps a schema made from what is shown at a place.
    pub(super) fn add(&self, pointer: Pointer, schema: Value) -> SchemaId {
        let id = self.table.intern(&pointer);
        let source = Source { pointer: pointer.clone(), schema, origins: Vec::new() };
        self.sources().entry(pointer).or_insert(source);
        SchemaId(id)
    }

    /// The place of what a schema was made of.
    pub(super) fn place(&self, id: SchemaId) -> &Pointer {
        self.table.key(id.0)
    }

    fn sources(&self) -> MutexGuard<'_, HashMap<Pointer, Source>> {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Origin for Made {
    fn lower(&self, key: &Pointer, _: &Table) -> (Source, Vec<Violation>) {
        let known = self.sources().get(key).cloned();
        let any = || Source { pointer: key.clone(), schema: true.into(), origins: Vec::new() };
        (known.unwrap_or_else(any), Vec::new())
    }

    fn report(&self, violations: Vec<Violation>) {
        self.wrong.add(violations);
    }

    fn named(&self) -> Vec<Pointer> {
        Vec::new()
    }

    fn is_named(&self, _: &Pointer) -> bool {
        false
    }
}
