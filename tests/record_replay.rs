//! Recordings: written, read back, served again.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use serde_json::Value;
use serde_json::json;
use standin::apis;
use standin::apis::APIS;
use standin::clock::Clock;
use standin::clock::Instant;
use standin::engine::Engine;
use standin::engine::Options;
use standin::finding::Blame;
use standin::finding::Sighting;
use standin::message::Answer;
use standin::message::Body;
use standin::message::Request;
use standin::store::MemoryStore;
use standin::tape::Entry;
use standin::tape::har::Har;
use standin::tape::placeholder;
use standin::tape::read;
use standin::tape::redact::Redactor;
use standin::tape::replay::Tape;
use standin::tape::snapshot;

use crate::exchanges::DIRECTORY;
use crate::support;

fn request(method: Method, target: &str, headers: &[(&'static str, &str)], body: &str) -> Request {
    let mut request = Request::new(method, target);
    for (name, value) in headers {
        let value = HeaderValue::from_str(value).expect("well-formed in the test");
        request.headers.append(HeaderName::from_static(name), value);
    }
    request.body = Bytes::copy_from_slice(body.as_bytes());
    request
}

fn json_answer(status: u16, value: Value) -> Answer {
    let status = StatusCode::from_u16(status).expect("well-formed in the test");
    Answer::json(status, HeaderValue::from_static("application/json"), value)
}

fn entry(request: &Request, answer: &Answer) -> Entry {
    Entry::from_messages(request, answer, Instant::from_millis(0))
}

fn tape(entries: &[Entry]) -> Tape {
    let (tape, violations) = Tape::new(entries);
    assert_eq!(violations, []);
    tape
}

/// What a tape answers: the status, and the body.
fn played(tape: &Tape, request: &Request) -> (u16, Value) {
    let (answer, ..) = tape.answer(request);
    (answer.status.as_u16(), answer.body.value().cloned().unwrap_or(Value::Null))
}

const TOKEN: &str = "eyJhbGciOiJub25lIn0.e30.c2lnbmVk";

#[test]
fn an_exchange_survives_har_and_the_snapshot_format() {
    let headers = [("content-type", "application/json"), ("authorization", "Bearer mock")];
    let asked = request(Method::POST, "/v1/a?x=1&y=%20", &headers, r#"{"b":[1,{"c":null}]}"#);
    let answered = json_answer(201, json!({"id": "1", "list": [], "text": "a\nb"}));
    let entry = entry(&asked, &answered);
    let har = serde_json::to_string(&Har::new(vec![entry.clone()])).unwrap();
    let har: Har = serde_json::from_str(&har).unwrap();
    let (entries, violations) = snapshot::parse(&snapshot::render(&[entry.clone(), entry]));
    assert_eq!((entries.len(), violations.len()), (2, 0));
    for read in har.log.entries.iter().chain(&entries) {
        let (request, answer) = (read.request().unwrap(), read.answer().unwrap());
        assert_eq!(request.method, Method::POST);
        assert_eq!(request.target(), asked.target());
        assert_eq!(request.headers, asked.headers);
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(body, json!({"b": [1, {"c": null}]}));
        assert_eq!(answer.status, StatusCode::CREATED);
        assert_eq!(answer.body.value(), answered.body.value());
    }
}

#[test]
fn the_snapshot_format_is_what_its_page_says() {
    let headers =
        [("x-ts-a", "1"), ("accept", "*/*"), ("date", "today"), ("content-type", "text/plain")];
    let asked = request(Method::PUT, "/a", &headers, "one\n\n two\n");
    let entries = [entry(&asked, &Answer::empty(StatusCode::NO_CONTENT)); 1];
    let text = snapshot::render(&entries);
    assert_eq!(
        text,
        "> PUT /a HTTP/1.1\n> accept: */*\n> content-type: text/plain\n> x-ts-a: 1\n>\n> one\n>\n\
         >  two\n>\n< HTTP/1.1 204 No Content\n"
    );
    assert_eq!(snapshot::parse(&text).0[0].request().unwrap().body, "one\n\n two\n");
}

#[test]
fn content_that_is_no_text_survives() {
    let mut answer = Answer::empty(StatusCode::OK);
    answer.body = Body::Whole { bytes: Bytes::from_static(b"\x00\xff"), value: None };
    let written = entry(&Request::new(Method::GET, "/a"), &answer);
    let (entries, _) = snapshot::parse(&snapshot::render(std::slice::from_ref(&written)));
    for entry in [&written, &entries[0]] {
        assert_eq!(entry.answer().unwrap().body.bytes(), b"\x00\xff");
    }
}

#[test]
fn secrets_do_not_reach_a_recording_and_equal_ones_stay_equal() {
    let headers = [
        ("authorization", "Bearer sk_test_mock"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("cookie", "session=abc"),
    ];
    let form = "grant_type=authorization_code&code=one-time&client_secret=hidden&scope=openid";
    let asked = request(Method::POST, "/token?access_token=hidden&page=1", &headers, form);
    let mut answered = json_answer(
        400,
        json!({
            "access_token": TOKEN, "token_type": "Bearer", "code": "invalid_grant",
            "nested": [{"jwt": TOKEN, "refresh_token": "hidden"}], "url": format!("/a?t={TOKEN}#x"),
            "token_endpoint": "/oidc/token", "auth_code": "one-time",
        }),
    );
    answered.headers.insert("set-device-binding-token", HeaderValue::from_static("bound"));
    let mut entry = entry(&asked, &answered);
    Redactor::default().entry(&mut entry);
    let text =
        format!("{}{}", snapshot::render(&[entry.clone()]), serde_json::to_string(&entry).unwrap());
    for secret in ["sk_test_mock", "abc", "one-time", "hidden", TOKEN, "bound"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert_eq!(
        entry.answer().unwrap().body.value(),
        Some(&json!({
            "access_token": "{{jwt:1}}", "token_type": "Bearer", "code": "invalid_grant",
            "nested": [{"jwt": "{{jwt:1}}", "refresh_token": "{{secret:3}}"}],
            "url": "/a?t={{jwt:1}}#x", "token_endpoint": "/oidc/token", "auth_code": "{{secret:4}}",
        }))
    );
    assert_eq!(
        String::from_utf8(entry.request().unwrap().body.to_vec()).unwrap(),
        "grant_type=authorization_code&code={{secret:4}}&client_secret={{secret:3}}&scope=openid"
    );
    let once = entry.clone();
    Redactor::default().entry(&mut entry);
    assert_eq!(entry, once, "what is redacted stays as it is");
}

#[test]
fn placeholders_match_anything_of_their_kind() {
    let table = [
        ("a", "a", true),
        ("a", "b", false),
        ("{{secret:1}}", "anything at all", true),
        ("{{secret:1}}", "", false),
        ("{{jwt:1}}", TOKEN, true),
        ("{{jwt:1}}", "{{jwt:7}}", true),
        ("{{jwt:1}}", "{{secret:7}}", false),
        ("{{jwt:1}}", "no", false),
        ("x{{secret:1}}y{{secret:2}}z", "x1y2z", true),
        ("x{{secret:1}}y{{secret:2}}z", "xyyzz", true),
        ("x{{secret:1}}y", "xy", false),
        ("{{other:1}}", "a", false),
        ("{{secret:x}}", "{{secret:x}}", true),
        ("{{{secret:1}}}", "{a}", true),
    ];
    for (recorded, sent, expected) in table {
        assert_eq!(placeholder::matches(recorded, sent), expected, "{recorded} {sent}");
    }
}

#[test]
fn a_call_is_matched_by_method_path_query_and_body() {
    let json_type = [("content-type", "application/json")];
    let ok = |name: &str| json_answer(200, json!(name));
    let tape = tape(&[
        entry(&request(Method::GET, "/a/b%20c?x=1&y=2&x=3", &[], ""), &ok("query")),
        entry(&request(Method::GET, "/a", &[], ""), &ok("plain")),
        entry(&request(Method::POST, "/a", &json_type, r#"{"n":1,"m":"x"}"#), &ok("json")),
        entry(&request(Method::POST, "/a", &json_type, ""), &ok("nothing")),
        entry(
            &request(Method::POST, "/a", &json_type, r#"{"token":"{{secret:1}}"}"#),
            &ok("secret"),
        ),
    ]);
    let table = [
        (request(Method::GET, "/a/b%20c?y=2&x=3&x=1", &[], ""), "query"),
        (request(Method::GET, "/%61/b c?x=%31&y=2&x=3", &[], ""), "query"),
        (request(Method::GET, "/a", &[("accept", "*/*")], ""), "plain"),
        (request(Method::HEAD, "/a", &[], ""), "plain"),
        (request(Method::POST, "/a", &json_type, r#"{ "m": "x", "n": 1.0 }"#), "json"),
        (request(Method::POST, "/a", &[], "{}"), "nothing"),
        (request(Method::POST, "/a", &json_type, r#"{"token":"mine"}"#), "secret"),
    ];
    for (sent, expected) in table {
        assert_eq!(played(&tape, &sent), (200, json!(expected)), "{sent:?}");
    }
    let misses = [
        request(Method::GET, "/a/b%20c?x=1&y=2", &[], ""),
        request(Method::GET, "/a%2Fb%20c?x=1&y=2&x=3", &[], ""),
        request(Method::PUT, "/a", &[], ""),
        request(Method::POST, "/a", &json_type, r#"{"n":2,"m":"x"}"#),
        request(Method::POST, "/a", &json_type, r#"{"token":""}"#),
    ];
    for sent in misses {
        assert_eq!(played(&tape, &sent).0, 404, "{sent:?}");
    }
}

#[test]
fn equal_calls_are_answered_in_turn_and_the_last_repeats() {
    let get = request(Method::GET, "/a", &[], "");
    let numbers = [1, 2, 3].map(|number| entry(&get, &json_answer(200, json!(number))));
    let tape = tape(&numbers);
    let answers: Vec<Value> = (0..5).map(|_| played(&tape, &get).1).collect();
    assert_eq!(answers, [json!(1), json!(2), json!(3), json!(3), json!(3)]);
}

#[test]
fn of_equal_calls_the_one_with_the_same_header_fields_answers() {
    let bare = request(Method::GET, "/a", &[], "");
    let bearer = request(Method::GET, "/a", &[("authorization", "Bearer {{secret:1}}")], "");
    let forced = [("authorization", "Bearer {{secret:1}}"), ("prefer", "code=500")];
    let forced = request(Method::GET, "/a", &forced, "");
    let tape = tape(&[
        entry(&bare, &json_answer(401, json!(null))),
        entry(&forced, &json_answer(500, json!(null))),
        entry(&bearer, &json_answer(200, json!(null))),
    ]);
    let mine = request(Method::GET, "/a", &[("authorization", "Bearer mine")], "");
    for _ in 0..2 {
        assert_eq!(played(&tape, &mine).0, 200);
        assert_eq!(played(&tape, &bare).0, 401);
    }
}

#[test]
fn a_miss_names_the_nearest_recording_and_what_differed() {
    let json_type = [("content-type", "application/json")];
    let body = r#"{"user_id":"u1","password":"{{secret:1}}"}"#;
    let mut recorded = entry(
        &request(Method::POST, "/v1/sessions?page=1", &json_type, body),
        &json_answer(200, json!({})),
    );
    recorded.origin = Some("a.snap:3".to_owned());
    let other = entry(&request(Method::GET, "/v1/users", &[], ""), &json_answer(200, json!({})));
    let tape = tape(&[other, recorded]);
    let sent = r#"{"user_id":"u2","password":"x","more":true}"#;
    let sent = request(Method::POST, "/v1/sessions?page=2", &json_type, sent);
    let (answer, violation, why) = tape.answer(&sent);
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    assert_eq!(
        answer.body.value().unwrap()["nearest"],
        json!({
            "request": "POST /v1/sessions",
            "recording": "a.snap:3",
            "differed": [
                "`page` in the query: recorded \"1\", sent \"2\"",
                "`/user_id` in the body: recorded \"u1\", sent \"u2\"",
                "`/more` in the body: not recorded, sent true",
            ],
        })
    );
    let violation = violation.unwrap();
    assert_eq!(violation.rule.id, "recording-missed");
    assert!(why.contains("a.snap:3"), "{why}");
    assert_eq!(Tape::default().answer(&sent).0.status, StatusCode::NOT_FOUND);
}

#[test]
fn recordings_are_read_from_directories_and_what_is_malformed_is_told_with_its_line() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let one = entry(&request(Method::GET, "/a", &[], ""), &json_answer(200, json!({})));
    write("har/one.har", &serde_json::to_string(&Har::new(vec![one.clone()])).unwrap());
    write("har/two.json", &serde_json::to_string(&Har::new(vec![one.clone()])).unwrap());
    write("har/other.json", "{\"no\": \"har\"}");
    write("har/torn.har", "{\"log\": {");
    let line = serde_json::to_string(&one).unwrap();
    write("nd/exchanges.ndjson", &format!("{line}\n{line}\n{}", &line[..40]));
    let front = "---\nsource: a\ninfo:\n  api: clerk-sessions\n---\n";
    write("snap/a.snap", &format!("{front}{}", snapshot::render(&[one.clone(), one])));
    write("snap/other.snap", "---\nsource: a\n---\nno exchange\n");
    write("snap/torn.snap", "> GET /a HTTP/1.1\n\n< HTTP/1.1 200 OK\n\n> GET\n< x\n");
    write(".hidden/a.har", "{");
    write("readme.txt", "> GET / HTTP/1.1\n< HTTP/1.1 204\n");
    let (entries, violations) = read::paths(&[directory.path().to_owned()]).unwrap();
    assert_eq!(entries.len(), 6);
    let own = entries.last().unwrap().own.clone().unwrap();
    assert_eq!(own.api.as_deref(), Some("clerk-sessions"));
    assert!(entries.last().unwrap().origin.as_ref().unwrap().ends_with("a.snap:12"));
    let root = format!("{}/", directory.path().display());
    let told: Vec<String> =
        violations.iter().map(|violation| violation.title.replace(&root, "")).collect();
    assert_eq!(
        told,
        [
            "har/torn.har:1: no HAR: EOF while parsing an object",
            "nd/exchanges.ndjson:3: no HAR: EOF while parsing a string",
            "snap/torn.snap:1: a request has no answer",
            "snap/torn.snap:3: an answer has no request",
            "snap/torn.snap:5: the request line is not `METHOD /path HTTP/1.1`",
        ]
    );
    let named = directory.path().join("readme.txt");
    assert_eq!(read::paths(&[named]).unwrap().0.len(), 1, "a file that is named is read");
    let named = directory.path().join("snap/other.snap");
    assert_eq!(read::paths(&[named]).unwrap().1.len(), 1);
    let missing = PathBuf::from("does/not/exist");
    assert!(read::paths(&[missing]).unwrap_err().to_string().contains("does/not/exist"));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_snapshot_reader_panic(text in "([><-]{0,3} ?\\PC{0,12}\n){0,9}") {
        let (entries, _) = snapshot::parse(&text);
        for entry in entries {
            let _ = (entry.request(), entry.answer());
        }
    }

    #[test]
    fn no_text_makes_the_placeholders_panic(recorded in "[{}a:1jwtsecr]{0,30}", sent in "\\PC{0,20}") {
        let _ = placeholder::matches(&recorded, &sent);
        proptest::prop_assert!(placeholder::find(&recorded).is_some() || placeholder::matches(&recorded, &recorded));
    }
}

/// An engine that plays every snapshot, judged by the documents of one API.
fn replaying(api: &str) -> (Engine, Vec<Entry>) {
    let (entries, violations) = read::paths(&[PathBuf::from(DIRECTORY)]).expect("they are there");
    assert_eq!(violations, []);
    let documents = apis::named(api)
        .into_iter()
        .map(|api| (api.id.to_owned(), apis::load(api).expect("bundled documents load")))
        .collect();
    let mut options = Options::default();
    options.clock = Arc::new(Clock::fixed(support::start_instant()));
    let store = Arc::new(MemoryStore::new(0));
    let engine = Engine::replaying(&options, store, documents, tape(&entries));
    (engine.expect("the documents do not conflict"), entries)
}

#[tokio::test]
async fn every_snapshot_is_served_again() {
    for api in APIS {
        let (engine, entries) = replaying(api.id);
        let own =
            |entry: &&Entry| entry.own.as_ref().and_then(|own| own.api.as_deref()) == Some(api.id);
        for entry in entries.iter().filter(own) {
            let (request, recorded) = (entry.request().unwrap(), entry.answer().unwrap());
            let answer = engine.answer(request).await;
            let origin = entry.origin.as_deref().unwrap_or("");
            let exchange = engine.journal().last().unwrap();
            // Two cases may record one call; one of them answers.
            assert!(exchange.why.starts_with("recorded in "), "{origin}: {}", exchange.why);
            if exchange.why.ends_with(origin) {
                assert_eq!(answer.status, recorded.status, "{origin}");
                assert_eq!(answer.body.value(), recorded.body.value(), "{origin}");
            }
            let wrong = exchange.findings.iter().filter(|it| it.blame != Blame::Client);
            assert_eq!(wrong.collect::<Vec<_>>(), [] as [&Sighting; 0], "{origin}");
        }
    }
}

#[tokio::test]
async fn a_client_with_real_secrets_is_served_what_was_recorded_with_placeholders() {
    let (engine, _) = replaying("clerk");
    let headers = [("authorization", "Bearer sk_test_mine")];
    let answer =
        engine.answer(request(Method::GET, "/v1/sessions/sess_active", &headers, "")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body.value().unwrap()["id"], "sess_active");
    assert_eq!(answer.headers["standin-findings"], "0");
    let bare = engine.answer(request(Method::GET, "/v1/jwks", &[], "")).await;
    assert_eq!(bare.status, StatusCode::UNAUTHORIZED);
    let missed = engine.answer(request(Method::GET, "/v1/sessions/sess_activ", &headers, "")).await;
    assert_eq!(missed.status, StatusCode::NOT_FOUND);
    let nearest = &missed.body.value().unwrap()["nearest"];
    assert!(
        nearest["request"].as_str().unwrap().starts_with("GET /v1/sessions/sess_"),
        "{nearest}"
    );
    let (findings, _) = engine.total_findings();
    assert!(findings.iter().any(|finding| finding.rule == "recording-missed"));
}
