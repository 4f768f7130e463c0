//! Is it ready?

use serde_json::json;

use crate::message::Answer;
use crate::server::admin::call::Call;
use crate::server::admin::call::ok;

/// Whoever can ask is answered: the port is open, so it is.
pub(super) fn get(call: &Call<'_>) -> Answer {
    let apis: Vec<&str> =
        call.engine().services().iter().map(|service| &*service.mounted.id).collect();
    ok(&json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION"), "apis": apis }))
}
