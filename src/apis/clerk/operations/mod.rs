//! What each operation does, one file each, between the validated request and the reply.

pub(super) mod create;
pub(super) mod get;
pub(super) mod jwks;
pub(super) mod list;
pub(super) mod refresh;
pub(super) mod revoke;
pub(super) mod token;
pub(super) mod token_from_template;
pub(super) mod verify;

use std::sync::Arc;

use crate::apis::Call;
use crate::apis::Operate;
use crate::apis::Reply;
use crate::apis::clerk::errors;
use crate::apis::clerk::lifecycle;
use crate::apis::clerk::record::Member;
use crate::apis::clerk::record::ORGANIZATIONS;
use crate::apis::clerk::record::Organization;
use crate::apis::clerk::record::SESSIONS;
use crate::apis::clerk::record::Session;
use crate::clock::Instant;
use crate::store::Transaction;

/// Every operation of the document.
pub(super) static OPERATIONS: &[(&str, Operate)] = &[
    ("GetSessionList", list::list),
    ("createSession", create::create),
    ("GetSession", get::get),
    ("RevokeSession", revoke::revoke),
    ("VerifySession", verify::verify),
    ("RefreshSession", refresh::refresh),
    ("CreateSessionToken", token::create),
    ("CreateSessionTokenFromTemplate", token_from_template::create),
    ("GetJWKS", jwks::get),
    ("GetPublicJWKS", jwks::get),
];

/// The session that the path names, as it stands now.
fn session_of(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Result<Arc<Session>, Reply> {
    let id = call.arguments.path_text("session_id").unwrap_or_default();
    match session_at(transaction, id, call.now) {
        Some(session) => Ok(session),
        None => Err(errors::session_not_found(call, transaction, id)),
    }
}

/// The session as it stands at `now`; none if it was purged.
pub(super) fn session_at(
    transaction: &mut Transaction<'_>,
    id: &str,
    now: Instant,
) -> Option<Arc<Session>> {
    let session = lifecycle::at(transaction.get(&SESSIONS, id)?, now);
    (!lifecycle::is_purged(&session, now)).then_some(session)
}

/// The organization that is active in the session, if the user still belongs to it.
pub(super) fn organization_of(
    session: &Session,
    transaction: &mut Transaction<'_>,
) -> Option<(Arc<Organization>, Member)> {
    let id = session.last_active_organization_id.as_deref()?;
    let organization: Arc<Organization> = transaction.get(&ORGANIZATIONS, id)?;
    let member = organization.member(&session.user_id)?.clone();
    Some((organization, member))
}

/// The id of a new token.
pub(super) fn token_id(transaction: &mut Transaction<'_>) -> String {
    errors::hexadecimal(&transaction.random()[..10])
}
