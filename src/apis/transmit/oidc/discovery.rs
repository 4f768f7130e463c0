//! `getOidcConfiguration` and `getOpenidConfiguration`: the provider's metadata, at both places.

use http::header::HOST;

use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::transmit::claims;
use crate::apis::transmit::oidc::client_credentials;
use crate::generated::transmit_oidc::types::ProviderConfiguration;
use crate::store::Transaction;

/// Tells what there is; the endpoints stand at the address, below the base path, by which the
/// server was called.
pub(crate) fn operate(call: &Call<'_>, _transaction: &mut Transaction<'_>) -> Reply {
    let host = call.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let base = call.path.strip_suffix(&*call.operation.template).unwrap_or_default();
    Reply::ok(&configuration(&format!("http://{host}{base}")))
}

fn configuration(address: &str) -> ProviderConfiguration {
    let list = |items: &[&str]| items.iter().map(|&item| item.to_owned()).collect::<Vec<_>>();
    ProviderConfiguration {
        issuer: claims::ISSUER.to_owned(),
        token_endpoint: format!("{address}/oidc/token"),
        jwks_uri: format!("{address}/oidc/jwks"),
        grant_types_supported: list(&["client_credentials", "authorization_code", "refresh_token"]),
        response_types_supported: list(&["code"]),
        scopes_supported: list(&client_credentials::SCOPES),
        subject_types_supported: list(&["public"]),
        id_token_signing_alg_values_supported: list(&["RS256"]),
        token_endpoint_auth_methods_supported: list(&["client_secret_post", "client_secret_basic"]),
        claims_supported: list(&[
            "sub",
            "tid",
            "aud",
            "exp",
            "iat",
            "iss",
            "auth_time",
            "amr",
            "approval_data",
        ]),
    }
}
