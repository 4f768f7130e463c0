//! The walk through a schema: one value after the other, choices tried until one holds.

use foldhash::HashMap;
use serde_json::Value;

use crate::schema::Direction;
use crate::schema::Schemas;
use crate::schema::Types;
use crate::synth::Manner;
use crate::synth::Options;
use crate::synth::Unmade;
use crate::synth::demands::Chosen;
use crate::synth::demands::Demands;
use crate::synth::faker;
use crate::synth::number;
use crate::synth::pattern::Pattern;
use crate::synth::random::Random;

/// How deep a value may nest: a schema that demands more demands something endless.
const DEEPEST: usize = 24;

/// The depth below which only what a schema demands is made.
pub(super) const FULL: usize = 6;

/// The depth below which what may be null is.
const LATE: usize = 10;

/// The most parts of one value.
const MOST_PARTS: usize = 20_000;

/// How many parts make a value large: below its upper levels it then has only what is demanded.
pub(super) const LARGE: usize = 2_000;

/// The most parts that are tried, those counted that are dropped again.
const MOST_TRIED: usize = 50_000;

/// How many combinations of choices are tried for one value.
const MOST_CHOICES: usize = 24;

/// How often a combination is tried in another way where it may fail.
const ROUNDS: usize = 6;

/// How much is judged while a value is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Care {
    /// Nothing: most values are right.
    Trusting,
    /// Whatever may be wrong though it was made along its schema.
    Wary,
    /// Everything.
    Strict,
}

/// Where in a value the walk is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'n> {
    /// How deep.
    pub(super) depth: usize,
    /// The name of the property that it is, or is in.
    pub(super) name: Option<&'n str>,
}

/// The walk.
pub(super) struct Maker<'s, 'o> {
    pub(super) schemas: &'s Schemas,
    pub(super) direction: Direction,
    pub(super) options: &'o Options,
    pub(super) random: Random,
    pub(super) care: Care,
    /// The key of the schema that the walk began with.
    pub(super) root: &'s str,
    pub(super) parts: usize,
    /// What tells the schemas of the objects apart that are being made, the outermost first.
    pub(super) open: Vec<usize>,
    /// Whether another value is wanted each time, whatever the manner.
    is_varied: bool,
    tried: usize,
    patterns: HashMap<&'s str, Option<Pattern>>,
    pub(super) matchers: HashMap<&'s str, Option<fancy_regex::Regex>>,
}

impl<'s, 'o> Maker<'s, 'o> {
    pub(super) fn new(
        schemas: &'s Schemas,
        root: &'s str,
        direction: Direction,
        options: &'o Options,
        care: Care,
    ) -> Self {
        Self {
            schemas,
            direction,
            options,
            random: Random::new(options.seed, care as u64),
            care,
            root,
            parts: 0,
            open: Vec::new(),
            is_varied: false,
            tried: 0,
            patterns: HashMap::default(),
            matchers: HashMap::default(),
        }
    }

    /// Whether values are as plain as they can be.
    pub(super) fn is_plain(&self) -> bool {
        self.options.manner == Manner::Static && !self.is_varied
    }

