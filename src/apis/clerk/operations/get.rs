//! `GetSession`: a session, whatever its status.

use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::clerk::operations::session_of;
use crate::apis::clerk::version::ApiVersion;
use crate::apis::clerk::view;
use crate::store::Transaction;

pub(super) fn get(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Reply {
    match session_of(call, transaction) {
        Ok(session) => {
            let version = ApiVersion::of(call);
            view::noting_pending(Reply::ok(&view::session(&session, version)), [&*session], version)
        }
        Err(refused) => refused,
    }
}
