//! The end of a server: asked for once, heard by everybody who waits for it.

use std::sync::Arc;

use tokio::sync::watch;

/// A request to stop, shared by whoever may make it and whoever must hear it.
#[derive(Clone, Debug)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Stop {
    /// Asks everybody to stop.
    pub fn ask(&self) {
        self.0.send_replace(true);
    }

    /// Whether somebody asked.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until somebody asks.
    pub async fn wait(&self) {
        let mut receiver = self.0.subscribe();
        // The sender lives in `self`, so waiting can not fail.
        let _ = receiver.wait_for(|asked| *asked).await;
    }
}
