//! The command line: usage, settings and their layers, errors, what it prints for a person.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Stdio;
use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::Duration;

use crate::support::process::{Running, call, run, standin};

/// Runs standin: exit code, standard output, standard error.
fn told(arguments: &[&str]) -> (i32, String, String) {
    run(&mut standin(arguments))
}

/// Runs standin with variables in its environment.
fn told_with(variables: &[(&str, &str)], arguments: &[&str]) -> (i32, String, String) {
    run(standin(arguments).envs(variables.iter().copied()))
}

/// A port that is free now.
fn free_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port().to_string()
}

#[test]
fn help_and_version_are_no_failure() {
    let (code, stdout, stderr) = told(&["--version"]);
    assert_eq!((code, stdout.as_str(), stderr.as_str()), (0, "standin 0.1.0\n", ""));
    let (code, stdout, stderr) = told(&["serve", "--help"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(
        stdout.contains("--signing-key") && stdout.contains("lenient, strict, off"),
        "{stdout}"
    );
}

#[test]
fn what_does_not_exist_yet_is_unknown() {
    for arguments in [
        &["serve", "--latency", "10ms"][..],
        &["serve", "--fault", "x"],
        &["serve", "--watch"],
        &["serve", "--store", "redis://x"],
        &["check", "x"],
        &[],
    ] {
        let (code, stdout, stderr) = told(arguments);
        assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(stderr.contains("Usage: standin"), "{stderr}");
    }
    let (_, _, stderr) = told(&["serve", "--auht", "off"]);
    assert!(stderr.contains("a similar argument exists: '--auth'"), "{stderr}");
}

#[test]
fn an_unknown_name_is_told_with_what_there_is() {
    let (code, _, stderr) = told(&["serve", "github"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("`github` is no bundled API; there are transmit-sessions"), "{stderr}");
    assert!(stderr.contains("  hint: `standin apis` lists what is bundled"), "{stderr}");
    let (code, _, stderr) = told(&["serve", "--severity", "request-body-mismach=info"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("the nearest is `request-body-mismatch`"), "{stderr}");
    let (code, _, stderr) = told(&["serve", "--report", "xml=x"]);
    assert_eq!(code, 2);
    assert!(
        stderr.contains(
            "`xml` is no report format: text, json, junit, sarif, github, markdown, html"
        ),
        "{stderr}"
    );
}

#[test]
fn a_taken_port_is_told_with_cause_and_hint() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, _, stderr) = told(&["serve", "clerk", "--port", &port]);
    assert_eq!(code, 2);
    assert!(
        stderr.contains(&format!("cannot listen on 127.0.0.1:{port}\n  caused by: ")),
        "{stderr}"
    );
    assert!(stderr.contains("  hint: another standin may be running; use --port 0"), "{stderr}");
}

#[test]
fn a_flag_beats_the_environment_and_the_environment_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("standin.toml");
    fs::write(&config, "quiet = true\n[env]\nWHO = \"the file\"\n").unwrap();
    let config = config.to_str().unwrap();
    let command = ["--", "bash", "-c", "echo $WHO"];
    let from_file = [&["serve", "clerk", "--config", config][..], &command].concat();
    let flag = ["--env", "WHO=the flag"];
    let from_flag = [&["serve", "clerk", "--config", config][..], &flag, &command].concat();
    let variables = [("STANDIN_ENV", "WHO=the environment")];
    assert_eq!(told(&from_file).1, "the file\n");
    assert_eq!(told_with(&[("STANDIN_CONFIG", config)], &["serve", "--", "true"]).0, 2);
    assert_eq!(told_with(&variables, &from_file).1, "the environment\n");
    assert_eq!(told_with(&variables, &from_flag).1, "the flag\n");
}

#[test]
fn what_kubernetes_injects_is_passed_over_with_a_warning() {
    let words = ["serve", "clerk", "--", "bash", "-c", "echo $STANDIN_URL"];
    let (_, stdout, stderr) = told_with(&[("STANDIN_PORT", "tcp://10.0.0.1:4010")], &words);
    assert!(stdout.starts_with("http://127.0.0.1:"), "{stdout}");
    assert!(stderr.contains("standin: warning: STANDIN_PORT is ignored"), "{stderr}");
}

#[test]
fn a_setting_that_means_nothing_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("standin.toml");
    let cases = [
        (
            "seed = 1\nprot = 4010\n",
            "standin.toml:2:1: unknown field `prot`, expected one of `port`",
        ),
        ("auth = 'of'\n", "standin.toml:1:8: `of` is none of lenient, strict, off"),
        ("mount = { clerk = ['/x', '/y'] }\n", "standin.toml:1:19: one value is needed"),
        ("port = \n", "standin.toml:1:"),
        ("report = ['json=a',\n  'pdf']\n", "standin.toml:2:3: `pdf` is no report format"),
        (
            "[severity]\nrequest-body-mismach = 'info'\n",
            "standin.toml:2:24: `request-body-mismach` is no rule; the nearest is `request-body-m",
        ),
        ("severity = { colour = 'info' }\n", "`colour` is no rule; there are reference-broken"),
        ("admin-token = ''\n", "standin.toml:1:15: an empty token"),
    ];
    for (text, expected) in cases {
        fs::write(&path, text).unwrap();
        let (code, _, stderr) = told(&["serve", "--config", path.to_str().unwrap()]);
        assert_eq!(code, 2);
        assert!(stderr.contains(expected), "{stderr}");
    }
    let (code, _, stderr) = told_with(&[("STANDIN_CLOCK", "fixed:noon")], &["serve"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("STANDIN_CLOCK: `noon` is not an instant"), "{stderr}");
    let (code, _, stderr) = told(&["serve", "--config", "no/such/file"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("cannot read no/such/file\n  caused by: "), "{stderr}");
}

#[test]
fn a_file_that_is_no_key_or_no_state_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "{\n  \"x\": \n}").unwrap();
    let path = path.to_str().unwrap();
    let (code, _, stderr) = told(&["serve", "--signing-key", path]);
    assert_eq!(code, 2);
    assert!(stderr.contains("openssl genrsa 2048"), "{stderr}");
    let (code, _, stderr) = told(&["serve", "--state", path]);
    assert_eq!(code, 2);
    assert!(stderr.contains("file:3:1: expected value"), "{stderr}");
    let refused = [
        ("[]", "file:1:1: a state is an object"),
        ("{\n  \"githup\": {}\n}", "file:2:3: /githup: no served family has this name"),
        ("{\n\"clerk\": {\n\"x\": {}}}", "file:3:1: /clerk/x: "),
    ];
    for (text, expected) in refused {
        fs::write(path, text).unwrap();
        let (code, _, stderr) = told(&["serve", "--port", "0", "--state", path]);
        assert_eq!(code, 2);
        assert!(stderr.contains(expected), "{stderr}");
    }
}

