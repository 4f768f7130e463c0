//! What was found since the view was last cleared.

use serde_json::json;

use crate::message::Answer;
use crate::server::admin::call::Call;
use crate::server::admin::call::done;
use crate::server::admin::call::ok;

/// The findings, worst first, with their lines.
pub(super) fn list(call: &Call<'_>) -> Answer {
    let engine = call.engine();
    ok(&json!({ "findings": engine.locate(engine.ledger().view()) }))
}

/// Clears the view; what the exit code goes by stays.
pub(super) fn clear(call: &Call<'_>) -> Answer {
    call.engine().ledger().clear_view();
    done()
}
