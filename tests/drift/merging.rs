//! Observations merge: whoever read what, in whatever order and grouping, the same comes out.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::json;
use standin::drift::Ignored;
use standin::drift::Observations;
use standin::drift::Standard;
use standin::spec;

const SHARDS: usize = 200;

fn standard() -> Standard {
    let text = include_str!("../fixtures/drift/planted/openapi30.yaml");
    let document = spec::load::from_text("openapi30.yaml", text).expect("a document");
    let documents = [("shop".to_owned(), Arc::new(document))];
    Standard::new(&documents, Ignored::default()).expect("one document")
}

/// A recorded line: most keep to the document, the others depart in one of many ways.
fn line(number: usize) -> String {
    let mut pet = json!({"id": number, "name": "Rex", "tags": [{"label": "a"}]});
    match number % 11 {
        1 => pet["name"] = json!(number),
        2 => pet["kind"] = json!(format!("kind-{}", number % 7)),
        // More names than are told apart, and so in every order.
        3 => pet[format!("field{}", ["a", "b", "c"][number % 3].repeat(number % 40))] = json!(1),
        4 => pet["owner"] = json!({"name": "Ada", "extra": number.is_multiple_of(2)}),
        5 => pet["price"] = json!(100 + number),
        6 => pet["note"] = json!({"deep": [number, "text", null]}),
        _ => {}
    }
    let path =
        if number.is_multiple_of(13) { format!("toys/{number}") } else { format!("pets/{number}") };
    let seconds = (number * 7919) % 86_400;
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let entry = json!({
        "startedDateTime": format!("2026-01-01T{hour:02}:{minute:02}:{second:02}Z"),
        "request": {"method": "GET", "url": format!("http://shop.test/v1/{path}"),
            "headers": [{"name": "x-key", "value": "any"}]},
        "response": {"status": if number.is_multiple_of(17) { 418 } else { 200 },
            "headers": [{"name": "content-type", "value": "application/json"}],
            "content": {"mimeType": "application/json", "text": pet.to_string()}},
    });
    entry.to_string()
}

/// Writes shards; each is a file of its own.
fn shards(folder: &Path, count: usize) -> Vec<PathBuf> {
    let shard = |shard: usize| {
        let path = folder.join(format!("shard-{shard:03}.ndjson"));
        let lines: Vec<String> = (0..6).map(|number| line(shard * 6 + number + 1)).collect();
        fs::write(&path, lines.join("\n")).expect("a file");
        path
    };
    (0..count).map(shard).collect()
}

/// A generator without a pattern to it, for orders and groups.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % most as u64).expect("small")
    }
}

#[test]
fn two_hundred_shards_merged_in_any_order_and_grouping_are_the_same_bytes_as_one_reading() {
    let folder = tempfile::tempdir().expect("a folder");
    let paths = shards(folder.path(), SHARDS);
    let standard = standard();
    let whole = standard.recordings(&[folder.path().to_owned()], 1).expect("readable");
    let count = whole.judged() + whole.passed_over();
    assert_eq!((count, whole.count_sources()), (SHARDS as u64 * 6, SHARDS));
    let whole = whole.to_summary();
    let shared = standard.recordings(&[folder.path().to_owned()], 3).expect("readable");
    assert_eq!(shared.to_summary(), whole);
    let apart: Vec<String> = paths
        .iter()
        .map(|path| standard.recordings(std::slice::from_ref(path), 1).expect("readable"))
        .map(|observations| observations.to_summary())
        .collect();
    for seed in 0..4 {
        let mut dice = Dice(seed);
        let read = |text: &String| Observations::from_summary(text).expect("a summary");
        let mut heap: Vec<Observations> = apart.iter().map(read).collect();
        // What was seen twice counts once.
        heap.extend((0..20).map(|_| read(&apart[dice.below(SHARDS)])));
        while heap.len() > 1 {
            let one = heap.swap_remove(dice.below(heap.len()));
            let other = dice.below(heap.len());
            heap[other].merge(one);
        }
        assert!(heap[0].to_summary() == whole, "seed {seed}");
    }
}

#[test]
fn a_large_file_that_several_read_comes_to_the_same_as_one_that_one_reads() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.ndjson");
    let padding = "x".repeat(60_000);
    let lines: Vec<String> = (1..200)
        .map(|number| {
            line(number).replacen(
                "\"Rex\\\"",
                &format!("\"Rex\\\",\\\"note\\\":\\\"{padding}\\\""),
                1,
            )
        })
        .collect();
    fs::write(&path, lines.join("\n")).expect("a file");
    assert!(fs::metadata(&path).expect("a file").len() > 8 * 1024 * 1024);
    let standard = standard();
    let [one, three] = [1, 3].map(|readers| {
        standard.recordings(std::slice::from_ref(&path), readers).expect("readable").to_summary()
    });
    assert!(one == three);
}

/// Observations of some of a few shards.
fn some() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(0..5_usize, 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merging_is_associative_commutative_and_idempotent(one in some(), two in some(), three in some()) {
        let standard = standard();
        let folder = tempfile::tempdir().expect("a folder");
        let paths = shards(folder.path(), 5);
        let of = |numbers: &[usize]| {
            let mut all = Observations::default();
            for number in numbers {
                let path = std::slice::from_ref(&paths[*number]);
                all.merge(standard.recordings(path, 1).expect("readable"));
            }
            all
        };
        let merged = |mut one: Observations, other: &Observations| {
            one.merge(other.clone());
            one
        };
        let (one, two, three) = (of(&one), of(&two), of(&three));
        prop_assert_eq!(merged(one.clone(), &two), merged(two.clone(), &one));
        let left = merged(merged(one.clone(), &two), &three);
        let right = merged(one.clone(), &merged(two.clone(), &three));
        prop_assert_eq!(&left, &right);
        prop_assert_eq!(&merged(left.clone(), &two), &left);
        let read = Observations::from_summary(&left.to_summary()).expect("a summary");
        prop_assert_eq!(read, left);
    }
}

#[test]
fn a_summary_of_another_kind_or_version_is_refused() {
    let summary = Observations::default().to_summary();
    assert!(Observations::from_summary(&summary).is_ok());
    for (text, reason) in [
        ("{}", "its format is"),
        ("no JSON", "no summary"),
        (&*summary.replace("\"version\":1", "\"version\":9"), "version 9"),
    ] {
        let error = Observations::from_summary(text).expect_err("no summary");
        assert!(error.to_string().contains(reason), "{error}");
    }
}
