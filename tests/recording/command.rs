//! `standin record`, and `--record` of the other servers.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::Value;

use super::Upstream;
use super::answer;
use super::ask;
use super::entries;
use crate::support::process::Running;
use crate::support::process::run;
use crate::support::process::standin;

const JSON: &str = "content-type: application/json\r\n";

#[test]
fn without_a_document_all_is_passed_on_and_nothing_judged() {
    let upstream = Upstream::answering(answer("418 I'm a teapot", JSON, "{\"a\": 1}"));
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = standin(&["record", &upstream.url, "--format", "json", "--port", "0"]);
    let running = Running::spawn(command.arg("--out").arg(folder.path()));
    let got = ask(&running.url, "POST /v1/sessions?x", JSON, "{\"b\":2}");
    assert!(got.starts_with("HTTP/1.1 418") && got.ends_with("{\"a\": 1}"), "{got}");
    assert!(got.contains("standin-findings: 0"), "{got}");
    running.signal("TERM");
    assert_eq!(running.end().0, 0);
    let [entry] = &entries(folder.path())[..] else { panic!("one call is one entry") };
    assert_eq!(entry.request.method, "POST");
    assert_eq!(entry.request.target(), "/v1/sessions?x");
    assert_eq!(entry.request.post_data.as_ref().unwrap().text, "{\"b\":2}");
    assert_eq!(entry.response.content.text.as_deref(), Some("{\"a\": 1}"));
    assert!(entry.response.headers.iter().all(|field| field.name != "standin-findings"));
}

#[test]
fn with_a_document_both_sides_are_judged() {
    let upstream = Upstream::answering(answer("200 OK", JSON, "{\"a\":1}"));
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let mut command = standin(&["record", &upstream.url, "--spec", "clerk-sessions"]);
    command.arg("--out").arg(&out);
    command.args(["-q", "--", "sh", "-c", "curl -s $STANDIN_URL/v1/sessions/sess_1"]);
    let (code, stdout, stderr) = run(&mut command);
    assert_eq!((code, &*stdout), (1, "{\"a\":1}"), "{stderr}");
    let [entry] = &entries(&out)[..] else { panic!("one call is one entry") };
    let own = entry.own.as_ref().unwrap();
    assert_eq!(own.operation.as_deref(), Some("GetSession"));
}

#[test]
fn every_server_records_by_flag_environment_and_file() {
    let upstream = Upstream::answering(answer("200 OK", JSON, "{\"a\":1}"));
    let pets = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/proxy/pets.yaml");
    let snapshots = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots");
    let config = tempfile::NamedTempFile::new().expect("a file");
    let path = config.path().to_str().unwrap();
    for (number, arguments) in [
        &["serve", "clerk"][..],
        &["mock", pets],
        &["proxy", pets, &upstream.url],
        &["replay", snapshots],
    ]
    .into_iter()
    .enumerate()
    {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = standin(arguments);
        command.args(["--port", "0"]);
        match number {
            0 => drop(command.arg("--record").arg(folder.path())),
            1 => drop(command.env("STANDIN_RECORD", folder.path())),
            _ => {
                fs::write(config.path(), format!("record = {:?}", folder.path())).unwrap();
                command.args(["--config", path]);
            }
        }
        let running = Running::greeted(&mut command);
        ask(&running.url, "GET /v1/sessions/sess_active", "authorization: Bearer a\r\n", "");
        running.signal("TERM");
        drop(running);
        assert_eq!(entries(folder.path()).len(), 1, "{arguments:?}");
    }
}

#[test]
fn what_is_taken_out_can_be_set() {
    let body = r#"{"email":"ada@example.com","tenant":"acme","password":"hunter2","note":"acct_77 of ada@example.com at 203.0.113.9"}"#;
    let upstream = Upstream::answering(answer("200 OK", JSON, body));
    let table: [(&[&str], &str); 3] = [
        (
            &[],
            r#"{"email":"ada@example.com","tenant":"acme","password":"{{secret:1}}","note":"acct_77 of ada@example.com at 203.0.113.9"}"#,
        ),
        (
            &["--redact", "personal"],
            r#"{"email":"{{email:1}}","tenant":"acme","password":"{{secret:1}}","note":"acct_77 of {{email:1}} at {{ip:1}}"}"#,
        ),
        (
            &[
                "--redact-add",
                "Tenant",
                "--redact-add",
                "/acct_[0-9]+/",
                "--redact-allow",
                "password",
            ],
            r#"{"email":"ada@example.com","tenant":"{{secret:1}}","password":"hunter2","note":"{{secret:2}} of ada@example.com at 203.0.113.9"}"#,
        ),
    ];
    for (flags, expected) in table {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = standin(&["record", &upstream.url, "--format", "json", "--port", "0"]);
        let running = Running::spawn(command.args(flags).arg("--out").arg(folder.path()));
        ask(&running.url, "GET /", "", "");
        let [entry] = &entries(folder.path())[..] else { panic!("one call is one entry") };
        assert_eq!(entry.response.content.text.as_deref(), Some(expected), "{flags:?}");
    }
}

