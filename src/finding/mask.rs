//! Keeps secrets out of whatever a finding shows of a value.
//!
//! Masking happens where the value is read, not where it is printed, so that no report has to
//! remember to do it.

use std::borrow::Cow;

use serde_json::Value;

use crate::finding::secret;
use crate::finding::secret::Search;
use crate::finding::telling;
use crate::finding::telling::Way;

/// Longest piece of a value that a finding shows, in characters.
const SHOWN: usize = 80;

/// How much of a value is searched for secrets: a long one that begins in what is shown is known
/// by its beginning.
const SEARCHED: usize = 4 * SHOWN;

/// What stands in place of a secret.
pub const MASK: &str = "•••";

/// Shows a value that stands under `names`, the outermost first: shortened, and masked where it is
/// or may be a secret.
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use standin::finding::mask::show;
///
/// assert_eq!(show(["limit"], &json!(501)), "501");
/// assert_eq!(show(["refresh_token"], &json!("abc")), "•••");
/// assert_eq!(show(["tokens", "value"], &json!("abc")), "•••");
/// ```
#[must_use]
pub fn show<N: AsRef<str>>(names: impl IntoIterator<Item = N>, value: &Value) -> String {
    let mut names = names.into_iter();
    let mut is_secret = || names.any(|name| is_telling(name.as_ref()));
    match value {
        Value::Null | Value::Bool(_) => value.to_string(),
        Value::Object(members) => format!("an object of {} members", members.len()),
        Value::Array(items) => format!("an array of {} items", items.len()),
        Value::String(_) | Value::Number(_) if is_secret() => MASK.to_owned(),
        Value::String(text) => format!("{:?}", shorten(text)),
        Value::Number(number) => number.to_string(),
    }
}

/// Whether a name tells that its value is a secret, whichever way it travels.
#[must_use]
pub fn is_telling(name: &str) -> bool {
    telling::is_telling(name, Way::Request)
}

/// Masks the secrets in a value, and cuts what is long.
#[must_use]
pub fn shorten(text: &str) -> Cow<'_, str> {
    let searched = text.char_indices().nth(SEARCHED).map_or(text, |(end, _)| &text[..end]);
    cut(secret::replace(searched, Search::named(Way::Request), &mut masked))
}

/// Masks what has the shape of a secret, in names and sentences.
#[must_use]
pub fn text(text: &str) -> Cow<'_, str> {
    secret::replace(text, Search::SHAPES, &mut masked)
}

/// Masks the secrets in a path with or without a query.
#[must_use]
pub fn target(target: &str) -> Cow<'_, str> {
    secret::replace_in_target(target, Search::named(Way::Request), &mut masked)
}

/// The same, cut where it is long.
#[must_use]
pub fn shorten_target(path: &str) -> Cow<'_, str> {
    cut(target(path))
}

/// What a finding tells: without what has the shape of a secret, and [`plain`].
#[must_use]
pub fn told(sentence: &str) -> String {
    plain(&text(sentence))
}

/// Longest text that a finding tells, in characters.
const TOLD: usize = 400;

/// Text as a person may be shown it, wherever it came from: what would begin a line or command a
/// terminal is written out, and what is long is cut.
#[must_use]
pub fn plain(text: &str) -> String {
    let is_harmless = |character: char| {
        !character.is_control()
            && !matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut told = String::with_capacity(text.len().min(2 * TOLD));
    for (number, character) in text.chars().enumerate() {
        if number == TOLD {
            told.push('…');
            break;
        }
        if is_harmless(character) {
            told.push(character);
        } else {
            told.extend(character.escape_default());
        }
    }
    told
}

fn masked(_secret: &str) -> String {
    MASK.to_owned()
}

fn cut(text: Cow<'_, str>) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => text,
    }
}
