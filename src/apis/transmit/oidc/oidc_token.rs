//! `oidcToken`: one endpoint, three grants, each in its own file. The vendor's others are not played.

use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::transmit::oidc;
use crate::apis::transmit::oidc::authorization_code;
use crate::apis::transmit::oidc::client_authentication;
use crate::apis::transmit::oidc::client_credentials;
use crate::apis::transmit::oidc::refresh_token;
use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::generated::transmit_oidc::types::TokenRequest;
use crate::generated::transmit_oidc::types::TokenRequestGrantType;
use crate::pointer::Pointer;
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
        TokenRequestGrantType::Password
        | TokenRequestGrantType::UrnOpenidParamsGrantTypeCiba
        | TokenRequestGrantType::UrnIetfParamsOauthGrantTypeDeviceCode
        | TokenRequestGrantType::UrnIetfParamsOauthGrantTypeTokenExchange => {
            Err(oidc::bad_request("unsupported_grant_type").report(not_played()))
        }
    }?;
    Ok(oidc::not_cached(reply))
}

/// The vendor has the grant and the mock has not, which is no fault of the client.
fn not_played() -> Violation {
    let title = "the vendor has this grant, the mock does not play it";
    let mut violation = Violation::new(&rule::NOT_JUDGED, Location::Body, title);
    violation.instance = Pointer::root().child("grant_type");
    violation.place = Pointer::new("/components/schemas/TokenRequest/properties/grant_type");
    violation.help =
        Some("mock the answer in the test, or use a grant that ends in a session".to_owned());
    violation
}
