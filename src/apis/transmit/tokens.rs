//! Tokens of users: what a login, an exchange and a refresh give alike.

use serde_json::Value;
use serde_json::json;

use crate::apis::Reply;
use crate::apis::transmit::ApprovalData;
use crate::apis::transmit::claims;
use crate::apis::transmit::client::Client;
use crate::apis::transmit::refresh_token;
use crate::apis::transmit::session::Session;
use crate::apis::transmit::user::User;
use crate::clock::Instant;
use crate::generated::transmit_oidc::types::JsonWebToken;
use crate::generated::transmit_oidc::types::TokenResponse;
use crate::generated::transmit_oidc::types::TokenResponseTokenType;
use crate::store::Transaction;

/// What a user's access token is for.
pub(crate) const USER_SCOPE: &str = "openid offline_access";

/// What stands where a token will be signed in.
const UNSIGNED: &str = "header.claims.signature";

/// Everything that goes into a user's tokens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grant<'g> {
    /// Whose tokens.
    pub(crate) user: &'g User,
    /// Through which client.
    pub(crate) client: &'g Client,
    /// In which session.
    pub(crate) session: &'g Session,
    /// For what.
    pub(crate) scope: &'g str,
    /// For what the access token alone is, where less was asked for.
    pub(crate) narrowed: Option<&'g str>,
    /// For whom, where a resource was named.
    pub(crate) resource: Option<&'g str>,
    /// When the user authenticated.
    pub(crate) authenticated_at: Instant,
    /// What the user approved.
    pub(crate) approval_data: Option<&'g ApprovalData>,
}

/// A reply with access, ID and refresh token, after the members of `before`.
pub(crate) fn of_user(
    transaction: &mut Transaction<'_>,
    grant: &Grant<'_>,
    before: Value,
) -> Reply {
    let refresh =
        refresh_token::issue(transaction, grant.session, grant.scope, grant.authenticated_at);
    let scope = grant.narrowed.unwrap_or(grant.scope);
    let response = TokenResponse {
        access_token: unsigned(),
        id_token: Some(unsigned()),
        expires_in: claims::LIFETIME.as_secs(),
        scope: scope.to_owned(),
        token_type: TokenResponseTokenType::Bearer,
        refresh_token: refresh.refresh_token.parse().ok(),
    };
    let mut content = before;
    if let (Some(members), Value::Object(tokens)) = (content.as_object_mut(), json!(response)) {
        members.extend(tokens);
    }
    let (user, client) = (grant.user, grant.client);
    let access = claims::of_user(transaction, user, client, scope, grant.resource);
    let identity = claims::of_identity(
        user,
        client,
        grant.authenticated_at,
        grant.approval_data,
        transaction.now(),
    );
    Reply::ok(&content).token("/access_token", claims::header(), access).token(
        "/id_token",
        claims::header(),
        identity,
    )
}

/// A reply with the access token of a client.
pub(crate) fn of_client(
    transaction: &mut Transaction<'_>,
    client: &Client,
    scope: &str,
    resource: Option<&str>,
) -> Reply {
    let claims = claims::of_client(transaction, client, scope, resource);
    let response = TokenResponse {
        access_token: unsigned(),
        id_token: None,
        expires_in: claims::LIFETIME.as_secs(),
        scope: scope.to_owned(),
        token_type: TokenResponseTokenType::Bearer,
        refresh_token: None,
    };
    Reply::ok(&response).token("/access_token", claims::header(), claims)
}

fn unsigned() -> JsonWebToken {
    UNSIGNED.parse().expect("three parts are the form of a token")
}
