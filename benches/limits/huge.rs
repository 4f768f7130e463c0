//! Large documents: how long the first right answer takes beside plain parsing, what stays in
//! memory, and how long the first call of each operation takes.
//!
//! One document is made here, and the largest of the corpora are taken where these stand beside the
//! checkout. Others are measured by naming their files in `HUGE_DOCUMENTS`, separated as the paths
//! in `PATH` are.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use http::Method;
use serde_json::{Map, Value, json};
use standin::spec::load;
use standin::spec::model::ParameterLocation;

use crate::client::{Client, JSON};
use crate::memory::resident_kib;
use crate::process::Running;

/// How many times plain parsing a first answer may take.
const MOST_TIMES: f64 = 3.0;

/// How many times its file a document may need in memory, beside [`BESIDE_KIB`].
const MOST_SIZES: u64 = 10;

/// What a server needs beside its document.
const BESIDE_KIB: u64 = 30 * 1024;

/// The longest that 99 of 100 first calls may take.
const LONGEST: Duration = Duration::from_millis(10);

/// Starts and parses of each document; the quickest counts.
const ROUNDS: usize = 5;

/// Servers whose operations are all called once; the quickest counts.
const TOURS: usize = 3;

/// Operations of the document that is made here.
const OPERATIONS: usize = 1_200;

/// Documents of the corpora that are measured, the largest.
const LARGEST: usize = 5;

/// Measures each document.
pub(crate) fn check() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let made = folder.path().join("made.json");
    std::fs::write(&made, document().to_string()).expect("written");
    let named = std::env::var_os("HUGE_DOCUMENTS").unwrap_or_default();
    let mut all: Vec<PathBuf> = vec![made];
    all.extend(std::env::split_paths(&named).filter(|path| !path.as_os_str().is_empty()));
    all.extend(largest());
    println!("{}", Row::HEAD);
    let rows: Vec<Row> = all
        .iter()
        .map(|path| {
            let row = measure(path);
            println!("{row}");
            row
        })
        .collect();
    println!("limits: {MOST_TIMES} times, {LONGEST:?}, {MOST_SIZES} times the file and 30 MiB");
    rows.iter().flat_map(Row::broken).collect()
}

/// The largest documents of the corpora, the largest first; none where there are no corpora.
fn largest() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/specs");
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<(u64, PathBuf)> = files
        .map(|file| (size(&file.path()), file.path()))
        .filter(|(_, path)| path.file_name().is_some_and(|name| name != "index.json"))
        .collect();
    files.sort_unstable();
    files.into_iter().rev().take(LARGEST).map(|(_, path)| path).collect()
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).expect("the file is there").len()
}

/// What was measured of one document.
struct Row {
    name: String,
    bytes: u64,
    parsing: Duration,
    answering: Duration,
    /// What 99 of 100 first calls take at the most.
    slow: Duration,
    resident_kib: u64,
}

impl Row {
    const HEAD: &str = "     MiB  parse ms  answer ms  times  p99 ms  RSS MiB  allowed  document";

    fn times(&self) -> f64 {
        self.answering.as_secs_f64() / self.parsing.as_secs_f64()
    }

    fn allowed_kib(&self) -> u64 {
        MOST_SIZES * self.bytes / 1024 + BESIDE_KIB
    }

    fn broken(&self) -> Vec<String> {
        let Self { name, slow, resident_kib, .. } = self;
        let mut broken = Vec::new();
        if self.times() > MOST_TIMES {
            broken
                .push(format!("{name}: the first answer takes {:.2} times parsing", self.times()));
        }
        if *slow > LONGEST {
            broken.push(format!("{name}: 1 of 100 first calls takes {slow:.1?}"));
        }
        if *resident_kib > self.allowed_kib() {
            broken.push(format!("{name}: {resident_kib} KiB stay once each operation was called"));
        }
        broken
    }
}

impl fmt::Display for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let mib = |kib: u64| f64::from(u32::try_from(kib).unwrap_or(u32::MAX)) / 1024.0;
        let [size, resident, allowed] =
            [self.bytes / 1024, self.resident_kib, self.allowed_kib()].map(mib);
        let [parsing, answering, slow] = [self.parsing, self.answering, self.slow].map(ms);
        write!(
            formatter,
            "{size:8.2}  {parsing:8.1}  {answering:9.1}  {:5.2}  {slow:6.2}  {resident:7.1}  {allowed:7.1}  {}",
            self.times(),
            self.name
        )
    }
}

fn measure(path: &Path) -> Row {
    let calls = calls(path);
    let first = calls.iter().find(|call| call.is_plain).or(calls.first());
    let first = first.expect("a huge document has operations");
    let (mut parsing, mut answering) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        parsing = parsing.min(parse(path));
        answering = answering.min(answer(path, first));
    }
    // What the machine does beside makes calls slower, and none quicker.
    let rounds: Vec<(Duration, u64)> = (0..TOURS).map(|_| called(path, &calls)).collect();
    let slow = rounds.iter().map(|(slow, _)| *slow).min();
    let resident_kib = rounds.iter().map(|(_, resident)| *resident).max();
    Row {
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        bytes: size(path),
        parsing,
        answering,
        slow: slow.expect("there are tours"),
        resident_kib: resident_kib.expect("there are tours"),
    }
}

