//! The properties of `properties/`, held against what libFuzzer kept, and from there on for a while.
//!
//! Kept inputs are changed and crossed, always in the same way: as often as [`CASES`] says, or for
//! as many seconds as `FUZZ_SECONDS` does. libFuzzer itself is run by the script `run`, beside this
//! file, in a package of its own.

mod properties;

use std::fs;
use std::panic;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use std::time::Instant;

use proptest::collection::vec;
use proptest::prelude::Strategy;
use proptest::prelude::any;
use proptest::prop_oneof;
use proptest::sample::Index;
use proptest::sample::select;
use proptest::test_runner::Config;
use proptest::test_runner::RngSeed;
use proptest::test_runner::TestError;
use proptest::test_runner::TestRunner;

/// Where this is.
const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fuzz");

/// How many inputs are tried where nobody says for how long.
const CASES: u32 = 64;

/// How many inputs are tried between two looks at the time.
const ROUND: u32 = 16;

#[test]
fn an_action_is_done_or_refused_and_leaves_a_state() {
    hold("actions");
}

#[test]
fn whatever_the_content_each_finding_about_it_can_be_looked_up() {
    hold("bodies");
}

#[test]
fn parts_that_were_put_together_are_taken_apart_again() {
    hold("multipart");
}

#[test]
fn a_parameter_that_was_written_in_its_style_is_read_as_it_was() {
    hold("parameter_decoding");
}

#[test]
fn the_router_finds_what_a_plain_matcher_finds() {
    hold("path_matching");
}

#[test]
fn what_is_redacted_has_no_planted_secret_and_stays_as_it_is() {
    hold("redaction");
}

#[test]
fn a_recording_is_read_or_told_and_found_by_its_own_request() {
    hold("recordings");
}

#[test]
fn a_state_is_taken_and_played_or_changes_nothing() {
    hold("state_files");
}

#[test]
fn xml_that_was_written_is_read_as_it_was() {
    hold("xml");
}

#[test]
fn everything_that_libfuzzer_kept_holds() {
    for (name, _) in properties::PROPERTIES {
        for (path, data) in corpus(name) {
            let held = panic::catch_unwind(|| properties::hold(name, &data));
            assert!(held.is_ok(), "{} does not hold", path.display());
        }
    }
}

#[test]
fn every_property_has_its_file_its_target_and_a_small_corpus() {
    let manifest =
        fs::read_to_string(Path::new(DIRECTORY).join("Cargo.toml")).expect("it is there");
    for (name, _) in properties::PROPERTIES {
        assert!(Path::new(DIRECTORY).join(format!("properties/{name}.rs")).is_file(), "{name}");
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
        let corpus = corpus(name);
        let size: usize = corpus.iter().map(|(_, data)| data.len()).sum();
        assert!((1..=60).contains(&corpus.len()), "{name} has {} kept inputs", corpus.len());
        assert!(size <= 100_000, "{name} has {size} bytes of kept inputs");
    }
    let known = |path: &PathBuf| {
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        properties::PROPERTIES.iter().any(|(name, _)| stem == Some(*name))
    };
    for folder in ["fuzz_targets", "corpus"] {
        let unknown: Vec<PathBuf> = entries(&Path::new(DIRECTORY).join(folder))
            .into_iter()
            .filter(|it| !known(it))
            .collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}

/// How long a property is held; `None`: as often as [`CASES`] says.
fn patience() -> Option<Duration> {
    let seconds = std::env::var("FUZZ_SECONDS").ok()?;
    Some(Duration::from_secs(seconds.parse().expect("FUZZ_SECONDS is a number of seconds")))
}

fn hold(name: &str) {
    let inputs = inputs(corpus(name).into_iter().map(|(_, data)| data).collect());
    let (begun, patience) = (Instant::now(), patience());
    let mut rounds = 0;
    while patience.map_or(rounds * ROUND < CASES, |patience| begun.elapsed() < patience) {
        let config = Config {
            cases: ROUND,
            failure_persistence: None,
            rng_seed: RngSeed::Fixed(u64::from(rounds)),
            ..Config::default()
        };
        rounds += 1;
        let ended = TestRunner::new(config).run(&inputs, |data| {
            properties::hold(name, &data);
            Ok(())
        });
        match ended {
            Ok(()) => {}
            Err(TestError::Fail(reason, data)) => {
                panic!(
                    "{name}: {reason}\nkeep this as a file of its corpus: {}",
                    data.escape_ascii()
                )
            }
            Err(TestError::Abort(reason)) => panic!("{name} was not held: {reason}"),
        }
    }
}

/// What libFuzzer kept for a property, each with its file.
fn corpus(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = entries(&Path::new(DIRECTORY).join("corpus").join(name));
    files.sort();
    let read = |path: PathBuf| {
        let data = fs::read(&path).expect("the file can be read");
        (path, data)
    };
    files.into_iter().map(read).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let listing =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    listing.map(|entry| entry.expect("the entry can be read").path()).collect()
}

/// Kept inputs with some bytes replaced and perhaps another one's end; sometimes anything at all.
fn inputs(corpus: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let edit = (any::<Index>(), 0..6_usize, vec(any::<u8>(), 0..6));
    let other = (any::<bool>(), select(corpus.clone()), any::<Index>(), any::<Index>());
    let changed = (select(corpus), vec(edit, 0..5), other);
    let changed = changed.prop_map(|(mut data, edits, (is_crossed, other, cut, from))| {
        if is_crossed {
            data.truncate(cut.index(data.len() + 1));
            data.extend_from_slice(&other[from.index(other.len() + 1)..]);
        }
        for (at, removed, added) in edits {
            let start = at.index(data.len() + 1);
            let end = data.len().min(start + removed);
            data.splice(start..end, added);
        }
        data
    });
    prop_oneof![9 => changed, 1 => vec(any::<u8>(), 0..200)]
}
