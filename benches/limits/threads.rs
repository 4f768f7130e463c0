//! In process, without sockets: two threads answer at least 1.7 times as much as one.
//!
//! A round has two scenarios answered for a moment one after the other, then for a moment both at
//! once on one engine. What each keeps of the rate that it has alone, added up, is the gain. Other
//! processes only take away: so the best rate alone of all rounds counts, and the best round of
//! both at once, and there are more rounds where that is not enough.

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

/// How long a scenario is answered at a time.
const MOMENT: Duration = Duration::from_millis(40);

/// The fewest rounds that tell what a scenario does alone, and the most that are tried.
const FEWEST_ROUNDS: usize = 5;
const MOST_ROUNDS: usize = 60;

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
        if gain < LEAST_GAIN {
            broken.push(text);
        }
    }
    broken
}

/// The best gain, and after how many rounds; no more of them than it takes to see that it is
/// enough.
fn best_gain(pair: [&Scenario; 2]) -> (f64, usize) {
    let engine = engine();
    let (mut alone, mut best) = ([0.0_f64; 2], 0.0_f64);
    let mut together = Vec::new();
    for round in 1..=MOST_ROUNDS {
        for (best, scenario) in alone.iter_mut().zip(pair) {
            *best = best.max(rate(&engine, scenario, Instant::now()));
        }
        together.push(at_once(&engine, pair));
        let gain = |rates: &[f64; 2]| rates[0] / alone[0] + rates[1] / alone[1];
        best = together.iter().map(gain).fold(0.0, f64::max);
        if best >= LEAST_GAIN && round >= FEWEST_ROUNDS {
            return (best, round);
        }
    }
    (best, MOST_ROUNDS)
}

/// The rates of both, counted from one start: who comes late has answered less.
fn at_once(engine: &Engine, pair: [&Scenario; 2]) -> [f64; 2] {
    let start = Instant::now();
    thread::scope(|scope| {
        let threads = pair.map(|scenario| scope.spawn(move || rate(engine, scenario, start)));
        threads.map(|thread| thread.join().expect("the engine answers"))
    })
}

/// Answers per second, for a moment from `start` on.
fn rate(engine: &Engine, scenario: &Scenario, start: Instant) -> f64 {
    let mut answered = 0_u32;
    while start.elapsed() < MOMENT {
        answered += 1;
        black_box(answer(engine, (scenario.request)(u64::from(answered))));
    }
    f64::from(answered) / start.elapsed().as_secs_f64()
}
