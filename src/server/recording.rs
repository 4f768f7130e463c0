//! Calls written down while they pass through the door: what the client sent and what it got, each
//! piece kept as it goes by, nothing held back but the end of the answer.
//!
//! An answer ends with its last frame where that is known, else with the sign that nothing more
//! comes: until the exchange is written down, that one thing waits. An answer that broke off is
//! written down where nobody announced how long it would be, as a stream of events that its client
//! has left; else it was never answered.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::task::Context;
use std::task::Poll;
use std::task::ready;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::Version;
use http::header::CONTENT_LENGTH;
use http::header::HOST;
use http_body::Body as _;
use http_body::Frame;
use http_body::SizeHint;
use http_body_util::Either;
use http_body_util::Full;
use tokio::task::JoinHandle;

use crate::clock::Instant;
use crate::clock::Stopwatch;
use crate::engine::Engine;
use crate::server::door::Response;
use crate::tape::record::Capture;
use crate::tape::record::Heard;
use crate::tape::record::Recorder;
use crate::tape::record::Side;

/// Whatever a body may fail with.
type Failure = axum::BoxError;

/// What is written down of calls, and by whom.
#[derive(Clone, Debug)]
pub(crate) struct Recording {
    pub(crate) recorder: Arc<Recorder>,
    /// Whether calls come over TLS.
    pub(crate) is_secret: bool,
}

/// What passed by of a request.
#[derive(Debug)]
struct Sent {
    content: Capture,
    trailers: Option<HeaderMap>,
    /// How long it took until it was read.
    read: Duration,
    /// Whether all of it was read.
    is_whole: bool,
}

/// A call that is being answered.
#[derive(Debug)]
struct Call {
    recording: Recording,
    engine: Arc<Engine>,
    started: Instant,
    stopwatch: Stopwatch,
    method: Method,
    target: String,
    version: Version,
    headers: HeaderMap,
    sent: Arc<Mutex<Option<Sent>>>,
}

impl Recording {
    /// Has `answer` answer a request, and writes both down.
    pub(crate) async fn written<B, F>(
        &self,
        engine: &Arc<Engine>,
        request: http::Request<B>,
        answer: impl FnOnce(http::Request<Heeded<B>>) -> F,
    ) -> Response
    where
        B: http_body::Body<Data = Bytes, Error: Into<Failure>> + Send + 'static,
        F: Future<Output = Response>,
    {
        let (head, body) = request.into_parts();
        let stopwatch = Stopwatch::start();
        let sent = Sent {
            content: self.recorder.capture(),
            trailers: None,
            read: Duration::ZERO,
            is_whole: body.is_end_stream(),
        };
        let sent = Arc::new(Mutex::new(Some(sent)));
        let mut headers = head.headers.clone();
        if let Some(authority) = head.uri.authority()
            && let Ok(host) = HeaderValue::from_str(authority.as_str())
        {
            headers.insert(HOST, host);
        }
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
        let call = Call {
            recording: self.clone(),
            engine: Arc::clone(engine),
            started: engine.clock().now(),
            stopwatch,
            method: head.method.clone(),
            target: target.to_owned(),
            version: head.version,
            headers,
            sent: Arc::clone(&sent),
        };
        let body = Heeded { body: Box::pin(body), sent, stopwatch };
        let response = answer(http::Request::from_parts(head, body)).await;
        let waited = stopwatch.elapsed();
        let (head, body) = response.into_parts();
        let answer = Answering {
            status: head.status,
            version: head.version,
            headers: head.headers.clone(),
            content: self.recorder.capture(),
            trailers: None,
            waited,
        };
        let announced =
            head.headers.get(CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse().ok());
        // These have no content, whatever is announced.
        let is_bare = call.method == Method::HEAD
            || head.status.is_informational()
            || [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED].contains(&head.status);
        let is_over = is_bare || body.is_end_stream();
        let mut held = Held { body, call: Some((call, answer)), announced, state: State::Passing };
        if is_over {
            if let Some(writing) = held.write() {
                let _ = writing.await;
            }
            return http::Response::from_parts(head, held.into_body());
        }
        http::Response::from_parts(head, Either::Right(Body::new(held)))
    }
}

/// Content of a request that is kept as it is read.
pub(crate) struct Heeded<B> {
    body: Pin<Box<B>>,
    sent: Arc<Mutex<Option<Sent>>>,
    stopwatch: Stopwatch,
}

