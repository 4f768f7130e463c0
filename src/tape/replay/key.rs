//! One number for what decides, so that a million recordings are one look-up away.
//!
//! A placeholder equals nothing that a client sends. So each recording says where it has some (its
//! [`Mask`]), and what stands there is left out of the number on both sides. How many different
//! masks there are depends on the kinds of calls, not on how often they were recorded: a call is
//! looked up once for each.

use std::borrow::Cow;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use crate::json::Input;
use crate::json::Kind;
use crate::json::View;
use crate::tape::placeholder;
use crate::tape::replay::essence::Content;
use crate::tape::replay::essence::Essence;

/// Where in a request a placeholder stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Spot {
    /// A part of the path, by its number.
    Segment(usize),
    /// A name of the query.
    Query(String),
    /// A header field that is demanded.
    Header(String),
    /// A field of a form.
    Form(String),
    /// A place in JSON: a pointer with `*` for every index.
    Json(String),
    /// Somewhere in other content.
    Bytes,
}

/// Where a recording has placeholders, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Mask(Vec<Spot>);

/// How deep JSON may be for its places to be told apart; serde_json reads no deeper.
const DEEPEST: usize = 128;

/// What stands for whatever is under a mask.
const MASKED: u64 = 0x5eed;

impl Mask {
    /// Whether nothing is left out.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where a recorded request has placeholders.
    pub(crate) fn of(essence: &Essence<'_>) -> Self {
        let is_one = |text: &str| placeholder::find(text).is_some();
        let mut spots = Vec::new();
        let parts = essence.path.iter().enumerate().filter(|(_, part)| is_one(part));
        spots.extend(parts.map(|(number, _)| Spot::Segment(number)));
        let queries = essence.query.iter().filter(|(_, value)| is_one(value));
        spots.extend(queries.map(|(name, _)| Spot::Query(name.to_string())));
        let headers = essence.demanded.iter().filter(|(_, value)| is_one(value));
        spots.extend(headers.map(|(name, _)| Spot::Header(name.to_string())));
        match &essence.content {
            Content::Nothing => {}
            Content::Form(pairs) => {
                let fields = pairs.iter().filter(|(_, value)| is_one(value));
                spots.extend(fields.map(|(name, _)| Spot::Form(name.to_string())));
            }
            Content::Json(input) => texts(input.view(), &mut String::new(), 0, &mut |at, text| {
                if is_one(text) {
                    spots.push(Spot::Json(at.to_owned()));
                }
            }),
            Content::Bytes(bytes) => {
                if is_one(&String::from_utf8_lossy(bytes)) {
                    spots.push(Spot::Bytes);
                }
            }
        }
        spots.sort();
        spots.dedup();
        Self(spots)
    }

    fn has(&self, is_it: impl Fn(&Spot) -> bool) -> bool {
        self.0.iter().any(is_it)
    }
}

/// Goes through every text of a value, with its place.
fn texts(view: View<'_>, at: &mut String, depth: usize, see: &mut impl FnMut(&str, &str)) {
    if depth > DEEPEST {
        return;
    }
    let length = at.len();
    match view.kind() {
        Kind::Text(text) => see(at, text),
        Kind::Array(items) => {
            at.push_str("/*");
            for item in items.iter() {
                texts(item, at, depth + 1, see);
            }
            at.truncate(length);
        }
        Kind::Object(members) => {
            for (name, value) in members.iter() {
                at.push('/');
                at.push_str(name);
                texts(value, at, depth + 1, see);
                at.truncate(length);
            }
        }
        Kind::Null | Kind::Bool(_) | Kind::Number(_) => {}
    }
}

/// Where to look for a call's masks: its method and how many parts its path has.
pub(crate) fn bucket(essence: &Essence<'_>) -> u64 {
    mix(text(&essence.method), essence.path.len() as u64)
}

/// The number of a request, with what stands under the mask left out.
pub(crate) fn key(essence: &Essence<'_>, mask: &Mask) -> u64 {
    let mut key = mix(target(essence, mask), pairs(&essence.query, mask, Spot::Query));
    key = mix(key, pairs(&essence.demanded, mask, Spot::Header));
    let content = match &essence.content {
        Content::Nothing => 1,
        Content::Form(fields) => mix(2, pairs(fields, mask, Spot::Form)),
        Content::Json(input) => mix(3, json(input, mask)),
        Content::Bytes(_) if mask.has(|spot| *spot == Spot::Bytes) => mix(4, MASKED),
        Content::Bytes(bytes) => mix(4, FixedState::default().hash_one(&**bytes)),
    };
    mix(key, content)
}

