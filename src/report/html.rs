//! `html`: one page that needs nothing else, for a browser, a phone, an archive.
//!
//! The page is whole without its script, which only searches, filters and walks. Nothing on it
//! comes from elsewhere, and its own policy forbids whatever its style and script are not, so that a
//! hostile title that got past the escaping would still do nothing.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::Environment;
use minijinja::HtmlEscape;
use minijinja::Value;
use minijinja::context;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use ring::digest::SHA256;
use ring::digest::digest;
use serde::Serialize;

use crate::clock::Instant;
use crate::drift::parity::Fidelity;
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::finding::Level;
use crate::finding::Place;
use crate::report::Format;
use crate::report::Report;
use crate::report::coverage;
use crate::report::coverage::CoverageView;
use crate::report::proof::Told;
use crate::report::text;
use crate::report::text::counted;
use crate::tape::redact::Redactor;

/// Most findings that a page shows: a browser has to lay them out.
const FINDINGS: usize = 2_000;

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// A page for a browser.
pub static FORMAT: Format = Format { id: "html", media_type: "text/html; charset=utf-8", render };

/// The template, read once. It is a part of the program: a test would see that it is broken.
static PAGE: LazyLock<Option<Environment<'static>>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.ok()?);
    environment.add_filter("code", |text: &str| Value::from_safe_string(code(text)));
    environment.add_template("page.html", include_str!("html/page.html")).ok()?;
    Some(environment)
});

fn render(report: &Report) -> String {
    let page = context! {
        style => Value::from_safe_string(STYLE.to_owned()),
        script => Value::from_safe_string(SCRIPT.to_owned()),
        style_hash => hash(STYLE),
        script_hash => hash(SCRIPT),
        report => Value::from(Serde(view(report))),
    };
    let template = PAGE.as_ref().and_then(|pages| pages.get_template("page.html").ok());
    template.and_then(|template| template.render(page).ok()).unwrap_or_default()
}

/// What the policy of the page knows a style or script by.
///
/// # Source
///
/// Content Security Policy Level 3, section 2.3.1, *hash-source*.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(digest(&SHA256, text.as_bytes())))
}

/// Text as HTML, what stands between backticks as code.
fn code(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let is_paired = parts.len() % 2 == 1;
    let told = parts.iter().enumerate().map(|(number, part)| {
        let part = HtmlEscape(part);
        if is_paired && number % 2 == 1 { format!("<code>{part}</code>") } else { part.to_string() }
    });
    told.collect::<Vec<_>>().join(if is_paired { "" } else { "`" })
}

/// What the template is filled in with.
#[derive(Serialize)]
struct Page<'r> {
    command: &'r str,
    version: &'static str,
    is_passed: bool,
    verdict: String,
    tally: String,
    started: String,
    took: String,
    levels: Vec<LevelView>,
    known: usize,
    findings: Vec<FindingView<'r>>,
    left_out: usize,
    dropped: u64,
    coverage: CoverageView<'r>,
    fidelity: Vec<(u64, &'r Fidelity)>,
    exchanges: Vec<ExchangeView>,
    assumptions: &'r [crate::report::AssumptionTally],
}

/// How many findings have a level.
#[derive(Serialize)]
pub(super) struct LevelView {
    level: Level,
    count: usize,
}

#[derive(Serialize)]
struct FindingView<'r> {
    id: String,
    level: Level,
    rule: &'static str,
    what: &'static str,
    why: &'static str,
    title: &'r str,
    subject: String,
    evidence: Option<&'r str>,
    is_failing: bool,
    is_known: bool,
    count: u64,
    span: String,
    places: Vec<PlaceView>,
    facts: Vec<(&'static str, String)>,
    proof: Option<String>,
    fingerprint: Fingerprint,
}

#[derive(Serialize)]
struct PlaceView {
    at: String,
    line: Option<usize>,
    before: String,
    source: Option<String>,
}

#[derive(Serialize)]
struct ExchangeView {
    id: String,
    told: Told,
    /// The ids of findings on the page, and their titles.
    proves: Vec<(String, String)>,
}

