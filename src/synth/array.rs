//! Arrays: items by place, items of a kind, items that differ.

use serde_json::Value;

use crate::synth::Unmade;
use crate::synth::demands::Demands;
use crate::synth::maker::FULL;
use crate::synth::maker::LARGE;
use crate::synth::maker::Maker;
use crate::synth::maker::Place;

/// How often an item that differs from all others is looked for.
const TRIES: usize = 24;

/// The most items that a count of the document asks for.
const MOST_COUNTED: usize = 1_000;

/// The most items that a mock makes at random where it may choose.
pub(super) const SOME: usize = 3;

impl<'s> Maker<'s, '_> {
    pub(super) fn array(
        &mut self,
        demands: &Demands<'s>,
        place: Place<'_>,
        round: usize,
    ) -> Result<Value, Unmade> {
        let (least, most) = demands.items;
        let first = demands.shapes.iter().map(|shape| shape.first_items.len()).max();
        let first = first.unwrap_or(0);
        let contained: usize = demands.contained.iter().map(|contained| contained.least).sum();
        let least = least.max(contained);
        if least > most {
            return Err(Unmade::Unsatisfiable);
        }
        let is_full = place.depth < FULL && self.parts < LARGE && round < 4;
        let wanted = match (is_full, self.is_plain()) {
            (false, _) => least,
            (true, true) => least.max(first).max(1),
            (true, false) => {
                let (fewest, some) =
                    demands.counted.and_then(counted).unwrap_or(self.options.items);
                self.random.between(least.max(first).max(fewest), least.max(first).max(some))
            }
        };
        let mut items: Vec<Value> = Vec::new();
        let mut kinds = demands
            .contained
            .iter()
            .flat_map(|contained| std::iter::repeat_n(contained.schema, contained.least));
        for number in 0..wanted.min(most) {
            let mut list = items_at(demands, number);
            // Those of a kind come last, where no place speaks of its own.
            if wanted.min(most) - number <= contained {
                list.extend(kinds.next());
            }
            let before = self.parts;
            match self.item(demands, &list, &items, place) {
                Ok(value) => items.push(value),
                Err(_) if number >= least => {
                    self.parts = before;
                    break;
                }
                Err(unmade) => return Err(unmade),
            }
        }
        Ok(Value::Array(items))
    }

    /// An item: one that no other is where they must differ, and none of a kind of which there
    /// are enough.
    fn item(
        &mut self,
        demands: &Demands<'s>,
        list: &[&'s Value],
        known: &[Value],
        place: Place<'_>,
    ) -> Result<Value, Unmade> {
        let place = Place { depth: place.depth + 1, name: place.name };
        let mut value = self.value(list, place)?;
        for _ in 0..TRIES {
            if self.may_follow(demands, list, known, &value) {
                return Ok(value);
            }
            value = self.varied(|maker| maker.value(list, place))?;
        }
        Err(Unmade::Unsatisfiable)
    }

    fn may_follow(
        &self,
        demands: &Demands<'s>,
        list: &[&'s Value],
        known: &[Value],
        value: &Value,
    ) -> bool {
        let is_new = !demands.is_unique || !known.contains(value);
        is_new
            && demands.contained.iter().all(|contained| {
                let of_kind = |value: &Value| self.fit(&[contained.schema], value);
                // Where it is asked to be of the kind, a place is kept for it.
                contained.most == usize::MAX
                    || list.iter().any(|schema| std::ptr::eq(*schema, contained.schema))
                    || !of_kind(value)
            })
    }
}

/// What the schemas demand of the item at a place.
pub(super) fn items_at<'s>(demands: &Demands<'s>, number: usize) -> Vec<&'s Value> {
    let mut list = Vec::new();
    let mut unevaluated = Vec::new();
    for shape in &demands.shapes {
        list.extend(shape.first_items.get(number).or(shape.items));
        unevaluated.extend(shape.unevaluated_items);
    }
    if list.is_empty() {
        list.append(&mut unevaluated);
    }
    list
}

/// The least and the most items that a count means: a number, or both.
fn counted(count: &Value) -> Option<(usize, usize)> {
    let number = |value: &Value| value.as_u64().and_then(|it| usize::try_from(it).ok());
    let (least, most) = match count.as_array() {
        Some(bounds) => (number(bounds.first()?)?, number(bounds.last()?)?),
        None => (number(count)?, number(count)?),
    };
    (least <= most && most <= MOST_COUNTED).then_some((least, most))
}
