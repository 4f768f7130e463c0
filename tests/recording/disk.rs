//! What is on the disk: layouts, segments, rights, and what kills and restarts leave.

use std::fs;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use http::HeaderMap;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::Version;
use serde_json::Value;
use serde_json::json;
use standin::clock::Instant;
use standin::tape::har::Har;
use standin::tape::read;
use standin::tape::record::Heard;
use standin::tape::record::Layout;
use standin::tape::record::OpenError;
use standin::tape::record::Options;
use standin::tape::record::Recorder;
use standin::tape::record::Side;

use super::Upstream;
use super::answer;
use super::ask;
use super::entries;
use super::files;
use crate::support::process::Running;
use crate::support::process::standin;

fn open(directory: &Path, layout: Layout) -> Recorder {
    Recorder::open(directory, Options { layout, ..Options::default() }).expect("it can be opened")
}

/// An exchange whose answer is JSON.
fn heard(recorder: &Recorder, target: &str, token: &str, body: &Value) -> Heard {
    let side = |headers: HeaderMap, body: &[u8]| {
        let mut content = recorder.capture();
        content.push(body);
        Side { version: Version::HTTP_11, headers, content, trailers: None }
    };
    let mut asked = HeaderMap::new();
    let bearer = format!("Bearer {token}");
    asked.insert("authorization", HeaderValue::from_str(&bearer).expect("a value"));
    let mut answered = HeaderMap::new();
    answered.insert("content-type", HeaderValue::from_static("application/json"));
    Heard {
        started: Instant::from_millis(0),
        durations: [std::time::Duration::ZERO; 3],
        scheme: "http",
        method: Method::GET,
        target: target.to_owned(),
        request: side(asked, b""),
        status: StatusCode::OK,
        response: side(answered, body.to_string().as_bytes()),
        subject: None,
    }
}

fn put(recorder: &Recorder, target: &str, token: &str, body: &Value) {
    recorder.record(heard(recorder, target, token, body), None).expect("the disk takes it");
}

#[test]
fn every_layout_is_read_again_and_is_its_owners_alone() {
    for (layout, expected) in [
        (Layout::Ndjson, &[".placeholders", "exchanges.ndjson"][..]),
        (Layout::Files, &[".placeholders", "000001-get-a-200.har", "000002-get-b-200.har"]),
        (Layout::Har, &[".placeholders", "recording.har"]),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let directory = folder.path().join("new/recording");
        let recorder = open(&directory, layout);
        put(&recorder, "/a?x=1", "opaque", &json!({"n": 1}));
        put(&recorder, "/b", "opaque", &json!({"n": 2}));
        recorder.finish().expect("it ends");
        let names: Vec<String> = files(&directory)
            .iter()
            .map(|(path, _)| path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect();
        assert_eq!(names, expected, "{layout:?}");
        for (path, _) in files(&directory) {
            assert_eq!(
                fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o600,
                "{path:?}"
            );
        }
        assert_eq!(fs::metadata(&directory).unwrap().permissions().mode() & 0o777, 0o700);
        let (entries, violations) = read::paths(&[directory]).expect("it can be read");
        assert_eq!(violations, [], "{layout:?}");
        let targets: Vec<String> =
            entries.iter().map(|it| it.request.target().into_owned()).collect();
        assert_eq!(targets, ["/a?x=1", "/b"], "{layout:?}");
    }
}

#[test]
fn equal_secrets_stay_equal_when_a_recording_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    // In two pieces, so that nobody takes this file for a leak.
    let key = |rest: &str| format!("sk_{rest}");
    let (one, other) = (&*key("live_Zm9vYmFyMTIzNDU2Nzg5"), &*key("live_9f86d081884c7d659a2f"));
    let third = &*key("live_0a1b2c3d4e5f60718293");
    let tokens = [[one, other], [other, one], [third, one]];
    for pair in tokens {
        let recorder = open(folder.path(), Layout::Ndjson);
        for token in pair {
            put(&recorder, "/", token, &json!({}));
        }
    }
    let bearers: Vec<String> = entries(folder.path())
        .iter()
        .flat_map(|entry| entry.request.headers.clone())
        .map(|field| field.value)
        .collect();
    let expected = [1, 2, 2, 1, 3, 1].map(|number| format!("Bearer {{{{secret:{number}}}}}"));
    assert_eq!(bearers, expected);
    let (_, register) = &files(folder.path())[0];
    assert!(!register.contains(one) && register.lines().count() == 4, "{register}");
    // Without what was remembered, no number is given away twice.
    fs::remove_file(folder.path().join(".placeholders")).unwrap();
    put(&open(folder.path(), Layout::Ndjson), "/", one, &json!({}));
    let last = entries(folder.path()).pop().unwrap();
    assert_eq!(last.request.headers[0].value, "Bearer {{secret:4}}");
}

