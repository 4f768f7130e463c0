//! What the command line makes of drift: sources, summaries, coverage, proposals, servers.

use std::fs;
use std::path::Path;

use serde_json::Value;
use serde_json::json;

use crate::support::process::Running;
use crate::support::process::call;
use crate::support::process::run;
use crate::support::process::standin;

const SHOP: &str = "tests/fixtures/drift/planted/openapi30.yaml";
const CLERK: &str = "tests/fixtures/drift/clerk-2024-10-01.yaml";

/// A recorded line: a pet, as the document says it or not.
fn line(pet: &Value) -> String {
    json!({
        "startedDateTime": "2026-01-01T00:00:00Z",
        "request": {"method": "GET", "url": "http://shop.test/v1/pets/7",
            "headers": [{"name": "x-key", "value": "any"}]},
        "response": {"status": 200,
            "headers": [{"name": "content-type", "value": "application/json"}],
            "content": {"mimeType": "application/json", "text": pet.to_string()}},
    })
    .to_string()
}

/// Runs `drift` on a file with the document: exit code, report, what was told.
fn drift(arguments: &[&str]) -> (i32, Value, String) {
    let mut all = vec!["drift"];
    all.extend(arguments);
    all.extend(["--spec", SHOP, "--report", "json"]);
    let (code, report, told) = run(&mut standin(&all));
    (code, serde_json::from_str(&report).unwrap_or_default(), told)
}

/// What is a warning or worse.
fn bad(report: &Value) -> Vec<&Value> {
    let findings = report["findings"].as_array().into_iter().flatten();
    findings.filter(|finding| finding["level"] != "info").collect()
}

/// The rules of what is a warning or worse.
fn rules(report: &Value) -> Vec<String> {
    let rule = |finding: &&Value| finding["rule"].as_str().unwrap_or_default().to_owned();
    bad(report).iter().map(rule).collect()
}

fn written(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).expect("a file");
    path.display().to_string()
}

#[test]
fn each_finding_has_its_count_its_times_and_the_exchange_that_proves_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let at =
        |second: u32, pet: Value| line(&pet).replace("00:00:00Z", &format!("00:00:{second:02}Z"));
    let wrong = json!({"id": "x", "name": "Rex"});
    let lines = [
        at(9, wrong.clone()),
        at(5, json!({"id": 1, "name": "Rex"})),
        at(3, wrong.clone()),
        at(7, wrong),
    ];
    let file = written(folder.path(), "pets.ndjson", &lines.join("\n"));
    let (code, report, _) = drift(&[&file]);
    let finding = &report["findings"][0];
    assert_eq!((code, &finding["count"]), (1, &json!(3)));
    assert_eq!(finding["first"], 1_767_225_603_000_i64);
    assert_eq!(finding["last"], 1_767_225_609_000_i64);
    let evidence = finding["evidence"].as_str().unwrap_or_default();
    assert!(evidence.starts_with("GET /v1/pets/7 → 200 in "), "{evidence}");
    assert!(evidence.ends_with("pets.ndjson:3"), "{evidence}");
    assert_eq!(report["requests"], 4);
}

#[test]
fn an_access_log_is_judged_as_far_as_it_goes_and_the_rest_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let lines = [
        r#"{"request_method":"GET","request_uri":"/v1/pets/7","status":200,"msec":1767225600.5}"#,
        r#"{"request_method":"GET","request_uri":"/v1/pets?limit=900&region=eu","status":200}"#,
        r#"{"request_method":"GET","request_uri":"/v1/pets/8","status":503}"#,
        r#"{"request_method":"GET","request_uri":"/v1/toys/8?a=1","status":200}"#,
        r#"{"request_method":"GET","request_uri":"/v1/pets?region=eu&sort=up","status":200}"#,
        r#"{"message":"reload"}"#,
    ];
    let file = written(folder.path(), "access.log", &lines.join("\n"));
    let (code, report, told) = drift(&[&file]);
    let mut found = rules(&report);
    found.sort();
    let expected = [
        "parameter-mismatch",
        "recording-malformed",
        "response-status-undeclared",
        "undocumented-operation",
        "undocumented-parameter",
    ];
    assert_eq!((code, &found[..]), (1, &expected.map(str::to_owned)[..]), "{told}");
    let findings = report["findings"].as_array().expect("findings");
    let unjudged = findings.iter().find(|finding| finding["rule"] == "not-judged");
    assert_eq!(unjudged.expect("it is told")["count"], 5);
    assert_eq!(report["coverage"]["operations"]["seen"], 2);
}

