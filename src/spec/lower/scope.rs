//! Dynamic scopes: which of several schemas a `$dynamicRef` names depends on the way to it.
//!
//! A validator that is cut at every reference knows no way. So a schema that is reached by several
//! ways is lowered once for each, under a key of its own: the scope's number before its place.
//! Where no name is taken twice there is but one scope, and a key is a place.

use std::collections::HashSet;

use crate::pointer::Pointer;
use crate::spec::lower::identity::Identities;

/// How many scopes are told apart; documents in use have a handful.
const MOST: usize = 64;

/// How a key begins that is not a place: no escaped token begins so.
const MARK: &str = "/~@";

/// The scopes that were met.
#[derive(Debug)]
pub(super) struct Scopes {
    /// The names that more than one schema has.
    names: HashSet<String>,
    /// For each scope, the place of each name, the outermost first.
    known: Vec<Vec<(String, Pointer)>>,
    is_full: bool,
}

impl Scopes {
    pub(super) fn new(identities: &Identities) -> Self {
        let mut once = HashSet::new();
        let mut names = HashSet::new();
        for anchor in identities.dynamic_anchors() {
            if identities.is_wanted(&anchor.name) && !once.insert(&*anchor.name) {
                names.insert(anchor.name.clone());
            }
        }
        Self { names, known: vec![Vec::new()], is_full: false }
    }

    /// Whether every reference names the same schema on every way.
    pub(super) fn are_idle(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether there were more scopes than are told apart.
    pub(super) fn are_full(&self) -> bool {
        self.is_full
    }

    /// The scope behind a step to a place.
    pub(super) fn extend(
        &mut self,
        scope: usize,
        place: &Pointer,
        identities: &Identities,
    ) -> usize {
        if self.are_idle() {
            return scope;
        }
        let resource = identities.resource(place);
        let mut extended = self.known[scope].clone();
        for anchor in identities.dynamic_anchors() {
            let is_bound = extended.iter().any(|(name, _)| *name == anchor.name);
            if anchor.resource == resource && self.names.contains(&anchor.name) && !is_bound {
                extended.push((anchor.name.clone(), anchor.place.clone()));
            }
        }
        if let Some(known) = self.known.iter().position(|known| *known == extended) {
            return known;
        }
        if self.known.len() == MOST {
            self.is_full = true;
            return scope;
        }
        self.known.push(extended);
        self.known.len() - 1
    }

    /// What a name stands for in a scope.
    pub(super) fn bound(&self, scope: usize, name: &str) -> Option<&Pointer> {
        self.known[scope].iter().find(|(bound, _)| bound == name).map(|(_, place)| place)
    }

    /// The key of the schema at a place that is referred to in a scope.
    pub(super) fn key(
        &mut self,
        scope: usize,
        place: &Pointer,
        identities: &Identities,
    ) -> Pointer {
        match self.extend(scope, place, identities) {
            0 => place.clone(),
            scope => Pointer::new(format!("{MARK}{scope}{place}")),
        }
    }

    /// The scope and the place of a key.
    pub(super) fn enter(&mut self, key: &Pointer, identities: &Identities) -> (usize, Pointer) {
        let number = key.as_str().strip_prefix(MARK).and_then(|rest| rest.split('/').next());
        let scope = number.and_then(|number| number.parse().ok()).unwrap_or(0);
        let place = place(key);
        let scope = if scope < self.known.len() { scope } else { 0 };
        (self.extend(scope, &place, identities), place)
    }
}

/// The place of a key.
pub(super) fn place(key: &Pointer) -> Pointer {
    match key.as_str().strip_prefix(MARK) {
        Some(rest) => Pointer::new(rest.find('/').map_or("", |start| &rest[start..])),
        None => key.clone(),
    }
}
