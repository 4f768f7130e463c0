//! `CreateSessionToken`: a session token with the claims that Clerk gives by default.

use std::sync::Arc;

use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::clerk::errors;
use crate::apis::clerk::lifecycle;
use crate::apis::clerk::operations::organization_of;
use crate::apis::clerk::operations::session_of;
use crate::apis::clerk::operations::token_id;
use crate::apis::clerk::record::Session;
use crate::apis::clerk::token::Category;
use crate::apis::clerk::token::session;
use crate::apis::clerk::version::ApiVersion;
use crate::apis::clerk::view;
use crate::apis::clerk::whole;
use crate::store::Transaction;

pub(super) fn create(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Reply {
    let session = match running_session(call, transaction) {
        Ok(session) => session,
        Err(refused) => return refused,
    };
    let organization = organization_of(&session, transaction);
    let making = session::Making {
        session: &session,
        organization: organization.as_ref().map(|(organization, member)| (&**organization, member)),
        origin: None,
        lifetime: lifetime(call),
        id: &token_id(transaction),
        now: call.now,
    };
    let claims = session::claims(making, ApiVersion::of(call).has_second_tokens());
    Reply::ok(&view::token()).token("/jwt", Category::Session.header(), claims)
}

/// The session that the path names, if it is still running.
pub(super) fn running_session(
    call: &Call<'_>,
    transaction: &mut Transaction<'_>,
) -> Result<Arc<Session>, Reply> {
    let session = session_of(call, transaction)?;
    if lifecycle::is_running(session.status) {
        Ok(session)
    } else {
        Err(errors::session_inactive(call, transaction))
    }
}

/// How many seconds the token shall live, where the caller says so.
pub(super) fn lifetime(call: &Call<'_>) -> Option<i64> {
    call.body?.get("expires_in_seconds").and_then(|seconds| whole::number(&seconds.to_value()))
}