#[test]
fn apis_are_listed_and_described_with_what_is_assumed() {
    let (code, stdout, _) = told(&["apis"]);
    assert_eq!(code, 0);
    for id in ["transmit-sessions", "transmit-auth-sessions", "transmit-oidc", "clerk-sessions"] {
        assert!(stdout.lines().any(|line| line.starts_with(id)), "{stdout}");
    }
    let (code, stdout, _) = told(&["apis", "transmit-auth-sessions"]);
    assert_eq!(code, 0);
    let expected =
        ["/cis/v1/auth-session/", "register", "assumed", "openapi/transmit-auth-sessions.yaml:"];
    for expected in expected {
        assert!(stdout.contains(expected), "{expected}\n{stdout}");
    }
    assert_eq!(told(&["apis", "github"]).0, 2);
}

#[test]
fn every_shell_gets_its_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (code, stdout, _) = told(&["completions", shell]);
        assert_eq!(code, 0);
        assert!(stdout.contains("signing-key"), "{shell}");
    }
}

#[test]
fn ping_tells_whether_a_standin_is_ready() {
    let server = Running::start(&["serve", "clerk", "-p", "0", "--format", "json"]);
    assert_eq!(told(&["ping", &server.url]).0, 0);
    assert_eq!(told_with(&[("STANDIN_URL", &server.url)], &["ping"]).0, 0);
    let nobody = format!("http://127.0.0.1:{}", free_port());
    let (code, _, stderr) = told(&["ping", &nobody]);
    assert_eq!(code, 1);
    assert!(stderr.contains("cannot connect"), "{stderr}");
    assert_eq!(told(&["ping", "ftp://example.org"]).0, 2);
}

#[test]
fn ping_gives_up_on_a_server_that_trickles() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (end, ended) = mpsc::channel::<()>();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        // One byte every now and then, until the test is over.
        while ended.recv_timeout(Duration::from_millis(50)) == Err(RecvTimeoutError::Timeout) {
            let _ = stream.write_all(b"H");
        }
    });
    let (code, _, stderr) = told(&["ping", &url]);
    assert_eq!(code, 1);
    assert!(stderr.contains("no whole answer within 3 seconds"), "{stderr}");
    drop(end);
    server.join().unwrap();
}

