//! The door: axum's requests to ours and back, with every limit that a stranger can run into.
//!
//! `axum::serve` has no header timeout and no header limit, so the accept loop is hyper-util's.
//! Whatever is refused here before a request exists (headers too large, too slow) is HTTP's own
//! business; everything else, a body over the limit included, is answered by the engine.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderName;
use http::HeaderValue;
use http::StatusCode;
use http::Version;
use http::header::CONNECTION;
use http::header::CONTENT_LENGTH;
use http::header::DATE;
use http::header::Entry;
use http::header::HOST;
use hyper::service::Service;
use hyper::service::service_fn;
use hyper_util::rt::TokioExecutor;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::Any;
use tower_http::cors::CorsLayer;

use crate::clock::Clock;
use crate::engine::Engine;
use crate::message::Answer;
use crate::message::Flaw;
use crate::message::Request;
use crate::server::admin::Surface;
use crate::server::limits::Limits;
use crate::server::silence::Calls;
use crate::server::stop::Stop;

/// How long calls that run may go on after the stop.
const DRAIN: Duration = Duration::from_secs(5);

/// Header fields of answers that a page of another origin may read.
const EXPOSED: [HeaderName; 6] = [
    HeaderName::from_static("set-device-binding-token"),
    HeaderName::from_static("standin-findings"),
    HeaderName::from_static("standin-basis"),
    HeaderName::from_static("retry-after"),
    HeaderName::from_static("allow"),
    HeaderName::from_static("date"),
];

/// What one listener serves.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    /// The APIs; `None` on a listener of the control surface alone.
    pub(crate) engine: Option<Arc<Engine>>,
    /// The control surface; `None` where it was moved away.
    pub(crate) surface: Option<Arc<Surface>>,
    /// Whether pages of other origins may call the APIs.
    pub(crate) cors: bool,
    /// What a stranger can make it spend.
    pub(crate) limits: Limits,
    /// What the `Date` of every answer goes by, preflights and bare refusals included.
    pub(crate) clock: Arc<Clock>,
}

impl Door {
    /// The door as an axum router.
    pub(crate) fn into_router(self) -> Router {
        let cors = self.cors.then(|| {
            CorsLayer::new()
                .allow_origin(Any)
                .allow_methods(tower_http::cors::AllowMethods::mirror_request())
                .allow_headers(tower_http::cors::AllowHeaders::mirror_request())
                .expose_headers(EXPOSED)
        });
        let clock = Arc::clone(&self.clock);
        let door = Arc::new(self);
        let apis = Router::new().fallback(call_api).with_state(Arc::clone(&door));
        let apis = match cors {
            Some(cors) => apis.layer(cors),
            None => apis,
        };
        // Only the raw path decides, so that no encoding or dot segment leads in here. Where the
        // surface was moved away, its paths are still no traffic.
        let router = Router::new()
            .route("/_standin", axum::routing::any(call_surface))
            .route("/_standin/", axum::routing::any(call_surface))
            .route("/_standin/{*rest}", axum::routing::any(call_surface))
            .with_state(door)
            .fallback_service(apis);
        let dated = axum::middleware::map_response_with_state(clock, date);
        router.layer(CatchPanicLayer::new()).layer(dated)
    }
}

/// Dates what the engine has not dated.
async fn date(State(clock): State<Arc<Clock>>, mut response: Response) -> Response {
    if let Entry::Vacant(entry) = response.headers_mut().entry(DATE)
        && let Ok(date) = HeaderValue::from_str(&clock.now().to_http_date())
    {
        entry.insert(date);
    }
    response
}

async fn call_api(State(door): State<Arc<Door>>, request: axum::extract::Request) -> Response {
    let Some(engine) = &door.engine else {
        return write(Answer::empty(StatusCode::NOT_FOUND));
    };
    match read(request, &door.limits).await {
        Ok(request) => write(engine.answer(request).await),
        Err(refused) => write(refused),
    }
}

async fn call_surface(State(door): State<Arc<Door>>, request: axum::extract::Request) -> Response {
    let Some(surface) = &door.surface else {
        return write(Answer::empty(StatusCode::NOT_FOUND));
    };
    match read(request, &door.limits).await {
        Ok(request) => write(surface.answer(request).await),
        Err(refused) => write(refused),
    }
}

/// Reads a request whole, within the limits; what it is answered where HTTP itself refuses it.
async fn read(request: axum::extract::Request, limits: &Limits) -> Result<Request, Answer> {
    let (mut head, body) = request.into_parts();
    settle_host(&mut head)?;
    let announced = head
        .headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse::<usize>().ok());
    let max_body_bytes = limits.max_body_bytes;
    let too_large = Flaw::TooLarge { limit_bytes: max_body_bytes };
    let (body, flaw) = if announced.is_some_and(|length| length > max_body_bytes) {
        (Bytes::new(), Some(too_large))
    } else {
        let reading = axum::body::to_bytes(body, max_body_bytes);
        match tokio::time::timeout(limits.body_timeout, reading).await {
            Ok(Ok(bytes)) => (bytes, None),
            Ok(Err(error)) if is_over_limit(&error) => (Bytes::new(), Some(too_large)),
            Ok(Err(_)) => (Bytes::new(), Some(Flaw::Incomplete)),
            Err(_) => return Err(timed_out()),
        }
    };
    let mut request = Request::from(http::Request::from_parts(head, body));
    request.flaw = flaw;
    Ok(request)
}

/// Puts the host that a request is for where everybody behind looks for it, and nothing else.
///
/// A target that names it (HTTP/2 always, HTTP/1 in absolute form) has the last word, so that
/// nobody is let in for one name and served under another.
///
/// # Source
///
/// RFC 9112, sections 3.2 and 3.2.2; RFC 9113, section 8.3.1.
fn settle_host(head: &mut http::request::Parts) -> Result<(), Answer> {
    let count = head.headers.get_all(HOST).iter().count();
    if count > 1 || (count == 0 && head.version == Version::HTTP_11) {
        let text = "an HTTP/1.1 request has one Host header field, no more and no less\n";
        return Err(Answer::text(StatusCode::BAD_REQUEST, "text/plain; charset=utf-8", text));
    }
    if let Some(authority) = head.uri.authority()
        && let Ok(host) = HeaderValue::from_str(authority.as_str())
    {
        head.headers.insert(HOST, host);
    }
    Ok(())
}

/// The body took too long, so nobody knows where a next request would begin (RFC 9110, section
/// 15.5.9).
fn timed_out() -> Answer {
    let mut answer = Answer::empty(StatusCode::REQUEST_TIMEOUT);
    answer.headers.insert(CONNECTION, HeaderValue::from_static("close"));
    answer
}

fn is_over_limit(error: &axum::Error) -> bool {
    let mut source: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = source {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        source = error.source();
    }
    false
}

fn write(answer: Answer) -> Response {
    http::Response::<Bytes>::from(answer).map(Body::from)
}

/// Accepts and serves connections until the stop, then lets what runs finish.
pub(crate) async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: Stop) {
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
        let service = TowerToHyperService::new(router.clone());
        let counted = {
            let calls = calls.clone();
            service_fn(move |request| {
                calls.count();
                service.call(request)
            })
        };
        let connection =
            connections.serve_connection_with_upgrades(TokioIo::new(stream), counted).into_owned();
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
        .header_read_timeout(limits.header_timeout)
        .max_headers(100)
        .max_buf_size(64 * 1024);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(64)
        .max_header_list_size(16 * 1024)
        .keep_alive_interval(Duration::from_secs(20));
    builder
}
