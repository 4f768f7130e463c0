//! The formats of recordings, each told by what stands in a file and not by its name.
//!
//! A format hands on what it reads to a `Sink`, exchange by exchange: nobody has to hold a
//! recording whole. What can not be read is told with its line, and the rest is read all the same.

mod access_log;
mod cassette;
mod entry;
mod har;
mod ndjson;
mod snapshot;
mod wiremock;

use std::fs::File;
use std::io;
use std::io::Read;
use std::io::Seek;
use std::path::Path;

use crate::finding::Level;
use crate::finding::Location;
use crate::finding::Rule;
use crate::finding::Violation;
use crate::finding::rule;
use crate::tape::entry::Entry;
use crate::tape::sketch::Sketch;
use crate::tape::stub::Stub;

pub(crate) use access_log::Logged;

/// How much of a file tells what it is, in bytes.
const SAMPLE: u64 = 64 * 1024;

/// Files from this size on are not held whole where that can be helped, in bytes.
const LARGE: u64 = 16 * 1024 * 1024;

/// A format of recordings.
#[derive(Debug)]
pub struct Format {
    /// Its name, which is its file's.
    pub id: &'static str,
    /// What it is, in a few words.
    pub what: &'static str,
    /// The ending that a file of the format has where its content does not tell what it is.
    ending: Option<&'static str>,
    recognises: fn(&Sketch) -> bool,
    read: fn(&mut Source<'_>, &mut dyn Sink) -> io::Result<()>,
}

/// Every format; the first that recognises a file reads it.
pub static FORMATS: &[&Format] = &[
    &access_log::FORMAT,
    &ndjson::FORMAT,
    &har::FORMAT,
    &entry::FORMAT,
    &cassette::FORMAT,
    &wiremock::FORMAT,
    &snapshot::FORMAT,
];

/// Who takes what is read. Lines are counted from 1.
pub(crate) trait Sink {
    /// An exchange that stands in the file as HAR writes it, at an offset in bytes.
    fn text(&mut self, line: usize, offset: u64, text: &[u8]);

    /// An exchange that was made of something else.
    fn entry(&mut self, line: usize, entry: Entry);

    /// An answer to whatever some conditions hold for.
    fn stub(&mut self, line: usize, stub: Stub);

    /// A call of which little more is known than that it was made: hardly anybody can use it.
    fn call(&mut self, line: usize, _call: Logged) {
        let reason = "a line of an access log is no exchange; only `drift` reads it";
        self.wrong(unsupported(line, reason));
    }

    /// What could not be read; its name is the line.
    fn wrong(&mut self, violation: Violation);
}

/// A file that is read.
#[derive(Debug)]
pub(crate) struct Source<'p> {
    pub(crate) path: &'p Path,
    pub(crate) file: File,
}

impl<'p> Source<'p> {
    /// Opens a file.
    pub(crate) fn open(path: &'p Path) -> io::Result<Self> {
        Ok(Self { path, file: File::open(path)? })
    }

    /// The format of the file: by its content, else by the ending of its name.
    pub(crate) fn format(&mut self) -> io::Result<Option<&'static Format>> {
        let mut sample = Vec::new();
        self.file.by_ref().take(SAMPLE).read_to_end(&mut sample)?;
        self.file.rewind()?;
        let ending = self.path.extension().and_then(|ending| ending.to_str()).unwrap_or("");
        let by_name = FORMATS.iter().find(|format| format.ending == Some(ending));
        let sketch = Sketch::of(&sample);
        let by_content = || FORMATS.iter().find(|format| (format.recognises)(&sketch));
        // A file of lines may begin with a broken one.
        let is_log = (access_log::FORMAT.recognises)(&sketch);
        let certain = by_name.filter(|format| format.id == ndjson::FORMAT.id && !is_log);
        Ok(certain.or_else(by_content).or(by_name).copied())
    }

    /// Whether the file is too large to be held whole, and JSON from its first byte on.
    pub(crate) fn is_large(&mut self) -> io::Result<bool> {
        let mut first = [0];
        let length = self.file.read(&mut first)?;
        self.file.rewind()?;
        Ok(length == 1 && first == *b"{" && self.file.metadata()?.len() > LARGE)
    }

    /// The whole file as text, and whether it is in the file byte by byte; what is no UTF-8 is told.
    pub(crate) fn text(&mut self, sink: &mut dyn Sink) -> io::Result<(String, bool)> {
        let mut bytes = Vec::new();
        self.file.read_to_end(&mut bytes)?;
        let units = |from: fn([u8; 2]) -> u16| -> Vec<u16> {
            bytes[2..].chunks_exact(2).map(|pair| from([pair[0], pair[1]])).collect()
        };
        // Tools of Windows write what they are given in the console's own encoding.
        let wide = match bytes.get(..2) {
            Some([0xff, 0xfe]) => Some(units(u16::from_le_bytes)),
            Some([0xfe, 0xff]) => Some(units(u16::from_be_bytes)),
            Some(_) | None => None,
        };
        if let Some(units) = wide {
            let mut told =
                malformed(1, "the file is UTF-16; a recording is UTF-8, and it is read as such");
            told.level = Some(Level::Warning);
            sink.wrong(told);
            return Ok((String::from_utf16_lossy(&units), false));
        }
        match String::from_utf8(bytes) {
            // What a byte order mark takes is part of every offset.
            Ok(text) if text.starts_with('\u{feff}') => Ok((text[3..].to_owned(), false)),
            Ok(text) => Ok((text, true)),
            Err(error) => {
                let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                let line = memchr::memchr_iter(b'\n', valid).count() + 1;
                sink.wrong(malformed(
                    line,
                    "bytes that are no UTF-8 stand here; they are read as �",
                ));
                Ok((String::from_utf8_lossy(error.as_bytes()).into_owned(), false))
            }
        }
    }

    /// Reads the file, and tells the sink.
    pub(crate) fn read(&mut self, format: &Format, sink: &mut dyn Sink) -> io::Result<()> {
        (format.read)(self, sink)
    }
}

/// What makes an exchange unreadable, at a line.
pub(crate) fn malformed(line: usize, reason: &str) -> Violation {
    at(&rule::RECORDING_MALFORMED, line, reason)
}

/// What of a recording is read and not done, at a line.
pub(crate) fn unsupported(line: usize, reason: &str) -> Violation {
    at(&rule::RECORDING_UNSUPPORTED, line, reason)
}

fn at(rule: &'static Rule, line: usize, reason: &str) -> Violation {
    let mut violation = Violation::new(rule, Location::Target, reason);
    violation.name = Some(line.to_string());
    violation
}

/// The parser's sentence, without the place that it repeats.
pub(crate) fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    format!("no HAR: {}", text.split(" at line ").next().unwrap_or(&text))
}
