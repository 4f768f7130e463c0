//! The exchanges of a large HAR document, one at a time: nobody has to hold it whole.
//!
//! Finds where each exchange begins and ends, and leaves it to others to read it.

use std::io;
use std::io::BufRead;

/// Where the scan has come to.
#[derive(Debug, Default)]
struct Scan {
    /// How deep the place is in objects and lists.
    depth: usize,
    /// The depth of the log, and of the list of its exchanges, where the place is inside of them.
    log: Option<usize>,
    entries: Option<usize>,
    in_text: bool,
    is_escaped: bool,
    /// The latest text at a depth at which names count, and whether a colon followed.
    text: Vec<u8>,
    name: Vec<u8>,
    line: usize,
    /// The exchange that has begun: its line, its offset, its bytes so far.
    found: Option<(usize, u64, Vec<u8>)>,
    has_log: bool,
}

/// What became of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scanned {
    /// It is whole.
    Whole,
    /// It has no log.
    NoLog,
    /// It ends too early; the line.
    Torn(usize),
}

/// Tells of every exchange: its line, its offset in bytes, its text.
pub(crate) fn entries(
    mut reader: impl BufRead,
    tell: &mut dyn FnMut(usize, u64, &[u8]),
) -> io::Result<Scanned> {
    let mut scan = Scan { line: 1, ..Scan::default() };
    let mut offset = 0_u64;
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            break;
        }
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            let length = if scan.in_text && !scan.is_escaped {
                // Most of a document is text, and nothing in it counts but where it ends.
                memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len()).max(1)
            } else {
                1
            };
            scan.take(&rest[..length], offset + at as u64, tell);
            at += length;
        }
        let length = bytes.len();
        reader.consume(length);
        offset += length as u64;
    }
    Ok(match scan {
        Scan { depth, in_text, line, .. } if depth > 0 || in_text => Scanned::Torn(line),
        Scan { has_log: false, .. } => Scanned::NoLog,
        _ => Scanned::Whole,
    })
}

impl Scan {
    /// Takes one byte, or some of a text.
    fn take(&mut self, bytes: &[u8], offset: u64, tell: &mut dyn FnMut(usize, u64, &[u8])) {
        let byte = bytes[0];
        if let Some((_, _, text)) = &mut self.found {
            text.extend_from_slice(bytes);
        }
        if self.in_text {
            let ends = byte == b'"' && !self.is_escaped;
            self.is_escaped = byte == b'\\' && !self.is_escaped;
            self.in_text = !ends;
            if !ends && self.depth <= 2 {
                self.text.extend_from_slice(bytes);
            }
            return;
        }
        match byte {
            b'"' => {
                self.in_text = true;
                self.text.clear();
            }
            b':' => std::mem::swap(&mut self.name, &mut self.text),
            b'\n' => self.line += 1,
            b'{' | b'[' => {
                if byte == b'{' && self.entries == Some(self.depth) && self.found.is_none() {
                    self.found = Some((self.line, offset, vec![byte]));
                }
                self.depth += 1;
                if byte == b'{' && self.depth == 2 && self.name == b"log" {
                    (self.log, self.has_log) = (Some(2), true);
                }
                if byte == b'[' && self.log == Some(self.depth - 1) && self.name == b"entries" {
                    self.entries = Some(self.depth);
                }
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if self.entries == Some(self.depth)
                    && let Some((line, offset, text)) = self.found.take()
                {
                    tell(line, offset, &text);
                }
                self.entries = self.entries.filter(|depth| *depth <= self.depth);
                self.log = self.log.filter(|depth| *depth <= self.depth);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::Scanned;
    use super::entries;

    /// What is found of a text that comes in pieces of so many bytes.
    fn found(text: &str, size: usize) -> (Scanned, Vec<(usize, String)>) {
        let mut told = Vec::new();
        let reader = BufReader::with_capacity(size, text.as_bytes());
        let scanned = entries(reader, &mut |line, offset, bytes| {
            let start = usize::try_from(offset).unwrap();
            assert_eq!(&text.as_bytes()[start..start + bytes.len()], bytes);
            told.push((line, String::from_utf8(bytes.to_vec()).unwrap()));
        });
        (scanned.unwrap(), told)
    }

    #[test]
    fn every_exchange_is_found_whole_however_the_text_comes() {
        let text = "{\"a\": {\"entries\": [{}]}, \"log\": {\"x\": [1],\n \"entries\": [\n{\"t\": \"}\\\"]\\\\\"},\n\
            {\"log\": {\"entries\": [{}]}}], \"entries2\": [{}]}}";
        for size in [1, 3, 1000] {
            let (scanned, told) = found(text, size);
            assert_eq!(scanned, Scanned::Whole);
            let first = (3, "{\"t\": \"}\\\"]\\\\\"}".to_owned());
            let second = (4, "{\"log\": {\"entries\": [{}]}}".to_owned());
            assert_eq!(told, [first, second]);
        }
    }

    #[test]
    fn a_torn_document_keeps_what_stands_before_the_end() {
        let (scanned, told) = found("{\"log\": {\"entries\": [{\"a\": 1},\n{\"b\": \"", 4);
        assert_eq!((scanned, told.len()), (Scanned::Torn(2), 1));
        assert_eq!(found("{\"a\": []}", 4).0, Scanned::NoLog);
    }
}