#[test]
fn summaries_are_joined_to_what_one_reading_finds() {
    let folder = tempfile::tempdir().expect("a folder");
    let one = written(folder.path(), "one.ndjson", &line(&json!({"id": "x", "name": "Rex"})));
    let two = written(folder.path(), "two.ndjson", &line(&json!({"id": 1, "name": 5})));
    let [of_one, of_two, of_all] =
        ["1.json", "2.json", "all.json"].map(|name| folder.path().join(name).display().to_string());
    drift(&[&one, "--summary", &of_one]);
    drift(&[&two, "--summary", &of_two]);
    let (_, whole, _) = drift(&[&one, &two]);
    let (code, joined, told) = drift(&["--merge", &of_two, &of_one, &of_two, "--summary", &of_all]);
    assert_eq!((code, rules(&joined).len()), (1, 2), "{told}");
    assert_eq!(bad(&joined), bad(&whole));
    assert_eq!((&joined["requests"], &joined["coverage"]), (&json!(2), &whole["coverage"]));
    let (_, again, _) = drift(&[&one, "--merge", &of_all]);
    assert_eq!(bad(&again), bad(&whole));
    let (code, _, told) = drift(&["--merge", &one]);
    assert!(code == 2 && told.contains("no summary of drift"), "{told}");
}

#[test]
fn less_coverage_than_asked_for_fails() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = written(folder.path(), "one.ndjson", &line(&json!({"id": 1, "name": "Rex"})));
    let (code, report, _) = drift(&[&file]);
    let total = &report["coverage"]["total"];
    let number = |name: &str| total[name].as_u64().expect("a number");
    let percent = number("seen") * 100 / number("all");
    assert!(code == 0 && percent > 0 && percent < 50, "{total}");
    let (code, report, _) = drift(&[&file, "--min-coverage", &percent.to_string()]);
    assert_eq!((code, rules(&report)), (0, Vec::new()));
    let (code, report, _) = drift(&[&file, "--min-coverage", &(percent + 1).to_string()]);
    assert_eq!((code, rules(&report)), (1, vec!["coverage-low".to_owned()]));
    let operations = &report["coverage"]["apis"][0]["operations"];
    let get_pet = operations.as_array().expect("operations").iter();
    let get_pet = get_pet.clone().find(|it| it["operation"] == "getPet").expect("it is there");
    let parts: Vec<String> = get_pet["parts"]
        .as_array()
        .expect("parts")
        .iter()
        .map(|part| format!("{} {} {}", part["kind"], part["name"], part["seen"]).replace('"', ""))
        .collect();
    let expected = [
        "parameter path.petId true",
        "status 200 true",
        "status 404 false",
        "media-type 200 application/json true",
    ];
    assert_eq!(parts, expected);
}

#[test]
fn names_that_are_data_are_one_finding_and_few_names_are_several() {
    let folder = tempfile::tempdir().expect("a folder");
    let lines: Vec<String> = (0..300)
        .map(|number| {
            let mut pet = json!({"id": 1, "name": "Rex"});
            pet[format!("u_{number:08x}f1")] = json!({"x": 1});
            let letter = |at: u32| char::from_digit(10 + number / at % 26, 36).unwrap_or('a');
            pet["owner"] = json!({"name": "Ada"});
            pet["owner"][format!("word{}{}{}", letter(1), letter(26), letter(2))] = json!(1);
            pet[["left", "right"][number as usize % 2]] = json!(1);
            line(&pet)
        })
        .collect();
    let file = written(folder.path(), "pets.ndjson", &lines.join("\n"));
    let (_, report, _) = drift(&[&file]);
    let findings = report["findings"].as_array().expect("findings");
    let told: Vec<(String, u64)> = findings
        .iter()
        .filter(|finding| finding["rule"] == "undocumented-field")
        .map(|finding| (finding["instance"].to_string(), finding["count"].as_u64().unwrap_or(0)))
        .collect();
    assert_eq!(told.len(), 4, "{told:#?}");
    let mut counts: Vec<u64> = told.iter().map(|(_, count)| *count).collect();
    counts.sort_unstable();
    assert_eq!(counts, [150, 150, 300, 300]);
}

