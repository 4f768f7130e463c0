//! Traffic that means harm. Whatever comes, the answer is the API's own error, the status that
//! HTTP demands or a closed connection; memory stays flat, nothing panics, and the next call is
//! served.

mod bodies;
mod crowds;
mod echoes;
mod framing;
mod headers;
mod http2;
mod large;
mod outage;
mod slow;

use std::net::SocketAddr;

use standin::Server;
use standin::finding::Blame;

use crate::support::calls::KEY;
use crate::support::process::Running;
use crate::support::wire;
use crate::support::wire::Reply;
use crate::support::wire::Wire;

/// A call that every server of Clerk's answers 200.
fn good() -> Vec<u8> {
    wire::request("GET /v1/sessions/sess_active", &format!("authorization: {KEY}\r\n"), "")
}

/// The answer to bytes on a connection of their own; `None` where it is closed without one.
async fn ask(address: SocketAddr, bytes: impl AsRef<[u8]>) -> Option<Reply> {
    Wire::connect(address).await.ask(bytes).await
}

/// Whoever comes after an attack is served as if nothing had happened.
async fn assert_serves(address: SocketAddr) {
    let reply = ask(address, good()).await.expect("the next call is answered");
    assert_eq!(reply.status, 200, "{}", reply.body);
}

/// Nothing that came was standin's fault.
fn assert_unhurt(server: &Server) {
    let findings = server.findings();
    let own: Vec<_> =
        findings.all().iter().filter(|finding| finding.blame == Blame::Standin).collect();
    assert!(own.is_empty(), "standin was wrong: {own:#?}");
}

/// A server in a process of its own, whose memory and last words are looked at.
struct Victim {
    running: Running,
    address: SocketAddr,
}

impl Victim {
    fn start() -> Self {
        Self::of(Running::told(&["serve", "clerk", "-p", "0", "--format", "json"]))
    }

    fn of(running: Running) -> Self {
        let authority = running.url.strip_prefix("http://").expect("an http URL");
        let address = authority.parse().expect("an address");
        Self { running, address }
    }

    /// A figure of the process's memory in KiB: `VmRSS` now, `VmHWM` at the most.
    fn memory(&self, figure: &str) -> u64 {
        let path = format!("/proc/{}/status", self.running.id());
        let status =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let line = status.lines().find(|line| line.starts_with(figure)).expect("the figure");
        let words: Vec<&str> = line.split_whitespace().collect();
        words[1].parse().expect("KiB")
    }

    /// Does something to it; afterwards it has grown by less than `mebibytes` at any time, serves,
    /// and has not panicked, and it ends as it should.
    async fn outlives(self, mebibytes: u64, attack: impl AsyncFnOnce(SocketAddr)) {
        assert_serves(self.address).await;
        let before = self.memory("VmHWM");
        attack(self.address).await;
        assert_serves(self.address).await;
        let grown = (self.memory("VmHWM") - before) / 1024;
        assert!(grown < mebibytes, "memory grew by {grown} MiB");
        self.running.signal("TERM");
        let (code, told) = self.running.end_told();
        assert!(!told.contains("panicked"), "{told}");
        assert!([0, 1].contains(&code), "it ended with {code}: {told}");
    }
}