/// Calls every operation of a fresh server once: what 99 of 100 calls take at the most, and what the
/// server then has in memory.
fn called(path: &Path, calls: &[Call]) -> (Duration, u64) {
    let server = serving(path);
    let mut client = Client::connect(&server.url);
    let mut taken: Vec<Duration> = calls.iter().map(|call| timed(&mut client, call)).collect();
    taken.sort_unstable();
    (taken[taken.len() * 99 / 100], resident_kib(server.id()))
}

/// A call of an operation.
struct Call {
    line: String,
    has_body: bool,
    /// Whether it is right as it stands: a GET that needs nothing.
    is_plain: bool,
}

fn calls(path: &Path) -> Vec<Call> {
    let document = load::from_file(path).expect("it loads");
    let call = |operation: &standin::spec::Operation| {
        let base = operation.base_paths.first().map_or("", String::as_str);
        let mut target = format!("{base}{}", operation.template);
        for parameter in &operation.parameters {
            if parameter.location == ParameterLocation::Path {
                target = target.replace(&format!("{{{}}}", parameter.name), "1");
            }
        }
        let needs = operation.parameters.iter().any(|parameter| parameter.required);
        Call {
            line: format!("{} {target}", operation.method),
            has_body: operation.request_body.is_some(),
            is_plain: operation.method == Method::GET && !needs,
        }
    };
    document.operations.iter().map(|operation| call(operation)).collect()
}

fn serving(path: &Path) -> Running {
    let path = path.to_str().expect("a path is text");
    let quiet = ["--format", "json", "--fail-on", "never", "--auth", "off"];
    Running::start(&[&["serve", path, "--port", "0"][..], &quiet].concat())
}

/// The time that reading a file as a value takes, and nothing else.
fn parse(path: &Path) -> Duration {
    let text = std::fs::read_to_string(path).expect("the file is there");
    let start = Instant::now();
    let is_json = text.trim_start().starts_with('{');
    let value: Value = if is_json {
        serde_json::from_str(&text).expect("JSON")
    } else {
        let options = serde_saphyr::options! { strict_booleans: true, with_snippet: false };
        serde_saphyr::from_str_with_options(&text, options).expect("YAML")
    };
    let taken = start.elapsed();
    assert!(value.is_object());
    taken
}

/// The time from nothing to the first answer.
fn answer(path: &Path, call: &Call) -> Duration {
    let start = Instant::now();
    let server = serving(path);
    let reply = Client::connect(&server.url).call(&call.line, JSON, "");
    let taken = start.elapsed();
    assert!(!call.is_plain || reply.status < 400, "{} {}", call.line, reply.body);
    taken
}

fn timed(client: &mut Client, call: &Call) -> Duration {
    let start = Instant::now();
    client.call(&call.line, JSON, if call.has_body { "{}" } else { "" });
    start.elapsed()
}

/// A document as large as the largest in use: many operations, some parts shared, much prose.
pub(crate) fn document() -> Value {
    let prose = "What this is for, when it is there, and what it means to whoever reads it. ";
    let property = |number: usize| {
        let kind = ["string", "integer", "boolean", "number"][number % 4];
        json!({"type": kind, "description": prose.repeat(3), "nullable": number.is_multiple_of(3)})
    };
    let object = |from: usize, count: usize| {
        let mut properties = Map::new();
        for number in from..from + count {
            properties.insert(format!("member_{number}"), property(number));
        }
        json!({"type": "object", "required": [format!("member_{from}")], "properties": properties})
    };
    let mut schemas = Map::new();
    for number in 0..OPERATIONS / 2 {
        let mut schema = object(number, 16);
        let next = format!("#/components/schemas/Shared{}", (number + 1) % (OPERATIONS / 2));
        schema["properties"]["next"] = json!({"$ref": next});
        schemas.insert(format!("Shared{number}"), schema);
    }
    let mut paths = Map::new();
    for number in 0..OPERATIONS {
        let shared = format!("#/components/schemas/Shared{}", number / 2);
        let mut answer = object(number, 8);
        answer["properties"]["shared"] = json!({"$ref": shared});
        let mut operation = json!({
            "operationId": format!("operation{number}"),
            "description": prose.repeat(10),
            "responses": {"200": {"description": prose, "content": {"application/json": {"schema": answer}}}},
        });
        let method = ["get", "post"][number % 2];
        if method == "post" {
            operation["requestBody"] =
                json!({"content": {"application/json": {"schema": object(number, 8)}}});
        }
        let mut item = Map::new();
        item.insert(method.to_owned(), operation);
        paths.insert(format!("/part{number}/things"), Value::Object(item));
    }
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Huge", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    })
}
