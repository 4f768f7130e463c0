//! Drift: where recorded traffic departs from a description.

mod command;
mod merging;
mod planted;
mod vendor;

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use standin::apis;
use standin::drift;
use standin::drift::Drift;
use standin::finding::Level;
use standin::spec::Document;
use standin::tape::read;
use standin::tape::snapshot;

use crate::exchanges::DIRECTORY;
use crate::exchanges::snapshot_of;
use crate::support::process::run;
use crate::support::process::standin;

fn documents(name: &str) -> Vec<(String, Arc<Document>)> {
    let document = |api| apis::load(api).expect("bundled documents load");
    apis::named(name).into_iter().map(|api| (api.id.to_owned(), document(api))).collect()
}

/// Judges the text of a snapshot by bundled documents.
fn judge(text: &str, api: &str) -> Drift {
    let (entries, violations) = snapshot::parse(text);
    assert_eq!(violations, []);
    drift::judge(&entries, &documents(api)).expect("the documents do not conflict")
}

/// What was found, as `rule blame operation instance: title`.
fn told(drift: &Drift) -> Vec<String> {
    drift
        .findings
        .iter()
        .filter(|finding| finding.level > Level::Info)
        .map(|finding| {
            let operation = finding.operation.as_deref().unwrap_or("-");
            let (rule, blame) = (finding.rule, finding.blame);
            format!("{rule} {blame} {operation} {}: {}", finding.instance, finding.title)
        })
        .collect()
}

#[test]
fn the_exchanges_of_every_bundled_api_agree_with_its_description() {
    let (entries, violations) = read::paths(&[PathBuf::from(DIRECTORY)]).unwrap();
    assert_eq!(violations, []);
    for api in apis::APIS {
        let drift = drift::judge(&entries, &documents(api.id)).unwrap();
        assert_eq!(told(&drift), [] as [String; 0], "{}", api.id);
        let operations = apis::load(api).unwrap().operations.len();
        let seen = drift.operations.iter().filter(|(id, ..)| id == api.id).count();
        assert_eq!(seen, operations, "{}", api.id);
        assert!(drift.judged > 0 && drift.passed_over > 0, "{}", api.id);
    }
}

#[test]
fn one_changed_field_is_exactly_one_finding() {
    let text = snapshot_of("clerk-sessions", "GetSession", "active");
    let changed = text.replace("\"status\": \"active\"", "\"status\": \"dormant\"");
    assert_ne!(text, changed);
    assert_eq!(told(&judge(&text, "clerk")), [] as [String; 0]);
    let drift = judge(&changed, "clerk");
    assert_eq!(
        told(&drift),
        ["response-body-mismatch server GetSession /status: \
          `status` in the response body is not one of the allowed values"]
    );
    let finding = &drift.findings[0];
    assert_eq!(finding.places[0].file, "openapi/clerk-sessions.yaml");
    assert!(finding.places[0].line.is_some_and(|line| line > 1));
    assert_eq!(finding.got.as_deref(), Some("\"dormant\""));
}

