//! Recordings from files and directories: `.snap`, `.har`, `.json` that is HAR, `.ndjson`.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::tape::entry::Entry;
use crate::tape::har::Har;
use crate::tape::snapshot;

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

/// Reads every recording under `paths`: files as named, directories with all that is in them, in
/// the order of their names.
///
/// Files in directories that are no recordings are passed over; a file that was named and is none
/// is a violation. What is malformed inside a recording becomes a violation that names file and
/// line, and the exchanges around it are kept.
///
/// # Errors
///
/// [`ReadError`] where a file or directory can not be read.
pub fn paths(paths: &[PathBuf]) -> Result<(Vec<Entry>, Vec<Violation>), ReadError> {
    let mut found = (Vec::new(), Vec::new());
    for path in paths {
        read(path, true, DEPTH, &mut found)?;
    }
    Ok(found)
}

fn read(
    path: &Path,
    is_named: bool,
    depth: usize,
    found: &mut (Vec<Entry>, Vec<Violation>),
) -> Result<(), ReadError> {
    let unreadable = |source| ReadError::Unreadable { path: path.to_owned(), source };
    if fs::metadata(path).map_err(unreadable)?.is_dir() {
        let Some(deeper) = depth.checked_sub(1) else { return Ok(()) };
        let entries = fs::read_dir(path).map_err(unreadable)?;
        let mut inside = entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(unreadable)?;
        inside.sort();
        for path in inside.iter().filter(|path| is_named_visibly(path)) {
            read(path, false, deeper, found)?;
        }
        return Ok(());
    }
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
    if !is_named && !["snap", "har", "json", "ndjson"].contains(&extension) {
        return Ok(());
    }
    let bytes = fs::read(path).map_err(unreadable)?;
    let name = path.display().to_string();
    let (mut entries, mut violations) = match String::from_utf8(bytes) {
        Ok(text) => text_of(extension, &text, is_named),
        Err(_) => (Vec::new(), vec![malformed(1, "the file is no UTF-8")]),
    };
    for entry in &mut entries {
        let line = entry.origin.take();
        entry.origin = Some(line.map_or_else(|| name.clone(), |line| format!("{name}:{line}")));
    }
    for violation in &mut violations {
        let line = violation.name.take().unwrap_or_default();
        violation.title = format!("{name}:{line}: {}", violation.title);
        violation.name = Some(format!("{name}:{line}"));
    }
    found.0.append(&mut entries);
    found.1.append(&mut violations);
    Ok(())
}

fn is_named_visibly(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| !name.starts_with('.'))
}

fn text_of(extension: &str, text: &str, is_named: bool) -> (Vec<Entry>, Vec<Violation>) {
    match extension {
        "ndjson" => lines(text),
        "har" | "json" => har(text, is_named || extension == "har"),
        _ if snapshot::is_recording(text) => snapshot::parse(text),
        _ if is_named => {
            let reason = "the file is no recording: neither HAR nor a snapshot of exchanges";
            (Vec::new(), vec![malformed(1, reason)])
        }
        _ => (Vec::new(), Vec::new()),
    }
}

/// One entry a line.
fn lines(text: &str) -> (Vec<Entry>, Vec<Violation>) {
    let mut found = (Vec::new(), Vec::new());
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str::<Entry>(line) {
            Ok(mut entry) => {
                entry.origin = Some((index + 1).to_string());
                found.0.push(entry);
            }
            Err(error) => found.1.push(malformed(index + 1, &reason(&error))),
        }
    }
    found
}

fn har(text: &str, must_be: bool) -> (Vec<Entry>, Vec<Violation>) {
    match serde_json::from_str::<Har>(text) {
        Ok(har) => (har.log.entries, Vec::new()),
        Err(error) if must_be => (Vec::new(), vec![malformed(error.line(), &reason(&error))]),
        Err(_) => (Vec::new(), Vec::new()),
    }
}

fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    format!("no HAR: {}", text.split(" at line ").next().unwrap_or(&text))
}

fn malformed(line: usize, reason: &str) -> Violation {
    let mut violation = Violation::new(&rule::RECORDING_MALFORMED, Location::Target, reason);
    violation.name = Some(line.to_string());
    violation
}
