//! Connections to the upstream: made where none is free, and kept for the next call.

use std::fmt;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::Weak;
use std::time::Duration;

use http::HeaderValue;
use http::Request;
use http::Response;
use http::Uri;
use http::header::HOST;
use hyper::client::conn::http2;
use hyper_util::rt::TokioExecutor;
use hyper_util::rt::TokioTimer;
use tokio::runtime::Handle;
use tokio::time::Instant;

use crate::upstream::Address;
use crate::upstream::Content;
use crate::upstream::Options;
use crate::upstream::Pulse;
use crate::upstream::SendError;
use crate::upstream::Unusable;
use crate::upstream::connect::Connector;
use crate::upstream::line::Arriving;
use crate::upstream::line::Line;
use crate::upstream::line::Unanswered;

/// How long a connection that nobody uses is kept: less than the five seconds after which many
/// servers close it, perhaps just when the next call is on its way.
const IDLE: Duration = Duration::from_secs(4);

/// All connections to one upstream.
pub(super) struct Lines {
    connector: Connector,
    /// For calls that become another protocol, which only HTTP/1.1 does.
    upgrading: Connector,
    address: Address,
    /// What the upstream is called by where no target says it.
    host: HeaderValue,
    /// Whether a proxy reads the requests, and wants whole addresses.
    is_proxied: bool,
    /// How long an answer may take to begin.
    limit: Duration,
    free: Mutex<Free>,
}

/// Connections that take a call.
#[derive(Default)]
struct Free {
    /// Those of HTTP/1.1, with when they were used last, the latest at the end.
    lines: Vec<(Box<Line>, Instant)>,
    /// That of HTTP/2, which takes many calls at once.
    shared: Option<http2::SendRequest<Content>>,
    /// Whether somebody closes those that are kept too long.
    is_watched: bool,
}

/// A way for one call.
enum Way {
    Line(Box<Line>),
    Shared(http2::SendRequest<Content>),
}

impl fmt::Debug for Lines {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Lines").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Lines {
    pub(super) fn new(options: &Arc<Options>) -> Result<Self, Unusable> {
        let connector = |offers_http2| Connector::new(Arc::clone(options), offers_http2);
        let (connector, upgrading) = (connector(true)?, connector(false)?);
        let address = options.address.clone();
        let is_proxied = options.proxy.is_some() && !address.is_secret();
        let (host, limit) = (address.to_field(), options.timeout);
        let free = Mutex::default();
        Ok(Self { connector, upgrading, address, host, is_proxied, limit, free })
    }

    /// Asks, and waits for the beginning of the answer; `pulse` beats while content streams.
    pub(super) async fn ask(
        self: &Arc<Self>,
        mut request: Request<Content>,
        upgrades: bool,
        pulse: &Pulse,
    ) -> Result<Response<Arriving>, SendError> {
        let streams = request.body().is_passing();
        loop {
            let known = if upgrades { None } else { self.take() };
            let is_new = known.is_none();
            let way = match known {
                Some(way) => way,
                None => self.patiently(pulse, self.connect(upgrades)).await??,
            };
            let asked = match way {
                Way::Line(line) => {
                    self.address(&mut request, self.is_proxied);
                    request.headers_mut().insert(HOST, self.host.clone());
                    match (upgrades, streams) {
                        (true, _) => self.patiently(pulse, line.upgrade(request)).await?,
                        (false, true) => self.patiently(pulse, line.stream(request, self)).await?,
                        (false, false) => match line.ask(request, self).await {
                            Ok(answer) => Ok(answer),
                            Err(Unanswered::Failed(unsent)) => Err(*unsent),
                            Err(Unanswered::Slow) => return Err(self.slow()),
                        },
                    }
                }
                Way::Shared(mut sender) => {
                    self.address(&mut request, true);
                    request.headers_mut().remove(HOST);
                    let asked = sender.try_send_request(request);
                    let asked = self.patiently(pulse, asked).await?;
                    asked.map(|answer| answer.map(Arriving::driven))
                }
            };
            match asked {
                Ok(answer) => return Ok(answer),
                // It was closed just when the call was on its way, and nothing of that was sent.
                Err(mut error) => match error.take_message().filter(|_| !is_new) {
                    Some(unsent) => request = unsent,
                    None => return Err(SendError::of(&error.into_error())),
                },
            }
        }
    }

    /// Waits for something as long as `pulse` beats.
    async fn patiently<T>(
        &self,
        pulse: &Pulse,
        awaited: impl Future<Output = T>,
    ) -> Result<T, SendError> {
        tokio::select! {
            biased;
            there = awaited => Ok(there),
            () = pulse.silence(self.limit) => Err(self.slow()),
        }
    }

    fn slow(&self) -> SendError {
        SendError::Slow { seconds: self.limit.as_secs() }
    }

    /// Addresses a request as whoever reads it wants it: whole, or by path and query.
    fn address(&self, request: &mut Request<Content>, is_whole: bool) {
        if request.uri().scheme().is_some() == is_whole {
            return;
        }
        let mut parts = std::mem::take(request.uri_mut()).into_parts();
        parts.scheme = is_whole.then(|| self.address.scheme());
        parts.authority = is_whole.then(|| self.address.authority().clone());
        // What has a path is an address with and without a host.
        *request.uri_mut() = Uri::from_parts(parts).unwrap_or_default();
    }

    /// A connection that is there already.
    fn take(&self) -> Option<Way> {
        loop {
            let line = {
                let mut free = self.free();
                free.shared.take_if(|shared| shared.is_closed());
                if let Some(shared) = &free.shared {
                    return Some(Way::Shared(shared.clone()));
                }
                let (line, since) = free.lines.pop()?;
                (since.elapsed() < IDLE).then_some(line)
            };
            let Some(mut line) = line else { continue };
            if line.is_free() {
                return Some(Way::Line(line));
            }
        }
    }

    /// A new connection.
    async fn connect(&self, upgrades: bool) -> Result<Way, SendError> {
        let connector = if upgrades { &self.upgrading } else { &self.connector };
        let (socket, is_http2) = connector.connect().await?;
        let broken = |error: hyper::Error| SendError::of(&error);
        if !is_http2 {
            return Ok(Way::Line(Box::new(Line::begin(socket, self.limit).await.map_err(broken)?)));
        }
        let mut speaking = http2::Builder::new(TokioExecutor::new());
        speaking.timer(TokioTimer::new());
        let (sender, connection) = speaking.handshake(socket).await.map_err(broken)?;
        tokio::spawn(connection);
        self.free().shared = Some(sender.clone());
        Ok(Way::Shared(sender))
    }

    /// Keeps a connection for the next call.
    pub(super) fn put(self: &Arc<Self>, line: Box<Line>) {
        let mut free = self.free();
        free.lines.push((line, Instant::now()));
        if !free.is_watched
            && let Ok(runtime) = Handle::try_current()
        {
            free.is_watched = true;
            runtime.spawn(watch(Arc::downgrade(self)));
        }
    }

    /// Closes what was kept too long; whether anything is left.
    fn clear(&self) -> bool {
        let mut free = self.free();
        free.lines.retain(|(_, since)| since.elapsed() < IDLE);
        free.is_watched = !free.lines.is_empty();
        free.is_watched
    }

    fn free(&self) -> MutexGuard<'_, Free> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes what nobody takes, as long as there is anything.
async fn watch(lines: Weak<Lines>) {
    loop {
        tokio::time::sleep(IDLE).await;
        if !lines.upgrade().is_some_and(|lines| lines.clear()) {
            return;
        }
    }
}
