//! `deleteUserSessions`: ends a user's sessions, takes the refresh tokens away, and counts.

use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::transmit::session;
use crate::apis::transmit::session::Ended;
use crate::generated::transmit_sessions::types::DeletedSessions;
use crate::generated::transmit_sessions::types::DeletedSessionsResult;
use crate::store::Transaction;

/// Revokes; access tokens that were issued before stay valid until they expire.
pub(crate) fn operate(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Reply {
    let user_id = call.arguments.path_text("user_id").unwrap_or_default();
    let ended = session::end(transaction, user_id, None, Ended::Revoked);
    let deleted_count = u64::try_from(ended).unwrap_or(u64::MAX);
    let reply = Reply::ok(&DeletedSessions { result: DeletedSessionsResult { deleted_count } });
    if ended == 0 { reply.resting_on("nothing_deleted") } else { reply }
}
