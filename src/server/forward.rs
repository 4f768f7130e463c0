//! Passing calls on: what is judged is read whole, all else streams through.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use bytes::BytesMut;
use http::HeaderMap;
use http::HeaderValue;
use http::StatusCode;
use http::Version;
use http::header::CONNECTION;
use http::header::CONTENT_LENGTH;
use http::header::UPGRADE;
use http_body::Body as _;
use http_body_util::BodyExt;
use http_body_util::Either;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;

use crate::engine::Engine;
use crate::engine::Passage;
use crate::message;
use crate::message::Answer;
use crate::message::Flaw;
use crate::message::Request;
use crate::server::compact;
use crate::server::door::Response;
use crate::server::door::settle_host;
use crate::server::door::timed_out;
use crate::server::door::within;
use crate::server::door::write;
use crate::server::limits::Limits;
use crate::server::stop::Stop;
use crate::upstream;
use crate::upstream::Content;
use crate::upstream::Flow;
use crate::upstream::Outgoing;
use crate::upstream::Pulse;
use crate::upstream::SendError;
use crate::upstream::Upstream;
use crate::upstream::fields;
use crate::upstream::via::Name;

/// A request's content as it comes in.
type Sent = UnsyncBoxBody<Bytes, axum::BoxError>;

/// Who answers in place of the engine.
#[derive(Debug)]
pub(crate) struct Forward {
    upstream: Upstream,
    name: Name,
    stop: Stop,
}

/// Content that was begun to be read.
enum Taken<B> {
    /// All of it.
    Whole(Bytes, Option<HeaderMap>),
    /// More than is read: what was, and the rest.
    Larger(VecDeque<Bytes>, B),
}

impl Forward {
    pub(crate) fn new(upstream: upstream::Options, stop: Stop) -> Result<Self, upstream::Unusable> {
        Ok(Self { upstream: Upstream::new(upstream)?, name: Name::new(), stop })
    }

    /// Has the upstream answer a request.
    pub(crate) async fn answer<B>(
        &self,
        engine: &Arc<Engine>,
        request: http::Request<B>,
        limits: &Limits,
    ) -> Response
    where
        B: http_body::Body<Data = Bytes, Error: Into<axum::BoxError>> + Send + 'static,
    {
        let (mut head, body) = request.into_parts();
        if let Err(refused) = settle_host(&mut head) {
            return write(refused);
        }
        let connection: Option<Pulse> = head.extensions.remove();
        let version = head.version;
        let upgrades = version == Version::HTTP_11 && fields::asks_upgrade(&head.headers);
        let upgrading: Option<OnUpgrade> = head.extensions.remove().filter(|_| upgrades);
        let request = Request::from(http::Request::from_parts(head, Bytes::new()));
        let mut passage = engine.pass(request);
        if self.name.is_known_to(&passage.asked().headers) {
            let reason = "the call came back: it leads to this very proxy".to_owned();
            return write(passage.failed(&SendError::Broken { reason }.refusal()));
        }

        let pulse = Pulse::default();
        let streamed = |start, rest| {
            let mut flow = Flow::new(rest, limits.body_timeout).after(start).beating(pulse.clone());
            if let Some(connection) = &connection {
                flow = flow.beating(connection.clone());
            }
            Content::Passing(Box::new(flow))
        };
        let content = if body.is_end_stream() {
            Content::EMPTY
        } else {
            let body: Sent = body.map_err(Into::into).boxed_unsync();
            if passage.reads_request() {
                let taking = take(body, limits.max_body_bytes);
                match within(limits.body_timeout, taking).await {
                    None => return write(timed_out()),
                    Some(Err(_)) => {
                        passage.request().flaw = Some(Flaw::Incomplete);
                        return write(passage.played().await);
                    }
                    Some(Ok(Taken::Whole(data, trailers))) => {
                        passage.request().body = data.clone();
                        Content::whole(data, trailers)
                    }
                    Some(Ok(Taken::Larger(start, rest))) => {
                        passage.request().flaw = Some(Flaw::Unread);
                        streamed(start, rest)
                    }
                }
            } else {
                passage.request().flaw = Some(Flaw::Unread);
                streamed(VecDeque::new(), body)
            }
        };
        let passage = match passage.judged().await {
            Ok(passage) => passage,
            Err(kept) => return write(kept),
        };
        let asked = passage.asked();
        let mut headers = fields::of_request(&asked.headers, upgrading.is_some());
        self.name.add_to(&mut headers, version);
        let outgoing = Outgoing {
            method: asked.method.clone(),
            path: &asked.path,
            query: asked.query.as_deref(),
            headers,
            upgrades: upgrading.is_some(),
        };
        match self.upstream.send(outgoing, content, &pulse).await {
            Ok(answered) => {
                let carrier = Carrier { engine, connection, limits, stop: &self.stop };
                carrier.bring(passage, answered, upgrading).await
            }
            Err(error) => write(passage.failed(&error.refusal())),
        }
    }
}

/// Who brings an answer back.
struct Carrier<'c> {
    engine: &'c Arc<Engine>,
    /// What tells the client's connection that it is used.
    connection: Option<Pulse>,
    limits: &'c Limits,
    stop: &'c Stop,
}

