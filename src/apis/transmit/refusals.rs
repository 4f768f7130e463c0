//! What the three documents answer alike when a call is refused before its operation runs.
//!
//! They name their examples alike, so one table serves all; the shapes differ in the documents.
//! What a document answers of its own (bad requests, missing credentials) stands beside it.

use std::sync::Arc;

use http::StatusCode;

use crate::apis::Reply;
use crate::finding::Level;
use crate::finding::Violation;
use crate::message::Refusal;

/// The reply to what plain HTTP refuses; `None` for what each API answers in its own way, and for
/// what only standin can say.
pub(crate) fn plain(refusal: &Refusal) -> Option<Reply> {
    let example = match refusal {
        Refusal::MethodNotAllowed { .. } => "method_not_allowed",
        Refusal::NotAcceptable { .. } => "not_acceptable",
        Refusal::MediaTypeUnsupported { .. } | Refusal::CodingUnsupported { .. } => {
            "unsupported_media_type"
        }
        Refusal::BodyTooLarge { .. } => "payload_too_large",
        Refusal::Internal { .. } => "internal_server_error",
        Refusal::PathUnknown { .. }
        | Refusal::PathMalformed { .. }
        | Refusal::CredentialsMissing { .. }
        | Refusal::ScopeInsufficient { .. }
        | Refusal::RequestInvalid { .. }
        | Refusal::Unanswered(_) => return None,
    };
    Some(Reply::example(refusal.status(), example))
}

/// A 401 by the name of its example, with the challenge that HTTP asks for (RFC 9110, section
/// 15.5.2).
pub(crate) fn unauthorized(example: &'static str) -> Reply {
    Reply::example(StatusCode::UNAUTHORIZED, example).header("www-authenticate", "Bearer")
}

/// One line of an API's table: which violation is told by which example.
#[derive(Debug)]
pub(crate) struct Row {
    /// The rule's id; empty: any.
    pub(crate) rule: &'static str,
    /// The JSON Schema keyword; empty: any.
    pub(crate) keyword: &'static str,
    /// How the place in the body begins; empty: anywhere.
    pub(crate) instance: &'static str,
    /// What was sent; empty: anything.
    pub(crate) got: &'static str,
    /// The example.
    pub(crate) example: &'static str,
}

impl Row {
    /// A line that fits everything.
    pub(crate) const ANY: Self = Self { rule: "", keyword: "", instance: "", got: "", example: "" };

    fn fits(&self, violation: &Violation) -> bool {
        let same = |wanted: &str, got: &str| wanted.is_empty() || wanted == got;
        same(self.rule, violation.rule.id)
            && same(self.keyword, &violation.keyword)
            && violation.instance.as_str().starts_with(self.instance)
            && same(self.got, violation.got.as_deref().unwrap_or_default())
    }
}

/// The reply for bad requests: the vendor tells one error, so the first violation decides.
pub(crate) fn first(table: &[Row], violations: &[Arc<Violation>]) -> Option<Reply> {
    let first = violations.iter().find(|violation| violation.level() == Level::Error)?;
    let row = table.iter().find(|row| row.fits(first))?;
    Some(Reply::example(StatusCode::BAD_REQUEST, row.example))
}
