//! Numbers within bounds, in steps, exact where decimals are.

use serde_json::Number;
use serde_json::Value;

use crate::schema::format::NumberFormat;
use crate::synth::Unmade;
use crate::synth::demands::Bound;
use crate::synth::demands::Demands;
use crate::synth::random::Random;

/// Digits behind the point that are calculated with.
const DIGITS: u32 = 18;

/// How far numbers go that have no bound on one side.
const FAR: i128 = 1_000;

/// A decimal: a whole number of units of 10 to the minus [`Decimal::scale`].
#[derive(Clone, Copy, Debug)]
struct Decimal {
    units: i128,
    scale: u32,
}

impl Decimal {
    /// A number as JSON writes it; `None` where it is too large or too fine.
    fn read(number: &Number) -> Option<Self> {
        let text = number.to_string();
        let (number, exponent) = match text.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.parse::<i32>().ok()?),
            None => (text.as_str(), 0),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let fraction = fraction.trim_end_matches('0');
        let units: i128 = format!("{whole}{fraction}").parse().ok()?;
        let scale = i32::try_from(fraction.len()).ok()? - exponent;
        if scale < 0 {
            let factor = 10_i128.checked_pow(scale.unsigned_abs())?;
            return Some(Self { units: units.checked_mul(factor)?, scale: 0 });
        }
        let scale = scale.unsigned_abs();
        (scale <= DIGITS).then_some(Self { units, scale })
    }

    /// How many units it has where they are finer.
    fn at(self, scale: u32) -> Option<i128> {
        self.units.checked_mul(10_i128.checked_pow(scale.checked_sub(self.scale)?)?)
    }

    /// The number in JSON.
    fn written(self) -> Option<Value> {
        let (mut units, mut scale) = (self.units, self.scale);
        while scale > 0 && units % 10 == 0 {
            units /= 10;
            scale -= 1;
        }
        if scale == 0 {
            if let Ok(whole) = i64::try_from(units) {
                return Some(Value::from(whole));
            }
            if let Ok(whole) = u64::try_from(units) {
                return Some(Value::from(whole));
            }
        }
        let float: f64 = format!("{units}e-{scale}").parse().ok()?;
        Number::from_f64(float).map(Value::Number)
    }
}

/// The bounds of a number, in units.
#[derive(Clone, Copy, Debug)]
struct Range {
    low: Option<i128>,
    high: Option<i128>,
    step: i128,
    scale: u32,
}

/// Makes a number; `None` as `random` makes the plainest one.
pub(super) fn number(
    demands: &Demands<'_>,
    is_whole: bool,
    random: Option<&mut Random>,
) -> Result<Value, Unmade> {
    let is_width =
        |width: &NumberFormat| matches!(width, NumberFormat::Whole(..) | NumberFormat::Unsigned);
    let is_whole = is_whole || demands.widths.iter().any(is_width);
    let range = range(demands, is_whole, random.is_some());
    let Some(range) = range else { return by_float(demands, is_whole) };
    let step = range.step;
    let first = range.low.map(|low| low.div_euclid(step) + i128::from(low.rem_euclid(step) != 0));
    let last = range.high.map(|high| high.div_euclid(step));
    let one = 10_i128.pow(range.scale);
    let far = (FAR * one / step).max(10);
    let multiple = match random {
        Some(random) => {
            let (from, to) = match (first, last) {
                (Some(from), Some(to)) => (from, to),
                (Some(from), None) => (from, from.saturating_add(far)),
                (None, Some(to)) => (to.saturating_sub(far), to),
                (None, None) => (0, far),
            };
            let span = to.checked_sub(from).filter(|span| *span >= 0);
            let span = span.ok_or(Unmade::Unsatisfiable)?.unsigned_abs();
            let chosen = random.wide_below(span.saturating_add(1));
            from.saturating_add(i128::try_from(chosen).unwrap_or(0))
        }
        // As Prism has it: the least, or the greatest where there is no least.
        None => {
            let is_bounded =
                |wanted: [Bound; 2]| demands.bounds.iter().any(|(bound, _)| wanted.contains(bound));
            match (first, last) {
                (Some(first), _) if is_bounded([Bound::Least, Bound::Above]) => first,
                (_, Some(last)) if is_bounded([Bound::Most, Bound::Below]) => last,
                (first, last) => 0_i128.max(first.unwrap_or(0)).min(last.unwrap_or(i128::MAX)),
            }
        }
    };
    let is_within =
        first.is_none_or(|first| first <= multiple) && last.is_none_or(|last| multiple <= last);
    if !is_within {
        return Err(Unmade::Unsatisfiable);
    }
    let units = multiple.checked_mul(step).ok_or(Unmade::TooLarge)?;
    Decimal { units, scale: range.scale }.written().ok_or(Unmade::TooLarge)
}

