//! What is asked of a value of a request.

use std::fmt;

use fancy_regex::Regex;
use fancy_regex::RegexBuilder;
use serde_json::Value;

use crate::finding::mask;
use crate::tape::placeholder;
use crate::tape::stub::json::Likeness;

/// How often a pattern may go back in a text; then it does not hold.
const MOST_STEPS: usize = 100_000;

/// The largest content that is looked at, in bytes.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// A pattern that a text has to fit as a whole.
#[derive(Debug)]
pub(crate) struct Pattern(Regex, String);

impl Pattern {
    /// # Errors
    ///
    /// Why the text is no pattern.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let whole = format!(r"\A(?s:{text})\z");
        let regex = RegexBuilder::new(&whole).backtrack_limit(MOST_STEPS).build();
        regex.map(|regex| Self(regex, text.to_owned())).map_err(|error| error.to_string())
    }

    pub(crate) fn holds(&self, text: &str) -> bool {
        self.0.is_match(text).unwrap_or(false)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.1)
    }
}

/// What is asked.
#[derive(Debug)]
pub(crate) enum Test {
    Equal {
        text: String,
        ignores_case: bool,
    },
    Bytes(Vec<u8>),
    Contains(String),
    Pattern(Pattern),
    Json {
        value: Value,
        likeness: Likeness,
    },
    /// Something is there, and holds if anything is asked of it.
    Path {
        path: String,
        test: Option<Box<Test>>,
    },
    Absent,
    Not(Box<Test>),
    And(Vec<Test>),
    Or(Vec<Test>),
    /// As many values as tests, each for another.
    Exactly(Vec<Test>),
    /// Each holds for some value.
    Includes(Vec<Test>),
}

impl Test {
    /// Whether it holds for any of the values; for what is not there only what asks for that does.
    pub(crate) fn holds(&self, values: &[&[u8]]) -> bool {
        match self {
            Self::Absent => values.iter().all(|value| value.is_empty()),
            Self::Not(test) => !values.is_empty() && !test.holds(values),
            Self::And(tests) => tests.iter().all(|test| test.holds(values)),
            Self::Or(tests) => tests.iter().any(|test| test.holds(values)),
            Self::Exactly(tests) => tests.len() == values.len() && all_hold(tests, values),
            Self::Includes(tests) => all_hold(tests, values),
            Self::Equal { .. }
            | Self::Bytes(_)
            | Self::Contains(_)
            | Self::Pattern(_)
            | Self::Json { .. }
            | Self::Path { .. } => values.iter().any(|value| self.holds_for(value)),
        }
    }

    /// The same, of texts.
    pub(crate) fn holds_of(&self, values: &[String]) -> bool {
        self.holds(&values.iter().map(String::as_bytes).collect::<Vec<_>>())
    }

    fn holds_for(&self, value: &[u8]) -> bool {
        if value.len() > MOST_BYTES {
            return false;
        }
        let text = String::from_utf8_lossy(value);
        match self {
            Self::Equal { text: wanted, ignores_case: true } => {
                wanted.to_lowercase() == text.to_lowercase()
            }
            Self::Equal { text: wanted, ignores_case: false } => {
                placeholder::matches(wanted, &text)
            }
            Self::Bytes(wanted) => wanted == value,
            Self::Contains(part) => text.contains(part.as_str()),
            Self::Pattern(pattern) => pattern.holds(&text),
            Self::Json { value: wanted, likeness } => serde_json::from_slice::<Value>(value)
                .is_ok_and(|value| likeness.holds(wanted, &value)),
            Self::Path { path, test } => {
                let Ok(value) = serde_json::from_slice::<Value>(value) else { return false };
                let found = jsonpath_rust::query::js_path_vals(path, &value).unwrap_or_default();
                match test {
                    None => !found.is_empty(),
                    Some(test) => {
                        let texts: Vec<String> =
                            found.into_iter().map(crate::json::plain).collect();
                        test.holds_of(&texts)
                    }
                }
            }
            Self::Absent
            | Self::Not(_)
            | Self::And(_)
            | Self::Or(_)
            | Self::Exactly(_)
            | Self::Includes(_) => self.holds(&[value]),
        }
    }

    /// What is asked, in words.
    pub(crate) fn told(&self) -> String {
        let all = |tests: &[Self], word: &str| {
            let told: Vec<String> = tests.iter().map(Self::told).collect();
            told.join(word)
        };
        match self {
            Self::Equal { text, .. } => format!("wants {:?}", mask::shorten(text)),
            Self::Bytes(bytes) => format!("wants certain {} bytes", bytes.len()),
            Self::Contains(part) => format!("wants {:?} in it", mask::shorten(part)),
            Self::Pattern(pattern) => format!("wants what fits `{}`", mask::text(&pattern.1)),
            Self::Json { .. } => "wants other JSON".to_owned(),
            Self::Path { path, test: None } => format!("wants something at `{path}`"),
            Self::Path { path, test: Some(test) } => format!("at `{path}` {}", test.told()),
            Self::Absent => "wants nothing there".to_owned(),
            Self::Not(test) => format!("not: {}", test.told()),
            Self::And(tests) | Self::Exactly(tests) | Self::Includes(tests) => all(tests, " and "),
            Self::Or(tests) => all(tests, " or "),
        }
    }
}

/// Whether a text is a `JSONPath`.
pub(crate) fn is_path(text: &str) -> bool {
    jsonpath_rust::query::js_path_vals(text, &Value::Null).is_ok()
}

/// Whether each test holds for some value of its own; the first that fits is taken.
fn all_hold(tests: &[Test], values: &[&[u8]]) -> bool {
    let mut rest: Vec<&[u8]> = values.to_vec();
    tests.iter().all(|test| match rest.iter().position(|value| test.holds(&[value])) {
        Some(at) => {
            rest.remove(at);
            true
        }
        None => matches!(test, Test::Absent),
    })
}
