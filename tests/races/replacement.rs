//! Nothing is torn: while states are replaced and the clock is moved, every answer is right before
//! or after, never in between.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use futures::future::join_all;
use http::Method;
use serde_json::Value;
use serde_json::json;
use standin::Server;
use standin::token::decode_unverified;

use crate::races::assert_sound;
use crate::support;
use crate::support::calls::KEY;
use crate::support::wire;
use crate::support::wire::Reply;
use crate::support::wire::Wire;

/// How often the state is replaced, or the clock moved.
const CHANGES: usize = 60;

/// How many connections call meanwhile.
const CALLERS: usize = 8;

const CLERK: &str = "GET /v1/sessions?user_id=user_ada";
const TRANSMIT: &str = "GET /cis/v1/sessions/user_alice";
const WHOLE: &str = "GET /_standin/state";

fn asking(call: &str) -> Vec<u8> {
    // Each credential is good for one API and none of the others' business.
    let key = if call.contains(" /v1/") { KEY } else { "Bearer any" };
    wire::request(call, &format!("authorization: {key}\r\n"), "")
}

fn controlling(method: &Method, path: &str, body: &str) -> Vec<u8> {
    wire::request(&format!("{method} /_standin{path}"), "content-type: application/json\r\n", body)
}

async fn told(wire: &mut Wire, bytes: &[u8]) -> Reply {
    wire.ask(bytes).await.expect("the server answers")
}

/// Calls on and on until the changes are over; every answer that was seen.
async fn calling(server: &Server, calls: &[&str], is_over: &AtomicBool) -> Vec<(String, Reply)> {
    let mut wire = Wire::connect(server.address()).await;
    let mut seen = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        for call in calls {
            let reply = told(&mut wire, &asking(call)).await;
            seen.push(((*call).to_owned(), reply));
        }
    }
    seen
}

/// The answers of callers that call while `changes` runs.
async fn under_traffic(
    server: &Arc<Server>,
    calls: &'static [&'static str],
    changes: impl AsyncFnOnce(&mut Wire),
) -> Vec<(String, Reply)> {
    let is_over = Arc::new(AtomicBool::new(false));
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (server, is_over) = (Arc::clone(server), Arc::clone(&is_over));
            tokio::spawn(async move { calling(&server, calls, &is_over).await })
        })
        .collect();
    changes(&mut Wire::connect(server.address()).await).await;
    is_over.store(true, Ordering::Relaxed);
    let seen = join_all(callers).await;
    seen.into_iter().flat_map(|seen| seen.expect("no caller fails")).collect()
}

/// The seeded state with every session of both vendors given to one client.
fn marked(state: &Value, client: &str) -> Value {
    let mut state = state.clone();
    for place in ["/clerk/sessions", "/transmit/sessions"] {
        let sessions = state.pointer_mut(place).and_then(Value::as_object_mut).expect("sessions");
        for (_, session) in sessions {
            session["client_id"] = json!(client);
        }
    }
    state
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_answer_is_of_one_state_while_states_are_replaced() {
    let builder = Server::builder().fixed_clock(support::start_instant());
    let server = Arc::new(support::start(builder).await);
    let seeded = server.engine().state().await.expect("state");
    let (one, other) = (marked(&seeded, "client_one"), marked(&seeded, "client_other"));
    // A state that is refused, though only for its last part, was never there.
    let mut refused = marked(&seeded, "client_refused");
    refused["transmit"]["sessions"]["session_bob_laptop"]["expiration_time"] = json!("soon");
    let put = |state: &Value| controlling(&Method::PUT, "/state", &state.to_string());
    let reset = controlling(&Method::DELETE, "/state", "");
    let changes = [(put(&one), 204), (put(&refused), 422), (reset, 204), (put(&other), 204)];

    let mut expected: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut wire = Wire::connect(server.address()).await;
    for (change, status) in &changes {
        assert_eq!(told(&mut wire, change).await.status, *status);
        for call in [CLERK, TRANSMIT, WHOLE] {
            let reply = told(&mut wire, &asking(call)).await;
            assert_eq!(reply.status, 200, "{call}");
            expected.entry(call).or_default().insert(reply.body);
        }
    }
    assert!(expected.values().all(|answers| answers.len() == 3), "the states can be told apart");

    let seen = under_traffic(&server, &[CLERK, TRANSMIT, WHOLE], async |wire| {
        for turn in 0..CHANGES {
            let (change, status) = &changes[turn % changes.len()];
            assert_eq!(told(wire, change).await.status, *status);
        }
    });
    for (call, reply) in seen.await {
        assert_eq!(reply.status, 200, "{call}: {}", reply.body);
        assert!(expected[&*call].contains(&reply.body), "{call} is of no state: {}", reply.body);
    }
    assert_sound(&server);
    server.findings().assert_none();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_answer_is_of_one_instant_while_the_clock_is_moved() {
    const SESSION: &str = "GET /v1/sessions/sess_active";
    const TOKEN: &str = "POST /v1/sessions/sess_active/tokens";
    let server = Arc::new(support::server("clerk").await);
    let set = |instant: &str| {
        let body = json!({ "set": instant }).to_string();
        controlling(&Method::POST, "/clock", &body)
    };
    let (early, late) = (set("2026-01-01T00:00:00Z"), set("2026-01-31T00:00:00Z"));
    let seen = under_traffic(&server, &[SESSION, TOKEN], async |wire| {
        for turn in 0..CHANGES {
            let change = if turn % 2 == 0 { &late } else { &early };
            assert_eq!(told(wire, change).await.status, 200);
        }
    });
    for (call, reply) in seen.await {
        let is_early = match reply.header("date") {
            "Thu, 01 Jan 2026 00:00:00 GMT" => true,
            "Sat, 31 Jan 2026 00:00:00 GMT" => false,
            date => panic!("{date} never was"),
        };
        match (&*call, is_early) {
            (SESSION, true) => assert_eq!(reply.json()["status"], "active"),
            (SESSION, false) => assert_eq!(reply.json()["status"], "expired"),
            (_, true) => {
                let body = reply.json();
                let token = body["jwt"].as_str().expect("a token");
                let (_, claims) = decode_unverified(token).expect("a token can be read");
                assert_eq!(claims["iat"], support::start_instant().as_secs());
            }
            (_, false) => assert_eq!(reply.status, 401, "{}", reply.body),
        }
    }
    assert_sound(&server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_move_of_the_clock_is_lost() {
    let server = support::server("clerk").await;
    let advance = controlling(&Method::POST, "/clock", r#"{"advance":"PT1S"}"#);
    let movers = (0..CALLERS).map(|_| async {
        let mut wire = Wire::connect(server.address()).await;
        for _ in 0..CHANGES {
            assert_eq!(told(&mut wire, &advance).await.status, 200);
        }
    });
    join_all(movers).await;
    let moved = server.engine().clock().now().since(support::start_instant());
    assert_eq!(moved.as_secs(), (CALLERS * CHANGES) as u64);
}
