//! Many recordings: how long the start of `replay` takes beside plain parsing of its files, what the
//! index needs in memory, and what a replayed request costs beside the least that a server can do.
//!
//! `REPLAY_RECORDINGS` says how many there are; 1,000,000 are 3 GB.

use std::io::BufRead;
use std::io::BufReader;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use serde_json::json;
use standin::tape::replay::Options;
use standin::tape::replay::Tape;

use crate::client::Client;
use crate::client::JSON;
use crate::memory::resident_kib;
use crate::process::Running;
use crate::scenarios::VALID;
use crate::segments;

/// How many recordings there are unless the environment says otherwise.
const RECORDINGS: usize = 200_000;

/// How many times plain parsing the start may take.
const MOST_TIMES: f64 = 2.0;

/// The most bytes that a recording may take in memory.
const MOST_BYTES: f64 = 200.0;

/// How many times the least a replayed request may cost, and how many it should.
const MOST_COST: f64 = 3.0;
const AIM: f64 = 2.0;

/// How long a server is left alone before its memory is looked at: what it freed goes back then.
const SETTLED: Duration = Duration::from_secs(2);

/// Requests that are counted, and how often they are; the cheapest round counts.
const REQUESTS: usize = 4_000;
const ROUNDS: usize = 5;

/// The size of a segment, in bytes, and of what is answered in each recording.
const SEGMENT: usize = 64 * 1024 * 1024;
const ANSWER: usize = 1_900;

/// Measures.
pub(crate) fn check() -> Vec<String> {
    let told = std::env::var("REPLAY_RECORDINGS").ok();
    let count = told.and_then(|count| count.parse().ok()).unwrap_or(RECORDINGS);
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = segments::write(folder.path(), count, SEGMENT, recording);
    println!("{count} recordings, {:.2} GB", bytes as f64 / 1e9);
    let mut broken = Vec::new();

    let (mut parsing, mut opening) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS.min(1 + 500_000 / count.max(1)) {
        parsing = parsing.min(timed(|| assert_eq!(segments::parse(folder.path()), count)));
        opening = opening.min(timed(|| assert_eq!(open(folder.path()), count)));
    }
    let times = opening.as_secs_f64() / parsing.as_secs_f64();
    println!("parsed in {parsing:.2?}, opened in {opening:.2?}: {times:.2} times");
    if times > MOST_TIMES {
        broken.push(format!("opening recordings takes {times:.2} times parsing them"));
    }

    let few = tempfile::tempdir().expect("a folder");
    segments::write(few.path(), 10, SEGMENT, recording);
    let small = settled_kib(&serving(few.path()));
    let server = serving(folder.path());
    let resident = settled_kib(&server);
    let each = resident.saturating_sub(small) as f64 * 1024.0 / count as f64;
    println!("{small} KiB with 10 recordings, {resident} KiB with all: {each:.0} bytes for each");
    if each > MOST_BYTES && count >= RECORDINGS {
        broken.push(format!("a recording takes {each:.0} bytes in memory"));
    }

    let program = std::env::current_exe().expect("this program has a path");
    let mut least =
        Command::new(program).arg("least").stdout(Stdio::piped()).spawn().expect("it starts");
    let mut address = String::new();
    let told = least.stdout.take().expect("standard output is piped");
    BufReader::new(told).read_line(&mut address).expect("the server tells its address");
    let address = address.trim();
    let (mut cost, mut lowest) = (Duration::MAX, Duration::MAX);
    for round in 0..ROUNDS {
        lowest = lowest.min(spent(least.id(), address, |client, _| {
            let reply = client.call("POST /v1/auth-session/start-restricted", JSON, VALID);
            assert_eq!(reply.status, 200);
        }));
        cost = cost.min(spent(server.id(), &server.url, |client, number| {
            // Far from each other, so that hardly one is at hand.
            let number = (number * 7_919 + round * 104_729) % count;
            let reply = client.call(&format!("POST {}", target(number)), JSON, &asked(number));
            assert_eq!(reply.status, 201, "{number}: {}", reply.body);
        }));
    }
    let times = cost.as_secs_f64() / lowest.as_secs_f64();
    println!(
        "a replayed request costs {cost:.1?}, the least is {lowest:.1?}: {times:.2} times; the aim \
         is {AIM}"
    );
    if times > MOST_COST {
        broken.push(format!("a replayed request costs {times:.2} times the least"));
    }
    least.kill().expect("the server runs");
    least.wait().expect("the server ends");
    println!("{} KiB after them", resident_kib(server.id()));
    broken
}

