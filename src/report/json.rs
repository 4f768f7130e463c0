//! `json`: the report as it is, for programs.

use crate::report::Format;
use crate::report::Report;

/// The whole report as one JSON object.
pub static FORMAT: Format = Format { id: "json", media_type: "application/json", render };

fn render(report: &Report) -> String {
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}
