//! Why an upstream gave no answer.

use std::error::Error;
use std::io;

use hyper_util::client::legacy;

use crate::message::Refusal;
use crate::message::Unanswered;
use crate::upstream::flow::Stalled;

/// What became of a call that was not answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// The call has a target that no server has.
    #[error("its target is no path")]
    Unaddressable,
    /// The host's name has no address.
    #[error("the host {host} is not known")]
    UnknownHost {
        /// The host.
        host: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Nobody listens there.
    #[error("cannot connect to {host}: {source}")]
    Unreachable {
        /// Host and port.
        host: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The proxy on the way does not let through.
    #[error("the proxy {host} does not connect to it: {source}")]
    Proxy {
        /// Host and port of the proxy.
        host: String,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// No connection came about in time.
    #[error("{host} takes no connection within {seconds} seconds")]
    ConnectSlow {
        /// Host and port.
        host: String,
        /// How long it was waited.
        seconds: u64,
    },
    /// The two sides do not come to terms over TLS.
    #[error("no TLS with {host}: {source}")]
    Tls {
        /// The host.
        host: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// No answer began in time.
    #[error("nothing came within {seconds} seconds")]
    Slow {
        /// How long it was waited.
        seconds: u64,
    },
    /// The connection ended, or what came is no HTTP.
    #[error("{reason}")]
    Broken {
        /// What happened.
        reason: String,
    },
}

impl SendError {
    /// What the client's error means.
    pub(super) fn of(error: legacy::Error) -> Self {
        // What went wrong in connecting was put into words there.
        let mut next: Option<&(dyn Error + 'static)> = Some(&error);
        while let Some(cause) = next {
            if let Some(told) = cause.downcast_ref::<Self>() {
                return told.again();
            }
            next = cause.source();
        }
        Self::Broken { reason: reason(&error) }
    }

    /// The same, of which only a view is at hand.
    fn again(&self) -> Self {
        let io = |error: &io::Error| io::Error::new(error.kind(), error.to_string());
        match self {
            Self::UnknownHost { host, source } => {
                Self::UnknownHost { host: host.clone(), source: io(source) }
            }
            Self::Unreachable { host, source } => {
                Self::Unreachable { host: host.clone(), source: io(source) }
            }
            Self::Tls { host, source } => Self::Tls { host: host.clone(), source: io(source) },
            Self::ConnectSlow { host, seconds } => {
                Self::ConnectSlow { host: host.clone(), seconds: *seconds }
            }
            Self::Slow { seconds } => Self::Slow { seconds: *seconds },
            Self::Unaddressable => Self::Unaddressable,
            Self::Proxy { .. } | Self::Broken { .. } => Self::Broken { reason: self.to_string() },
        }
    }

    /// How a client is told.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        let reason = self.to_string();
        match self {
            Self::Slow { .. } | Self::ConnectSlow { .. } => {
                Refusal::Unanswered(Unanswered::UpstreamSlow { reason })
            }
            Self::Unaddressable => Refusal::PathMalformed { reason },
            Self::UnknownHost { .. }
            | Self::Unreachable { .. }
            | Self::Proxy { .. }
            | Self::Tls { .. }
            | Self::Broken { .. } => Refusal::Unanswered(Unanswered::UpstreamFailed { reason }),
        }
    }
}

/// What a client is told of an answer that broke off before anything of it was passed on.
#[must_use]
pub fn refusal(error: &(dyn Error + 'static)) -> Refusal {
    let reason = reason(error);
    match error.is::<Stalled>() {
        true => Refusal::Unanswered(Unanswered::UpstreamSlow { reason }),
        false => Refusal::Unanswered(Unanswered::UpstreamFailed { reason }),
    }
}

/// The innermost cause, which says what happened; what is around it only where.
pub(super) fn reason(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    if innermost.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_incomplete_message) {
        return "it closed the connection before its message was whole".to_owned();
    }
    innermost.to_string()
}
