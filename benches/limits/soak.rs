//! A million requests over changing sessions: memory is flat from the first 100,000 on, the
//! slowest answers are no slower at the end than at the start, and what is over is gone.
//!
//! The clock is moved again and again, so that everything that was made is over, and forgotten,
//! within the next 50,000 requests: what is kept is then what those need.

use std::collections::HashSet;
use std::sync::RwLock;
use std::time::Duration;
use std::time::Instant;

use crate::client::Client;
use crate::client::JSON;
use crate::kept::Kept;
use crate::kept::kept;
use crate::memory::resident_kib;
use crate::memory::serving;
use crate::process::Running;
use crate::visitor::Visitor;

/// Requests of all visitors together, unless somebody says how many.
const REQUESTS: usize = 1_000_000;

/// Requests after which memory has to be what it stays.
const SETTLED: usize = 100_000;

/// The visitors, each with a Transmit user of its own.
const USERS: [&str; 2] = ["alice", "bob"];

/// Memory and durations are looked at this often.
const WINDOWS: usize = 20;

/// After how many requests the clock is moved, and by how much: Clerk's sessions are forgotten a
/// year after they are over, so five moves make everything forgotten.
const MOVE_EVERY: usize = 10_000;
const MOVE: &str = r#"{"advance":"P100D"}"#;

/// What memory may grow by after it has settled: so many per cent and so many KiB.
const GROWTH_PER_CENT: u64 = 5;
const GROWTH_KIB: u64 = 2 * 1024;

/// How slow the slowest answers may be at the end, in per cent of the start; the machine does other
/// things, too, so the best of some windows counts at either end.
const SLOWNESS_PER_CENT: u32 = 150;
const COMPARED: usize = 5;

/// The most records of one kind that any collection, the journal or the ledger may keep.
const MOST_KEPT: usize = 20_000;

/// What was measured at the end of a window.
#[derive(Clone, Copy, Debug)]
struct Window {
    resident_kib: u64,
    ended: Duration,
}

/// A server with its visitors, and what time it is there: how often the clock was moved.
#[derive(Debug)]
struct House<'s> {
    server: &'s Running,
    clock: RwLock<usize>,
    opened: Instant,
    /// Requests of each visitor in a window.
    window: usize,
}

/// Lets the visitors in, and tells what has grown.
pub(crate) fn check(requests: Option<usize>) -> Vec<String> {
    let requests = requests.unwrap_or(REQUESTS);
    assert!(requests >= 2 * SETTLED, "it takes {SETTLED} requests to settle: make more than twice");
    let server = serving();
    let window = requests / WINDOWS / USERS.len();
    let house = House { server: &server, clock: RwLock::new(0), opened: Instant::now(), window };
    let (visitors, windows) = house.open();
    let slowest: Vec<Duration> = (0..WINDOWS).map(|number| house.p99(&visitors, number)).collect();
    for (number, (window, slowest)) in windows.iter().zip(&slowest).enumerate() {
        let requests = (number + 1) * requests / WINDOWS;
        let (kib, seconds) = (window.resident_kib, window.ended.as_secs_f64());
        println!("{requests:>8} requests  {kib:>7} KiB  p99 {slowest:>10.1?}  {seconds:>6.1} s");
    }
    let settled = (SETTLED * WINDOWS).div_ceil(requests);
    let mut control = Client::connect(&server.url);
    let mut broken = distinct(&visitors);
    broken.extend(grown(&windows[settled - 1..]));
    broken.extend(slowed(&slowest[settled..]));
    broken.extend(unbounded(&kept(&mut control)));
    broken.extend(lasting(visitors, &mut control));
    broken
}

