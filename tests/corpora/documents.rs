//! Real documents: each loads, and no operation is lost without a word.

use std::collections::BTreeSet;

use standin::spec;
use standin::spec::Document;

use super::json;
use super::path;

/// Larger documents take a minute together where nothing is optimised: they are read where
/// `EVERY_DOCUMENT` is set, as in CI.
const LARGEST: u64 = 100_000;

/// Path items and operations of which something is told.
fn told(document: &Document) -> usize {
    let below = |place: &str| -> Option<String> {
        let steps: Vec<&str> = place.split('/').skip(1).take(3).collect();
        (steps[0] == "paths").then(|| steps.join("/"))
    };
    let places: BTreeSet<String> =
        document.violations().iter().filter_map(|found| below(found.place.as_str())).collect();
    places.len()
}

#[test]
fn every_operation_of_every_document_is_read_or_told_of() {
    let index = json("specs/index.json");
    let index = index.as_array().expect("documents");
    assert!(index.len() >= 195, "{} documents", index.len());
    let is_every = std::env::var_os("EVERY_DOCUMENT").is_some();
    let (mut count, mut lost, mut wrong) = (0, 0, Vec::new());
    for entry in index {
        let file = entry["file"].as_str().expect("a file");
        if !is_every && entry["bytes"].as_u64().is_none_or(|bytes| bytes > LARGEST) {
            continue;
        }
        let document = match spec::load::from_file(&path(&format!("specs/{file}"))) {
            Ok(document) => document,
            Err(error) => {
                wrong.push(format!("{file}: {error}"));
                continue;
            }
        };
        let expected = entry["ops"].as_u64().and_then(|count| usize::try_from(count).ok());
        let expected = expected.expect("a count");
        let found = document.operations.len();
        count += expected;
        lost += expected.saturating_sub(found);
        if found > expected || expected - found > told(&document) {
            wrong.push(format!("{file}: {found} of {expected}"));
        }
    }
    assert_eq!(wrong, [""; 0]);
    assert!(count >= 1_000, "{count} operations");
    assert!(lost * 200 <= count, "{lost} of {count} are lost: more than one of two hundred");
}
