//! Much traffic: how fast it is read, matched, validated and observed beside plain parsing, how much
//! two readers gain over one, and what it needs in memory.
//!
//! `DRIFT_RECORDINGS` says how many exchanges there are; 1,300,000 are 3 GB.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use serde_json::Value;
use serde_json::json;
use standin::drift::Ignored;
use standin::drift::Standard;

use crate::process::standin;
use crate::segments;

/// How many exchanges there are unless the environment says otherwise.
const RECORDINGS: usize = 60_000;

/// How fast they should be judged, beside parsing.
const AIM: f64 = 0.5;

/// How fast they must be.
const LEAST_SPEED: f64 = 0.2;

/// The least that two readers gain.
const LEAST_GAIN: f64 = 1.7;

/// The most memory, in KiB.
const MOST_KIB: u64 = 150 * 1024;

/// Rounds that are measured; the best counts.
const ROUNDS: usize = 4;

/// The size of a segment, in bytes.
const SEGMENT: usize = 16 * 1024 * 1024;

const DOCUMENT: &str = "tests/fixtures/drift/planted/openapi30.yaml";

/// Measures.
pub(crate) fn check() -> Vec<String> {
    let told = std::env::var("DRIFT_RECORDINGS").ok();
    let count = told.and_then(|count| count.parse().ok()).unwrap_or(RECORDINGS);
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = segments::write(folder.path(), count, SEGMENT, recording);
    println!("{count} exchanges, {:.2} GB", bytes as f64 / 1e9);
    let document = standin::spec::load::from_file(Path::new(DOCUMENT)).expect("a document");
    let documents = [("shop".to_owned(), Arc::new(document))];
    let standard = Standard::new(&documents, Ignored::default()).expect("one document");
    let paths = [folder.path().to_owned()];
    let judge = |readers| {
        let observations = standard.recordings(&paths, readers).expect("readable");
        assert_eq!(observations.judged(), count as u64);
        let findings = standard.findings(&observations);
        assert_eq!(findings.len(), 2, "{findings:#?}");
    };
    let (mut parsing, mut judging) = (Duration::MAX, Duration::MAX);
    let (mut alone, mut together) = (Duration::MAX, Duration::MAX);
    let mut broken = Vec::new();
    let rounds = ROUNDS.min(1 + 400_000 / count.max(1));
    for _ in 0..rounds {
        // By the processor's time: what else runs here is no matter.
        let before = processor_time();
        assert_eq!(segments::parse(folder.path()), count);
        let between = processor_time();
        let begun = Instant::now();
        judge(1);
        alone = alone.min(begun.elapsed());
        parsing = parsing.min(between - before);
        judging = judging.min(processor_time() - between);
        let begun = Instant::now();
        judge(2);
        together = together.min(begun.elapsed());
        let is_fast = parsing.as_secs_f64() >= AIM * judging.as_secs_f64();
        if is_fast && alone.as_secs_f64() >= LEAST_GAIN * together.as_secs_f64() {
            break;
        }
    }
    let speed = parsing.as_secs_f64() / judging.as_secs_f64();
    let gain = alone.as_secs_f64() / together.as_secs_f64();
    println!(
        "parsed in {parsing:.2?}, judged in {judging:.2?}: {speed:.2} of the speed; the aim is {AIM}"
    );
    println!("one reader takes {alone:.2?}, two take {together:.2?}: {gain:.2} times one");
    if speed < LEAST_SPEED {
        broken.push(format!("traffic is judged at {speed:.2} of the speed of parsing it"));
    }
    if gain < LEAST_GAIN && std::thread::available_parallelism().is_ok_and(|cores| cores.get() > 1)
    {
        broken.push(format!("two readers judge {gain:.2} times as fast as one"));
    }
    let peak = peak_kib(folder.path());
    println!("{peak} KiB at most");
    if peak > MOST_KIB {
        broken.push(format!("{peak} KiB are needed to judge {count} exchanges"));
    }
    broken
}

/// The most memory that the command has while it judges, in KiB.
fn peak_kib(folder: &Path) -> u64 {
    let folder = folder.to_str().expect("a path of text");
    let mut command = standin(&["drift", folder, "--spec", DOCUMENT, "-q", "--fail-on", "never"]);
    let mut child = command.stdout(Stdio::null()).spawn().expect("it starts");
    let mut peak = 0;
    while child.try_wait().expect("it runs").is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
        let line = status.unwrap_or_default();
        let line = line.lines().find_map(|line| line.strip_prefix("VmHWM:").map(str::to_owned));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse().ok());
        peak = peak.max(kib.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(child.wait().expect("it ends").success());
    peak
}

/// How long this thread has had a processor, as Linux counts it.
fn processor_time() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells of it");
    let nanos = told.split(' ').next().and_then(|text| text.parse().ok());
    Duration::from_nanos(nanos.expect("a number"))
}

/// A page of pets, of which few depart from the document.
fn recording(number: usize) -> Value {
    let pet = |at: usize| {
        json!({
            "id": number * 4 + at, "name": "Rex", "born": "2020-01-31", "kind": "dog", "price": 9.5,
            "code": "ABC", "note": "a good dog that is fond of people, and of few other animals",
            "owner": {"name": "Ada Lovelace", "address": {"city": "London"}},
            "tags": [{"label": "friendly", "rank": at}, {"label": "small"}],
        })
    };
    let mut pets: Vec<Value> = (0..4).map(pet).collect();
    match number % 100 {
        7 => pets[2]["kind"] = json!("fish"),
        9 => pets[0]["colour"] = json!("brown"),
        _ => {}
    }
    let named = |pairs: &[(&str, &str)]| -> Vec<Value> {
        pairs.iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
    };
    let (second, milli) = (number / 1000 % 60, number % 1000);
    json!({
        "startedDateTime": format!("2026-01-01T00:00:{second:02}.{milli:03}Z"),
        "time": 12.5,
        "request": {
            "method": "GET", "url": format!("https://shop.test/v1/pets?region=eu&limit={}", number % 100),
            "httpVersion": "HTTP/1.1", "cookies": [],
            "headers": named(&[("accept", "application/json"), ("host", "shop.test"),
                ("user-agent", "shop/1.0"), ("x-key", "{{secret:1}}"), ("x-request-id", "a1b2c3")]),
            "queryString": named(&[("region", "eu")]), "headersSize": -1, "bodySize": 0,
        },
        "response": {
            "status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "cookies": [],
            "headers": named(&[("content-type", "application/json"), ("x-total", "1234"),
                ("date", "Thu, 01 Jan 2026 00:00:00 GMT"), ("server", "shop")]),
            "content": {"size": 1000, "mimeType": "application/json", "text": json!(pets).to_string()},
            "redirectURL": "", "headersSize": -1, "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0.1, "wait": 12.0, "receive": 0.4},
        "_standin": {"number": number, "api": "shop", "operation": "listPets"},
    })
}
