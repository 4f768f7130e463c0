//! Where secrets stand in a text: behind names that tell of them, by their own shape, or hidden in
//! an encoding.
//!
//! Only finds them. What is put in their place is the caller's: a mask where somebody is shown a
//! finding, a numbered placeholder where an exchange is written down.

mod hidden;
mod named;
mod shape;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use percent_encoding::percent_decode_str;

use crate::finding::random::is_random;
use crate::finding::telling::Way;
use crate::finding::telling::is_telling;

/// What is taken for a secret in a text.
///
/// In any case what has the shape of one: a signed token, a vendor's key, a private key, a URL's
/// password.
#[derive(Clone, Copy, Default)]
pub struct Search<'s> {
    names: Names<'s>,
    more: Option<More<'s>>,
}

/// Whose values are secrets.
#[derive(Clone, Copy, Default)]
enum Names<'s> {
    #[default]
    None,
    Of(Way),
    Told(&'s dyn Fn(&str) -> bool),
}

/// Adds the places of further secrets in a text.
pub type More<'s> = &'s dyn Fn(&str, &mut Vec<Range<usize>>);

/// Makes what stands in place of a secret.
pub type StandIn<'s> = &'s mut dyn FnMut(&str) -> String;

/// Schemes of `Authorization`; what follows one is a secret, it is none itself.
const SCHEMES: [&str; 7] = ["basic", "bearer", "digest", "dpop", "negotiate", "apikey", "token"];

/// Segments of paths that are shorter were not drawn at random, in bytes.
const SHORT: usize = 16;

/// How often one encoding is looked for in another.
const DEPTH: usize = 2;

impl fmt::Debug for Search<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Search").finish_non_exhaustive()
    }
}

impl<'s> Search<'s> {
    /// What has the shape of a secret, and nothing else.
    pub const SHAPES: Self = Self { names: Names::None, more: None };

    /// That, and whatever stands behind a telling name: `token=…`, `"token": "…"`, `token: …`,
    /// `<token>…`.
    #[must_use]
    pub const fn named(way: Way) -> Self {
        Self { names: Names::Of(way), more: None }
    }

    /// The same, where somebody else says which names tell.
    #[must_use]
    pub const fn told(names: &'s dyn Fn(&str) -> bool) -> Self {
        Self { names: Names::Told(names), more: None }
    }

    /// Looks for more than is known here.
    #[must_use]
    pub const fn with(mut self, more: More<'s>) -> Self {
        self.more = Some(more);
        self
    }

    /// Whether a name tells that its value is a secret.
    fn tells(&self, name: &str) -> bool {
        match self.names {
            Names::None => false,
            Names::Of(way) => is_telling(name, way),
            Names::Told(tells) => tells(name),
        }
    }
}

/// Puts something else in place of every secret in a text.
///
/// # Examples
///
/// ```
/// use standin::finding::secret::{Search, replace};
/// use standin::finding::telling::Way;
///
/// let text = "user=ada token=abc; see sk_live_123456";
/// let shown = replace(text, Search::named(Way::Request), &mut |_| "?".to_owned());
/// assert_eq!(shown, "user=ada token=?; see ?");
/// ```
pub fn replace<'t>(text: &'t str, search: Search<'_>, stand_in: StandIn<'_>) -> Cow<'t, str> {
    let found = find(text, search, DEPTH);
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
pub fn is_in(text: &str, search: Search<'_>) -> bool {
    !find(text, search, DEPTH).is_empty()
}

/// The same in a path with or without a query, or in a whole URL.
pub fn replace_in_target<'t>(
    target: &'t str,
    search: Search<'_>,
    stand_in: StandIn<'_>,
) -> Cow<'t, str> {
    let is_short = target.split('/').all(|segment| segment.len() < SHORT);
    if is_short && !target.contains('%') && search.more.is_none() && !is_worth_searching(target) {
        return Cow::Borrowed(target);
    }
    let (path, query) = target.split_once('?').map_or((target, None), |(p, q)| (p, Some(q)));
    // The authority is no segment: a password in it is found only with the slashes before it.
    let start = path
        .find("://")
        .map_or(0, |at| path[at + 3..].find('/').map_or(path.len(), |slash| at + 3 + slash));
    let mut replaced = replace(&path[..start], search, stand_in).into_owned();
    let mut before = "";
    for (index, segment) in path[start..].split('/').enumerate() {
        if index > 0 {
            replaced.push('/');
        }
        let plain = decode(segment, false);
        // `/reset-password/9f86d081884c7d65`
        if is_random(&plain) && search.tells(before) {
            replaced.push_str(&stand_in(&plain));
        } else {
            replaced.push_str(&encoded(segment, plain, search, stand_in));
        }
        before = segment;
    }
    if let Some(query) = query {
        replaced.push('?');
        replaced.push_str(&replace_in_pairs(query, search, stand_in));
    }
    Cow::Owned(replaced)
}

/// The same in a query or form; what is no secret stays as it was encoded.
pub fn replace_in_pairs(text: &str, search: Search<'_>, stand_in: StandIn<'_>) -> String {
    let mut pairs = Vec::new();
    for pair in text.split('&') {
        let (name, value) = pair.split_once('=').map_or((pair, None), |(n, v)| (n, Some(v)));
        let plain = decode(name, true);
        let mut replaced = encoded(name, plain.clone(), search, stand_in);
        if let Some(value) = value {
            let decoded = decode(value, true);
            replaced.push('=');
            if !value.is_empty() && named::is_secret(&plain, &decoded, search) {
                replaced.push_str(&stand_in(&decoded));
            } else {
                replaced.push_str(&encoded(value, decoded, search, stand_in));
            }
        }
        pairs.push(replaced);
    }
    pairs.join("&")
}

/// Text with secrets replaced; where it is percent-encoded, all of it goes if there is one in it.
fn encoded(raw: &str, plain: Cow<'_, str>, search: Search<'_>, stand_in: StandIn<'_>) -> String {
    if plain == raw {
        replace(raw, search, stand_in).into_owned()
    } else if is_in(&plain, search) {
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
fn find(text: &str, search: Search<'_>, depth: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if let Some(more) = search.more {
        more(text, &mut found);
    }
    if is_worth_searching(text) {
        shape::find(text, &mut found);
        if !matches!(search.names, Names::None) {
            named::find(text, search, &mut found);
        }
    }
    if let Some(depth) = depth.checked_sub(1) {
        hidden::find(text, search, depth, &mut found);
    }
    if found.len() < 2 {
        return found;
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
    text.contains([' ', '=', ':', '"', '>']) || shape::may_be_in(text)
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

/// The scheme of an `Authorization` value, if it begins with one that is known.
#[must_use]
pub fn scheme(value: &str) -> Option<(&str, &str)> {
    let (scheme, secret) = value.split_once(' ')?;
    let is_known = SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known));
    is_known.then_some((scheme, secret))
}
