//! Secrets are told nowhere: not in the log, the journal, findings, reports, events or metrics.
//!
//! They are planted in every place of a request, and standin hands out its own; then everything
//! that it tells is searched for each of them, as it is, percent-encoded, and in base64.
//! `GET /_standin/state` is not searched: it is the state itself, which holds what the vendor's
//! holds, so that it can be put back. Nor are answers, which are what the client asked for; what
//! the journal shows of them is.

mod issued; // tokens that standin hands out
mod places; // where secrets are planted
mod shapes; // what secrets look like

#[path = "../../src/token/test_key.rs"]
mod test_key; // a private key that nobody minds

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::fs;
use std::fs::File;
use std::path::Path;
use std::path::PathBuf;
use std::thread;
use std::thread::JoinHandle;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderValue;
use http::StatusCode;
use proptest::test_runner::Config;
use proptest::test_runner::RngSeed;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use serde_json::json;
use standin::clock::Instant;
use standin::message::Answer;
use standin::report::FORMATS;
use standin::tape::Entry;
use standin::tape::har::Har;
use standin::tape::snapshot;
use tempfile::TempDir;

use crate::support::process::Running;
use crate::support::process::call;
use crate::support::process::run;
use crate::support::process::standin;

/// The token of the control surface.
const ADMIN: &str = "hVu2mKq8RzTn4LsWc9XyBd6Ej3";

/// The clock of a server whose tokens expire when the test says so.
const CLOCK: &str = "fixed:2026-01-01T00:00:00Z";

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Whatever is told, by where it was told.
type Told = BTreeMap<String, String>;

/// A server in its own process that tells all it can, and where it tells it.
struct Telling {
    url: String,
    directory: TempDir,
    ended: JoinHandle<(i32, String)>,
}

impl Telling {
    fn start(arguments: &[&str]) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let mut command = standin(arguments);
        command.args(["-vv", "--log", "json", "--format", "json", "--port", "0"]);
        command.args(["--admin-token", ADMIN, "--fail-on", "never"]);
        command.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "1");
        for format in FORMATS {
            let path = directory.path().join(format.id);
            command.arg("--report").arg(format!("{}={}", format.id, path.display()));
        }
        let log = File::create(directory.path().join("log")).expect("the log can be written");
        let running = Running::logging(&mut command, log);
        let url = running.url.clone();
        // Standard output is read all the while, or it would fill up.
        Self { url, directory, ended: thread::spawn(move || running.end()) }
    }

    /// What the control surface answers to a `GET`, without its header fields.
    fn ask(&self, path: &str) -> String {
        let head = format!("GET /_standin/{path}\nauthorization: Bearer {ADMIN}");
        let (status, answer) = call(&self.url, &head, "");
        assert_eq!(status, 200, "{path}: {answer}");
        answer.split_once("\r\n\r\n").expect("a whole answer").1.to_owned()
    }

    /// Everything about the past that the control surface tells.
    fn journal(&self) -> Told {
        let mut told = Told::new();
        for path in ["findings", "metrics", "apis", "clock", "expectations", "health"] {
            told.insert(path.to_owned(), self.ask(path));
        }
        for format in FORMATS {
            let path = format!("report?format={}", format.id);
            told.insert(path.clone(), self.ask(&path));
        }
        let har = self.ask("exchanges?format=har&limit=1000");
        let read: Har = serde_json::from_str(&har).expect("a HAR");
        told.insert("snapshots".to_owned(), snapshot::render(&read.log.entries));
        told.insert("har".to_owned(), har);
        let list = self.ask("exchanges?limit=1000");
        let exchanges: Value = serde_json::from_str(&list).expect("JSON");
        for exchange in exchanges["exchanges"].as_array().expect("a list") {
            let path = format!("exchanges/{}", exchange["number"]);
            told.insert(path.clone(), self.ask(&path));
        }
        told.insert("exchanges".to_owned(), list);
        told
    }

    /// Ends the server: its log, its events, and its reports.
    fn end(self) -> Told {
        let head = format!("POST /_standin/stop\nauthorization: Bearer {ADMIN}");
        let (status, answer) = call(&self.url, &head, "");
        assert!((200..300).contains(&status), "{answer}");
        let (code, events) = self.ended.join().expect("the server ends");
        assert_eq!(code, 0, "{events}");
        let mut told = Told::from([("events".to_owned(), events)]);
        for name in FORMATS.iter().map(|format| format.id).chain(["log"]) {
            let text = fs::read_to_string(self.directory.path().join(name));
            told.insert(format!("{name} file"), text.expect("it was written"));
        }
        assert!(told["log file"].contains("exchange 1"), "the log tells of exchanges");
        told
    }
}

