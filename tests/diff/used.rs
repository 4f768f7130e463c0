//! `--used-by`: what a recorded client would feel, judged by playing its calls again to a server of
//! the revision.

use std::path::Path;

use serde_json::Value;
use serde_json::json;

use crate::support::process::Running;
use crate::support::process::run;
use crate::support::process::standin;
use crate::support::wire::Wire;
use crate::support::wire::request;

/// The operations of the API; the client uses a third of them.
const OPERATIONS: [&str; 9] = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
const USED: [&str; 3] = ["a", "b", "c"];

/// What the client asks for.
const LIMIT: u64 = 50;

fn api() -> Value {
    let mut paths = json!({});
    for name in OPERATIONS {
        paths[format!("/{name}")] = json!({"get": {
            "operationId": name,
            "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}],
            "responses": {"200": {"description": "it", "content": {"application/json": {"schema": {
                "type": "object",
                "required": ["name", "size"],
                "properties": {"name": {"type": "string"}, "size": {"type": "integer"}},
            }}}}},
        }});
    }
    json!({"openapi": "3.1.0", "info": {"title": "Letters", "version": "1"}, "paths": paths})
}

/// Thirty edits: three of each operation, one that only smaller limits feel, one that larger ones
/// do, and one of texts.
fn edits() -> Vec<(String, Value)> {
    let mut edits = Vec::new();
    for name in OPERATIONS {
        let mut edit = |what: &str, change: &dyn Fn(&mut Value)| {
            let mut api = api();
            change(&mut api["paths"][format!("/{name}")]);
            edits.push((format!("{name}: {what}"), api));
        };
        edit("is gone", &|item| item.as_object_mut().unwrap().clear());
        edit("demands a parameter", &|item| {
            let new = json!({"name": "tenant", "in": "query", "required": true, "schema": {}});
            item["get"]["parameters"].as_array_mut().unwrap().push(new);
        });
        edit("answers another type", &|item| {
            item["get"]["responses"]["200"]["content"]["application/json"]["schema"]["properties"]
                ["size"] = json!({"type": "string"});
        });
    }
    let limited = |most: u64| {
        let mut api = api();
        for name in OPERATIONS {
            api["paths"][format!("/{name}")]["get"]["parameters"][0]["schema"]["maximum"] =
                json!(most);
        }
        (format!("at most {most}"), api)
    };
    edits.extend([limited(LIMIT - 1), limited(LIMIT + 1)]);
    let mut told = api();
    told["info"]["description"] = json!("Letters");
    edits.push(("said in other words".to_owned(), told));
    edits
}

/// What a server of a document answers to the client's calls.
async fn answers(document: &Path) -> Vec<(u16, String)> {
    let path = document.to_str().unwrap();
    let server = Running::start(&["serve", path, "--format", "json", "-p", "0"]);
    let address = server.url.strip_prefix("http://").unwrap().parse().unwrap();
    let mut wire = Wire::connect(address).await;
    let mut answers = Vec::new();
    for name in USED {
        let reply = wire.ask(request(&format!("GET /{name}?limit={LIMIT}"), "", "")).await.unwrap();
        answers.push((reply.status, reply.body));
    }
    answers
}

fn recorded(answers: &[(u16, String)]) -> String {
    let lines = USED.iter().zip(answers).map(|(name, (status, body))| {
        let url = format!("http://letters.example/{name}?limit={LIMIT}");
        let line = json!({
            "startedDateTime": "2026-01-01T00:00:00.000Z",
            "time": 1,
            "request": {"method": "GET", "url": url, "httpVersion": "HTTP/1.1", "headers": [],
                "queryString": [{"name": "limit", "value": LIMIT.to_string()}], "cookies": [],
                "headersSize": -1, "bodySize": 0},
            "response": {"status": status, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [],
                "headers": [{"name": "content-type", "value": "application/json"}], "redirectURL": "",
                "content": {"size": body.len(), "mimeType": "application/json", "text": body},
                "headersSize": -1, "bodySize": body.len()},
            "cache": {}, "timings": {"send": 0, "wait": 1, "receive": 0},
        });
        format!("{line}\n")
    });
    lines.collect()
}

