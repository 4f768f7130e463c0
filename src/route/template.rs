//! Path templates, one segment at a time.
//!
//! A segment is literal, one parameter, or a mixture of both; a mixture may hold several
//! parameters, which common routers refuse. Names are kept apart from the pattern, because two
//! templates that differ only in names are one place in the table.

use std::borrow::Cow;
use std::ops::Range;

use percent_encoding::percent_decode_str;

/// One segment of a template, its parameters' names taken out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Segment {
    /// Exactly this text, percent-decoded.
    Literal(String),
    /// Text and parameters in turn; a lone parameter is `[None]`.
    Pattern(Pattern),
}

/// A segment with parameters: text, or `None` where a parameter stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern(Vec<Option<String>>);

/// Splits a template into its segments and the names of its parameters, left to right.
///
/// # Shapes
///
/// | template             | segments                        | names      |
/// |----------------------|---------------------------------|------------|
/// | `/a/b`               | `a`, `b`                        |            |
/// | `/a/{id}`            | `a`, parameter                  | `id`       |
/// | `/{x}.json`          | parameter + `.json`             | `x`        |
/// | `/{a}-{b}:cancel`    | parameter `-` parameter `:cancel` | `a`, `b` |
/// | `/a/{id`             | `a`, `{id` (no closing brace: text) |        |
/// | `/a/`                | `a`, the empty text             |            |
/// | `/a?b={c}`           | `a`; a query is no part of the path |        |
#[must_use]
pub fn parse(template: &str) -> (Vec<Segment>, Vec<String>) {
    let mut names = Vec::new();
    let path = template.split_once('?').map_or(template, |(path, _)| path);
    let segments = path
        .strip_prefix('/')
        .unwrap_or(path)
        .split('/')
        .map(|segment| parse_segment(segment, &mut names))
        .collect();
    (segments, names)
}

fn parse_segment(text: &str, names: &mut Vec<String>) -> Segment {
    let mut parts: Vec<Option<String>> = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let Some(length) = rest[open..].find('}') else { break };
        if open > 0 {
            parts.push(Some(lenient(&rest[..open])));
        }
        parts.push(None);
        names.push(rest[open + 1..open + length].to_owned());
        rest = &rest[open + length + 1..];
    }
    if parts.is_empty() {
        return Segment::Literal(lenient(rest));
    }
    if !rest.is_empty() {
        parts.push(Some(lenient(rest)));
    }
    Segment::Pattern(Pattern(parts))
}

/// A document's literal text; one that can not be decoded is taken as it stands.
fn lenient(text: &str) -> String {
    decode(text).map_or_else(|_| text.to_owned(), Cow::into_owned)
}

impl Pattern {
    /// Whether the whole segment is one parameter.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.0.len() == 1
    }

    /// How much a pattern leaves open: fewer literal characters first, then more parameters.
    /// Ordered so that the most concrete pattern is the smallest.
    #[must_use]
    pub fn openness(&self) -> (usize, usize) {
        let literal: usize = self.0.iter().flatten().map(String::len).sum();
        (usize::MAX - literal, self.0.iter().filter(|part| part.is_none()).count())
    }

    /// Matches one decoded segment and appends the places of the parameters' values in it; `false`
    /// leaves `values` as they were. `segment` is the segment's number.
    ///
    /// No value is empty. Where several readings are possible, the leftmost parameter is the
    /// shortest: `x-y-z` against `{a}-{b}` gives `x` and `y-z`. Taking each text at its leftmost
    /// place finds a match wherever there is one, so nothing is ever tried twice.
    #[must_use]
    pub fn capture(&self, text: &str, segment: usize, values: &mut Vec<Captured>) -> bool {
        let before = values.len();
        if self.try_capture(text, segment, values).is_some() {
            return true;
        }
        values.truncate(before);
        false
    }

    fn try_capture(&self, text: &str, segment: usize, values: &mut Vec<Captured>) -> Option<()> {
        let mut parts = self.0.as_slice();
        // What is left of the text.
        let (mut start, mut end) = (0, text.len());
        let mut push = |range: Range<usize>| values.push(Captured { segment, range });
        if let [Some(literal), tail @ ..] = parts {
            text.strip_prefix(literal.as_str())?;
            start = literal.len();
            parts = tail;
        }
        if let [head @ .., Some(literal)] = parts {
            text[start..].strip_suffix(literal.as_str())?;
            end -= literal.len();
            parts = head;
        }
        // What is left begins and ends with a parameter.
        loop {
            let rest = &text[start..end];
            match parts {
                [None] => {
                    push(start..end);
                    return (!rest.is_empty()).then_some(());
                }
                [None, Some(literal), tail @ ..] => {
                    let first = first_character(rest)?;
                    let at = first + rest[first..].find(literal.as_str())?;
                    push(start..start + at);
                    start += at + literal.len();
                    parts = tail;
                }
                [None, None, ..] => {
                    let first = first_character(rest)?;
                    push(start..start + first);
                    start += first;
                    parts = &parts[1..];
                }
                [] | [Some(_), ..] => return rest.is_empty().then_some(()),
            }
        }
    }
}

/// Where a parameter's value stands in a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    /// The number of the segment.
    pub segment: usize,
    /// The bytes of the segment, decoded.
    pub range: Range<usize>,
}

fn first_character(text: &str) -> Option<usize> {
    text.chars().next().map(char::len_utf8)
}

/// The part of a segment that becomes `decoded` once the percent-encoding is undone.
#[must_use]
pub fn encoded<'t>(segment: &'t str, decoded: &Range<usize>) -> &'t str {
    let bytes = segment.as_bytes();
    let (mut at, mut count) = (0, 0);
    let mut bound = |end: usize| {
        while count < end && at < bytes.len() {
            at += if bytes[at] == b'%' { 3 } else { 1 };
            count += 1;
        }
        at
    };
    let (start, end) = (bound(decoded.start), bound(decoded.end));
    segment.get(start..end).unwrap_or_default()
}

/// Undoes the percent-encoding of one segment; borrowed where there is none.
///
/// # Errors
///
/// What is wrong with the text: a `%` without two hexadecimal digits, or bytes that are no UTF-8.
pub fn decode(text: &str) -> Result<Cow<'_, str>, String> {
    if !text.contains('%') {
        return Ok(Cow::Borrowed(text));
    }
    let bytes = text.as_bytes();
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%') {
        let digits = bytes.get(at + 1..at + 3).unwrap_or_default();
        if digits.len() != 2 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err("a % is not followed by two hexadecimal digits".to_owned());
        }
    }
    percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| "the percent-encoded bytes are no UTF-8".to_owned())
}
