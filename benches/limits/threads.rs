//! In process, without sockets: two threads answer at least 1.7 times as much as one.
//!
//! A round has two scenarios answered for a moment one after the other, then for a moment both at
//! once on one engine. What each keeps of the rate that it has alone, added up, is the gain. Only
//! moments count in which no other process took the processor away, as Linux tells of each thread;
//! the best of them count, and there are more rounds where that is not enough.

use std::hint::black_box;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use standin::engine::Engine;

use crate::scenarios::SCENARIOS;
use crate::scenarios::Scenario;
use crate::scenarios::answer;
use crate::scenarios::engine;

/// The least that two threads gain.
const LEAST_GAIN: f64 = 1.7;

/// How long a scenario is answered at a time, and how much of it, in per cent, may be spent waiting
/// for a processor.
const MOMENT: Duration = Duration::from_millis(5);
const WAITING_PER_CENT: u32 = 5;

/// The fewest rounds that count, and how long more of them are tried.
const FEWEST_ROUNDS: usize = 20;
const PATIENCE: Duration = Duration::from_secs(8);

/// Has each scenario run beside itself, then each beside another.
pub(crate) fn check() -> Vec<String> {
    let pairs = SCENARIOS.iter().enumerate().flat_map(|(index, scenario)| {
        let beside = (index..SCENARIOS.len()).map(|other| &SCENARIOS[other]);
        beside.map(move |other| [scenario, other])
    });
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").expect("Linux tells of the load");
    println!("{cores} cores; load averages before: {}", load.trim());
    let mut broken = Vec::new();
    for pair in pairs {
        let (gain, rounds) = best_gain(pair);
        let [one, other] = pair.map(|scenario| scenario.name);
        let text = format!("{one} beside {other}: {gain:.2} times one thread, in {rounds} rounds");
        println!("{text}");
        if rounds == 0 {
            broken.push(format!("{one} beside {other} never had two processors"));
        } else if gain < LEAST_GAIN {
            broken.push(text);
        }
    }
    broken
}

/// The best gain, and how many rounds counted; no more of them than it takes to see that it is
/// enough.
fn best_gain(pair: [&Scenario; 2]) -> (f64, usize) {
    let engine = engine();
    let (mut alone, mut best) = ([0.0_f64; 2], 0.0_f64);
    let mut together = Vec::new();
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        for (best, scenario) in alone.iter_mut().zip(pair) {
            let [rate] = rates(&engine, [scenario]);
            *best = best.max(rate.unwrap_or_default());
        }
        if let [Some(one), Some(other)] = rates(&engine, pair) {
            together.push([one, other]);
        }
        // Where nothing is known of one alone, nothing was gained.
        let kept = |(rate, alone): (&f64, &f64)| if *alone > 0.0 { rate / alone } else { 0.0 };
        let gain = |rates: &[f64; 2]| rates.iter().zip(&alone).map(kept).sum();
        best = together.iter().map(gain).fold(0.0, f64::max);
        if best >= LEAST_GAIN && together.len() >= FEWEST_ROUNDS {
            break;
        }
    }
    (best, together.len())
}

/// The rates of threads that start together, each where it had its processor.
fn rates<const N: usize>(engine: &Engine, scenarios: [&Scenario; N]) -> [Option<f64>; N] {
    let start = Instant::now();
    thread::scope(|scope| {
        let threads = scenarios.map(|scenario| scope.spawn(move || rate(engine, scenario, start)));
        threads.map(|thread| thread.join().expect("the engine answers"))
    })
}

/// Answers per second, for a moment from `start` on.
fn rate(engine: &Engine, scenario: &Scenario, start: Instant) -> Option<f64> {
    let mut answered = 0_u32;
    while start.elapsed() < MOMENT {
        answered += 1;
        black_box(answer(engine, (scenario.request)(u64::from(answered))));
    }
    let taken = start.elapsed();
    let is_quiet = waited() * 100 <= taken * WAITING_PER_CENT;
    is_quiet.then(|| f64::from(answered) / taken.as_secs_f64())
}

/// How long this thread has waited for a processor since it began.
fn waited() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells of it");
    let waited = told.split(' ').nth(1).and_then(|nanoseconds| nanoseconds.parse().ok());
    Duration::from_nanos(waited.expect("a number of nanoseconds"))
}
