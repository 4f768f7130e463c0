//! `standin redact`: secrets taken out of recordings that exist.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::process::run;
use crate::support::process::standin;

/// An archive as a browser writes it, with members of its own.
const BROWSER: &str = r#"{
  "log": {
    "version": "1.2",
    "creator": {"name": "WebInspector", "version": "537.36"},
    "pages": [],
    "entries": [
      {
        "_priority": "High",
        "_initiator": {"type": "script", "url": "https://x.test/?access_token=initiated"},
        "startedDateTime": "2026-01-01T00:00:00.000Z",
        "time": 1.5,
        "request": {
          "method": "POST",
          "url": "https://x.test/token?api_key=queried",
          "httpVersion": "http/2.0",
          "headers": [{"name": "authorization", "value": "Bearer carried"}],
          "queryString": [{"name": "api_key", "value": "queried"}],
          "cookies": [{"name": "sid", "value": "baked", "httpOnly": true}],
          "headersSize": -1,
          "bodySize": 20,
          "postData": {"mimeType": "application/json", "text": "{\"password\":\"typed\"}"}
        },
        "response": {
          "status": 200,
          "statusText": "",
          "httpVersion": "http/2.0",
          "headers": [],
          "cookies": [],
          "content": {"size": 30, "mimeType": "application/json", "text": "{\"refresh_token\":\"answered\"}", "_extra": 1},
          "redirectURL": "",
          "headersSize": -1,
          "bodySize": 30
        },
        "cache": {},
        "timings": {"send": 0.5, "wait": 1, "receive": 0},
        "serverIPAddress": "203.0.113.1"
      }
    ]
  }
}
"#;

/// A mapping as WireMock writes it.
const MAPPING: &str = r#"{"request": {"method": "GET", "urlPath": "/a", "headers": {"Authorization": {"equalTo": "Bearer mapped"}}}, "response": {"status": 200, "jsonBody": {"token": "stubbed", "id": 7}}}"#;

/// A cassette as VCR writes it.
const CASSETTE: &str = "http_interactions:\n- request:\n    uri: https://x.test/?token=taped\n    body:\n      string: 'password=reeled'\n  response:\n    body:\n      string: '{\"access_token\":\"wound\",\"a\":1}'\n";

const SECRETS: [&str; 10] = [
    "initiated",
    "queried",
    "carried",
    "baked",
    "typed",
    "answered",
    "mapped",
    "stubbed",
    "taped",
    "reeled",
];

fn recordings(directory: &Path) {
    fs::create_dir_all(directory.join("mappings")).unwrap();
    fs::write(directory.join("browser.har"), BROWSER).unwrap();
    fs::write(directory.join("mappings/a.json"), MAPPING).unwrap();
    fs::write(directory.join("tape.yaml"), CASSETTE).unwrap();
    let har: Value = serde_json::from_str(BROWSER).unwrap();
    fs::write(directory.join("lines.ndjson"), format!("{}\n", har["log"]["entries"][0])).unwrap();
    fs::write(directory.join("clean.har"), "{\"log\": {\"version\":\"1.2\",\"entries\":[ ]}}")
        .unwrap();
}

fn redact(directory: &Path, flags: &[&str]) -> (i32, String) {
    let (code, _, told) = run(standin(&["redact"]).arg(directory).args(flags));
    (code, told)
}

fn text_of(directory: &Path) -> String {
    ["browser.har", "mappings/a.json", "tape.yaml", "lines.ndjson"]
        .map(|name| fs::read_to_string(directory.join(name)).expect("it is there"))
        .concat()
}

#[test]
fn secrets_are_found_taken_out_and_gone() {
    let folder = tempfile::tempdir().expect("a folder");
    let (here, there) = (folder.path().join("here"), folder.path().join("there"));
    recordings(&here);
    let (code, told) = redact(&here, &["--check"]);
    assert_eq!(code, 1, "{told}");
    for name in ["browser.har", "a.json", "tape.yaml", "lines.ndjson"] {
        assert!(told.contains(name), "{name} in {told}");
    }
    assert!(!told.contains("clean.har") && SECRETS.iter().all(|it| !told.contains(it)), "{told}");
    let (code, told) = redact(&here, &["--out", there.to_str().unwrap()]);
    assert_eq!(code, 0, "{told}");
    assert!(SECRETS.iter().all(|it| text_of(&here).contains(it)));
    let left = text_of(&there);
    for secret in SECRETS.iter().chain(&["wound"]) {
        assert!(!left.contains(secret), "{secret} in {left}");
    }
    assert_eq!(redact(&here, &["--in-place"]).0, 0);
    assert_eq!(text_of(&here), left);
    let (code, told) = redact(&here, &["--check"]);
    assert_eq!(code, 0, "{told}");
    // What holds nothing is not touched.
    let clean = fs::read_to_string(here.join("clean.har")).unwrap();
    assert_eq!(clean, "{\"log\": {\"version\":\"1.2\",\"entries\":[ ]}}");
}

#[test]
fn what_other_tools_say_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    recordings(folder.path());
    assert_eq!(redact(folder.path(), &["--in-place"]).0, 0);
    let text = fs::read_to_string(folder.path().join("browser.har")).unwrap();
    let har: Value = serde_json::from_str(&text).unwrap();
    let entry = &har["log"]["entries"][0];
    assert_eq!(har["log"]["creator"]["name"], "WebInspector");
    assert_eq!(
        (&entry["_priority"], &entry["serverIPAddress"]),
        (&"High".into(), &"203.0.113.1".into())
    );
    assert_eq!(entry["response"]["content"]["_extra"], 1);
    assert_eq!(entry["timings"]["send"], 0.5);
    let mapping = fs::read_to_string(folder.path().join("mappings/a.json")).unwrap();
    let mapping: Value = serde_json::from_str(&mapping).unwrap();
    assert_eq!(mapping["response"]["jsonBody"]["id"], 7);
}

#[test]
fn one_goal_is_named_and_something_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    for flags in [&[][..], &["--in-place", "--check"]] {
        assert_eq!(redact(folder.path(), flags).0, 2, "{flags:?}");
    }
    let (code, told) = redact(folder.path(), &["--check"]);
    assert_eq!((code, told.contains("nothing to redact")), (2, true), "{told}");
}