/// Whether an answer is one that the base has.
fn is_known(status: u16, body: &str) -> bool {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    status == 200 && body["name"].is_string() && body["size"].is_i64()
}

#[tokio::test]
async fn only_what_the_recorded_client_would_feel_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("base.json"), api().to_string()).unwrap();
    let known = answers(&at("base.json")).await;
    assert!(known.iter().all(|(status, body)| is_known(*status, body)), "{known:?}");
    std::fs::create_dir(at("taped")).unwrap();
    std::fs::write(at("taped/exchanges.ndjson"), recorded(&known)).unwrap();
    let edits = edits();
    assert_eq!(edits.len(), 30);
    let mut wrong = Vec::new();
    for (what, api) in edits {
        std::fs::write(at("revision.json"), api.to_string()).unwrap();
        let now = answers(&at("revision.json")).await;
        let is_felt = !now.iter().all(|(status, body)| is_known(*status, body));
        let command =
            ["diff", "base.json", "revision.json", "--used-by", "taped", "--report", "json"];
        let (code, stdout, stderr) = run(standin(&command).current_dir(folder.path()));
        let report: Value =
            serde_json::from_str(&stdout).unwrap_or_else(|it| panic!("{it} {stderr}"));
        assert_eq!(
            report["comparison"]["used"],
            json!({"exchanges": 3, "called": 3, "operations": 9})
        );
        if (code == 1) != is_felt {
            wrong.push(format!("{what}: exit {code}, and the server answers {now:?}"));
        }
        for finding in report["findings"].as_array().unwrap() {
            let help = finding["help"].as_str().unwrap_or_default();
            match finding["level"].as_str() {
                Some("error") => assert!(help.contains("felt by GET /"), "{what}: {finding}"),
                _ => assert!(finding["proof"].is_string(), "{what}: {finding}"),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What `drift` observed tells which operations and parts were used, and with which values not.
#[test]
fn what_drift_observed_of_a_client_says_what_it_uses() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let written = |name: &str, api: &Value| std::fs::write(at(name), api.to_string()).unwrap();
    written("base.json", &api());
    let known = vec![(200, json!({"name": "a", "size": 1}).to_string()); USED.len()];
    std::fs::write(at("taped.ndjson"), recorded(&known)).unwrap();
    let command = ["drift", "taped.ndjson", "--spec", "base.json", "--summary", "seen.json"];
    let (code, _, stderr) = run(standin(&command).current_dir(folder.path()));
    assert_eq!(code, 0, "{stderr}");
    for (name, is_felt) in [("a", true), ("e", false)] {
        let mut revision = api();
        revision["paths"].as_object_mut().unwrap().shift_remove(&format!("/{name}")).unwrap();
        written("revision.json", &revision);
        let command = ["diff", "base.json", "revision.json", "--used-by", "seen.json"];
        let (code, stdout, stderr) = run(standin(&command).current_dir(folder.path()));
        assert_eq!(code == 1, is_felt, "{name}: {stdout}{stderr}");
        assert!(stdout.contains("uses 3 of 9 operations"), "{stdout}");
    }
}

#[test]
fn a_recording_of_another_api_says_nothing_of_this_one() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("base.json"), api().to_string()).unwrap();
    let others =
        recorded(&[(200, "{}".to_owned())]).replace("letters.example/a", "other.example/z");
    std::fs::write(at("other.ndjson"), others).unwrap();
    let command = ["diff", "base.json", "base.json", "--used-by", "other.ndjson"];
    let (code, _, stderr) = run(standin(&command).current_dir(folder.path()));
    assert_eq!(code, 2);
    assert!(stderr.contains("nothing is known of the client"), "{stderr}");
}
