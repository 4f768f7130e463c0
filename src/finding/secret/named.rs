//! Secrets that stand behind a name which tells of them.

use std::borrow::Cow;
use std::ops::Range;

use crate::finding::random::is_random;
use crate::finding::secret::SCHEMES;
use crate::finding::secret::Search;
use crate::finding::secret::decode;
use crate::finding::secret::is_value;
use crate::finding::secret::is_word;
use crate::finding::secret::run;
use crate::finding::telling::is_hinting;

/// Longest name that is looked at, in bytes.
const NAME: usize = 64;

/// Longest element that is looked at for something random, in characters.
const RANDOM: usize = 1024;

/// Whether a value is a secret by its name: because that tells so, or because it hints at one and
/// the value was drawn at random.
pub(super) fn is_secret(name: &str, value: &str, search: Search<'_>) -> bool {
    search.tells(name) || (is_random(value) && is_hinting(name))
}

/// Adds the places of all values of telling names.
pub(super) fn find(text: &str, search: Search<'_>, found: &mut Vec<Range<usize>>) {
    // What stands inside a secret is not looked at again, or some texts would take forever.
    let mut end = 0;
    for (at, sign) in text.match_indices(['=', ':', '>']) {
        if at < end {
            continue;
        }
        let value = match sign {
            ">" => element(text, at, search),
            _ => named(text, at, search),
        };
        if let Some(value) = value {
            end = value.end;
            found.push(value);
        }
    }
}

/// The content of an element with a telling name; `at` is the end of its tag.
fn element(text: &str, at: usize, search: Search<'_>) -> Option<Range<usize>> {
    let start = text[..at].bytes().rev().take(4 * NAME).position(|byte| byte == b'<')?;
    let tag = &text[at - start..at];
    let name = &tag[..run(tag, |byte| is_word(byte) || byte == b':' || byte == b'.')];
    let name = name.rsplit(':').next().filter(|name| !name.is_empty())?;
    let tells = search.tells(name);
    if !tells && !is_hinting(name) {
        return None;
    }
    let (rest, close) = match text[at + 1..].strip_prefix("<![CDATA[") {
        Some(rest) => (rest, "]]>"),
        None => (&text[at + 1..], "<"),
    };
    // What was drawn at random is short, and whoever never closes anything waits for nobody.
    let most = rest.char_indices().nth(RANDOM).filter(|_| !tells);
    let most = most.map_or(rest.len(), |(end, _)| end);
    let value = &rest[..rest[..most].find(close).unwrap_or(most)];
    let trimmed = value.trim();
    let start = text.len() - rest.len() + (value.len() - value.trim_start().len());
    (!trimmed.is_empty() && is_secret(name, trimmed, search))
        .then_some(start..start + trimmed.len())
}

/// The value behind a telling name; `at` is the sign between them.
fn named(text: &str, at: usize, search: Search<'_>) -> Option<Range<usize>> {
    let before = text[..at].trim_end();
    let before = before.strip_suffix(['"', '\'']).unwrap_or(before);
    let before = before.strip_suffix('\\').unwrap_or(before);
    let is_name = |byte: u8| is_word(byte) || b".[]%\\".contains(&byte);
    let length = before.bytes().rev().take(NAME).take_while(|byte| is_name(*byte)).count();
    let raw = &before[before.len() - length..];
    let name = match serde_json::from_str::<String>(&format!("\"{raw}\"")) {
        Ok(unescaped) if raw.contains('\\') => Cow::Owned(unescaped),
        Ok(_) | Err(_) => decode(raw, true),
    };
    let tells = search.tells(&name);
    if !tells && !is_hinting(&name) {
        return None;
    }
    let after = text[at + 1..].trim_start();
    let start = text.len() - after.len();
    let value = value(&name, after);
    let value = start + value.start..start + value.end;
    // `Prefer: code=404` names a status.
    let shown = &text[value.clone()];
    let is_status = shown.len() == 3 && shown.bytes().all(|byte| byte.is_ascii_digit());
    // `{{secret:1}}` says that there was one.
    let is_placeholder =
        before[..before.len() - length].ends_with("{{") && text[value.end..].starts_with("}}");
    let is_nothing = is_placeholder || is_status || matches!(shown, "" | "null" | "true" | "false");
    (!is_nothing && (tells || is_random(shown))).then_some(value)
}

/// The value at the beginning of a text, without what encloses it.
fn value(name: &str, text: &str) -> Range<usize> {
    match text.as_bytes() {
        [b'"', ..] => 1..1 + quoted(&text[1..]),
        [b'\'', rest @ ..] => {
            1..1 + rest.iter().position(|byte| *byte == b'\'').unwrap_or(rest.len())
        }
        [b'\\', b'"', ..] => 2..text[2..].find("\\\"").map_or(text.len(), |at| at + 2),
        // A placeholder, whole.
        [b'{', b'{', ..] => 0..text.find("}}").map_or(text.len(), |at| at + 2),
        // Nobody could read this as JSON, or it would not be searched as text.
        [b'{', ..] | [b'[', ..] => 0..text.find(['}', ']']).unwrap_or(text.len()),
        _ if name.to_ascii_lowercase().contains("cookie") => {
            0..text.find(['\r', '\n']).unwrap_or(text.len())
        }
        _ => {
            let first = run(text, is_value);
            let is_scheme = SCHEMES.iter().any(|it| text[..first].eq_ignore_ascii_case(it));
            let rest = text[first..].trim_start_matches(' ');
            match run(rest, is_value) {
                next if is_scheme && next > 0 => {
                    text.len() - rest.len()..text.len() - rest.len() + next
                }
                _ => 0..first,
            }
        }
    }
}

/// The length of a JSON text up to its closing quote.
fn quoted(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    end.unwrap_or(text.len())
}
