//! Content on its way through: never more of it in memory than one piece, whatever its size.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::task::ready;
use std::time::Duration;

use bytes::Bytes;
use http_body::Body;
use http_body::Frame;
use http_body::SizeHint;
use tokio::time::Instant;
use tokio::time::Sleep;

use crate::json::Compactor;
use crate::upstream::Pulse;
use crate::upstream::content::Failure;
use crate::upstream::error;

/// Whoever wants to know that content broke off, told why.
type Mourner = Box<dyn FnOnce(&str) + Send>;

/// Content that is handed on piece by piece.
pub struct Flow<B> {
    /// What was read of it before somebody decided to let it pass.
    start: VecDeque<Bytes>,
    rest: B,
    limit: Duration,
    sleep: Option<Pin<Box<Sleep>>>,
    pulses: Vec<Pulse>,
    mourner: Option<Mourner>,
    /// What takes white space out of the JSON that it is.
    compactor: Option<Compactor>,
}

/// Content stopped coming.
#[derive(Debug, thiserror::Error)]
#[error("nothing more came within {seconds} seconds")]
pub(super) struct Stalled {
    seconds: u64,
}

impl<B> fmt::Debug for Flow<B> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Flow").field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl<B> Flow<B> {
    /// Content that may pause for `limit`.
    pub fn new(rest: B, limit: Duration) -> Self {
        let start = VecDeque::new();
        let (pulses, mourner, compactor) = (Vec::new(), None, None);
        Self { start, rest, limit, sleep: None, pulses, mourner, compactor }
    }

    /// Puts back what was read of it already.
    #[must_use]
    pub fn after(mut self, start: VecDeque<Bytes>) -> Self {
        self.start = start;
        self
    }

    /// Has `pulse` beat with every piece.
    #[must_use]
    pub fn beating(mut self, pulse: Pulse) -> Self {
        self.pulses.push(pulse);
        self
    }

    /// Leaves out the white space between the parts of the JSON that it is.
    #[must_use]
    pub fn compacting(mut self) -> Self {
        self.compactor = Some(Compactor::default());
        self
    }

    /// Has somebody told when it breaks off.
    #[must_use]
    pub fn mourned(mut self, mourner: impl FnOnce(&str) + Send + 'static) -> Self {
        self.mourner = Some(Box::new(mourner));
        self
    }

    fn rewritten(&mut self, piece: Bytes) -> Bytes {
        match &mut self.compactor {
            Some(compactor) => compactor.pass(piece),
            None => piece,
        }
    }

    fn failed(&mut self, error: Failure) -> Failure {
        if let Some(mourner) = self.mourner.take() {
            mourner(&error::reason(&*error));
        }
        error
    }
}

impl<B> Body for Flow<B>
where
    B: Body<Data = Bytes, Error: Into<Failure>> + Unpin,
{
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        let this = &mut *self;
        if let Some(piece) = this.start.pop_front() {
            return Poll::Ready(Some(Ok(Frame::data(this.rewritten(piece)))));
        }
        match Pin::new(&mut this.rest).poll_frame(context) {
            Poll::Ready(frame) => {
                this.pulses.iter().for_each(Pulse::beat);
                this.sleep = None;
                Poll::Ready(frame.map(|frame| match frame {
                    Ok(frame) => Ok(frame.map_data(|piece| this.rewritten(piece))),
                    Err(error) => Err(this.failed(error.into())),
                }))
            }
            Poll::Pending => {
                let limit = this.limit;
                let sleep = this.sleep.get_or_insert_with(|| {
                    Box::pin(tokio::time::sleep_until(Instant::now() + limit))
                });
                ready!(sleep.as_mut().poll(context));
                let stalled = Stalled { seconds: limit.as_secs() };
                Poll::Ready(Some(Err(this.failed(stalled.into()))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.start.is_empty() && self.rest.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        if self.compactor.is_some() {
            return SizeHint::default();
        }
        let read: u64 = self.start.iter().map(|piece| piece.len() as u64).sum();
        let rest = self.rest.size_hint();
        let mut hint = SizeHint::new();
        if let Some(upper) = rest.upper().and_then(|upper| upper.checked_add(read)) {
            hint.set_upper(upper);
        }
        hint.set_lower(rest.lower().saturating_add(read));
        hint
    }
}
