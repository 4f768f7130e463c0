//! The grant `refresh_token`: new tokens for a user, and a longer life for the session.

use crate::apis::Reply;
use crate::apis::transmit::client::Found;
use crate::apis::transmit::oidc;
use crate::apis::transmit::refresh_token::REFRESH_TOKENS;
use crate::apis::transmit::refresh_token::RefreshToken;
use crate::apis::transmit::refresh_token::Status;
use crate::apis::transmit::session::SESSIONS;
use crate::apis::transmit::session::Session;
use crate::apis::transmit::tokens;
use crate::apis::transmit::tokens::Grant;
use crate::apis::transmit::user::USERS;
use crate::apis::transmit::user::User;
use crate::generated::transmit_oidc::types::TokenRequest;
use crate::store::Transaction;

/// Takes the refresh token and gives its successor with new access and ID tokens.
///
/// A session that the user logged out of stays ended: logging out leaves refresh tokens alone.
pub(crate) fn give(
    transaction: &mut Transaction<'_>,
    found: &Found,
    request: &TokenRequest,
) -> Result<Reply, Reply> {
    let refused = || oidc::bad_request("invalid_refresh_token");
    let sent = request.refresh_token.as_deref().ok_or_else(|| {
        let lack = oidc::missing("refresh_token", "the grant refresh_token");
        oidc::bad_request("invalid_request").report(lack)
    })?;
    let now = transaction.now();
    let client = found.client();
    let token = transaction
        .get::<RefreshToken>(&REFRESH_TOKENS, sent)
        .filter(|token| token.is_good(&client.client_id, now))
        .ok_or_else(refused)?;
    let granted: Vec<&str> = token.scope.split_ascii_whitespace().collect();
    let asked = request.scope.as_deref().unwrap_or_default();
    if !asked.split_ascii_whitespace().all(|one| granted.contains(&one)) {
        return Err(oidc::bad_request("scope_not_granted"));
    }
    let user = transaction.get::<User>(&USERS, &token.user_id).ok_or_else(refused)?;
    let session = transaction.get::<Session>(&SESSIONS, &token.session_id).ok_or_else(refused)?;
    let session = session.prolonged(now);
    transaction.put(&SESSIONS, session.clone());
    transaction.put(
        &REFRESH_TOKENS,
        RefreshToken { status: Status::Replaced, ..RefreshToken::clone(&token) },
    );
    let grant = Grant {
        user: &user,
        client: &client,
        session: &session,
        scope: &token.scope,
        narrowed: request.scope.as_deref(),
        resource: request.resource.as_deref(),
        authenticated_at: token.authenticated_at,
        approval_data: None,
    };
    Ok(tokens::of_user(transaction, &grant, serde_json::json!({})))
}
