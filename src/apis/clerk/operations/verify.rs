//! `VerifySession`: deprecated, and gone from API version 2025-04-10 on.

use http::StatusCode;
use serde_json::Value;

use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::clerk::errors;
use crate::apis::clerk::lifecycle;
use crate::apis::clerk::operations::session_of;
use crate::apis::clerk::record::Session;
use crate::apis::clerk::token::Category;
use crate::apis::clerk::version::ApiVersion;
use crate::apis::clerk::view;
use crate::json::View;
use crate::store::Transaction;

pub(super) fn verify(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Reply {
    let session = match session_of(call, transaction) {
        Ok(session) => session,
        Err(refused) => return refused,
    };
    let token = call.body.and_then(|body| body.get("token")).and_then(View::as_str);
    if let Some(token) = token
        && let Err(example) = examine(call, &session, token)
    {
        let status = StatusCode::BAD_REQUEST;
        return errors::error(call, transaction, status, example, &[]);
    }
    if !lifecycle::is_running(session.status) {
        return errors::session_inactive(call, transaction);
    }
    let version = ApiVersion::of(call);
    let reply = Reply::ok(&view::session(&session, version));
    if token.is_none() {
        reply.resting_on("verified_without_token")
    } else {
        view::noting_pending(reply, [&*session], version)
    }
}

/// Why the token is not good for the session, by the name of an example.
fn examine(call: &Call<'_>, session: &Session, token: &str) -> Result<(), &'static str> {
    let claims = call.settings.key.verify(token).map_err(|_| "invalid_session_token")?;
    let number = |name| claims.get(name).and_then(Value::as_i64);
    let sid = claims.get("sid").and_then(Value::as_str);
    let now = call.now.as_secs();
    let is_in_time = number("exp").is_some_and(|expires| now < expires)
        && number("nbf").is_none_or(|begins| begins <= now);
    let is_good = is_in_time && Category::Session.is_of(token) && sid == Some(session.id.as_str());
    if is_good { Ok(()) } else { Err("session_token_unfit") }
}
