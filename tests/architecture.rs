//! The shape of the code: what `src/lib.rs` says is absent is looked for here.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// Longest file that is read rather than searched.
const MAX_LINES: usize = 450;

/// Files that may be longer, each with its reason.
const LONG_FILES: &[(&str, &str)] = &[];

/// Names of rooms without an idea.
const EMPTY_NAMES: &[&str] = &[
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "types",
    "models",
    "core",
    "manager",
    "service_manager",
    "handler",
    "handlers",
    "imp",
];

/// The floors, low to high; a room may use its own floor and those before it.
const FLOORS: &[&[&str]] = &[
    &["pointer", "clock", "json", "finding", "tls"],
    &["spec", "schema"],
    &["message", "token", "route", "params", "validate", "synth"],
    &["store", "generated", "clients", "apis", "tape"],
    &["engine"],
    &["diff", "drift", "lint"],
    &["report"],
    &["config", "server", "upstream", "cli"],
];

/// Uses of a higher floor that are meant, each with its reason.
const CLIMBS: &[(&str, &str, &str)] =
    &[("spec", "message", "a media type is a word: the model keeps the declared ones parsed")];

/// Crates and the only rooms that may name them.
const CONFINED: &[(&str, &[&str])] = &[
    ("axum", &["src/server/"]),
    ("hyper", &["src/server/", "src/upstream/", "src/spec/load/"]),
    ("hyper_util", &["src/server/", "src/upstream/", "src/spec/load/"]),
    ("tower_http", &["src/server/"]),
    ("clap", &["src/cli/"]),
    ("clap_complete", &["src/cli/"]),
    ("jsonpath_rust", &["src/spec/overlay/", "src/tape/stub/"]),
    ("jsonschema", &["src/schema/"]),
    ("jsonwebtoken", &["src/token/"]),
    ("rcgen", &["src/tls/"]),
    ("rustls", &["src/tls/"]),
    ("tokio_rustls", &["src/tls/"]),
    ("rustls_native_certs", &["src/tls/"]),
    ("webpki_roots", &["src/tls/"]),
    ("flate2", &["src/validate/body/"]),
    ("brotli_decompressor", &["src/validate/body/"]),
    ("ruzstd", &["src/validate/body/"]),
    ("serde_saphyr", &["src/spec/", "build.rs"]),
    ("saphyr_parser", &["src/spec/", "src/tape/yaml", "build.rs"]),
    ("minijinja", &["src/report/"]),
    ("quick_junit", &["src/report/"]),
    ("quick_xml", &["src/validate/body/"]),
    ("encoding_rs", &["src/validate/body/"]),
    ("prometheus_client", &["src/server/"]),
    ("toml", &["src/config", "src/cli/"]),
];

/// Words that reach out of the process, and the only rooms that may say them.
const REACHING_OUT: &[(&str, &[&str])] = &[
    (
        "std::fs",
        &["src/spec/load", "src/tape/", "src/server/", "src/config", "src/cli/", "src/generated/"],
    ),
    ("std::net", &["src/server/", "src/cli/", "src/config", "src/spec/load/"]),
    ("tokio::net", &["src/server/", "src/upstream/", "src/cli/", "src/spec/load/"]),
    ("std::process", &["src/cli/", "src/main.rs"]),
    ("SystemTime", &[]),
    ("Utc::now", &["src/clock.rs"]),
    ("std::time::Instant", &["src/clock.rs"]),
    ("println!", &[]),
    ("eprintln!", &[]),
];

#[test]
fn the_top_level_has_its_seven_names_and_what_a_rust_reader_expects_beside_them() {
    let expected = BTreeSet::from([
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "benches",
        "build.rs",
        "openapi",
        "snapshots",
        "src",
        "tests",
    ]);
    let found: BTreeSet<String> = entries(&root())
        .into_iter()
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .filter(|name| !name.starts_with('.') && name != "target")
        .collect();
    let found: BTreeSet<&str> = found.iter().map(String::as_str).collect();
    assert_eq!(found, expected);
}

#[test]
fn the_seven_fixed_packages_are_dependencies() {
    let manifest = read(&root().join("Cargo.toml"));
    for package in ["progenitor", "openapiv3", "axum", "serde_json", "tokio", "jsonschema", "insta"]
    {
        let line = format!("\n{package} = ");
        assert!(manifest.contains(&line), "Cargo.toml has no {package}");
    }
}

