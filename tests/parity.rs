//! The mock held against recordings of a vendor: here of itself, as another run of it was, and of
//! such recordings changed.

use std::fs;
use std::path::Path;

use serde_json::Value;
use serde_json::json;

use crate::support::process::run;
use crate::support::process::standin;

/// What a client does: makes, reads, ends, errs.
const CALLS: &str = r#"
key='Authorization: Bearer sk_test_mock' json='Content-Type: application/json' u=$STANDIN_URL
id=$(curl -s -X POST $u/v1/sessions -H "$key" -H "$json" -d '{"user_id":"user_ada"}' |
    sed 's/.*"id":"\(sess_[A-Za-z0-9]*\)".*/\1/')
curl -s $u/v1/sessions/$id -H "$key"
curl -s "$u/v1/sessions?user_id=user_ada" -H "$key"
curl -s -X POST $u/v1/sessions/$id/tokens -H "$key"
curl -s -X POST $u/v1/sessions/$id/revoke -H "$key"
curl -s -X POST $u/v1/sessions/$id/tokens -H "$key"
curl -s $u/v1/sessions/sess_none -H "$key"
curl -s $u/v1/sessions/sess_active
curl -s $u/v1/sessions/sess_active -H "$key"
curl -s $u/v1/jwks -H "$key"
"#;

/// A recording of another run: other ids, another time.
fn recorded(folder: &Path) -> String {
    let arguments = ["serve", "clerk", "-q", "--seed", "7", "--fail-on", "never"];
    let mut process = standin(&arguments);
    process.args(["--clock", "fixed:2026-02-03T04:05:06Z", "--record", "vendor"]);
    let (code, _, stderr) = run(process.args(["--", "bash", "-c", CALLS]).current_dir(folder));
    assert_eq!(code, 0, "{stderr}");
    fs::read_to_string(folder.join("vendor/exchanges.ndjson")).expect("it was recorded")
}

/// Holds the mock against a recording: exit code and report.
fn judged(folder: &Path, recording: &str) -> (i32, Value) {
    fs::write(folder.join("changed.ndjson"), recording).expect("it is written");
    let arguments = ["drift", "--parity", "changed.ndjson", "--spec", "clerk-sessions", "-q"];
    let mut process = standin(&arguments);
    process.args(["--report", "json=report.json"]).current_dir(folder);
    let (code, _, stderr) = run(&mut process);
    let report = fs::read_to_string(folder.join("report.json")).unwrap_or_default();
    (code, serde_json::from_str(&report).unwrap_or_else(|error| panic!("{error}: {stderr}")))
}

/// What was found, as `rule operation instance`.
fn told(report: &Value) -> Vec<String> {
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap_or("-").to_owned();
    let findings = report["findings"].as_array().expect("findings").iter();
    let told = findings.map(|it| {
        format!("{} {} {}", text(it, "rule"), text(it, "operation"), text(it, "instance"))
    });
    told.collect()
}

#[test]
fn the_mock_is_like_another_run_of_itself_whatever_ids_and_times_there_were() {
    let folder = tempfile::tempdir().expect("a folder");
    let recording = recorded(folder.path());
    assert_eq!(recording.lines().count(), 10);
    // What was there before the recording began has names that the mock never heard.
    let strange =
        recording.replace("sess_active", "sess_2kP3vN8q").replace("user_ada", "user_2kX9w");
    for recording in [recording, strange] {
        let (code, report) = judged(folder.path(), &recording);
        assert_eq!((code, told(&report)), (0, Vec::new()), "{report:#}");
        let fidelity = report["fidelity"].as_array().expect("figures");
        assert_eq!(fidelity.len(), 6);
        let exchanges: u64 = fidelity.iter().filter_map(|it| it["exchanges"].as_u64()).sum();
        assert_eq!(exchanges, 10);
        assert!(fidelity.iter().all(|it| it["whole"] == it["exchanges"]), "{report:#}");
    }
}

