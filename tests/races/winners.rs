//! Who wins: of all that ask for the same thing at once, exactly one; what the others get is what
//! they would have got had they come later.

use std::collections::BTreeMap;

use http::Method;
use serde_json::Value;
use serde_json::json;
use standin::Server;

use crate::races::CLIENTS;
use crate::races::Crowd;
use crate::races::Outcome;
use crate::races::Shot;
use crate::races::assert_sound;
use crate::races::rounds;
use crate::support;
use crate::support::calls::KEY;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// How many sessions a user has that all clients revoke.
const SESSIONS: u64 = 5;

/// Races in both ways for whatever `prepare` names, round after round; `judge` looks at each
/// round's answers.
async fn race(
    server: &Server,
    mut crowd: Crowd,
    prepare: impl AsyncFn(&Server, usize) -> Shot,
    judge: impl Fn(&[Outcome]),
) {
    for round in 0..rounds() {
        let shot = prepare(server, round).await;
        let outcomes = crowd.race(server, &shot).await;
        assert_eq!(outcomes.len(), CLIENTS);
        judge(&outcomes);
    }
    assert_sound(server);
}

/// Asks once, alone.
async fn ask(server: &Server, shot: Shot) -> Value {
    let answer = server.engine().answer(shot.request()).await;
    let value = answer.body.value().cloned();
    value.unwrap_or_else(|| panic!("{shot:?} is answered {}", answer.status))
}

/// Makes an action happen.
async fn act(server: &Server, api: &str, action: &str, body: Value) -> Value {
    let answer = server.engine().act(api, action, &body).await.expect("the action is known");
    assert_eq!(answer.status, 200, "{action} {body}");
    answer.body.value().cloned().expect("an action tells what happened")
}

/// Exactly one is answered 200; every other with `status` and `code` in `member`.
fn assert_one_won(outcomes: &[Outcome], status: u16, member: &str, code: &str) {
    let (won, lost): (Vec<_>, Vec<_>) = outcomes.iter().partition(|each| each.status == 200);
    assert_eq!(won.len(), 1, "{won:#?}");
    for outcome in lost {
        let body = outcome.json();
        assert_eq!((outcome.status, &body[member]), (status, &Value::from(code)), "{body}");
    }
}

/// A fresh auth session's id.
async fn started(server: &Server) -> Value {
    let start = Shot::new(Method::POST, "/cis/v1/auth-session/start-restricted");
    let mut started = ask(server, start.with(JSON, r#"{"client_id":"client_app"}"#)).await;
    started["auth_session_id"].take()
}

/// The second device of a fresh auth session.
async fn attaching(server: &Server, _round: usize) -> Shot {
    let body = json!({"auth_session_id": started(server).await});
    Shot::new(Method::POST, "/cis/v1/auth-session/attach-device").with(JSON, body.to_string())
}

/// A fresh authorization code.
async fn exchanging(server: &Server, round: usize) -> Shot {
    let attach = attaching(server, round).await;
    let id = started(server).await;
    ask(server, Shot { body: json!({"auth_session_id": id}).to_string(), ..attach }).await;
    let body = json!({"auth_session_id": id, "user_id": "user_alice"});
    let outcome = act(server, "transmit-auth-sessions", "authenticate", body).await;
    let code = outcome["auth_code"].as_str().expect("the code is there");
    let form = format!(
        "grant_type=authorization_code&client_id=client_app&client_secret=secret_app&code={code}"
    );
    Shot::new(Method::POST, "/oidc/token").with(FORM, form)
}

/// A user of this round with some sessions.
async fn deleting(server: &Server, round: usize) -> Shot {
    let user = format!("user_{round}");
    for _ in 0..SESSIONS {
        let login = json!({"user_id": user, "client_id": "client_app"});
        act(server, "transmit-sessions", "login", login).await;
    }
    Shot::new(Method::DELETE, format!("/cis/v1/sessions/{user}")).by("Bearer any")
}

/// A fresh session of Clerk's.
async fn revoking(server: &Server, _round: usize) -> Shot {
    let outcome = act(server, "clerk-sessions", "sign-in", json!({"user_id": "user_ada"})).await;
    let id = outcome["session"]["id"].as_str().expect("the session is told");
    Shot::new(Method::POST, format!("/v1/sessions/{id}/revoke")).by(KEY)
}

fn assert_one_attached(outcomes: &[Outcome]) {
    assert_one_won(outcomes, 400, "error_code", "device_already_attached");
}

fn assert_one_token_set(outcomes: &[Outcome]) {
    assert_one_won(outcomes, 400, "error", "invalid_grant");
}

/// However many delete, each session is counted once.
fn assert_counts_add_up(outcomes: &[Outcome]) {
    let count = |outcome: &Outcome| {
        assert_eq!(outcome.status, 200, "{outcome:?}");
        outcome.json()["result"]["deleted_count"].as_u64().expect("a count")
    };
    assert_eq!(outcomes.iter().map(count).sum::<u64>(), SESSIONS);
    assert!(outcomes.iter().all(|outcome| [0, SESSIONS].contains(&count(outcome))));
}

/// The session is revoked once; whoever comes later is shown what the first one made of it.
fn assert_revoked_once(outcomes: &[Outcome]) {
    assert_eq!(outcomes[0].status, 200, "{outcomes:?}");
    assert_eq!(outcomes[0].json()["status"], "revoked");
    assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]), "{outcomes:#?}");
}

