//! `markdown`: for the comment on a pull request and for the summary of a job.
//!
//! A forge refuses a comment that is too long, so a report fits whatever was found: the worst comes
//! first, what there is no room for is counted. What comes from outside stands only where Markdown
//! and the forge read nothing into it: escaped in blocks of HTML, or behind fences.

use std::fmt::Write;

use crate::finding::Finding;
use crate::report::Format;
use crate::report::Report;
use crate::report::text;
use crate::report::text::counted;

/// Most bytes of a report: GitHub takes 65,536 characters, and a bot adds a line of its own.
const MOST: usize = 65_000;

/// Room that is kept for what is told at the end, in bytes.
const END: usize = 600;

/// Most bytes of one finding.
const FINDING: usize = 4_000;

/// Most findings that failed nothing and are shown: they are not what a reviewer came for.
const PASSING: usize = 50;

/// GitHub's Markdown, folded.
pub static FORMAT: Format = Format { id: "markdown", media_type: "text/markdown", render };

fn render(report: &Report) -> String {
    let mut sheet = Sheet(head(report));
    let (known, new): (Vec<&Finding>, Vec<&Finding>) =
        report.findings.iter().partition(|finding| finding.known);
    let (failing, passing): (Vec<&Finding>, Vec<&Finding>) =
        new.into_iter().partition(|finding| report.is_failing(finding));
    let shown = failing.iter().chain(passing.iter().take(PASSING));
    let told = shown.take_while(|finding| sheet.has_added(&folded(report, finding))).count();
    let left = report.findings.len() - known.len() - told;
    sheet.has_added(&known_ones(&known));
    sheet.has_added(&fidelity(report));
    sheet.has_added(&shares(report));
    sheet.has_added(&operations(report));
    sheet.has_added(&assumptions(report));
    let mut end = String::new();
    if left > 0 {
        let more = counted(left as u64, "further finding");
        let _ = writeln!(end, "\n{more} had no room here: the reports `html` and `json` have.");
    }
    if report.dropped > 0 {
        let more = counted(report.dropped, "further finding");
        let _ = writeln!(end, "\n{more} could not be kept.");
    }
    sheet.0 + &end
}

/// What is being written, and how much of it fits.
struct Sheet(String);

impl Sheet {
    /// Adds a piece, if there is room.
    fn has_added(&mut self, piece: &str) -> bool {
        let fits = self.0.len() + piece.len() + END <= MOST;
        if fits {
            self.0.push_str(piece);
        }
        fits
    }
}

fn head(report: &Report) -> String {
    let verdict = match (report.failing().count(), report.own_faults().count()) {
        (0, 0) => "✅ passed".to_owned(),
        (0, own) => format!("❌ standin itself was wrong: {}", counted(own as u64, "finding")),
        (failing, _) => format!("❌ failed by {}", counted(failing as u64, "finding")),
    };
    format!("### standin {}: {verdict}\n\n{}.\n", inline(&report.command), text::tally(report))
}

/// A finding in a line that opens.
fn folded(report: &Report, finding: &Finding) -> String {
    let mut told = text::finding(finding, &report.excerpts);
    let end = (0..=FINDING).rev().find(|end| told.is_char_boundary(*end)).unwrap_or(0);
    if end < told.len() {
        told.truncate(end);
        told.push('…');
    }
    let fence = fence(&told);
    let count = if finding.count > 1 { format!(" ×{}", finding.count) } else { String::new() };
    let operation = finding
        .operation
        .as_deref()
        .map_or_else(String::new, |operation| format!(" · <code>{}</code>", inline(operation)));
    format!(
        "\n<details>\n<summary><b>{}</b> {}{operation}{count}</summary>\n\n{fence}text\n{}\n{fence}\n\n\
         </details>\n",
        finding.level,
        titled(&finding.title),
        told.trim_end(),
    )
}

/// What a baseline knows, in a list that opens.
fn known_ones(known: &[&Finding]) -> String {
    if known.is_empty() {
        return String::new();
    }
    let more = counted(known.len() as u64, "finding");
    let mut told = format!("\n<details>\n<summary>{more} known to the baseline</summary>\n<ul>\n");
    for finding in known.iter().take(PASSING) {
        let subject = finding.operation.as_deref().map(inline).unwrap_or_default();
        let title = titled(&finding.title);
        let _ = writeln!(told, "<li>{} {title} · <code>{subject}</code></li>", finding.level);
    }
    told + "</ul>\n</details>\n"
}