/// Something that a vendor does otherwise: which exchange, how, and what is told.
type Departure = (usize, fn(&mut Value, &mut Value), &'static [&'static str]);

#[test]
fn what_the_vendor_does_otherwise_is_told_once_and_rightly() {
    let departures: [Departure; 8] = [
        (
            1,
            |response, _| response["status"] = json!(203),
            &["parity-status GetSession status.203"],
        ),
        (
            3,
            |response, _| {
                let headers = response["headers"].as_array_mut().expect("fields");
                headers.push(json!({"name": "Retry-After", "value": "3"}));
            },
            &["parity-header CreateSessionToken header.retry-after"],
        ),
        (1, |_, content| content["plan"] = json!("pro"), &["parity-shape GetSession /plan"]),
        (
            1,
            |_, content| drop(content.as_object_mut().expect("an object").remove("client_id")),
            &["parity-shape GetSession /client_id"],
        ),
        (
            1,
            |_, content| content["expire_at"] = json!("2026-02-10T04:05:06Z"),
            &["parity-shape GetSession /expire_at"],
        ),
        (
            2,
            |_, content| content[0]["status"] = json!("pending"),
            &["parity-value GetSessionList /0/status"],
        ),
        (
            6,
            |_, content| content["errors"][0]["message"] = json!("No such session"),
            &["parity-value GetSession /errors/0/message"],
        ),
        // Data differ by nature.
        (1, |_, content| content["latest_activity"]["city"] = json!("Porto"), &[]),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let recording = recorded(folder.path());
    for (number, change, expected) in departures {
        let mut lines: Vec<String> = recording.lines().map(str::to_owned).collect();
        let mut entry: Value = serde_json::from_str(&lines[number]).expect("JSON");
        let text = entry["response"]["content"]["text"].as_str().expect("content");
        let mut content: Value = serde_json::from_str(text).expect("JSON");
        change(&mut entry["response"], &mut content);
        entry["response"]["content"]["text"] = json!(content.to_string());
        lines[number] = entry.to_string();
        let (code, report) = judged(folder.path(), &lines.join("\n"));
        assert_eq!(told(&report), expected, "{report:#}");
        let is_error = expected.iter().any(|it| it.contains("-status ") || it.contains("-shape "));
        assert_eq!(code, i32::from(is_error), "{expected:?}");
        let whole = |it: &Value| it["whole"].as_u64();
        let apart = report["fidelity"].as_array().expect("figures").iter();
        let apart = apart.filter(|it| whole(it) < it["exchanges"].as_u64()).count();
        assert_eq!(apart, expected.len(), "{report:#}");
    }
}

#[test]
fn apis_prints_the_figure_beside_the_basis_and_only_where_it_was_measured() {
    let folder = tempfile::tempdir().expect("a folder");
    recorded(folder.path());
    let mut process = standin(&["apis", "clerk-sessions", "vendor"]);
    let (code, stdout, _) = run(process.current_dir(folder.path()));
    assert_eq!(code, 0);
    assert!(
        stdout.contains("GetJWKS · documented · 100 % like the vendor in 1 exchanges"),
        "{stdout}"
    );
    assert!(stdout.contains(" · not in the recordings"), "{stdout}");
    let (_, stdout, _) = run(&mut standin(&["apis", "clerk-sessions"]));
    assert!(!stdout.contains("like the vendor") && !stdout.contains("recordings"), "{stdout}");
}

#[test]
fn parity_is_for_bundled_apis_and_needs_exchanges_of_them() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("empty.ndjson"), "").expect("it is written");
    fs::write(folder.path().join("a.yaml"), "openapi: 3.1.0\n").expect("it is written");
    for (spec, expected) in
        [("a.yaml", "--parity is for bundled APIs"), ("clerk", "nothing was tested")]
    {
        let mut process = standin(&["drift", "--parity", "empty.ndjson", "--spec", spec]);
        let (code, _, stderr) = run(process.current_dir(folder.path()));
        assert_eq!(code, 2, "{stderr}");
        assert!(stderr.contains(expected), "{stderr}");
    }
}
