//! What is sent to an upstream: content at hand, or a stream that passes by.

use std::pin::Pin;
use std::task::Context;
use std::task::Poll;

use bytes::Buf;
use bytes::Bytes;
use http::HeaderMap;
use http_body::Body;
use http_body::Frame;
use http_body::SizeHint;
use http_body_util::combinators::UnsyncBoxBody;

use crate::upstream::Flow;

/// What a stream of content may fail with.
pub(super) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Content of a request.
#[derive(Debug)]
pub enum Content {
    /// All of it is at hand.
    Whole {
        /// The content.
        data: Option<Bytes>,
        /// The fields behind it.
        trailers: Option<Box<HeaderMap>>,
    },
    /// It is read while it is sent.
    Passing(Box<Flow<UnsyncBoxBody<Bytes, Failure>>>),
}

impl Content {
    /// Nothing.
    pub const EMPTY: Self = Self::Whole { data: None, trailers: None };

    /// Content at hand.
    #[must_use]
    pub fn whole(data: Bytes, trailers: Option<HeaderMap>) -> Self {
        let data = Some(data).filter(|data| !data.is_empty());
        Self::Whole { data, trailers: trailers.map(Box::new) }
    }
}

impl Body for Content {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        match &mut *self {
            Self::Whole { data, trailers } => {
                let frame = match data.take() {
                    Some(data) => Some(Frame::data(data)),
                    None => trailers.take().map(|fields| Frame::trailers(*fields)),
                };
                Poll::Ready(frame.map(Ok))
            }
            Self::Passing(flow) => Pin::new(flow).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole { data, trailers } => data.is_none() && trailers.is_none(),
            Self::Passing(flow) => flow.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            // With fields behind it, the length is not told in advance: there is no room for them
            // otherwise (RFC 9112, section 6.5).
            Self::Whole { trailers: Some(_), .. } => SizeHint::default(),
            Self::Whole { data, .. } => {
                SizeHint::with_exact(data.as_ref().map_or(0, |data| data.remaining() as u64))
            }
            Self::Passing(flow) => flow.size_hint(),
        }
    }
}
