//! Why a call has no answer though nothing need be wrong with it: asked for what is not declared,
//! made where nothing can be made, passed on in vain.
//!
//! These are standin's own: no vendor's server is ever asked so, and none has errors for them.

use http::StatusCode;

use crate::message::refusal::list;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// The call asks for an answer that is not declared.
    PreferenceUnknown {
        /// What was asked for.
        wanted: Wanted,
        /// What there is.
        offered: Vec<String>,
    },
    /// The call asks for an answer in a way that can not be read.
    PreferenceMalformed {
        /// What was asked for, as `name=value`.
        asked: String,
        /// What the value should have been.
        expected: &'static str,
    },
    /// The call names a server that the operation does not have.
    ServerUnknown {
        /// The address that was named.
        asked: String,
        /// The addresses that are declared.
        offered: Vec<String>,
    },
    /// The operation declares no response that could answer a call which keeps the contract.
    ResponseUndeclared,
    /// The content that was made can not be written in its media type.
    ContentUnwritable {
        /// The media type.
        media_type: String,
    },
    /// The server that calls are passed on to did not answer.
    UpstreamFailed {
        /// What happened, a fragment.
        reason: String,
    },
    /// The server that calls are passed on to did not answer in time.
    UpstreamSlow {
        /// What took too long, a fragment.
        reason: String,
    },
}

/// An answer that a call asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// One with this status code.
    Code(u16),
    /// This example.
    Example {
        /// Its name.
        name: String,
        /// The media type that it was looked for in first; `None` where there is no content.
        media_type: Option<String>,
    },
}

impl Unanswered {
    /// The stable name: the last part of the problem type.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::PreferenceUnknown { .. } => "preference-unknown",
            Self::PreferenceMalformed { .. } => "preference-malformed",
            Self::ServerUnknown { .. } => "server-unknown",
            Self::ResponseUndeclared => "response-undeclared",
            Self::ContentUnwritable { .. } => "content-unwritable",
            Self::UpstreamFailed { .. } => "upstream-failed",
            Self::UpstreamSlow { .. } => "upstream-slow",
        }
    }

    /// The status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::PreferenceUnknown { .. } | Self::ServerUnknown { .. } => StatusCode::NOT_FOUND,
            Self::PreferenceMalformed { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::ResponseUndeclared | Self::ContentUnwritable { .. } => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            Self::UpstreamFailed { .. } => StatusCode::BAD_GATEWAY,
            Self::UpstreamSlow { .. } => StatusCode::GATEWAY_TIMEOUT,
        }
    }

    /// One line for a person.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::PreferenceUnknown { wanted, offered } => {
                let offered = list(offered.iter().map(String::as_str));
                let wanted = match wanted {
                    Wanted::Code(code) => format!("code={code}"),
                    Wanted::Example { name, .. } => format!("example={name}"),
                };
                format!("the call asks for {wanted}; the operation declares {offered}")
            }
            Self::PreferenceMalformed { asked, expected } => {
                format!("the call asks for {asked}; it should be {expected}")
            }
            Self::ServerUnknown { asked, offered } => {
                let offered = list(offered.iter().map(String::as_str));
                format!("the call is for the server {asked}; the operation declares {offered}")
            }
            Self::ResponseUndeclared => "the operation declares no response".to_owned(),
            Self::ContentUnwritable { media_type } => {
                format!("an object or a list can not be written as {media_type}")
            }
            Self::UpstreamFailed { reason } | Self::UpstreamSlow { reason } => {
                format!("the upstream gave no answer: {reason}")
            }
        }
    }
}
