//! Noticing connections on which nothing happens.
//!
//! hyper bounds the time that a header section takes, but not the time until it knows which
//! version of HTTP is spoken, nor that of an HTTP/2 connection without streams, nor that of a
//! client that does not read. Whether calls begin covers them all, and costs a call no more than
//! counting it.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// The calls that began on one connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls(Arc<AtomicU64>);

impl Calls {
    /// Counts a call that begins.
    pub(super) fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Waits until no call has begun for `limit`, and for twice that at most.
    pub(super) async fn silence(&self, limit: Duration) {
        let mut seen = self.0.load(Ordering::Relaxed);
        loop {
            tokio::time::sleep(limit).await;
            let now = self.0.load(Ordering::Relaxed);
            if now == seen {
                return;
            }
            seen = now;
        }
    }
}
