//! Content by what it is: JSON, forms, parts, lines of JSON, text, and bytes with text in them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::finding::random::is_random;
use crate::finding::secret;
use crate::finding::telling::Way;
use crate::finding::telling::is_hinting;
use crate::message::MediaType;
use crate::tape::redact::Redactor;
use crate::tape::redact::json;
use crate::tape::redact::json::Leaf;
use crate::tape::redact::json::Place;
use crate::tape::redact::json::Visitor;

/// How deep JSON in texts of JSON is looked into.
const DEPTH: usize = 4;

/// Shortest text among bytes that is looked into.
const AMONG_BYTES: usize = 8;

impl Redactor {
    /// Content as it is written down: as text, or as base64 where it is none.
    pub(super) fn content(
        &mut self,
        mime_type: &str,
        text: &mut String,
        encoding: &mut Option<String>,
        way: Way,
    ) {
        if encoding.is_none() {
            *text = self.readable(mime_type, text, way, DEPTH);
        } else if let Ok(bytes) = STANDARD.decode(&*text) {
            let redacted = match boundary(mime_type) {
                Some(boundary) => self.parts(&bytes, &boundary, way),
                None => self.bytes(&bytes),
            };
            // Bytes that hold no secret stay what they are.
            if redacted != bytes {
                *text = STANDARD.encode(redacted);
            }
        }
    }

    /// Content that is text.
    pub(super) fn readable(
        &mut self,
        mime_type: &str,
        text: &str,
        way: Way,
        depth: usize,
    ) -> String {
        if json::is_json(text) {
            return self.json(text, way, depth);
        }
        let media_type = MediaType::parse(mime_type);
        if media_type.as_ref().is_some_and(MediaType::is_form) {
            return self.pairs(text, way);
        }
        if let Some(boundary) = boundary(mime_type) {
            let parts = self.parts(text.as_bytes(), &boundary, way);
            return String::from_utf8_lossy(&parts).into_owned();
        }
        // Lines of JSON, events whose data is: each is what it would be alone.
        let mut is_changed = false;
        let lines: Vec<String> = text
            .split_inclusive('\n')
            .map(|line| {
                let start = line.find(['{', '[']).unwrap_or(line.len());
                let (head, rest) = line.split_at(start);
                let (inner, end) = rest.split_at(rest.trim_end().len());
                if depth > 0 && !inner.is_empty() && is_short(head) && json::is_json(inner) {
                    is_changed = true;
                    format!("{head}{}{end}", self.json(inner, way, depth - 1))
                } else {
                    line.to_owned()
                }
            })
            .collect();
        if is_changed { self.prose(&lines.concat(), way) } else { self.prose(text, way) }
    }

    /// Content that is JSON.
    pub(super) fn json(&mut self, text: &str, way: Way, depth: usize) -> String {
        let mut members = Members { redactor: self, way, depth };
        json::rewrite(text, &mut members).unwrap_or_else(|| text.to_owned())
    }

    /// A form, or a query.
    fn pairs(&mut self, text: &str, way: Way) -> String {
        self.searching(way, |search, stand_in| secret::replace_in_pairs(text, search, stand_in))
    }

    /// Parts that name themselves (`Content-Disposition: form-data; name="token"`).
    fn parts(&mut self, bytes: &[u8], boundary: &str, way: Way) -> Vec<u8> {
        let delimiter = format!("--{boundary}");
        let mut redacted = Vec::with_capacity(bytes.len());
        let mut rest = bytes;
        while let Some(at) = memchr::memmem::find(rest, delimiter.as_bytes()) {
            self.part(&rest[..at], way, &mut redacted);
            redacted.extend_from_slice(delimiter.as_bytes());
            rest = &rest[at + delimiter.len()..];
        }
        self.part(rest, way, &mut redacted);
        redacted
    }

    fn part(&mut self, part: &[u8], way: Way, redacted: &mut Vec<u8>) {
        let end = |end: &[u8]| memchr::memmem::find(part, end).map(|at| at + end.len());
        let Some(start) = [end(b"\r\n\r\n"), end(b"\n\n")].into_iter().flatten().min() else {
            redacted.extend(self.bytes(part));
            return;
        };
        let (head, content) = part.split_at(start);
        let head = String::from_utf8_lossy(head);
        let length = content.len()
            - [&b"\r\n"[..], b"\n"]
                .iter()
                .find(|end| content.ends_with(end))
                .map_or(0, |end| end.len());
        let (content, end) = content.split_at(length);
        let name = parameter(&head, "name").unwrap_or_default();
        redacted.extend_from_slice(self.prose(&head, Way::Response).as_bytes());
        match std::str::from_utf8(content) {
            Ok(text) if self.tells(&name, way) => {
                redacted.extend_from_slice(self.secret(text).as_bytes());
            }
            Ok(text) => {
                let mime_type = field(&head, "content-type").unwrap_or_default();
                let text = self.readable(mime_type, text, way, 1);
                redacted.extend_from_slice(text.as_bytes());
            }
            Err(_) if self.tells(&name, way) => {
                let whole = STANDARD.encode(content);
                redacted.extend_from_slice(self.secret(&whole).as_bytes());
            }
            Err(_) => redacted.extend(self.bytes(content)),
        }
        redacted.extend_from_slice(end);
    }

