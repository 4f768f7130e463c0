//! The schemas that a document mentions: each gets its number when it is first met, and is lowered
//! when all parts have been read.

use foldhash::HashMap;
use serde_json::Value;

use crate::finding::Violation;
use crate::finding::rule;
use crate::pointer::Pointer;
use crate::schema::SchemaId;
use crate::schema::Schemas;
use crate::schema::cut::Source;
use crate::schema::walk;
use crate::spec::read::LowerSchema;
use crate::spec::read::Reader;
use crate::spec::resolve;

/// The places of the schemas met so far.
#[derive(Default)]
pub(super) struct Table {
    places: Vec<Pointer>,
    index: HashMap<Pointer, u32>,
}

impl Table {
    /// The number of the schema at a place that exists.
    pub(super) fn intern(&mut self, place: Pointer) -> SchemaId {
        let next =
            u32::try_from(self.places.len()).expect("fewer schemas than bytes of a document");
        let id = *self.index.entry(place.clone()).or_insert(next);
        if id == next {
            self.places.push(place);
        }
        SchemaId(id)
    }

    /// Lowers every schema met, and those that they refer to.
    pub(super) fn lower(mut self, root: &Value, lower: LowerSchema) -> (Schemas, Vec<Violation>) {
        let mut sources: Vec<Source> = Vec::with_capacity(self.places.len());
        let mut violations = Vec::new();
        while let Some(place) = self.places.get(sources.len()).cloned() {
            let raw = place.get(root).unwrap_or(&Value::Null);
            let (mut source, mut wrong) = lower(raw, &place);
            violations.append(&mut wrong);
            violations.append(&mut self.follow_references(root, &mut source));
            sources.push(source);
        }
        let (schemas, mut circles) = Schemas::new(sources);
        violations.append(&mut circles);
        (schemas, violations)
    }

    /// Interns what a schema refers to, and takes out the references that lead nowhere.
    fn follow_references(&mut self, root: &Value, source: &mut Source) -> Vec<Violation> {
        let mut broken = Vec::new();
        walk::each(&source.schema, &Pointer::root(), &mut |members, at| {
            let Some(target) = members.get("$ref").and_then(Value::as_str) else { return };
            let target = Pointer::new(target);
            if target.get(root).is_some() {
                self.intern(target);
            } else {
                broken.push((at.clone(), target));
            }
        });
        let mut violations = Vec::with_capacity(broken.len());
        for (at, target) in broken {
            let place = source.origin(at.as_str()).child("$ref");
            let title = resolve::nowhere(&target);
            violations.push(resolve::complaint(&rule::REFERENCE_BROKEN, place, title));
            if let Some(Value::Object(members)) = source.schema.pointer_mut(at.as_str()) {
                members.remove("$ref");
            }
        }
        violations
    }
}

impl<'d> Reader<'d> {
    /// The schema of a part, behind its references; `None` where there is none or none is found.
    pub(super) fn schema(&mut self, holder: &'d Value, at: &Pointer) -> Option<SchemaId> {
        let schema = holder.get("schema")?;
        let (_, place) = self.follow(schema, at.child("schema"))?;
        Some(self.schemas.intern(place))
    }
}
