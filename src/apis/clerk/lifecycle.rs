//! A session's life as pure functions: what time does to it, and what events do.
//!
//! Nothing here knows the store, the API version or the wire. Expiry is computed from the record
//! and the clock each time it is asked for, so that moving the clock is enough to see it.

use std::sync::Arc;
use std::time::Duration;

use crate::apis::clerk::record::Session;
use crate::apis::clerk::record::Status;
use crate::clock::Instant;

/// How long a session lives.
pub(super) const LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// After how long a session counts as left behind.
pub(super) const ABANDONED_AFTER: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Whether the user is signed in by a session of that status.
pub(super) const fn is_running(status: Status) -> bool {
    matches!(status, Status::Active | Status::Pending)
}

/// For how long a session that is over is remembered.
pub(super) const PURGED_AFTER: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Whether nobody remembers the session any more. `session` is what [`at`] gave: what ended it
/// was the last that changed it.
pub(super) fn is_purged(session: &Session, now: Instant) -> bool {
    !is_running(session.status)
        && now.since(Instant::from_millis(session.updated_at)) > PURGED_AFTER
}

/// Something that happens to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// The application ends it.
    Revoke,
    /// The user signs out.
    SignOut,
    /// The user signs out and the client forgets it.
    Remove,
    /// Another session takes its place.
    Replace,
}

/// The session as it stands at `now`: expired or abandoned if its time came, as it was otherwise.
///
/// Whichever of `expire_at` and `abandon_at` comes first is final.
pub(super) fn at(mut session: Arc<Session>, now: Instant) -> Arc<Session> {
    if is_running(session.status) {
        if session.expire_at <= session.abandon_at && session.expire_at <= now.as_millis() {
            let expired = Arc::make_mut(&mut session);
            expired.status = Status::Expired;
            expired.updated_at = expired.expire_at;
        } else if session.abandon_at <= now.as_millis() {
            let abandoned = Arc::make_mut(&mut session);
            abandoned.status = Status::Abandoned;
            abandoned.updated_at = abandoned.abandon_at;
        }
    }
    session
}

/// The session after `event`, or the status that forbids it. `session` is what [`at`] gave.
pub(super) fn after(
    mut session: Arc<Session>,
    event: Event,
    now: Instant,
) -> Result<Arc<Session>, Status> {
    let next = match (event, session.status) {
        (Event::Revoke, status) if is_running(status) => Status::Revoked,
        (Event::SignOut, status) if is_running(status) => Status::Ended,
        (Event::Replace, status) if is_running(status) => Status::Replaced,
        // The client still holds a session that ended or was replaced, and can forget it.
        (Event::Remove, Status::Active | Status::Pending | Status::Ended | Status::Replaced) => {
            Status::Removed
        }
        (Event::Revoke | Event::SignOut | Event::Replace | Event::Remove, status) => {
            return Err(status);
        }
    };
    let changed = Arc::make_mut(&mut session);
    changed.status = next;
    changed.updated_at = now.as_millis();
    Ok(session)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apis::clerk::birth;

    fn session(expire_at: i64, abandon_at: i64) -> Arc<Session> {
        let mut session = birth::at(
            Instant::from_millis(0),
            "sess_1".parse().unwrap(),
            "user_1".parse().unwrap(),
            "client_1".parse().unwrap(),
        );
        session.expire_at = expire_at;
        session.abandon_at = abandon_at;
        Arc::new(session)
    }

    #[test]
    fn the_first_of_expiry_and_abandonment_is_final() {
        let status = |expire_at, abandon_at, now| {
            at(session(expire_at, abandon_at), Instant::from_millis(now)).status
        };
        assert_eq!(status(10, 20, 9), Status::Active);
        assert_eq!(status(10, 20, 10), Status::Expired);
        assert_eq!(status(10, 20, 99), Status::Expired);
        assert_eq!(status(20, 10, 9), Status::Active);
        assert_eq!(status(20, 10, 10), Status::Abandoned);
        assert_eq!(status(20, 10, 99), Status::Abandoned);
        assert_eq!(status(10, 10, 10), Status::Expired);
    }

    #[test]
    fn what_is_over_stays_as_it_is() {
        let now = Instant::from_millis(5);
        let ended = after(session(10, 20), Event::SignOut, now).unwrap();
        assert_eq!((ended.status, ended.updated_at), (Status::Ended, 5));
        let later = Instant::from_millis(99);
        assert_eq!(at(ended.clone(), later), ended);
        assert_eq!(after(ended.clone(), Event::Revoke, later), Err(Status::Ended));
        assert_eq!(after(ended.clone(), Event::Replace, later), Err(Status::Ended));
        assert_eq!(after(ended, Event::Remove, later).unwrap().status, Status::Removed);
    }
}
