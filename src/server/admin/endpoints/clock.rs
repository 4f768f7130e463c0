//! The clock: read and moved.

use std::time::Duration;

use http::StatusCode;
use serde_json::Value;
use serde_json::json;

use crate::clock::Instant;
use crate::message::Answer;
use crate::server::admin::call::Call;
use crate::server::admin::call::ok;
use crate::server::admin::problem::problem;

/// The farthest that the clock is moved at once: more is a slip of the pen.
const FARTHEST: Duration = Duration::from_secs(100 * 366 * 24 * 60 * 60);

/// What the clock shows.
pub(super) fn get(call: &Call<'_>) -> Answer {
    let clock = call.engine().clock();
    ok(&json!({ "now": clock.now().to_rfc3339(), "frozen": clock.is_frozen() }))
}

/// Moves the clock in the one way that the body names.
pub(super) fn change(call: &Call<'_>) -> Answer {
    let clock = call.engine().clock();
    let text = |name: &str| call.body.get(name).and_then(Value::as_str);
    if let Some(text) = text("advance") {
        match duration(text).filter(|duration| *duration <= FARTHEST) {
            Some(duration) if clock.now().after(duration) < Instant::LAST => {
                clock.advance(duration)
            }
            Some(_) => return refused("duration", text, "PT2H, and not beyond the year 9999"),
            None => return refused("duration", text, "PT2H"),
        }
    } else if let Some(text) = text("set") {
        match Instant::parse(text) {
            Ok(instant) => clock.set(instant),
            Err(_) => return refused("instant", text, "2026-01-01T00:00:00Z"),
        }
    } else {
        clock.resume();
    }
    get(call)
}

fn refused(what: &str, text: &str, example: &str) -> Answer {
    let title = format!("`{text}` is no {what} that the clock can go by, for example {example}");
    problem(StatusCode::UNPROCESSABLE_ENTITY, &format!("{what}-malformed"), title)
}

/// Reads an ISO 8601 duration of weeks, or of days, hours, minutes and seconds; years and months
/// have no fixed length. Fractions are kept to the millisecond.
///
/// # Source
///
/// RFC 3339, appendix A.
fn duration(text: &str) -> Option<Duration> {
    let (date, time) = match text.strip_prefix('P')?.split_once('T') {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None => (text.strip_prefix('P')?, ""),
    };
    if date.is_empty() && time.is_empty() {
        return None;
    }
    let date = millis(date, &[('W', 604_800_000), ('D', 86_400_000)])?;
    let time = millis(time, &[('H', 3_600_000), ('M', 60_000), ('S', 1_000)])?;
    Some(Duration::from_millis(date.checked_add(time)?))
}

/// Reads numbers with units, each unit at most once and in order; only seconds have fractions.
fn millis(mut text: &str, units: &[(char, u64)]) -> Option<u64> {
    let mut total: u64 = 0;
    for (unit, worth) in units {
        let Some((number, rest)) = text.split_once(*unit) else { continue };
        let (whole, fraction) = match number.split_once('.') {
            Some((whole, fraction)) if *unit == 'S' => (whole, fraction),
            Some(_) => return None,
            None => (number, "0"),
        };
        let thousandths: String = fraction.chars().chain("00".chars()).take(3).collect();
        let value = digits(whole)?.checked_mul(*worth)?.checked_add(digits(&thousandths)?)?;
        total = total.checked_add(value)?;
        text = rest;
    }
    text.is_empty().then_some(total)
}

fn digits(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::duration;

    #[test]
    fn durations_are_read_as_rfc_3339_writes_them() {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let table = [
            ("PT2H", seconds(7_200)),
            ("P14D", seconds(1_209_600)),
            ("P2W", seconds(1_209_600)),
            ("P1DT1H1M1S", seconds(90_061)),
            ("PT0S", seconds(0)),
            ("PT1.5S", Some(Duration::from_millis(1_500))),
            ("PT0.001S", Some(Duration::from_millis(1))),
            ("P", None),
            ("PT", None),
            ("P1DT", None),
            ("P1M", None),
            ("P1Y", None),
            ("PT1.5H", None),
            ("PT1S1H", None),
            ("PT-1S", None),
            ("-PT1S", None),
            ("2H", None),
            ("P99999999999999999999D", None),
        ];
        for (text, expected) in table {
            assert_eq!(duration(text), expected, "{text}");
        }
    }
}
