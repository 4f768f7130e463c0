//! `github`: workflow commands that GitHub shows beside the changed lines.
//!
//! GitHub shows ten errors and ten warnings of a step and drops the rest without a word, so the
//! worst come first and what is left out is counted.

use std::fmt::Write;

use crate::finding::Finding;
use crate::finding::Level;
use crate::report::Format;
use crate::report::Report;
use crate::report::text::counted;

/// How many annotations of one level GitHub shows.
const SHOWN: usize = 10;

/// Workflow commands of GitHub Actions.
pub static FORMAT: Format = Format { id: "github", media_type: "text/plain", render };

fn render(report: &Report) -> String {
    let mut text = String::new();
    for level in [Level::Error, Level::Warning] {
        let is_told = |finding: &&Finding| finding.level == level && !finding.known;
        let found = report.findings.iter().filter(is_told);
        for finding in found.take(SHOWN) {
            annotate(&mut text, finding);
        }
    }
    let _ = writeln!(text, "::notice title=standin::{}", message(&count(report)));
    text
}

fn annotate(text: &mut String, finding: &Finding) {
    let mut properties: Vec<String> = Vec::new();
    if let Some(place) = finding.places.first() {
        properties.push(format!("file={}", property(&place.file)));
        properties.extend(place.line.map(|line| format!("line={line}")));
        properties.extend(place.column.map(|column| format!("col={column}")));
    }
    properties.push(format!("title={}", property(&format!("standin {}", finding.rule))));
    let mut lines = vec![finding.title.clone()];
    let call = finding.operation.as_deref().into_iter().chain(finding.evidence.as_deref());
    let call = call.collect::<Vec<_>>().join(": ");
    let facts = [
        ("in", (!call.is_empty()).then_some(call.as_str())),
        ("at", Some(finding.instance.as_str()).filter(|instance| !instance.is_empty())),
        ("got", finding.got.as_deref()),
        ("expected", finding.expected.as_deref()),
        ("help", finding.help.as_deref()),
    ];
    lines.extend(facts.iter().filter_map(|(name, fact)| Some(format!("{name}: {}", (*fact)?))));
    if finding.count > 1 {
        lines.push(format!("seen {} times", finding.count));
    }
    let _ = writeln!(
        text,
        "::{} {}::{}",
        finding.level,
        properties.join(","),
        message(&lines.join("\n"))
    );
}

fn count(report: &Report) -> String {
    let [errors, warnings, infos] = report.counts();
    let [told_errors, told_warnings, infos] =
        [(errors, "error"), (warnings, "warning"), (infos, "info")]
            .map(|(count, thing)| counted(count as u64, thing));
    let subject = match report.unserved {
        None => counted(report.requests, "request"),
        Some(_) => counted(report.operations.len() as u64, "operation"),
    };
    let mut text = format!("{subject}, {told_errors}, {told_warnings}, {infos}");
    let known = report.known().count();
    if known > 0 {
        let _ = write!(text, ", {known} known");
    }
    let hidden = errors.saturating_sub(SHOWN) + warnings.saturating_sub(SHOWN);
    if hidden > 0 {
        let _ = write!(text, "; {hidden} of them are not annotated: see another report format");
    }
    text
}

/// Escapes the message of a command, as the runner undoes it.
///
/// # Source
///
/// `actions/toolkit`, `packages/core/src/command.ts`, `escapeData`.
fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a command, as the runner undoes it.
///
/// # Source
///
/// `actions/toolkit`, `packages/core/src/command.ts`, `escapeProperty`.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
