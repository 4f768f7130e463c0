//! Content of any size, and other protocols: what passes by is never kept.

use std::fs;
use std::time::Duration;

use standin::engine::Passing;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::proxy::PETS;
use crate::proxy::before;
use crate::proxy::impatient;
use crate::proxy::proxy;
use crate::proxy::raw;
use crate::proxy::start;
use crate::support::process::Running;
use crate::support::process::standin;
use crate::support::wire::Wire;

/// How much is sent: more than anybody keeps.
const LENGTH: usize = 200 * 1024 * 1024;

/// How much more memory a proxy may use at its peak, in KiB: less than a quarter of what passes.
const MOST_KIB: u64 = 48 * 1024;

/// The most memory that a process ever had, in KiB.
fn peak(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("the process runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    line.trim().trim_end_matches(" kB").trim().parse().expect("a number")
}

/// Sends as much as that.
async fn pour(stream: &mut TcpStream) {
    let piece = vec![b'x'; 64 * 1024];
    for _ in 0..LENGTH / piece.len() {
        stream.write_all(&piece).await.expect("all is taken");
    }
}

/// Reads on until as much as that has come behind the header section.
async fn drain(stream: &mut TcpStream) {
    let (mut piece, mut head) = (vec![0; 256 * 1024], Vec::new());
    let mut left = loop {
        let read = stream.read(&mut piece).await.expect("more comes");
        assert!(read > 0, "{}", String::from_utf8_lossy(&head));
        head.extend_from_slice(&piece[..read]);
        if let Some(end) = head.windows(4).position(|part| part == b"\r\n\r\n") {
            break LENGTH - (head.len() - end - 4);
        }
    };
    while left > 0 {
        let read = stream.read(&mut piece).await.expect("more comes");
        assert!(read > 0, "{left} bytes are missing");
        left -= read;
    }
}

#[tokio::test]
async fn content_of_any_size_streams_in_both_directions_with_flat_memory() {
    let upstream = raw(|mut stream| async move {
        let mut first = [0; 1];
        stream.peek(&mut first).await.expect("a request");
        if first == *b"P" {
            drain(&mut stream).await;
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
        } else {
            let mut request = [0; 1024];
            let _ = stream.read(&mut request).await;
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\n\
                 content-length: {LENGTH}\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).await.expect("all is taken");
            pour(&mut stream).await;
        }
    })
    .await;
    let url = format!("http://{upstream}");
    let mut command = standin(&["proxy", PETS, &url, "-p", "0"]);
    let running = Running::spawn(command.env("STANDIN_FORMAT", "json"));
    let address = running.url.trim_start_matches("http://").to_owned();
    let before = peak(running.id());

    let mut stream = TcpStream::connect(&address).await.expect("the proxy accepts");
    let fields = "host: x\r\ncontent-type: application/octet-stream";
    let head = format!("PUT /file HTTP/1.1\r\n{fields}\r\ncontent-length: {LENGTH}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("the head is taken");
    pour(&mut stream).await;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 204");

    let mut stream = TcpStream::connect(&address).await.expect("the proxy accepts");
    stream.write_all(b"GET /file HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("all is taken");
    drain(&mut stream).await;
    let grown = peak(running.id()) - before;
    assert!(grown < MOST_KIB, "{LENGTH} bytes made {grown} KiB");
}

#[tokio::test]
async fn events_arrive_while_there_may_always_be_more() {
    let upstream = raw(|mut stream| async move {
        let mut request = [0; 1024];
        let _ = stream.read(&mut request).await;
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                    transfer-encoding: chunked\r\n\r\n7\r\ndata: 1\r\n";
        let _ = stream.write_all(head.as_bytes()).await;
        std::future::pending::<()>().await;
    })
    .await;
    let proxy = proxy(upstream).await;
    let mut stream = TcpStream::connect(proxy.address()).await.expect("the proxy accepts");
    stream.write_all(b"GET /events HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("all is taken");
    let mut received = Vec::new();
    let arriving = async {
        while !received.windows(7).any(|part| part == b"data: 1") {
            assert!(stream.read_buf(&mut received).await.expect("more comes") > 0);
        }
    };
    tokio::time::timeout(Duration::from_secs(10), arriving).await.expect("the event arrives");
}

#[tokio::test]
async fn another_protocol_is_spoken_through_the_proxy_once_both_sides_agree() {
    let upstream = raw(|mut stream| async move {
        let mut request = vec![0; 1024];
        let read = stream.read(&mut request).await.expect("a request");
        let request = String::from_utf8_lossy(&request[..read]).to_ascii_lowercase();
        assert!(request.contains("connection: upgrade") && request.contains("upgrade: websocket"));
        assert!(request.contains("sec-websocket-key: abc"), "{request}");
        let answer = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\n\
                      upgrade: websocket\r\nsec-websocket-accept: xyz\r\n\r\nhello";
        let _ = stream.write_all(answer.as_bytes()).await;
        let (mut reader, mut writer) = stream.split();
        let _ = tokio::io::copy(&mut reader, &mut writer).await;
    })
    .await;
    let builder = before(&format!("http://{upstream}"), Passing::default()).limits(impatient());
    let proxy = start(builder).await;
    let mut wire = Wire::connect(proxy.address()).await;
    let fields = "host: x\r\nconnection: keep-alive, Upgrade\r\nupgrade: websocket\r\n\
                  sec-websocket-key: abc\r\n\r\n";
    let answer = wire.ask(format!("GET /socket HTTP/1.1\r\n{fields}")).await.expect("an answer");
    assert_eq!((answer.status, answer.header("upgrade")), (101, "websocket"));
    assert_eq!(answer.header("sec-websocket-accept"), "xyz");
    // Longer than anybody waits for a call.
    tokio::time::sleep(Duration::from_millis(700)).await;
    wire.send("frame").await;
    let echoed = tokio::time::timeout(Duration::from_secs(5), wire.received(10)).await;
    assert_eq!(echoed.expect("an echo"), b"helloframe");
}

#[tokio::test]
async fn an_upgrade_that_is_refused_is_an_answer_like_any_other() {
    let upstream = raw(|mut stream| async move {
        let mut request = [0; 1024];
        let _ = stream.read(&mut request).await;
        let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno").await;
    })
    .await;
    let proxy = proxy(upstream).await;
    let mut wire = Wire::connect(proxy.address()).await;
    let fields = "host: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
    let answer = wire.ask(format!("GET /socket HTTP/1.1\r\n{fields}")).await.expect("an answer");
    assert_eq!((answer.status, &*answer.body), (403, "no"));
}
