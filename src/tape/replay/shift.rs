//! Recorded times moved to now: all by the same span, so that what lay an hour apart still does.
//!
//! A time is a text that is one as a whole (RFC 3339, HTTP's dates), or a number of seconds or
//! milliseconds since 1970 under a name that tells of time. What a client sends back is moved the
//! other way before it is compared.

use std::borrow::Cow;

use chrono::DateTime;
use chrono::FixedOffset;
use chrono::SecondsFormat;
use chrono::TimeDelta;
use http::HeaderMap;
use http::HeaderValue;
use serde_json::Map;
use serde_json::Number;
use serde_json::Value;

use crate::clock::Instant;
use crate::message::Answer;
use crate::message::Body;
use crate::tape::heard;

/// Numbers of seconds that are times: those of 2001 to 2096.
const SECONDS: std::ops::Range<i64> = 978_307_200..4_000_000_000;

/// Header fields that hold a time.
const FIELDS: [&str; 7] = [
    "date",
    "expires",
    "last-modified",
    "retry-after",
    "sunset",
    "deprecation",
    "if-modified-since",
];

/// Names of times that do not say so themselves: those of tokens, and what is usual.
const NAMES: [&str; 16] = [
    "exp",
    "iat",
    "nbf",
    "auth_time",
    "timestamp",
    "created",
    "updated",
    "expires",
    "modified",
    "since",
    "until",
    "before",
    "after",
    "from",
    "to",
    "ts",
];

/// How deep values are looked into; serde_json reads no deeper.
const DEEPEST: usize = 128;

/// The span that times are moved by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shift(TimeDelta);

impl Shift {
    /// From one instant to another, in whole seconds.
    pub(crate) fn between(from: Instant, to: Instant) -> Self {
        Self(TimeDelta::seconds(to.as_secs().saturating_sub(from.as_secs())))
    }

    /// The other way.
    pub(crate) fn back(self) -> Self {
        Self(-self.0)
    }

    /// Moves the times of an answer.
    pub(crate) fn answer(self, answer: &mut Answer) {
        self.headers(&mut answer.headers);
        heard::fill(answer);
        let Some(value) = answer.body.value() else { return };
        let mut moved = value.clone();
        self.value("", &mut moved, 0);
        if moved != *value {
            let bytes = moved.to_string().into();
            answer.body = Body::Whole { bytes, value: None };
        } else if let Body::Whole { value, .. } = &mut answer.body {
            *value = None;
        }
    }

    fn headers(self, headers: &mut HeaderMap) {
        for (name, value) in headers.iter_mut() {
            let Ok(text) = value.to_str() else { continue };
            let moved = match name.as_str() {
                "set-cookie" => self.cookie(text),
                name if FIELDS.contains(&name) => self.text(text),
                _ => None,
            };
            if let Some(moved) = moved.and_then(|moved| HeaderValue::from_str(&moved).ok()) {
                *value = moved;
            }
        }
    }

    /// A cookie with its end moved.
    fn cookie(self, text: &str) -> Option<String> {
        let parts: Vec<Cow<'_, str>> = text
            .split(';')
            .map(|part| {
                let trimmed = part.trim_start();
                let moved = trimmed
                    .split_once('=')
                    .filter(|(name, _)| name.eq_ignore_ascii_case("expires"))
                    .and_then(|(name, time)| Some(format!(" {name}={}", self.text(time)?)));
                moved.map_or(Cow::Borrowed(part), Cow::Owned)
            })
            .collect();
        Some(parts.join(";"))
    }

    /// Moves the times in what a token says.
    pub(crate) fn claims(self, claims: &mut Map<String, Value>) {
        self.members(claims, 0);
    }

    fn members(self, members: &mut Map<String, Value>, depth: usize) {
        for (name, member) in members.iter_mut() {
            self.value(name, member, depth);
        }
    }