#[test]
fn every_file_says_first_what_it_is_for() {
    for (name, text) in sources(&["benches", "src", "tests"]) {
        assert!(text.starts_with("//!"), "{name} does not open with //!");
    }
}

#[test]
fn files_are_short_enough_to_be_read() {
    for (name, text) in sources(&["benches", "src", "tests"]) {
        let lines = text.lines().count();
        let is_excused = LONG_FILES.iter().any(|(file, _)| *file == name);
        assert!(lines <= MAX_LINES || is_excused, "{name} has {lines} lines");
        assert!(!(lines <= MAX_LINES && is_excused), "{name} needs no exception any more");
        if name.ends_with("/mod.rs") && name.starts_with("src/") {
            assert!(lines <= 330, "{name} is a front door of {lines} lines");
        }
    }
    assert!(read(&root().join("src/main.rs")).lines().count() <= 15, "main.rs decides nothing");
    assert!(read(&root().join("build.rs")).lines().count() <= 150, "build.rs is a page");
}

#[test]
fn rooms_have_names_with_an_idea() {
    for (name, _) in sources(&["src"]) {
        for part in Path::new(&name).with_extension("").iter().filter_map(|part| part.to_str()) {
            assert!(!EMPTY_NAMES.contains(&part), "{name}: `{part}` names no idea");
        }
    }
}

#[test]
fn floors_look_only_down() {
    let floor = |room: &str| FLOORS.iter().position(|rooms| rooms.contains(&room));
    for (name, text) in sources(&["src"]) {
        let room = room(&name);
        let Some(own) = floor(&room) else { continue };
        for used in uses(&text) {
            let Some(other) = floor(&used) else { continue };
            let is_excused = CLIMBS.iter().any(|(from, to, _)| *from == room && *to == used);
            assert!(
                other <= own || is_excused,
                "{name} (floor {}) uses {used} (floor {})",
                own + 1,
                other + 1
            );
        }
    }
}

#[test]
fn every_room_is_on_the_map() {
    let map = read(&root().join("src/lib.rs"));
    for path in entries(&root().join("src")) {
        let room = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        if room == "lib" || room == "main" {
            continue;
        }
        assert!(FLOORS.iter().any(|rooms| rooms.contains(&room.as_str())), "{room} has no floor");
        assert!(map.contains(&format!("`{room}`")), "src/lib.rs does not show {room}");
    }
}

#[test]
fn crates_stay_in_their_rooms() {
    for (name, text) in sources(&["src"]) {
        let code = code_of(&text);
        for (word, rooms) in CONFINED {
            let is_home = rooms.iter().any(|room| name.starts_with(room));
            let is_named = code.contains(&format!("use {word}::")) || names_crate(&code, word);
            assert!(is_home || !is_named, "{name} names {word}");
        }
    }
}

#[test]
fn only_doors_and_loaders_reach_out_of_the_process() {
    for (name, text) in sources(&["src"]) {
        let code = code_of(&text);
        for (word, rooms) in REACHING_OUT {
            let is_home = rooms.iter().any(|room| name.starts_with(room));
            assert!(is_home || !code.contains(word), "{name} says {word}");
        }
    }
}

#[test]
fn nobody_behind_the_dialects_asks_for_the_openapi_version() {
    for (name, text) in sources(&["src"]) {
        if name.starts_with("src/spec/") || name.starts_with("src/generated") {
            continue;
        }
        let code = code_of(&text);
        assert!(!code.contains("\"openapi\""), "{name} asks for the OpenAPI version");
        assert!(!code.contains("\"swagger\""), "{name} asks for the OpenAPI version");
    }
}

#[test]
fn every_bundled_document_is_played_or_the_control_surface() {
    let mut documents: BTreeSet<String> = entries(&root().join("openapi"))
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    assert!(documents.remove("standin-admin"), "openapi/standin-admin.yaml is missing");
    let played: BTreeSet<String> =
        standin::apis::APIS.iter().map(|api| api.id.to_owned()).collect();
    assert_eq!(documents, played);
}

