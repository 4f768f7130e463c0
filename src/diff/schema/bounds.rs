//! Bounds: numbers that a value, its length or its count may not pass.

use serde_json::Value;

use crate::diff::Effect;
use crate::diff::schema::compare::About;
use crate::diff::schema::compare::Comparer;
use crate::diff::schema::compare::Told;
use crate::diff::schema::rules;
use crate::diff::schema::rules::Kind;
use crate::diff::schema::shape::Shape;
use crate::schema::Types;

/// A keyword that bounds something.
struct Bound {
    keyword: &'static str,
    /// Whether it is a least: a greater one narrows.
    is_least: bool,
    /// The value that says nothing.
    idle: Option<f64>,
    increased: &'static Kind,
    decreased: &'static Kind,
    set: &'static Kind,
    unset: &'static Kind,
}

macro_rules! bound {
    ($keyword:literal, $is_least:literal, $idle:expr, $increased:ident, $decreased:ident, $set:ident, $unset:ident) => {
        Bound {
            keyword: $keyword,
            is_least: $is_least,
            idle: $idle,
            increased: &rules::$increased,
            decreased: &rules::$decreased,
            set: &rules::$set,
            unset: &rules::$unset,
        }
    };
}

#[rustfmt::skip]
static BOUNDS: [Bound; 12] = [
    bound!("maximum", false, None, MAX_INCREASED, MAX_DECREASED, MAX_SET, MAX_UNSET),
    bound!("minimum", true, None, MIN_INCREASED, MIN_DECREASED, MIN_SET, MIN_UNSET),
    bound!("exclusiveMaximum", false, None, EXCLUSIVE_MAX_INCREASED, EXCLUSIVE_MAX_DECREASED, EXCLUSIVE_MAX_SET, EXCLUSIVE_MAX_UNSET),
    bound!("exclusiveMinimum", true, None, EXCLUSIVE_MIN_INCREASED, EXCLUSIVE_MIN_DECREASED, EXCLUSIVE_MIN_SET, EXCLUSIVE_MIN_UNSET),
    bound!("maxLength", false, None, MAX_LENGTH_INCREASED, MAX_LENGTH_DECREASED, MAX_LENGTH_SET, MAX_LENGTH_UNSET),
    bound!("minLength", true, Some(0.0), MIN_LENGTH_INCREASED, MIN_LENGTH_DECREASED, MIN_LENGTH_SET, MIN_LENGTH_UNSET),
    bound!("maxItems", false, None, MAX_ITEMS_INCREASED, MAX_ITEMS_DECREASED, MAX_ITEMS_SET, MAX_ITEMS_UNSET),
    bound!("minItems", true, Some(0.0), MIN_ITEMS_INCREASED, MIN_ITEMS_DECREASED, MIN_ITEMS_SET, MIN_ITEMS_UNSET),
    bound!("maxProperties", false, None, MAX_PROPERTIES_INCREASED, MAX_PROPERTIES_DECREASED, MAX_PROPERTIES_SET, MAX_PROPERTIES_UNSET),
    bound!("minProperties", true, Some(0.0), MIN_PROPERTIES_INCREASED, MIN_PROPERTIES_DECREASED, MIN_PROPERTIES_SET, MIN_PROPERTIES_UNSET),
    bound!("maxContains", false, None, MAX_CONTAINS_INCREASED, MAX_CONTAINS_DECREASED, MAX_CONTAINS_SET, MAX_CONTAINS_UNSET),
    bound!("minContains", true, Some(1.0), MIN_CONTAINS_INCREASED, MIN_CONTAINS_DECREASED, MIN_CONTAINS_INCREASED, MIN_CONTAINS_DECREASED),
];

impl Comparer<'_> {
    /// Compares bounds, steps and whether items may be equal.
    pub(super) fn bounds(&mut self, base: &Shape<'_>, revision: &Shape<'_>, told: &mut Told) {
        let is_equal = |limits: [&str; 2], is_least| {
            let of = |shape: &Shape<'_>| limit(shape, limits, is_least);
            of(base) == of(revision)
        };
        let upper = is_equal(["maximum", "exclusiveMaximum"], false);
        let lower = is_equal(["minimum", "exclusiveMinimum"], true);
        for bound in &BOUNDS {
            let is_settled = match bound.keyword {
                "maximum" | "exclusiveMaximum" => upper,
                "minimum" | "exclusiveMinimum" => lower,
                _ => false,
            };
            if !is_settled {
                compare(bound, base, revision, told);
            }
        }
        steps(base, revision, told);
        let about = || About::at(base.place_of("uniqueItems"), revision.place_of("uniqueItems"));
        match (base.is("uniqueItems"), revision.is("uniqueItems")) {
            (false, true) => told.tell(&rules::UNIQUE_ITEMS_SET, about(), "items must differ now"),
            (true, false) => {
                told.tell(&rules::UNIQUE_ITEMS_UNSET, about(), "items may be equal now");
            }
            (true, true) | (false, false) => {}
        }
    }
}

