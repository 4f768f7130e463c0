//! Departures with one cause: the same rule at the same place of the document, in one operation.
//!
//! Most groups have one member. Where names are data, as in a map by id, there would be one for
//! each name: beyond some number the names are no longer told apart.

use std::collections::BTreeMap;

use crate::drift::departure::Departure;
use crate::drift::departure::Join;
use crate::drift::kind;

/// How many names of one kind are told apart.
const MOST: usize = 64;

/// How many operations are told apart that no document has.
const MOST_OPERATIONS: usize = 1024;

/// What the members of a group have in common, and what their names are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Cause {
    /// The rule's id.
    pub(crate) rule: String,
    /// The API's id, or nothing.
    pub(crate) api: String,
    /// The `operationId`, or nothing.
    pub(crate) operation: String,
    /// Where in the message and in the document, in words of its own.
    pub(crate) place: String,
}

impl Cause {
    /// How many members are told apart.
    pub(crate) fn most(&self) -> usize {
        if self.rule == "undocumented-operation" { MOST_OPERATIONS } else { MOST }
    }
}

/// The members of a group by what tells them apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Group {
    pub(crate) members: BTreeMap<String, Departure>,
    /// Whether their names proved to be data.
    pub(crate) is_blurred: bool,
}

impl Group {
    /// The name that a member is kept under.
    pub(crate) fn named(&self, name: &str) -> String {
        if self.is_blurred { kind::blurred(name) } else { name.to_owned() }
    }

    /// Takes in a member.
    pub(crate) fn add(&mut self, name: &str, departure: Departure, join: Join, most: usize) {
        match self.members.entry(self.named(name)) {
            std::collections::btree_map::Entry::Occupied(mut known) => {
                known.get_mut().join(departure, join);
            }
            std::collections::btree_map::Entry::Vacant(new) => {
                new.insert(departure);
            }
        }
        if !self.is_blurred && self.members.len() > most {
            self.blur();
        }
    }

    /// Takes in another reading of the same group.
    pub(crate) fn join(&mut self, other: Self, join: Join, most: usize) {
        // Names are taken together before readings are: else what one counted under many names
        // would be held against what the other counted under one.
        let mut other = other;
        let names = self.members.keys().chain(other.members.keys());
        let all: std::collections::BTreeSet<&String> = names.collect();
        let is_blurred = self.is_blurred || other.is_blurred || all.len() > most;
        if is_blurred {
            self.blur();
            other.blur();
        }
        for (name, departure) in other.members {
            self.add(&name, departure, join, most);
        }
    }

    /// Tells names apart no longer. Different names were seen apart, so what they counted adds up.
    fn blur(&mut self) {
        if std::mem::replace(&mut self.is_blurred, true) {
            return;
        }
        for (name, departure) in std::mem::take(&mut self.members) {
            self.add(&name, departure, Join::Parts, usize::MAX);
        }
    }
}