    /// Bytes that are no text, and may have some among them.
    fn bytes(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut redacted = Vec::with_capacity(bytes.len());
        for run in bytes.chunk_by(|one, other| is_text(*one) == is_text(*other)) {
            match std::str::from_utf8(run) {
                Ok(text) if run.len() >= AMONG_BYTES && is_text(run[0]) => {
                    redacted.extend_from_slice(self.prose(text, Way::Request).as_bytes());
                }
                Ok(_) | Err(_) => redacted.extend_from_slice(run),
            }
        }
        redacted
    }
}

/// Who looks at members.
struct Members<'r> {
    redactor: &'r mut Redactor,
    way: Way,
    depth: usize,
}

impl Visitor for Members<'_> {
    fn visit(&mut self, place: &Place<'_>, leaf: &Leaf<'_>) -> Option<String> {
        let redactor = &mut *self.redactor;
        let (text, is_number) = match leaf {
            Leaf::Name(name) => {
                return Some(redactor.shapes(name)).filter(|shown| shown != name);
            }
            Leaf::Text(text) => (*text, false),
            Leaf::Number(number) => (*number, true),
        };
        let is_secret = redactor.tells(place.name, self.way)
            || place.is_named
            || redactor.is_marked(self.way, place.parent, place.name)
            // What is answered under a telling name may be an object that describes one.
            || (place.is_around && (self.way == Way::Request || is_random(text)))
            || (is_random(text) && is_hinting(place.name) && redactor.is_open(place.name));
        if is_secret {
            // A number of few digits counts something.
            let is_count = is_number && text.len() < 4;
            return (!is_count && !text.is_empty()).then(|| redactor.credential(text));
        }
        if let Some(kind) = redactor.personal(place.name).filter(|_| !text.is_empty()) {
            return Some(redactor.placeholder(kind, text));
        }
        if is_number {
            return None;
        }
        if let Some(depth) = self.depth.checked_sub(1)
            && text.trim_start().starts_with(['{', '['])
            && json::is_json(text)
        {
            return Some(redactor.json(text, self.way, depth)).filter(|shown| shown != text);
        }
        let shown = match is_address(text) {
            true => redactor.address(text),
            false => redactor.said(text, self.way),
        };
        Some(shown).filter(|shown| shown != text)
    }

    fn tells(&self, name: &str) -> bool {
        self.redactor.tells(name, self.way)
    }
}

/// Whether a text is the address of something, whose query has names of its own.
fn is_address(text: &str) -> bool {
    (text.starts_with('/') || text.contains("://"))
        && text.contains('?')
        && !text.contains(|it: char| it.is_whitespace())
}

/// Whether a text may stand before JSON in a line: the name of an event's field, a record separator.
fn is_short(head: &str) -> bool {
    head.len() <= 32
}

const fn is_text(byte: u8) -> bool {
    byte.is_ascii_graphic() || matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// The boundary of multipart content.
fn boundary(mime_type: &str) -> Option<String> {
    let kind = mime_type.trim_start().get(..10)?;
    kind.eq_ignore_ascii_case("multipart/").then(|| parameter(mime_type, "boundary")).flatten()
}

/// A parameter of a header field.
fn parameter(field: &str, name: &str) -> Option<String> {
    let mut from = 0;
    loop {
        let lower = field[from..].to_ascii_lowercase();
        let at = from + lower.find(&format!("{name}="))?;
        let is_own = field[..at].ends_with([' ', ';', '\t']);
        let rest = &field[at + name.len() + 1..];
        if is_own {
            return Some(match rest.strip_prefix('"') {
                Some(quoted) => quoted.split('"').next().unwrap_or_default().to_owned(),
                None => rest.split([';', '\r', '\n', ' ']).next().unwrap_or_default().to_owned(),
            });
        }
        from = at + name.len() + 1;
    }
}

/// A field of a part's head.
fn field<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let mut fields = head.lines().filter_map(|line| line.split_once(':'));
    fields.find(|(own, _)| own.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}
