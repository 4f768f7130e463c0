//! A list answer of 500 sessions, judged by the document as every answer is, beside the mere
//! writing of the same list.
//!
//! Both take turns in one process, and the quickest of each counts: other processes on the machine
//! only make single rounds slower.

use std::hint::black_box;
use std::time::Duration;
use std::time::Instant;

use bytes::Bytes;
use serde_json::Value;

use crate::scenarios::answer;
use crate::scenarios::at_once;
use crate::scenarios::engine_with;

/// As many as Clerk lists at once.
const SESSIONS: usize = 500;

/// How many times the writing a list may take.
const MOST_TIMES: f64 = 2.5;

const ROUNDS: usize = 300;

/// Takes turns; a list of sessions that were all changed since is told, not held to anything.
pub(crate) fn check() -> Vec<String> {
    let (engine, state) = engine_with(SESSIONS);
    let answered = answer(&engine, request());
    assert_eq!(answered.status(), 200);
    let value: Value = serde_json::from_slice(answered.body()).expect("the list is JSON");
    assert_eq!(value.as_array().map(Vec::len), Some(SESSIONS), "the list is whole");
    let (mut written, mut listed, mut changed) = (Duration::MAX, Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        written = written.min(time(|| serde_json::to_vec(&value)));
        at_once(engine.restore(&state)).expect("the state is one");
        changed = changed.min(time(|| answer(&engine, request())));
        listed = listed.min(time(|| answer(&engine, request())));
    }
    let times = |duration: Duration| duration.as_secs_f64() / written.as_secs_f64();
    println!("{written:.1?} to write {} bytes of {SESSIONS} sessions", answered.body().len());
    println!("{changed:.1?}, {:.2} times, to list sessions just changed", times(changed));
    let text = format!("{listed:.1?}, {:.2} times the writing, to list them", times(listed));
    println!("{text}; the limit is {MOST_TIMES} times");
    if times(listed) > MOST_TIMES { vec![text] } else { Vec::new() }
}

fn request() -> http::Request<Bytes> {
    let target = format!("/v1/sessions?user_id=user_ada&status=active&limit={SESSIONS}");
    http::Request::get(target)
        .header(http::header::HOST, "127.0.0.1:4010")
        .body(Bytes::new())
        .expect("the request is one")
}

/// How long it takes to make something and to let go of it.
fn time<T>(make: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    drop(black_box(make()));
    start.elapsed()
}
