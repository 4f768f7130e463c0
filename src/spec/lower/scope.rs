//! Dynamic scopes: which of several schemas a `$dynamicRef` names depends on the way to it.
//!
//! A validator that is cut at every reference knows no way. So a schema that is reached by several
//! ways is lowered once for each, under a key of its own: the scope's number before its place.
//! Where no name is taken twice there is but one scope, and a key is a place.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use foldhash::HashMap;

use crate::pointer::Pointer;
use crate::spec::lower::identity::Identities;

/// How many scopes are told apart; documents in use have a handful.
const MOST: usize = 64;

/// How many names may have more than one schema.
const MOST_NAMES: usize = 64;

/// How many copies of schemas are made for the ways to them.
const MOST_COPIES: usize = 5_000;

/// How a key begins that is not a place: no escaped token begins so.
const MARK: &str = "/~@";

/// The scopes that were met.
#[derive(Debug)]
pub(super) struct Scopes {
    /// The names that more than one schema has, with their places, by the resource they are in.
    names: HashMap<Pointer, Vec<(String, Pointer)>>,
    met: Mutex<Met>,
    is_full: AtomicBool,
}

/// What was met so far.
#[derive(Debug)]
struct Met {
    /// For each scope, the place of each name, the outermost first.
    known: Vec<Vec<(String, Pointer)>>,
    copies: HashSet<Pointer>,
}

impl Scopes {
    pub(super) fn new(identities: &Identities) -> Self {
        let mut once = HashSet::new();
        let mut twice = HashSet::new();
        for (_, anchor) in identities.dynamic_anchors() {
            if identities.is_wanted(&anchor.name) && !once.insert(&*anchor.name) {
                twice.insert(&*anchor.name);
            }
        }
        let is_full = twice.len() > MOST_NAMES;
        let mut names: HashMap<Pointer, Vec<(String, Pointer)>> = HashMap::default();
        for (place, anchor) in identities.dynamic_anchors().filter(|_| !is_full) {
            if twice.contains(&*anchor.name) {
                let own = names.entry(anchor.resource.clone()).or_default();
                own.push((anchor.name.clone(), place.clone()));
            }
        }
        // The same scope is the same list, in whatever order its names were met.
        names.values_mut().for_each(|own| own.sort());
        let met = Mutex::new(Met { known: vec![Vec::new()], copies: HashSet::new() });
        Self { names, met, is_full: AtomicBool::new(is_full) }
    }

    /// Whether every reference names the same schema on every way.
    pub(super) fn are_idle(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether there were more scopes, or copies, than are told apart.
    pub(super) fn are_full(&self) -> bool {
        self.is_full.load(Ordering::Relaxed)
    }

    fn met(&self) -> MutexGuard<'_, Met> {
        self.met.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fill(&self) {
        self.is_full.store(true, Ordering::Relaxed);
    }

    /// The scope behind a step to a place.
    pub(super) fn extend(&self, scope: usize, place: &Pointer, identities: &Identities) -> usize {
        if self.are_idle() {
            return scope;
        }
        let Some(own) = self.names.get(&identities.resource(place)) else { return scope };
        let mut met = self.met();
        let mut extended = met.known[scope].clone();
        for (name, place) in own {
            if extended.iter().all(|(bound, _)| bound != name) {
                extended.push((name.clone(), place.clone()));
            }
        }
        if let Some(known) = met.known.iter().position(|known| *known == extended) {
            return known;
        }
        if met.known.len() == MOST {
            self.fill();
            return scope;
        }
        met.known.push(extended);
        met.known.len() - 1
    }

    /// What a name stands for in a scope.
    pub(super) fn bound(&self, scope: usize, name: &str) -> Option<Pointer> {
        let met = self.met();
        met.known[scope].iter().find(|(bound, _)| bound == name).map(|(_, place)| place.clone())
    }

    /// The key of the schema at a place that is referred to in a scope.
    pub(super) fn key(&self, scope: usize, place: &Pointer, identities: &Identities) -> Pointer {
        let scope = self.extend(scope, place, identities);
        if scope == 0 {
            return place.clone();
        }
        let key = Pointer::new(format!("{MARK}{scope}{place}"));
        let mut met = self.met();
        if met.copies.len() == MOST_COPIES && !met.copies.contains(&key) {
            self.fill();
            return place.clone();
        }
        met.copies.insert(key.clone());
        key
    }

    /// The scope and the place of a key.
    pub(super) fn enter(&self, key: &Pointer, identities: &Identities) -> (usize, Pointer) {
        let number = key.as_str().strip_prefix(MARK).and_then(|rest| rest.split('/').next());
        let scope = number.and_then(|number| number.parse().ok()).unwrap_or(0);
        let place = place(key);
        let scope = if scope < self.met().known.len() { scope } else { 0 };
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
