//! Proof: the whole message that shows a difference, judged by the validators that serve traffic.
//!
//! A request proves a break where the base takes it and the revision does not; an answer, where the
//! revision may give it and the base rules it out. What neither of them judges is proved by its rule
//! alone.

mod answers;
mod requests;

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::diff::Difference;
use crate::diff::difference::Schemas;
use crate::diff::witness;
use crate::finding::Level;
use crate::finding::Proof;
use crate::finding::Side;
use crate::message::Answer;
use crate::message::Request;
use crate::pointer::Pointer;
use crate::schema::SchemaId;
use crate::spec::Document;
use crate::spec::Operation;

/// A message that one description allows and the other forbids, with the other half of its call.
#[derive(Clone, Debug)]
pub struct Witness {
    /// What is asked.
    pub request: Request,
    /// What is answered.
    pub answer: Answer,
    /// Which of both proves the difference.
    pub side: Side,
    /// What the forbidding description says of it.
    pub forbidden: String,
}

/// Most characters of content that are told.
const MOST_TOLD: usize = 200;

impl Witness {
    /// The message in one line, and what the forbidding description says of it.
    #[must_use]
    pub fn told(&self) -> String {
        let (line, content, who) = match self.side {
            Side::Response => {
                let line = format!("the answer {}", self.answer.status.as_u16());
                (line, self.answer.body.shared(), "the base")
            }
            Side::Request | Side::Document => {
                let line = format!("{} {}", self.request.method, self.request.target());
                (line, self.request.body.clone(), "the revision")
            }
        };
        let content = String::from_utf8_lossy(&content);
        let mut shown: String = content.chars().take(MOST_TOLD).collect();
        if shown.len() < content.len() {
            shown.push('…');
        }
        let with = if shown.is_empty() { String::new() } else { format!(" with {shown}") };
        format!("{line}{with}, of which {who} says: {}", self.forbidden)
    }
}

/// Looks for messages that prove differences.
#[derive(Debug)]
pub struct Prover<'d> {
    base: &'d Document,
    revision: &'d Document,
    operations: [HashMap<&'d Pointer, &'d Arc<Operation>>; 2],
    /// Values that were found before: many operations refer to the same schemas.
    values: HashMap<Sought, Option<Value>>,
}

/// What a value shows: both schemas, the side, the rule, and where in the value.
type Sought = (Option<SchemaId>, Option<SchemaId>, Side, &'static str, String);

/// Both operations of a difference.
#[derive(Clone, Copy, Debug)]
struct Both<'d> {
    base: &'d Operation,
    revision: &'d Operation,
}

impl<'d> Prover<'d> {
    /// A prover of differences between these two.
    #[must_use]
    pub fn new(base: &'d Document, revision: &'d Document) -> Self {
        let operations = [base, revision].map(|document| {
            document.operations.iter().map(|operation| (&operation.pointer, operation)).collect()
        });
        Self { base, revision, operations, values: HashMap::new() }
    }

    /// Looks for a message that proves a difference that breaks somebody, or may. Where one is
    /// found, nothing of the difference is undecided any more.
    pub fn prove(&mut self, difference: &mut Difference) {
        if difference.level == Level::Info || difference.side == Side::Document {
            return;
        }
        let Some(call) = &difference.call else { return };
        let [base, revision] = &self.operations;
        let find = |all: &HashMap<&Pointer, &'d Arc<Operation>>, at: &Option<Pointer>| {
            at.as_ref().and_then(|at| all.get(at)).map(|operation| &***operation)
        };
        let found = (find(base, &call.base), find(revision, &call.revision));
        let (Some(base), Some(revision)) = found else { return };
        let both = Both { base, revision };
        let witness = match difference.side {
            Side::Request => self.request(difference, both),
            Side::Response => self.answer(difference, both),
            Side::Document => None,
        };
        if let Some(witness) = witness {
            difference.proof = Proof::Witness;
            difference.witness = Some(witness);
        }
    }

    /// A value that the one side's schema allows and the other's forbids.
    fn value(&mut self, schemas: &Schemas, side: Side) -> Option<Value> {
        let at = schemas.change.at.clone();
        let key = (schemas.base, schemas.revision, side, schemas.change.rule.id, at);
        if let Some(known) = self.values.get(&key) {
            return known.clone();
        }
        let base = witness::Side { schemas: &self.base.schemas, schema: schemas.base };
        let revision = witness::Side { schemas: &self.revision.schemas, schema: schemas.revision };
        let (allows, forbids) = match side {
            Side::Response => (revision, base),
            Side::Request | Side::Document => (base, revision),
        };
        let value = witness::value(allows, forbids, schemas.direction, &schemas.change);
        self.values.insert(key, value.clone());
        value
    }
}