fn view(report: &Report) -> Page<'_> {
    let is_passed = !report.findings.iter().any(|finding| report.is_failing(finding));
    let own = report.own_faults().count() as u64;
    let verdict = match report.failing().count() as u64 {
        0 if own > 0 => format!("standin itself was wrong: {}", counted(own, "finding")),
        0 => "passed".to_owned(),
        failing => format!("failed by {}", counted(failing, "finding")),
    };
    let (failing, passing): (Vec<&Finding>, Vec<&Finding>) =
        report.findings.iter().partition(|finding| report.is_failing(finding));
    let (known, passing): (Vec<&Finding>, Vec<&Finding>) =
        passing.into_iter().partition(|finding| finding.known);
    let shown = failing.into_iter().chain(passing).chain(known).take(FINDINGS);
    let shown: Vec<&Finding> = shown.collect();
    let took = report.ended.since(report.started);
    Page {
        command: &report.command,
        version: env!("CARGO_PKG_VERSION"),
        is_passed,
        verdict,
        tally: text::tally(report),
        started: told(report.started),
        took: format!("{:.1} s", took.as_secs_f64()),
        levels: levels(report.findings.iter().filter(|finding| !finding.known)),
        known: report.known().count(),
        left_out: report.findings.len() - shown.len(),
        exchanges: exchanges(report, &shown),
        findings: shown.into_iter().map(|finding| self::finding(report, finding)).collect(),
        dropped: report.dropped,
        coverage: coverage::view(report),
        fidelity: report.fidelity.iter().map(|it| (it.percent(), it)).collect(),
        assumptions: &report.assumptions,
    }
}

pub(super) fn levels<'f>(findings: impl Iterator<Item = &'f Finding> + Clone) -> Vec<LevelView> {
    let count = |level| findings.clone().filter(|finding| finding.level == level).count();
    let levels = [Level::Error, Level::Warning, Level::Info];
    levels.map(|level| LevelView { level, count: count(level) }).into()
}

fn finding<'r>(report: &Report, finding: &'r Finding) -> FindingView<'r> {
    let rule = crate::report::rule(finding.rule);
    let subject = match (&finding.api, &finding.operation) {
        (Some(api), Some(operation)) => format!("{operation} · {api}"),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => String::new(),
    };
    let proof = report.proofs.iter().position(|it| it.proves.contains(&finding.fingerprint));
    let span = match finding.first == finding.last {
        true => told(finding.first),
        false => format!("{} to {}", told(finding.first), told(finding.last)),
    };
    FindingView {
        id: format!("f-{}", finding.fingerprint),
        level: finding.level,
        rule: finding.rule,
        what: rule.map_or("", |rule| rule.what),
        why: rule.map_or("", |rule| rule.why),
        title: &finding.title,
        subject,
        evidence: finding.evidence.as_deref(),
        is_failing: report.is_failing(finding),
        is_known: finding.known,
        count: finding.count,
        span,
        places: finding.places.iter().map(|place| self::place(report, place)).collect(),
        facts: text::facts(finding),
        proof: proof.map(|number| format!("x-{number}")),
        fingerprint: finding.fingerprint,
    }
}

fn place(report: &Report, place: &Place) -> PlaceView {
    let source = report.excerpts.line(place).map(text::source);
    let indented = source.as_ref().map_or(0, |it| it.chars().take_while(|it| *it == ' ').count());
    // What stands deep would begin beyond the edge of a phone.
    let source = source.map(|source| source.trim_start_matches(' ').to_owned());
    let before = place.column.map_or(0, |column| column.saturating_sub(1 + indented));
    let is_shown = source.as_ref().is_some_and(|source| before < source.chars().count());
    let before = if is_shown { " ".repeat(before) } else { String::new() };
    PlaceView { at: text::written(place), line: place.line, before, source }
}

fn exchanges(report: &Report, shown: &[&Finding]) -> Vec<ExchangeView> {
    // One for all, so that equal secrets have equal placeholders.
    let mut redactor = Redactor::default();
    let told = report.proofs.iter().enumerate().map(|(number, proof)| {
        let is_proved = |finding: &&&Finding| proof.proves.contains(&finding.fingerprint);
        let proves = shown.iter().filter(is_proved);
        ExchangeView {
            id: format!("x-{number}"),
            told: proof.told(&mut redactor),
            proves: proves
                .map(|finding| (format!("f-{}", finding.fingerprint), finding.title.clone()))
                .collect(),
        }
    });
    told.collect()
}

/// An instant for a person; of what has none, nothing.
fn told(instant: Instant) -> String {
    if instant == Instant::default() { String::new() } else { instant.to_rfc3339() }
}
