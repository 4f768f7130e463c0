//! `sarif`: SARIF 2.1.0, which code scanning of forges reads.
//!
//! A finding about a bundled document points at the user's own `standin.toml`: nobody else can open
//! the document's file.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;

use crate::finding::Finding;
use crate::finding::Level;
use crate::finding::Place;
use crate::report;
use crate::report::Format;
use crate::report::Report;
use crate::spec::bundled;

/// Static Analysis Results Interchange Format.
pub static FORMAT: Format = Format { id: "sarif", media_type: "application/sarif+json", render };

/// Where the schema of the format stands (SARIF 2.1.0, section 3.13.3).
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

fn render(report: &Report) -> String {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &report.findings {
        let next = numbers.len();
        numbers.entry(finding.rule).or_insert(next);
    }
    let mut rules: Vec<(&str, usize)> = numbers.iter().map(|(id, at)| (*id, *at)).collect();
    rules.sort_by_key(|(_, at)| *at);
    let has_baseline = report.gate.baseline.is_some();
    let results: Vec<Value> =
        report.findings.iter().map(|it| result(it, numbers[it.rule], has_baseline)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "standin",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|(id, _)| described(id)).collect::<Vec<_>>(),
            }},
            "invocations": [{
                "executionSuccessful": report.own_faults().count() == 0,
                "startTimeUtc": report.started.to_rfc3339(),
                "endTimeUtc": report.ended.to_rfc3339(),
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

/// A rule, told once (section 3.49).
fn described(id: &str) -> Value {
    let Some(rule) = report::rule(id) else { return json!({ "id": id }) };
    json!({
        "id": rule.id,
        "shortDescription": {"text": rule.what},
        "fullDescription": {"text": format!("{} {}", rule.what, rule.why)},
        "defaultConfiguration": {"level": level(rule.level)},
    })
}

/// One finding (section 3.27).
fn result(finding: &Finding, number: usize, has_baseline: bool) -> Value {
    let mut message = finding.title.clone();
    let facts = [("got", &finding.got), ("expected", &finding.expected), ("help", &finding.help)];
    for (name, fact) in facts {
        if let Some(fact) = fact {
            message.push_str(&format!("\n{name}: {fact}"));
        }
    }
    let mut locations: Vec<Value> = finding.places.iter().map(location).collect();
    if locations.is_empty() {
        // GitHub's code scanning takes no result without one.
        locations.push(json!({"physicalLocation": own_settings()}));
    }
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": number,
        "level": level(finding.level),
        "message": {"text": message},
        "locations": locations,
        "occurrenceCount": finding.count,
        "partialFingerprints": {"standin/v1": finding.fingerprint},
        "properties": {
            "blame": finding.blame,
            "api": finding.api,
            "operation": finding.operation,
            "where": finding.side,
            "instance": finding.instance,
            "evidence": finding.evidence,
        },
    });
    if has_baseline {
        // Section 3.27.24.
        result["baselineState"] = json!(if finding.known { "unchanged" } else { "new" });
    }
    result
}

/// The file that a user can open whatever was found.
fn own_settings() -> Value {
    json!({"artifactLocation": {"uri": "standin.toml"}})
}

/// A place (section 3.28).
fn location(place: &Place) -> Value {
    let is_bundled = bundled::ALL.iter().any(|bundled| bundled.name == place.file);
    let logical = json!([{"fullyQualifiedName": format!("{}#{}", place.file, place.pointer)}]);
    if is_bundled {
        return json!({"physicalLocation": own_settings(), "logicalLocations": logical});
    }
    let mut physical = json!({"artifactLocation": {"uri": uri(&place.file)}});
    if let Some(line) = place.line {
        physical["region"] = match place.column {
            Some(column) => json!({"startLine": line, "startColumn": column}),
            None => json!({"startLine": line}),
        };
    }
    json!({"physicalLocation": physical, "logicalLocations": logical})
}

/// A file's name as a URI reference.
fn uri(file: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
        .remove(b'/')
        .remove(b'.')
        .remove(b'-')
        .remove(b'_')
        .remove(b'~')
        .remove(b':');
    percent_encoding::utf8_percent_encode(&file.replace('\\', "/"), KEPT).to_string()
}

/// SARIF's word for a level (section 3.27.10).
const fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    }
}
