//! An upstream that does not answer, or not to the end.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::Method;
use standin::Server;
use standin::engine::Passing;
use standin::finding::Blame;
use standin::finding::Level;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::io::copy_bidirectional;
use tokio::net::TcpStream;

use crate::proxy::before;
use crate::proxy::found;
use crate::proxy::impatient;
use crate::proxy::listener;
use crate::proxy::raw;
use crate::proxy::start;
use crate::support::calls::call_as_stranger;
use crate::support::calls::json_of;

/// The finding of every such call.
const FAILED: (&str, Level, Blame) = ("upstream-failed", Level::Error, Blame::Server);

/// An upstream that reads a request, sends this, and then lets the client wait or closes.
async fn sending(text: &'static str, waits: bool) -> SocketAddr {
    raw(move |mut stream| async move {
        let mut request = [0; 1024];
        let _ = stream.read(&mut request).await;
        let _ = stream.write_all(text.as_bytes()).await;
        if waits {
            std::future::pending::<()>().await;
        }
    })
    .await
}

async fn impatient_proxy(upstream: &str) -> Server {
    start(before(upstream, Passing::default()).limits(impatient())).await
}

#[tokio::test]
async fn whoever_gets_no_answer_is_told_why() {
    const HEAD: &str =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n";
    let (nobody, gone) = listener().await;
    drop(nobody);
    let reset = raw(|stream| async move {
        let _ = stream.set_zero_linger();
    });
    let (body, slow_body) = (format!("{HEAD}{{"), format!("{HEAD}{{"));
    let table = [
        (format!("http://{gone}"), 502, "cannot connect to"),
        ("http://no-such-host.invalid".to_owned(), 502, "is not known"),
        (format!("http://{}", reset.await), 502, "reset"),
        (format!("http://{}", sending("", false).await), 502, "closed the connection"),
        (format!("http://{}", sending("HTTP/1.1 200", false).await), 502, "closed"),
        (format!("http://{}", sending("SSH-2.0-OpenSSH\r\n\r\n", false).await), 502, "HTTP"),
        (format!("http://{}", sending(body.leak(), false).await), 502, "before"),
        (format!("http://{}", sending("", true).await), 504, "nothing came within"),
        (format!("http://{}", sending(slow_body.leak(), true).await), 504, "nothing more came"),
    ];
    for (upstream, status, reason) in table {
        let proxy = impatient_proxy(&upstream).await;
        let answer = call_as_stranger(&proxy, Method::GET, "/pets/1", &[], "").await;
        assert_eq!(answer.status().as_u16(), status, "{upstream}: {reason}");
        let problem = json_of(answer).await;
        let title = problem["title"].as_str().unwrap_or_default();
        assert!(title.contains(reason), "{upstream}: {title}");
        assert_eq!(problem["status"], status, "{problem}");
        assert_eq!(found(&proxy), [FAILED], "{upstream}");
    }
}

#[tokio::test]
async fn a_call_that_comes_back_is_not_sent_round_again() {
    let (listener, address) = listener().await;
    let proxy = start(before(&format!("http://{address}"), Passing::default())).await;
    let own = proxy.url("").trim_start_matches("http://").to_owned();
    // The way to the upstream leads back to the proxy.
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut back = TcpStream::connect(&own).await.expect("the proxy listens");
            tokio::spawn(async move { copy_bidirectional(&mut stream, &mut back).await });
        }
    });
    let answer = call_as_stranger(&proxy, Method::GET, "/pets/1", &[], "").await;
    assert_eq!(answer.status().as_u16(), 502);
    let problem = json_of(answer).await;
    let title = problem["title"].as_str().unwrap_or_default();
    assert!(title.contains("the call came back"), "{title}");
    assert!(found(&proxy).contains(&FAILED), "{:?}", found(&proxy));
}

#[tokio::test]
async fn an_answer_that_breaks_off_while_it_passes_breaks_off_and_is_found() {
    const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\n\
                        content-length: 9\r\n\r\nabc";
    for waits in [false, true] {
        let proxy = impatient_proxy(&format!("http://{}", sending(HEAD, waits).await)).await;
        let answer = call_as_stranger(&proxy, Method::GET, "/file", &[], "").await;
        assert_eq!(answer.status(), 200);
        assert!(answer.bytes().await.is_err(), "the client sees that there should be more");
        let unread = ("not-judged", Level::Info, Blame::Server);
        assert_eq!(found(&proxy), [unread, FAILED], "{waits}");
    }
}

#[tokio::test]
async fn a_long_upload_is_no_silence() {
    let upstream = raw(|mut stream| async move {
        let mut received = Vec::new();
        while !received.ends_with(b"end") {
            let _ = stream.read_buf(&mut received).await;
        }
        let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
    })
    .await;
    let proxy = impatient_proxy(&format!("http://{upstream}")).await;
    let mut wire = crate::support::wire::Wire::connect(proxy.address()).await;
    let fields = "host: x\r\ncontent-type: application/octet-stream\r\ncontent-length: 13\r\n\r\n";
    wire.send(format!("PUT /file HTTP/1.1\r\n{fields}")).await;
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        wire.send("x").await;
    }
    assert_eq!(wire.ask("end").await.expect("an answer").status, 204);
    proxy.findings().assert_none();
}
