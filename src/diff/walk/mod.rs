//! The way through two descriptions, side by side.

mod bodies;
mod calls;
mod components;
mod documentation;
mod lifecycle;
mod operations;
mod parameters;
mod responses;
mod security;
mod servers;

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use crate::diff::Call;
use crate::diff::Difference;
use crate::diff::Effect;
use crate::diff::Options;
use crate::diff::difference::Schemas;
use crate::diff::schema;
use crate::diff::schema::Comparer;
use crate::diff::schema::Seat;
use crate::finding::Proof;
use crate::finding::Rule;
use crate::finding::Side;
use crate::message::MediaType;
use crate::pointer::Pointer;
use crate::schema::Direction;
use crate::schema::SchemaId;
use crate::spec::Alike;
use crate::spec::Document;

/// Both descriptions, and what was found so far.
pub(super) struct Walk<'d> {
    base: &'d Document,
    revision: &'d Document,
    options: &'d Options,
    alike: Alike<'d>,
    found: Vec<Difference>,
    /// Places whose documentation was compared: many operations refer to the same parts.
    told: HashSet<(Pointer, Pointer)>,
    comparer: Comparer<'d>,
    /// Whether one of them is written in Swagger 2.0, where content is no part of its own.
    is_2: bool,
}

/// Two parts that stand for each other.
#[derive(Debug)]
struct Pair<'p, T> {
    base: &'p T,
    revision: &'p T,
}

impl<T> Clone for Pair<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Pair<'_, T> {}

/// Where in which call the walk is.
#[derive(Clone, Debug)]
struct Place {
    call: Arc<Call>,
    /// Whether the API calls the client, as in webhooks and callbacks.
    is_reversed: bool,
    side: Side,
    status: Option<String>,
    media_type: Option<String>,
    at: String,
}

impl Place {
    fn new(call: Arc<Call>, is_reversed: bool) -> Self {
        let (status, media_type, at) = (None, None, String::new());
        Self { call, is_reversed, side: Side::Document, status, media_type, at }
    }

    fn in_request(&self, at: impl Into<String>) -> Self {
        Self { side: Side::Request, at: at.into(), ..self.clone() }
    }

    fn in_response(&self, status: &str) -> Self {
        Self { side: Side::Response, status: Some(status.to_owned()), ..self.clone() }
    }

    fn within(&self, at: impl Into<String>) -> Self {
        Self { at: at.into(), ..self.clone() }
    }

    fn as_media_type(&self, name: &str) -> Self {
        Self { media_type: Some(name.to_owned()), ..self.clone() }
    }

    /// Which way the message travels, seen from those that were built on the base.
    const fn direction(&self) -> Direction {
        match (self.side, self.is_reversed) {
            (Side::Response, false) | (Side::Request, true) => Direction::Response,
            (Side::Request | Side::Document, false) | (Side::Response | Side::Document, true) => {
                Direction::Request
            }
        }
    }

    /// Whether the content is XML.
    fn is_xml(&self) -> bool {
        let media_type = self.media_type.as_deref().and_then(MediaType::parse);
        media_type.is_some_and(|it| it.subtype == "xml" || it.subtype.ends_with("+xml"))
    }

    /// What the message is called in titles.
    const fn word(&self) -> &'static str {
        match self.side {
            Side::Request => "request",
            Side::Response => "response",
            Side::Document => "operation",
        }
    }

    /// A difference here, whose level is the rule's own unless the message travels the other way.
    fn difference(&self, rule: &'static Rule, effect: Effect, title: String) -> Difference {
        let level = match self.is_reversed {
            true => effect.level(self.direction()),
            false => rule.level,
        };
        Difference { level, effect: Some(effect), ..self.by_rule(rule, title) }
    }

    /// A difference here that no message decides.
    fn by_rule(&self, rule: &'static Rule, title: String) -> Difference {
        Difference {
            side: self.side,
            call: Some(Arc::clone(&self.call)),
            status: self.status.clone(),
            media_type: self.media_type.clone(),
            at: self.at.clone(),
            ..Difference::new(rule, title)
        }
    }
}

