//! The end, for hosts without signals.

use http::StatusCode;
use serde_json::json;

use crate::message::Answer;
use crate::server::admin::call;
use crate::server::admin::call::Call;

/// Asks for the stop; this very answer is still sent, because what runs is let finish.
pub(super) fn stop(call: &Call<'_>) -> Answer {
    call.surface.stop.ask();
    call::json(StatusCode::ACCEPTED, &json!({ "status": "stopping" }))
}
