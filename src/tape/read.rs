//! Recordings from files and directories, in every format of [`import`].

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::finding::Violation;
use crate::finding::mask;
use crate::tape::entry::Entry;
use crate::tape::import;
use crate::tape::import::Sink;
use crate::tape::import::Source;
use crate::tape::import::malformed;
use crate::tape::import::unsupported;
use crate::tape::outline::Outline;
use crate::tape::stub::Stub;

/// A recording that can not be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The file or directory can not be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file or directory.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// How deep directories are followed.
const DEPTH: usize = 32;

/// What files in a directory end with if they may be recordings.
const ENDINGS: [&str; 7] = ["snap", "har", "json", "ndjson", "jsonl", "yml", "yaml"];

/// Directories whose files are parts of others: `WireMock`'s bodies.
const PARTS: &str = "__files";

/// A file that may be a recording.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) path: PathBuf,
    /// Whether somebody said that it is one.
    is_named: bool,
}

impl Candidate {
    /// How long the file is, in bytes; 0 where nobody can tell.
    pub(crate) fn length(&self) -> u64 {
        fs::metadata(&self.path).map_or(0, |metadata| metadata.len())
    }
}

/// Reads every recording under `paths`: files as named, directories with all that is in them, in
/// the order of their names.
///
/// Files in directories that are no recordings are passed over; a file that was named and is none
/// is a violation. What is malformed inside a recording becomes a violation that names file and
/// line, and the exchanges around it are kept. What answers to conditions rather than to one
/// request is no exchange, and told as such.
///
/// # Errors
///
/// [`ReadError`] where a file or directory can not be read.
pub fn paths(paths: &[PathBuf]) -> Result<(Vec<Entry>, Vec<Violation>), ReadError> {
    let mut found = (Vec::new(), Vec::new());
    for candidate in candidates(paths)? {
        let mut kept = Kept::default();
        file(&candidate, &mut kept)?;
        let name = name(&candidate.path);
        found.0.extend(kept.entries.into_iter().map(|(line, mut entry)| {
            entry.origin = Some(format!("{name}:{line}"));
            entry
        }));
        found.1.extend(kept.violations.into_iter().map(|violation| placed(violation, &name)));
    }
    Ok(found)
}

/// Finds exchanges again by where they stand (`file:line`, as [`Entry::origin`] says), reading only
/// files that have any, and keeping nothing else.
///
/// # Errors
///
/// [`ReadError`] where a file or directory can not be read.
pub fn again(paths: &[PathBuf], origins: &BTreeSet<String>) -> Result<Vec<Entry>, ReadError> {
    let mut found = Vec::new();
    for candidate in candidates(paths)? {
        let name = name(&candidate.path);
        let begin = format!("{name}:");
        let wanted = origins.iter().filter_map(|origin| origin.strip_prefix(&begin)?.parse().ok());
        let wanted: BTreeSet<usize> = wanted.collect();
        if wanted.is_empty() {
            continue;
        }
        let mut kept = Wanted { lines: &wanted, kept: Kept::default() };
        file(&candidate, &mut kept)?;
        found.extend(kept.kept.entries.into_iter().map(|(line, mut entry)| {
            entry.origin = Some(format!("{name}:{line}"));
            entry
        }));
    }
    Ok(found)
}

/// Lists the files that may be recordings.
pub(crate) fn candidates(paths: &[PathBuf]) -> Result<Vec<Candidate>, ReadError> {
    let mut found = Vec::new();
    for path in paths {
        list(path, true, DEPTH, &mut found)?;
    }
    Ok(found)
}

fn list(
    path: &Path,
    is_named: bool,
    depth: usize,
    found: &mut Vec<Candidate>,
) -> Result<(), ReadError> {
    let unreadable = |source| ReadError::Unreadable { path: path.to_owned(), source };
    if !fs::metadata(path).map_err(unreadable)?.is_dir() {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or("");
        if is_named || ENDINGS.contains(&ending) {
            found.push(Candidate { path: path.to_owned(), is_named });
        }
        return Ok(());
    }
    let Some(deeper) = depth.checked_sub(1) else { return Ok(()) };
    let entries = fs::read_dir(path).map_err(unreadable)?;
    let mut inside = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(unreadable)?;
    inside.sort();
    for path in inside.iter().filter(|path| is_looked_into(path)) {
        list(path, false, deeper, found)?;
    }
    Ok(())
}

fn is_looked_into(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| !name.starts_with('.') && name != PARTS)
}

/// Reads a file, if it is a recording.
pub(crate) fn file(candidate: &Candidate, sink: &mut dyn Sink) -> Result<(), ReadError> {
    let mut read = || -> io::Result<()> {
        let mut source = Source::open(&candidate.path)?;
        match source.format()? {
            Some(format) => source.read(format, sink)?,
            None if candidate.is_named => {
                let known: Vec<&str> = import::FORMATS.iter().map(|format| format.what).collect();
                let reason =
                    format!("the file is no recording; these are known: {}", known.join("; "));
                sink.wrong(malformed(1, &reason));
            }
            None => {}
        }
        Ok(())
    };
    read().map_err(|source| ReadError::Unreadable { path: candidate.path.clone(), source })
}

/// A file's name, as it is told: names may hold secrets, too.
pub(crate) fn name(path: &Path) -> String {
    mask::told(&path.display().to_string())
}

/// A violation that names the file beside the line.
pub(crate) fn placed(mut violation: Violation, name: &str) -> Violation {
    let line = violation.name.take().unwrap_or_default();
    violation.title = format!("{name}:{line}: {}", violation.title);
    violation.name = Some(format!("{name}:{line}"));
    violation
}

/// Keeps all exchanges of a file.
#[derive(Debug, Default)]
struct Kept {
    entries: Vec<(usize, Entry)>,
    violations: Vec<Violation>,
}

impl Sink for Kept {
    fn text(&mut self, line: usize, _offset: u64, text: &[u8]) {
        match Outline::read(text) {
            Ok(outline) if outline.is_http() => self.entries.push((line, outline.entry())),
            Ok(_) => {}
            Err(error) => {
                let line = line + error.line().saturating_sub(1);
                self.violations.push(malformed(line, &import::reason(&error)));
            }
        }
    }

    fn entry(&mut self, line: usize, entry: Entry) {
        self.entries.push((line, entry));
    }

    fn stub(&mut self, line: usize, stub: Stub) {
        match stub.exchange {
            Some(entry) => self.entries.push((line, *entry)),
            None => {
                let reason = "it answers whatever its conditions hold for, and records no exchange";
                self.violations.push(unsupported(line, reason));
            }
        }
    }

    fn wrong(&mut self, violation: Violation) {
        self.violations.push(violation);
    }
}

/// Keeps the exchanges of some lines.
struct Wanted<'l> {
    lines: &'l BTreeSet<usize>,
    kept: Kept,
}

impl Sink for Wanted<'_> {
    fn text(&mut self, line: usize, offset: u64, text: &[u8]) {
        if self.lines.contains(&line) {
            self.kept.text(line, offset, text);
        }
    }

    fn entry(&mut self, line: usize, entry: Entry) {
        if self.lines.contains(&line) {
            self.kept.entry(line, entry);
        }
    }

    fn stub(&mut self, line: usize, stub: Stub) {
        if self.lines.contains(&line) {
            self.kept.stub(line, stub);
        }
    }

    /// Whoever read the file first has told of it.
    fn wrong(&mut self, _violation: Violation) {}
}
