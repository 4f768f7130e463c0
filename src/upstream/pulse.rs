//! Noticing that nothing happens any more: on a connection, or in a call that passes by.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// A count that goes up while something happens, shared by whoever counts and whoever waits.
///
/// A beat costs no more than counting it, where a timer that is set anew would cost a lock.
#[derive(Clone, Debug, Default)]
pub struct Pulse(Arc<AtomicU64>);

impl Pulse {
    /// Something happened.
    pub fn beat(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Waits until nothing has happened for `limit`, and for twice that at most.
    pub async fn silence(&self, limit: Duration) {
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
