//! The time from nothing to the first answer of a validated POST, beside the least that such an
//! answer takes: a server that does nothing else, which is this very program, started again.

use std::io::BufRead;
use std::io::BufReader;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use crate::client::Client;
use crate::client::JSON;
use crate::memory::serving;
use crate::scenarios::VALID;

/// How many times the least a start may take.
const MOST_TIMES: f64 = 2.0;

/// Starts of each, one after the other; the quickest counts, for the machine does other things.
const ROUNDS: usize = 40;

/// Starts both again and again.
pub(crate) fn check() -> Vec<String> {
    let (mut least, mut own) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        least = least.min(start_least());
        own = own.min(start_own());
    }
    let times = own.as_secs_f64() / least.as_secs_f64();
    let text = format!("first answer after {own:.1?}, {times:.2} times the least, {least:.1?}");
    println!("{text}; the limit is {MOST_TIMES} times");
    if times > MOST_TIMES { vec![text] } else { Vec::new() }
}

fn start_own() -> Duration {
    let start = Instant::now();
    let server = serving();
    answered(start, &server.url)
}

fn start_least() -> Duration {
    let start = Instant::now();
    let program = std::env::current_exe().expect("this program has a path");
    let mut child =
        Command::new(program).arg("least").stdout(Stdio::piped()).spawn().expect("it starts");
    let told = child.stdout.take().expect("standard output is piped");
    let mut url = String::new();
    BufReader::new(told).read_line(&mut url).expect("the server tells its address");
    let taken = answered(start, url.trim());
    child.kill().expect("the server runs");
    child.wait().expect("the server ends");
    taken
}

/// The time from `start` to the answer.
fn answered(start: Instant, url: &str) -> Duration {
    let line = "POST /v1/auth-session/start-restricted";
    let reply = Client::connect(url).call(line, JSON, VALID);
    let taken = start.elapsed();
    assert_eq!(reply.status, 200, "{}", reply.body);
    taken
}