#[test]
fn every_operation_of_a_bundled_document_is_played() {
    for api in standin::apis::APIS {
        let document = standin::apis::load(api).expect("bundled documents load");
        assert!(document.violations().is_empty(), "{}: {:?}", api.id, document.violations());
        let declared: BTreeSet<&str> =
            document.operations.iter().map(|operation| &*operation.id).collect();
        let played: BTreeSet<&str> = api.operations.iter().map(|(id, _)| *id).collect();
        assert_eq!(declared, played, "{}", api.id);
    }
}

#[test]
fn every_report_format_is_a_file_of_its_name() {
    let known: BTreeSet<&str> = standin::report::FORMATS.iter().map(|format| format.id).collect();
    for id in &known {
        let file = root().join(format!("src/report/{id}.rs"));
        assert!(file.is_file(), "{} is missing", file.display());
    }
    let snapshots: BTreeSet<String> = entries(&root().join("snapshots/report"))
        .into_iter()
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    assert!(snapshots.iter().all(|name| known.contains(name.as_str())), "{snapshots:?}");
    for (name, text) in sources(&["src/report"]) {
        let stem = Path::new(&name)
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default()
            .to_owned();
        if text.contains(": Format = Format") {
            assert!(known.contains(stem.as_str()), "{name} is in no list");
        }
    }
}

#[test]
fn every_rule_has_its_own_id_and_says_why() {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for rule in standin::finding::RULES {
        *seen.entry(rule.id).or_default() += 1;
        assert!(
            rule.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
            "{}",
            rule.id
        );
        assert!(rule.what.ends_with('.') && rule.why.ends_with('.'), "{} is not told", rule.id);
    }
    assert!(seen.values().all(|count| *count == 1), "{seen:?}");
}

#[test]
fn nothing_committed_looks_like_a_leaked_secret() {
    let rooms = ["benches", "openapi", "snapshots", "src", "tests"];
    let files = rooms.iter().flat_map(|room| files(&root().join(room)));
    let files = files.chain([root().join("README.md"), root().join("build.rs")]);
    for path in files {
        if path.components().any(|part| part.as_os_str() == "node_modules") {
            continue;
        }
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for word in text.split(|character: char| {
            !(character.is_ascii_alphanumeric() || "_-.+/=".contains(character))
        }) {
            let begins = |prefix: &str| word.strip_prefix(prefix);
            let key = begins("sk_test_").or_else(|| begins("sk_live_")).unwrap_or_default();
            assert!(key.len() < 10, "{}: {word} looks like a secret key", path.display());
            let is_token =
                word.starts_with("eyJ") && word.split('.').count() == 3 && word.len() > 60;
            assert!(!is_token, "{}: {word} looks like a token", path.display());
        }
        let pem = ["-----BEGIN", "PRIVATE KEY-----"];
        let has_key = text
            .lines()
            .any(|line| line.trim().starts_with(pem[0]) && line.trim().ends_with(pem[1]));
        assert!(!has_key, "{} holds a private key", path.display());
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let listing =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    listing.filter_map(|entry| Some(entry.ok()?.path())).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let (folders, mut found): (Vec<_>, Vec<_>) =
        entries(folder).into_iter().partition(|path| path.is_dir());
    found.extend(folders.iter().flat_map(|folder| files(folder)));
    found
}

/// Every Rust file below the rooms, by its path from the root.
fn sources(rooms: &[&str]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = rooms
        .iter()
        .flat_map(|room| files(&root().join(room)))
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter_map(|path| {
            Some((path.strip_prefix(root()).ok()?.to_str()?.to_owned(), read(&path)))
        })
        .collect();
    found.sort();
    found
}

/// The room of a file: `finding` for `src/finding/level.rs`, `clock` for `src/clock.rs`.
fn room(name: &str) -> String {
    let inner = name.trim_start_matches("src/");
    inner.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned()
}

/// The rooms that a file names through `crate::`.
fn uses(text: &str) -> BTreeSet<String> {
    code_of(text)
        .split("crate::")
        .skip(1)
        .map(|rest| {
            rest.chars()
                .take_while(|character| character.is_alphanumeric() || *character == '_')
                .collect()
        })
        .collect()
}

/// The text without comments.
fn code_of(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether code names a crate by a path of its own, as in `toml::from_str`.
fn names_crate(code: &str, word: &str) -> bool {
    code.match_indices(&format!("{word}::")).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        !before.is_some_and(|character| {
            character.is_alphanumeric() || character == '_' || character == ':'
        })
    })
}
