//! Recorded times moved to now, and what a client makes of them.

use serde_json::Value;
use serde_json::json;
use standin::clock::Instant;
use standin::tape::replay::Options;
use standin::tape::replay::Tape;

use super::entry;
use super::folder;
use super::lines;
use super::open;
use super::play;
use super::request;

/// Plays recordings of 2026-01-01T00:00:00Z as if they began a year and an hour later.
fn shifted(recorded: &[String]) -> (Tape, tempfile::TempDir) {
    let folder = folder(&[("a.ndjson", &lines(recorded))]);
    let mut options = Options::default();
    options.shift_to = Some(Instant::parse("2027-01-01T01:00:00Z").unwrap());
    (open(folder.path(), options).0, folder)
}

fn recorded(method: &str, target: &str, body: Option<&str>, answer: &Value) -> String {
    entry(method, target, body, &answer.to_string()).replace("text/plain", "application/json")
}

#[test]
fn times_in_answers_are_moved_and_what_a_client_sends_back_is_found() {
    let answer = json!({"created_at": "2026-01-01T00:00:00Z", "expires": 1_767_225_660, "id": 7});
    let body = r#"{"after":"2026-01-01T00:00:30.5Z"}"#;
    let (tape, _folder) = shifted(&[
        recorded("GET", "/a", None, &answer),
        recorded("GET", "/a?since=2026-01-01T00%3A00%3A00Z&page=1", None, &json!({"n": 1})),
        recorded("GET", "/a?since=1767225600", None, &json!({"n": 2})),
        recorded("POST", "/a", Some(body), &json!({"n": 3})),
    ]);
    let played = |method: &str, target: &str, body: &str| -> Value {
        serde_json::from_str(&play(&tape, &request(method, target, body)).1).unwrap()
    };
    assert_eq!(
        played("GET", "/a", ""),
        json!({"created_at": "2027-01-01T01:00:00Z", "expires": 1_798_765_260, "id": 7})
    );
    assert_eq!(played("GET", "/a?since=2027-01-01T01:00:00Z&page=1", ""), json!({"n": 1}));
    assert_eq!(played("GET", "/a?since=1798765200", ""), json!({"n": 2}));
    assert_eq!(played("POST", "/a", r#"{"after":"2027-01-01T01:00:30.5Z"}"#), json!({"n": 3}));
    assert_eq!(play(&tape, &request("GET", "/a?since=2026-01-01T00:00:00Z&page=1", "")).0, 404);
}

#[test]
fn times_stay_where_nobody_asks_for_it() {
    let answer = json!({"created_at": "2026-01-01T00:00:00Z"});
    let folder = folder(&[("a.ndjson", &lines(&[recorded("GET", "/a", None, &answer)]))]);
    let tape = super::clean(folder.path());
    assert_eq!(play(&tape, &request("GET", "/a", "")).1, answer.to_string());
}
