//! A connection of HTTP/1.1 to the upstream, and content that comes over it.
//!
//! It has no task of its own: whoever holds it drives it. So a call is passed on, answered and sent
//! back on one task, and nobody has to be woken between the two sides. Only while content streams to
//! the upstream somebody else drives it, because the answer may begin before that ends.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::pin::pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http::Response;
use http_body::Body;
use http_body::Frame;
use http_body::SizeHint;
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1;

use crate::upstream::Content;
use crate::upstream::bell::Bell;
use crate::upstream::connect::Socket;
use crate::upstream::lines::Lines;
use crate::upstream::pulse::Patience;

/// What a request that was not begun comes back in.
pub(super) type Unsent = TrySendError<Request<Content>>;

/// A connection, and what sends requests over it.
pub(super) struct Line {
    sender: http1::SendRequest<Content>,
    /// `None` once it is over.
    connection: Option<http1::Connection<Socket, Content>>,
    bell: Arc<Bell>,
    /// What rings the bell.
    ringing: Waker,
    patience: Patience,
}

/// Why no answer begins.
pub(super) enum Unanswered {
    /// The request was not taken, or the connection broke.
    Failed(Box<Unsent>),
    /// It was waited too long.
    Slow,
}

impl Line {
    /// Begins to speak HTTP/1.1; answers have to begin within `limit`.
    pub(super) async fn begin(socket: Socket, limit: Duration) -> hyper::Result<Self> {
        let (sender, connection) = http1::handshake(socket).await?;
        let bell = Arc::new(Bell::default());
        let ringing = Waker::from(Arc::clone(&bell));
        let patience = Patience::new(limit);
        Ok(Self { sender, connection: Some(connection), bell, ringing, patience })
    }

    /// Has the connection read and write; whether there will be more of that.
    fn drive(&mut self, context: &mut Context<'_>) -> bool {
        let Some(connection) = &mut self.connection else { return false };
        // What goes wrong is told to whoever waits for an answer or its content.
        if Pin::new(connection).poll(context).is_ready() {
            self.connection = None;
        }
        self.connection.is_some()
    }

    /// Looks for something that comes over the line.
    fn look<T>(
        &mut self,
        context: &Context<'_>,
        mut look: impl FnMut(&mut Self, &mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        let (bell, ringing) = (Arc::clone(&self.bell), self.ringing.clone());
        bell.look(&ringing, context, |context| look(self, context))
    }

    /// Whether another call may go over it; nobody waits for anything on it then.
    pub(super) fn is_free(&mut self) -> bool {
        let idle = Context::from_waker(Waker::noop());
        let driven = self.look(&idle, |line, context| Poll::Ready(line.drive(context)));
        self.bell.forget();
        driven == Poll::Ready(true) && self.sender.is_ready()
    }

    /// Asks, and waits for the beginning of the answer; the line goes back to `lines` once the
    /// answer is over.
    pub(super) async fn ask(
        mut self: Box<Self>,
        request: Request<Content>,
        lines: &Arc<Lines>,
    ) -> Result<Response<Arriving>, Unanswered> {
        let mut answering = pin!(self.sender.try_send_request(request));
        self.patience.begin();
        let answered = poll_fn(|context| {
            let looked = self.look(context, |line, context| {
                line.drive(context);
                answering.as_mut().poll(context)
            });
            match looked {
                Poll::Ready(answered) => {
                    Poll::Ready(answered.map_err(|unsent| Unanswered::Failed(Box::new(unsent))))
                }
                Poll::Pending => self.patience.poll(context).map(|()| Err(Unanswered::Slow)),
            }
        });
        let answer = answered.await?;
        let way = Some((self, Arc::clone(lines)));
        Ok(answer.map(|content| Arriving { content, way, is_over: false }))
    }

    /// Asks with content that streams: the answer may begin, and even end, while that is still
    /// sent.
    pub(super) async fn stream(
        mut self: Box<Self>,
        request: Request<Content>,
        lines: &Arc<Lines>,
    ) -> Result<Response<Arriving>, Unsent> {
        let answering = self.sender.try_send_request(request);
        tokio::spawn(self.settle(Arc::clone(lines)));
        answering.await.map(|answer| answer.map(Arriving::driven))
    }

    /// Asks for another protocol: whatever the answer, the line is for nobody else.
    pub(super) async fn upgrade(
        mut self: Box<Self>,
        request: Request<Content>,
    ) -> Result<Response<Arriving>, Unsent> {
        let answering = self.sender.try_send_request(request);
        if let Some(connection) = self.connection.take() {
            tokio::spawn(connection.with_upgrades());
        }
        answering.await.map(|answer| answer.map(Arriving::driven))
    }

    /// Drives the connection until the call is over.
    async fn settle(mut self: Box<Self>, lines: Arc<Lines>) {
        let settled = poll_fn(|context| {
            self.look(context, |line, context| match line.drive(context) {
                true => line.sender.poll_ready(context).map(|ready| ready.is_ok()),
                false => Poll::Ready(false),
            })
        });
        if settled.await {
            lines.put(self);
        }
    }
}

/// Content of an answer, as it comes in.
pub struct Arriving {
    content: Incoming,
    /// The line that it comes over, and where that goes afterwards; `None` where somebody else
    /// drives it.
    way: Option<(Box<Line>, Arc<Lines>)>,
    is_over: bool,
}

impl fmt::Debug for Arriving {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Arriving").field(&self.content).finish()
    }
}

impl Arriving {
    /// Content over a connection that somebody else drives.
    pub(super) const fn driven(content: Incoming) -> Self {
        Self { content, way: None, is_over: false }
    }
}

impl Body for Arriving {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        let content = &mut this.content;
        let polled = match &mut this.way {
            None => Pin::new(content).poll_frame(context),
            Some((line, _)) => line.look(context, |line, context| {
                let polled = Pin::new(&mut *content).poll_frame(context);
                if polled.is_ready() {
                    return polled;
                }
                line.drive(context);
                Pin::new(&mut *content).poll_frame(context)
            }),
        };
        this.is_over = matches!(polled, Poll::Ready(None));
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.content.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.content.size_hint()
    }
}

impl Drop for Arriving {
    /// Hands the line on where all of the content came; else it is closed.
    fn drop(&mut self) {
        let is_over = self.is_over || self.content.is_end_stream();
        if let Some((mut line, lines)) = self.way.take().filter(|_| is_over)
            && line.is_free()
        {
            lines.put(line);
        }
    }
}
