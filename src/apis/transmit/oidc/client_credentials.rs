//! The grant `client_credentials`: an access token for the client itself, never a refresh token.

use crate::apis::Reply;
use crate::apis::transmit::client::Found;
use crate::apis::transmit::oidc;
use crate::apis::transmit::tokens;
use crate::generated::transmit_oidc::types::TokenRequest;
use crate::store::Transaction;

/// The scopes that are known.
pub(crate) const SCOPES: [&str; 4] = ["openid", "email", "phone", "offline_access"];

/// Gives the client's token.
pub(crate) fn give(
    transaction: &mut Transaction<'_>,
    found: &Found,
    request: &TokenRequest,
) -> Result<Reply, Reply> {
    let scope = request.scope.as_deref().unwrap_or_default();
    if !are_known(scope) {
        return Err(oidc::bad_request("invalid_scope"));
    }
    Ok(tokens::of_client(transaction, &found.client(), scope, request.resource.as_deref()))
}

/// Whether all scopes of a request are known.
pub(crate) fn are_known(scope: &str) -> bool {
    scope.split_ascii_whitespace().all(|one| SCOPES.contains(&one))
}
