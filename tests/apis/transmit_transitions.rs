//! Properties of the auth session's state machine, for any events in any order.

use std::time::Duration;

use proptest::prelude::Just;
use proptest::prelude::Strategy;
use proptest::prop_oneof;
use proptest::proptest;
use standin::apis::transmit::auth_session::AuthSession;
use standin::apis::transmit::auth_session::CrossDeviceStatus;
use standin::apis::transmit::auth_session::DeviceInfo;
use standin::apis::transmit::auth_session::Event;
use standin::apis::transmit::auth_session::Refused;
use standin::apis::transmit::auth_session::SessionStatus;
use standin::clock::Instant;

use crate::support;

fn session() -> AuthSession {
    let unknown = || "unknown".into();
    let now = support::start_instant();
    AuthSession {
        auth_session_id: "a".to_owned(),
        client_id: "c".to_owned(),
        username: None,
        redirect_uri: None,
        is_redirect_uri_named: false,
        binding_message: None,
        approval_data: None,
        device_public_key: None,
        device_info: DeviceInfo {
            os_type: unknown(),
            os_version: unknown(),
            browser_type: unknown(),
            browser_version: unknown(),
        },
        session_status: SessionStatus::InProgress,
        cross_device_status: CrossDeviceStatus::PendingAttachment,
        first_device_token: None,
        second_device_token: None,
        yielded: None,
        created_at: now,
        expires_at: now.after(Duration::from_secs(600)),
    }
}

fn event() -> impl Strategy<Value = Event> {
    let text = |text: &str| text.to_owned();
    prop_oneof![
        Just(Event::Authorize { username: text("dora") }),
        Just(Event::Attach { token: text("second") }),
        Just(Event::Register {
            username: text("dora"),
            user_id: text("u"),
            auth_code: text("code"),
        }),
        Just(Event::Authenticate { user_id: text("u"), auth_code: text("code") }),
        Just(Event::Detach),
        Just(Event::Exchange),
    ]
}

/// How far the second device is; no event may lower it.
fn rank(status: CrossDeviceStatus) -> u8 {
    match status {
        CrossDeviceStatus::PendingAttachment => 0,
        CrossDeviceStatus::Attached => 1,
        CrossDeviceStatus::Registered | CrossDeviceStatus::Authenticated => 2,
        CrossDeviceStatus::Completed => 3,
    }
}

fn play(events: &[Event], now: Instant) -> Vec<(AuthSession, Event, Result<AuthSession, Refused>)> {
    let mut session = session();
    let mut steps = Vec::new();
    for event in events {
        let after = session.after(event.clone(), now);
        steps.push((session.clone(), event.clone(), after.clone()));
        session = after.unwrap_or(session);
    }
    steps
}

proptest! {
    #[test]
    fn no_event_takes_a_session_back(events in proptest::collection::vec(event(), 0..12)) {
        for (before, event, after) in play(&events, support::start_instant()) {
            let Ok(after) = after else { continue };
            assert!(rank(after.cross_device_status) >= rank(before.cross_device_status), "{event:?}");
            let was_completed = before.session_status == SessionStatus::Completed;
            assert!(!was_completed || after.session_status == SessionStatus::Completed);
            assert!(before.yielded.is_none() || after.yielded == before.yielded, "one code");
        }
    }

    #[test]
    fn only_detaching_completes_the_second_device(
        events in proptest::collection::vec(event(), 0..12),
    ) {
        for (before, event, after) in play(&events, support::start_instant()) {
            let Ok(after) = after else { continue };
            let is_completed = after.cross_device_status == CrossDeviceStatus::Completed;
            let was_completed = before.cross_device_status == CrossDeviceStatus::Completed;
            assert!(!is_completed || was_completed || event == Event::Detach);
            assert!(!is_completed || after.second_device_token.is_none(), "its token has ended");
        }
    }

    #[test]
    fn a_device_is_attached_once(events in proptest::collection::vec(event(), 0..12)) {
        let steps = play(&events, support::start_instant());
        let attached = steps
            .iter()
            .filter(|(_, event, after)| matches!(event, Event::Attach { .. }) && after.is_ok());
        assert!(attached.count() <= 1);
    }

    #[test]
    fn nothing_but_the_exchange_happens_to_an_expired_session(event in event()) {
        let session = session();
        let after = session.after(event.clone(), session.expires_at);
        if event == Event::Exchange {
            assert!(after.is_ok());
        } else {
            assert_eq!(after, Err(Refused::Expired));
        }
    }
}
