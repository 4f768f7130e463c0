//! The server: an engine behind a socket, with its control surface.
//!
//! A test starts one in two lines on a free port; dropping it stops it.

pub mod admin;
mod bind;
mod builder;
mod compact;
mod cors;
mod door;
mod forward;
mod http;
mod limits;
mod recording;
pub mod stop;

use std::net::SocketAddr;
use std::sync::Arc;

pub use bind::BindError;
pub use builder::Builder;
pub use builder::StartError;
pub use limits::Limits;
pub use stop::Stop;

use crate::engine::Engine;
use crate::finding::Finding;
use crate::finding::Level;
use crate::tape::record::Recorder;

/// A running server.
///
/// # Examples
///
/// ```
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// # runtime.block_on(async {
/// let server = standin::Server::builder().api("clerk").start().await?;
/// assert!(server.url("/v1").starts_with("http://127.0.0.1:"));
/// server.findings().assert_none();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Server {
    engine: Arc<Engine>,
    address: SocketAddr,
    is_secret: bool,
    control: Option<SocketAddr>,
    stop: Stop,
    tasks: Vec<tokio::task::JoinHandle<()>>,
    recorders: Vec<Arc<Recorder>>,
}

impl Server {
    /// Begins to describe a server.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The address that clients are told.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address as URL, with `path` behind it.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        url(self.is_secret, self.address, path)
    }

    /// The control surface as URL; `None` where it is closed.
    #[must_use]
    pub fn control_url(&self) -> Option<String> {
        self.control.map(|address| url(self.is_secret, address, "/_standin/"))
    }

    /// The engine behind the socket: journal, clock, state.
    #[must_use]
    pub const fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// What was found so far.
    #[must_use]
    pub fn findings(&self) -> Findings {
        Findings(self.engine.total_findings().0)
    }

    /// What asks this server to stop, from wherever.
    #[must_use]
    pub const fn stopper(&self) -> &Stop {
        &self.stop
    }

    /// Waits until somebody asked for the stop and every call that ran has ended.
    pub async fn wait(mut self) {
        self.stop.wait().await;
        for task in self.tasks.drain(..) {
            let _ = task.await;
        }
        for recorder in std::mem::take(&mut self.recorders) {
            let finishing = tokio::task::spawn_blocking(move || recorder.finish());
            if let Ok(Err(error)) = finishing.await {
                self.engine.unrecorded(&error.to_string());
            }
        }
    }

    /// Stops: accepts nothing more, and lets what runs finish.
    pub async fn stop(self) {
        self.stop.ask();
        self.wait().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.ask();
    }
}

/// The URL of an address that clients can call.
fn url(is_secret: bool, address: SocketAddr, path: &str) -> String {
    let host = match address {
        SocketAddr::V4(address) if address.ip().is_unspecified() => "127.0.0.1".to_owned(),
        SocketAddr::V4(address) => address.ip().to_string(),
        SocketAddr::V6(address) if address.ip().is_unspecified() => "[::1]".to_owned(),
        SocketAddr::V6(address) => format!("[{}]", address.ip()),
    };
    let scheme = if is_secret { "https" } else { "http" };
    format!("{scheme}://{host}:{}{path}", address.port())
}

/// What was found, for a test to look at.
#[derive(Clone, Debug)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// All of them, worst first.
    #[must_use]
    pub fn all(&self) -> &[Finding] {
        &self.0
    }

    /// Fails the test if there is a finding above level info.
    ///
    /// # Panics
    ///
    /// When there is one; the message lists them all.
    pub fn assert_none(&self) {
        let broken: Vec<String> = self
            .0
            .iter()
            .filter(|finding| finding.level > Level::Info)
            .map(|finding| {
                format!(
                    "{}[{}] {} {}: {}",
                    finding.level,
                    finding.rule,
                    finding.operation.as_deref().unwrap_or("-"),
                    finding.instance,
                    finding.title
                )
            })
            .collect();
        assert!(broken.is_empty(), "standin found:\n{}", broken.join("\n"));
    }
}
