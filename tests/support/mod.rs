//! What tests of several capabilities share: a server at a fixed instant, and how to call it.

pub(crate) mod calls;
pub(crate) mod plays;
pub(crate) mod process;
pub(crate) mod wire;

use standin::Server;
use standin::clock::Instant;
use standin::server::Builder;

/// The instant at which every test begins: 2026-01-01T00:00:00Z.
pub(crate) const START: &str = "2026-01-01T00:00:00Z";

/// A server of one API or family: any free port, seed 0, the clock standing at [`START`].
pub(crate) async fn server(api: &str) -> Server {
    start(builder(api)).await
}

/// The same, before it is started.
pub(crate) fn builder(api: &str) -> Builder {
    Server::builder().api(api).fixed_clock(start_instant())
}

/// Starts a server that must start.
pub(crate) async fn start(builder: Builder) -> Server {
    builder.start().await.expect("the server starts")
}

/// [`START`] as an instant.
pub(crate) fn start_instant() -> Instant {
    Instant::parse(START).expect("START is an instant")
}
