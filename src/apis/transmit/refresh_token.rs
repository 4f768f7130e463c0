//! Refresh tokens: opaque, one after the other in a session, gone when they are revoked.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::apis::plausible;
use crate::apis::transmit::session;
use crate::apis::transmit::session::Session;
use crate::clock::Instant;
use crate::store::Collection;
use crate::store::Record;
use crate::store::Transaction;

/// The refresh tokens.
pub(crate) static REFRESH_TOKENS: Collection = Collection {
    name: "refresh-tokens",
    key: "refresh_token",
    indexes: &["user_id"],
    capacity: 20_000,
    read: |record| plausible::read(record, RefreshToken::check),
};

/// A refresh token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefreshToken {
    /// The token itself.
    pub(crate) refresh_token: String,
    /// The session that it prolongs.
    pub(crate) session_id: String,
    /// Whose it is.
    pub(crate) user_id: String,
    /// Who may use it.
    pub(crate) client_id: String,
    /// What its access tokens are for.
    pub(crate) scope: String,
    /// When the user authenticated.
    pub(crate) authenticated_at: Instant,
    /// When it was issued.
    pub(crate) issued_at: Instant,
    /// When it is too old: as long as a session lives.
    pub(crate) expires_at: Instant,
    /// Whether it still works.
    pub(crate) status: Status,
}

impl Record for RefreshToken {
    fn key(&self) -> &str {
        &self.refresh_token
    }

    fn index(&self, number: usize) -> Option<&str> {
        match number {
            0 => Some(&self.user_id),
            _ => None,
        }
    }

    fn age(&self) -> i64 {
        self.issued_at.as_millis()
    }

    fn gone_at(&self) -> Option<Instant> {
        Some(self.expires_at)
    }

    fn to_json(&self) -> Value {
        plausible::json(self)
    }
}

/// Whether a refresh token still works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Status {
    /// It does.
    Active,
    /// A newer one took its place.
    Replaced,
    /// It was taken away.
    Revoked,
}

impl RefreshToken {
    /// Whether the values are such as records of our own making have.
    fn check(&self) -> Result<(), String> {
        plausible::texts(&[
            ("refresh_token", &self.refresh_token),
            ("session_id", &self.session_id),
            ("user_id", &self.user_id),
            ("client_id", &self.client_id),
        ])?;
        plausible::instants(&[
            ("authenticated_at", self.authenticated_at),
            ("issued_at", self.issued_at),
            ("expires_at", self.expires_at),
        ])
    }

    /// Whether `client_id` can use it now.
    pub(crate) fn is_good(&self, client_id: &str, now: Instant) -> bool {
        self.status == Status::Active && self.client_id == client_id && now < self.expires_at
    }
}

/// Issues a refresh token in a session.
pub(crate) fn issue(
    transaction: &mut Transaction<'_>,
    session: &Session,
    scope: &str,
    authenticated_at: Instant,
) -> RefreshToken {
    let now = transaction.now();
    let token = RefreshToken {
        refresh_token: format!("refresh_{}", transaction.base62(32)),
        session_id: session.session_id.clone(),
        user_id: session.user_id.clone(),
        client_id: session.client_id.clone(),
        scope: scope.to_owned(),
        authenticated_at,
        issued_at: now,
        expires_at: now.after(session::LIFETIME),
        status: Status::Active,
    };
    transaction.put(&REFRESH_TOKENS, token.clone());
    token
}

/// Takes all refresh tokens of a user away.
pub(crate) fn revoke_all(transaction: &mut Transaction<'_>, user_id: &str) {
    for token in transaction.find::<RefreshToken>(&REFRESH_TOKENS, "user_id", user_id) {
        if token.status == Status::Active {
            transaction.put(
                &REFRESH_TOKENS,
                RefreshToken { status: Status::Revoked, ..RefreshToken::clone(&token) },
            );
        }
    }
}