#[test]
fn an_empty_admin_token_is_refused() {
    let (code, _, stderr) = told(&["serve", "--admin-token", ""]);
    assert_eq!(code, 2);
    assert!(stderr.contains("an empty token opens the control surface to nobody"), "{stderr}");
    let (code, _, stderr) = told_with(&[("STANDIN_ADMIN_TOKEN", "")], &["serve"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("STANDIN_ADMIN_TOKEN: an empty token"), "{stderr}");
}

#[test]
fn a_mount_that_no_request_reaches_is_refused() {
    for path in ["/x?y", "/a b", "//x", "/x//y", "/x/", "/", "x", "/a/../b", "/x#y", "/%41"] {
        let (code, _, stderr) = told(&["serve", "clerk", "--mount", &format!("clerk={path}")]);
        assert_eq!(code, 2, "{path}");
        assert!(stderr.contains(&format!("`{path}` is no mount path")), "{stderr}");
    }
    for path in ["/_standin", "/_standin/below"] {
        let (code, _, stderr) = told(&["serve", "clerk", "--mount", &format!("clerk={path}")]);
        assert_eq!(code, 2, "{path}");
        assert!(stderr.contains("the control surface is there"), "{stderr}");
    }
    let twice = ["serve", "clerk", "--mount", "clerk=/a", "--mount", "clerk-sessions=/b"];
    let (code, _, stderr) = told(&twice);
    assert_eq!(code, 2);
    assert!(stderr.contains("`clerk-sessions` is mounted twice, on `/a` and on `/b`"), "{stderr}");
}

#[test]
fn colour_reaches_the_text_report() {
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("broken.snap");
    fs::write(&recording, "no exchange at all\n> GET /v1/sessions HTTP/1.1\n").unwrap();
    let exchange = "> GET /v1/jwks HTTP/1.1\n>\n< HTTP/1.1 200 OK\n\
                    < content-type: application/json\n<\n< {}\n";
    fs::write(folder.path().join("known.snap"), exchange).unwrap();
    let path = folder.path().to_str().unwrap();
    let drift = |color: &str| {
        let common = ["drift", path, "--spec", "clerk-sessions", "--report", "text"];
        told(&[&common[..], &["--color", color]].concat()).1
    };
    assert!(drift("always").contains("\u{1b}[1;31merror["), "{}", drift("always"));
    assert!(drift("never").contains("error[") && !drift("never").contains('\u{1b}'));
}

/// The words of a line as a shell takes them, single quotes being the only quoting used.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (index, piece) in line.split('\'').enumerate() {
        let mut parts = if index % 2 == 1 { vec![piece] } else { piece.split(' ').collect() };
        let first = parts.remove(0);
        words.last_mut().expect("there is a word").push_str(first);
        words.extend(parts.into_iter().map(str::to_owned));
    }
    words.into_iter().filter(|word| !word.is_empty()).collect()
}

/// Does what `curl` would do, so that no curl is needed: the status.
fn curl(line: &str) -> u16 {
    let (mut method, mut url, mut fields, mut data) = ("GET", None, Vec::new(), Vec::new());
    let words = words(line);
    let mut words = words.iter().map(String::as_str).skip(1);
    while let Some(word) = words.next() {
        match word {
            "-s" | "-si" | "-i" | "-sS" => {}
            "-X" => method = words.next().expect("a method"),
            "-H" => fields.push(words.next().expect("a field").to_owned()),
            "-d" => {
                data.push(words.next().expect("data"));
                method = "POST";
            }
            _ => url = Some(word),
        }
    }
    let url = url.expect("a URL");
    let path = url.match_indices('/').nth(2).map_or(url.len(), |(at, _)| at);
    let has_type = fields.iter().any(|field| field.to_lowercase().starts_with("content-type"));
    if !data.is_empty() && !has_type {
        fields.push("content-type: application/x-www-form-urlencoded".to_owned());
    }
    let head = format!("{method} {}\n{}", &url[path..], fields.join("\n"));
    call(&url[..path], &head, data.join("&")).0
}

#[test]
fn the_lines_that_a_server_prints_work_as_they_stand() {
    let pets = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/trying/pets.yaml");
    for specs in [&[][..], &["clerk"], &["transmit"], &[pets], &[pets, "clerk"]] {
        let mut command = standin(&["serve", "--port", "0"]);
        command.args(specs).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut greeting = String::new();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        while !greeting.contains("Control surface:") {
            let read = lines.read_line(&mut greeting).unwrap();
            assert!(read > 0, "{greeting}");
        }
        let curls: Vec<&str> =
            greeting.lines().map(str::trim).filter(|line| line.starts_with("curl ")).collect();
        assert!((2..=3).contains(&curls.len()), "{greeting}");
        for line in curls {
            assert!((200..300).contains(&curl(line)), "{line}");
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

#[test]
fn a_quiet_server_says_nothing() {
    let arguments = ["serve", "clerk", "-q", "--", "true"];
    let (code, stdout, stderr) = told(&arguments);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.starts_with("standin: no request was seen"), "{stderr}");
    let (_, _, stderr) = told_with(&[("STANDIN_PORT", "tcp://10.0.0.1:4010")], &arguments);
    assert!(stderr.starts_with("standin: no request was seen"), "{stderr}");
}
