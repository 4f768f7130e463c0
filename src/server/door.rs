//! The door: hyper's requests to ours and our answers to hyper's, within what a stranger may spend.
//!
//! Calls of the APIs go straight to the engine. The control surface, which is asked less often, goes
//! through axum's router, which would cost a call as much as answering it.

use std::convert::Infallible;
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use bytes::Bytes;
use http::HeaderValue;
use http::StatusCode;
use http::Version;
use http::header::CONNECTION;
use http::header::DATE;
use http::header::HOST;
use http::header::ORIGIN;
use http_body_util::BodyExt;
use http_body_util::Either;
use http_body_util::Full;
use http_body_util::LengthLimitError;
use http_body_util::Limited;
use tower::ServiceExt;

use crate::clock::Clock;
use crate::engine::Engine;
use crate::message::Answer;
use crate::message::Dates;
use crate::message::Flaw;
use crate::message::Request;
use crate::server::admin::Surface;
use crate::server::cors::Cors;
use crate::server::forward::Forward;
use crate::server::limits::Limits;
use crate::server::recording::Recording;

/// What goes back: content that is at hand, or whatever a layer made.
pub(super) type Response = http::Response<Either<Full<Bytes>, Body>>;

/// What one listener serves.
#[derive(Debug)]
pub(crate) struct Serving {
    /// The APIs; `None` on a listener of the control surface alone.
    pub(crate) engine: Option<Arc<Engine>>,
    /// Who answers in place of the APIs, where calls are passed on.
    pub(crate) forward: Option<Forward>,
    /// Who writes calls down, if somebody does.
    pub(crate) recording: Option<Recording>,
    /// Who writes down what is passed on because no recording answers it.
    pub(crate) missed: Option<Recording>,
    /// The control surface; `None` where it was moved away.
    pub(crate) surface: Option<Arc<Surface>>,
    /// Whether and how pages of other origins may call the APIs.
    pub(crate) cors: Option<Cors>,
    /// What secures its connections, where they are.
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<crate::tls::Acceptor>,
    /// What a stranger can make it spend.
    pub(crate) limits: Limits,
    /// What the `Date` of every answer goes by, preflights and bare refusals included.
    pub(crate) clock: Arc<Clock>,
}

/// A listener's way in.
#[derive(Debug)]
pub(crate) struct Door {
    serving: Arc<Serving>,
    router: Router,
    dates: Dates,
}

impl Door {
    pub(crate) fn new(serving: Serving) -> Self {
        let serving = Arc::new(serving);
        let apis = Router::new().fallback(call_api).with_state(Arc::clone(&serving));
        let router = Router::new()
            .route("/_standin", axum::routing::any(call_surface))
            .route("/_standin/", axum::routing::any(call_surface))
            .route("/_standin/{*rest}", axum::routing::any(call_surface))
            .with_state(Arc::clone(&serving))
            .fallback_service(apis);
        Self { serving, router, dates: Dates::default() }
    }

    /// What a stranger can make this door spend.
    pub(crate) fn limits(&self) -> &Limits {
        &self.serving.limits
    }

    /// What secures connections, where they are.
    #[cfg(feature = "tls")]
    pub(crate) fn tls(&self) -> Option<&crate::tls::Acceptor> {
        self.serving.tls.as_ref()
    }

    /// Whether calls are passed on.
    pub(crate) fn forwards(&self) -> bool {
        self.serving.forward.is_some()
    }

    /// Answers a request, whatever happens: a panic behind the door becomes a status of 500.
    pub(crate) async fn answer<B>(&self, request: http::Request<B>) -> Result<Response, Infallible>
    where
        B: http_body::Body<Data = Bytes, Error: Into<axum::BoxError>> + Send + 'static,
    {
        let mut answering = pin!(self.route(request));
        let answered = poll_fn(|context| {
            // What was being answered is dropped with the panic, and what the engine shares is
            // kept whole by its own locks.
            match catch_unwind(AssertUnwindSafe(|| answering.as_mut().poll(context))) {
                Ok(polled) => polled,
                Err(_) => Poll::Ready(write(Answer::empty(StatusCode::INTERNAL_SERVER_ERROR))),
            }
        });
        let mut response = answered.await;
        if !response.headers().contains_key(DATE)
            && let Some(date) = self.dates.at(self.serving.clock.now())
        {
            response.headers_mut().insert(DATE, date);
        }
        Ok(response)
    }

    async fn route<B>(&self, request: http::Request<B>) -> Response
    where
        B: http_body::Body<Data = Bytes, Error: Into<axum::BoxError>> + Send + 'static,
    {
        // Only the raw path decides, so that no encoding or dot segment leads to the surface.
        // Where it was moved away, its paths are still no traffic.
        let is_surface = request.uri().path().starts_with("/_standin");
        if !is_surface {
            return self.serving.answer(request).await;
        }
        let Ok(response) = self.router.clone().oneshot(request.map(Body::new)).await;
        response.map(Either::Right)
    }
}

impl Serving {
    /// Has the APIs answer.
    async fn answer<B>(&self, request: http::Request<B>) -> Response
    where
        B: http_body::Body<Data = Bytes, Error: Into<axum::BoxError>> + Send + 'static,
    {
        let Some(engine) = &self.engine else {
            return write(Answer::empty(StatusCode::NOT_FOUND));
        };
        let Some(cors) = self.cors else { return self.heed(engine, request).await };
        if let Some(answer) = cors.preflight(request.method(), request.headers()) {
            return write(answer);
        }
        let origin = request.headers().get(ORIGIN).cloned();
        let mut answer = self.heed(engine, request).await;
        cors.allow(origin.as_ref(), answer.headers_mut());
        answer
    }

