//! Recordings of any tool, found by what decides, and what is told where none answers.

mod command; // the command line, and what the control surface tells
mod formats; // what other tools write
mod hostile; // what is torn, foreign or means harm
mod matching; // which parts of a request decide, and in which order recordings are played
mod shifting; // recorded times moved to now
mod standing; // files that change while they are played, and many of them

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use http::Method;
use serde_json::Value;
use serde_json::json;
use standin::finding::Violation;
use standin::message::Request;
use standin::tape::replay::Options;
use standin::tape::replay::Tape;
use tempfile::TempDir;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a scratch folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it is inside")).expect("a folder");
        fs::write(path, text).expect("written");
    }
    folder
}

/// The fixtures of a tool.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/replaying").join(name)
}

/// Opens recordings; what was told of them, without the folder's name.
fn open(path: &Path, options: Options) -> (Tape, Vec<String>) {
    let (tape, violations) = Tape::open(&[path.to_owned()], options).expect("they can be read");
    (tape, told(path, &violations))
}

fn told(path: &Path, violations: &[Violation]) -> Vec<String> {
    let root = format!("{}/", path.display());
    violations.iter().map(|it| format!("{}: {}", it.rule.id, it.title.replace(&root, ""))).collect()
}

/// Opens recordings of which nothing is to be told.
fn clean(path: &Path) -> Tape {
    let (tape, told) = open(path, Options::default());
    assert_eq!(told, [] as [String; 0]);
    tape
}

/// A request; its content is JSON if it looks so.
fn request(method: &str, target: &str, body: &str) -> Request {
    let mut request = Request::new(Method::from_bytes(method.as_bytes()).expect("one"), target);
    if body.starts_with(['{', '[']) {
        request.headers.insert("content-type", "application/json".parse().expect("a value"));
    }
    request.body = body.to_owned().into();
    request
}

/// Plays a request: status and text.
fn play(tape: &Tape, request: &Request) -> (u16, String) {
    let (answer, _, _) = tape.answer(request);
    (answer.status.as_u16(), String::from_utf8_lossy(answer.body.bytes()).into_owned())
}

/// One entry as HAR writes it, on one line.
fn entry(method: &str, target: &str, body: Option<&str>, answer: &str) -> String {
    let mut request = json!({
        "method": method, "url": format!("http://api.test{target}"), "headers": [],
    });
    if let Some(body) = body {
        request["postData"] = json!({ "mimeType": "application/json", "text": body });
    }
    let content = json!({ "mimeType": "text/plain", "text": answer, "size": answer.len() });
    let whole: Value = json!({
        "startedDateTime": "2026-01-01T00:00:00Z", "request": request,
        "response": { "status": 200, "headers": [], "content": content },
    });
    whole.to_string()
}

/// Entries, one a line.
fn lines(entries: &[String]) -> String {
    entries.iter().map(|entry| format!("{entry}\n")).collect()
}
