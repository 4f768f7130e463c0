//! Where secrets stand in a text: behind names that tell of them, or by their own shape.
//!
//! Only finds them. What is put in their place is the caller's: a mask where somebody is shown a
//! finding, a numbered placeholder where an exchange is written down.

use std::borrow::Cow;
use std::ops::Range;

use percent_encoding::percent_decode_str;

use crate::finding::telling::Way;
use crate::finding::telling::is_telling;

/// What is taken for a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// What has the shape of one: a signed token, a vendor's key, a private key, a URL's password.
    Shape,
    /// That, and whatever stands behind a telling name: `token=…`, `"token": "…"`, `token: …`.
    Named(Way),
}

/// Makes what stands in place of a secret.
pub type StandIn<'s> = &'s mut dyn FnMut(&str) -> String;

/// How vendors' keys and signed tokens begin, and how long they are at least.
const PREFIXES: [(&str, usize); 3] = [("eyJ", 12), ("sk_", 8), ("whsec_", 12)];

/// Schemes of `Authorization`; what follows one is a secret, it is none itself.
const SCHEMES: [&str; 7] = ["basic", "bearer", "digest", "dpop", "negotiate", "apikey", "token"];

/// Longest name that is looked at, in bytes.
const NAME: usize = 64;

/// Puts something else in place of every secret in a text.
///
/// # Examples
///
/// ```
/// use standin::finding::secret::{Reach, replace};
/// use standin::finding::telling::Way;
///
/// let text = "user=ada token=abc; see sk_live_123456";
/// let shown = replace(text, Reach::Named(Way::Request), &mut |_| "?".to_owned());
/// assert_eq!(shown, "user=ada token=?; see ?");
/// ```
pub fn replace<'t>(text: &'t str, reach: Reach, stand_in: StandIn<'_>) -> Cow<'t, str> {
    let found = find(text, reach);
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut replaced = String::with_capacity(text.len());
    let mut end = 0;
    for secret in found {
        replaced.push_str(&text[end..secret.start]);
        replaced.push_str(&stand_in(&text[secret.clone()]));
        end = secret.end;
    }
    replaced.push_str(&text[end..]);
    Cow::Owned(replaced)
}

/// Whether there is a secret in a text.
#[must_use]
pub fn is_in(text: &str, reach: Reach) -> bool {
    !find(text, reach).is_empty()
}

/// The same in a path with or without a query, or in a whole URL.
pub fn replace_in_target<'t>(target: &'t str, stand_in: StandIn<'_>) -> Cow<'t, str> {
    let reach = Reach::Named(Way::Request);
    if !target.contains('%') && !is_worth_searching(target) {
        return Cow::Borrowed(target);
    }
    let (path, query) = target.split_once('?').map_or((target, None), |(p, q)| (p, Some(q)));
    // The authority is no segment: a password in it is found only with the slashes before it.
    let start = path
        .find("://")
        .map_or(0, |at| path[at + 3..].find('/').map_or(path.len(), |slash| at + 3 + slash));
    let mut replaced = replace(&path[..start], reach, stand_in).into_owned();
    for (index, segment) in path[start..].split('/').enumerate() {
        if index > 0 {
            replaced.push('/');
        }
        replaced.push_str(&encoded(segment, decode(segment, false), reach, stand_in));
    }
    if let Some(query) = query {
        replaced.push('?');
        replaced.push_str(&replace_in_pairs(query, Way::Request, stand_in));
    }
    Cow::Owned(replaced)
}

/// The same in a query or form; what is no secret stays as it was encoded.
pub fn replace_in_pairs(text: &str, way: Way, stand_in: StandIn<'_>) -> String {
    let mut pairs = Vec::new();
    for pair in text.split('&') {
        let (name, value) = pair.split_once('=').map_or((pair, None), |(n, v)| (n, Some(v)));
        let plain = decode(name, true);
        let mut replaced = encoded(name, plain.clone(), Reach::Named(way), stand_in);
        if let Some(value) = value {
            let decoded = decode(value, true);
            replaced.push('=');
            if is_telling(&plain, way) && !value.is_empty() {
                replaced.push_str(&stand_in(&decoded));
            } else {
                replaced.push_str(&encoded(value, decoded, Reach::Named(way), stand_in));
            }
        }
        pairs.push(replaced);
    }
    pairs.join("&")
}

/// Text with secrets replaced; where it is percent-encoded, all of it goes if there is one in it.
fn encoded(raw: &str, plain: Cow<'_, str>, reach: Reach, stand_in: StandIn<'_>) -> String {
    if plain == raw {
        replace(raw, reach, stand_in).into_owned()
    } else if is_in(&plain, reach) {
        stand_in(&plain)
    } else {
        raw.to_owned()
    }
}

fn decode(text: &str, is_form: bool) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let spaced = if is_form { text.replace('+', " ") } else { text.to_owned() };
    Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
}