/// Something that must not be told: what it is, and the text itself.
#[derive(Clone, Debug)]
struct Hidden {
    what: String,
    secret: String,
}

/// Where each secret was told, if anywhere, be it only a piece of it.
fn leaks(told: &Told, hidden: &[Hidden]) -> Vec<String> {
    let mut pieces: HashMap<Vec<u8>, usize> = HashMap::new();
    for (index, each) in hidden.iter().enumerate() {
        pieces.extend(shapes::pieces(&each.secret).into_iter().map(|piece| (piece, index)));
    }
    let mut found = BTreeSet::new();
    for (place, text) in told {
        for (at, index) in shapes::pieces_in(text, &pieces) {
            let around = at.saturating_sub(80)..text.len().min(at + 20);
            let around = String::from_utf8_lossy(&text.as_bytes()[around]).into_owned();
            let what = &hidden[index].what;
            let is_new = !found.iter().any(|(known, by, _)| (known, by) == (what, place));
            if is_new {
                found.insert((what.clone(), place.clone(), around));
            }
        }
    }
    found.into_iter().map(|(what, place, text)| format!("{what}, in {place}: {text}")).collect()
}

/// Requests with secrets, always the same ones unless `PROPTEST_RNG_SEED` says otherwise.
fn planted() -> Vec<(places::Planted, Hidden)> {
    let mut config = Config::default();
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(0);
    }
    let mut runner = TestRunner::new(config);
    let count = places::all("").len();
    let mut planted = Vec::new();
    for index in 0..count {
        // One secret that is known by itself, one that only its name tells of.
        for shapes in [&shapes::SHAPED[..], &shapes::UNSHAPED[..]] {
            let shape = shapes[index % shapes.len()];
            let (whole, secret) = shape.make(&mut runner);
            let it = places::all(&whole).swap_remove(index);
            if it.is_unnamed && !shapes::SHAPED.contains(&shape) {
                continue;
            }
            let what = format!("{shape:?} at {}", it.place);
            planted.push((it, Hidden { what, secret }));
        }
    }
    planted
}

/// What standin was started with and hands out.
fn own(issued: Vec<(String, String)>) -> Vec<Hidden> {
    let hide = |(what, secret): (String, String)| Hidden { what, secret };
    let mut hidden: Vec<Hidden> = issued.into_iter().map(hide).collect();
    hidden.push(hide(("the token of the control surface".to_owned(), ADMIN.to_owned())));
    // PKCS#1 puts the private exponent, the primes and what is computed of them behind the public
    // half, which everybody may see.
    for (index, part) in test_key::TEST_KEY[285..].chunks(24).enumerate() {
        for engine in [&STANDARD, &URL_SAFE_NO_PAD] {
            hidden.push(hide((format!("private part {index}"), engine.encode(part))));
        }
    }
    hidden
}

/// The published test key, as a file that somebody keeps to himself.
fn key_file(directory: &Path) -> PathBuf {
    let path = directory.join("key");
    let label = "RSA PRIVATE KEY";
    let body = STANDARD.encode(test_key::TEST_KEY);
    let pem = format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n");
    fs::write(&path, pem).expect("the key can be written");
    path
}

#[test]
fn what_a_client_sends_in_secret_is_told_nowhere() {
    let (requests, hidden): (Vec<_>, Vec<_>) = planted().into_iter().unzip();
    let server = Telling::start(&["serve", "--seed", "7"]);
    let mut found = Vec::new();
    // The journal is bounded: it is read before it forgets.
    for (requests, hidden) in requests.chunks(500).zip(hidden.chunks(500)) {
        for request in requests {
            let (status, answer) = call(&server.url, &request.head, &request.body);
            assert!((200..500).contains(&status), "{}: {answer}", request.place);
        }
        found.extend(leaks(&server.journal(), hidden));
    }
    found.extend(leaks(&server.end(), &hidden));
    none(&found);
}

