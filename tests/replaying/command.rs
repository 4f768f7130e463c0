//! The command line, and what the control surface tells.

use std::fs;
use std::sync::Arc;

use serde_json::Value;
use standin::Server;
use standin::engine::Passing;
use standin::spec::load;
use standin::tape::record;
use standin::tape::record::Recorder;
use standin::tape::replay::OnMiss;
use standin::tape::replay::Options;
use standin::token::SigningKey;
use standin::upstream;
use standin::upstream::Address;

use super::entry;
use super::folder;
use super::lines;
use super::open;
use crate::support::process::run;
use crate::support::process::standin;

const PETS: &str = "openapi: 3.0.3\ninfo: {title: pets, version: '1'}\npaths:\n  /pets/{id}:\n    \
                    get:\n      operationId: getPet\n      parameters:\n        - {name: id, in: path, \
                    required: true, schema: {type: string}}\n      responses:\n        '200':\n          \
                    description: a pet\n          content:\n            application/json:\n              \
                    schema: {type: object, properties: {name: {type: string}}}\n              example: \
                    {name: Mock}\n";

async fn get(server: &Server, target: &str) -> (u16, String) {
    let url = server.url(target);
    let response = reqwest::Client::new().get(url).send().await.expect("it answers");
    (response.status().as_u16(), response.text().await.expect("text"))
}

async fn replaying(
    text: &str,
    on_miss: OnMiss,
    spec: Option<&str>,
    to: Option<&Server>,
) -> (Server, tempfile::TempDir) {
    let folder = folder(&[("a.ndjson", text)]);
    let mut options = Options::default();
    options.on_miss = on_miss;
    let (tape, _) = open(folder.path(), options);
    let documents = spec.map(|text| {
        ("pets".to_owned(), Arc::new(load::from_text("pets.yaml", text).expect("it loads")))
    });
    let mut builder = Server::builder().replay(documents.into_iter().collect(), tape);
    if let Some(to) = to {
        let address = Address::parse(&to.url("")).expect("an address");
        builder = builder.forward(upstream::Options::new(address), Passing::new(true, false));
    }
    (builder.start().await.expect("it starts"), folder)
}

