//! What other tools write: as their real files have it.

use http::HeaderValue;
use standin::message::Request;
use standin::tape::har::Har;
use standin::tape::import::FORMATS;
use standin::tape::read;
use standin::tape::replay::Options;
use standin::tape::replay::Tape;

use super::clean;
use super::entry;
use super::fixture;
use super::folder;
use super::open;
use super::play;
use super::request;

/// A call as the recorded tools make it.
fn accepting(method: &str, target: &str, body: &str) -> Request {
    let mut request = request(method, target, body);
    request.headers.insert("accept", HeaderValue::from_static("*/*"));
    request
}

#[test]
fn wiremocks_recordings_are_played_with_their_scenarios_bodies_and_conditions() {
    let tape = clean(&fixture("wiremock"));
    assert_eq!(tape.len(), 9);
    let numbers: Vec<String> =
        (0..4).map(|_| play(&tape, &accepting("GET", "/a?y=2&x=1", "")).1).collect();
    let expected =
        [13, 14, 15, 15].map(|number| format!(r#"{{"path": "/a?x=1&y=2", "n": {number}}}"#));
    assert_eq!(numbers, expected);
    let (answer, _, why) = tape.answer(&accepting("GET", "/bin", ""));
    assert_eq!(answer.body.bytes(), (0..=255).collect::<Vec<u8>>());
    assert!(why.ends_with("wiremock/mappings/bin.json:1"), "{why}");
    let (answer, ..) = tape.answer(&accepting("GET", "/big", ""));
    assert!(answer.body.value().unwrap()["text"].is_string());
    assert_eq!(play(&tape, &accepting("GET", "/gone", "")).0, 404);
    // As it was recorded, more members are no difference.
    let body = r#"{"n":1.0,"more":true,"name":"Ada"}"#;
    assert_eq!(play(&tape, &accepting("POST", "/things", body)).0, 201);
    assert_eq!(play(&tape, &accepting("POST", "/form", "a=b+c&d=1")).0, 201);
    let mut tenant = accepting("GET", "/tenant", "");
    let (answer, violation, _) = tape.answer(&tenant);
    assert_eq!(violation.unwrap().rule.id, "recording-missed");
    let nearest = &answer.body.value().unwrap()["nearest"];
    assert_eq!(nearest["request"], "GET /tenant");
    assert_eq!(nearest["differed"][0], "the header `x-tenant`: wants \"T1\"");
    tenant.headers.insert("x-tenant", HeaderValue::from_static("t1"));
    let (answer, ..) = tape.answer(&tenant);
    assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 2);
    let (uses, total) = tape.uses(0, 100, |count| count == 0);
    assert_eq!((uses.len(), total), (0, 0));
}

/// Plays one mapping: whether it answers.
fn answers(mapping: &str, call: &Request) -> bool {
    let text = format!(r#"{{"request": {mapping}, "response": {{"status": 200}}}}"#);
    let folder = folder(&[("a.json", &text)]);
    let (tape, told) = open(folder.path(), Options::default());
    assert_eq!(told, [] as [String; 0], "{mapping}");
    tape.answer(call).1.is_none()
}

#[test]
fn conditions_of_mappings_hold_as_wiremock_has_them() {
    let get = |target: &str| accepting("GET", target, "");
    let post = |body: &str| accepting("POST", "/a", body);
    let table = [
        (r#"{"method": "ANY"}"#, get("/whatever"), true),
        (r#"{"method": "GET", "url": "/a?x=1"}"#, get("/a?x=1"), true),
        (r#"{"method": "GET", "url": "/a?x=1"}"#, get("/a"), false),
        (r#"{"urlPattern": "/a/[0-9]+\\?x=.*"}"#, get("/a/12?x="), true),
        (r#"{"urlPathPattern": "/a/[0-9]+"}"#, get("/a/12/b"), false),
        (
            r#"{"urlPathTemplate": "/a/{id}/b", "pathParameters": {"id": {"equalTo": "1"}}}"#,
            get("/a/1/b"),
            true,
        ),
        (
            r#"{"urlPathTemplate": "/a/{id}/b", "pathParameters": {"id": {"equalTo": "1"}}}"#,
            get("/a/2/b"),
            false,
        ),
        (r#"{"queryParameters": {"x": {"absent": true}}}"#, get("/a?y=1"), true),
        (r#"{"queryParameters": {"x": {"absent": true}}}"#, get("/a?x=1"), false),
        (
            r#"{"queryParameters": {"x": {"hasExactly": [{"equalTo": "1"}, {"equalTo": "2"}]}}}"#,
            get("/a?x=2&x=1"),
            true,
        ),
        (
            r#"{"queryParameters": {"x": {"hasExactly": [{"equalTo": "1"}]}}}"#,
            get("/a?x=2&x=1"),
            false,
        ),
        (
            r#"{"queryParameters": {"x": {"includes": [{"equalTo": "1"}]}}}"#,
            get("/a?x=2&x=1"),
            true,
        ),
        (r#"{"headers": {"Accept": {"contains": "*"}}}"#, get("/a"), true),
        (r#"{"headers": {"Accept": {"doesNotMatch": ".*json"}}}"#, get("/a"), true),
        (r#"{"cookies": {"s": {"matches": "[a-z]+"}}}"#, get("/a"), false),
        (r#"{"basicAuthCredentials": {"username": "u", "password": "p"}}"#, get("/a"), false),
        (
            r#"{"bodyPatterns": [{"equalToJson": {"a": [2, 1]}, "ignoreArrayOrder": true}]}"#,
            post(r#"{"a":[1,2]}"#),
            true,
        ),
        (
            r#"{"bodyPatterns": [{"equalToJson": "{\"a\": [2, 1]}"}]}"#,
            post(r#"{"a":[1,2]}"#),
            false,
        ),
        (
            r#"{"bodyPatterns": [{"equalToJson": {"a": "${json-unit.any-string}"}}]}"#,
            post(r#"{"a":"x"}"#),
            true,
        ),
        (
            r#"{"bodyPatterns": [{"equalToJson": {"a": "${json-unit.any-string}"}}]}"#,
            post(r#"{"a":1}"#),
            false,
        ),
        (
            r#"{"bodyPatterns": [{"matchesJsonPath": "$.a[?(@.b == 1)]"}]}"#,
            post(r#"{"a":[{"b":1}]}"#),
            true,
        ),
        (
            r#"{"bodyPatterns": [{"matchesJsonPath": {"expression": "$.a", "contains": "x"}}]}"#,
            post(r#"{"a":"xy"}"#),
            true,
        ),
        (
            r#"{"bodyPatterns": [{"matchesJsonPath": {"expression": "$.a", "contains": "x"}}]}"#,
            post(r#"{"a":"z"}"#),
            false,
        ),
        (
            r#"{"bodyPatterns": [{"or": [{"contains": "p"}, {"contains": "q"}]}]}"#,
            post("quite"),
            true,
        ),
        (r#"{"bodyPatterns": [{"not": {"contains": "p"}}]}"#, post("pity"), false),
        (r#"{"bodyPatterns": [{"binaryEqualTo": "aGk="}]}"#, post("hi"), true),
        (r#"{"bodyPatterns": [{"equalTo": "HI", "caseInsensitive": true}]}"#, post("hi"), true),
    ];
    for (mapping, call, expected) in table {
        assert_eq!(answers(mapping, &call), expected, "{mapping} {call:?}");
    }
}

#[test]
fn what_a_mapping_asks_for_and_is_not_done_is_told_with_its_line() {
    let delayed = "{\n  \"request\": {\"url\": \"/slow\"},\n  \"response\": {\n    \"status\": 200,\n    \
                   \"fixedDelayMilliseconds\": 5\n  }\n}";
    let unknown = "{\"mappings\": [\n{\"request\": {\"url\": \"/a\"}, \"response\": {}},\n{\"request\": \
                   {\"url\": \"/b\",\n\"customMatcher\": {}}, \"response\": {}},\n{\"request\": {}, \
                   \"response\": {\"fault\": \"EMPTY_RESPONSE\"}},\n{\"priority\": 1, \"request\": \
                   {\"url\": \"/a\"}, \"response\": {\"status\": 299}, \"postServeActions\": []}]}";
    let folder = folder(&[("a/delayed.json", delayed), ("b/unknown.json", unknown)]);
    let (tape, told) = open(folder.path(), Options::default());
    assert_eq!(
        told,
        [
            "recording-unsupported: a/delayed.json:5: `fixedDelayMilliseconds` is not done: it is \
             answered at once",
            "recording-unsupported: b/unknown.json:4: the condition `customMatcher` is not known, so \
             the mapping is left out",
            "recording-unsupported: b/unknown.json:5: `fault` is not done, so the mapping is left out",
            "recording-unsupported: b/unknown.json:6: `postServeActions` is not done",
        ]
    );
    assert_eq!(play(&tape, &request("GET", "/slow", "")).0, 200);
    assert_eq!(play(&tape, &request("GET", "/b", "")).0, 404);
    assert_eq!(play(&tape, &request("GET", "/a", "")).0, 299, "the lower number goes first");
}

#[test]
fn vcrpys_cassettes_are_played_in_yaml_and_json() {
    let tape = clean(&fixture("vcrpy"));
    let get = |target: &str| request("GET", target, "");
    assert_eq!(tape.len(), 10);
    let first = play(&tape, &get("/a?y=2&x=1")).1;
    let second = play(&tape, &get("/a?y=2&x=1")).1;
    assert!(first.contains("/a?x=1&y=2") && first != second, "{first} {second}");
    let (answer, ..) = tape.answer(&get("/bin"));
    assert_eq!(answer.body.bytes(), (0..=255).collect::<Vec<u8>>());
    let (answer, ..) = tape.answer(&get("/gz"));
    assert_eq!(answer.body.bytes(), br#"{"zipped":true}"#);
    assert!(!answer.headers.contains_key("content-encoding"));
    assert_eq!(play(&tape, &get("/gone")).0, 404);
    assert_eq!(play(&tape, &request("POST", "/things", r#"{"n":1,"name":"Ada"}"#)).0, 201);
    let mut form = request("POST", "/form", "d=%C3%A9&a=b%20c");
    let media_type = HeaderValue::from_static("application/x-www-form-urlencoded");
    form.headers.insert("content-type", media_type);
    assert_eq!(play(&tape, &form).0, 201);
    let mut raw = request("POST", "/raw", "");
    raw.body = (240..=255).collect::<Vec<u8>>().into();
    assert_eq!(play(&tape, &raw).0, 201);
}

#[test]
fn rubys_cassettes_are_played_in_yaml_and_json() {
    let tape = clean(&fixture("vcr"));
    let (answer, ..) = tape.answer(&request("GET", "/users/1?fields=name", ""));
    assert_eq!(answer.body.value().unwrap()["name"], "Ada");
    assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 2);
    let (answer, ..) = tape.answer(&request("POST", "/users", r#"{"name":"Bob"}"#));
    assert_eq!((answer.status.as_u16(), answer.body.bytes()), (201, &[0, 1, 2, 255][..]));
    assert_eq!(play(&tape, &request("GET", "/json", "")).1, "from JSON");
    assert_eq!(tape.begin().unwrap().to_rfc3339(), "2011-11-01T04:58:44.000Z");
}

#[test]
fn a_browsers_export_is_played_with_its_quirks() {
    let (tape, told) = open(&fixture("browser"), Options::default());
    let file = "chrome.har";
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with(&format!("recording-incomplete: {file}:")), "{told:?}");
    assert!(told[0].ends_with("512 bytes of content were answered and not written down"));
    assert!(told[1].ends_with("0 is no status"), "{told:?}");
    let (answer, ..) = tape.answer(&request("GET", "/v1/users", ""));
    assert_eq!(answer.body.value().unwrap()["decoded"], true);
    assert!(!answer.headers.contains_key("content-encoding"));
    assert!(!answer.headers.contains_key("content-length"));
    assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 2);
    assert_eq!(answer.headers.get_all("vary").iter().count(), 2);
    assert_eq!(play(&tape, &request("GET", "/v1/no-body", "")), (200, String::new()));
    let (answer, ..) = tape.answer(&request("GET", "/v1/image.png", ""));
    assert_eq!(answer.body.bytes(), b"\x89PNG");
    assert_eq!(play(&tape, &request("GET", "/v1/nulls", "")), (204, String::new()));
    let mut form = request("POST", "/v1/form", "d=%c3%a9&a=b+c");
    let media_type = HeaderValue::from_static("application/x-www-form-urlencoded");
    form.headers.insert("content-type", media_type);
    assert_eq!(play(&tape, &form).1, "form");
    let body = "--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--x--\r\n";
    let mut upload = request("POST", "/v1/upload", body);
    let media_type = HeaderValue::from_static("multipart/form-data; boundary=x");
    upload.headers.insert("content-type", media_type);
    assert_eq!(play(&tape, &upload).1, "up");
}

#[test]
fn one_recording_is_the_same_in_every_layout() {
    let line = entry("GET", "/a", None, "x");
    let pretty = |text: &str| {
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        serde_json::to_string_pretty(&value).unwrap()
    };
    let har = format!(r#"{{"log": {{"version": "1.2", "entries": [{line}]}}}}"#);
    let layouts = [
        ("exchanges.ndjson", line.clone()),
        ("lines.jsonl", format!("\u{feff}{line}\n\n{line}\n")),
        ("one.json", pretty(&line)),
        ("all.har", har.clone()),
        ("all.json", pretty(&har)),
        ("named-as-it-likes.yaml", line.clone()),
    ];
    for (name, text) in layouts {
        let folder = folder(&[(name, &text)]);
        let tape: Tape = clean(folder.path());
        let (answer, _, why) = tape.answer(&request("GET", "/a", ""));
        assert_eq!(answer.body.bytes(), b"x", "{name}");
        assert!(why.contains(name), "{why}");
        let (entries, violations) = read::paths(&[folder.path().to_owned()]).unwrap();
        assert_eq!((entries.len(), violations.len()), (tape.len(), 0), "{name}");
        assert!(serde_json::to_string(&Har::new(entries)).unwrap().contains("api.test/a"));
    }
}

#[test]
fn drift_reads_what_replay_reads() {
    for (name, count) in [("vcr", 3), ("vcrpy", 10), ("wiremock", 9), ("browser", 7)] {
        let (entries, _) = read::paths(&[fixture(name)]).unwrap();
        assert_eq!(entries.len(), count, "{name}");
    }
}

#[test]
fn every_format_says_what_it_is_and_is_a_file_of_its_name() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tape/import");
    let mut files: Vec<String> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|name| name != "mod")
        .collect();
    files.sort();
    let mut ids: Vec<&str> = FORMATS.iter().map(|format| format.id).collect();
    ids.sort_unstable();
    assert_eq!(ids, files);
    assert!(FORMATS.iter().all(|format| !format.what.is_empty()));
}
