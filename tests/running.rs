//! A server in a process of its own: partner CI from a script, events, signals, reports kept.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::process::{Running, call, clean, run, standin};

const GOOD: &str = "GET /v1/sessions/sess_active\nauthorization: Bearer sk_test_mock";
const BAD: &str = "POST /v1/sessions\nauthorization: Bearer sk_test_mock\n\
                   content-type: application/json";

/// Runs the script of a partner's job with a client that makes these calls and ends so.
fn job(calls: &str, client_exit: &str) -> (i32, String, String) {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/partner_ci");
    let binary = Path::new(env!("CARGO_BIN_EXE_standin")).parent().expect("a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut script = Command::new("bash");
    clean(&mut script);
    script
        .arg("-e")
        .arg(fixtures.join("job.sh"))
        .current_dir(folder.path())
        .env("PATH", format!("{}:{path}", binary.display()))
        .env("CLIENT", fixtures.join("client.sh"))
        .env("CALLS", calls)
        .env("CLIENT_EXIT", client_exit);
    let (code, stdout, stderr) = run(&mut script);
    let report = fs::read_to_string(folder.path().join("contract.xml"));
    (code, stdout + &stderr, report.expect("the report is written"))
}

#[test]
fn a_job_whose_client_keeps_the_contract_goes_on() {
    let (code, output, report) = job("rightly rightly", "0");
    assert_eq!(code, 0, "{output}");
    assert!(output.contains("HTTP/1.1 200 OK") && output.contains("the job goes on"), "{output}");
    assert!(report.contains("<testsuites") && report.contains("failures=\"0\""), "{report}");
}

#[test]
fn a_client_that_fails_fails_the_job_with_its_own_code() {
    let (code, output, _) = job("rightly", "7");
    assert_eq!(code, 7, "{output}");
    assert!(!output.contains("the job goes on"), "{output}");
}

#[test]
fn a_broken_contract_fails_the_job_though_the_client_is_content() {
    let (code, output, report) = job("rightly wrongly", "0");
    assert_eq!(code, 1, "{output}");
    assert!(output.contains("::error ") && output.contains("request-body-mismatch"), "{output}");
    assert!(report.contains("request-body-mismatch"), "{report}");
}

#[test]
fn of_two_failures_the_clients_code_goes_first_and_the_report_is_kept() {
    let (code, output, report) = job("wrongly", "7");
    assert_eq!(code, 7, "{output}");
    assert!(report.contains("request-body-mismatch"), "{report}");
}

#[test]
fn a_job_without_a_request_tested_nothing() {
    let (code, output, _) = job("", "0");
    assert_eq!(code, 2, "{output}");
    assert!(output.contains("no request was seen"), "{output}");
}

#[test]
fn a_command_finds_the_address_under_every_name_it_was_promised() {
    let show = "echo $STANDIN_URL $API_BASE; exit 3";
    let arguments = ["serve", "clerk", "--env", "API_BASE={url}/v1", "--", "bash", "-c", show];
    let (code, stdout, _) = run(&mut standin(&arguments));
    assert_eq!(code, 3);
    let (url, base) = stdout.trim().split_once(' ').expect("two addresses");
    assert!(url.starts_with("http://127.0.0.1:") && base == format!("{url}/v1"), "{stdout}");
}

#[test]
fn a_command_that_cannot_be_run_is_told() {
    let (code, _, stderr) = run(&mut standin(&["serve", "clerk", "--", "no-such-program"]));
    assert_eq!(code, 2);
    assert!(stderr.contains("cannot run `no-such-program`\n  caused by: "), "{stderr}");
    let arguments = ["serve", "clerk", "--format", "json", "--", "no-such-program"];
    let (code, stdout, _) = run(&mut standin(&arguments));
    let stopped: Value = serde_json::from_str(stdout.lines().last().unwrap()).unwrap();
    assert_eq!((code, &stopped["event"]), (2, &"stopped".into()), "{stdout}");
    assert_eq!(stopped["exit_code"], 2, "{stdout}");
}

#[test]
fn events_tell_a_program_of_start_findings_and_end() {
    let mut server = Running::start(&["serve", "clerk", "--port", "0", "--format", "json"]);
    assert_eq!(call(&server.url, GOOD, "").0, 200);
    assert_eq!(call(&server.url, BAD, "{}").0, 422);
    let finding = server.event();
    assert_eq!(finding["event"], "finding", "{finding}");
    assert_eq!(finding["rule"], "request-body-mismatch", "{finding}");
    assert!(finding["places"][0]["line"].is_u64(), "an event knows its line: {finding}");
    server.signal("TERM");
    let (code, rest) = server.end();
    let stopped: Value = serde_json::from_str(rest.trim()).unwrap();
    assert_eq!((code, &stopped["exit_code"], &stopped["requests"]), (1, &1.into(), &2.into()));
}

/// A document of one operation with this many parameters, each of which can be broken alone.
fn many_parameters(folder: &Path, count: usize) -> PathBuf {
    let parameter = |number| json!({ "name": format!("p{number}"), "in": "query", "schema": { "type": "integer" } });
    let parameters: Vec<Value> = (0..count).map(parameter).collect();
    let operation =
        json!({ "parameters": parameters, "responses": { "204": { "description": "" } } });
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "Many", "version": "1" },
        "paths": { "/many": { "get": operation } },
    });
    let path = folder.join("many.json");
    fs::write(&path, document.to_string()).unwrap();
    path
}

