//! Every way in which a call is refused before anything answers it.
//!
//! A refusal is declared here with its id, status and title; a bundled API translates it into its
//! vendor's own error, every other document gets problem+json (RFC 9457) made from these texts.

use std::sync::Arc;

use http::Method;
use http::StatusCode;

use crate::finding::violation::Violation;
use crate::message::Unanswered;

/// Why a call is refused.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// No operation has this path; the nearest templates are named, best first.
    PathUnknown {
        /// The nearest operations, as `METHOD /path`.
        nearest: Vec<String>,
    },
    /// The path can not be decoded.
    PathMalformed {
        /// What is wrong with it.
        reason: String,
    },
    /// The path has no such method.
    MethodNotAllowed {
        /// The methods that it has.
        allow: Vec<Method>,
    },
    /// Nothing declared is acceptable to the client.
    NotAcceptable {
        /// The media types that the operation has.
        offered: Vec<String>,
    },
    /// The body has a media type that the operation does not declare.
    MediaTypeUnsupported {
        /// What was sent; `None` where a body came without a media type.
        got: Option<String>,
        /// What is declared.
        expected: Vec<String>,
    },
    /// The body is compressed, or coded otherwise.
    CodingUnsupported {
        /// The codings that were named.
        got: String,
    },
    /// The body is larger than the limit.
    BodyTooLarge {
        /// The limit.
        limit_bytes: usize,
    },
    /// Credentials are missing or have no form that the scheme knows.
    CredentialsMissing {
        /// What exactly is wrong with them.
        problem: CredentialsProblem,
        /// What would do instead: values of `WWW-Authenticate`, one an alternative.
        challenges: Vec<String>,
    },
    /// The token is good, and lacks scopes that the operation demands.
    ScopeInsufficient {
        /// All scopes that the operation demands.
        scopes: Vec<String>,
    },
    /// Parameters or body break the contract: at least one violation of level error.
    RequestInvalid {
        /// All of them, in the order of reading (parameters, then body).
        violations: Vec<Arc<Violation>>,
    },
    /// No answer is there for a call that may be right: what no vendor has an error for.
    Unanswered(Unanswered),
    /// standin failed.
    Internal {
        /// What happened, for the log and the journal, not for the client.
        reason: String,
    },
}

/// What is wrong with a call's credentials; the nearer to being right, the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CredentialsProblem {
    /// There are none.
    Absent,
    /// There is an `Authorization` header, but not of the declared scheme.
    WrongScheme,
    /// The scheme is right, its value is empty or can not be read.
    Malformed,
}

impl Refusal {
    /// The stable name: the last part of the problem type.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::PathUnknown { .. } => "path-unknown",
            Self::PathMalformed { .. } => "path-malformed",
            Self::MethodNotAllowed { .. } => "method-not-allowed",
            Self::NotAcceptable { .. } => "not-acceptable",
            Self::MediaTypeUnsupported { .. } => "media-type-unsupported",
            Self::CodingUnsupported { .. } => "content-coding-unsupported",
            Self::BodyTooLarge { .. } => "request-body-too-large",
            Self::CredentialsMissing { .. } => "credentials-missing",
            Self::ScopeInsufficient { .. } => "scope-insufficient",
            Self::RequestInvalid { .. } => "request-invalid",
            Self::Unanswered(unanswered) => unanswered.id(),
            Self::Internal { .. } => "answer-failed",
        }
    }

    /// The status where no API says otherwise.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::PathUnknown { .. } => StatusCode::NOT_FOUND,
            Self::PathMalformed { .. } => StatusCode::BAD_REQUEST,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable { .. } => StatusCode::NOT_ACCEPTABLE,
            Self::MediaTypeUnsupported { .. } | Self::CodingUnsupported { .. } => {
                StatusCode::UNSUPPORTED_MEDIA_TYPE
            }
            Self::BodyTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::CredentialsMissing { .. } => StatusCode::UNAUTHORIZED,
            Self::ScopeInsufficient { .. } => StatusCode::FORBIDDEN,
            Self::RequestInvalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unanswered(unanswered) => unanswered.status(),
            Self::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// One line for a person.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::PathUnknown { nearest } => match nearest.first() {
                Some(first) => format!("no operation has this path; the nearest is {first}"),
                None => "no operation has this path".to_owned(),
            },
            Self::PathMalformed { reason } => format!("the path can not be read: {reason}"),
            Self::MethodNotAllowed { allow } => {
                format!("the path has only {}", list(allow.iter().map(Method::as_str)))
            }
            Self::NotAcceptable { offered } => {
                format!("the operation answers only {}", list(offered.iter().map(String::as_str)))
            }
            Self::MediaTypeUnsupported { got, expected } => {
                let expected = list(expected.iter().map(String::as_str));
                match got {
                    Some(got) => format!("the body is {got}; the operation takes {expected}"),
                    None => format!("the body has no Content-Type; the operation takes {expected}"),
                }
            }
            Self::CodingUnsupported { got } => {
                format!("the body is coded as `{got}`; only uncoded bodies are taken")
            }
            Self::BodyTooLarge { limit_bytes } => {
                format!("the body is larger than {limit_bytes} bytes")
            }
            Self::ScopeInsufficient { scopes } => {
                format!("the token lacks a scope of `{}`", scopes.join(" "))
            }
            Self::CredentialsMissing { problem, .. } => match problem {
                CredentialsProblem::Absent => "no credentials were sent".to_owned(),
                CredentialsProblem::WrongScheme => {
                    "the Authorization header has another scheme than the operation demands"
                        .to_owned()
                }
                CredentialsProblem::Malformed => "the credentials can not be read".to_owned(),
            },
            Self::RequestInvalid { violations } => match violations.first() {
                Some(first) => first.title.clone(),
                None => "the request breaks the contract".to_owned(),
            },
            Self::Unanswered(unanswered) => unanswered.title(),
            Self::Internal { .. } => "standin could not make an answer".to_owned(),
        }
    }
}

pub(super) fn list<'t>(items: impl Iterator<Item = &'t str>) -> String {
    let text = items.collect::<Vec<_>>().join(", ");
    if text.is_empty() { "nothing".to_owned() } else { text }
}