    /// Has a call answered, and written down where somebody writes.
    async fn heed<B>(&self, engine: &Arc<Engine>, request: http::Request<B>) -> Response
    where
        B: http_body::Body<Data = Bytes, Error: Into<axum::BoxError>> + Send + 'static,
    {
        match &self.recording {
            None => self.ask(engine, request).await,
            Some(recording) => {
                // On the heap: most calls are not recorded, and need no room for this.
                let ask = |request| Box::pin(self.ask(engine, request));
                Box::pin(recording.written(engine, request, ask)).await
            }
        }
    }

    async fn ask<B>(&self, engine: &Arc<Engine>, request: http::Request<B>) -> Response
    where
        B: http_body::Body<Data = Bytes, Error: Into<axum::BoxError>> + Send + 'static,
    {
        if let Some(forward) = &self.forward {
            if engine.tape().is_none() {
                return forward.answer(engine, request, &self.limits).await;
            }
            let replayed = match read(request, &self.limits).await {
                Ok(request) if request.flaw.is_none() => engine.replay(request).await,
                Ok(request) => Ok(engine.answer(request).await),
                Err(refused) => Ok(refused),
            };
            return match replayed {
                Ok(answer) => write(answer),
                Err(request) => match &self.missed {
                    None => forward.answer(engine, whole(*request), &self.limits).await,
                    Some(recording) => {
                        let pass =
                            |request| Box::pin(forward.answer(engine, request, &self.limits));
                        Box::pin(recording.written(engine, whole(*request), pass)).await
                    }
                },
            };
        }
        write(match read(request, &self.limits).await {
            Ok(request) => engine.answer(request).await,
            Err(refused) => refused,
        })
    }
}

async fn call_api(
    State(serving): State<Arc<Serving>>,
    request: axum::extract::Request,
) -> http::Response<Body> {
    serving.answer(request).await.map(Body::new)
}

async fn call_surface(
    State(serving): State<Arc<Serving>>,
    request: axum::extract::Request,
) -> http::Response<Body> {
    let Some(surface) = &serving.surface else {
        return write(Answer::empty(StatusCode::NOT_FOUND)).map(Body::new);
    };
    let answer = match read(request, &serving.limits).await {
        Ok(request) => surface.answer(request).await,
        Err(refused) => refused,
    };
    write(answer).map(Body::new)
}

/// Reads a request whole, within the limits; what it is answered where HTTP itself refuses it.
async fn read<B>(request: http::Request<B>, limits: &Limits) -> Result<Request, Answer>
where
    B: http_body::Body<Data = Bytes, Error: Into<axum::BoxError>>,
{
    let (mut head, body) = request.into_parts();
    settle_host(&mut head)?;
    let (body, flaw) = if body.is_end_stream() {
        (Bytes::new(), None)
    } else {
        match within(limits.body_timeout, content(body, limits)).await {
            Some(Ok(bytes)) => (bytes, None),
            Some(Err(flaw)) => (Bytes::new(), Some(flaw)),
            None => return Err(timed_out()),
        }
    };
    let mut request = Request::from(http::Request::from_parts(head, body));
    request.flaw = flaw;
    Ok(request)
}

/// What a future yields; `None` where that takes longer than `limit`.
///
/// hyper hands on a body when it is asked a second time, which most often is all there is to wait
/// for: only after that a timer is worth its cost.
pub(super) async fn within<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut was_asked = false;
    let soon = poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if was_asked => Poll::Ready(None),
        Poll::Pending => {
            was_asked = true;
            context.waker().wake_by_ref();
            Poll::Pending
        }
    });
    match soon.await {
        Some(output) => Some(output),
        None => tokio::time::timeout(limit, future).await.ok(),
    }
}

/// A body's bytes, unless they are too many, which an announced length tells beforehand.
async fn content<B>(body: B, limits: &Limits) -> Result<Bytes, Flaw>
where
    B: http_body::Body<Data = Bytes, Error: Into<axum::BoxError>>,
{
    let limit_bytes = limits.max_body_bytes;
    let too_large = Flaw::TooLarge { limit_bytes };
    if body.size_hint().lower() > limit_bytes as u64 {
        return Err(too_large);
    }
    match Limited::new(body, limit_bytes).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large),
        Err(_) => Err(Flaw::Incomplete),
    }
}

/// Puts the host that a request is for where everybody behind looks for it, and nothing else.
///
/// A target that names it (HTTP/2 always, HTTP/1 in absolute form) has the last word, so that
/// nobody is let in for one name and served under another.
///
/// # Source
///
/// RFC 9112, sections 3.2 and 3.2.2; RFC 9113, section 8.3.1.
pub(super) fn settle_host(head: &mut http::request::Parts) -> Result<(), Answer> {
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

/// A request that was read, to be passed on.
fn whole(request: Request) -> http::Request<Full<Bytes>> {
    let target = request.target();
    let mut passed = http::Request::new(Full::new(request.body));
    *passed.method_mut() = request.method;
    // It was read from one.
    *passed.uri_mut() = target.parse().unwrap_or_default();
    *passed.headers_mut() = request.headers;
    passed
}

/// The body took too long, so nobody knows where a next request would begin (RFC 9110, section
/// 15.5.9).
pub(super) fn timed_out() -> Answer {
    let mut answer = Answer::empty(StatusCode::REQUEST_TIMEOUT);
    answer.headers.insert(CONNECTION, HeaderValue::from_static("close"));
    answer
}

pub(super) fn write(answer: Answer) -> Response {
    http::Response::<Bytes>::from(answer).map(|bytes| Either::Left(Full::new(bytes)))
}
