//! Witnesses: values that one description allows and the other forbids.
//!
//! A value that the allowing side's schema makes is changed where the difference stands, in the
//! ways that the difference is about; the validators that judge messages say whether the one side
//! allows and the other forbids it. What is returned was judged by both.

mod candidates;
mod places;

use serde_json::Value;

use crate::diff::schema::Change;
use crate::schema::Direction;
use crate::schema::SchemaId;
use crate::schema::Schemas;
use crate::synth;

/// How many values of the allowing side are changed.
const SAMPLES: u64 = 12;

/// How many values are judged until nobody looks further.
const MOST_JUDGED: usize = 4_000;

/// How many parts of one value stand for one place with `*` in it.
const MOST_PARTS: usize = 3;

/// A schema in its document; `None` where everything is allowed.
#[derive(Clone, Copy, Debug)]
pub struct Side<'s> {
    /// The schemas of the document.
    pub schemas: &'s Schemas,
    /// The schema.
    pub schema: Option<SchemaId>,
}

impl Side<'_> {
    /// Whether it allows a value.
    #[must_use]
    pub fn allows(&self, direction: Direction, value: &Value) -> bool {
        self.schema.is_none_or(|schema| self.schemas.is_valid(schema, direction, value))
    }
}

/// A value that `allows` allows and `forbids` forbids, where `change` stands; `None` where none was
/// found.
///
/// # Examples
///
/// ```
/// use standin::diff::schema::{Carrier, Comparer, Seat};
/// use standin::diff::witness::{self, Side};
/// use standin::pointer::Pointer;
/// use standin::schema::Direction;
///
/// let document = |most: u32| {
///     let text = format!("
/// openapi: 3.0.3
/// info: {{title: Pets, version: '1'}}
/// paths: {{}}
/// components:
///   schemas:
///     Pet: {{type: object, properties: {{name: {{type: string, maxLength: {most}}}}}}}
/// ");
///     standin::spec::load::from_text("pets.yaml", &text).unwrap()
/// };
/// let (base, revision) = (document(20), document(3));
/// let pet = |document: &standin::spec::Document| {
///     document.schemas.find(&Pointer::new("/components/schemas/Pet"))
/// };
/// let direction = Direction::Request;
/// let seat = Seat { direction, carrier: Carrier::Body, is_required: false, is_repeated: false, is_loose: false };
/// let mut comparer = Comparer::new(&base.schemas, &revision.schemas);
/// let changes = comparer.compare(pet(&base), pet(&revision), seat);
/// let allows = Side { schemas: &base.schemas, schema: pet(&base) };
/// let forbids = Side { schemas: &revision.schemas, schema: pet(&revision) };
/// let value = witness::value(allows, forbids, direction, &changes[0]).unwrap();
/// assert!(value["name"].as_str().unwrap().len() > 3);
/// ```
#[must_use]
pub fn value(
    allows: Side<'_>,
    forbids: Side<'_>,
    direction: Direction,
    change: &Change,
) -> Option<Value> {
    let mut search = Search { allows, forbids, direction, judged: 0 };
    let samples = search.samples();
    if let Some(found) = samples.iter().find(|value| search.is_witness(value)) {
        return Some(found.clone());
    }
    let parts = candidates::of(allows, forbids, &change.at);
    for sample in &samples {
        for place in places::of(sample, &change.at).into_iter().take(MOST_PARTS) {
            let mut others = candidates::without(sample, &place);
            let existing = place.get(sample);
            for part in parts.iter().cloned().chain(candidates::near(existing, &parts)) {
                others.extend(places::put(sample, &place, part));
                if let Some(found) = others.drain(..).find(|value| search.is_witness(value)) {
                    return Some(found);
                }
            }
            if search.judged > MOST_JUDGED {
                return None;
            }
        }
    }
    None
}

struct Search<'s> {
    allows: Side<'s>,
    forbids: Side<'s>,
    direction: Direction,
    judged: usize,
}

impl Search<'_> {
    fn is_witness(&mut self, value: &Value) -> bool {
        self.judged += 1;
        !self.forbids.allows(self.direction, value) && self.allows.allows(self.direction, value)
    }

    /// Values that the allowing side makes, the plainest first.
    fn samples(&self) -> Vec<Value> {
        let Side { schemas, schema } = match self.allows.schema {
            Some(_) => self.allows,
            None => self.forbids,
        };
        let Some(schema) = schema else { return Vec::new() };
        let options = (0..SAMPLES).map(|seed| match seed {
            0 => synth::Options::default(),
            _ => synth::Options::dynamic(seed),
        });
        let made = options.map(|options| synth::make(schemas, schema, self.direction, &options));
        let mut samples: Vec<Value> = made.filter_map(Result::ok).collect();
        samples.dedup();
        samples
    }
}
