//! What of a document is kept for whatever is read later: operations at their first call, schemas
//! at their first use.

use std::collections::HashSet;
use std::fmt;
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
use crate::schema::Schemas;
use crate::schema::Table;
use crate::schema::cut::Source;
use crate::spec::lower::Lowerer;
use crate::spec::model::Example;
use crate::spec::model::Operation;
use crate::spec::model::Response;
use crate::spec::read::Grammar;
use crate::spec::read::Reader;
use crate::spec::read::schemas::Form;
use crate::spec::resolve::Parts;
use crate::spec::tree::Inner;
use crate::spec::tree::Node;
use crate::spec::tree::Tree;
use crate::spec::wrong::Wrong;

/// Members of the whole that hold for every operation.
const HEAD: [&str; 5] = ["basePath", "consumes", "produces", "security", "servers"];

/// A document with all that reading it takes.
pub(crate) struct Library {
    pub(super) tree: Arc<Tree>,
    /// The members of the whole that hold for all of it.
    pub(super) head: Value,
    pub(super) grammar: &'static Grammar,
    pub(super) lowerer: Lowerer,
    pub(super) table: Arc<Table>,
    pub(super) wrong: Arc<Wrong>,
    /// Schemas that are no Schema Objects, by their keys.
    forms: Mutex<HashMap<Pointer, Form>>,
    /// What was read before and others refer to as well, by its place.
    examples: Mutex<HashMap<Pointer, Arc<Example>>>,
    responses: Mutex<HashMap<Pointer, Arc<Response>>>,
}

impl Library {
    pub(super) fn new(tree: Arc<Tree>, grammar: &'static Grammar, wrong: Arc<Wrong>) -> Arc<Self> {
        let head = tree.root().value_with(&mut |name| HEAD.contains(&name).then_some(Inner::Whole));
        let mut lowerer = Lowerer::new(&tree, Pointer::new(grammar.schemas), grammar.vocabulary);
        wrong.add(lowerer.take_violations());
        Arc::new_cyclic(|me: &Weak<Self>| {
            let table = Table::new(me.clone());
            let (forms, examples, responses) = Default::default();
            Self { tree, head, grammar, lowerer, table, wrong, forms, examples, responses }
        })
    }

    /// Its schemas.
    pub(super) fn schemas(self: &Arc<Self>) -> Schemas {
        Schemas::new(Arc::clone(&self.table), Arc::clone(self) as Arc<dyn Origin>)
    }

    /// Reads a part, and keeps what is wrong with it.
    pub(super) fn read<T>(&self, read: impl FnOnce(&mut Reader<'_>) -> T) -> T {
        let parts = Parts::new();
        let mut reader = Reader::new(self, &parts);
        let part = read(&mut reader);
        self.wrong.add(reader.into_violations());
        part
    }

    /// `components/examples`, for errors that no operation declares.
    pub(in crate::spec) fn examples(&self) -> Vec<Arc<Example>> {
        const PLACE: &str = "/components/examples";
        self.read(|reader| {
            let named = reader.resolver.part(&Pointer::new(PLACE), Node::to_value);
            reader.examples(named, PLACE)
        })
    }

    /// The operations of a path item that stands elsewhere than among the paths.
    pub(in crate::spec) fn operations_at(
        self: &Arc<Self>,
        name: &str,
        at: Pointer,
    ) -> Vec<Operation> {
        self.read(|reader| reader.operations_at(self, name, at))
    }

    /// Notes the links to operations that do not exist.
    pub(in crate::spec) fn check_links(&self, operations: &[Arc<Operation>]) {
        let ids: HashSet<&str> = operations.iter().map(|operation| &*operation.id).collect();
        for operation in operations {
            self.read(|reader| reader.check_links(operation, &ids));
        }
    }

    pub(super) fn forms(&self) -> MutexGuard<'_, HashMap<Pointer, Form>> {
        self.forms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn known_examples(&self) -> MutexGuard<'_, HashMap<Pointer, Arc<Example>>> {
        self.examples.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn known_responses(&self) -> MutexGuard<'_, HashMap<Pointer, Arc<Response>>> {
        self.responses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Origin for Library {
    fn lower(&self, key: &Pointer, table: &Table) -> (Source, Vec<Violation>) {
        let form = self.forms().get(key).cloned();
        let (mut source, mut violations) = match form {
            None => self.lowerer.lower(&self.tree, key, None),
            Some(Form::Other(vocabulary)) => self.lowerer.lower(&self.tree, key, Some(vocabulary)),
            Some(Form::Made(source)) => (source, Vec::new()),
        };
        violations.append(&mut self.follow_references(table, &mut source));
        (source, violations)
    }

    fn report(&self, violations: Vec<Violation>) {
        self.wrong.add(violations);
    }

    fn named(&self) -> Vec<Pointer> {
        let place = Pointer::new(self.grammar.schemas);
        let named = self.tree.at(&place);
        named.into_iter().flat_map(Node::members).map(|(name, _)| place.child(name)).collect()
    }

    fn is_named(&self, key: &Pointer) -> bool {
        let holder = key.parent().filter(|holder| holder.as_str() == self.grammar.schemas);
        holder.is_some() && self.tree.has(key)
    }
}

impl fmt::Debug for Library {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Library").finish_non_exhaustive()
    }
}
