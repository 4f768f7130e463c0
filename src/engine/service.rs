//! The engine as a `tower` service: in process, without a socket.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;

use bytes::Bytes;

use crate::engine::Engine;
use crate::message::Answer;
use crate::message::Request;

/// An engine that a test calls directly, or mounts in a router of its own.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use bytes::Bytes;
/// use standin::engine::{Engine, InProcess, Options};
/// use standin::store::MemoryStore;
/// use tower_service::Service;
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let engine = Engine::new(&Options::default(), Arc::new(MemoryStore::new(0)))?;
/// let mut service = InProcess::new(Arc::new(engine));
/// let request = http::Request::get("/v1/jwks")
///     .header("authorization", "Bearer sk_test_mock")
///     .body(Bytes::new())?;
/// let response = service.call(request).await?;
/// assert_eq!(response.status(), 200);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct InProcess(Arc<Engine>);

impl InProcess {
    /// Wraps an engine.
    #[must_use]
    pub const fn new(engine: Arc<Engine>) -> Self {
        Self(engine)
    }
}

impl tower_service::Service<http::Request<Bytes>> for InProcess {
    type Response = http::Response<Bytes>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Bytes>) -> Self::Future {
        let engine = Arc::clone(&self.0);
        Box::pin(async move { Ok(engine.answer(request.into()).await.into()) })
    }
}

impl From<http::Request<Bytes>> for Request {
    fn from(request: http::Request<Bytes>) -> Self {
        let (head, body) = request.into_parts();
        Self {
            method: head.method,
            path: head.uri.path().to_owned(),
            query: head.uri.query().map(str::to_owned),
            headers: head.headers,
            body,
            flaw: None,
        }
    }
}

impl From<Answer> for http::Response<Bytes> {
    fn from(answer: Answer) -> Self {
        let mut response = Self::new(answer.body.into_bytes());
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        response
    }
}