/// How often each assumption of Clerk's document was the reason for an answer.
fn assert_one_of_each_round_revoked(server: &Server) {
    let mut counts = BTreeMap::new();
    for (_, operation, note, count) in server.engine().assumptions().list() {
        assert_eq!(operation, "RevokeSession");
        let is_first = !note.starts_with("A session that is over is returned as it is");
        *counts.entry(is_first).or_insert(0) += count;
    }
    let (rounds, others) = (rounds() as u64, (CLIENTS - 1) as u64);
    assert_eq!(counts, BTreeMap::from([(true, rounds), (false, rounds * others)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_200_devices_that_race_in_process_one_is_attached() {
    let server = support::server("transmit").await;
    race(&server, Crowd::InProcess, attaching, assert_one_attached).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_200_devices_that_race_over_sockets_one_is_attached() {
    let server = support::server("transmit").await;
    let crowd = Crowd::over_sockets(&server).await;
    race(&server, crowd, attaching, assert_one_attached).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_200_exchanges_of_a_code_in_process_one_gets_tokens() {
    let server = support::server("transmit").await;
    race(&server, Crowd::InProcess, exchanging, assert_one_token_set).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_200_exchanges_of_a_code_over_sockets_one_gets_tokens() {
    let server = support::server("transmit").await;
    let crowd = Crowd::over_sockets(&server).await;
    race(&server, crowd, exchanging, assert_one_token_set).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn counts_of_200_deletions_in_process_add_up() {
    let server = support::server("transmit").await;
    race(&server, Crowd::InProcess, deleting, assert_counts_add_up).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn counts_of_200_deletions_over_sockets_add_up() {
    let server = support::server("transmit").await;
    let crowd = Crowd::over_sockets(&server).await;
    race(&server, crowd, deleting, assert_counts_add_up).await;
}

// The clock of these runs, so that a second revocation would show in `updated_at`.

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_that_200_revoke_in_process_is_revoked_once() {
    let server = support::start(Server::builder().api("clerk")).await;
    race(&server, Crowd::InProcess, revoking, assert_revoked_once).await;
    assert_one_of_each_round_revoked(&server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_that_200_revoke_over_sockets_is_revoked_once() {
    let server = support::start(Server::builder().api("clerk")).await;
    let crowd = Crowd::over_sockets(&server).await;
    race(&server, crowd, revoking, assert_revoked_once).await;
    assert_one_of_each_round_revoked(&server);
}
