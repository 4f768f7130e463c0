//! A gigabyte as body: refused without being kept, whether its length is announced or not.

use std::net::SocketAddr;

use crate::attack::Victim;
use crate::attack::assert_serves;
use crate::support::calls::KEY;
use crate::support::wire::Reply;
use crate::support::wire::Wire;

const GIBIBYTE: usize = 1 << 30;

const PIECE: usize = 1 << 20;

/// Sends a gigabyte for as long as it is taken; the answer, if one comes.
async fn flood(address: SocketAddr, call: &str, chunked: bool) -> Option<Reply> {
    let mut wire = Wire::connect(address).await;
    let framing = match chunked {
        true => "transfer-encoding: chunked".to_owned(),
        false => format!("content-length: {GIBIBYTE}"),
    };
    let head = format!(
        "{call} HTTP/1.1\r\nhost: localhost\r\nauthorization: {KEY}\r\n\
         content-type: application/json\r\n{framing}\r\n\r\n"
    );
    wire.send(head).await;
    let mut piece = Vec::new();
    if chunked {
        piece.extend(format!("{PIECE:x}\r\n").into_bytes());
    }
    piece.extend(vec![b' '; PIECE]);
    if chunked {
        piece.extend(b"\r\n");
    }
    for _ in 0..GIBIBYTE / PIECE {
        if !wire.send(&piece).await {
            break;
        }
    }
    if chunked {
        wire.send("0\r\n\r\n").await;
    }
    wire.answer().await
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gigabyte_is_refused_and_not_kept() {
    let cases = [
        ("POST /v1/sessions", Some(("/errors/0/code", "request_body_too_large"))),
        ("PUT /_standin/state", Some(("/type", "urn:standin:problem:request-body-too-large"))),
        // Nobody reads what a call has no use for.
        ("GET /v1/sessions/sess_active", None),
    ];
    let victim = Victim::start();
    victim
        .outlives(48, async |address| {
            for (call, refused) in cases {
                for chunked in [false, true] {
                    let reply = flood(address, call, chunked).await;
                    // A client that only sends may be cut off before it looks for an answer.
                    if let (Some(reply), Some((place, code))) = (&reply, refused) {
                        assert_eq!(reply.status, 413, "{call}: {}", reply.body);
                        let body = reply.json();
                        assert_eq!(body.pointer(place).expect("a code"), code, "{call}");
                    }
                    assert_serves(address).await;
                }
            }
        })
        .await;
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_waits_for_leave_is_told_before_it_sends() {
    let victim = Victim::start();
    victim
        .outlives(16, async |address| {
            let mut wire = Wire::connect(address).await;
            let head = format!(
                "POST /v1/sessions HTTP/1.1\r\nhost: localhost\r\nauthorization: {KEY}\r\n\
                 content-type: application/json\r\nexpect: 100-continue\r\n\
                 content-length: {GIBIBYTE}\r\n\r\n"
            );
            let reply = wire.ask(head).await.expect("an answer, and no leave to go on");
            assert_eq!(reply.status, 413, "{}", reply.head);
        })
        .await;
}