fn serving(folder: &Path) -> Running {
    let folder = folder.to_str().expect("a path of text");
    Running::start(&["replay", folder, "--port", "0", "--format", "json", "--fail-on", "never"])
}

/// What a server has in memory once it is idle, in KiB.
fn settled_kib(server: &Running) -> u64 {
    let mut client = Client::connect(&server.url);
    for _ in 0..2 {
        std::thread::sleep(SETTLED / 2);
        assert_eq!(client.call("GET /_standin/health", "", "").status, 200);
    }
    resident_kib(server.id())
}

/// What a request costs a server.
fn spent(process: u32, url: &str, mut ask: impl FnMut(&mut Client, usize)) -> Duration {
    let mut client = Client::connect(url);
    (0..REQUESTS / 10).for_each(|number| ask(&mut client, number));
    let before = processor_time(process);
    (0..REQUESTS).for_each(|number| ask(&mut client, number));
    (processor_time(process) - before) / u32::try_from(REQUESTS).unwrap_or(u32::MAX)
}

/// How long a process has had a processor, as Linux counts it.
fn processor_time(process: u32) -> Duration {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).expect("Linux tells of it");
    let spent = threads.filter_map(|thread| {
        let told = std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        told.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(spent.sum())
}

fn timed(run: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    run();
    begun.elapsed()
}

/// Opens all recordings, to be played.
fn open(folder: &Path) -> usize {
    let opened = Tape::open(&[folder.to_owned()], Options::default());
    let (tape, violations) = opened.expect("they can be read");
    assert!(violations.is_empty(), "{:?}", violations.first());
    tape.len()
}

fn target(number: usize) -> String {
    format!("/v1/accounts/acc_{}/orders?page={}", number / 4, number % 4)
}

fn asked(number: usize) -> String {
    let token = format!("token-{number}");
    json!({
        "order": number, "client_secret": token, "items": [{ "sku": "a", "count": number % 7 }],
    })
    .to_string()
}

/// A recording of some three kilobytes, as it is written when its secrets were taken out.
fn recording(number: usize) -> serde_json::Value {
    let sent = asked(number).replace(&format!("token-{number}"), "{{secret:1}}");
    let filler: String = (0..ANSWER / 40)
        .map(|line| format!("{{\"line\":{line},\"text\":\"order {number}\"}},"))
        .collect();
    let answer =
        format!("{{\"id\":\"ord_{number}\",\"lines\":[{}]}}", filler.trim_end_matches(','));
    let field = |name: &str, value: &str| json!({ "name": name, "value": value });
    json!({
        "startedDateTime": "2026-01-01T00:00:00.000Z", "time": 12.5,
        "request": {
            "method": "POST", "url": format!("http://api.test{}", target(number)),
            "httpVersion": "HTTP/1.1", "cookies": [],
            "headers": [
                field("host", "api.test"), field("authorization", "Bearer {{jwt:1}}"),
                field("content-type", "application/json"), field("accept", "*/*"),
                field("user-agent", "client/1.0"),
            ],
            "queryString": [field("page", &(number % 4).to_string())],
            "postData": { "mimeType": "application/json", "text": sent },
            "headersSize": -1, "bodySize": sent.len(),
        },
        "response": {
            "status": 201, "statusText": "Created", "httpVersion": "HTTP/1.1", "cookies": [],
            "headers": [
                field("content-type", "application/json"), field("x-request-id", "req_1"),
                field("date", "Thu, 01 Jan 2026 00:00:00 GMT"),
            ],
            "content": { "size": answer.len(), "mimeType": "application/json", "text": answer },
            "redirectURL": "", "headersSize": -1, "bodySize": answer.len(),
        },
        "cache": {}, "timings": { "send": 0.0, "wait": 12.5, "receive": 0.0 },
    })
}
