//! `RevokeSession`: the application ends a session. One that is over stays as it is.

use std::sync::Arc;

use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::clerk::lifecycle;
use crate::apis::clerk::lifecycle::Event;
use crate::apis::clerk::operations::session_of;
use crate::apis::clerk::record::SESSIONS;
use crate::apis::clerk::version::ApiVersion;
use crate::apis::clerk::view;
use crate::store::Transaction;

pub(super) fn revoke(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Reply {
    let session = match session_of(call, transaction) {
        Ok(session) => session,
        Err(refused) => return refused,
    };
    let version = ApiVersion::of(call);
    match lifecycle::after(Arc::clone(&session), Event::Revoke, call.now) {
        Ok(revoked) => {
            transaction.put_shared(&SESSIONS, &revoked);
            Reply::ok(&view::session(&revoked, version)).resting_on("revoked")
        }
        Err(_over) => Reply::ok(&view::session(&session, version)).resting_on("over_already"),
    }
}
