//! Clients that take their time: for everything that a server waits for there is an end.

use std::time::Duration;

use standin::Server;
use standin::server::Limits;

use crate::attack::assert_serves;
use crate::attack::assert_unhurt;
use crate::attack::good;
use crate::support;
use crate::support::calls::KEY;
use crate::support::wire::Wire;

/// How long a test waits for what must come, on the busiest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Long enough for a busy machine to send what it has to send.
const SHORT: Duration = Duration::from_millis(500);

/// Longer than any test runs.
const LONG: Duration = Duration::from_secs(600);

async fn limited(change: impl FnOnce(&mut Limits)) -> Server {
    let mut limits = Limits::default();
    (limits.header_timeout, limits.body_timeout, limits.silence_timeout) = (LONG, LONG, LONG);
    change(&mut limits);
    support::start(support::builder("clerk").limits(limits)).await
}

/// Everything that comes until the server closes the connection, which it has to.
async fn closed(wire: Wire) -> String {
    let received = tokio::time::timeout(PATIENCE, wire.closed()).await;
    String::from_utf8_lossy(&received.expect("the server closes the connection")).into_owned()
}

#[tokio::test]
async fn a_header_section_that_never_ends_ends_the_connection() {
    let server = limited(|limits| limits.header_timeout = SHORT).await;
    let mut wire = Wire::connect(server.address()).await;
    wire.send("GET /v1/sessions/sess_active HTTP/1.1\r\nhost: x\r\nx-slow: ").await;
    let answered = closed(wire).await;
    assert!(answered.is_empty() || answered.starts_with("HTTP/1.1 408 "), "{answered}");
    assert_serves(server.address()).await;
}

#[tokio::test]
async fn a_connection_that_is_kept_open_for_nothing_is_closed() {
    let server = limited(|limits| limits.header_timeout = SHORT).await;
    let mut wire = Wire::connect(server.address()).await;
    assert_eq!(wire.ask(good()).await.expect("an answer").status, 200);
    assert_eq!(closed(wire).await, "");
    assert_serves(server.address()).await;
}

#[tokio::test]
async fn a_body_that_drips_is_408() {
    let server = limited(|limits| limits.body_timeout = SHORT).await;
    let framings =
        [("content-length: 1000\r\n", "x"), ("transfer-encoding: chunked\r\n", "1\r\nx\r\n")];
    for path in ["/v1/sessions", "/_standin/clock"] {
        for (framing, drop) in framings {
            let mut wire = Wire::connect(server.address()).await;
            wire.send(format!(
                "POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: {KEY}\r\n\
                 content-type: application/json\r\n{framing}\r\n"
            ))
            .await;
            let mut drops = tokio::time::interval(SHORT / 20);
            let dripping = async {
                while wire.send(drop).await {
                    drops.tick().await;
                }
            };
            // Dripping goes on until the server has enough of it.
            tokio::time::timeout(PATIENCE, dripping).await.expect("the server ends it");
            let reply = wire.answer().await.expect("an answer before the end");
            assert_eq!(reply.status, 408, "{path} {framing}");
            assert_eq!(reply.header("connection"), "close");
            assert_eq!(closed(wire).await, "");
        }
    }
    assert_serves(server.address()).await;
    assert_unhurt(&server);
}

#[tokio::test]
async fn a_connection_that_says_nothing_of_use_is_closed() {
    let server = limited(|limits| {
        (limits.silence_timeout, limits.body_timeout) = (SHORT, SHORT);
    })
    .await;
    // Not a byte; the beginning of HTTP/2; all of it, and settings; a request without end.
    let settings = "\0\0\0\u{4}\0\0\0\0\0";
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    for spoken in ["", "P", "PRI * HTTP/2.0\r\n\r\n", &format!("{preface}{settings}"), "GET / HT"] {
        let mut wire = Wire::connect(server.address()).await;
        wire.send(spoken).await;
        closed(wire).await;
    }
    assert_serves(server.address()).await;
}

#[tokio::test]
async fn a_client_that_reads_no_answer_is_left() {
    let server = limited(|limits| {
        (limits.silence_timeout, limits.body_timeout) = (SHORT, SHORT);
    })
    .await;
    let mut wire = Wire::connect(server.address()).await;
    let requests: Vec<u8> = (0..1_000).flat_map(|_| good()).collect();
    let asking = async { while wire.send(&requests).await {} };
    tokio::time::timeout(PATIENCE, asking).await.expect("the server closes the connection");
    assert_serves(server.address()).await;
}

#[tokio::test]
async fn a_call_in_progress_outlives_the_silence() {
    let server = limited(|limits| {
        (limits.silence_timeout, limits.body_timeout) = (Duration::from_millis(1), LONG);
    })
    .await;
    let mut wire = Wire::connect(server.address()).await;
    wire.send(format!(
        "POST /v1/sessions/sess_active/revoke HTTP/1.1\r\nhost: localhost\r\n\
         authorization: {KEY}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{{"
    ))
    .await;
    assert_serves(server.address()).await;
    assert_eq!(wire.ask("}").await.expect("an answer").status, 200);
}

#[tokio::test]
async fn no_more_connections_are_served_than_the_limit_says() {
    let server = limited(|limits| limits.max_connections = 2).await;
    let mut first = Wire::connect(server.address()).await;
    let mut second = Wire::connect(server.address()).await;
    for wire in [&mut first, &mut second] {
        assert_eq!(wire.ask(good()).await.expect("an answer").status, 200);
    }
    let mut third = Wire::connect(server.address()).await;
    third.send(good()).await;
    let early = tokio::time::timeout(SHORT / 2, third.answer()).await;
    assert!(early.is_err(), "a third connection is served beside two");
    drop(first);
    let reply = tokio::time::timeout(PATIENCE, third.answer()).await;
    assert_eq!(reply.expect("its turn comes").expect("an answer").status, 200);
    assert_eq!(second.ask(good()).await.expect("an answer").status, 200);
}
