//! Sessions of users: opened by a login, prolonged by new tokens, ended by logout, revocation or
//! the clock.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::apis::plausible;
use crate::apis::transmit::refresh_token;
use crate::clock::Instant;
use crate::store::Collection;
use crate::store::Record;
use crate::store::Transaction;

/// The sessions.
pub(crate) static SESSIONS: Collection = Collection {
    name: "sessions",
    key: "session_id",
    indexes: &["user_id"],
    capacity: 10_000,
    read: |record| plausible::read(record, Session::check),
};

/// How long a session lives after the last tokens were issued in it: two weeks, not configurable.
pub(crate) const LIFETIME: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// A session of a user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Session {
    /// The vendor's id.
    pub(crate) session_id: String,
    /// Whose it is.
    pub(crate) user_id: String,
    /// Through which client the user logged in.
    pub(crate) client_id: String,
    /// When it began.
    pub(crate) start_time: Instant,
    /// When it ends unless it is prolonged.
    pub(crate) expiration_time: Instant,
    /// How it ended before its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ended: Option<Ended>,
}

impl Record for Session {
    fn key(&self) -> &str {
        &self.session_id
    }

    fn index(&self, number: usize) -> Option<&str> {
        match number {
            0 => Some(&self.user_id),
            _ => None,
        }
    }

    fn age(&self) -> i64 {
        self.start_time.as_millis()
    }

    fn gone_at(&self) -> Option<Instant> {
        Some(self.expiration_time.after(LIFETIME))
    }

    fn to_json(&self) -> Value {
        plausible::json(self)
    }
}

/// How a session ended before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Ended {
    /// The user logged out: refresh tokens go on.
    LoggedOut,
    /// It was revoked, and the refresh tokens with it.
    Revoked,
}

impl Session {
    /// Whether the values are such as records of our own making have.
    fn check(&self) -> Result<(), String> {
        plausible::texts(&[
            ("session_id", &self.session_id),
            ("user_id", &self.user_id),
            ("client_id", &self.client_id),
        ])?;
        plausible::instants(&[
            ("start_time", self.start_time),
            ("expiration_time", self.expiration_time),
        ])
    }

    /// Whether the session is neither ended nor expired.
    pub(crate) fn is_active(&self, now: Instant) -> bool {
        self.ended.is_none() && now < self.expiration_time
    }

    /// The session with new tokens issued in it; a dead one stays dead.
    pub(crate) fn prolonged(&self, now: Instant) -> Self {
        let mut next = self.clone();
        if self.is_active(now) {
            next.expiration_time = now.after(LIFETIME);
        }
        next
    }
}

/// Opens a session: a login was completed.
pub(crate) fn open(transaction: &mut Transaction<'_>, user_id: &str, client_id: &str) -> Session {
    let now = transaction.now();
    let session = Session {
        session_id: format!("session_{}", transaction.base62(20)),
        user_id: user_id.to_owned(),
        client_id: client_id.to_owned(),
        start_time: now,
        expiration_time: now.after(LIFETIME),
        ended: None,
    };
    transaction.put(&SESSIONS, session.clone());
    session
}

/// The user's active sessions, newest first.
pub(crate) fn active(transaction: &mut Transaction<'_>, user_id: &str) -> Vec<Arc<Session>> {
    let now = transaction.now();
    let mut sessions = transaction.find::<Session>(&SESSIONS, "user_id", user_id);
    sessions.retain(|session| session.is_active(now));
    sessions
}

/// Ends the user's active sessions, those of one client only if it is named, and counts them.
///
/// Revoking also takes all the user's refresh tokens away; logging out leaves them.
pub(crate) fn end(
    transaction: &mut Transaction<'_>,
    user_id: &str,
    client_id: Option<&str>,
    how: Ended,
) -> usize {
    let mut sessions = active(transaction, user_id);
    sessions.retain(|session| client_id.is_none_or(|client| session.client_id == client));
    for session in &sessions {
        transaction.put(&SESSIONS, Session { ended: Some(how), ..Session::clone(session) });
    }
    if how == Ended::Revoked {
        refresh_token::revoke_all(transaction, user_id);
    }
    sessions.len()
}

#[cfg(test)]
mod tests {
    use super::Ended;
    use super::LIFETIME;
    use super::Session;
    use crate::clock::Instant;

    #[test]
    fn new_tokens_prolong_only_what_lives() {
        let start = Instant::from_millis(0);
        let session = Session {
            session_id: "s".to_owned(),
            user_id: "u".to_owned(),
            client_id: "c".to_owned(),
            start_time: start,
            expiration_time: start.after(LIFETIME),
            ended: None,
        };
        let later = Instant::from_millis(1_000);
        assert_eq!(session.prolonged(later).expiration_time, later.after(LIFETIME));
        let dead = start.after(LIFETIME);
        assert!(!session.is_active(dead));
        assert_eq!(session.prolonged(dead), session);
        let ended = Session { ended: Some(Ended::LoggedOut), ..session };
        assert_eq!(ended.prolonged(later), ended);
    }
}
