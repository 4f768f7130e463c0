//! The baseline: findings that are known, and fail no job until they are mended.
//!
//! It is a file that people review and merge, so each finding is a line that says what it is; only
//! the fingerprint at its beginning is read. Lines that begin with `#` stay with the entry below
//! them, so that a person can say why something is left as it is.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;

use crate::clock::Instant;
use crate::finding::Blame;
use crate::finding::Context;
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::finding::Location;
use crate::finding::Place;
use crate::finding::Role;
use crate::finding::Violation;
use crate::finding::mask;
use crate::finding::rule;
use crate::pointer::Pointer;

/// What a new file begins with.
const HEAD: &str = "# Findings that are known and fail no job. `--update-baseline` writes this \
    file: it adds what is new,\n# and takes out what is found no more. Lines that begin with # \
    stay with the entry below them.\n";

/// Findings that are known.
///
/// # Shapes
///
/// ```text
/// # waits for the vendor
/// 0d6162088fd78be1 parameter-mismatch GetSessionList of clerk-sessions: `limit` is greater than 500
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The file's name, as the user gave it.
    pub file: String,
    head: String,
    entries: BTreeMap<Fingerprint, Entry>,
}

/// What the file says of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    /// The lines above that are for people.
    notes: String,
    /// What follows the fingerprint.
    told: String,
    /// Where it stands in the file, counted from 1.
    line: usize,
}

/// A line of a baseline that is no entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: no fingerprint of sixteen hexadecimal digits begins this line")]
pub struct BaselineError {
    file: String,
    line: usize,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    ///
    /// [`BaselineError`] where a line is neither an entry nor a remark.
    pub fn parse(file: &str, text: &str) -> Result<Self, BaselineError> {
        let mut baseline = Self { file: file.to_owned(), ..Self::default() };
        let mut notes = String::new();
        for (number, line) in text.lines().enumerate() {
            let trimmed = line.trim();
            if trimmed.is_empty() {
                // What stands above the first empty line is about the file.
                let is_head = baseline.head.is_empty() && baseline.entries.is_empty();
                let above = std::mem::take(&mut notes);
                if is_head {
                    baseline.head = above;
                } else {
                    notes = above;
                }
                continue;
            }
            if trimmed.starts_with('#') {
                notes.push_str(trimmed);
                notes.push('\n');
                continue;
            }
            let (first, told) = trimmed.split_once(' ').unwrap_or((trimmed, ""));
            let line = number + 1;
            let Some(fingerprint) = Fingerprint::parse(first) else {
                return Err(BaselineError { file: file.to_owned(), line });
            };
            let told = told.trim_start().to_owned();
            let entry = Entry { notes: std::mem::take(&mut notes), told, line };
            baseline.entries.insert(fingerprint, entry);
        }
        Ok(baseline)
    }

    /// Whether a finding is known.
    #[must_use]
    pub fn knows(&self, fingerprint: Fingerprint) -> bool {
        self.entries.contains_key(&fingerprint)
    }

    /// The baseline after a run: without what was not found, with what `is_new` takes in.
    #[must_use]
    pub fn updated(&self, findings: &[Finding], is_new: impl Fn(&Finding) -> bool) -> Self {
        let mut entries = BTreeMap::new();
        for finding in findings {
            let known = self.entries.get(&finding.fingerprint).cloned();
            if let Some(known) = known {
                entries.insert(finding.fingerprint, known);
            } else if is_new(finding) {
                let entry = Entry { notes: String::new(), told: told(finding), line: 0 };
                entries.insert(finding.fingerprint, entry);
            }
        }
        let head = if self.head.is_empty() { HEAD.to_owned() } else { self.head.clone() };
        Self { file: self.file.clone(), head, entries }
    }

    /// A finding for each entry that was not found.
    #[must_use]
    pub fn stale(&self, findings: &[Finding], now: Instant) -> Vec<Finding> {
        let found: BTreeSet<Fingerprint> = findings.iter().map(|it| it.fingerprint).collect();
        let stale = self.entries.iter().filter(|(known, _)| !found.contains(known));
        stale.map(|(known, entry)| self.told_stale(*known, entry, now)).collect()
    }

    fn told_stale(&self, known: Fingerprint, entry: &Entry, now: Instant) -> Finding {
        let what = if entry.told.is_empty() { known.to_string() } else { entry.told.clone() };
        let title = format!("a known finding was not found again: {what}");
        let mut violation = Violation::new(&rule::BASELINE_STALE, Location::Target, title);
        violation.name = Some(known.to_string());
        violation.help =
            Some("take it out, or let `--update-baseline` do it, if it is mended".to_owned());
        let context = Context::of_no_call(Blame::Document, now);
        let mut finding = Finding::new(&violation, &context);
        let mut place = Place::new(Role::Config, &*self.file, Pointer::root());
        place.line = Some(entry.line);
        finding.places.push(place);
        finding
    }
}

/// The file's text: remarks, then the entries in the order of what they say.
impl fmt::Display for Baseline {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.head.is_empty() {
            writeln!(formatter, "{}", self.head)?;
        }
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|(fingerprint, entry)| (&entry.told, **fingerprint));
        for (fingerprint, entry) in entries {
            writeln!(
                formatter,
                "{}{}",
                entry.notes,
                format!("{fingerprint} {}", entry.told).trim()
            )?;
        }
        Ok(())
    }
}

/// What a finding is, in a line for whoever reviews the file.
fn told(finding: &Finding) -> String {
    let subject = match (&finding.operation, &finding.api) {
        (Some(operation), Some(api)) => format!(" {operation} of {api}"),
        (Some(one), None) | (None, Some(one)) => format!(" {one}"),
        (None, None) => String::new(),
    };
    mask::plain(&format!("{}{subject}: {}", finding.rule, finding.title))
}