#[test]
fn what_standin_hands_out_and_keeps_to_itself_is_told_nowhere() {
    let directory = tempfile::tempdir().expect("a directory");
    let key = key_file(directory.path());
    let key = key.to_str().expect("a path of text");
    // Vendors draw from one seed each for himself: what is secret of the one may be an id of the
    // other, so they are not looked at together.
    for (family, issue) in issued::FAMILIES {
        let server = Telling::start(&["serve", family, "--clock", CLOCK, "--signing-key", key]);
        let hidden = own(issue(&server.url, ADMIN));
        let head = format!("GET /_standin/exchanges\nauthorization: Bearer {ADMIN}x");
        assert_eq!(call(&server.url, &head, "").0, 401);
        let mut found = leaks(&server.journal(), &hidden);
        found.extend(leaks(&server.end(), &hidden));
        none(&found);
    }
}

#[test]
fn what_a_client_sends_to_recordings_in_secret_is_told_nowhere() {
    let (requests, hidden): (Vec<_>, Vec<_>) = planted().into_iter().step_by(3).unzip();
    let recordings = format!("{}/clerk-sessions", crate::exchanges::DIRECTORY);
    let server = Telling::start(&["replay", &recordings, "--spec", "clerk-sessions"]);
    for request in &requests {
        let (status, answer) = call(&server.url, &request.head, &request.body);
        assert!((200..500).contains(&status), "{}: {answer}", request.place);
    }
    let mut found = leaks(&server.journal(), &hidden);
    found.extend(leaks(&server.end(), &hidden));
    none(&found);
}

#[test]
fn secrets_in_recordings_that_others_made_are_told_by_no_judge() {
    let (requests, hidden): (Vec<_>, Vec<_>) = planted().into_iter().unzip();
    let entries = requests.iter().map(|request| {
        // A server that takes whatever it is sent, so that everything is judged.
        let answer = Answer::json(StatusCode::OK, JSON, json!({"echo": 1}));
        Entry::from_messages(&request.message(), &answer, Instant::from_millis(0))
    });
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("raw.har");
    let har = serde_json::to_string(&Har::new(entries.collect())).expect("a HAR");
    fs::write(&path, har).expect("the recording can be written");
    let mut command = standin(&["drift", path.to_str().expect("a path of text"), "-vv"]);
    for spec in ["clerk", "transmit"] {
        command.args(["--spec", spec]);
    }
    let mut told = Told::new();
    for format in FORMATS {
        let path = directory.path().join(format.id);
        command.arg("--report").arg(format!("{}={}", format.id, path.display()));
    }
    let (code, stdout, stderr) = run(&mut command);
    assert_eq!(code, 1, "{stderr}");
    told.extend([("stdout".to_owned(), stdout), ("stderr".to_owned(), stderr)]);
    for format in FORMATS {
        let text = fs::read_to_string(directory.path().join(format.id));
        told.insert(format.id.to_owned(), text.expect("it was written"));
    }
    none(&leaks(&told, &hidden));
}

#[test]
fn a_state_that_is_refused_is_told_without_its_secrets() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("state.json");
    let secret = "q8Vd2LmX5rTzB7nKw4JcYh9GfSp3";
    let states = [
        json!({"transmit": {"clients": {"a": {"client_id": "a", "client_secret": {secret: 1}}}}}),
        json!({"transmit": {"clients": {"a": {"client_id": "a", "client_secrets": secret}}}}),
        json!({"clerk": {"sessions": {"a": {"id": "a", "token": secret, "created_at": secret}}}}),
        json!({"clerk": {"refresh-tokens": {"a": {"token": "a", "session_id": [secret]}}}}),
    ];
    for state in states {
        fs::write(&path, state.to_string()).expect("the state can be written");
        let path = path.to_str().expect("a path of text");
        let (code, stdout, stderr) = run(&mut standin(&["serve", "--port", "0", "--state", path]));
        assert_eq!(code, 2, "{state}");
        assert!(!stdout.contains(secret) && !stderr.contains(secret), "{stderr}");
    }
}

fn none(found: &[String]) {
    assert!(found.is_empty(), "{} leaks:\n{}", found.len(), found.join("\n"));
}