    /// Moves the times in a value that stands under a name.
    pub(crate) fn value(self, name: &str, value: &mut Value, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match value {
            Value::String(text) => {
                if let Some(moved) = self.named(name, text) {
                    *text = moved;
                }
            }
            Value::Number(number) => {
                if let Some(moved) = number.as_i64().and_then(|number| self.number(name, number)) {
                    *number = Number::from(moved);
                }
            }
            Value::Array(items) => {
                items.iter_mut().for_each(|item| self.value(name, item, depth + 1));
            }
            Value::Object(members) => self.members(members, depth + 1),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// A text that is a time, or a number that is one by its name.
    pub(crate) fn named(self, name: &str, text: &str) -> Option<String> {
        let number = || {
            let number = text.parse().ok().filter(|number: &i64| number.to_string() == *text)?;
            self.number(name, number).map(|moved| moved.to_string())
        };
        self.text(text).or_else(number)
    }

    /// A number that is a time by its name and size.
    fn number(self, name: &str, number: i64) -> Option<i64> {
        if !tells_of_time(name) {
            return None;
        }
        if SECONDS.contains(&number) {
            number.checked_add(self.0.num_seconds())
        } else if SECONDS.contains(&(number / 1_000)) {
            number.checked_add(self.0.num_milliseconds())
        } else {
            None
        }
    }

    /// A text that is a time, written as it was.
    fn text(self, text: &str) -> Option<String> {
        // Nothing shorter or longer is one.
        if !(20..=40).contains(&text.len()) || !text.is_ascii() {
            return None;
        }
        if let Some(stem) = text.strip_suffix(" GMT") {
            let time = DateTime::parse_from_rfc2822(&format!("{} +0000", stem.replace('-', " ")));
            let moved = time.ok()?.checked_add_signed(self.0)?;
            let form =
                if stem.contains('-') { "%a, %d-%b-%Y %T GMT" } else { "%a, %d %b %Y %T GMT" };
            return Some(moved.format(form).to_string());
        }
        let time: DateTime<FixedOffset> = DateTime::parse_from_rfc3339(text).ok()?;
        let moved = time.checked_add_signed(self.0)?;
        let digits = text
            .split_once('.')
            .map_or(0, |(_, rest)| rest.bytes().take_while(u8::is_ascii_digit).count());
        let is_utc = text.ends_with(['Z', 'z']);
        let written = match digits {
            0 => moved.to_rfc3339_opts(SecondsFormat::Secs, is_utc),
            // As many digits as there were.
            digits => {
                let whole = moved.to_rfc3339_opts(SecondsFormat::Nanos, is_utc);
                let (head, rest) = whole.split_once('.')?;
                let (fraction, zone) = rest.split_at_checked(9)?;
                format!("{head}.{}{zone}", fraction.get(..digits).unwrap_or(fraction))
            }
        };
        Some(if text.contains('T') { written } else { written.replacen('T', " ", 1) })
    }
}

/// Whether a name says that its value is a time.
fn tells_of_time(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    NAMES.contains(&lower.as_str())
        || name.ends_with("At")
        || lower.ends_with("_at")
        || ["time", "date", "expir"].iter().any(|part| lower.contains(part))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::StatusCode;
    use serde_json::json;

    use super::Shift;
    use crate::clock::Instant;
    use crate::message::Answer;
    use crate::tape::heard;

    #[test]
    fn times_are_moved_in_the_form_that_they_have_and_nothing_else_is() {
        let from = Instant::parse("2024-02-28T23:00:00Z").expect("a time");
        let to = Instant::parse("2026-01-01T00:00:00Z").expect("a time");
        let shift = Shift::between(from, to);
        let body = json!({
            "created_at": "2024-02-28T23:00:00Z", "expiresAt": 1_709_164_800, "ms_time": 1_709_164_800_123_i64,
            "exp": 60, "id": 1_709_164_800, "name": "2024", "items": [{"date": "2024-02-28T23:00:00.120+01:00"}],
            "spaced": "2024-02-28 23:00:00Z",
        });
        let mut answer =
            Answer::json(StatusCode::OK, HeaderValue::from_static("application/json"), body);
        let old = "Wed, 28 Feb 2024 23:00:00 GMT";
        answer.headers.insert("date", HeaderValue::from_static(old));
        let cookie = "a=b; Expires=Wed, 28-Feb-2024 23:00:10 GMT; Path=/";
        answer.headers.insert("set-cookie", HeaderValue::from_static(cookie));
        let before = answer.clone();
        shift.answer(&mut answer);
        heard::fill(&mut answer);
        assert_eq!(
            answer.body.value(),
            Some(&json!({
                "created_at": "2026-01-01T00:00:00Z", "expiresAt": 1_767_229_200,
                "ms_time": 1_767_229_200_123_i64, "exp": 60, "id": 1_709_164_800, "name": "2024",
                "items": [{"date": "2026-01-01T00:00:00.120+01:00"}],
                "spaced": "2026-01-01 00:00:00Z",
            }))
        );
        assert_eq!(answer.headers["date"], "Thu, 01 Jan 2026 00:00:00 GMT");
        assert_eq!(
            answer.headers["set-cookie"],
            "a=b; Expires=Thu, 01-Jan-2026 00:00:10 GMT; Path=/"
        );
        shift.back().answer(&mut answer);
        heard::fill(&mut answer);
        assert_eq!(answer.body.value(), before.body.value());
        assert_eq!(answer.headers, before.headers);
    }
}
