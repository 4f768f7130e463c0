//! What a stranger can make a server spend: connections, bytes and time, each with its bound.

use std::time::Duration;

/// The bounds of one server; a test that waits for one of them sets it lower.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use standin::server::Limits;
///
/// let mut limits = Limits::default();
/// limits.body_timeout = Duration::from_millis(300);
/// # let _ = standin::Server::builder().limits(limits);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many connections of a listener are served at once; further ones wait in its backlog.
    pub max_connections: usize,
    /// Largest request body that is read, as Prism has it; the API answers whatever is larger.
    pub max_body_bytes: usize,
    /// How long a header section may take to arrive, and how long an HTTP/1 connection may stay
    /// open between two calls.
    pub header_timeout: Duration,
    /// How long a body may take to arrive; after that the answer is 408.
    pub body_timeout: Duration,
    /// How long a connection may live on which no call begins, whatever else happens on it: it
    /// says nothing, its client reads no answer, or only answers pings. It is closed after once to
    /// twice this time. A call in progress is not cut off, because `body_timeout` counts here
    /// where it is longer.
    pub silence_timeout: Duration,
    /// How long an upstream may say nothing, before its answer and within it; before it, the
    /// client is told 504.
    pub upstream_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 10_000,
            max_body_bytes: 10 * 1024 * 1024,
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(30),
            silence_timeout: Duration::from_secs(60),
            upstream_timeout: Duration::from_secs(60),
        }
    }
}

impl Limits {
    /// How long silence is borne: no shorter than the longest call is.
    pub(super) fn borne(&self) -> Duration {
        self.silence_timeout.max(self.body_timeout)
    }

    /// The same where calls are passed on: an upstream that is silent too long is told of first.
    pub(super) fn borne_passing(&self) -> Duration {
        self.borne().max(self.upstream_timeout + Duration::from_secs(5))
    }
}