#[test]
fn a_proposal_makes_the_document_true_as_overlay_and_as_patch() {
    let folder = tempfile::tempdir().expect("a folder");
    let pets = [
        json!({"id": "seven", "name": "a name that is too long", "kind": "fish", "price": 200.25}),
        json!({"name": "Rex", "code": null, "colour": {"main": "red"}, "born": "long ago"}),
        json!({"id": 1, "name": "Rex", "owner": {"address": {"zip": 1}}, "tags": [{"rank": "x"}]}),
    ];
    let mut lines: Vec<String> = pets.iter().map(line).collect();
    lines.push(line(&json!({})).replace("/pets/7", "/toys/7"));
    lines.push(line(&json!({})).replace("/pets/7", "/pets/7?colour=red"));
    lines.push(line(&json!({"why": "gone"})).replace("\"status\":200", "\"status\":410"));
    lines.push(line(&json!({"id": 1, "name": "Rex"})).replace("x-key", "x-other"));
    let file = written(folder.path(), "pets.ndjson", &lines.join("\n"));
    let overlay = folder.path().join("proposal.yaml").display().to_string();
    let patch = folder.path().join("proposal.json-patch").display().to_string();
    let (code, report, _) = drift(&[&file, "--propose", &overlay]);
    assert!(code == 1 && rules(&report).len() > 12, "{report:#}");
    let (code, report, told) = drift(&[&file, "--overlay", &overlay]);
    assert_eq!((code, rules(&report)), (0, Vec::new()), "{told}\n{report:#}");
    drift(&[&file, "--propose", &patch]);
    let read = |path: &str| fs::read_to_string(path).expect("it was written");
    let operations: Vec<Value> = serde_json::from_str(&read(&patch)).expect("a patch");
    assert!(operations.len() > 12);
    for operation in operations {
        let op = operation["op"].as_str().unwrap_or_default();
        assert!(matches!(op, "add" | "remove" | "replace"), "{operation}");
    }
    let document: Value = serde_saphyr::from_str(&read(&overlay)).expect("an overlay");
    assert_eq!(document["overlay"], "1.1.0");
}

#[test]
fn a_proxy_tells_what_no_validator_tells_and_how_much_was_seen() {
    let upstream = Running::start(&["serve", "clerk", "--format", "json", "--port", "0"]);
    let folder = tempfile::tempdir().expect("a folder");
    let report = folder.path().join("report.json").display().to_string();
    let base = format!("{}/v1", upstream.url);
    let target = format!("json={report}");
    let arguments = ["--port", "0", "--format", "json", "--report", &target];
    let recorded = folder.path().join("taped").display().to_string();
    let mut command = vec!["record", &upstream.url, "--spec", CLERK, "--out", &recorded];
    command.extend(arguments);
    let server = Running::start(&command);
    let fields = "authorization: Bearer sk_test_mock\nclerk-api-version: 2026-05-12";
    for path in ["/v1/sessions?user_id=user_ada&paginated=true", "/v1/sessions/sess_active"] {
        let (status, answer) = call(&server.url, &format!("GET {path}\n{fields}"), "");
        assert_eq!(status, 200, "{base}: {answer}");
    }
    server.signal("TERM");
    server.end();
    let report = fs::read_to_string(&report).expect("a report");
    let report: Value = serde_json::from_str(&report).expect("a report");
    let found = rules(&report);
    let count = |rule: &str| found.iter().filter(|found| *found == rule).count();
    // `paginated`, and the header that names a version in both operations.
    assert_eq!(count("undocumented-parameter"), 3, "{report:#}");
    assert_eq!(report["coverage"]["operations"]["seen"], 2);
}