#[test]
fn a_program_that_stops_reading_events_stops_nobody() {
    const PARAMETERS: usize = 300;
    let folder = tempfile::tempdir().unwrap();
    let document = many_parameters(folder.path(), PARAMETERS).display().to_string();
    let (unread, stdout) = std::io::pipe().unwrap();
    let mut command = standin(&["serve", &document, "-p", "0", "--format", "json"]);
    let mut child = command.stdout(stdout).stderr(Stdio::null()).spawn().unwrap();
    drop(command);
    let mut events = BufReader::new(unread).lines().map(Result::unwrap);
    let ready: Value = serde_json::from_str(&events.next().unwrap()).unwrap();
    // Each finding is an event of its own, and all of them are more than a pipe holds.
    for number in 0..PARAMETERS {
        let line = format!("GET /many?p{number}=x");
        assert_eq!(call(ready["url"].as_str().unwrap(), &line, "").0, 422);
    }
    let ended = Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert!(ended.success());
    let told: Vec<Value> = events.map(|line| serde_json::from_str(&line).unwrap()).collect();
    assert_eq!(told.len(), PARAMETERS + 1, "what was read later was told all the same");
    assert_eq!(told[PARAMETERS]["event"], "stopped");
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn how_much_content_is_read_can_be_set() {
    let document = "tests/fixtures/negotiation/answers.yaml";
    let line = ["serve", document, "-p", "0", "--format", "json", "--max-body", "16"];
    let server = Running::start(&line);
    let head = "POST /v1/bare\nx-key: k\ncontent-type: application/json";
    assert_eq!(call(&server.url, head, r#"{"a":"0123456"}"#).0, 204);
    assert_eq!(call(&server.url, head, r#"{"a":"012345678"}"#).0, 413);
}

#[test]
fn the_first_signal_is_a_normal_end() {
    for name in ["INT", "TERM"] {
        let server = Running::start(&["serve", "clerk", "-p", "0", "--format", "json"]);
        assert_eq!(call(&server.url, GOOD, "").0, 200);
        server.signal(name);
        assert_eq!(server.end().0, 0, "{name}");
    }
}

#[test]
fn sigint_is_heard_even_where_it_was_inherited_as_ignored() {
    let mut shell = Command::new("bash");
    clean(&mut shell);
    let line = format!(
        "trap '' INT; exec {} serve clerk -p 0 --format json",
        env!("CARGO_BIN_EXE_standin")
    );
    let server = Running::spawn(shell.args(["-c", &line]));
    server.signal("INT");
    assert_eq!(server.end().0, 0);
}

#[test]
fn a_second_signal_ends_at_once() {
    // The command hears the first signal, says so, and goes on.
    let stubborn = "sleep 60 >/dev/null 2>&1 & trap 'echo heard' TERM; echo began; while kill -0 $!; do wait; done";
    let arguments = ["serve", "clerk", "--format", "json", "--", "bash", "-c", stubborn];
    let mut server = Running::told(&arguments);
    assert_eq!(server.told_line(), "began");
    server.signal("TERM");
    assert_eq!(server.told_line(), "heard");
    server.signal("TERM");
    assert_eq!(server.end().0, 128 + 15);
}

#[test]
fn a_second_signal_ends_what_the_command_started_too() {
    // The grandchild holds standard error open, so it ends only if the whole group is killed.
    let stubborn = "trap 'echo heard' TERM; (trap '' TERM; exec sleep 600) & echo began; \
                    while :; do wait; done";
    let arguments = ["serve", "clerk", "--format", "json", "--", "bash", "-c", stubborn];
    let mut server = Running::told(&arguments);
    assert_eq!(server.told_line(), "began");
    server.signal("TERM");
    assert_eq!(server.told_line(), "heard");
    server.signal("TERM");
    while !server.told_line().is_empty() {}
    assert_eq!(server.end().0, 128 + 15);
}

#[test]
fn the_control_surface_ends_the_command_too_and_says_so() {
    let patient = "sleep 600 >/dev/null 2>&1 & trap 'kill $!; exit 5' TERM; echo began; wait";
    let arguments = ["serve", "clerk", "--format", "json", "--", "bash", "-c", patient];
    let mut server = Running::told(&arguments);
    assert_eq!(server.told_line(), "began");
    assert!((200..300).contains(&call(&server.url, "POST /_standin/stop", "").0));
    let told = server.told_line();
    assert!(told.contains("/_standin/stop was called") && told.ends_with('5'), "{told}");
    let stopped = server.event();
    assert_eq!((&stopped["event"], &stopped["exit_code"]), (&"stopped".into(), &5.into()));
    assert_eq!(server.end().0, 5);
}

#[test]
fn a_commands_output_is_kept_out_of_the_events() {
    let arguments = ["serve", "clerk", "--format", "json", "--", "bash", "-c", "echo mine"];
    let (_, stdout, stderr) = run(&mut standin(&arguments));
    assert!(stdout.lines().all(|line| line.starts_with('{')), "{stdout}");
    assert!(stderr.starts_with("mine\n"), "{stderr}");
}

#[test]
fn a_signal_is_passed_on_and_the_commands_end_is_told() {
    let patient = "sleep 60 >/dev/null 2>&1 & trap 'kill $!; exit 5' TERM; echo began; wait";
    let arguments = ["serve", "clerk", "--format", "json", "--", "bash", "-c", patient];
    let mut server = Running::told(&arguments);
    assert_eq!(server.told_line(), "began");
    server.signal("TERM");
    assert_eq!(server.end().0, 5);
}

#[test]
fn reports_are_kept_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    let target = format!("json={}", path.display());
    let arguments = ["serve", "clerk", "-p", "0", "--format", "json", "--report", &target];
    let server = Running::start(&arguments);
    assert!(fs::read_to_string(&path).unwrap().contains("\"findings\""));
    assert_eq!(call(&server.url, BAD, "{}").0, 422);
    let mut calls = 0;
    while !fs::read_to_string(&path).unwrap().contains("request-body-mismatch") {
        // Calling on is how this test waits; a report follows within a second.
        assert_eq!(call(&server.url, GOOD, "").0, 200);
        calls += 1;
        assert!(calls < 20_000, "the report was never written again");
    }
    drop(server); // killed: what was written stays, and nothing half-written lies about
    let files: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(files.len(), 1, "{files:?}");
}

/// Runs a job whose output goes to a file or through a pipe, with a link to it as report.
#[cfg(target_os = "linux")]
fn reported(folder: &Path, format: &str, redirection: &str) -> String {
    let link = folder.join("link");
    std::os::unix::fs::symlink("/proc/self/fd/1", &link).unwrap();
    let line = format!(
        "{} serve clerk -q --report {format}={} -- bash -c 'echo mine' {redirection}",
        env!("CARGO_BIN_EXE_standin"),
        link.display(),
    );
    let mut shell = Command::new("bash");
    clean(&mut shell);
    let (_, stdout, _) = run(shell.args(["-c", &line]).current_dir(folder));
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    stdout
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_to_standard_output_by_name_comes_once_and_destroys_nothing() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(reported(folder.path(), "text", "> log"), "");
    let log = fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(log.starts_with("mine\n0 requests"), "{log}");
    let folder = tempfile::tempdir().unwrap();
    let piped = reported(folder.path(), "json", "| cat");
    let report: Value = serde_json::from_str(piped.strip_prefix("mine\n").unwrap()).unwrap();
    assert_eq!(report["requests"], 0, "{piped}");
}

/// A named pipe in a folder.
fn pipe(folder: &Path) -> PathBuf {
    let path = folder.join("pipe");
    let made = Command::new("mkfifo").arg(&path).status().expect("mkfifo runs");
    assert!(made.success());
    path
}

#[test]
fn a_report_to_a_pipe_is_written_once_at_the_end() {
    for plus in ["", "+"] {
        let folder = tempfile::tempdir().unwrap();
        let path = pipe(folder.path());
        let target = format!("json={plus}{}", path.display());
        let arguments = ["serve", "clerk", "-p", "0", "--format", "json", "--report", &target];
        let server = Running::start(&arguments);
        assert_eq!(call(&server.url, BAD, "{}").0, 422);
        server.signal("TERM");
        let report: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(report["findings"][0]["rule"], "request-body-mismatch");
        assert_eq!(server.end().0, 1);
    }
}

#[test]
fn a_pipe_that_nobody_reads_holds_no_signal_up() {
    let folder = tempfile::tempdir().unwrap();
    let target = format!("github={}", pipe(folder.path()).display());
    let arguments = ["serve", "clerk", "-p", "0", "--format", "json", "--report", &target];
    let mut server = Running::start(&arguments);
    // Two signals of one kind may be heard as one.
    server.signal("TERM");
    while !server.has_ended() {
        server.signal("INT");
    }
    assert!(server.end().0 >= 128);
}

#[test]
fn a_link_to_a_report_stays_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("report.json"), folder.path().join("link"));
    std::os::unix::fs::symlink("report.json", &link).unwrap();
    let target = format!("json={}", link.display());
    for _ in ["the file is missing", "the file is there"] {
        run(&mut standin(&["serve", "clerk", "--report", &target, "--", "true"]));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(fs::read_to_string(&file).unwrap().contains("\"findings\""));
    }
    let target = format!("json={}", folder.path().display());
    let (code, _, stderr) = run(&mut standin(&["serve", "clerk", "--report", &target]));
    assert_eq!(code, 2);
    assert!(stderr.contains("cannot write"), "{stderr}");
}

#[test]
fn a_gate_decides_what_fails_and_severities_what_it_sees() {
    let ended = |flags: &[&str]| {
        let mut arguments = vec!["serve", "clerk", "-p", "0", "--format", "json"];
        arguments.extend(flags);
        let server = Running::start(&arguments);
        assert_eq!(call(&server.url, BAD, "{}").0, 422);
        server.signal("TERM");
        server.end().0
    };
    assert_eq!(ended(&[]), 1);
    assert_eq!(ended(&["--fail-on", "never"]), 0);
    assert_eq!(ended(&["--gate", "server,document"]), 0);
    assert_eq!(ended(&["--severity", "request-body-mismatch=warning"]), 0);
    let strict = ["--severity", "request-body-mismatch=warning", "--fail-on", "warning"];
    assert_eq!(ended(&strict), 1);
}

#[test]
fn the_control_surface_ends_a_server_as_a_signal_does() {
    let server = Running::start(&["serve", "clerk", "-p", "0", "--format", "json"]);
    assert!((200..300).contains(&call(&server.url, "POST /_standin/stop", "").0));
    assert_eq!(server.end().0, 0);
}

/// A recorded exchange of the mock itself, in the format of the snapshots.
fn recording() -> String {
    let server = Running::start(&["serve", "clerk", "-p", "0", "--format", "json"]);
    let (status, answer) = call(&server.url, GOOD, "");
    assert_eq!(status, 200);
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    let body: Value = serde_json::from_str(body).expect("JSON");
    let body = serde_json::to_string_pretty(&body).expect("JSON can be written");
    let body: Vec<String> = body.lines().map(|line| format!("< {line}\n")).collect();
    format!(
        "> GET /v1/sessions/sess_active HTTP/1.1\n> authorization: Bearer {{{{secret:1}}}}\n>\n\
         < HTTP/1.1 200 OK\n< content-type: application/json\n<\n{}",
        body.concat()
    )
}

#[test]
fn drift_finds_the_one_field_that_moved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.snap");
    let drift = |specs: &[&str]| {
        let arguments = [&["drift", folder.path().to_str().unwrap()][..], specs].concat();
        run(&mut standin(&arguments))
    };
    let recording = recording();
    fs::write(&path, &recording).unwrap();
    let (code, stdout, stderr) = drift(&["--spec", "clerk-sessions"]);
    assert_eq!((code, stdout.as_str()), (0, ""), "{stderr}");
    let moved = recording.replace("\"status\": \"active\"", "\"status\": \"gone\"");
    assert_ne!(moved, recording);
    fs::write(&path, moved).unwrap();
    let (code, stdout, _) = drift(&["--spec", "clerk-sessions", "--report", "json"]);
    let report: Value = serde_json::from_str(&stdout).unwrap();
    let mut findings = report["findings"].as_array().unwrap().clone();
    // What was never seen is told beside it.
    findings.retain(|finding| finding["level"] != "info");
    assert_eq!((code, findings.len()), (1, 1), "{stdout}");
    assert_eq!(findings[0]["rule"], "response-body-mismatch");
    assert_eq!(findings[0]["instance"], "/status");
    let severe = ["--spec", "clerk-sessions", "--severity", "response-body-mismatch=warning"];
    assert_eq!(drift(&severe).0, 0);
    // A call that was taken and that the description doesn't know is drift, too.
    assert_eq!(drift(&["--spec", "transmit-sessions"]).0, 1);
    assert_eq!(drift(&[]).0, 2);
    assert_eq!(drift(&["--spec", "no-such-spec"]).0, 2);
}

#[test]
fn replay_serves_what_was_recorded_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("session.snap"), recording()).unwrap();
    let path = folder.path().to_str().unwrap();
    let arguments = ["replay", path, "--spec", "clerk", "-p", "0", "--format", "json"];
    let server = Running::start(&arguments);
    let (status, answer) = call(&server.url, GOOD, "");
    assert_eq!(status, 200);
    assert!(answer.contains("\"sess_active\""), "{answer}");
    let other = GOOD.replace("sess_active", "sess_other");
    assert!(call(&server.url, &other, "").0 >= 400);
    server.signal("TERM");
    assert_eq!(server.end().0, 1);
    let empty = tempfile::tempdir().unwrap();
    let (code, _, stderr) = run(&mut standin(&["replay", empty.path().to_str().unwrap()]));
    assert_eq!(code, 2);
    assert!(stderr.contains("there is no recorded exchange in"), "{stderr}");
}
