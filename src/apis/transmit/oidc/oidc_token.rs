//! `oidcToken`: one endpoint, three grants; each has its own file.

use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::transmit::oidc;
use crate::apis::transmit::oidc::authorization_code;
use crate::apis::transmit::oidc::client_authentication;
use crate::apis::transmit::oidc::client_credentials;
use crate::apis::transmit::oidc::refresh_token;
use crate::generated::transmit_oidc::types::TokenRequest;
use crate::generated::transmit_oidc::types::TokenRequestGrantType;
use crate::store::Transaction;

/// Lets the client prove itself, then gives what the grant gives.
pub(crate) fn operate(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Reply {
    grant(call, transaction).unwrap_or_else(|refused| refused)
}

fn grant(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Result<Reply, Reply> {
    let request: TokenRequest =
        call.body_as().ok_or_else(|| oidc::bad_request("invalid_request"))?;
    let found = client_authentication::client(call, transaction, &request)?;
    let reply = match request.grant_type {
        TokenRequestGrantType::ClientCredentials => {
            client_credentials::give(transaction, &found, &request)
        }
        TokenRequestGrantType::AuthorizationCode => {
            authorization_code::give(transaction, &found, &request)
        }
        TokenRequestGrantType::RefreshToken => refresh_token::give(transaction, &found, &request),
    }?;
    Ok(oidc::not_cached(reply))
}
