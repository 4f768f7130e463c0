//! Who calls an operation that needs an access token.
//!
//! A token that standin issued is checked fully: signature, issuer, kind, expiry. A foreign one
//! says nothing that could be trusted, so the lenient mode lets it do everything and the strict
//! mode nothing. Where nothing is checked, a token at most tells which client is meant.

use serde_json::Value;

use crate::apis::AuthMode;
use crate::apis::Call;
use crate::apis::transmit::claims;
use crate::token::decode_unverified;

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// A client, by a token of its own.
    Client {
        /// Which.
        client_id: String,
        /// Its application.
        app_id: String,
        /// What it may do.
        permissions: Vec<String>,
    },
    /// A user, by the access token of a login.
    User {
        /// Who.
        user_id: String,
        /// Through which client.
        client_id: String,
    },
    /// Somebody with a token from elsewhere, or whom nobody checks.
    Anyone {
        /// The client that the token names, which binds nobody.
        client_id: Option<String>,
    },
}

impl Caller {
    /// Reads the caller; `None` where the token is not valid here.
    pub(crate) fn of(call: &Call<'_>) -> Option<Self> {
        match (call.settings.auth, call.claims) {
            (AuthMode::Off, token) => Some(Self::Anyone {
                client_id: token.and_then(|token| text(token, "client_id")).map(str::to_owned),
            }),
            (AuthMode::Strict, None) => None,
            (AuthMode::Lenient, None) => {
                let is_forged = call.credentials.bearer.as_deref().is_some_and(claims_to_be_own);
                if is_forged { None } else { Some(Self::Anyone { client_id: None }) }
            }
            (AuthMode::Lenient | AuthMode::Strict, Some(token)) => {
                let is_issued_here = text(token, "iss") == Some(claims::ISSUER);
                let is_fresh = token
                    .get("exp")
                    .and_then(Value::as_i64)
                    .is_some_and(|expiry| call.now.as_secs() < expiry);
                if is_issued_here && is_fresh { read(token) } else { None }
            }
        }
    }

    /// The client on whose behalf the call is made, where that was checked.
    pub(crate) fn client_id(&self) -> Option<&str> {
        match self {
            Self::Client { client_id, .. } | Self::User { client_id, .. } => Some(client_id),
            Self::Anyone { .. } => None,
        }
    }

    /// The client that is meant, checked or not.
    pub(crate) fn meant_client_id(&self) -> Option<&str> {
        match self {
            Self::Client { client_id, .. } | Self::User { client_id, .. } => Some(client_id),
            Self::Anyone { client_id } => client_id.as_deref(),
        }
    }

    /// Whether the caller holds one of `permissions`, in which `[appId]` stands for its own
    /// application.
    pub(crate) fn may(&self, permissions: &[&str]) -> bool {
        match self {
            Self::Anyone { .. } => true,
            Self::User { .. } => false,
            Self::Client { app_id, permissions: held, .. } => permissions
                .iter()
                .map(|wanted| wanted.replace("[appId]", app_id))
                .any(|wanted| held.contains(&wanted)),
        }
    }
}

/// Whether a token that standin's key did not sign says that it is of standin's making.
///
/// The issuer alone does not tell: it is the vendor's, whose real tokens are foreign here.
fn claims_to_be_own(token: &str) -> bool {
    decode_unverified(token).is_some_and(|(header, claims)| {
        text(&header, "kid") == Some(claims::KEY_ID)
            || text(&claims, "iss") == Some(claims::ISSUER)
                && text(&claims, "tid") == Some(claims::TENANT)
    })
}

/// Reads an access token; `None` for any other kind, an ID token for example.
fn read(token: &Value) -> Option<Caller> {
    let client_id = text(token, "client_id")?.to_owned();
    match token.get("ts_permissions").and_then(Value::as_array) {
        Some(permissions) => Some(Caller::Client {
            client_id,
            app_id: text(token, "app_id")?.to_owned(),
            permissions: permissions.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        }),
        None => Some(Caller::User { user_id: text(token, "sub")?.to_owned(), client_id }),
    }
}

fn text<'t>(token: &'t Value, claim: &str) -> Option<&'t str> {
    token.get(claim).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::Caller;

    #[test]
    fn one_permission_of_those_named_is_enough() {
        let caller = |held: &[&str]| Caller::Client {
            client_id: "c".to_owned(),
            app_id: "app_1".to_owned(),
            permissions: held.iter().map(|&permission| permission.to_owned()).collect(),
        };
        let wanted = ["apps:read", "[appId]:read", "sessions:read"];
        for held in ["apps:read", "app_1:read", "sessions:read"] {
            assert!(caller(&[held]).may(&wanted), "{held}");
        }
        for held in ["app_2:read", "sessions:delete", "read:sessions", "[appId]:read"] {
            assert!(!caller(&[held]).may(&wanted), "{held}");
        }
    }
}
