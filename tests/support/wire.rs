//! HTTP/1.1 by hand over one connection that stays open: for tests that send what no client would,
//! or so much of it that a client's own work would count.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// One connection.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: TcpStream,
    /// What came in and was not taken yet.
    received: Vec<u8>,
}

/// An answer, whole.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Status line and header fields, as they came.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    /// The content as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The value of a header field; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.into_iter().find(|(field, _)| *field == name).map_or("", |(_, value)| value)
    }
}

impl Wire {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server accepts");
        stream.set_nodelay(true).expect("a socket takes options");
        Self { stream, received: Vec::new() }
    }

    /// Sends bytes; whether the server still took them.
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).await.is_ok()
    }

    /// The next answer to anything but `HEAD`, which announces content that never comes; `None`
    /// where the connection ends before one is whole.
    pub(crate) async fn answer(&mut self) -> Option<Reply> {
        let end = loop {
            if let Some(end) = find(&self.received, b"\r\n\r\n") {
                break end + 4;
            }
            self.receive().await?;
        };
        let head = String::from_utf8_lossy(&self.received[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok())?;
        let length = head.lines().filter_map(|line| line.split_once(": "));
        let length = length.into_iter().find(|(name, _)| *name == "content-length");
        let length: usize = length.map_or(0, |(_, value)| value.parse().expect("a length"));
        while self.received.len() < end + length {
            self.receive().await?;
        }
        let body = String::from_utf8_lossy(&self.received[end..end + length]).into_owned();
        self.received.drain(..end + length);
        Some(Reply { status, head, body })
    }

    /// Sends and waits for the answer.
    pub(crate) async fn ask(&mut self, bytes: impl AsRef<[u8]>) -> Option<Reply> {
        self.send(bytes).await;
        self.answer().await
    }

    /// Waits until the server closes the connection; what it sent before.
    pub(crate) async fn closed(mut self) -> Vec<u8> {
        while self.receive().await.is_some() {}
        self.received
    }

    /// Waits until so many bytes have come.
    pub(crate) async fn received(&mut self, count: usize) -> &[u8] {
        while self.received.len() < count && self.receive().await.is_some() {}
        &self.received
    }

    async fn receive(&mut self) -> Option<()> {
        let read = self.stream.read_buf(&mut self.received).await.ok()?;
        (read > 0).then_some(())
    }
}

/// A request; `headers` are whole lines, each with its end.
pub(crate) fn request(call: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("{call} HTTP/1.1\r\nhost: localhost\r\n{headers}content-length: {length}\r\n\r\n{body}")
        .into_bytes()
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}
