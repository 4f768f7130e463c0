//! Documents of many megabytes: how long the first right answer takes beside plain parsing, what
//! stays in memory, and how long the first call of each operation takes.
//!
//! One document is made here. Others are measured by naming their files in `HUGE_DOCUMENTS`,
//! separated as the paths in `PATH` are.

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

/// Operations of the document that is made here.
const OPERATIONS: usize = 1_200;

/// Measures each document.
pub(crate) fn check() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let made = folder.path().join("made.json");
    std::fs::write(&made, document().to_string()).expect("written");
    let named = std::env::var_os("HUGE_DOCUMENTS").unwrap_or_default();
    let all: Vec<PathBuf> = std::iter::once(made).chain(std::env::split_paths(&named)).collect();
    all.iter().flat_map(|path| measure(path)).collect()
}

fn measure(path: &Path) -> Vec<String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let calls = calls(path);
    let first = calls.iter().find(|call| call.is_plain).or(calls.first());
    let first = first.expect("a huge document has operations");
    let (mut parsing, mut answering) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        parsing = parsing.min(parse(path));
        answering = answering.min(answer(path, first));
    }
    let times = answering.as_secs_f64() / parsing.as_secs_f64();
    println!(
        "{name}: first answer after {answering:.1?}, {times:.2} times parsing ({parsing:.1?})"
    );

    let server = serving(path);
    let mut client = Client::connect(&server.url);
    let mut taken: Vec<Duration> = calls.iter().map(|call| timed(&mut client, call)).collect();
    taken.sort_unstable();
    let slow = taken[taken.len() * 99 / 100];
    let after = resident_kib(server.id());
    let file = std::fs::metadata(path).expect("the file is there").len() / 1024;
    let most = MOST_SIZES * file + BESIDE_KIB;
    println!("{} first calls: 99 of 100 within {slow:.1?}; {after} KiB then", calls.len());
    println!("limits: {MOST_TIMES} times, {LONGEST:?}, {most} KiB");

    let mut broken = Vec::new();
    if times > MOST_TIMES {
        broken.push(format!("{name}: the first answer takes {times:.2} times parsing"));
    }
    if slow > LONGEST {
        broken.push(format!("{name}: 1 of 100 first calls takes {slow:.1?}"));
    }
    if after > most {
        broken.push(format!("{name}: {after} KiB are resident once each operation was called"));
    }
    broken
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
            is_plain: operation.method == Method::GET && !needs && operation.security.is_empty(),
        }
    };
    document.operations.iter().map(|operation| call(operation)).collect()
}

fn serving(path: &Path) -> Running {
    let path = path.to_str().expect("a path is text");
    Running::start(&["serve", path, "--port", "0", "--format", "json", "--fail-on", "never"])
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
fn document() -> Value {
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