impl<'d> Walk<'d> {
    pub(super) fn new(base: &'d Document, revision: &'d Document, options: &'d Options) -> Self {
        let alike = Alike::new(base, revision);
        let comparer = Comparer::new(&base.schemas, &revision.schemas);
        let (found, told) = Default::default();
        let is_2 = [base, revision].iter().any(|it| it.has(&Pointer::new("/swagger")));
        Self { base, revision, options, alike, found, told, comparer, is_2 }
    }

    /// Goes all the way; the worst differences come first, those of one call together.
    pub(super) fn run(mut self) -> Vec<Difference> {
        self.operations();
        self.webhooks();
        self.components();
        self.global_security();
        self.global_servers();
        self.whole();
        fold(self.found)
    }

    /// Whether two parts, and all that they refer to, are the same text.
    fn is_same(&self, base: &Pointer, revision: &Pointer) -> bool {
        self.alike.is_same(base, revision)
    }

    /// Compares two schemas, and keeps what differs where it is at work.
    fn schemas(
        &mut self,
        place: &Place,
        seat: Seat,
        base: Option<SchemaId>,
        revision: Option<SchemaId>,
        holders: Pair<'_, Pointer>,
    ) {
        if let (Some(base), Some(revision)) = (base, revision) {
            let schemas = (&self.base.schemas, &self.revision.schemas);
            let places = (schemas.0.pointer(base).clone(), schemas.1.pointer(revision).clone());
            self.schema_documentation(&places.0, &places.1);
        }
        for change in self.comparer.compare(base, revision, seat) {
            if !place.is_xml() && schema::is_about_xml(change.rule) {
                continue;
            }
            let at = format!("{}{}", place.at, change.at);
            let level = match self.options.strict_reader {
                true => change.strict_level,
                false => change.level,
            };
            let proof = if change.is_decided { Proof::ByRule } else { Proof::Undecided };
            let told = place.by_rule(change.rule, change.title.clone());
            let difference = Difference {
                level,
                proof,
                effect: Some(change.effect),
                at,
                base: change.base.clone().or_else(|| Some(holders.base.clone())),
                revision: change.revision.clone().or_else(|| Some(holders.revision.clone())),
                was: change.was.clone(),
                is: change.is.clone(),
                schemas: Some(Box::new(Schemas {
                    base,
                    revision,
                    direction: seat.direction,
                    change,
                    holders: (holders.base.clone(), holders.revision.clone()),
                })),
                ..told
            };
            self.found.push(difference);
        }
    }

    /// The members of an object of the document, each behind its reference, with its place.
    fn members_at(document: &Document, at: &Pointer) -> Vec<(String, Value, Pointer)> {
        let Some((Value::Object(members), at)) = document.resolved(at) else { return Vec::new() };
        let names = members.into_iter().map(|(name, _)| name);
        let named = names.filter(|name| !name.starts_with("x-"));
        let resolved = named.filter_map(|name| {
            let (value, place) = document.resolved(&at.child(&name))?;
            Some((name, value, place))
        });
        resolved.collect()
    }
}

/// Differences that are one in several media types, told once; the worst first, then as found.
fn fold(found: Vec<Difference>) -> Vec<Difference> {
    let mut folded: Vec<Difference> = Vec::with_capacity(found.len());
    let mut known: HashMap<(&str, Option<Arc<str>>), Vec<usize>> = HashMap::new();
    for difference in found {
        let operation = difference.call.as_ref().map(|call| Arc::clone(&call.operation));
        let alike = known.entry((difference.rule.id, operation)).or_default();
        let same = alike.iter().copied().find(|at| {
            folded[*at].media_type != difference.media_type
                && folded[*at].essence() == difference.essence()
        });
        match same {
            Some(at) => folded[at].count += 1,
            None => {
                alike.push(folded.len());
                folded.push(difference);
            }
        }
    }
    folded.sort_by_key(|difference| std::cmp::Reverse(difference.level));
    folded
}
