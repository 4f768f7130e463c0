//! Authorization codes: what WebAuthn yields and the token endpoint takes, once.

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::apis::plausible;
use crate::apis::transmit::ApprovalData;
use crate::clock::Instant;
use crate::store::Collection;
use crate::store::Record;

/// The codes.
pub(crate) static AUTHORIZATION_CODES: Collection = Collection {
    name: "authorization-codes",
    key: "auth_code",
    indexes: &[],
    capacity: 10_000,
    read: |record| plausible::read(record, AuthorizationCode::check),
};

/// How long a code may wait (RFC 6749, section 4.1.2, advises no more than this).
pub(crate) const LIFETIME: Duration = Duration::from_secs(10 * 60);

/// How long a dead code is remembered, so that its refusal can say why.
const KEPT_AFTER_EXPIRY: Duration = Duration::from_secs(24 * 60 * 60);

/// An authorization code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuthorizationCode {
    /// The code itself.
    pub(crate) auth_code: String,
    /// The session that yielded it.
    pub(crate) auth_session_id: String,
    /// Who may exchange it.
    pub(crate) client_id: String,
    /// Whose tokens it gives.
    pub(crate) user_id: String,
    /// Where the flow ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) redirect_uri: Option<String>,
    /// Whether the exchange has to name the redirect URI.
    #[serde(default)]
    pub(crate) is_redirect_uri_named: bool,
    /// What the user approved; becomes a claim of the ID token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) approval_data: Option<ApprovalData>,
    /// When the user authenticated.
    pub(crate) issued_at: Instant,
    /// When it is too old.
    pub(crate) expires_at: Instant,
    /// Whether it was exchanged.
    #[serde(default)]
    pub(crate) is_used: bool,
}

/// Why a code is not taken: the names of the document's examples say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// It is another client's.
    OtherClient,
    /// It was exchanged before.
    Used,
    /// It is too old.
    Expired,
    /// The redirect URI is another one, or missing.
    OtherRedirectUri,
}

impl NotTaken {
    /// The named example that tells it.
    pub(crate) const fn example(self) -> &'static str {
        match self {
            Self::OtherClient => "authorization_code_of_another_client",
            Self::Used => "authorization_code_used",
            Self::Expired => "authorization_code_expired",
            Self::OtherRedirectUri => "redirect_uri_mismatch",
        }
    }
}

impl Record for AuthorizationCode {
    fn key(&self) -> &str {
        &self.auth_code
    }

    fn age(&self) -> i64 {
        self.issued_at.as_millis()
    }

    fn gone_at(&self) -> Option<Instant> {
        Some(self.expires_at.after(KEPT_AFTER_EXPIRY))
    }

    fn to_json(&self) -> Value {
        plausible::json(self)
    }
}

impl AuthorizationCode {
    /// Whether the values are such as records of our own making have.
    fn check(&self) -> Result<(), String> {
        plausible::texts(&[
            ("auth_code", &self.auth_code),
            ("auth_session_id", &self.auth_session_id),
            ("client_id", &self.client_id),
            ("user_id", &self.user_id),
        ])?;
        plausible::instants(&[("issued_at", self.issued_at), ("expires_at", self.expires_at)])
    }

    /// The code after its exchange, or why it is not taken.
    pub(crate) fn exchanged(
        &self,
        client_id: &str,
        redirect_uri: Option<&str>,
        now: Instant,
    ) -> Result<Self, NotTaken> {
        if self.client_id != client_id {
            return Err(NotTaken::OtherClient);
        }
        if self.is_used {
            return Err(NotTaken::Used);
        }
        if now >= self.expires_at {
            return Err(NotTaken::Expired);
        }
        let is_fitting = match redirect_uri {
            Some(sent) => self.redirect_uri.as_deref().is_none_or(|own| own == sent),
            None => !self.is_redirect_uri_named,
        };
        if !is_fitting {
            return Err(NotTaken::OtherRedirectUri);
        }
        Ok(Self { is_used: true, ..self.clone() })
    }
}