#[test]
fn what_a_document_marks_is_taken_out() {
    let document = r#"
openapi: 3.1.0
info: {title: Marks, version: '1'}
components:
  securitySchemes: {shop: {type: apiKey, in: header, name: Shop-Pass}}
  schemas: {Pin: {type: string, format: password}}
security: [{shop: []}]
paths:
  /doors/{door}/{phrase}:
    post:
      operationId: open
      parameters:
        - {name: door, in: path, required: true, schema: {type: string}}
        - {name: phrase, in: path, required: true, schema: {type: string, format: password}}
        - {name: q, in: query, x-standin-secret: true, schema: {type: string}}
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                pin: {$ref: '#/components/schemas/Pin'}
                inner: {type: array, items: {allOf: [{properties: {w: {type: string, writeOnly: true}, x: {type: string}}}]}}
      responses:
        '200':
          description: It is open.
          content:
            application/json:
              schema: {type: object, properties: {hint: {type: string, x-standin-secret: true}, w: {type: string}}}
"#;
    let folder = tempfile::tempdir().expect("a folder");
    let (spec, out) = (folder.path().join("marks.yaml"), folder.path().join("out"));
    fs::write(&spec, document).unwrap();
    let upstream = Upstream::answering(answer("200 OK", JSON, r#"{"hint":"blue","w":"seen"}"#));
    let mut command = standin(&["record", &upstream.url, "--format", "json", "--port", "0"]);
    let running = Running::spawn(command.arg("--spec").arg(&spec).arg("--out").arg(&out));
    let body = r#"{"pin":"plain","inner":[{"w":"walls","x":"seen"}]}"#;
    let fields = format!("{JSON}shop-pass: openly\r\n");
    ask(&running.url, "POST /doors/front/sesame?q=quiet&r=seen", &fields, body);
    let [entry] = &entries(&out)[..] else { panic!("one call is one entry") };
    let text = serde_json::to_string(entry).unwrap();
    for secret in ["sesame", "quiet", "plain", "walls", "openly", "blue"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert_eq!(text.matches("seen").count(), 4, "{text}");
    assert!(entry.request.target().starts_with("/doors/front/{{secret:"), "{text}");
}

#[test]
fn a_bad_disk_is_told_and_is_no_clients_problem() {
    let upstream = Upstream::answering(answer("200 OK", JSON, "{\"a\":1}"));
    let folder = tempfile::tempdir().expect("a folder");
    // A file stands where the directory should be.
    let taken = folder.path().join("taken");
    fs::write(&taken, "").unwrap();
    let (code, _, stderr) = run(standin(&["record", &upstream.url, "--out"]).arg(&taken));
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("cannot record in"), "{stderr}");
    // A device that is always full.
    let out = folder.path().join("full");
    fs::create_dir(&out).unwrap();
    symlink("/dev/full", out.join("exchanges.ndjson")).unwrap();
    let report = folder.path().join("report.json");
    let mut command = standin(&["record", &upstream.url, "--format", "json", "--port", "0"]);
    command.arg("--report").arg(format!("json={}", report.display()));
    let running = Running::spawn(command.arg("--out").arg(&out));
    for _ in 0..3 {
        let got = ask(&running.url, "GET /", "", "");
        assert!(got.starts_with("HTTP/1.1 200") && got.ends_with("{\"a\":1}"), "{got}");
    }
    running.signal("TERM");
    let (code, events) = running.end();
    assert_eq!(code, 2, "{events}");
    let report: Value = serde_json::from_str(&fs::read_to_string(&report).unwrap()).unwrap();
    let finding = &report["findings"][0];
    assert_eq!((&finding["rule"], &finding["count"]), (&"recording-failed".into(), &3.into()));
    assert_eq!(fs::read_dir(&out).unwrap().count(), 2);
}

#[test]
fn a_place_to_record_in_is_needed() {
    let (code, _, stderr) = run(&mut standin(&["record", "http://127.0.0.1:1"]));
    assert_eq!(code, 2);
    assert!(stderr.contains("--out"), "{stderr}");
}

#[test]
fn what_the_upstream_does_not_implement_is_recorded_and_not_played() {
    let upstream = Upstream::answering(answer("501 Not Implemented", JSON, "{}"));
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = standin(&["record", &upstream.url, "--spec", "clerk", "--format", "json"]);
    let running = Running::spawn(command.args(["--port", "0", "--out"]).arg(folder.path()));
    let got = ask(&running.url, "GET /v1/sessions/sess_active", "authorization: Bearer a\r\n", "");
    assert!(got.starts_with("HTTP/1.1 501"), "{got}");
    assert_eq!(entries(folder.path())[0].response.status, 501);
}
