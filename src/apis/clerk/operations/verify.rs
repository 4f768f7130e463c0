//! `VerifySession`: deprecated, and gone from API version 2025-04-10 on.

use http::StatusCode;
use serde_json::Value;

use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::clerk::errors;
use crate::apis::clerk::lifecycle;
use crate::apis::clerk::operations::session_of;
use crate::apis::clerk::version::ApiVersion;
use crate::apis::clerk::view;
use crate::store::Transaction;

pub(super) fn verify(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Reply {
    let session = match session_of(call, transaction) {
        Ok(session) => session,
        Err(refused) => return refused,
    };
    let token = call.body.and_then(|body| body.get("token")).and_then(Value::as_str);
    if let Some(token) = token {
        let claims = call.settings.key.verify(token).ok();
        let number = |name| claims.as_ref().and_then(|claims| claims.get(name)?.as_i64());
        let sid = claims.as_ref().and_then(|claims| claims.get("sid")?.as_str());
        let now = call.now.as_secs();
        let is_in_time = number("exp").is_some_and(|expires| now < expires)
            && number("nbf").is_none_or(|begins| begins <= now);
        if !is_in_time || sid != Some(session.id.as_str()) {
            let status = StatusCode::BAD_REQUEST;
            return errors::error(call, transaction, status, "invalid_session_token", &[]);
        }
    }
    if !lifecycle::is_running(session.status) {
        return errors::session_inactive(call, transaction);
    }
    let reply = Reply::ok(&view::session(&session, ApiVersion::of(call)));
    if token.is_none() { reply.resting_on("verified_without_token") } else { reply }
}