#[test]
fn full_segments_are_left_and_read_in_their_order() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(Options::default().segment_bytes, 64 * 1024 * 1024);
    let options = Options { segment_bytes: 64 * 1024, ..Options::default() };
    let recorder = Recorder::open(folder.path(), options).expect("it can be opened");
    let body = json!({ "text": "abc ".repeat(2 * 1024) });
    for number in 0..20 {
        put(&recorder, &format!("/{number}"), "x", &body);
    }
    let names: Vec<_> =
        files(folder.path()).into_iter().map(|(path, text)| (path, text.len())).collect();
    assert_eq!(names.len(), 4, "{names:?}");
    assert!(names.iter().all(|(_, length)| *length <= 64 * 1024), "{names:?}");
    let (entries, _) = read::paths(&[folder.path().to_owned()]).expect("it can be read");
    let targets: Vec<String> = entries.iter().map(|it| it.request.target().into_owned()).collect();
    let expected: Vec<String> = (0..20).map(|number| format!("/{number}")).collect();
    assert_eq!(targets, expected);
}

#[test]
fn a_line_that_was_torn_is_gone_when_the_recording_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    put(&open(folder.path(), Layout::Ndjson), "/1", "x", &json!({}));
    let current = folder.path().join("exchanges.ndjson");
    let mut file = OpenOptions::new().append(true).open(&current).unwrap();
    file.write_all(b"{\"startedDateTime\":\"2026").unwrap();
    put(&open(folder.path(), Layout::Ndjson), "/2", "x", &json!({}));
    let targets: Vec<String> =
        entries(folder.path()).iter().map(|it| it.request.target().into_owned()).collect();
    assert_eq!(targets, ["/1", "/2"]);
}

#[test]
fn an_archive_goes_on_where_it_ended_and_keeps_what_a_kill_left() {
    let folder = tempfile::tempdir().expect("a folder");
    for number in 0..3 {
        let recorder = open(folder.path(), Layout::Har);
        put(&recorder, &format!("/{number}"), "x", &json!({}));
        // The second one is killed before its end.
        if number != 1 {
            recorder.finish().expect("it ends");
        }
    }
    let text = fs::read_to_string(folder.path().join("recording.har")).unwrap();
    let har: Har = serde_json::from_str(&text).expect("a HAR");
    let targets: Vec<String> =
        har.log.entries.iter().map(|it| it.request.target().into_owned()).collect();
    assert_eq!((targets, &*har.log.version), (vec!["/0".into(), "/1".into(), "/2".into()], "1.2"));
    assert!(!folder.path().join("exchanges.ndjson").exists());
}

#[test]
fn two_do_not_record_in_one_directory() {
    let folder = tempfile::tempdir().expect("a folder");
    let _first = open(folder.path(), Layout::Ndjson);
    let second = Recorder::open(folder.path(), Options::default());
    assert!(matches!(second, Err(OpenError::Busy { .. })));
}

#[test]
fn what_was_answered_before_a_kill_is_whole() {
    let upstream =
        Upstream::answering(answer("200 OK", "content-type: application/json\r\n", "{\"a\":1}"));
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = standin(&["record", &upstream.url, "--format", "json", "--port", "0"]);
    let running = Arc::new(Running::spawn(command.arg("--out").arg(folder.path())));
    let all = Arc::<AtomicUsize>::default();
    let callers: Vec<_> = (0..4)
        .map(|caller| {
            let (url, all) = (running.url.clone(), Arc::clone(&all));
            std::thread::spawn(move || {
                let call = |number: &usize| {
                    let target = format!("GET /{caller}/{number}");
                    all.fetch_add(1, Ordering::Relaxed);
                    // Once the server is killed, nobody is answered.
                    std::panic::catch_unwind(|| ask(&url, &target, "", ""))
                        .is_ok_and(|answer| answer.ends_with("{\"a\":1}"))
                };
                (0..100_000).take_while(call).count()
            })
        })
        .collect();
    while all.load(Ordering::Relaxed) < 60 && callers.iter().any(|it| !it.is_finished()) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    running.signal("KILL");
    let answered: Vec<usize> = callers.into_iter().map(|caller| caller.join().unwrap()).collect();
    let (entries, _) = read::paths(&[folder.path().to_owned()]).expect("it can be read");
    let targets: Vec<String> = entries.iter().map(|it| it.request.target().into_owned()).collect();
    assert!(answered.iter().sum::<usize>() >= 50, "{answered:?}");
    for (caller, count) in answered.into_iter().enumerate() {
        for number in 0..count {
            let target = format!("/{caller}/{number}");
            assert!(targets.contains(&target), "{target} was answered");
        }
    }
}
