//! The grant `authorization_code`: completes an auth session and logs its user in.

use crate::apis::Reply;
use crate::apis::transmit::auth_session::AUTH_SESSIONS;
use crate::apis::transmit::auth_session::AuthSession;
use crate::apis::transmit::auth_session::Event;
use crate::apis::transmit::authorization_code::AUTHORIZATION_CODES;
use crate::apis::transmit::authorization_code::AuthorizationCode;
use crate::apis::transmit::authorization_code::NotTaken;
use crate::apis::transmit::client::Found;
use crate::apis::transmit::oidc;
use crate::apis::transmit::oidc::client_credentials;
use crate::apis::transmit::session;
use crate::apis::transmit::tokens;
use crate::apis::transmit::tokens::Grant;
use crate::apis::transmit::user::USERS;
use crate::apis::transmit::user::User;
use crate::generated::transmit_oidc::types::TokenRequest;
use crate::store::Transaction;

/// Takes the code, once, and gives the user's tokens.
///
/// The session opened here is the one that the Sessions API lists.
pub(crate) fn give(
    transaction: &mut Transaction<'_>,
    found: &Found,
    request: &TokenRequest,
) -> Result<Reply, Reply> {
    let client = found.client();
    if let Found::Listed(client) = found
        && client.redirect_uris.is_empty()
    {
        // Nowhere to end a flow at, so there is none to exchange a code of.
        return Err(oidc::bad_request("unauthorized_client"));
    }
    if !client_credentials::are_known(request.scope.as_deref().unwrap_or_default()) {
        return Err(oidc::bad_request("invalid_scope"));
    }
    let sent = request.code.as_deref().ok_or_else(|| {
        let lack = oidc::missing("code", "the grant authorization_code");
        oidc::bad_request("invalid_request").report(lack)
    })?;
    let known = transaction.get::<AuthorizationCode>(&AUTHORIZATION_CODES, sent);
    let code = known.ok_or_else(|| oidc::bad_request("invalid_grant"))?;
    let now = transaction.now();
    let code =
        code.exchanged(&client.client_id, request.redirect_uri.as_deref(), now).map_err(|why| {
            let refused = oidc::bad_request(why.example());
            match why {
                // A client that the flow was not begun with is easily taken for a bad code.
                NotTaken::OtherClient => {
                    let text = format!("The authorization code was issued to {}", code.client_id);
                    refused.with("/error_description", text)
                }
                NotTaken::Used | NotTaken::Expired | NotTaken::OtherRedirectUri => refused,
            }
        })?;
    let user = transaction.get::<User>(&USERS, &code.user_id);
    let user = user.ok_or_else(|| oidc::bad_request("invalid_grant"))?;
    transaction.put(&AUTHORIZATION_CODES, code.clone());
    let auth_session = transaction.get::<AuthSession>(&AUTH_SESSIONS, &code.auth_session_id);
    if let Some(Ok(completed)) = auth_session.map(|session| session.after(Event::Exchange, now)) {
        transaction.put(&AUTH_SESSIONS, completed.clone());
    }
    let session = session::open(transaction, &user.user_id, &client.client_id);
    let grant = Grant {
        user: &user,
        client: &client,
        session: &session,
        scope: tokens::USER_SCOPE,
        narrowed: None,
        resource: request.resource.as_deref(),
        authenticated_at: code.issued_at,
        approval_data: code.approval_data.as_ref(),
    };
    Ok(tokens::of_user(transaction, &grant, serde_json::json!({})))
}