/// The number of a request's method and path.
pub(crate) fn target(essence: &Essence<'_>, mask: &Mask) -> u64 {
    let mut hash = text(&essence.method);
    for (number, part) in essence.path.iter().enumerate() {
        let is_masked = mask.has(|spot| *spot == Spot::Segment(number));
        hash = mix(hash, if is_masked { MASKED } else { text(part) });
    }
    hash
}

/// The number of what tells two recordings of one call apart: header fields, and what stands under
/// the mask.
pub(crate) fn variant(essence: &Essence<'_>, mask: &Mask) -> u32 {
    let mut hash = 0;
    for (name, value) in &essence.telling {
        hash = mix(mix(hash, text(name)), text(value));
    }
    if !mask.is_empty() {
        // Nothing left out, but the rest is the same anyhow.
        hash = mix(hash, key(essence, &Mask::default()));
    }
    (hash ^ (hash >> 32)) as u32
}

fn pairs(pairs: &[(Cow<'_, str>, Cow<'_, str>)], mask: &Mask, spot: fn(String) -> Spot) -> u64 {
    // A multiset: added up, in whatever order.
    let mut sum = pairs.len() as u64;
    for (name, value) in pairs {
        let is_masked = !mask.is_empty() && mask.0.contains(&spot(name.to_string()));
        let value = if is_masked { MASKED } else { text(value) };
        sum = sum.wrapping_add(mix(text(name), value));
    }
    sum
}

fn json(input: &Input<'_>, mask: &Mask) -> u64 {
    let places: Vec<&str> = mask
        .0
        .iter()
        .filter_map(|spot| match spot {
            Spot::Json(at) => Some(at.as_str()),
            Spot::Segment(_) | Spot::Query(_) | Spot::Header(_) | Spot::Form(_) | Spot::Bytes => {
                None
            }
        })
        .collect();
    if places.is_empty() {
        value(input.view(), 0)
    } else {
        masked_value(input.view(), &mut String::new(), &places, 0)
    }
}

/// The number of a value: members in any order, numbers by value.
fn value(view: View<'_>, depth: usize) -> u64 {
    if depth > DEEPEST {
        return MASKED;
    }
    match view.kind() {
        Kind::Array(items) => items.iter().fold(6, |hash, item| mix(hash, value(item, depth + 1))),
        Kind::Object(members) => members.iter().fold(7, |sum: u64, (name, member)| {
            sum.wrapping_add(mix(text(name), value(member, depth + 1)))
        }),
        other @ (Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_)) => leaf(other),
    }
}

fn masked_value(view: View<'_>, at: &mut String, places: &[&str], depth: usize) -> u64 {
    if depth > DEEPEST {
        return MASKED;
    }
    let length = at.len();
    let hash = match view.kind() {
        Kind::Array(items) => {
            at.push_str("/*");
            items.iter().fold(6, |hash, item| mix(hash, masked_value(item, at, places, depth + 1)))
        }
        Kind::Object(members) => members.iter().fold(7, |sum: u64, (name, member)| {
            let inside = at.len();
            at.push('/');
            at.push_str(name);
            let hash = mix(text(name), masked_value(member, at, places, depth + 1));
            at.truncate(inside);
            sum.wrapping_add(hash)
        }),
        Kind::Text(_) if places.contains(&at.as_str()) => MASKED,
        other @ (Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_)) => leaf(other),
    };
    at.truncate(length);
    hash
}

fn leaf(kind: Kind<'_>) -> u64 {
    match kind {
        Kind::Null => 8,
        Kind::Bool(truth) => 9 + u64::from(truth),
        // Zero has two signs and one value.
        Kind::Number(number) => mix(11, (number.as_f64().unwrap_or(0.0) + 0.0).to_bits()),
        Kind::Text(it) => mix(12, text(it)),
        Kind::Array(_) | Kind::Object(_) => MASKED,
    }
}

fn text(text: &str) -> u64 {
    FixedState::default().hash_one(text)
}

/// Takes two numbers together; not the same the other way round.
const fn mix(left: u64, right: u64) -> u64 {
    let product = (left ^ 0x9e37_79b9_7f4a_7c15) as u128 * (right ^ 0xd1b5_4a32_d192_ed03) as u128;
    (product as u64) ^ ((product >> 64) as u64).rotate_left(23) ^ left.rotate_left(41)
}
