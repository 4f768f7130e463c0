//! One HAR entry a line: what standin records, and JSON Lines of whoever writes the same.

use std::io;
use std::io::BufRead;
use std::io::BufReader;

use crate::tape::import::Format;
use crate::tape::import::Sink;
use crate::tape::import::Source;

/// How much is read at once, in bytes.
const BUFFER: usize = 1024 * 1024;

pub(super) static FORMAT: Format = Format {
    id: "ndjson",
    what: "one exchange a line, each as HAR writes an entry",
    ending: Some("ndjson"),
    recognises: |sketch| sketch.begins_with_line && sketch.is_entry(),
    read,
};

fn read(source: &mut Source<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    lines(source, &mut |line, offset, text| sink.text(line, offset, text))
}

/// Reads a file line by line, and tells of each that is not empty.
pub(super) fn lines(
    source: &mut Source<'_>,
    tell: &mut dyn FnMut(usize, u64, &[u8]),
) -> io::Result<()> {
    let mut reader = BufReader::with_capacity(BUFFER, &source.file);
    let (mut line, mut offset, mut text) = (0, 0, Vec::new());
    loop {
        text.clear();
        let length = reader.read_until(b'\n', &mut text)?;
        if length == 0 {
            return Ok(());
        }
        line += 1;
        let mark = if line == 1 && text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let trimmed = text[mark..].trim_ascii_start();
        let start = offset + (text.len() - trimmed.len()) as u64;
        if !trimmed.is_empty() {
            tell(line, start, trimmed.trim_ascii_end());
        }
        offset += length as u64;
    }
}
