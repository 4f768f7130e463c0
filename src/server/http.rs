//! HTTP: connections accepted, bounded, served and let go.
//!
//! `axum::serve` has no header timeout and no header limit, so the accept loop is hyper-util's.
//! Whatever is refused here before a request exists (headers too large, too slow) is HTTP's own
//! business; everything else, a body over the limit included, is answered by the engine.

use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioExecutor;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::server::graceful::Watcher;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::net::TcpListener;
use tokio::sync::AcquireError;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::server::door::Door;
use crate::server::limits::Limits;
use crate::server::stop::Stop;
use crate::upstream::Pulse;

/// How long calls that run may go on after the stop.
const DRAIN: Duration = Duration::from_secs(5);

/// Accepts and serves connections until the stop, then lets what runs finish.
pub(crate) async fn serve(listener: TcpListener, door: Arc<Door>, stop: Stop) {
    let limits = *door.limits();
    let graceful = GracefulShutdown::new();
    let permits = Arc::new(Semaphore::new(limits.max_connections));
    let connections = builder(&limits);
    loop {
        let permit = tokio::select! {
            permit = Arc::clone(&permits).acquire_owned() => permit,
            () = stop.wait() => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.wait() => break,
        };
        let Ok((stream, _)) = accepted else {
            // Too many open files: a moment's wait may mend it, a busy loop does not.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        // Answers are small: waiting to fill a segment only costs time.
        let _ = stream.set_nodelay(true);
        let link = Link {
            door: Arc::clone(&door),
            connections: connections.clone(),
            watcher: graceful.watcher(),
            permit,
        };
        #[cfg(feature = "tls")]
        if let Some(acceptor) = door.tls().cloned() {
            tokio::spawn(async move {
                let accepting = acceptor.accept(stream);
                // Who does not speak TLS is not told so in anything else.
                if let Ok(Ok(stream)) = timeout(limits.header_timeout, accepting).await {
                    link.attend(stream).await;
                }
            });
            continue;
        }
        tokio::spawn(link.attend(stream));
    }
    drop(listener);
    let _ = timeout(DRAIN, graceful.shutdown()).await;
}

/// A connection that was accepted.
struct Link {
    door: Arc<Door>,
    connections: auto::Builder<TokioExecutor>,
    watcher: Watcher,
    permit: Result<OwnedSemaphorePermit, AcquireError>,
}

impl Link {
    /// Serves calls until the client goes, or says nothing for too long.
    async fn attend(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let Self { door, connections, watcher, permit } = self;
        let (forwards, limits) = (door.forwards(), *door.limits());
        // hyper bounds the time that a header section takes, but not the time until it knows which
        // version of HTTP is spoken, nor that of an HTTP/2 connection without streams, nor that of
        // a client that does not read. Whether calls begin covers them all.
        let calls = Pulse::default();
        let answering = {
            let calls = calls.clone();
            service_fn(move |mut request: hyper::Request<Incoming>| {
                calls.beat();
                if forwards {
                    // What passes by may take long, and is no silence.
                    request.extensions_mut().insert(calls.clone());
                }
                let door = Arc::clone(&door);
                async move { door.answer(request).await }
            })
        };
        let stream = TokioIo::new(stream);
        if forwards {
            let connection = connections.serve_connection_with_upgrades(stream, answering);
            wait(watcher.watch(connection), &calls, limits.borne_passing()).await;
        } else {
            let connection = connections.serve_connection(stream, answering);
            wait(watcher.watch(connection), &calls, limits.borne()).await;
        }
        drop(permit);
    }
}

/// Waits for the end of a connection, and no longer than it is silent for `limit`.
async fn wait(connection: impl Future, calls: &Pulse, limit: Duration) {
    tokio::select! {
        biased;
        // A connection ends in an error whenever its client goes away: nothing to mend.
        _ = connection => {}
        () = calls.silence(limit) => {}
    }
}

fn builder(limits: &Limits) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // hyper takes 100 header fields unless told otherwise, and is quicker where it is not.
        .header_read_timeout(limits.header_timeout)
        .max_buf_size(64 * 1024);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(64)
        .max_header_list_size(16 * 1024)
        .keep_alive_interval(Duration::from_secs(20));
    builder
}
