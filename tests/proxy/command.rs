//! The command line: Prism's spelling, the gate, what a person is told.

use std::fs;

use crate::proxy::PETS;
use crate::proxy::Recorder;
use crate::proxy::json;
use crate::support::process::Running;
use crate::support::process::call;
use crate::support::process::run;
use crate::support::process::standin;

/// Runs a proxy, has one call made, and ends it: the exit code, and what was said at the end.
fn passed(upstream: &str, flags: &[&str], head: &str, body: &str) -> (i32, String, u16) {
    let mut arguments = vec!["proxy", PETS, upstream, "-p", "0", "-h", "127.0.0.1"];
    arguments.extend(flags);
    let mut command = standin(&arguments);
    let running = Running::spawn(command.env("STANDIN_FORMAT", "json"));
    let (status, _) = call(&running.url, head, body);
    running.signal("TERM");
    let (code, rest) = running.end();
    (code, rest, status)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_fails_for_both_sides_where_it_is_to_fail_at_all() {
    let good = Recorder::answering(json(200, r#"{"name": "Rex"}"#)).await;
    let bad = Recorder::answering(json(200, "{}")).await;
    let (good, bad) = (format!("http://{}", good.address), format!("http://{}", bad.address));
    let get = "GET /pets/1";
    let post = "POST /pets\ncontent-type: application/json";
    let table: [(&str, &[&str], &str, i32); 6] = [
        (&bad, &[], get, 0),
        (&bad, &["--fail-on", "error"], get, 1),
        (&bad, &["--fail-on", "error", "--gate", "client"], get, 0),
        (&good, &["--fail-on", "error"], get, 0),
        (&good, &["--fail-on", "error", "--gate", "client"], post, 1),
        (&good, &["--fail-on", "error", "--gate", "client", "--validate-request=false"], post, 0),
    ];
    for (upstream, flags, head, expected) in table {
        let (code, said, status) = passed(upstream, flags, head, "");
        assert_eq!((code, status), (expected, 200), "{flags:?} {head}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn json_is_written_without_white_space_as_prism_does_where_nobody_could_tell() {
    const WIDE: &str = "{ \"name\" : \"a \\\" b\" ,\r\n\t\"age\":1 }\n";
    const CLOSE: &str = "{\"name\":\"a \\\" b\",\"age\":1}";
    let table = [
        ("/pets/1", "x-kept", "1", CLOSE),
        ("/unknown", "x-kept", "1", CLOSE),
        ("/pets/1", "etag", "W/\"1\"", CLOSE),
        ("/pets/1", "etag", "\"1\"", WIDE),
        ("/unknown", "cache-control", "private, no-transform", WIDE),
        ("/unknown", "content-digest", "sha-256=:x=:", WIDE),
        ("/unknown", "content-type", "text/plain", WIDE),
    ];
    for (path, name, value, expected) in table {
        let mut response = json(200, WIDE);
        response.headers_mut().insert(name, value.parse().expect("a value"));
        let upstream = Recorder::answering(response).await;
        let url = format!("http://{}", upstream.address);
        let mut command = standin(&["proxy", PETS, &url, "-p", "0"]);
        let running = Running::spawn(command.env("STANDIN_FORMAT", "json"));
        let answer = reqwest::get(format!("{}{path}", running.url)).await.expect("an answer");
        assert_eq!(answer.text().await.expect("text"), expected, "{path} {name}: {value}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_run_with_the_address_and_its_client_is_judged() {
    let upstream = Recorder::answering(json(200, r#"{"name": "Rex"}"#)).await;
    let url = format!("http://{}/", upstream.address);
    let client = r#"port=${STANDIN_URL##*:}; exec 3<>/dev/tcp/127.0.0.1/$port
        printf 'GET /cats HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n' >&3; cat <&3 >/dev/null"#;
    let arguments = ["proxy", PETS, &url, "--fail-on", "warning", "--", "bash", "-c", client];
    let (code, stdout, stderr) = run(&mut standin(&arguments));
    assert_eq!(code, 1, "{stdout}{stderr}");
    assert!(stderr.contains("path-unknown"), "{stderr}");
}

#[test]
fn what_is_no_upstream_is_told_before_anything_starts() {
    let table: [(&[&str], &str); 6] = [
        (&["api.example.com"], "is no URL of a server"),
        (&["ftp://api.example.com"], "neither `http://` nor `https://`"),
        (&["http://api.example.com/?a=1"], "has a query"),
        (&["http://me:secret@api.example.com"], "names a user"),
        (&["http://a.b", "--upstream-proxy", "socks5://me:secret@c.d"], "no `http://host:port`"),
        (&["https://a.b", "--upstream-ca", PETS], "no certificate"),
    ];
    for (given, expected) in table {
        let arguments = [&["proxy", PETS, "-p", "0"], given].concat();
        let (code, _, told) = run(&mut standin(&arguments));
        assert_eq!(code, 2, "{given:?}: {told}");
        assert!(told.contains(expected), "{given:?}: {told}");
        assert!(!told.contains("secret"), "{told}");
    }
}

#[test]
fn a_certificate_needs_its_key_and_both_must_be_some() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let file = folder.path().join("none.pem");
    fs::write(&file, "nothing").expect("a file");
    let file = file.to_str().expect("a name");
    let table: [(&[&str], &str); 4] = [
        (&["--tls-cert", file], "--tls-key"),
        (&["--tls-key", file], "--tls-cert"),
        (&["--tls-cert", file, "--tls-key", file], "no certificate"),
        (&["--tls", "self-signed", "--tls-cert", file], "cannot be used with"),
    ];
    for (given, expected) in table {
        let arguments = [&["serve", "clerk", "-p", "0"], given].concat();
        let (code, _, told) = run(&mut standin(&arguments));
        assert_eq!(code, 2, "{given:?}: {told}");
        assert!(told.contains(expected), "{given:?}: {told}");
    }
}