impl<B> http_body::Body for Heeded<B>
where
    B: http_body::Body<Data = Bytes, Error: Into<Failure>>,
{
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = ready!(self.body.as_mut().poll_frame(context));
        if let (Some(Ok(frame)), Some(sent)) =
            (&frame, &mut *self.sent.lock().unwrap_or_else(PoisonError::into_inner))
        {
            if let Some(piece) = frame.data_ref() {
                sent.content.push(piece);
            }
            if let Some(trailers) = frame.trailers_ref() {
                sent.trailers = Some(trailers.clone());
            }
            sent.read = self.stopwatch.elapsed();
            sent.is_whole = self.body.is_end_stream();
        }
        if let (None, Some(sent)) =
            (&frame, &mut *self.sent.lock().unwrap_or_else(PoisonError::into_inner))
        {
            sent.is_whole = true;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An answer as far as it has passed by.
#[derive(Debug)]
struct Answering {
    status: StatusCode,
    version: Version,
    headers: HeaderMap,
    content: Capture,
    trailers: Option<HeaderMap>,
    /// How long it took until it began.
    waited: Duration,
}

/// Content of an answer whose end waits until the exchange is written down.
struct Held {
    body: Either<Full<Bytes>, Body>,
    call: Option<(Call, Answering)>,
    /// How long the content is, where somebody said so.
    announced: Option<u64>,
    state: State,
}

enum State {
    Passing,
    /// The exchange is being written down; what goes on then.
    Writing(JoinHandle<()>, Option<Frame<Bytes>>),
    Over,
}

impl Held {
    /// Begins to write the exchange down, once.
    fn write(&mut self) -> Option<JoinHandle<()>> {
        let (call, answering) = self.call.take()?;
        Some(tokio::task::spawn_blocking(move || call.write(answering)))
    }

    fn into_body(mut self) -> Either<Full<Bytes>, Body> {
        std::mem::replace(&mut self.body, Either::Left(Full::default()))
    }

    /// Keeps a frame; whether nothing can come behind it.
    fn keep(&mut self, frame: &Frame<Bytes>) -> bool {
        let mut length = 0;
        if let Some((_, answering)) = &mut self.call {
            if let Some(piece) = frame.data_ref() {
                answering.content.push(piece);
            }
            if let Some(trailers) = frame.trailers_ref() {
                answering.trailers = Some(trailers.clone());
            }
            length = answering.content.length();
        }
        frame.is_trailers() || self.body.is_end_stream() || self.announced == Some(length)
    }
}

impl http_body::Body for Held {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        loop {
            if let State::Writing(writing, frame) = &mut self.state {
                // A writer that panicked has told so; the client gets its answer.
                let _ = ready!(Pin::new(writing).poll(context));
                let frame = frame.take();
                self.state = State::Over;
                if let Some(frame) = frame {
                    return Poll::Ready(Some(Ok(frame)));
                }
            }
            let frame = match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                Some(Ok(frame)) => frame,
                Some(Err(error)) => {
                    // What broke off was not answered.
                    self.call = None;
                    return Poll::Ready(Some(Err(error)));
                }
                None => {
                    let Some(writing) = self.write() else { return Poll::Ready(None) };
                    self.state = State::Writing(writing, None);
                    continue;
                }
            };
            if !self.keep(&frame) {
                return Poll::Ready(Some(Ok(frame)));
            }
            let Some(writing) = self.write() else { return Poll::Ready(Some(Ok(frame))) };
            self.state = State::Writing(writing, Some(frame));
        }
    }

    fn is_end_stream(&self) -> bool {
        // While something is held back, it is not over, whatever the content says.
        matches!(self.state, State::Over) && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        match &self.state {
            State::Writing(_, Some(frame)) => {
                SizeHint::with_exact(frame.data_ref().map_or(0, |piece| piece.len() as u64))
            }
            State::Writing(_, None) | State::Passing | State::Over => self.body.size_hint(),
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.announced.is_none()
            && let Some((call, answering)) = self.call.take()
        {
            call.write(answering);
        }
    }
}

impl Call {
    /// Writes the exchange down; what fails is told to whoever runs this, never to the client.
    fn write(self, answering: Answering) {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (content, trailers, read) = match sent.take() {
            Some(Sent { mut content, trailers, read, is_whole }) => {
                if !is_whole {
                    content.leave("the answer came before all of it was read");
                }
                (content, trailers, read)
            }
            None => (self.recording.recorder.capture(), None, Duration::ZERO),
        };
        let ended = self.stopwatch.elapsed();
        let path = self.target.split('?').next().unwrap_or_default();
        let known = self.engine.known(&self.method, path);
        let marks = known.as_ref().map(|known| Arc::clone(&known.marks));
        let heard = Heard {
            started: self.started,
            durations: [
                read,
                answering.waited.saturating_sub(read),
                ended.saturating_sub(answering.waited.max(read)),
            ],
            scheme: if self.recording.is_secret { "https" } else { "http" },
            method: self.method,
            target: self.target,
            request: Side { version: self.version, headers: self.headers, content, trailers },
            status: answering.status,
            response: Side {
                version: answering.version,
                headers: answering.headers,
                content: answering.content,
                trailers: answering.trailers,
            },
            subject: known.map(|known| (known.api, known.operation)),
        };
        if let Err(error) = self.recording.recorder.record(heard, marks) {
            self.engine.unrecorded(&error.to_string());
        }
    }
}
