//! How many values are made a second of the response schemas of a document, each judged, beside
//! json-schema-faker, which judges none.
//!
//! `GENERATED_DOCUMENT` names the document, in JSON; `JSON_SCHEMA_FAKER` the main file of that
//! package, 0.6 or newer, which Node.js runs. Without them a small document is measured alone.

use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use std::time::Instant;

use standin::schema::Direction;
use standin::schema::SchemaId;
use standin::spec::Document;
use standin::spec::load;
use standin::spec::model::StatusPattern;
use standin::synth;
use standin::synth::Options;

/// How many times as many values have to be made.
const LEAST_TIMES: f64 = 50.0;

/// How long each of the two is measured.
const SPENT: Duration = Duration::from_secs(10);

/// Measures both in turn.
pub(crate) fn check() -> Vec<String> {
    let named = std::env::var_os("GENERATED_DOCUMENT").map(PathBuf::from);
    let path = named.unwrap_or_else(|| PathBuf::from("openapi/clerk-sessions.yaml"));
    let document = load::from_file(&path).expect("the document can be read");
    let schemas = schemas(&document);
    let (values, bytes) = measure(&document, &schemas);
    println!("{values:.0} values a second ({bytes:.0} bytes) of {} schemas", schemas.len());
    let Some(faker) = std::env::var_os("JSON_SCHEMA_FAKER").map(PathBuf::from) else {
        println!("JSON_SCHEMA_FAKER names no package to compare with");
        return Vec::new();
    };
    let (others, other_bytes) = faked(&faker, &path);
    let times = values / others;
    let told = format!(
        "{times:.0} times as many values as json-schema-faker ({others:.0}, {other_bytes:.0} bytes)"
    );
    println!("{told}; the limit is {LEAST_TIMES} times");
    if times < LEAST_TIMES { vec![told] } else { Vec::new() }
}

/// The schemas of the document's successful answers in JSON.
fn schemas(document: &Document) -> Vec<SchemaId> {
    let responses = document.operations.iter().flat_map(|operation| &operation.responses);
    let contents = responses
        .filter(|response| matches!(response.status, StatusPattern::Exact(200..=299)))
        .flat_map(|response| &response.content);
    contents
        .filter(|content| content.name() == "application/json")
        .filter_map(|content| content.schema)
        .collect()
}

/// Values and bytes a second.
fn measure(document: &Document, schemas: &[SchemaId]) -> (f64, f64) {
    // Validators are compiled once, as json-schema-faker's engine warms up.
    let make = |schema: SchemaId, seed| {
        let options = Options::dynamic(seed);
        let made = synth::make(&document.schemas, schema, Direction::Response, &options);
        made.map_or(0, |value| serde_json::to_vec(&value).map_or(0, |text| text.len()))
    };
    for schema in schemas {
        make(*schema, 0);
    }
    let (start, mut made, mut bytes, mut seed) = (Instant::now(), 0_u32, 0_usize, 0);
    while start.elapsed() < SPENT {
        for schema in schemas {
            seed += 1;
            bytes += make(*schema, seed);
            made += 1;
        }
    }
    let spent = start.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "far fewer bytes than a double counts")]
    let bytes = bytes as f64;
    (f64::from(made) / spent, bytes / spent)
}

/// Values and bytes a second of json-schema-faker.
fn faked(package: &Path, document: &Path) -> (f64, f64) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/limits/generation.mjs");
    let mut command = Command::new("node");
    command.arg(script).arg(package).arg(document).arg(SPENT.as_secs().to_string());
    let output = command.output().expect("Node.js runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    match *numbers {
        [values, bytes] => (values, bytes),
        _ => panic!("json-schema-faker said {text} {}", String::from_utf8_lossy(&output.stderr)),
    }
}
