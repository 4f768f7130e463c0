//! One report told in every format, and what each format must never do.

mod baseline;
mod commands;
mod html;
mod json;
mod markdown;
mod sarif;

use std::collections::BTreeSet;

use standin::clock::Instant;
use standin::finding::Blame;
use standin::finding::Context;
use standin::finding::Finding;
use standin::finding::Location;
use standin::finding::Side;
use standin::finding::Violation;
use standin::finding::rule;
use standin::finding::rule::Rule;
use standin::pointer::Pointer;
use standin::report::AssumptionTally;
use standin::report::Excerpts;
use standin::report::FORMATS;
use standin::report::Gate;
use standin::report::OperationTally;
use standin::report::Proof;
use standin::report::Report;
use standin::tape::Entry;

const DOCUMENT: &str = "openapi/clerk-sessions.yaml";

fn operation(id: &str, method: &str, path: &str, calls: u64) -> OperationTally {
    OperationTally {
        api: "clerk-sessions".to_owned(),
        operation: id.to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
        calls,
    }
}

fn violation(rule: &'static Rule, location: Location, name: Option<&str>) -> Violation {
    let mut violation = Violation::new(rule, location, "it is wrong");
    violation.name = name.map(str::to_owned);
    violation
}

fn finding(violation: &Violation, operation: Option<&str>, blame: Blame, number: u64) -> Finding {
    let now = Instant::from_millis(1_767_225_600_000);
    let context = Context {
        api: Some("clerk-sessions"),
        operation,
        side: if blame == Blame::Client { Side::Request } else { Side::Response },
        blame,
        exchange: Some(number),
        world: "default",
        now,
        evidence: Some("GET /v1/sessions → 422".to_owned()),
        document: Some(DOCUMENT),
    };
    Finding::new(violation, &context)
}

/// A call with a secret in it.
fn exchange() -> Entry {
    let entry = serde_json::json!({
        "startedDateTime": "2026-01-01T00:00:01.000Z",
        "request": {
            "method": "GET",
            "url": "http://localhost/v1/sessions?limit=501",
            "headers": [{"name": "authorization", "value": "Bearer sk_live_0f9a"}],
        },
        "response": {
            "status": 422,
            "headers": [{"name": "content-type", "value": "application/json"}],
            "content": {
                "mimeType": "application/json",
                "text": "{\"errors\":[{\"message\":\"<b>too large</b>\"}]}",
            },
        },
        "_standin": {"number": 4},
    });
    serde_json::from_value(entry).expect("an entry")
}

/// A report with a finding of every kind: lines known and unknown, got and help, repeated, of
/// another's blame, without an operation.
fn sample() -> Report {
    let mut limit = violation(&rule::PARAMETER_MISMATCH, Location::Query, Some("limit"));
    limit.title = "`limit` is greater than 500".to_owned();
    limit.place = Pointer::new("/components/parameters/limit/schema/maximum");
    limit.got = Some("501".to_owned());
    limit.expected = Some("at most 500".to_owned());
    limit.help = Some("ask for a page at a time with `offset`".to_owned());
    let mut limit = finding(&limit, Some("GetSessionList"), Blame::Client, 4);
    (limit.count, limit.places[0].line, limit.places[0].column) = (2, Some(120), Some(9));

    let mut unknown = violation(&rule::PATH_UNKNOWN, Location::Target, None);
    unknown.title = "no operation has this path; the nearest is GET /v1/sessions".to_owned();
    let mut unknown = finding(&unknown, None, Blame::Client, 5);
    (unknown.places, unknown.api) = (Vec::new(), None);

    let answer = violation(&rule::RESPONSE_BODY_MISMATCH, Location::Body, None);
    let answer = finding(&answer, Some("GetSession"), Blame::Standin, 6);
    let deprecated = violation(&rule::OPERATION_DEPRECATED, Location::Target, None);
    let deprecated = finding(&deprecated, Some("VerifySession"), Blame::Client, 7);

    let proof = Proof::new(exchange(), vec![limit.fingerprint]);
    let findings = vec![limit, unknown, answer, deprecated];
    let line = |_: &str, number| (number == 120).then(|| "        maximum: 500".to_owned());
    Report {
        ended: Instant::from_millis(1_767_225_602_500),
        requests: 7,
        operations: vec![
            operation("GetSessionList", "GET", "/v1/sessions", 3),
            operation("GetSession", "GET", "/v1/sessions/{session_id}", 1),
            operation("VerifySession", "POST", "/v1/sessions/{session_id}/verify", 1),
            operation("RevokeSession", "POST", "/v1/sessions/{session_id}/revoke", 1),
            operation("GetJWKS", "GET", "/v1/jwks", 0),
        ],
        excerpts: Excerpts::of(&findings, line),
        findings,
        dropped: 3,
        assumptions: vec![AssumptionTally {
            api: "clerk-sessions".to_owned(),
            operation: "VerifySession".to_owned(),
            note: "which error a retired operation gives is not public".to_owned(),
            count: 1,
        }],
        proofs: vec![proof],
        ..Report::new("serve", Instant::from_millis(1_767_225_600_000), Gate::new(&[Blame::Client]))
    }
}