/// The bounds in units that all of them are whole in.
fn range(demands: &Demands<'_>, is_whole: bool, is_random: bool) -> Option<Range> {
    let bounds: Vec<(Bound, Decimal)> = demands
        .bounds
        .iter()
        .map(|(bound, number)| Some((*bound, Decimal::read(number)?)))
        .collect::<Option<_>>()?;
    let mut scale = bounds.iter().map(|(_, decimal)| decimal.scale).max().unwrap_or(0);
    let has_step = bounds.iter().any(|(bound, _)| *bound == Bound::Step);
    let is_structured = demands.widths.contains(&NumberFormat::Structured);
    if !is_whole && !has_step {
        // A fraction where one may be: two digits for those who look, finer where bounds are close.
        scale = if is_random { scale.max(2) } else { scale };
        if is_structured {
            scale = scale.min(3);
        }
    }
    let one = 10_i128.checked_pow(scale)?;
    let mut range = Range { low: None, high: None, step: if is_whole { one } else { 1 }, scale };
    let mut is_open = false;
    for (bound, decimal) in &bounds {
        let units = decimal.at(scale)?;
        let above = |low: Option<i128>, units: i128| Some(low.map_or(units, |low| low.max(units)));
        let below =
            |high: Option<i128>, units: i128| Some(high.map_or(units, |high| high.min(units)));
        match bound {
            Bound::Least => range.low = above(range.low, units),
            Bound::Above => {
                range.low = above(range.low, units + 1);
                is_open = true;
            }
            Bound::Most => range.high = below(range.high, units),
            Bound::Below => {
                range.high = below(range.high, units - 1);
                is_open = true;
            }
            Bound::Step => range.step = common_multiple(range.step, units)?,
        }
    }
    for width in &demands.widths {
        let (least, most) = match width {
            NumberFormat::Whole(least, most) => (i128::from(*least), i128::from(*most)),
            NumberFormat::Unsigned => (0, i128::from(u64::MAX)),
            NumberFormat::Structured => (-999_999_999_999, 999_999_999_999),
            NumberFormat::Float | NumberFormat::Double => continue,
        };
        let (least, most) = (least * one, most.saturating_mul(one));
        range.low = range.low.map(|low| low.max(least)).or((least > -FAR * one).then_some(least));
        range.high = range.high.map(|high| high.min(most));
        let usual = range.low.unwrap_or(0).saturating_add(FAR * one);
        range.high = range.high.or((usual > most).then_some(most));
    }
    // Between open bounds that are close there is only what is finer.
    let is_empty = range.low.zip(range.high).is_some_and(|(low, high)| low > high);
    let is_finer = is_open && is_empty && !is_whole && !has_step && scale + 3 <= DIGITS;
    if is_finer {
        let close: Vec<Option<i128>> = [Bound::Least, Bound::Above, Bound::Most, Bound::Below]
            .iter()
            .map(|wanted| {
                let of = bounds.iter().filter(|(bound, _)| bound == wanted);
                let units = of.map(|(_, decimal)| decimal.at(scale + 3).unwrap_or(0));
                if matches!(wanted, Bound::Least | Bound::Above) {
                    units.max()
                } else {
                    units.min()
                }
            })
            .collect();
        let low = close[0].into_iter().chain(close[1].map(|low| low + 1)).max();
        let high = close[2].into_iter().chain(close[3].map(|high| high - 1)).min();
        return Some(Range { low, high, step: 1, scale: scale + 3 });
    }
    Some(range)
}

fn common_multiple(one: i128, other: i128) -> Option<i128> {
    let (mut a, mut b) = (one.abs(), other.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    (one / a.max(1)).checked_mul(other).map(i128::abs).filter(|step| *step > 0)
}

/// A number whose bounds are beyond what decimals are calculated with.
fn by_float(demands: &Demands<'_>, is_whole: bool) -> Result<Value, Unmade> {
    let of = |wanted: Bound| {
        let found = demands.bounds.iter().filter(move |(bound, _)| *bound == wanted);
        found.filter_map(|(_, number)| number.as_f64())
    };
    let low = of(Bound::Least).chain(of(Bound::Above)).fold(f64::NEG_INFINITY, f64::max);
    let high = of(Bound::Most).chain(of(Bound::Below)).fold(f64::INFINITY, f64::min);
    let step = of(Bound::Step).fold(0.0, f64::max);
    let fits = |number: &f64| {
        number.is_finite()
            && of(Bound::Least).all(|bound| *number >= bound)
            && of(Bound::Above).all(|bound| *number > bound)
            && of(Bound::Most).all(|bound| *number <= bound)
            && of(Bound::Below).all(|bound| *number < bound)
            && (!is_whole || number.fract() == 0.0)
    };
    let near = if low.is_finite() { low } else { high };
    let stepped = if step > 0.0 { (near / step).ceil() * step } else { near };
    let middle = f64::midpoint(low, high);
    let candidates =
        [0.0, 1.0, stepped, near, stepped + step, near + 1.0, near - 1.0, middle, middle.round()];
    let found = candidates.into_iter().find(fits).ok_or(Unmade::Unsatisfiable)?;
    let exact = 9_007_199_254_740_992.0;
    if found.fract() == 0.0 && found.abs() <= exact {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole and in range, as just checked"
        )]
        return Ok(Value::from(found as i64));
    }
    Number::from_f64(found).map(Value::Number).ok_or(Unmade::Unsatisfiable)
}
