//! Where one request ends and the next begins: nobody is left to guess, so nothing can be smuggled
//! in between.

use crate::attack::ask;
use crate::attack::assert_serves;
use crate::attack::assert_unhurt;
use crate::attack::good;
use crate::support;
use crate::support::calls::KEY;
use crate::support::wire;
use crate::support::wire::Wire;

const SMUGGLED: &str = "DELETE /_standin/state HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// Framings of one `POST` that can be read in two ways, or in none.
const AMBIGUOUS: &[(&str, &str)] = &[
    ("two lengths", "content-length: 2\r\ncontent-length: 3\r\n\r\n{}x"),
    ("a list of lengths", "content-length: 2, 3\r\n\r\n{}x"),
    ("a length with a sign", "content-length: +2\r\n\r\n{}"),
    ("a negative length", "content-length: -2\r\n\r\n{}"),
    ("a hexadecimal length", "content-length: 0x2\r\n\r\n{}"),
    ("a length beyond all numbers", "content-length: 99999999999999999999\r\n\r\n{}"),
    ("a length that is none", "content-length: two\r\n\r\n{}"),
    (
        "a coding that is not last",
        "transfer-encoding: chunked, identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    ),
    ("an unknown coding", "transfer-encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
    ("white space before the colon", "content-length : 2\r\n\r\n{}"),
    ("a folded line", "x-folded: a\r\n b: c\r\ncontent-length: 2\r\n\r\n{}"),
    ("a field without a name", ": x\r\ncontent-length: 2\r\n\r\n{}"),
    ("a field without a colon", "nothing\r\ncontent-length: 2\r\n\r\n{}"),
    ("a carriage return alone", "x-a: b\rcontent-length: 2\r\n\r\n{}"),
    ("a zero byte in a value", "x-a: b\0c\r\ncontent-length: 2\r\n\r\n{}"),
    ("a zero byte in a name", "x\0a: b\r\ncontent-length: 2\r\n\r\n{}"),
];

/// Chunks that no reader may make sense of.
const BROKEN_CHUNKS: &[(&str, &str)] = &[
    ("a size that is none", "zz\r\n{}\r\n0\r\n\r\n"),
    ("a size with a sign", "-2\r\n{}\r\n0\r\n\r\n"),
    ("a size in another notation", "0x2\r\n{}\r\n0\r\n\r\n"),
    ("a size beyond all numbers", "fffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
    ("more than the size says", "2\r\n{}and more\r\n0\r\n\r\n"),
    ("no size at all", "\r\n{}\r\n0\r\n\r\n"),
];

fn framed(framing: &str) -> String {
    format!(
        "POST /v1/sessions HTTP/1.1\r\nhost: localhost\r\nauthorization: {KEY}\r\n\
         content-type: application/json\r\n{framing}"
    )
}

#[tokio::test]
async fn a_request_that_can_be_read_in_two_ways_is_refused_and_the_connection_closed() {
    let server = support::server("clerk").await;
    let state = server.engine().state().await.expect("state");
    for (what, framing) in AMBIGUOUS {
        let mut wire = Wire::connect(server.address()).await;
        wire.send(framed(framing) + SMUGGLED).await;
        let answered = String::from_utf8_lossy(&wire.closed().await).into_owned();
        let count = answered.matches("HTTP/1.1 ").count();
        assert!(count <= 1, "{what} was read on: {answered}");
        assert!(answered.is_empty() || answered.contains(" 400 "), "{what}: {answered}");
    }
    assert_eq!(server.engine().state().await.expect("state"), state);
    assert_serves(server.address()).await;
    assert_unhurt(&server);
}

#[tokio::test]
async fn where_both_lengths_are_sent_nothing_behind_them_is_a_request() {
    let server = support::server("clerk").await;
    // RFC 9112, section 6.1: the coding counts, and the connection is closed after the answer.
    let both = "content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
    for framing in [
        both.to_owned(),
        both.replace("content-length: 4\r\n", "content-length: 4\r\ncontent-length: 5\r\n"),
    ] {
        let mut wire = Wire::connect(server.address()).await;
        wire.send(framed(&framing) + SMUGGLED).await;
        let answered = String::from_utf8_lossy(&wire.closed().await).into_owned();
        assert!(!answered.contains(" 204 "), "the smuggled call was served: {answered}");
    }
    assert_serves(server.address()).await;
}

#[tokio::test]
async fn a_body_whose_chunks_are_broken_is_told_and_nothing_behind_it_is_a_request() {
    let server = support::server("clerk").await;
    for (what, chunks) in BROKEN_CHUNKS {
        let mut wire = Wire::connect(server.address()).await;
        let framing = format!("transfer-encoding: chunked\r\n\r\n{chunks}");
        wire.send(framed(&framing) + SMUGGLED).await;
        let answered = String::from_utf8_lossy(&wire.closed().await).into_owned();
        assert!(!answered.contains(" 204 "), "{what}: the smuggled call was served: {answered}");
        assert!(answered.contains(" 400 "), "{what}: {answered}");
        assert!(answered.contains("request_body_invalid"), "{what}: {answered}");
    }
    assert_serves(server.address()).await;
    assert_unhurt(&server);
}

#[tokio::test]
async fn requests_in_one_breath_are_answered_in_their_order() {
    const BREATH: usize = 100;
    let server = support::server("clerk").await;
    let mut wire = Wire::connect(server.address()).await;
    let one = |number: usize| {
        let call = format!("GET /v1/sessions/sess_{number}");
        wire::request(&call, &format!("authorization: {KEY}\r\n"), "")
    };
    for breath in 0..5 {
        let numbers = breath * BREATH..(breath + 1) * BREATH;
        let requests: Vec<u8> = numbers.clone().flat_map(one).collect();
        assert!(wire.send(requests).await, "the server reads on");
        for number in numbers {
            let reply = wire.answer().await.expect("each is answered");
            assert!(reply.body.contains(&format!("id sess_{number}\"")), "{}", reply.body);
        }
    }
}

#[tokio::test]
async fn a_request_names_one_host_and_the_target_has_the_last_word() {
    let server = support::server("clerk").await;
    let call = "GET /v1/sessions/sess_active";
    let key = format!("authorization: {KEY}\r\n\r\n");
    let cases = [
        (format!("{call} HTTP/1.1\r\n{key}"), 400),
        (format!("{call} HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\n{key}"), 400),
        (format!("{call} HTTP/1.1\r\nhost: localhost\r\n{key}"), 200),
        (format!("{call} HTTP/1.0\r\n{key}"), 200),
    ];
    for (request, status) in cases {
        let reply = ask(server.address(), &request).await.expect("an answer");
        assert_eq!(reply.status, status, "{request}");
    }
    let absolute =
        format!("GET http://api.example/v1/sessions/sess_active HTTP/1.1\r\nhost: x\r\n{key}");
    assert_eq!(ask(server.address(), absolute).await.expect("an answer").status, 200);
    let journalled = server.engine().journal().last().expect("the call is journalled");
    assert_eq!(journalled.request.headers["host"], "api.example");
    assert_eq!(ask(server.address(), good()).await.expect("an answer").status, 200);
}

#[tokio::test]
async fn what_is_no_request_line_of_http_is_refused() {
    let server = support::server("clerk").await;
    let lines = [
        "\0\0\0\0\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{fc}\u{3}\u{3}\r\n\r\n",
        "GET\r\n\r\n",
        "GET /a b HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /a\tb HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /a\0b HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET / HTTP/9.9\r\nhost: x\r\n\r\n",
        "G\u{e9}T / HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET / http/1.1\r\nhost: x\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
    ];
    for line in lines {
        let mut wire = Wire::connect(server.address()).await;
        wire.send(line).await;
        let answered = String::from_utf8_lossy(&wire.closed().await).into_owned();
        assert!(answered.is_empty() || answered.contains(" 400 "), "{line:?}: {answered}");
    }
    for target in ["*", "http://x", "http://x/", "x:1", "//", "/?", "/%", "/#x", "/\u{e9}"] {
        for method in ["GET", "OPTIONS", "CONNECT", "TRACE", "BREW"] {
            let request = format!("{method} {target} HTTP/1.1\r\nhost: x\r\n\r\n");
            let reply = ask(server.address(), &request).await;
            let status = reply.map_or(400, |reply| reply.status);
            assert!((400..500).contains(&status), "{request}: {status}");
        }
    }
    assert_serves(server.address()).await;
    assert_unhurt(&server);
}
