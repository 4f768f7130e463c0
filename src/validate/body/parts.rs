//! Multipart content taken apart: bytes to parts, each with its header fields.
//!
//! Nothing is copied but header fields, and nothing is looked at twice: one search goes from
//! delimiter to delimiter.

use std::str;

use memchr::memmem;
use memchr::memmem::Finder;

use crate::validate::body::Fault;

/// How many parts are read; Go and Django stop there too.
pub(super) const MOST_PARTS: usize = 1000;

/// How many header fields of one part are read.
const MOST_FIELDS: usize = 32;

/// How many bytes the header fields of one part may have.
const MOST_FIELD_BYTES: usize = 16 * 1024;

/// One part.
#[derive(Clone, Debug)]
pub(super) struct Part<'b> {
    /// Header fields, names in lower case.
    pub(super) fields: Vec<(String, String)>,
    /// What comes behind them.
    pub(super) bytes: &'b [u8],
}

impl Part<'_> {
    /// The value of the first header field of that name, which is given in lower case.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(own, _)| own == name).map(|(_, value)| &**value)
    }
}

/// Takes multipart content apart.
///
/// What stands before the first delimiter and behind the last is no content. A line that begins
/// as a delimiter and goes on is part of the content.
///
/// # Errors
///
/// [`Fault`] where no part begins, the last one does not end, a header field is none, or there is
/// more than anybody means.
///
/// # Source
///
/// RFC 2046, section 5.1.1; header fields of parts are UTF-8 (RFC 7578, section 5.1).
pub(super) fn split<'b>(bytes: &'b [u8], boundary: &str) -> Result<Vec<Part<'b>>, Fault> {
    let delimiter = format!("\r\n--{boundary}");
    let search = Search { bytes, delimiter: Finder::new(&delimiter) };
    let first = match bytes.strip_prefix(&delimiter.as_bytes()[2..]) {
        Some(rest) => Delimiter::read(rest, 0, bytes.len() - rest.len()),
        None => None,
    };
    let Some(mut open) = first.or_else(|| search.next(0)) else {
        return Err(unopened(bytes, boundary));
    };
    let mut parts = Vec::new();
    while !open.is_last {
        if parts.len() == MOST_PARTS {
            let help = "send fewer, or in several calls";
            return Err(Fault::new(format!("has more than {MOST_PARTS} parts"), help));
        }
        // The line end of one delimiter may begin the next.
        let Some(close) = search.next(open.end - 2) else {
            let help = format!("end the content with `--{boundary}--`");
            return Err(Fault::new("ends before the last boundary", help));
        };
        let content = bytes.get(open.end..close.start).unwrap_or_default();
        parts.push(part(content, parts.len() + 1)?);
        open = close;
    }
    Ok(parts)
}

/// What finds delimiters.
struct Search<'b> {
    bytes: &'b [u8],
    delimiter: Finder<'b>,
}

/// A line between parts.
struct Delimiter {
    /// Where the line end before it stands.
    start: usize,
    /// What comes behind its own line end.
    end: usize,
    is_last: bool,
}

impl Search<'_> {
    /// The next delimiter from a place on.
    fn next(&self, from: usize) -> Option<Delimiter> {
        let mut from = from;
        loop {
            let start = from + self.delimiter.find(&self.bytes[from..])?;
            let behind = start + self.delimiter.needle().len();
            if let Some(found) = Delimiter::read(&self.bytes[behind..], start, behind) {
                return Some(found);
            }
            from = behind;
        }
    }
}

impl Delimiter {
    /// Reads what stands behind a boundary, at `behind`; `None` where the line goes on.
    fn read(rest: &[u8], start: usize, behind: usize) -> Option<Self> {
        let (is_last, rest) = match rest.strip_prefix(b"--") {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let padding = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let rest = &rest[padding..];
        let end = behind + usize::from(is_last) * 2 + padding + 2;
        let ends = rest.starts_with(b"\r\n") || (is_last && rest.is_empty());
        ends.then_some(Self { start, end, is_last })
    }
}

/// One part: its header fields, an empty line, its content.
fn part(content: &[u8], number: usize) -> Result<Part<'_>, Fault> {
    let (head, bytes) = if let Some(bytes) = content.strip_prefix(b"\r\n") {
        (&b""[..], bytes)
    } else {
        match memmem::find(content, b"\r\n\r\n") {
            Some(end) => (&content[..end], &content[end + 4..]),
            None => (content, &b""[..]),
        }
    };
    let wrong = |what: &str, help: &str| {
        Err(Fault::new(format!("has a part (number {number}) {what}"), help))
    };
    if head.len() > MOST_FIELD_BYTES {
        return wrong("with too many header fields", "an empty line ends the header fields");
    }
    let Ok(head) = str::from_utf8(head) else {
        return wrong("whose header fields are no UTF-8", "write names in UTF-8");
    };
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in head.split("\r\n").filter(|line| !line.is_empty()) {
        // A line that begins with white space goes on with the one before (RFC 5322, 2.2.3).
        if line.starts_with([' ', '\t'])
            && let Some((_, value)) = fields.last_mut()
        {
            value.push_str(line);
            continue;
        }
        let pair = line.split_once(':').filter(|(name, _)| !name.is_empty());
        let Some((name, value)) = pair.filter(|(name, _)| !name.contains(char::is_whitespace))
        else {
            return wrong(
                "with a line that is no header field",
                "an empty line stands between the header fields and the content",
            );
        };
        if fields.len() == MOST_FIELDS {
            return wrong("with too many header fields", "send fewer");
        }
        fields.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    Ok(Part { fields, bytes })
}

/// Why no part begins.
fn unopened(bytes: &[u8], boundary: &str) -> Fault {
    let line = format!("--{boundary}");
    let help = match memmem::find(bytes, line.as_bytes()) {
        Some(at) if bytes[at + line.len()..].starts_with(b"\n") => {
            "end the lines with CR and LF; LF alone is not enough".to_owned()
        }
        Some(_) | None => format!("begin each part with the line `{line}`"),
    };
    Fault::new("has no part: the boundary that Content-Type names never comes", help)
}
