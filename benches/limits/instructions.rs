//! Instructions per request of each scenario, against `benches/instructions.toml`.
//!
//! Callgrind counts them, which repeats where times do not. The requests that count are answered on
//! a thread of their own, for callgrind tells threads apart: neither the start, which is far more
//! and depends on the seeds of hash tables, nor the preparation is in the count. A budget belongs to a
//! compiler: a newer one may need less or more. The same calls are counted with the bundled APIs and
//! with the peers' document, where that stands beside the checkout.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use standin::engine::Engine;
use standin::engine::Played;
use standin::server::admin::Metrics;
use standin::spec::load;
use standin::store::MemoryStore;

use crate::scenarios::SCENARIOS;
use crate::scenarios::Scenario;
use crate::scenarios::answer;
use crate::scenarios::engine;
use crate::scenarios::settings;

/// Requests before counting: the journal is full by then, and every schema is compiled.
const WARM_UP: u64 = 1_500;

/// Requests that are counted.
const COUNTED: u64 = 1_000;

/// How the names of what is counted with the peers' document begin.
const OF_DOCUMENT: &str = "document_";

/// How far a count may be from its budget, in per cent.
const SLACK: u64 = 5;

/// Has the C library copy and compare as it does on every processor, not with what this one has.
const PLAIN: (&str, &str) =
    ("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-AVX2,-AVX2_Usable,-AVX_Fast_Unaligned_Load,-ERMS,-FSRM");

/// Instructions per request by scenario.
type Counts = BTreeMap<String, u64>;

/// Counts, and tells which scenarios need more than their budget.
pub(crate) fn check() -> Vec<String> {
    let text = std::fs::read_to_string(budget_file()).expect("the budget can be read");
    let mut budgets: Counts = toml::from_str(&text).expect("the budget is TOML");
    let mut broken = Vec::new();
    for (name, counted) in measure() {
        let Some(budget) = budgets.remove(&name) else {
            if name.starts_with(OF_DOCUMENT) {
                // A budget may have been written where the document was not at hand.
                println!("{name:<23} {counted:>9} instructions, no budget");
                continue;
            }
            broken.push(format!("{name} takes {counted} instructions and has no budget"));
            continue;
        };
        println!("{name:<23} {counted:>9} instructions, budget {budget:>9}");
        if counted * 100 > budget * (100 + SLACK) {
            broken.push(format!("{name} takes {counted} instructions, its budget is {budget}"));
        } else if counted * 100 < budget * (100 - SLACK) {
            println!("  warning: well below; write the budget anew to keep what was won");
        }
    }
    let known =
        |name: &String| name.strip_prefix(OF_DOCUMENT).is_some_and(|name| find(name).is_some());
    for name in budgets.keys() {
        match known(name) {
            true => println!("{name:<23} is not counted: its document is not beside the checkout"),
            false => broken.push(format!("{name} has a budget and is no scenario")),
        }
    }
    broken
}

/// Counts, and writes the counts down as the budget.
pub(crate) fn write() -> Vec<String> {
    let mut text = String::from(
        "# Instructions per request, by scenario; CI fails at more than 5 % above.\n\
         # Written by `cargo bench --bench limits -- instructions write`.\n\n",
    );
    for (name, counted) in measure() {
        println!("{name:<23} {counted:>9} instructions");
        let _ = writeln!(text, "{name} = {counted}");
    }
    std::fs::write(budget_file(), text).expect("the budget can be written");
    Vec::new()
}

/// Answers the requests; runs below callgrind.
pub(crate) fn count(scenario: &str) {
    let (scenario, engine) = match scenario.strip_prefix(OF_DOCUMENT) {
        Some(name) => (named(name), engine_of_document().expect("the document was there")),
        None => (named(scenario), engine()),
    };
    for number in 1..=WARM_UP {
        answer(&engine, (scenario.request)(number));
    }
    let prepare = |number| (number, (scenario.request)(number));
    let prepared: Vec<_> = (WARM_UP + 1..=WARM_UP + COUNTED).map(prepare).collect();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for (number, request) in prepared {
                let response = answer(&engine, request);
                assert_eq!(response.status(), (scenario.status)(number), "{}", scenario.name);
            }
        });
    });
}

/// An engine that plays the peers' document: the same calls, answered by what a document shows; `None`
/// where the document does not stand beside the checkout.
fn engine_of_document() -> Option<Engine> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/bench/sessions-bench.yaml");
    let document = load::from_file(Path::new(path)).ok()?;
    let mut options = settings();
    let (id, document) = ("sessions-bench".to_owned(), Arc::new(document));
    options.played.push(Played::Document { id, document });
    let mut engine =
        Engine::new(&options, Arc::new(MemoryStore::new(0))).expect("the engine is made");
    engine.listen(Arc::new(Metrics::default()));
    Some(engine)
}

fn named(name: &str) -> &'static Scenario {
    find(name).unwrap_or_else(|| panic!("`{name}` is no scenario"))
}

fn find(name: &str) -> Option<&'static Scenario> {
    SCENARIOS.iter().find(|scenario| scenario.name == name)
}

fn measure() -> Counts {
    let prefixes = [Some(""), engine_of_document().map(|_| OF_DOCUMENT)].into_iter().flatten();
    let names = prefixes.flat_map(|prefix| {
        SCENARIOS.iter().map(move |scenario| format!("{prefix}{}", scenario.name))
    });
    names.map(|name| (name.clone(), instructions(&name) / COUNTED)).collect()
}

/// Instructions of all requests that count. The profile stays where cargo keeps what benches write,
/// for `callgrind_annotate`.
fn instructions(scenario: &str) -> u64 {
    let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("callgrind.{scenario}"));
    let ran = Command::new("valgrind")
        .args(["--tool=callgrind", "--error-exitcode=1", "--separate-threads=yes"])
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(std::env::current_exe().expect("this program has a path"))
        .args(["count", scenario])
        .env(PLAIN.0, PLAIN.1)
        .output()
        .expect("valgrind runs: it has to be installed");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let second = format!("{}-02", profile.display());
    let counted = std::fs::read_to_string(&second).expect("callgrind wrote of the second thread");
    let total = counted.lines().find_map(|line| line.strip_prefix("totals: "));
    total.and_then(|total| total.trim().parse().ok()).expect("callgrind wrote the total")
}

fn budget_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/instructions.toml")
}