/// Backticks in a row, more than the text has anywhere.
fn fence(text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

/// A title as HTML, what stands between backticks as code.
fn titled(title: &str) -> String {
    let parts: Vec<&str> = title.split('`').collect();
    let is_even = parts.len() % 2 == 1;
    let told = parts.iter().enumerate().map(|(number, part)| match number % 2 == 1 && is_even {
        true => format!("<code>{}</code>", inline(part)),
        false => inline(part),
    });
    told.collect::<Vec<_>>().join(if is_even { "" } else { "`" })
}

/// Text from outside on one line of a block of HTML. An invisible space keeps the forge from
/// calling somebody (`@name`) or linking an issue (`#1`).
fn inline(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '@' => told.push_str("@\u{200b}"),
            '#' => told.push_str("#\u{200b}"),
            '&' => told.push_str("&amp;"),
            '<' => told.push_str("&lt;"),
            '>' => told.push_str("&gt;"),
            '"' => told.push_str("&quot;"),
            other if other.is_control() => told.push(' '),
            other => told.push(other),
        }
    }
    told
}

/// How like the vendor a mock is.
fn fidelity(report: &Report) -> String {
    let told = text::fidelity(report);
    if told.is_empty() {
        return told;
    }
    let fence = fence(&told);
    format!(
        "\n<details>\n<summary>How like the API the mock answers</summary>\n\n{fence}text\n{told}{fence}\n\n\
         </details>\n"
    )
}

/// How much of the documents was seen.
fn shares(report: &Report) -> String {
    let Some(coverage) = &report.coverage else { return String::new() };
    let mut told = format!(
        "\n<details>\n<summary>{} % of what is documented was seen</summary>\n<table>\n\
         <tr><th></th><th>seen</th><th>of</th><th>%</th></tr>\n",
        coverage.total.percent()
    );
    for (name, share) in coverage.shares() {
        let (seen, all, percent) = (share.seen, share.all, share.percent());
        let _ = writeln!(
            told,
            "<tr><td>{name}</td><td>{seen}</td><td>{all}</td><td>{percent}</td></tr>"
        );
    }
    told + "</table>\n</details>\n"
}

/// Every operation with how often it was called.
fn operations(report: &Report) -> String {
    if report.operations.is_empty() || report.unserved.is_some() || report.comparison.is_some() {
        return String::new();
    }
    let called = report.operations.iter().filter(|operation| operation.calls > 0).count();
    let all = counted(report.operations.len() as u64, "operation");
    let mut told = format!(
        "\n<details>\n<summary>{called} of {all} called</summary>\n<table>\n\
         <tr><th>operation</th><th>path</th><th>calls</th><th>findings</th></tr>\n"
    );
    for operation in &report.operations {
        let found = report.findings.iter().filter(|finding| operation.is_meant_by(finding));
        let _ = writeln!(
            told,
            "<tr><td><code>{}</code></td><td><code>{} {}</code></td><td>{}</td><td>{}</td></tr>",
            inline(&operation.operation),
            inline(&operation.method),
            inline(&operation.path),
            operation.calls,
            found.count(),
        );
    }
    told + "</table>\n</details>\n"
}

/// What answers rest on, if any do.
fn assumptions(report: &Report) -> String {
    if report.assumptions.is_empty() {
        return String::new();
    }
    let total: u64 = report.assumptions.iter().map(|assumption| assumption.count).sum();
    let mut told = format!(
        "\n<details>\n<summary>{} on what is assumed of the real API</summary>\n<ul>\n",
        if total == 1 { "1 answer rests".to_owned() } else { format!("{total} answers rest") }
    );
    for assumption in &report.assumptions {
        let _ = writeln!(
            told,
            "<li>{} × <code>{}</code>: {}</li>",
            assumption.count,
            inline(&assumption.operation),
            inline(&assumption.note)
        );
    }
    told + "</ul>\n</details>\n"
}
