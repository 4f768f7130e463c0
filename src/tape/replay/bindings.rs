//! What placeholders stand for, as far as clients have shown: equal secrets stay equal.
//!
//! That a recorded token has another value today is no difference. But where two recordings are told
//! apart by their tokens alone, the one whose token a client has used before is meant.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::Mutex;
use std::sync::PoisonError;

use foldhash::fast::FixedState;

use crate::json::Kind;
use crate::json::View;
use crate::tape::placeholder;
use crate::tape::replay::essence::Content;
use crate::tape::replay::essence::Essence;
use crate::tape::replay::essence::Pairs;

/// How many placeholders are remembered.
const MOST: usize = 65_536;

/// What another value than before weighs, compared with one of which nothing is known.
const OTHER: usize = 1_000;

/// How deep JSON is looked into; serde_json reads no deeper.
const DEEPEST: usize = 128;

/// What placeholders stood for: hashes of both.
#[derive(Debug, Default)]
pub(crate) struct Bindings(Mutex<HashMap<u64, u64>>);

impl Bindings {
    /// How strange what was sent is to the placeholders of a recording: nothing where each stands
    /// for what it stood for before, most where they stood for something else.
    pub(crate) fn strangeness(&self, recorded: &Essence<'_>, sent: &Essence<'_>) -> usize {
        let bound = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut strangeness = 0;
        each(recorded, sent, &mut |name, value| {
            let known = bound.get(&hash(name));
            // A client that was given a placeholder sends it back.
            strangeness += match (name == value, placeholder::find(value).is_some(), known) {
                (true, ..) => 0,
                (false, true, _) => OTHER,
                (false, false, Some(known)) if *known == hash(value) => 0,
                (false, false, Some(_)) => OTHER,
                (false, false, None) => 1,
            };
        });
        strangeness
    }

    /// Remembers what the placeholders of a recording that is played stand for.
    pub(crate) fn learn(&self, recorded: &Essence<'_>, sent: &Essence<'_>) {
        let mut bound = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        each(recorded, sent, &mut |name, value| {
            if bound.len() < MOST && placeholder::find(value).is_none() {
                bound.entry(hash(name)).or_insert_with(|| hash(value));
            }
        });
    }
}

fn hash(text: &str) -> u64 {
    FixedState::default().hash_one(text)
}

/// Goes through the placeholders of a recorded request, with what was sent in their place.
fn each(recorded: &Essence<'_>, sent: &Essence<'_>, see: &mut impl FnMut(&str, &str)) {
    for (recorded, sent) in recorded.path.iter().zip(&sent.path) {
        text(recorded, sent, see);
    }
    let mut pairs = |recorded: &Pairs<'_>, sent: &Pairs<'_>| {
        for (name, recorded) in recorded {
            for (_, sent) in sent.iter().filter(|(own, _)| own == name) {
                text(recorded, sent, see);
            }
        }
    };
    pairs(&recorded.query, &sent.query);
    pairs(&recorded.demanded, &sent.demanded);
    pairs(&recorded.telling, &sent.telling);
    if let (Content::Form(recorded), Content::Form(sent)) = (&recorded.content, &sent.content) {
        pairs(recorded, sent);
    }
    if let (Content::Json(recorded), Content::Json(sent)) = (&recorded.content, &sent.content) {
        values(recorded.view(), sent.view(), 0, see);
    }
}

fn values(recorded: View<'_>, sent: View<'_>, depth: usize, see: &mut impl FnMut(&str, &str)) {
    if depth > DEEPEST {
        return;
    }
    match (recorded.kind(), sent.kind()) {
        (Kind::Text(recorded), Kind::Text(sent)) => text(recorded, sent, see),
        (Kind::Array(recorded), Kind::Array(sent)) => {
            for (recorded, sent) in recorded.iter().zip(sent.iter()) {
                values(recorded, sent, depth + 1, see);
            }
        }
        (Kind::Object(recorded), Kind::Object(sent)) => {
            for (name, recorded) in recorded.iter() {
                if let Some(sent) = sent.get(name) {
                    values(recorded, sent, depth + 1, see);
                }
            }
        }
        (_, _) => {}
    }
}

/// A text with one placeholder, and what was sent in its place.
fn text(recorded: &str, sent: &str, see: &mut impl FnMut(&str, &str)) {
    let Some((head, _, tail)) = placeholder::find(recorded) else { return };
    let name = &recorded[head.len()..recorded.len() - tail.len()];
    let value = sent.strip_prefix(head).and_then(|rest| rest.strip_suffix(tail));
    if let Some(value) = value {
        see(name, value);
    }
}
