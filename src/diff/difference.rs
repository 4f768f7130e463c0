//! One difference between two descriptions, before anybody is told of it.

use std::sync::Arc;

use crate::diff::Effect;
use crate::diff::Witness;
use crate::diff::schema::Change;
use crate::finding::Level;
use crate::finding::Proof;
use crate::finding::Rule;
use crate::finding::Side;
use crate::pointer::Pointer;
use crate::schema::Direction;
use crate::schema::SchemaId;

/// The call that a difference is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The `operationId` in the revision, or in the base where it is gone.
    pub operation: Arc<str>,
    /// The method in capitals; empty for a whole webhook or callback.
    pub method: String,
    /// The path template of the base, or of the revision where it is new; `webhook:NAME` for a
    /// webhook, the path and `callback:NAME` for a callback.
    pub path: String,
    /// Where its operation stands in the base, if it is there.
    pub base: Option<Pointer>,
    /// Where its operation stands in the revision, if it is there.
    pub revision: Option<Pointer>,
}

/// Two schemas that differ, and where they are at work: what a value that proves it is made from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Schemas {
    /// That of the base.
    pub(super) base: Option<SchemaId>,
    /// That of the revision.
    pub(super) revision: Option<SchemaId>,
    /// Which way values travel.
    pub(super) direction: Direction,
    /// The difference.
    pub(super) change: Change,
    /// Where what has the schemas stands in both documents: a parameter, a header field, content.
    pub(super) holders: (Pointer, Pointer),
}

/// One difference.
#[derive(Clone, Debug)]
pub struct Difference {
    /// What kind of difference it is.
    pub rule: &'static Rule,
    /// How bad it is.
    pub level: Level,
    /// What stands behind the level.
    pub proof: Proof,
    /// How the set of allowed messages changed; `None` where no message decides.
    pub effect: Option<Effect>,
    /// Whether it is in the request, in the response, or in the document alone.
    pub side: Side,
    /// The call; `None` where it is about the whole document.
    pub call: Option<Arc<Call>>,
    /// The response's status as the document has it: `200`, `4XX`, `default`.
    pub status: Option<String>,
    /// The media type of the content.
    pub media_type: Option<String>,
    /// Where in the message: `query.limit`, `header.x-next`, `/data/*/id` in content.
    pub at: String,
    /// Where in the base document, if it is there.
    pub base: Option<Pointer>,
    /// Where in the revision, if it is there.
    pub revision: Option<Pointer>,
    /// What it was.
    pub was: Option<String>,
    /// What it is.
    pub is: Option<String>,
    /// What is different, one fragment without a full stop.
    pub title: String,
    /// How many differences were this one, in further media types.
    pub count: u64,
    /// The message that proves it, once somebody has looked for one.
    pub witness: Option<Witness>,
    /// The schemas that it is in.
    pub(super) schemas: Option<Box<Schemas>>,
}

impl Difference {
    /// A difference with the rule's own level, about the document.
    #[must_use]
    pub fn new(rule: &'static Rule, title: impl Into<String>) -> Self {
        Self {
            rule,
            level: rule.level,
            proof: Proof::ByRule,
            effect: None,
            side: Side::Document,
            call: None,
            status: None,
            media_type: None,
            at: String::new(),
            base: None,
            revision: None,
            was: None,
            is: None,
            title: title.into(),
            count: 1,
            witness: None,
            schemas: None,
        }
    }

    /// Says where it stands in both documents.
    #[must_use]
    pub fn between<'p>(
        mut self,
        base: impl Into<Option<&'p Pointer>>,
        revision: impl Into<Option<&'p Pointer>>,
    ) -> Self {
        self.base = base.into().cloned();
        self.revision = revision.into().cloned();
        self
    }

    /// Says what it was and what it is.
    #[must_use]
    pub fn changed(mut self, was: Option<String>, is: Option<String>) -> Self {
        (self.was, self.is) = (was, is);
        self
    }

    /// Says where in the message it stands.
    #[must_use]
    pub fn at(mut self, at: impl Into<String>) -> Self {
        self.at = at.into();
        self
    }

    /// Whether it breaks those that were built on the base.
    #[must_use]
    pub fn is_breaking(&self) -> bool {
        self.level == Level::Error
    }

    /// What two differences have in common that are one in several media types.
    pub(super) fn essence(&self) -> impl PartialEq + '_ {
        (
            (self.rule.id, self.side, &self.call, &self.status, &self.at),
            (&self.was, &self.is, &self.title, self.level),
        )
    }
}
