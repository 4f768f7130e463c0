//! Lines of documents that findings point at, so that formats can show them.
//!
//! Formats read no files: whoever makes a report puts in the lines that its findings need.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::finding::Finding;
use crate::finding::Place;

/// Lines by file and number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpts(BTreeMap<(String, usize), String>);

impl Excerpts {
    /// Takes the line of every place of `findings`; `line` looks one up by file and number.
    #[must_use]
    pub fn of(findings: &[Finding], line: impl Fn(&str, usize) -> Option<String>) -> Self {
        let mut lines = BTreeMap::new();
        for place in findings.iter().flat_map(|finding| &finding.places) {
            let Some(number) = place.line else { continue };
            // Of a document in one line, all findings point at the whole text: once is enough.
            if let Entry::Vacant(vacant) = lines.entry((place.file.clone(), number))
                && let Some(text) = line(&place.file, number)
            {
                vacant.insert(text);
            }
        }
        Self(lines)
    }

    /// The line that a place is on, if it was taken.
    #[must_use]
    pub fn line(&self, place: &Place) -> Option<&str> {
        self.0.get(&(place.file.clone(), place.line?)).map(String::as_str)
    }
}
