//! The schemas that a document mentions: each gets its number when it is first met, and is lowered
//! when somebody first asks for it.

use serde_json::Value;

use crate::finding::Violation;
use crate::finding::rule;
use crate::pointer::Pointer;
use crate::schema::SchemaId;
use crate::schema::Table;
use crate::schema::cut::Source;
use crate::schema::walk;
use crate::spec::lower::Lowerer;
use crate::spec::lower::vocabulary::Vocabulary;
use crate::spec::read::Library;
use crate::spec::read::Reader;
use crate::spec::resolve;
use crate::spec::tree::Node;

/// The longest way from alias to alias that is followed at once.
const LONGEST: usize = 64;

/// What stands at the place of a schema that is no Schema Object.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// Something else that has keywords of schemas.
    Other(&'static Vocabulary),
    /// Nothing: it was put together from what stands elsewhere.
    Made(Source),
}

impl Library {
    /// Interns what a schema refers to, and takes out the references that lead nowhere.
    pub(super) fn follow_references(&self, table: &Table, source: &mut Source) -> Vec<Violation> {
        let mut broken = Vec::new();
        walk::each(&source.schema, &Pointer::root(), &mut |members, at| {
            let Some(key) = members.get("$ref").and_then(Value::as_str) else { return };
            let key = Pointer::new(key);
            let target = Lowerer::place(&key);
            // What was met before is there.
            if table.find(key.as_str()).is_some() || self.tree.has(&target) {
                table.intern(&key);
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
    pub(in crate::spec) fn schema(&mut self, holder: &'d Value, at: &Pointer) -> Option<SchemaId> {
        self.schema_in(holder, "schema", at)
    }

    /// The schema that a member of a part has, behind its references.
    pub(in crate::spec) fn schema_in(
        &mut self,
        holder: &'d Value,
        member: &str,
        at: &Pointer,
    ) -> Option<SchemaId> {
        let mut place = at.child(member);
        let mut schema = holder.get(member)?;
        let mut seen = Vec::new();
        // A longer way than anybody writes is left to the schemas themselves.
        while seen.len() < LONGEST
            && let Some(target) = self.library.lowerer.alias(schema, &place)
        {
            let reference = place.child("$ref");
            let found = match target {
                Ok(target) => {
                    let found = self.resolver.part(&target, Node::shallow);
                    found.ok_or_else(|| resolve::nowhere(&target)).map(|found| (found, target))
                }
                Err(reason) => Err(reason),
            };
            match found {
                Ok((found, target)) => {
                    if target == place || seen.contains(&target) {
                        let title = "is a reference that leads back to itself";
                        self.resolver.report(&rule::REFERENCE_CYCLIC, reference, title);
                        return None;
                    }
                    schema = found;
                    seen.push(std::mem::replace(&mut place, target));
                }
                Err(reason) => {
                    self.resolver.report(&rule::REFERENCE_BROKEN, reference, reason);
                    return None;
                }
            }
        }
        Some(SchemaId(self.library.table.intern(&place)))
    }

    /// The schema of a part that is none itself, but has the keywords of one.
    pub(in crate::spec) fn schema_of(
        &mut self,
        place: &Pointer,
        vocabulary: &'static Vocabulary,
    ) -> SchemaId {
        self.add(place, Form::Other(vocabulary))
    }

    /// A schema that was put together.
    pub(in crate::spec) fn made_schema(&mut self, source: Source) -> SchemaId {
        let key = source.pointer.clone();
        self.add(&key, Form::Made(source))
    }

    fn add(&self, key: &Pointer, form: Form) -> SchemaId {
        self.library.forms().entry(key.clone()).or_insert(form);
        SchemaId(self.library.table.intern(key))
    }
}
