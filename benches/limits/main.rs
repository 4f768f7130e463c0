//! What standin may cost, held: `cargo bench --bench limits` checks everything, and with names
//! behind `--` only that, as in `cargo bench --bench limits -- instructions`.
//!
//! The machine that this runs on is shared and noisy. So nothing here compares a time with a
//! number: instructions are counted, and times are compared with times of the same minute.

#![expect(clippy::print_stdout, reason = "this is a program that tells what it measured")]

mod client;
mod cold_start;
mod diff;
mod drift;
mod generation;
mod hostile;
mod huge;
mod instructions;
mod kept;
mod least;
mod list;
mod memory;
mod plain;
#[path = "../../tests/support/process.rs"]
#[expect(dead_code, reason = "tests also run commands to their end and send signals")]
mod process;
mod proxied;
mod replay;
#[path = "../scenarios/mod.rs"]
mod scenarios;
mod segments;
mod soak;
mod threads;
mod tour;
mod visitor;
#[path = "../../tests/support/wire.rs"]
#[expect(dead_code, reason = "tests also send what no client would")]
mod wire;

use std::process::ExitCode;

/// The binary's allocator is part of what is measured.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures, and tells everything that is over its limit.
type Check = fn() -> Vec<String>;

/// What can be checked, by name; a number behind the names says how many requests a soak makes.
const CHECKS: &[(&str, Check)] = &[
    ("instructions", instructions::check),
    ("memory", memory::check),
    ("list", list::check),
    ("cold-start", cold_start::check),
    ("huge", huge::check),
    ("diff", diff::check),
    ("hostile", hostile::check),
    ("generation", generation::check),
    ("proxied", proxied::check),
    ("replay", replay::check),
    ("drift", drift::check),
    ("threads", threads::check),
    (SOAK, || soak::check(None)),
];

const SOAK: &str = "soak";

fn main() -> ExitCode {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["instructions", "write"] => told(&instructions::write()),
        // What this program starts itself for.
        ["count", scenario] => {
            instructions::count(scenario);
            ExitCode::SUCCESS
        }
        ["least"] => {
            least::serve();
            ExitCode::SUCCESS
        }
        ["plain", upstream] => {
            plain::pass(upstream);
            ExitCode::SUCCESS
        }
        [SOAK, requests] if requests.bytes().all(|byte| byte.is_ascii_digit()) => {
            told(&soak::check(requests.parse().ok()))
        }
        words => told(&checked(words)),
    }
}

/// Checks what is named, or everything.
fn checked(words: &[&str]) -> Vec<String> {
    if let Some(unknown) = words.iter().find(|word| CHECKS.iter().all(|(name, _)| name != *word)) {
        let known: Vec<&str> = CHECKS.iter().map(|(name, _)| *name).collect();
        return vec![format!("`{unknown}` is no check; there are {}", known.join(", "))];
    }
    let mut broken = Vec::new();
    for (name, check) in CHECKS {
        if words.is_empty() || words.contains(name) {
            println!("\n{name}");
            broken.append(&mut check());
        }
    }
    broken
}

fn told(broken: &[String]) -> ExitCode {
    for each in broken {
        println!("not as it has to be: {each}");
    }
    if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