#[test]
fn each_way_to_depart_is_told_once_and_blamed_rightly() {
    let exchange = |request: &str, response: &str, body: &str| {
        format!("{request}\n> authorization: Bearer {{{{secret:1}}}}\n{response}\n{body}\n")
    };
    let json = "< content-type: application/json\n<\n";
    let session = snapshot_of("clerk-sessions", "GetSession", "active");
    let body = &session[session.find("<\n< {").unwrap()..];
    let fine = format!("< content-type: application/json\n{body}");
    let get = "> GET /v1/sessions/sess_active HTTP/1.1";
    let ok = "< HTTP/1.1 200 OK";
    let table = [
        (exchange(get, ok, &fine), &[][..]),
        (
            exchange(get, "< HTTP/1.1 418 I'm a teapot", &fine),
            &["response-status-undeclared server GetSession"],
        ),
        (
            exchange(get, ok, "< content-type: text/html\n<\n< <p>"),
            &["response-media-type-undeclared server GetSession"],
        ),
        (exchange(get, ok, &format!("{json}< {{")), &["response-body-malformed server GetSession"]),
        (exchange(get, ok, ""), &["response-body-missing server GetSession"]),
        (
            exchange("> GET /v1/sessions?limit=9999 HTTP/1.1", ok, &format!("{json}< []")),
            &["parameter-mismatch client GetSessionList"],
        ),
        (
            exchange("> PUT /v1/sessions HTTP/1.1", ok, &format!("{json}< []")),
            &["undocumented-operation client -"],
        ),
        (
            exchange("> GET /v1/sessionz HTTP/1.1", ok, &format!("{json}< []")),
            &["undocumented-operation client -"],
        ),
        (exchange("> GET /v1/sessionz HTTP/1.1", "< HTTP/1.1 404 Not Found", ""), &[]),
    ];
    for (text, expected) in table {
        let told = told(&judge(&text, "clerk"));
        let heads: Vec<String> =
            told.iter().map(|line| line.split(' ').take(3).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(heads, expected, "{text}");
    }
}

#[test]
fn equal_departures_are_counted_not_repeated() {
    let text = snapshot_of("clerk-sessions", "GetSession", "active")
        .replace("\"status\": \"active\"", "\"status\": \"dormant\"");
    let start = text.find("> GET").unwrap();
    let three = format!("{text}\n{}\n{}", &text[start..], &text[start..]);
    let drift = judge(&three, "clerk");
    assert_eq!((drift.findings.len(), drift.findings[0].count, drift.judged), (1, 3, 3));
}

#[test]
fn what_stands_for_a_secret_is_taken_for_a_right_one() {
    let text = snapshot_of("clerk-sessions", "CreateSessionToken", "made");
    assert!(text.contains("\"jwt\": \"{{jwt:1}}\""), "{text}");
    assert_eq!(told(&judge(&text, "clerk")), [] as [String; 0]);
    let wrong = text.replace("{{jwt:1}}", "not a token");
    assert_eq!(told(&judge(&wrong, "clerk")).len(), 1);
}

#[test]
fn exchanges_of_other_bundled_apis_are_passed_over() {
    let text = snapshot_of("transmit-sessions", "getUserSessions", "sessions");
    let drift = judge(&text, "clerk");
    assert_eq!((drift.findings.len(), drift.judged, drift.passed_over), (0, 0, 1));
    // Without the label nobody can know, and the path is not Clerk's.
    let unlabelled = &text[text.find("> GET").unwrap()..];
    assert_eq!(judge(unlabelled, "clerk").judged, 1);
}

#[test]
fn a_copy_on_disk_is_judged_like_the_original() {
    let directory = tempfile::tempdir().unwrap();
    let text = snapshot_of("clerk-sessions", "GetJWKS", "keys").replace("\"RS256\"", "\"HS256\"");
    fs::write(directory.path().join("changed.snap"), text).unwrap();
    let (entries, _) = read::paths(&[directory.path().to_owned()]).unwrap();
    let drift = drift::judge(&entries, &documents("clerk")).unwrap();
    assert_eq!(drift.findings.len(), 1, "{:#?}", told(&drift));
    let evidence = drift.findings[0].evidence.as_deref().unwrap_or("");
    assert!(evidence.contains(&*Path::new("changed.snap:8").to_string_lossy()), "{evidence}");
}

#[test]
fn the_command_ends_with_0_for_the_snapshots_and_with_1_for_a_copy_with_one_changed_field() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().display().to_string();
    for api in apis::APIS {
        let (code, _, told) = run(&mut standin(&["drift", DIRECTORY, "--spec", api.id]));
        assert_eq!(code, 0, "{}: {told}", api.id);
    }
    let text = snapshot_of("clerk-sessions", "GetSession", "active");
    let changed = text.replace("\"status\": \"active\"", "\"status\": \"dormant\"");
    fs::write(directory.path().join("active.snap"), changed).unwrap();
    let command = ["drift", &path, "--spec", "clerk-sessions", "--report", "json"];
    let (code, stdout, _) = run(&mut standin(&command));
    assert_eq!(code, 1);
    let report: Value = serde_json::from_str(&stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let findings: Vec<&Value> = findings.iter().filter(|it| it["level"] != "info").collect();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0]["rule"], "response-body-mismatch");
    assert_eq!(findings[0]["instance"], "/status");
}