fn render(id: &str, report: &Report) -> String {
    (standin::report::find(id).expect("the format exists").render)(report)
}

#[test]
fn every_format_tells_the_same_report() {
    let report = sample();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots/report");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for format in FORMATS {
        settings.set_description(format!("one report, told as {}", format.id));
        let told = (format.render)(&report);
        // Of a page, what a person reads: how it looks and moves is looked at elsewhere.
        let told = if format.id == "html" { html::content(&told) } else { told };
        settings.bind(|| insta::assert_snapshot!(format.id, told));
    }
}

#[test]
fn formats_have_names_of_their_own_and_are_found_by_them() {
    let names: BTreeSet<&str> = FORMATS.iter().map(|format| format.id).collect();
    assert_eq!(names.len(), FORMATS.len());
    assert!(standin::report::find("pdf").is_none());
}

#[test]
fn a_report_without_anything_is_still_well_formed() {
    let report = Report {
        requests: 0,
        operations: Vec::new(),
        findings: Vec::new(),
        dropped: 0,
        assumptions: Vec::new(),
        excerpts: Excerpts::default(),
        ..sample()
    };
    assert_eq!(
        render("text", &report),
        "0 requests to 0 of 0 operations: 0 errors, 0 warnings, 0 infos\n"
    );
    assert!(render("junit", &report).contains("tests=\"0\""));
    let json: serde_json::Value = serde_json::from_str(&render("json", &report)).expect("JSON");
    assert_eq!(json["findings"], serde_json::json!([]));
}

#[test]
fn junit_has_a_case_for_each_operation_and_skips_what_was_not_called() {
    let xml = render("junit", &sample());
    assert!(xml.starts_with("<?xml"));
    let suite =
        "<testsuite name=\"clerk-sessions\" tests=\"5\" skipped=\"1\" errors=\"1\" failures=\"1\">";
    assert!(xml.contains(suite), "standin's own fault is an error, the client's a failure: {xml}");
    assert!(xml.contains("<testsuite name=\"standin\" tests=\"1\""), "no operation: a case alone");
}

#[test]
fn what_comes_from_outside_breaks_no_format() {
    let mut report = sample();
    let evil = "a\u{1b}[2J & <b>\"]]>\u{0} 100%\r\n::error::forged,file=x:y";
    report.findings[0].title = evil.to_owned();
    report.findings[0].got = Some(evil.to_owned());
    report.findings[0].places[0].file = "a,b:c%.yaml".to_owned();

    let text = render("text", &report);
    assert!(!text.contains('\u{1b}') && !text.lines().any(|line| line.starts_with("::")));

    let github = render("github", &report);
    assert!(github.lines().all(|line| {
        ["::error ", "::warning ", "::notice "].iter().any(|begin| line.starts_with(begin))
    }));
    assert!(github.contains("file=a%2Cb%3Ac%25.yaml,line=120,col=9,"), "{github}");
    assert!(github.contains("100%25%0D%0A::error::forged,file=x:y"), "{github}");

    let xml = render("junit", &report);
    assert!(!xml.contains('\u{1b}') && !xml.contains('\u{0}'), "XML has no way to say these");
    assert!(!xml.contains("<b>"));
    let read = quick_junit::Report::deserialize_from_str(&xml).expect("XML that can be read");
    assert_eq!(read.tests, 6);

    let json: serde_json::Value = serde_json::from_str(&render("json", &report)).expect("JSON");
    assert_eq!(json["findings"][0]["title"], evil);
}

#[test]
fn github_is_given_no_more_than_it_shows() {
    let mut report = sample();
    let one = report.findings[0].clone();
    report.findings = vec![one; 14];
    let github = render("github", &report);
    assert_eq!(github.lines().filter(|line| line.starts_with("::error ")).count(), 10);
    assert!(github.contains("14 errors") && github.contains("4 of them are not annotated"));
}
