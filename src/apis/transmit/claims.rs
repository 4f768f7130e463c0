//! The claims of the vendor's tokens, as its token reference lists them.

use std::time::Duration;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::apis::transmit::ApprovalData;
use crate::apis::transmit::client::Client;
use crate::apis::transmit::user::User;
use crate::clock::Instant;
use crate::store::Transaction;

/// Who issues, wherever standin is reached: published tokens have it.
pub(crate) const ISSUER: &str = "https://userid.security";

/// How long access and ID tokens live.
pub(crate) const LIFETIME: Duration = Duration::from_secs(60 * 60);

/// Who takes access tokens, unless a resource is named.
pub(crate) const AUDIENCE: &str = "userid-api";

/// The one tenant there is.
pub(crate) const TENANT: &str = "tenant_standin";

/// The name of the signing key in token headers and in the key set.
pub(crate) const KEY_ID: &str = "standin-transmit";

/// The members of a token's header besides the algorithm.
pub(crate) fn header() -> Map<String, Value> {
    let mut header = Map::new();
    header.insert("typ".to_owned(), json!("JWT"));
    header.insert("kid".to_owned(), json!(KEY_ID));
    header
}

/// The claims of a client's access token. Only these have `ts_permissions`.
pub(crate) fn of_client(
    transaction: &mut Transaction<'_>,
    client: &Client,
    scope: &str,
    resource: Option<&str>,
) -> Value {
    let now = transaction.now();
    let roles: Vec<&str> = client.roles.iter().map(|role| role.name.as_str()).collect();
    json!({
        "tid": TENANT,
        "app_name": client.app_name,
        "app_id": client.app_id,
        "roles": [],
        "jti": transaction.base62(21),
        "sub": client.client_id,
        "iat": now.as_secs(),
        "exp": now.after(LIFETIME).as_secs(),
        "scope": scope,
        "client_id": client.client_id,
        "iss": ISSUER,
        "aud": resource.unwrap_or(AUDIENCE),
        "ts_roles": roles,
        "ts_permissions": client.permissions(),
    })
}

/// The claims of a user's access token.
pub(crate) fn of_user(
    transaction: &mut Transaction<'_>,
    user: &User,
    client: &Client,
    scope: &str,
    resource: Option<&str>,
) -> Value {
    let now = transaction.now();
    json!({
        "tid": TENANT,
        "app_name": client.app_name,
        "app_id": client.app_id,
        "roles": [],
        "jti": transaction.base62(21),
        "sub": user.user_id,
        "iat": now.as_secs(),
        "exp": now.after(LIFETIME).as_secs(),
        "scope": scope,
        "client_id": client.client_id,
        "iss": ISSUER,
        "aud": resource.unwrap_or(AUDIENCE),
    })
}

/// The claims of an ID token.
pub(crate) fn of_identity(
    user: &User,
    client: &Client,
    authenticated_at: Instant,
    approval_data: Option<&ApprovalData>,
    now: Instant,
) -> Value {
    let mut claims = json!({
        "sub": user.user_id,
        "tid": TENANT,
        "aud": client.client_id,
        "iat": now.as_secs(),
        "exp": now.after(LIFETIME).as_secs(),
        "iss": ISSUER,
        "auth_time": authenticated_at.as_secs(),
        "amr": ["webauthn"],
        "webauthn_username": user.username,
    });
    if let Some(email) = &user.email {
        claims["email"] = json!(email);
        claims["email_verified"] = json!(true);
    }
    if let Some(approval_data) = approval_data {
        claims["approval_data"] = json!(approval_data);
    }
    claims
}
