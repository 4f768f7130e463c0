//! Which of this API's errors a refused call gets.

use crate::apis::Reply;
use crate::apis::transmit::refusals;
use crate::apis::transmit::refusals::Row;
use crate::message::Refusal;
use crate::spec::Operation;

/// From the exact to the general.
const BAD_REQUESTS: &[Row] = &[
    Row { rule: "request-body-missing", example: "invalid_request", ..Row::ANY },
    Row { keyword: "required", example: "invalid_request", ..Row::ANY },
    Row { keyword: "type", got: "null", example: "invalid_request", ..Row::ANY },
    Row {
        instance: "/session_expiration",
        keyword: "minimum",
        example: "invalid_session_expiration",
        ..Row::ANY
    },
    Row {
        instance: "/session_expiration",
        keyword: "maximum",
        example: "invalid_session_expiration",
        ..Row::ANY
    },
    Row { instance: "/approval_data", example: "invalid_approval_data", ..Row::ANY },
    Row { example: "invalid_request_content", ..Row::ANY },
];

/// The vendor's own error for a refusal.
pub(crate) fn refuse(refusal: &Refusal, _operation: Option<&Operation>) -> Option<Reply> {
    match refusal {
        Refusal::CredentialsMissing { .. } => Some(refusals::unauthorized("unauthorized_request")),
        Refusal::RequestInvalid { violations } => refusals::first(BAD_REQUESTS, violations),
        Refusal::PathUnknown { .. }
        | Refusal::PathMalformed { .. }
        | Refusal::MethodNotAllowed { .. }
        | Refusal::NotAcceptable { .. }
        | Refusal::MediaTypeUnsupported { .. }
        | Refusal::CodingUnsupported { .. }
        | Refusal::BodyTooLarge { .. }
        | Refusal::ScopeInsufficient { .. }
        | Refusal::Unanswered(_)
        | Refusal::Internal { .. } => refusals::plain(refusal),
    }
}
