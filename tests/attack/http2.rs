//! HTTP/2 by hand, frame by frame: streams that are taken back at once, headers without end,
//! targets that a browser would never send.

use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::attack::Victim;
use crate::attack::assert_serves;

/// How long a test waits for what must come, on the busiest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a client of HTTP/2 says first, with empty settings.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// Types of frames (RFC 9113, section 6).
const HEADERS: u8 = 0x1;
const RST_STREAM: u8 = 0x3;
const GOAWAY: u8 = 0x7;
const CONTINUATION: u8 = 0x9;

/// Flags of `HEADERS`.
const END_STREAM: u8 = 0x1;
const END_HEADERS: u8 = 0x4;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a frame is small").to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// A field in HPACK, neither indexed nor compressed (RFC 7541, section 6.2.2).
fn field(name: &str, value: &str) -> Vec<u8> {
    let mut field = vec![0];
    for text in [name, value] {
        let length = u8::try_from(text.len()).ok().filter(|length| *length < 127);
        field.push(length.expect("a short text"));
        field.extend(text.as_bytes());
    }
    field
}

fn get(path: &str, authority: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let pseudo =
        [(":method", "GET"), (":scheme", "http"), (":path", path), (":authority", authority)];
    pseudo.iter().chain(more).flat_map(|(name, value)| field(name, value)).collect()
}

/// Whether the server says that it is enough, or just closes; it has to do either.
async fn is_ended(stream: &mut TcpStream) -> bool {
    let mut received = Vec::new();
    let reading = stream.read_to_end(&mut received);
    // A reset is an end, too.
    let ended = tokio::time::timeout(PATIENCE, reading).await.is_ok();
    ended && (received.is_empty() || kinds(&received).contains(&GOAWAY))
}

/// The types of the frames in some bytes.
fn kinds(mut bytes: &[u8]) -> Vec<u8> {
    let mut kinds = Vec::new();
    while let [a, b, c, kind, rest @ ..] = bytes {
        kinds.push(*kind);
        let length = u32::from_be_bytes([0, *a, *b, *c]) as usize;
        bytes = rest.get(5 + length..).unwrap_or_default();
    }
    kinds
}

/// Writes for as long as the server takes it; how many bytes that were.
async fn flood(stream: &mut TcpStream, frames: impl Iterator<Item = Vec<u8>>) -> usize {
    let mut taken = 0;
    for bytes in frames {
        if stream.write_all(&bytes).await.is_err() {
            break;
        }
        taken += bytes.len();
    }
    taken
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_streams_that_are_taken_back_at_once_end_the_connection() {
    const RESETS: u32 = 10_000;
    let victim = Victim::start();
    victim
        .outlives(32, async |address| {
            let mut stream = TcpStream::connect(address).await.expect("the server accepts");
            let block = get("/v1/sessions/sess_active", "localhost", &[]);
            let pairs = (0..RESETS).map(|number| {
                let id = 2 * number + 1;
                let begun = frame(HEADERS, END_STREAM | END_HEADERS, id, &block);
                [begun, frame(RST_STREAM, 0, id, &8_u32.to_be_bytes())].concat()
            });
            stream.write_all(PREFACE).await.expect("the server reads");
            // All in one piece, so that the server sees many before it can answer one.
            let pairs: Vec<u8> = pairs.flatten().collect();
            flood(&mut stream, pairs.chunks(1 << 16).map(<[u8]>::to_vec)).await;
            assert!(is_ended(&mut stream).await, "the server bears it without end");
        })
        .await;
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn header_blocks_without_end_end_the_connection() {
    const MEBIBYTE: usize = 1 << 20;
    let victim = Victim::start();
    victim
        .outlives(32, async |address| {
            for payload in [Vec::new(), field("x-more", &"x".repeat(100)).repeat(100)] {
                let mut stream = TcpStream::connect(address).await.expect("the server accepts");
                let block = get("/v1/sessions/sess_active", "localhost", &[]);
                let begun = [PREFACE.to_vec(), frame(HEADERS, END_STREAM, 1, &block)].concat();
                stream.write_all(&begun).await.expect("the server reads");
                let piece = frame(CONTINUATION, 0, 1, &payload);
                let pieces = std::iter::repeat_n(piece.clone(), 64 * MEBIBYTE / piece.len());
                let taken = flood(&mut stream, pieces).await;
                assert!(taken < 32 * MEBIBYTE, "{taken} bytes of one header block are taken");
                assert!(is_ended(&mut stream).await, "the server bears it without end");
            }
        })
        .await;
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_that_break_the_protocol_end_the_connection() {
    let victim = Victim::start();
    victim
        .outlives(32, async |address| {
            let block = get("/v1/sessions/sess_active", "localhost", &[]);
            let broken = [
                frame(HEADERS, END_STREAM | END_HEADERS, 0, &block),
                frame(HEADERS, END_STREAM | END_HEADERS, 2, &block),
                frame(HEADERS, END_STREAM | END_HEADERS, 1, &[0xff; 40]),
                frame(CONTINUATION, END_HEADERS, 1, &block),
                frame(RST_STREAM, 0, 1, &[0; 3]),
                vec![0xff; 9],
            ];
            for bytes in broken {
                let mut stream = TcpStream::connect(address).await.expect("the server accepts");
                stream.write_all(&[PREFACE, &bytes].concat()).await.expect("the server reads");
                assert!(is_ended(&mut stream).await, "{bytes:?} is borne");
                assert_serves(address).await;
            }
        })
        .await;
}
