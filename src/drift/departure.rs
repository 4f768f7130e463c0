//! One way in which traffic departs from a document: how often, when, and what proves it.
//!
//! Two readings of the same departure join to one, in any order. Counts are kept for each source,
//! so that a source that was read twice counts once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::drift::infer::Inferred;
use crate::finding::Blame;
use crate::finding::Level;
use crate::finding::Location;
use crate::finding::Side;
use crate::finding::Violation;
use crate::finding::rule;
use crate::pointer::Pointer;

/// How many different values a departure keeps, by what they are.
const MOST_VALUES: usize = 64;

/// What tells a source from others: the digest of what it holds.
pub(crate) type Source = u128;

/// The source that is being read, whose digest is not known yet.
pub(crate) const READING: Source = 0;

/// How often something was seen, in each source.
pub(crate) type Counts = BTreeMap<Source, u64>;

/// How two readings come together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
    /// They are parts of one source: what both counted was seen that often.
    Parts,
    /// Each holds its sources whole: a source that both hold counts once.
    Sources,
}

/// Brings counts together.
pub(crate) fn join_counts(own: &mut Counts, other: Counts, join: Join) {
    for (source, count) in other {
        let known = own.entry(source).or_default();
        *known = match join {
            Join::Parts => *known + count,
            Join::Sources => (*known).max(count),
        };
    }
}

/// A departure.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Departure {
    /// When it was last seen, in milliseconds; the proof is the first.
    pub(crate) last: i64,
    /// How often it was seen.
    pub(crate) counts: Counts,
    /// The first exchange that shows it.
    pub(crate) proof: Proof,
    /// What the values were like, by what they are: a media type, or nothing.
    pub(crate) values: BTreeMap<String, Inferred>,
}

/// The exchange that proves a departure: the first, and of several at one time always the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proof {
    /// When, in milliseconds since 1970.
    pub(crate) at: i64,
    /// Where it stands: the file and the line.
    pub(crate) origin: String,
    /// The exchange in one line.
    pub(crate) line: String,
    /// What is wrong with it.
    pub(crate) told: Told,
}

/// A violation as it is written down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Told {
    pub(crate) rule: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) level: Option<Level>,
    pub(crate) side: Side,
    pub(crate) blame: Blame,
    pub(crate) location: Location,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) instance: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) keyword: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) property: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) constraint: Option<Value>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) place: String,
    pub(crate) title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) got: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expected: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) help: Option<String>,
}

impl Departure {
    /// Takes in another reading of the same departure.
    pub(crate) fn join(&mut self, other: Self, join: Join) {
        self.last = self.last.max(other.last);
        join_counts(&mut self.counts, other.counts, join);
        if other.proof.rank() < self.proof.rank() {
            self.proof = other.proof;
        }
        for (what, value) in other.values {
            self.values.entry(what).or_default().join(value);
        }
        // Whoever keeps the first of all keeps the same ones in whatever order they came.
        while self.values.len() > MOST_VALUES {
            self.values.pop_last();
        }
    }

    /// How often it was seen in all sources.
    pub(crate) fn count(&self) -> u64 {
        self.counts.values().sum()
    }
}

impl Proof {
    /// What comes first proves more; the rest only makes sure that it is always the same one.
    pub(crate) fn rank(&self) -> impl Ord + '_ {
        let told = &self.told;
        let level = std::cmp::Reverse(told.level);
        (self.at, &self.origin, &self.line, &told.instance, &told.title, &told.got, level)
    }
}

impl Told {
    /// Writes a violation down.
    pub(crate) fn of(violation: &Violation, side: Side, blame: Blame) -> Self {
        Self {
            rule: violation.rule.id.to_owned(),
            level: violation.level,
            side,
            blame,
            location: violation.location,
            name: violation.name.clone(),
            instance: violation.instance.to_string(),
            keyword: violation.keyword.to_string(),
            property: violation.property.clone(),
            constraint: violation.constraint.clone(),
            place: violation.place.to_string(),
            title: violation.title.clone(),
            got: violation.got.clone(),
            expected: violation.expected.clone(),
            help: violation.help.clone(),
        }
    }

    /// The violation again; `None` where its rule is of another version.
    pub(crate) fn violation(&self) -> Option<Violation> {
        Some(Violation {
            level: self.level,
            name: self.name.clone(),
            instance: Pointer::new(self.instance.clone()),
            keyword: Cow::Owned(self.keyword.clone()),
            property: self.property.clone(),
            constraint: self.constraint.clone(),
            place: Pointer::new(self.place.clone()),
            got: self.got.clone(),
            expected: self.expected.clone(),
            help: self.help.clone(),
            ..Violation::new(rule::find(&self.rule)?, self.location, self.title.clone())
        })
    }
}
