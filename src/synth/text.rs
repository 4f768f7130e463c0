//! Texts: along patterns, in formats, of a length, or words that go with a name.

use serde_json::Value;

use crate::schema::Types;
use crate::synth::Unmade;
use crate::synth::demands::Chosen;
use crate::synth::demands::Demands;
use crate::synth::format;
use crate::synth::maker::Maker;
use crate::synth::maker::Place;
use crate::synth::words;

/// The longest text that is made.
const LONGEST: usize = 100_000;

/// How much longer than it has to be a text is made that is tried again.
const SOME: usize = 60;

/// How often a text is tried that may be wrong.
const TRIES: usize = 60;

impl<'s> Maker<'s, '_> {
    pub(super) fn text(
        &mut self,
        demands: &Demands<'s>,
        list: &[&'s Value],
        place: Place<'_>,
        round: usize,
    ) -> Result<String, Unmade> {
        let (least, most) = demands.length;
        if least > most {
            return Err(Unmade::Unsatisfiable);
        }
        if least > LONGEST {
            return Err(Unmade::TooLarge);
        }
        let formats: Vec<&str> =
            demands.formats.iter().copied().filter(|name| format::has_form(name)).collect();
        let patterns = &demands.patterns;
        let facets = patterns.len() + formats.len();
        let guess =
            |maker: &mut Self, pattern| maker.pattern(pattern).is_none_or(|read| read.is_guess);
        let is_judged = facets > 1 || patterns.iter().any(|pattern| guess(self, pattern));
        for attempt in 0..TRIES {
            let candidate = match (formats.as_slice(), patterns.as_slice()) {
                ([], []) => Some(self.words(place, round + attempt, (least, most))),
                (formats, patterns) => {
                    let turn = attempt % (facets + usize::from(patterns.len() > 1));
                    match formats.get(turn) {
                        None if turn == facets => {
                            // Each where the others leave it open: one behind the other.
                            let rooms = (least / patterns.len(), most / patterns.len());
                            let each = patterns.iter().map(|pattern| self.along(pattern, rooms));
                            each.collect::<Option<String>>()
                        }
                        Some(name) => self.formed(name, round + attempt, (least, most)),
                        None => patterns
                            .get(turn - formats.len())
                            .and_then(|pattern| self.along(pattern, (least, most)))
                            .or_else(|| Some(self.words(place, attempt, (least, most)))),
                    }
                }
            };
            let Some(candidate) = candidate else { continue };
            let is_long = (least..=most).contains(&candidate.chars().count());
            if is_long && (!is_judged || self.fit(list, &Value::from(candidate.as_str()))) {
                return Ok(candidate);
            }
        }
        Err(Unmade::Unsatisfiable)
    }

    /// A text that satisfies several schemas, which may allow other things as well.
    pub(super) fn text_of(
        &mut self,
        list: &[&'s Value],
        place: Place<'_>,
        attempt: usize,
    ) -> Result<String, Unmade> {
        let chosen = Chosen { number: attempt, ..Chosen::default() };
        let demands = Demands::of(self.schemas, list, chosen).map_err(|nothing| nothing.unmade)?;
        if !demands.types.has(Types::STRING) {
            return Err(Unmade::Unsatisfiable);
        }
        if demands.fixed.is_empty() {
            return self.varied(|maker| maker.text(&demands, list, place, attempt));
        }
        let texts = demands.fixed.iter().flat_map(|list| list.iter()).filter_map(Value::as_str);
        let texts: Vec<&str> = texts.filter(|text| self.fit(list, &Value::from(*text))).collect();
        let text = attempt.checked_rem(texts.len()).and_then(|index| texts.get(index));
        text.map(|text| (*text).to_owned()).ok_or(Unmade::Unsatisfiable)
    }

    fn formed(&mut self, name: &str, attempt: usize, length: (usize, usize)) -> Option<String> {
        let is_plain = self.is_plain() && attempt == 0;
        format::text(name, (!is_plain).then_some(&mut self.random), length)
    }

    fn words(&mut self, place: Place<'_>, attempt: usize, length: (usize, usize)) -> String {
        if self.is_plain() && attempt == 0 {
            return sized("string".to_owned(), length);
        }
        let length = match attempt % 2 {
            0 => length,
            // Another length, where the first one was wrong.
            _ => {
                let some = self.random.between(length.0, length.1.min(length.0 + SOME));
                (some, length.1)
            }
        };
        sized(words::text(place.name.unwrap_or_default(), &mut self.random, length.1), length)
    }
}

/// A text of the length that is wanted: repeated, or cut.
fn sized(text: String, (least, most): (usize, usize)) -> String {
    let count = text.chars().count();
    if count < least {
        let source = if text.is_empty() { "string" } else { text.as_str() };
        return source.chars().cycle().take(least).collect();
    }
    if count > most {
        return text.chars().take(most).collect();
    }
    text
}
