//! `$ref` inside the document: from a reference object to what it names.
//!
//! Only places of the same document are followed; nothing is ever fetched. What leads nowhere or
//! round in a circle is reported at its place, and whoever asked goes on without it.

use std::cell::Cell;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::finding::Location;
use crate::finding::Rule;
use crate::finding::Violation;
use crate::finding::rule;
use crate::pointer::Pointer;
use crate::schema::Shelf;
use crate::spec::tree::Node;
use crate::spec::tree::Tree;

/// A part of the document with its place.
pub(crate) type Placed<'d> = (&'d Value, Pointer);

/// Parts of a document that were made values, kept as long as somebody reads them.
#[derive(Debug)]
pub(crate) struct Parts {
    values: Shelf<Value>,
    count: Cell<u32>,
}

impl Parts {
    pub(crate) fn new() -> Self {
        Self { values: Shelf::new(), count: Cell::new(0) }
    }

    fn keep(&self, value: Value) -> &Value {
        let number = self.count.replace(self.count.get() + 1);
        self.values.put(number, value);
        self.values.get(number).unwrap_or(&Value::Null)
    }
}

/// Follows references, and keeps what is wrong with the document.
#[derive(Debug)]
pub(crate) struct Resolver<'d> {
    tree: &'d Tree,
    /// The parts that were made values.
    parts: &'d Parts,
    /// What is wrong so far.
    pub(crate) violations: Vec<Violation>,
}

impl<'d> Resolver<'d> {
    pub(crate) fn new(tree: &'d Tree, parts: &'d Parts) -> Self {
        Self { tree, parts, violations: Vec::new() }
    }

    /// The part at a place, as `make` makes it a value.
    pub(crate) fn part(
        &self,
        place: &Pointer,
        make: impl FnOnce(Node<'d>) -> Value,
    ) -> Option<&'d Value> {
        self.tree.at(place).map(|node| self.parts.keep(make(node)))
    }

    /// Notes something wrong at `place`.
    pub(crate) fn report(&mut self, rule: &'static Rule, place: Pointer, title: impl Into<String>) {
        self.violations.push(complaint(rule, place, title));
    }

    /// What `value` is behind its references, with the place behind them; `None`, and a
    /// violation, where they lead nowhere.
    pub(crate) fn follow(&mut self, value: &'d Value, at: Pointer) -> Option<Placed<'d>> {
        let (mut value, mut at) = (value, at);
        let mut seen = Vec::new();
        while value.get("$ref").is_some_and(Value::is_string) {
            let (found, target) = self.step(value, &at, Node::to_value)?;
            if target == at || seen.contains(&target) {
                self.report(
                    &rule::REFERENCE_CYCLIC,
                    at.child("$ref"),
                    "is a reference that leads back to itself",
                );
                return None;
            }
            seen.push(std::mem::replace(&mut at, target));
            value = found;
        }
        Some((value, at))
    }

    /// What the reference at `at` names, as `make` makes it a value; `None`, and a violation, where
    /// it leads nowhere.
    pub(crate) fn step(
        &mut self,
        value: &'d Value,
        at: &Pointer,
        make: impl FnOnce(Node<'d>) -> Value,
    ) -> Option<Placed<'d>> {
        let place = at.child("$ref");
        let reference = value.get("$ref").and_then(Value::as_str).unwrap_or_default();
        let target = match local(reference) {
            Ok(target) => target,
            Err(reason) => {
                self.report(&rule::REFERENCE_BROKEN, place, reason);
                return None;
            }
        };
        let Some(found) = self.part(&target, make) else {
            self.report(&rule::REFERENCE_BROKEN, place, nowhere(&target));
            return None;
        };
        Some((found, target))
    }
}

/// The document pointer of a reference into the same document.
///
/// # Errors
///
/// Why it is none, as a violation's title.
pub(crate) fn local(reference: &str) -> Result<Pointer, String> {
    let Some(fragment) = reference.strip_prefix('#') else {
        return Err(format!("refers to `{reference}`, and only this document is read"));
    };
    let text = match fragment.contains('%') {
        true => percent_decode_str(fragment)
            .decode_utf8()
            .map_err(|_| format!("is the reference `{reference}`, which is not UTF-8"))?,
        false => fragment.into(),
    };
    if !text.is_empty() && !text.starts_with('/') {
        return Err(format!("is the reference `{reference}`, which is no JSON Pointer"));
    }
    Ok(Pointer::new(text))
}

/// The title for a reference to a place that does not exist.
pub(crate) fn nowhere(target: &Pointer) -> String {
    format!("refers to `#{target}`, which does not exist")
}

/// A violation of the document.
pub(crate) fn complaint(
    rule: &'static Rule,
    place: Pointer,
    title: impl Into<String>,
) -> Violation {
    let mut violation = Violation::new(rule, Location::Target, title);
    violation.place = place;
    violation
}
