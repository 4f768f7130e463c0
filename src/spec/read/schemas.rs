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
use crate::spec::lower::Lowerer;
use crate::spec::lower::vocabulary::Vocabulary;
use crate::spec::read::Reader;
use crate::spec::resolve;

/// The longest way from alias to alias that is followed at once.
const LONGEST: usize = 64;

/// The schemas met so far.
#[derive(Debug, Default)]
pub(super) struct Table {
    met: Vec<Met>,
    index: HashMap<Pointer, u32>,
}

/// A schema that was met, by its key.
#[derive(Debug)]
struct Met {
    key: Pointer,
    form: Form,
}

/// What stands at the place of a schema.
#[derive(Debug)]
enum Form {
    /// A Schema Object.
    Schema,
    /// Something else that has keywords of schemas.
    Other(&'static Vocabulary),
    /// Nothing: it was put together from what stands elsewhere.
    Made(Source),
}

impl Table {
    /// The number of the schema of a key.
    pub(super) fn intern(&mut self, key: Pointer) -> SchemaId {
        self.add(key, Form::Schema)
    }

    fn add(&mut self, key: Pointer, form: Form) -> SchemaId {
        let next = u32::try_from(self.met.len()).expect("fewer schemas than bytes of a document");
        let id = *self.index.entry(key.clone()).or_insert(next);
        if id == next {
            self.met.push(Met { key, form });
        }
        SchemaId(id)
    }

    /// Lowers every schema met, and those that they refer to.
    pub(super) fn lower(
        mut self,
        root: &Value,
        mut lowerer: Lowerer<'_>,
    ) -> (Schemas, Vec<Violation>) {
        let mut sources: Vec<Source> = Vec::with_capacity(self.met.len());
        let mut violations = Vec::new();
        while let Some(met) = self.met.get_mut(sources.len()) {
            let form = std::mem::replace(&mut met.form, Form::Schema);
            let (mut source, mut wrong) = match form {
                Form::Schema => lowerer.lower(&met.key, None),
                Form::Other(vocabulary) => lowerer.lower(&met.key, Some(vocabulary)),
                Form::Made(source) => (source, Vec::new()),
            };
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
            let Some(key) = members.get("$ref").and_then(Value::as_str) else { return };
            let key = Pointer::new(key);
            let target = Lowerer::place(&key);
            if target.get(root).is_some() {
                self.intern(key);
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
            && let Some(target) = self.lowerer.alias(schema, &place)
        {
            let root = self.root();
            let reference = place.child("$ref");
            let found = match target {
                Ok(target) => {
                    target.get(root).ok_or_else(|| resolve::nowhere(&target)).map(|at| (at, target))
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
        Some(self.schemas.intern(place))
    }

    /// The schema of a part that is none itself, but has the keywords of one.
    pub(in crate::spec) fn schema_of(
        &mut self,
        place: &Pointer,
        vocabulary: &'static Vocabulary,
    ) -> SchemaId {
        self.schemas.add(place.clone(), Form::Other(vocabulary))
    }

    /// A schema that was put together.
    pub(in crate::spec) fn made_schema(&mut self, source: Source) -> SchemaId {
        self.schemas.add(source.pointer.clone(), Form::Made(source))
    }
}
