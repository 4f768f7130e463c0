//! Calls that go the other way: webhooks, and the callbacks of an operation.
//!
//! A mock is never called there, so nothing of them is read until somebody asks.

use serde_json::Value;

use crate::pointer::Pointer;
use crate::spec::Document;
use crate::spec::Operation;
use crate::spec::tree::Node;

/// Most references in a row that are followed to a part.
const LONGEST: usize = 32;

/// Calls that the API makes.
#[derive(Clone, Debug)]
pub struct Called {
    /// The webhook's or callback's name.
    pub name: String,
    /// The expression that says where a callback goes; the name of a webhook.
    pub target: String,
    /// What is called there.
    pub operations: Vec<Operation>,
    /// Where the path item is declared.
    pub pointer: Pointer,
}

impl Document {
    /// The webhooks, in the document's order.
    #[must_use]
    pub fn webhooks(&self) -> Vec<Called> {
        self.called(&Pointer::new("/webhooks"), |name| (name.to_owned(), name.to_owned()))
    }

    /// The callbacks of an operation, in the document's order.
    #[must_use]
    pub fn callbacks(&self, operation: &Operation) -> Vec<Called> {
        let at = operation.pointer.child("callbacks");
        let named = self.tree().at(&at);
        let names = named.into_iter().flat_map(Node::members).map(|(name, _)| name);
        let each = names.filter(|name| !name.starts_with("x-")).flat_map(|name| {
            let (_, place) = self.behind(&at.child(name)).unzip();
            let called = place.map(|place| self.called(&place, |to| (name.into(), to.into())));
            called.unwrap_or_default()
        });
        each.collect()
    }

    /// The path items that are the members at a place.
    fn called(&self, at: &Pointer, name: impl Fn(&str) -> (String, String)) -> Vec<Called> {
        let Some(library) = &self.library else { return Vec::new() };
        let members = self.tree().at(at).into_iter().flat_map(Node::members);
        let items = members.filter(|(key, _)| !key.starts_with("x-"));
        let items = items.map(|(key, _)| {
            let ((name, target), pointer) = (name(key), at.child(key));
            let operations = library.operations_at(key, pointer.clone());
            Called { name, target, operations, pointer }
        });
        items.collect()
    }

    /// A part of the document behind its references, and its place; `None` where they lead nowhere.
    #[must_use]
    pub fn resolved(&self, at: &Pointer) -> Option<(Value, Pointer)> {
        self.behind(at).map(|(node, place)| (node.to_value(), place))
    }

    /// The place of a part of the document behind its references; `None` where they lead nowhere.
    #[must_use]
    pub fn place(&self, at: &Pointer) -> Option<Pointer> {
        self.behind(at).map(|(_, place)| place)
    }

    fn behind(&self, at: &Pointer) -> Option<(Node<'_>, Pointer)> {
        let mut place = at.clone();
        for _ in 0..LONGEST {
            let node = self.tree().at(&place)?;
            match node.get("$ref").and_then(Node::as_str) {
                Some(reference) => place = super::resolve::local(reference).ok()?,
                None => return Some((node, place)),
            }
        }
        None
    }
}
