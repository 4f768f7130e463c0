//! `text`: for a person, in the manner of a compiler: what, where with the line itself, then help.

use std::collections::HashMap;
use std::fmt::Write;

use crate::finding::Blame;
use crate::finding::Finding;
use crate::finding::Place;
use crate::finding::Side;
use crate::report::Comparison;
use crate::report::Excerpts;
use crate::report::Format;
use crate::report::Report;
use crate::report::Step;

/// Longest line of a document that is shown whole, in characters.
const LINE: usize = 120;

/// Plain text.
pub static FORMAT: Format = Format { id: "text", media_type: "text/plain", render };

fn render(report: &Report) -> String {
    let mut text = String::new();
    let mut told: Vec<&Finding> = report.findings.iter().filter(|it| !it.known).collect();
    let is_comparison = report.comparison.is_some();
    if is_comparison {
        told = by_operation(told);
    }
    let mut last = None;
    for found in told {
        let group = (&found.api, &found.operation);
        if is_comparison && last.replace(group) != Some(group) {
            let _ = writeln!(text, "== {}\n", line(&heading(found)));
        }
        text.push_str(&finding(found, &report.excerpts));
        text.push('\n');
    }
    text.push_str(&summary(report));
    text
}

/// The findings of one operation together, operations in the order of their worst.
fn by_operation(findings: Vec<&Finding>) -> Vec<&Finding> {
    let mut order: HashMap<(&Option<String>, &Option<String>), usize> = HashMap::new();
    for found in &findings {
        let next = order.len();
        order.entry((&found.api, &found.operation)).or_insert(next);
    }
    let mut sorted = findings.clone();
    sorted.sort_by_key(|found| order.get(&(&found.api, &found.operation)).copied());
    sorted
}

/// What the findings of one operation stand under: its call.
fn heading(finding: &Finding) -> String {
    let call = finding.evidence.as_deref().and_then(|line| line.split(" → ").next());
    match (&finding.operation, call) {
        (None, _) => "the document as a whole".to_owned(),
        (Some(operation), None) => operation.clone(),
        (Some(operation), Some(call)) => format!("{call} ({operation})"),
    }
}

/// One finding, several lines.
///
/// # Shapes
///
/// ```text
/// error[parameter-mismatch]: `limit` is greater than 500
///    --> openapi/clerk-sessions.yaml:120:9    GET /v1/sessions → 422
///     |
/// 120 |         maximum: 500
///     |         ^
///     | at:       query.limit of the request
///     | got:      501
/// ```
#[must_use]
pub fn finding(finding: &Finding, excerpts: &Excerpts) -> String {
    let mut text = format!("{}[{}]: {}\n", finding.level, finding.rule, line(&finding.title));
    let line_of = |place: &&Place| place.line.map_or(0, |line| line.to_string().len());
    let width = finding.places.iter().map(|place| line_of(&place)).max().unwrap_or(0).max(3);
    let (margin, gutter) = (" ".repeat(width), " ".repeat(width + 1));
    let call = finding.evidence.as_deref().unwrap_or_default();
    match finding.places.split_first() {
        None if call.is_empty() => {}
        None => {
            let _ = writeln!(text, "{margin}--> {}", line(call));
        }
        Some((place, others)) => {
            let place_text = written(place);
            let pause = if call.is_empty() { "" } else { "    " };
            let _ = writeln!(text, "{margin}--> {place_text}{pause}{}", line(call));
            excerpt(&mut text, place, excerpts, width);
            for place in others {
                let _ = writeln!(text, "{margin}::: {}", written(place));
                excerpt(&mut text, place, excerpts, width);
            }
        }
    }
    for (name, fact) in facts(finding) {
        let _ = writeln!(text, "{gutter}| {:<10}{}", format!("{name}:"), line(&fact));
    }
    text
}

/// What was seen and found, in a few lines.
#[must_use]
pub fn summary(report: &Report) -> String {
    let mut text = tally(report);
    text.push('\n');
    if let Some(Comparison { step, used, .. }) = &report.comparison {
        if let Some(used) = used {
            let _ = writeln!(
                text,
                "the recorded client uses {} of {} ({}); of the rest nothing is known",
                used.called,
                counted(used.operations, "operation"),
                counted(used.exchanges, "exchange"),
            );
        }
        let _ = match step {
            Step::None => writeln!(text, "the version can stay as it is"),
            Step::Patch | Step::Minor | Step::Major => {
                writeln!(text, "the version should take a {} step", step.as_str())
            }
        };
    }
    text.push_str(&fidelity(report));
    if report.dropped > 0 {
        let _ = writeln!(
            text,
            "{} further findings were not kept: there was no room for them",
            report.dropped
        );
    }
    if !report.assumptions.is_empty() {
        let total: u64 = report.assumptions.iter().map(|assumption| assumption.count).sum();
        let _ = writeln!(
            text,
            "{} rested on what is assumed of the real API (`standin apis` tells more):",
            counted(total, "answer")
        );
        for assumption in &report.assumptions {
            let _ = writeln!(
                text,
                "  {:>4} × {} {}: {}",
                assumption.count,
                assumption.api,
                assumption.operation,
                line(&assumption.note)
            );
        }
    }
    let failing = report.failing().count() as u64;
    if failing > 0 {
        let _ = writeln!(text, "failed by {}", counted(failing, "finding"));
    }
    let own = report.own_faults().count() as u64;
    if own > 0 {
        let _ = writeln!(text, "standin itself was wrong: {}", counted(own, "finding"));
    }
    text
}

