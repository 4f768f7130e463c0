//! When standin itself goes wrong, or is told to end while somebody is talking.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use standin::engine::Listener;
use standin::finding::Blame;
use standin::message::Exchange;

use crate::attack::Victim;
use crate::attack::ask;
use crate::attack::assert_serves;
use crate::attack::good;
use crate::support;
use crate::support::calls::KEY;
use crate::support::wire;
use crate::support::wire::Wire;

/// Panics at the first exchange that it hears.
#[derive(Debug, Default)]
struct Fragile(AtomicBool);

impl Listener for Fragile {
    fn hear(&self, _exchange: &Exchange) {
        assert!(self.0.swap(true, Ordering::Relaxed), "the first exchange is too much");
    }
}

#[tokio::test]
async fn a_panic_is_500_and_a_finding_and_the_next_call_on_the_connection_is_served() {
    let server =
        support::start(support::builder("clerk").listen(Arc::new(Fragile::default()))).await;
    let mut wire = Wire::connect(server.address()).await;
    assert_eq!(wire.ask(good()).await.expect("an answer").status, 500);
    assert_eq!(wire.ask(good()).await.expect("an answer").status, 200);
    assert_serves(server.address()).await;
    let findings = server.findings();
    let own: Vec<&str> = findings
        .all()
        .iter()
        .filter(|finding| finding.blame == Blame::Standin)
        .map(|finding| finding.rule)
        .collect();
    assert_eq!(own, ["answer-failed"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_lets_the_call_in_progress_end_and_takes_no_other() {
    let Victim { running, address } = Victim::start();
    let mut slow = Wire::connect(address).await;
    slow.send(format!(
        "POST /v1/sessions/sess_active/revoke HTTP/1.1\r\nhost: localhost\r\n\
         authorization: {KEY}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{{"
    ))
    .await;
    assert_serves(address).await;
    let stop = wire::request("POST /_standin/stop", "", "");
    assert_eq!(ask(address, stop).await.expect("an answer").status, 202);
    // The listener is closed as soon as the stop is heard; until then a call is still answered.
    while tokio::net::TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    let reply = slow.ask("}").await.expect("the call in progress ends");
    assert_eq!((reply.status, &reply.json()["status"]), (200, &"revoked".into()));
    let (code, told) = running.end_told();
    assert_eq!((code, told.contains("panicked")), (0, false), "{told}");
}