    /// Makes something that is another each time.
    pub(super) fn varied<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.is_varied, true);
        let made = make(self);
        self.is_varied = before;
        made
    }

    /// Makes a value that satisfies all of several schemas.
    pub(super) fn value(&mut self, list: &[&'s Value], place: Place<'_>) -> Result<Value, Unmade> {
        let before = self.parts;
        let start = if self.is_plain() { 0 } else { self.random.below(1 << 16) };
        let (mut attempt, mut failure, mut takes_null) = (0, Unmade::Unsatisfiable, false);
        loop {
            self.parts = before + 1;
            self.tried += 1;
            if self.parts > MOST_PARTS || self.tried > MOST_TRIED {
                return Err(Unmade::TooLarge);
            }
            if place.depth > DEEPEST {
                return Err(Unmade::Endless);
            }
            let is_short = place.depth >= FULL || self.parts > LARGE;
            let turn = if is_short { 0 } else { start };
            let is_late = place.depth >= LATE;
            let root = (place.depth == 0).then_some(self.root);
            let chosen = Chosen { number: attempt, turn, is_short, takes_null, is_late, root };
            let mut is_wrong = false;
            let (choices, is_guess, has_null) = match Demands::of(self.schemas, list, chosen) {
                Ok(demands) => {
                    let round = attempt / demands.choices.min(MOST_CHOICES);
                    let known = (demands.choices, demands.is_guess, demands.has_null);
                    match self.build(&demands, list, place, round) {
                        Ok(value) if self.holds(&demands, list, &value) => return Ok(value),
                        Ok(_) => is_wrong = true,
                        Err(unmade @ Unmade::TooLarge) => return Err(unmade),
                        Err(unmade) => failure = unmade,
                    }
                    known
                }
                Err(nothing) => {
                    failure = nothing.unmade;
                    (nothing.choices, false, nothing.has_null)
                }
            };
            attempt += 1;
            let is_tried = (is_guess && self.care > Care::Trusting) || is_wrong;
            let rounds = if is_tried { ROUNDS } else { 1 };
            if attempt < choices.min(MOST_CHOICES) * rounds {
                continue;
            }
            if !has_null {
                return Err(failure);
            }
            // Nothing but null is left.
            (attempt, takes_null) = (0, true);
        }
    }

    /// Whether a value is what it should be, as far as the walk's care asks.
    fn holds(&self, demands: &Demands<'s>, list: &[&'s Value], value: &Value) -> bool {
        let is_judged = match self.care {
            Care::Trusting => false,
            Care::Wary => demands.is_guess,
            Care::Strict => true,
        };
        !is_judged || self.fit(list, value)
    }

    /// Whether a value satisfies all of several schemas.
    pub(super) fn fit(&self, list: &[&'s Value], value: &Value) -> bool {
        list.iter().all(|schema| self.schemas.fits(schema, self.direction, value))
    }

    fn build(
        &mut self,
        demands: &Demands<'s>,
        list: &[&'s Value],
        place: Place<'_>,
        round: usize,
    ) -> Result<Value, Unmade> {
        if let Some(value) = self.given(demands, list, round) {
            return Ok(value);
        }
        if !demands.fixed.is_empty() {
            return self.fixed(demands, round);
        }
        if let Some(call) = demands.faker.filter(|_| !self.is_plain() && round < 2) {
            let made = faker::value(call, demands.types, demands.length.1, &mut self.random);
            if let Some(made) = made.filter(|made| self.fit(list, made)) {
                return Ok(made);
            }
        }
        let kind = self.kind(demands, place, round).ok_or(Unmade::Unsatisfiable)?;
        match kind {
            Types::OBJECT => self.object(demands, place, round),
            Types::ARRAY => self.array(demands, place, round),
            Types::STRING => self.text(demands, list, place, round).map(Value::String),
            Types::INTEGER | Types::NUMBER => {
                let is_plain = self.is_plain() && round == 0;
                let random = (!is_plain).then_some(&mut self.random);
                number::number(demands, kind == Types::INTEGER, random)
            }
            Types::BOOLEAN => Ok(Value::Bool(if self.is_plain() {
                round.is_multiple_of(2)
            } else {
                self.random.happens(50)
            })),
            _ => Ok(Value::Null),
        }
    }

    /// A value that the schema itself shows, where those are sent.
    fn given(&mut self, demands: &Demands<'s>, list: &[&'s Value], round: usize) -> Option<Value> {
        if round > 0 {
            return None;
        }
        if let Some(value) = demands.hinted.filter(|value| self.fit(list, value)) {
            return Some(value.clone());
        }
        if !self.is_plain() || !self.options.examples {
            return None;
        }
        // As Prism has it: the default, then what alone is allowed, then examples.
        let shown = demands.shown.iter().filter(|_| demands.fixed.is_empty());
        // An example that is null shows nothing; a default says what is meant.
        let shown = shown.filter(|value| !value.is_null());
        let shown = demands.defaults.iter().chain(shown);
        let mut shown = shown.filter(|value| demands.types.has(Types::of(value)));
        let fits = |value: &&&Value| match value {
            // Judged with the whole, and again where the whole is wrong.
            Value::Object(_) | Value::Array(_) if self.care == Care::Trusting => true,
            Value::Null | Value::Bool(_) if demands.fixed.is_empty() => true,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => self.fit(list, value),
        };
        shown.find(fits).map(|value| (*value).clone())
    }

    /// One of the values that alone are allowed.
    fn fixed(&mut self, demands: &Demands<'s>, round: usize) -> Result<Value, Unmade> {
        let (first, rest) = demands.fixed.split_first().ok_or(Unmade::Unsatisfiable)?;
        let denied = |value: &Value| {
            demands.nots.iter().any(|schema| {
                schema.get("const") == Some(value)
                    || schema
                        .get("enum")
                        .and_then(Value::as_array)
                        .is_some_and(|list| list.contains(value))
            })
        };
        let allows = |value: &&Value| {
            demands.types.has(Types::of(value))
                && rest.iter().all(|list| list.contains(value))
                && !denied(value)
        };
        let mut values: Vec<&Value> = first.iter().filter(allows).collect();
        // Null says nothing: rather another.
        if values.len() > 1 {
            values.retain(|value| !value.is_null());
        }
        let taken = if self.is_plain() { round } else { self.random.below(1 << 16) };
        let taken = taken.checked_rem(values.len()).ok_or(Unmade::Unsatisfiable)?;
        values.get(taken).map(|value| (*value).clone()).ok_or(Unmade::Unsatisfiable)
    }

    /// The type to make.
    fn kind(&mut self, demands: &Demands<'s>, place: Place<'_>, round: usize) -> Option<Types> {
        /// The types, the more telling first, with the keywords that speak of them.
        const KINDS: [(Types, &[&str]); 7] = [
            (
                Types::OBJECT,
                &[
                    "properties",
                    "required",
                    "additionalProperties",
                    "patternProperties",
                    "minProperties",
                    "maxProperties",
                    "propertyNames",
                    "dependentRequired",
                    "unevaluatedProperties",
                ],
            ),
            (
                Types::ARRAY,
                &["items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems"],
            ),
            (Types::STRING, &["minLength", "maxLength", "pattern", "format"]),
            (
                Types::INTEGER,
                &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
            ),
            (Types::NUMBER, &[]),
            (Types::BOOLEAN, &[]),
            (Types::NULL, &[]),
        ];
        let is_sole = |kind: Types| {
            demands.types == kind
                || (kind, demands.types) == (Types::NUMBER, Types::named("number"))
        };
        if let Some((kind, _)) = KINDS.iter().find(|(kind, _)| is_sole(*kind)) {
            if !self.is_plain() {
                // Every choice takes its turn, whatever it is between.
                self.random.below(1);
            }
            return Some(*kind);
        }
        let mut left: Vec<(Types, &[&str])> =
            KINDS.into_iter().filter(|(kind, _)| demands.types.has(*kind)).collect();
        // A whole number is a number: one of the two is enough.
        if demands.types.has(Types::NUMBER) {
            left.retain(|(kind, _)| *kind != Types::INTEGER);
        }
        if left.len() > 1 {
            left.retain(|(kind, _)| *kind != Types::NULL);
        }
        let says = |words: &[&str]| {
            demands.parts.iter().any(|part| words.iter().any(|word| part.contains_key(*word)))
        };
        if left.len() > 1 && round == 0 {
            if let Some((kind, _)) = left.iter().find(|(_, words)| says(words)) {
                return Some(*kind);
            }
            // Of a property about which nothing is said, a text.
            let is_open = demands.types == Types::ANY && place.depth > 0;
            if is_open {
                return Some(Types::STRING);
            }
        }
        let taken = if self.is_plain() { round } else { self.random.below(left.len()) };
        left.get(taken % left.len().max(1)).map(|(kind, _)| *kind)
    }

    /// A pattern, read once for each value.
    pub(super) fn pattern(&mut self, text: &'s str) -> Option<&Pattern> {
        self.patterns.entry(text).or_insert_with(|| Pattern::read(text)).as_ref()
    }

    /// A text along a pattern that is needed once.
    pub(super) fn once(&mut self, text: &str, length: (usize, usize)) -> Option<String> {
        Some(Pattern::read(text)?.sample(&mut self.random, length.0, length.1))
    }

    /// A text along a pattern, of some length.
    pub(super) fn along(&mut self, text: &'s str, length: (usize, usize)) -> Option<String> {
        let mut random = self.random.clone();
        let sample =
            self.pattern(text).map(|pattern| pattern.sample(&mut random, length.0, length.1));
        self.random = random;
        sample
    }
}
