//! HTTP: connections accepted, bounded, served and let go.
//!
//! `axum::serve` has no header timeout and no header limit, so the accept loop is hyper-util's.
//! Whatever is refused here before a request exists (headers too large, too slow) is HTTP's own
//! business; everything else, a body over the limit included, is answered by the engine.

use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::TokioExecutor;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::server::door::Door;
use crate::server::limits::Limits;
use crate::server::silence::Calls;
use crate::server::stop::Stop;

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
        let calls = Calls::default();
        let answering = {
            let (door, calls) = (Arc::clone(&door), calls.clone());
            service_fn(move |request| {
                calls.count();
                let door = Arc::clone(&door);
                async move { door.answer(request).await }
            })
        };
        let connection = connections.serve_connection(TokioIo::new(stream), answering).into_owned();
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            tokio::select! {
                biased;
                // A connection ends in an error whenever its client goes away: nothing to mend.
                _ = connection => {}
                () = calls.silence(limits.borne()) => {}
            }
            drop(permit);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(DRAIN, graceful.shutdown()).await;
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
