//! A second way to match a path: every operation is tried, and every way to split a segment.
//!
//! Slow and plain, written from what templates mean and not from how the router's tree is built,
//! so that the two can be compared.

/// One segment of a template: decoded text, or `None` for a parameter.
type Parts = Vec<Option<String>>;

/// A template as a list of segments.
#[derive(Debug)]
pub(super) struct Template(Vec<Parts>);

/// How much a template leaves open, segment by segment; the smaller is the more concrete.
pub(super) type Openness = Vec<(bool, usize, usize)>;

impl Template {
    pub(super) fn new(text: &str) -> Self {
        let text = text.strip_prefix('/').unwrap_or(text);
        Self(text.split('/').map(parts).collect())
    }

    /// The values of the template's parameters; `None` where the path is another.
    pub(super) fn values(&self, segments: &[String]) -> Option<Vec<String>> {
        if self.0.len() != segments.len() {
            return None;
        }
        let mut values = Vec::new();
        for (parts, segment) in self.0.iter().zip(segments) {
            values.extend(split(parts, segment)?);
        }
        Some(values)
    }

    /// Text before patterns, patterns with much text before those with little, and of these the
    /// ones with few parameters first.
    pub(super) fn openness(&self) -> Openness {
        let each = self.0.iter().map(|parts| {
            let text: usize = parts.iter().flatten().map(String::len).sum();
            let open = parts.iter().filter(|part| part.is_none()).count();
            if open == 0 { (false, 0, 0) } else { (true, usize::MAX - text, open) }
        });
        each.collect()
    }
}

/// The decoded segments of a path; `None` where one can not be decoded.
pub(super) fn segments(path: &str) -> Option<Vec<String>> {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.split('/').map(decoded).collect()
}

fn parts(segment: &str) -> Parts {
    let text = |raw: &str| Some(decoded(raw).unwrap_or_else(|| raw.to_owned()));
    let mut parts = Vec::new();
    let mut rest = segment;
    while let Some((head, tail)) = rest.split_once('{') {
        let Some((_, behind)) = tail.split_once('}') else { break };
        parts.extend([text(head), None]);
        rest = behind;
    }
    parts.push(text(rest));
    parts
}

/// Splits a text so that every parameter gets at least one character, the leftmost as few as
/// possible.
fn split(parts: &[Option<String>], text: &str) -> Option<Vec<String>> {
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    // For every part, where a match of all parts from it on can begin.
    let mut beginnings = vec![vec![false; text.len() + 1]; parts.len() + 1];
    beginnings[parts.len()][text.len()] = true;
    for (number, part) in parts.iter().enumerate().rev() {
        for at in &ends {
            let mut next = reached(part.as_deref(), text, *at, &ends);
            beginnings[number][*at] = next.any(|end| beginnings[number + 1][end]);
        }
    }
    if !beginnings[0][0] {
        return None;
    }
    let (mut values, mut at) = (Vec::new(), 0);
    for (number, part) in parts.iter().enumerate() {
        let mut next = reached(part.as_deref(), text, at, &ends);
        let end = next.find(|end| beginnings[number + 1][*end])?;
        if part.is_none() {
            values.push(text[at..end].to_owned());
        }
        at = end;
    }
    Some(values)
}

/// Where a part can end that begins at a place, the nearest first.
fn reached<'t>(
    part: Option<&'t str>,
    text: &'t str,
    at: usize,
    ends: &'t [usize],
) -> impl Iterator<Item = usize> + use<'t> {
    let after = part.filter(|part| text[at..].starts_with(part)).map(|part| at + part.len());
    let anywhere = ends.iter().copied().filter(move |end| part.is_none() && *end > at);
    after.into_iter().chain(anywhere)
}

/// Undoes percent-encoding; `None` where it is broken or no text.
pub(super) fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first == b'%' {
            let digit = |at: usize| char::from(*tail.get(at)?).to_digit(16);
            bytes.push(u8::try_from(digit(0)? * 16 + digit(1)?).ok()?);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}
