//! One value: the first reading of its text that its schema takes.
//!
//! Most texts have one meaning. Where they have several, the plainest is tried first, and the
//! others only if the schema refuses it: a call is never refused that some reading makes right.

use serde_json::Value;

use crate::params::coerce::Leaning;
use crate::params::coerce::Target;
use crate::params::style::Malformed;
use crate::params::style::Wanted;
use crate::params::style::Written;
use crate::schema::Direction;
use crate::schema::SchemaId;
use crate::schema::Schemas;

/// The schema of a value, and which way it travels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judge<'s> {
    pub(crate) schemas: &'s Schemas,
    pub(crate) schema: Option<SchemaId>,
    pub(crate) direction: Direction,
}

/// What separates the pieces of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Separators {
    /// Those of the style, sent as they are: an encoded one is data.
    Sent,
    /// The encoded ones, too, as senders have it that encode a whole value, and servers that
    /// decode before they split.
    Decoded,
    /// The key is said again for each piece, though the style is not exploded.
    Keys,
}

/// What the schema says of a value, and the style of how it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Both are content.
    Right,
    /// The schema takes it; other separators than the style's were used.
    Tolerated,
    /// The schema refuses it.
    Wrong,
}

impl Verdict {
    /// Of a value that no style takes apart.
    pub(crate) const fn of(is_right: bool) -> Self {
        if is_right { Self::Right } else { Self::Wrong }
    }
}

/// What became of a text.
#[derive(Debug)]
pub(crate) enum Read {
    /// There is none.
    Absent,
    /// The value, and what is said of it.
    Value(Value, Verdict),
    /// It can not be taken apart.
    Malformed(Malformed),
}

/// Reads a value by way of `take`, which takes the text apart as it is told to.
pub(crate) fn read<'t>(
    judge: Judge<'_>,
    target: Target<'_>,
    take: impl Fn(Wanted, Separators) -> Result<Option<Written<'t>>, Malformed>,
) -> Read {
    let wanted = target.wanted();
    let first = match take(wanted, Separators::Sent) {
        Ok(None) => return Read::Absent,
        Ok(Some(written)) => Ok(target.value(written)),
        Err(malformed) => Err(malformed),
    };
    match first {
        Ok(value) if judge.takes(&value) => Read::Value(value, Verdict::Right),
        first => match otherwise(judge, target, &take, first.as_ref().ok()) {
            Some((value, verdict)) => Read::Value(value, verdict),
            None => first.map_or_else(Read::Malformed, |value| Read::Value(value, Verdict::Wrong)),
        },
    }
}

/// What a text may be, the likeliest first.
const LEANINGS: [Leaning; 7] = [
    Leaning::Typed,
    Leaning::Text,
    Leaning::Null,
    Leaning::Split(','),
    Leaning::Split('|'),
    Leaning::Split(' '),
    Leaning::Split('\t'),
];

/// The first of the other readings that the schema takes.
fn otherwise<'t>(
    judge: Judge<'_>,
    target: Target<'_>,
    take: &impl Fn(Wanted, Separators) -> Result<Option<Written<'t>>, Malformed>,
    refused: Option<&Value>,
) -> Option<(Value, Verdict)> {
    if !target.is_ambiguous() {
        return None;
    }
    let mut tried: Vec<Value> = refused.into_iter().cloned().collect();
    for separators in [Separators::Sent, Separators::Decoded, Separators::Keys] {
        let verdict = match separators {
            Separators::Sent => Verdict::Right,
            Separators::Decoded | Separators::Keys => Verdict::Tolerated,
        };
        for wanted in target.alternatives() {
            let Ok(Some(written)) = take(wanted, separators) else { continue };
            for leaning in LEANINGS {
                let value = target.leaning(leaning).value(written.clone());
                if tried.contains(&value) {
                    continue;
                }
                if judge.takes(&value) {
                    return Some((value, verdict));
                }
                tried.push(value);
            }
        }
    }
    None
}

impl Judge<'_> {
    /// Whether the schema takes a value; anything where there is none.
    pub(crate) fn takes(self, value: &Value) -> bool {
        self.schema.is_none_or(|schema| self.schemas.is_valid(schema, self.direction, value))
    }
}