/// The tightest value of a keyword.
fn tightest(shape: &Shape<'_>, keyword: &str, is_least: bool) -> Option<f64> {
    let values = shape.all(keyword).filter_map(|(_, value)| value.as_f64());
    values.reduce(if is_least { f64::max } else { f64::min })
}

/// What a number may not pass, and whether it may reach it; whole numbers always may.
fn limit(
    shape: &Shape<'_>,
    [inclusive, exclusive]: [&str; 2],
    is_least: bool,
) -> Option<(f64, bool)> {
    let is_whole = shape.declared_types().is_some_and(|types| !types.has(Types::NUMBER));
    let reached = tightest(shape, inclusive, is_least).map(|value| (value, true));
    let passed = tightest(shape, exclusive, is_least).map(|value| {
        let next = if is_least { value.floor() + 1.0 } else { value.ceil() - 1.0 };
        if is_whole { (next, true) } else { (value, false) }
    });
    let tighter = |one: (f64, bool), other: (f64, bool)| {
        let is_beyond = if is_least { other.0 > one.0 } else { other.0 < one.0 };
        if is_beyond || (other.0 - one.0).abs() < f64::EPSILON && !other.1 { other } else { one }
    };
    match (reached, passed) {
        (Some(one), Some(other)) => Some(tighter(one, other)),
        (one, other) => one.or(other),
    }
}

fn compare(bound: &Bound, base: &Shape<'_>, revision: &Shape<'_>, told: &mut Told) {
    let Bound { keyword, is_least, idle, .. } = bound;
    let of =
        |shape: &Shape<'_>| tightest(shape, keyword, *is_least).filter(|it| Some(*it) != *idle);
    let said = |shape: &Shape<'_>| shape.first(keyword).is_some();
    let (was, is) = (of(base), of(revision));
    if was == is {
        return;
    }
    let about = About::at(base.place_of(keyword), revision.place_of(keyword));
    // Where the value that says nothing stands all the same, it was raised or lowered.
    let was = was.or_else(|| said(base).then_some(*idle).flatten());
    let is = is.or_else(|| said(revision).then_some(*idle).flatten());
    match (was, is) {
        (Some(was), Some(is)) => {
            let kind = if is > was { bound.increased } else { bound.decreased };
            let verb = if is > was { "was raised" } else { "was lowered" };
            let title = format!("`{keyword}` {verb} from {was} to {is}");
            told.tell(kind, about.values(was.to_string(), is.to_string()), title);
        }
        (None, Some(is)) => {
            let about = About { is: Some(is.to_string()), ..about };
            told.tell(bound.set, about, format!("`{keyword}` is {is} now"));
        }
        (Some(was), None) => {
            let about = About { was: Some(was.to_string()), ..about };
            told.tell(bound.unset, about, format!("`{keyword}` was {was}, and is gone"));
        }
        (None, None) => {}
    }
}

fn steps(base: &Shape<'_>, revision: &Shape<'_>, told: &mut Told) {
    const KEYWORD: &str = "multipleOf";
    let of = |shape: &Shape<'_>| shape.first(KEYWORD).and_then(|(_, value)| Value::as_f64(value));
    let about = About::at(base.place_of(KEYWORD), revision.place_of(KEYWORD));
    let is_whole = |number: f64| (number - number.round()).abs() < 1e-9;
    let (kind, effect, title) = match (of(base), of(revision)) {
        (None, None) => return,
        (Some(was), Some(is)) if (was - is).abs() < f64::EPSILON => return,
        (None, Some(is)) => {
            (&rules::MULTIPLE_OF_SET, Effect::Narrows, format!("must be a multiple of {is} now"))
        }
        (Some(was), None) => {
            let title = format!("need not be a multiple of {was} any more");
            (&rules::MULTIPLE_OF_UNSET, Effect::Widens, title)
        }
        (Some(was), Some(is)) => {
            let title = format!("must be a multiple of {is} instead of {was}");
            if is_whole(was / is) {
                (&rules::MULTIPLE_OF_GENERALIZED, Effect::Widens, title)
            } else if is_whole(is / was) {
                (&rules::MULTIPLE_OF_SPECIALIZED, Effect::Narrows, title)
            } else {
                (&rules::MULTIPLE_OF_CHANGED, Effect::Incomparable, title)
            }
        }
    };
    told.tell_as(kind, effect, true, about, title);
}