impl Carrier<'_> {
    async fn bring(
        self,
        passage: Passage<'_>,
        answered: http::Response<Incoming>,
        upgrading: Option<OnUpgrade>,
    ) -> Response {
        let (mut head, body) = answered.into_parts();
        if head.status == StatusCode::NOT_IMPLEMENTED && passage.plays_missing() {
            // As Prism does: what the upstream does not have yet is played.
            return write(passage.played().await);
        }
        let protocol = head.headers.get(UPGRADE).cloned();
        fields::of_answer(&mut head.headers);
        let mut answer = Answer::empty(head.status);
        if head.status == StatusCode::SWITCHING_PROTOCOLS {
            answer.headers = head.headers;
            let theirs = head.extensions.remove::<OnUpgrade>();
            return self.switch(passage, answer, protocol, upgrading.zip(theirs));
        }
        let is_read = passage.reads_answer(head.status, &head.headers) && !body.is_end_stream();
        answer.headers = head.headers;
        if body.is_end_stream() {
            return write(passage.answered(answer).0);
        }
        let compacts = passage.compacts() && compact::may(&answer.headers);
        let mut flow = Flow::new(body, self.limits.upstream_timeout);
        if let Some(connection) = self.connection {
            flow = flow.beating(connection);
        }
        let taken = match is_read {
            true => take(flow, self.limits.max_body_bytes).await,
            false => Ok(Taken::Larger(VecDeque::new(), flow)),
        };
        match taken {
            Ok(Taken::Whole(bytes, None)) => {
                answer.body = message::Body::Whole { bytes, value: None };
                let (mut answer, _) = passage.answered(answer);
                if compacts {
                    let bytes = compact::whole(&mut answer.headers, answer.body.into_bytes());
                    answer.body = message::Body::Whole { bytes, value: None };
                }
                write(answer)
            }
            Ok(Taken::Whole(bytes, Some(trailers))) => {
                answer.body = message::Body::Whole { bytes, value: None };
                let (answer, _) = passage.answered(answer);
                let bytes = answer.body.shared();
                stream(answer, Content::whole(bytes, Some(trailers)))
            }
            Ok(Taken::Larger(start, rest)) => {
                answer.body = message::Body::Unread;
                let (mut answer, trace) = passage.answered(answer);
                if !matches!(answer.body, message::Body::Unread) {
                    // It broke the contract, and is kept back.
                    return write(answer);
                }
                let engine = Arc::clone(self.engine);
                let mut flow = rest.after(start);
                if compacts {
                    // Nobody knows how long it will be.
                    answer.headers.remove(CONTENT_LENGTH);
                    flow = flow.compacting();
                }
                stream(answer, flow.mourned(move |reason| engine.broke_off(&trace, reason)))
            }
            Err(error) => write(passage.failed(&upstream::refusal(&*error))),
        }
    }

    /// Lets the two sides speak another protocol with each other.
    fn switch(
        self,
        passage: Passage<'_>,
        answer: Answer,
        protocol: Option<HeaderValue>,
        sides: Option<(OnUpgrade, OnUpgrade)>,
    ) -> Response {
        let Some((ours, theirs)) = sides else {
            let reason = "it changes to a protocol that nobody asked for".to_owned();
            return write(passage.failed(&SendError::Broken { reason }.refusal()));
        };
        let (mut answer, _) = passage.answered(answer);
        answer.headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        if let Some(protocol) = protocol {
            answer.headers.insert(UPGRADE, protocol);
        }
        let stop = self.stop.clone();
        tokio::spawn(async move {
            let (Ok(ours), Ok(theirs)) = tokio::join!(ours, theirs) else { return };
            let (mut ours, mut theirs) = (TokioIo::new(ours), TokioIo::new(theirs));
            tokio::select! {
                // However it ends, it is over for both.
                _ = tokio::io::copy_bidirectional(&mut ours, &mut theirs) => {}
                () = stop.wait() => {}
            }
        });
        write(answer)
    }
}

/// Reads content up to a limit.
async fn take<B>(mut body: B, most_bytes: usize) -> Result<Taken<B>, axum::BoxError>
where
    B: http_body::Body<Data = Bytes, Error: Into<axum::BoxError>> + Unpin,
{
    let (mut pieces, mut length, mut trailers) = (VecDeque::new(), 0, None);
    if body.size_hint().lower() > most_bytes as u64 {
        return Ok(Taken::Larger(pieces, body));
    }
    while let Some(frame) = body.frame().await {
        match frame.map_err(Into::into)?.into_data() {
            Ok(piece) => {
                length += piece.len();
                pieces.push_back(piece);
            }
            Err(frame) => trailers = frame.into_trailers().ok(),
        }
        if length > most_bytes {
            return Ok(Taken::Larger(pieces, body));
        }
        // Whoever asks again where nothing can come has its connection woken for that.
        if body.is_end_stream() {
            break;
        }
    }
    let mut pieces = pieces.into_iter();
    let first = pieces.next().unwrap_or_default();
    let Some(second) = pieces.next() else { return Ok(Taken::Whole(first, trailers)) };
    let mut whole = BytesMut::with_capacity(length);
    [first, second].into_iter().chain(pieces).for_each(|piece| whole.extend_from_slice(&piece));
    Ok(Taken::Whole(whole.freeze(), trailers))
}

/// An answer whose content passes by.
fn stream<B>(answer: Answer, body: B) -> Response
where
    B: http_body::Body<Data = Bytes, Error: Into<axum::BoxError>> + Send + 'static,
{
    let mut response = http::Response::new(Either::Right(Body::new(body)));
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    response
}