/// How like the vendor each operation of a mock is; empty where nobody looked.
pub(super) fn fidelity(report: &Report) -> String {
    let mut text = String::new();
    if report.fidelity.is_empty() {
        return text;
    }
    text.push_str("how like the API the mock answers:\n");
    for it in &report.fidelity {
        let exchanges = counted(it.exchanges, "exchange");
        let _ =
            write!(text, "  {:>3} %  {} of {} in {exchanges}", it.percent(), it.operation, it.api);
        let aspects = [
            ("status", it.status),
            ("headers", it.headers),
            ("shape", it.shape),
            ("values", it.values),
        ];
        let apart = aspects.iter().filter(|(_, agree)| *agree < it.exchanges);
        let apart: Vec<String> =
            apart.map(|(name, agree)| format!("{name} {agree}/{}", it.exchanges)).collect();
        let pause = if apart.is_empty() { "" } else { ": " };
        let _ = writeln!(text, "{pause}{}", apart.join(", "));
    }
    text
}

/// What was seen and how much was found, as a sentence without its full stop.
pub(super) fn tally(report: &Report) -> String {
    let called = report.operations.iter().filter(|operation| operation.calls > 0).count();
    let [errors, warnings, infos] = report.counts();
    let operations = counted(report.operations.len() as u64, "operation");
    let subject = match (report.unserved, &report.comparison) {
        (_, Some(Comparison { base, revision, .. })) => format!("{base} to {revision}"),
        (None, None) => {
            format!("{} to {called} of {operations}", counted(report.requests, "request"))
        }
        (Some(0), None) => format!("{operations}, all of which can be served"),
        (Some(unserved), None) => format!("{operations}, of which {unserved} can not be served"),
    };
    let known = match report.known().count() {
        0 => String::new(),
        known => format!(", {known} known"),
    };
    format!(
        "{subject}: {}, {}, {}{known}",
        counted(errors as u64, "error"),
        counted(warnings as u64, "warning"),
        counted(infos as u64, "info"),
    )
}

pub(super) fn written(place: &Place) -> String {
    match (place.line, place.column) {
        (Some(line), Some(column)) => format!("{}:{line}:{column}", place.file),
        (Some(line), None) => format!("{}:{line}", place.file),
        (None, _) => format!("{}#{}", place.file, place.pointer),
    }
}

fn excerpt(text: &mut String, place: &Place, excerpts: &Excerpts, width: usize) {
    let (Some(number), Some(shown)) = (place.line, excerpts.line(place)) else { return };
    let shown = source(shown);
    let gutter = " ".repeat(width);
    let _ = writeln!(text, "{gutter} |\n{number:>width$} | {shown}");
    let before = place.column.map_or(0, |column| column.saturating_sub(1));
    if before < LINE {
        let _ = writeln!(text, "{gutter} | {}^", " ".repeat(before));
    }
}

/// A line of a document as it is shown.
pub(super) fn source(shown: &str) -> String {
    line(shown.trim_end()).chars().take(LINE).collect()
}

/// What is known of a finding besides its title and places, each with a word for it.
pub(super) fn facts(finding: &Finding) -> Vec<(&'static str, String)> {
    let side = match finding.side {
        Side::Request => "the request",
        Side::Response => "the response",
        Side::Document => "the document",
    };
    let at = match finding.side {
        // The place in the file says it.
        Side::Document => None,
        Side::Request | Side::Response if finding.instance.is_empty() => {
            Some(format!("{side} as a whole"))
        }
        Side::Request | Side::Response => Some(format!("{} of {side}", finding.instance)),
    };
    let mut seen =
        if finding.count == 1 { "once".to_owned() } else { format!("{} times", finding.count) };
    if let Some(exchange) = finding.exchange {
        let last = if finding.count == 1 { "in" } else { "last in" };
        let _ = write!(seen, ", {last} exchange {exchange}");
    }
    let article = if finding.blame == Blame::Standin { "" } else { "the " };
    let _ = write!(seen, "; for {article}{} to mend", finding.blame);
    let operation = match (&finding.api, &finding.operation) {
        (Some(api), Some(operation)) => Some(format!("{operation} of {api}")),
        (None, Some(operation)) => Some(operation.clone()),
        (_, None) => None,
    };
    let is_difference = finding.proof.is_some();
    let is_seen = !is_difference && (finding.side != Side::Document || finding.count > 1);
    let [got, expected] = if is_difference { ["is", "was"] } else { ["got", "expected"] };
    let facts = [
        ("in", operation),
        ("at", at),
        (expected, finding.expected.clone().filter(|_| is_difference)),
        (got, finding.got.clone()),
        (expected, finding.expected.clone().filter(|_| !is_difference)),
        ("proof", finding.proof.map(|proof| proof.to_string())),
        ("help", finding.help.clone()),
        ("known", finding.known.then(|| "to the baseline, so it fails no job".to_owned())),
        ("seen", is_seen.then_some(seen)),
    ];
    facts.into_iter().filter_map(|(name, fact)| Some((name, fact?))).collect()
}

/// Keeps text from outside on one line and out of the terminal's control.
fn line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// A number and what it counts, in the right number.
pub(super) fn counted(count: u64, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}