impl House<'_> {
    fn open(&self) -> (Vec<Visitor>, Vec<Window>) {
        std::thread::scope(|scope| {
            let enter = |index| scope.spawn(move || self.live(index));
            let rooms: Vec<_> = (0..USERS.len()).map(enter).collect();
            let left = rooms.into_iter().map(|room| room.join().expect("visitors leave in peace"));
            let (visitors, windows): (Vec<_>, Vec<_>) = left.unzip();
            (visitors, windows.into_iter().flatten().collect())
        })
    }

    /// One visitor's whole time; the first one moves the clock and looks at memory.
    fn live(&self, index: usize) -> (Visitor, Vec<Window>) {
        let mut visitor =
            Visitor::new(&self.server.url, index as u64, USERS.len() as u64, USERS[index]);
        let (mut windows, mut seen) = (Vec::new(), None);
        visitor.add_users();
        while visitor.durations.len() < self.window * WINDOWS {
            {
                // Nobody is in the middle of a visit when the clock is moved.
                let time = self.clock.read().expect("no visitor has fallen");
                if seen.replace(*time) != Some(*time) {
                    visitor.authorize();
                }
                visitor.visit();
            }
            let done = visitor.durations.len();
            if index == 0 && done / self.window > windows.len() {
                let resident_kib = resident_kib(self.server.id());
                windows.push(Window { resident_kib, ended: self.opened.elapsed() });
            }
            let moves = done * USERS.len() / MOVE_EVERY;
            if index == 0 && moves > *self.clock.read().expect("no visitor has fallen") {
                let mut time = self.clock.write().expect("no visitor has fallen");
                advance(&mut visitor.client);
                *time += 1;
            }
        }
        (visitor, windows)
    }

    /// The duration that one answer in a hundred of that window took longer than.
    fn p99(&self, visitors: &[Visitor], number: usize) -> Duration {
        let range = number * self.window..(number + 1) * self.window;
        let of_window = |visitor: &Visitor| visitor.durations[range.clone()].to_vec();
        let mut durations: Vec<Duration> = visitors.iter().flat_map(of_window).collect();
        durations.sort_unstable();
        durations[durations.len() * 99 / 100]
    }
}

fn advance(control: &mut Client) {
    let moved = control.call("POST /_standin/clock", JSON, MOVE);
    assert_eq!(moved.status, 200, "{}", moved.body);
}

fn distinct(visitors: &[Visitor]) -> Vec<String> {
    let given = visitors.iter().map(|visitor| visitor.given.len()).sum::<usize>();
    let all: HashSet<&String> = visitors.iter().flat_map(|visitor| &visitor.given).collect();
    println!("{given} ids, codes and tokens were given, {} of them distinct", all.len());
    let same = given - all.len();
    if same == 0 { Vec::new() } else { vec![format!("{same} ids were given twice")] }
}

fn grown(windows: &[Window]) -> Option<String> {
    let settled = windows[0].resident_kib;
    let most = windows.iter().map(|window| window.resident_kib).max().unwrap_or(settled);
    let limit = settled * (100 + GROWTH_PER_CENT) / 100 + GROWTH_KIB;
    let text = format!("{settled} KiB after {SETTLED} requests, at most {most} KiB later");
    println!("{text}; the limit is {limit} KiB");
    (most > limit).then_some(text)
}

fn slowed(slowest: &[Duration]) -> Option<String> {
    let best = |durations: &[Duration]| durations.iter().min().copied().unwrap_or_default();
    let start = best(&slowest[..COMPARED]);
    let end = best(&slowest[slowest.len() - COMPARED..]);
    let text = format!("p99 of {start:.1?} after {SETTLED} requests, {end:.1?} at the end");
    println!("{text}; the limit is {SLOWNESS_PER_CENT} % of it");
    (end * 100 > start * SLOWNESS_PER_CENT).then_some(text)
}

fn unbounded(kept: &Kept) -> Vec<String> {
    let told: Vec<String> = kept.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    println!("kept at the end: {}", told.join(", "));
    let over = kept.iter().filter(|(_, count)| **count > MOST_KEPT);
    over.map(|(kind, count)| format!("{count} {kind} are kept")).collect()
}

/// What the visitors can still see once all they made is over.
fn lasting(visitors: Vec<Visitor>, control: &mut Client) -> Vec<String> {
    (0..5).for_each(|_| advance(control));
    visitors.into_iter().flat_map(|mut visitor| visitor.look_back()).collect()
}
