//! The recorded exchanges that prove findings, for reports that show them.
//!
//! Whoever judges recordings keeps none of them, so what is to be shown is read once more.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::config::Settings;
use crate::finding::{Finding, Fingerprint};
use crate::report::Proof;
use crate::tape::read;

/// Most exchanges that are looked for.
const MOST: usize = 100;

/// Finds the proofs of findings in recordings, if a report shows any.
pub(crate) fn find(
    findings: &[Finding],
    recordings: &[PathBuf],
    settings: &Settings,
) -> anyhow::Result<Vec<Proof>> {
    let is_shown = settings.report.iter().flatten().any(|target| target.format == "html");
    if !is_shown {
        return Ok(Vec::new());
    }
    let mut wanted: Vec<(String, Vec<Fingerprint>)> = Vec::new();
    for finding in findings {
        let evidence = finding.evidence.as_deref().unwrap_or_default();
        let Some((_, origin)) = evidence.rsplit_once(" in ") else { continue };
        if let Some((_, proves)) = wanted.iter_mut().find(|(known, _)| known == origin) {
            proves.push(finding.fingerprint);
        } else if wanted.len() < MOST {
            wanted.push((origin.to_owned(), vec![finding.fingerprint]));
        }
    }
    // A pipe is read once.
    let files = recordings.iter().filter(|path| path.is_file() || path.is_dir());
    let files: Vec<PathBuf> = files.cloned().collect();
    let origins: BTreeSet<String> = wanted.iter().map(|(origin, _)| origin.clone()).collect();
    let mut entries = read::again(&files, &origins)?;
    let proofs = wanted.into_iter().filter_map(|(origin, proves)| {
        let number = entries.iter().position(|it| it.origin.as_ref() == Some(&origin))?;
        Some(Proof::new(entries.swap_remove(number), proves))
    });
    Ok(proofs.collect())
}