#[tokio::test]
async fn a_miss_is_mocked_by_the_description_and_what_was_recorded_is_not() {
    let recorded = entry("GET", "/pets/1", None, r#"{"name":"Recorded"}"#)
        .replace("text/plain", "application/json");
    let (server, _folder) = replaying(&lines(&[recorded]), OnMiss::Mock, Some(PETS), None).await;
    assert_eq!(get(&server, "/pets/1").await, (200, r#"{"name":"Recorded"}"#.to_owned()));
    assert_eq!(get(&server, "/pets/2").await.0, 200);
    assert!(get(&server, "/pets/2").await.1.contains("Mock"));
    server.findings().assert_none();
    assert_eq!(get(&server, "/other").await.0, 404);
}

#[tokio::test]
async fn a_miss_is_passed_on_and_answered_by_the_upstream() {
    let document = Arc::new(load::from_text("pets.yaml", PETS).unwrap());
    let upstream = Server::builder().document("pets", document).start().await.unwrap();
    let recorded = [entry("GET", "/pets/1", None, "Recorded")];
    let table = [
        (OnMiss::Fail, "Recorded", None),
        (OnMiss::Forward, "Recorded", Some("Mock")),
        (OnMiss::Once, "Recorded", None),
        (OnMiss::All, "Mock", Some("Mock")),
    ];
    for (on_miss, known, other) in table {
        let (server, _folder) = replaying(&lines(&recorded), on_miss, None, Some(&upstream)).await;
        let (status, text) = get(&server, "/pets/1").await;
        assert_eq!((status, text.contains(known)), (200, true), "{on_miss:?}: {text}");
        let (status, text) = get(&server, "/pets/2").await;
        match other {
            Some(other) => assert!(status == 200 && text.contains(other), "{on_miss:?}: {text}"),
            None => assert!(text.contains("recording-missed"), "{on_miss:?}: {status} {text}"),
        }
    }
    let (server, _folder) = replaying("", OnMiss::Once, None, Some(&upstream)).await;
    assert_eq!(get(&server, "/pets/1").await.0, 200, "nothing was recorded yet");
}

#[tokio::test]
async fn the_control_surface_tells_recordings_their_use_and_what_missed() {
    let recorded = ["/a", "/b", "/c"].map(|target| entry("GET", target, None, "x"));
    let (server, _folder) = replaying(&lines(&recorded), OnMiss::Fail, None, None).await;
    for target in ["/b", "/b", "/z"] {
        get(&server, target).await;
    }
    let told = |text: String| -> Value { serde_json::from_str(&text).expect("JSON") };
    let all = told(get(&server, "/_standin/recordings").await.1);
    let used: Vec<u64> = all["recordings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["used"].as_u64().unwrap())
        .collect();
    assert_eq!(used, [0, 2, 0]);
    assert_eq!(all["recordings"][1]["request"], "GET /b");
    assert!(all["recordings"][1]["recording"].as_str().unwrap().ends_with("a.ndjson:2"));
    assert_eq!((&all["total"], &all["missed"]), (&3.into(), &1.into()));
    assert_eq!(all["misses"][0]["request"], "GET /z");
    let unused = told(get(&server, "/_standin/recordings?used=false&limit=1").await.1);
    assert_eq!((&unused["matching"], &unused["more"]), (&2.into(), &true.into()));
    let after = unused["after"].as_u64().unwrap();
    let rest = format!("/_standin/recordings?used=false&limit=1&after={after}");
    let rest = told(get(&server, &rest).await.1);
    assert_eq!(rest["recordings"][0]["request"], "GET /c");
    assert_eq!(rest["more"], false);
    assert_eq!(get(&server, "/_standin/recordings?limit=0").await.0, 422);
    let findings = server.engine().ledger().total().0;
    assert!(findings.iter().all(|finding| finding.rule == "recording-missed"), "{findings:?}");
    let plain = Server::builder().api("clerk").start().await.unwrap();
    assert_eq!(told(get(&plain, "/_standin/recordings").await.1)["total"], 0);
}

#[test]
fn unused_recordings_are_a_finding_at_the_end_unless_they_are_allowed() {
    let folder =
        folder(&[("a.ndjson", &lines(&["/a", "/b"].map(|it| entry("GET", it, None, "x"))))]);
    let path = folder.path().to_str().unwrap();
    let ask = "curl -sf $STANDIN_URL/a";
    let replay = |more: &[&str]| {
        let arguments = [&["replay", path, "--report", "json"], more, &["--", "bash", "-c", ask]];
        let (code, stdout, stderr) = run(&mut standin(&arguments.concat()));
        let report = stdout.trim_start_matches('x');
        let report: Value =
            serde_json::from_str(report).unwrap_or_else(|_| panic!("{stdout}{stderr}"));
        let rules: Vec<String> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| format!("{} {}", it["rule"].as_str().unwrap(), it["level"].as_str().unwrap()))
            .collect();
        (code, rules)
    };
    assert_eq!(replay(&[]), (0, vec!["recording-unused warning".to_owned()]));
    assert_eq!(replay(&["--allow-unused"]), (0, Vec::new()));
    let strict = ["--severity", "recording-unused=error"];
    assert_eq!(replay(&strict), (1, vec!["recording-unused error".to_owned()]));
}

#[test]
fn what_can_not_be_replayed_so_is_refused_with_what_is_missing() {
    let folder = folder(&[("a.ndjson", &lines(&[entry("GET", "/a", None, "x")]))]);
    let path = folder.path().to_str().unwrap();
    let table: [(&[&str], &str); 5] = [
        (&["--match", "weather"], "begins with neither"),
        (&["--match", "-weather"], "`weather` is no part of a request"),
        (&["--on-miss", "mock"], "add --spec SPEC"),
        (&["--on-miss", "forward"], "add --upstream URL"),
        (&["--on-miss", "sometimes"], "new_episodes"),
    ];
    for (more, expected) in table {
        let (code, _, stderr) = run(&mut standin(&[&["replay", path], more].concat()));
        assert_eq!(code, 2, "{more:?}");
        assert!(stderr.contains(expected), "{more:?}: {stderr}");
    }
    let config = folder.path().join("standin.toml");
    fs::write(&config, "match = ['-query', '+query:a']\nrepeats = 'cycle'\non-miss = 'fail'\n")
        .unwrap();
    let arguments = [
        "replay",
        path,
        "--allow-unused",
        "--config",
        config.to_str().unwrap(),
        "--",
        "bash",
        "-c",
    ];
    let twice = "curl -sf \"$STANDIN_URL/a?b=1\" && curl -sf $STANDIN_URL/a";
    let (code, stdout, stderr) = run(&mut standin(&[&arguments[..], &[twice]].concat()));
    assert_eq!((code, stdout.as_str()), (0, "xx"), "{stderr}");
}

#[tokio::test]
async fn what_is_passed_on_is_recorded_where_that_was_asked_for_and_replayed_from_then_on() {
    let document = Arc::new(load::from_text("pets.yaml", PETS).unwrap());
    let upstream = Server::builder().document("pets", document).start().await.unwrap();
    let folder = folder(&[("a.ndjson", &lines(&[entry("GET", "/pets/1", None, "Recorded")]))]);
    let mut options = Options::default();
    options.on_miss = OnMiss::Record;
    let (tape, _) = open(folder.path(), options);
    let recorder = Recorder::open(folder.path(), record::Options::default()).unwrap();
    let address = Address::parse(&upstream.url("")).unwrap();
    let server = Server::builder()
        .replay(Vec::new(), tape)
        .forward(upstream::Options::new(address), Passing::new(true, false))
        .record_missed(Arc::new(recorder))
        .start()
        .await
        .unwrap();
    assert_eq!(get(&server, "/pets/1").await.1, "Recorded");
    assert_eq!(get(&server, "/pets/2").await.0, 200);
    server.stop().await;
    upstream.stop().await;
    let (tape, told) = open(folder.path(), Options::default());
    assert_eq!(told, [] as [String; 0]);
    assert_eq!(tape.len(), 2, "what was replayed is not recorded again");
    let (answer, missed, _) = tape.answer(&super::request("GET", "/pets/2", ""));
    assert!(missed.is_none());
    assert_eq!(answer.body.value().unwrap()["name"], "Mock");
}

#[tokio::test]
async fn a_recorded_token_is_signed_again_and_found_when_it_comes_back() {
    const TARGET: &str = "/v1/sessions/sess_active/tokens";
    let folder = folder(&[]);
    let recorder = Recorder::open(folder.path(), record::Options::default()).unwrap();
    let server = Server::builder().api("clerk").record(Arc::new(recorder)).start().await.unwrap();
    let post = |url: String, secret: &'static str| async move {
        let call = reqwest::Client::new().post(url).bearer_auth(secret);
        let answer = call.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json::<Value>().await.unwrap()["jwt"].as_str().unwrap().to_owned()
    };
    let recorded = post(server.url(TARGET), "sk_test_one").await;
    let verify = format!("/v1/sessions?token={recorded}");
    let call = reqwest::Client::new().get(server.url(&verify)).bearer_auth("sk_test_one");
    call.send().await.unwrap().text().await.unwrap();
    let keys = reqwest::Client::new().get(server.url("/v1/jwks")).bearer_auth("sk_test_one");
    keys.send().await.unwrap().text().await.unwrap();
    server.stop().await;

    let mut options = Options::default();
    options.key = Some(Arc::clone(SigningKey::built_in()));
    options.shift_to = Some(standin::clock::Instant::parse("2030-01-01T00:00:00Z").unwrap());
    let (tape, told) = open(folder.path(), options);
    assert_eq!((tape.len(), told), (3, Vec::new()));
    let server = Server::builder().replay(Vec::new(), tape).start().await.unwrap();
    let replayed = post(server.url(TARGET), "sk_test_another").await;
    assert_ne!(replayed, recorded);
    let key = SigningKey::built_in();
    let (one, other) = (key.verify(&recorded).unwrap(), key.verify(&replayed).unwrap());
    assert_eq!((&one["sub"], &one["sid"]), (&other["sub"], &other["sid"]));
    let lasts = |claims: &Value| claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(lasts(&one), lasts(&other));
    assert!(other["iat"].as_i64().unwrap() >= 1_893_456_000, "{other}");
    // What was given with one placeholder comes back as another token of it.
    let back = format!("/v1/sessions?token={replayed}");
    let call = reqwest::Client::new().get(server.url(&back)).bearer_auth("sk_test_another");
    let status = call.send().await.unwrap().status();
    assert_ne!(status, 404, "it is found by its placeholder");
    server.findings().assert_none();
}
