//! Keeps secrets out of whatever a finding shows of a value.
//!
//! Masking happens where the value is read, not where it is printed, so that no report has to
//! remember to do it.

use std::borrow::Cow;

use serde_json::Value;

/// Longest piece of a value that a finding shows, in characters.
const SHOWN: usize = 80;

/// Words that make a name tell of a secret.
const TELLING: [&str; 9] = [
    "token",
    "secret",
    "password",
    "authorization",
    "cookie",
    "auth_code",
    "api_key",
    "jwt",
    "assertion",
];

/// What stands in place of a secret.
pub const MASK: &str = "•••";

/// Shows `value` under `name`, shortened, and masked where it is or may be a secret.
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use standin::finding::mask::show;
///
/// assert_eq!(show(Some("limit"), &json!(501)), "501");
/// assert_eq!(show(Some("refresh_token"), &json!("abc")), "•••");
/// ```
#[must_use]
pub fn show(name: Option<&str>, value: &Value) -> String {
    if name.is_some_and(is_telling) {
        return MASK.to_owned();
    }
    match value {
        Value::Object(members) => format!("an object of {} members", members.len()),
        Value::Array(items) => format!("an array of {} items", items.len()),
        Value::String(text) => format!("{:?}", shorten(text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// Whether a name tells that its value is a secret.
#[must_use]
pub fn is_telling(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('-', "_");
    name == "code" || TELLING.iter().any(|word| name.contains(word))
}

/// Masks text that looks like a secret wherever it stands, and cuts what is long.
#[must_use]
pub fn shorten(text: &str) -> Cow<'_, str> {
    if looks_secret(text) {
        return Cow::Borrowed(MASK);
    }
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
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

/// Whether text has the shape of a credential: a signed token, a secret key, an authorization value.
#[must_use]
pub fn looks_secret(text: &str) -> bool {
    text.starts_with("eyJ")
        || text.starts_with("sk_")
        || text.starts_with("Bearer ")
        || text.starts_with("Basic ")
        || text.contains("-----BEGIN")
}
