//! Comparing large documents: how long it takes beside loading both.
//!
//! The document that [`huge`](crate::huge) makes is compared with itself after edits, and so are
//! those that `HUGE_DOCUMENTS` names.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use standin::diff;
use standin::spec::load;

use crate::huge;

/// How many times loading both documents the whole should take.
const AIM: f64 = 2.0;

/// How many times it may take.
const MOST_TIMES: f64 = 3.5;

/// The same of a document whose schemas all stand in one circle: each of its operations is compared
/// along the whole of it.
const MOST_TIMES_IN_A_CIRCLE: f64 = 30.0;

/// Edits of each document.
const EDITS: usize = 50;

/// Comparisons of each document; the quickest counts.
const ROUNDS: usize = 5;

/// Measures each document.
pub(crate) fn check() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let made = folder.path().join("made.json");
    std::fs::write(&made, huge::document().to_string()).expect("written");
    let named = std::env::var_os("HUGE_DOCUMENTS").unwrap_or_default();
    let mut all: Vec<PathBuf> = vec![made];
    all.extend(std::env::split_paths(&named).filter(|path| !path.as_os_str().is_empty()));
    println!("{:<28} {:>9} {:>9} {:>6} {:>6}", "document", "loads", "compares", "times", "found");
    let edited = folder.path().join("edited.json");
    let broken = all.iter().enumerate().flat_map(|(number, path)| {
        let most = if number == 0 { MOST_TIMES_IN_A_CIRCLE } else { MOST_TIMES };
        measure(path, &edited, most)
    });
    let broken = broken.collect();
    println!("the aim is {AIM} times loading both");
    broken
}

fn measure(path: &Path, edited: &Path, most: f64) -> Vec<String> {
    let text = std::fs::read_to_string(path).expect("a document");
    let mut value: Value = serde_json::from_str(&text).expect("JSON");
    let edits = edit(&mut value);
    std::fs::write(edited, value.to_string()).expect("written");
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (mut loads, mut compares, mut found) = (Duration::MAX, Duration::MAX, 0);
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let load = |path: &Path| load::from_file(path).expect("loads");
        let (base, revision) = (load(path), load(edited));
        let loaded = started.elapsed();
        found = diff::compare(&base, &revision, &diff::Options::default()).len();
        compares = compares.min(started.elapsed() - loaded);
        loads = loads.min(loaded);
    }
    let times = (loads + compares).as_secs_f64() / loads.as_secs_f64();
    println!("{name:<28} {loads:>9.1?} {compares:>9.1?} {times:>6.2} {found:>6}");
    let mut broken = Vec::new();
    if times > most {
        broken.push(format!(
            "{name}: comparing takes {times:.2} times loading both, more than {most}"
        ));
    }
    if found < edits {
        broken.push(format!("{name}: {found} differences of {edits} edits"));
    }
    broken
}

/// Edits schemas and operations, spread over the document; how many.
fn edit(document: &mut Value) -> usize {
    let mut edits = 0;
    let half = EDITS / 2;
    let schemas = document["components"]["schemas"].as_object_mut().expect("schemas");
    let step = (schemas.len() / half).max(1);
    for (_, schema) in schemas.iter_mut().step_by(step).take(half) {
        let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else {
            continue;
        };
        if let Some((_, property)) = properties.iter_mut().next() {
            *property = json!({"type": "array", "items": {"type": "boolean"}, "minItems": 7});
        }
    }
    let paths = document["paths"].as_object_mut().expect("paths");
    let step = (paths.len() / half).max(1);
    for (_, item) in paths.iter_mut().step_by(step).take(half) {
        let Some((_, operation)) = item.as_object_mut().and_then(|item| item.iter_mut().next())
        else {
            continue;
        };
        let parameter = json!({"name": "added", "in": "query", "required": true, "schema": {}});
        match operation.get_mut("parameters").and_then(Value::as_array_mut) {
            Some(parameters) => parameters.push(parameter),
            None => operation["parameters"] = json!([parameter]),
        }
        edits += 1;
    }
    edits
}