/// The places of all secrets, in order, none inside another.
fn find(text: &str, reach: Reach) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if !is_worth_searching(text) {
        return found;
    }
    shaped(text, &mut found);
    if let Reach::Named(way) = reach {
        // What stands inside a secret is not looked at again, or some texts would take forever.
        let mut end = 0;
        for (at, _) in text.match_indices(['=', ':']) {
            if at >= end
                && let Some(value) = named(text, at, way)
            {
                end = value.end;
                found.push(value);
            }
        }
    }
    found.sort_by_key(|range| range.start);
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found {
        match apart.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            Some(_) | None => apart.push(range),
        }
    }
    apart
}

/// Whether there can be a secret at all: most values are short words, and looked at in a hurry.
fn is_worth_searching(text: &str) -> bool {
    text.contains([' ', '=', ':', '"'])
        || PREFIXES.iter().any(|(prefix, _)| text.contains(prefix))
        || text.contains("-----BEGIN")
}

fn shaped(text: &str, found: &mut Vec<Range<usize>>) {
    for (prefix, least) in PREFIXES {
        let mut end = 0;
        for (at, _) in text.match_indices(prefix) {
            if at < end || !is_boundary(&text.as_bytes()[..at]) {
                continue;
            }
            end = at + run(&text[at..], |byte| is_word(byte) || byte == b'.');
            if end - at >= least {
                found.push(at..end);
            }
        }
    }
    let mut end = 0;
    for (at, _) in text.match_indices("-----BEGIN") {
        if at >= end {
            end = text[at..].find("-----END").map_or(text.len(), |end| at + end);
            found.push(at..end);
        }
    }
    for (at, _) in text.match_indices("://") {
        let start = at + 3;
        let is_authority = |byte: u8| !byte.is_ascii_whitespace() && !b"/?#\"'<>".contains(&byte);
        let authority = &text[start..start + run(&text[start..], is_authority)];
        found.extend(authority.rfind('@').map(|at| start..start + at));
    }
    credentials(text, found);
}

/// Values of the form that `Authorization` has, whatever they are called: a whole text, or a
/// quoted one inside it.
fn credentials(text: &str, found: &mut Vec<Range<usize>>) {
    let starts = std::iter::once(0).chain(text.match_indices('"').map(|(at, _)| at + 1));
    for start in starts {
        let (mut rest, mut is_credential) = (&text[start..], false);
        while let Some(tail) = ["basic ", "bearer ", "dpop "].iter().find_map(|scheme| {
            let (word, tail) = rest.split_at_checked(scheme.len())?;
            word.eq_ignore_ascii_case(scheme).then_some(tail)
        }) {
            (rest, is_credential) = (tail.trim_start_matches(' '), true);
        }
        if !is_credential {
            continue;
        }
        let at = text.len() - rest.len();
        let is_whole = start == 0;
        let length = if is_whole { rest.find('"') } else { Some(run(rest, is_value)) };
        let length = length.unwrap_or(rest.len());
        // What a server demands (`Bearer realm="…"`) is no secret, and there may be nothing.
        let is_demand = is_whole && length < rest.len() && rest[..length].ends_with('=');
        if length > 0 && !is_demand {
            found.push(at..at + length);
        }
    }
}

/// The value behind a telling name; `at` is the sign between them.
fn named(text: &str, at: usize, way: Way) -> Option<Range<usize>> {
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
    if !is_telling(&name, way) {
        return None;
    }
    let after = text[at + 1..].trim_start();
    let start = text.len() - after.len();
    let value = value(&name, after);
    let value = start + value.start..start + value.end;
    // `Prefer: code=404` names a status.
    let shown = &text[value.clone()];
    let is_status = shown.len() == 3 && shown.bytes().all(|byte| byte.is_ascii_digit());
    let is_nothing = is_status || matches!(shown, "" | "null" | "true" | "false");
    (!is_nothing).then_some(value)
}

/// The value at the beginning of a text, without what encloses it.
fn value(name: &str, text: &str) -> Range<usize> {
    match text.as_bytes() {
        [b'"', ..] => 1..1 + quoted(&text[1..]),
        [b'\'', rest @ ..] => {
            1..1 + rest.iter().position(|byte| *byte == b'\'').unwrap_or(rest.len())
        }
        [b'\\', b'"', ..] => 2..text[2..].find("\\\"").map_or(text.len(), |at| at + 2),
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

fn run(text: &str, is_in: impl Fn(u8) -> bool) -> usize {
    text.bytes().position(|byte| !is_in(byte)).unwrap_or(text.len())
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

fn is_value(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !b"&,;\"'<>)]}\\".contains(&byte)
}

/// Whether a word can begin behind `before`; `%3D` ends one as `=` does.
fn is_boundary(before: &[u8]) -> bool {
    match before {
        [.., b'%', first, second] => first.is_ascii_hexdigit() && second.is_ascii_hexdigit(),
        [.., last] => !is_word(*last),
        [] => true,
    }
}

/// The scheme of an `Authorization` value, if it begins with one that is known.
#[must_use]
pub fn scheme(value: &str) -> Option<(&str, &str)> {
    let (scheme, secret) = value.split_once(' ')?;
    let is_known = SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known));
    is_known.then_some((scheme, secret))
}
