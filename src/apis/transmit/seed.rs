//! What every fresh world begins with, so that the first call shows something.
//!
//! Ids and binding tokens are readable and stable; instants are relative to the first look at the
//! world.

use std::time::Duration;

use crate::apis::transmit::auth_session::AUTH_SESSIONS;
use crate::apis::transmit::auth_session::AuthSession;
use crate::apis::transmit::auth_session::CrossDeviceStatus;
use crate::apis::transmit::auth_session::Device;
use crate::apis::transmit::auth_session::DeviceInfo;
use crate::apis::transmit::auth_session::SessionStatus;
use crate::apis::transmit::auth_session::Yield;
use crate::apis::transmit::authorization_code;
use crate::apis::transmit::authorization_code::AUTHORIZATION_CODES;
use crate::apis::transmit::authorization_code::AuthorizationCode;
use crate::apis::transmit::client::CLIENTS;
use crate::apis::transmit::client::Client;
use crate::apis::transmit::client::Role;
use crate::apis::transmit::refresh_token::REFRESH_TOKENS;
use crate::apis::transmit::refresh_token::RefreshToken;
use crate::apis::transmit::refresh_token::Status;
use crate::apis::transmit::session;
use crate::apis::transmit::session::Ended;
use crate::apis::transmit::session::SESSIONS;
use crate::apis::transmit::session::Session;
use crate::apis::transmit::user::USERS;
use crate::apis::transmit::user::User;
use crate::clock::Instant;
use crate::store::Transaction;

/// The client that everything of the seed belongs to.
pub(crate) const CLIENT: &str = "client_app";

/// Where its flows end.
const REDIRECT_URI: &str = "https://app.example.com/callback";

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Puts the seed in.
pub(crate) fn seed(transaction: &mut Transaction<'_>) {
    users(transaction);
    clients(transaction);
    sessions(transaction);
    auth_sessions(transaction);
}

fn users(transaction: &mut Transaction<'_>) {
    for name in ["alice", "bob", "carol"] {
        let user = User {
            user_id: format!("user_{name}"),
            username: name.to_owned(),
            email: Some(format!("{name}@example.com")),
        };
        transaction.put(&USERS, user.clone());
    }
}

fn clients(transaction: &mut Transaction<'_>) {
    let client = |name: &str| Client {
        client_id: format!("client_{name}"),
        client_secret: format!("secret_{name}"),
        app_id: format!("app_{name}"),
        app_name: format!("Example {name}"),
        redirect_uris: vec![REDIRECT_URI.to_owned()],
        is_webauthn_configured: true,
        roles: Vec::new(),
    };
    let reader =
        Role { name: "session reader".to_owned(), permissions: vec!["sessions:read".to_owned()] };
    let all = [
        client("app"),
        Client { redirect_uris: Vec::new(), ..client("without_redirect") },
        Client { is_webauthn_configured: false, ..client("misconfigured") },
        Client { roles: vec![reader], ..client("reader") },
    ];
    for client in &all {
        transaction.put(&CLIENTS, client.clone());
    }
}

/// A session in every state: active, expired, logged out, revoked.
fn sessions(transaction: &mut Transaction<'_>) {
    let now = transaction.now();
    let all = [
        ("alice_laptop", "user_alice", DAY * 2, None),
        ("alice_phone", "user_alice", HOUR, None),
        ("bob_laptop", "user_bob", DAY, None),
        ("alice_expired", "user_alice", DAY * 15, None),
        ("bob_logged_out", "user_bob", DAY * 3, Some(Ended::LoggedOut)),
        ("carol_revoked", "user_carol", DAY * 3, Some(Ended::Revoked)),
    ];
    for (name, user_id, age, ended) in all {
        let start = before(now, age);
        let session = Session {
            session_id: format!("session_{name}"),
            user_id: user_id.to_owned(),
            client_id: CLIENT.to_owned(),
            start_time: start,
            expiration_time: start.after(session::LIFETIME),
            ended,
        };
        transaction.put(&SESSIONS, session.clone());
        let status = if ended == Some(Ended::Revoked) { Status::Revoked } else { Status::Active };
        let token = RefreshToken {
            refresh_token: format!("refresh_{name}"),
            session_id: session.session_id,
            user_id: session.user_id,
            client_id: session.client_id,
            scope: "openid offline_access".to_owned(),
            authenticated_at: start,
            issued_at: start,
            expires_at: session.expiration_time,
            status,
        };
        transaction.put(&REFRESH_TOKENS, token.clone());
    }
}

/// An auth session in every state, and one that has expired.
fn auth_sessions(transaction: &mut Transaction<'_>) {
    let pending = pending(transaction.now());
    let yielded = |name: &str| Yield {
        auth_code: format!("code_{name}"),
        user_id: "user_alice".to_owned(),
        device: Device::Second,
    };
    let named = |name: &str, status: CrossDeviceStatus| AuthSession {
        auth_session_id: format!("auth_session_{name}"),
        first_device_token: Some(format!("first_device_{name}")),
        second_device_token: Some(format!("second_device_{name}")),
        cross_device_status: status,
        ..pending.clone()
    };
    let all = [
        pending.clone(),
        named("attached", CrossDeviceStatus::Attached),
        AuthSession {
            username: Some("alice".to_owned()),
            yielded: Some(yielded("registered")),
            ..named("registered", CrossDeviceStatus::Registered)
        },
        AuthSession {
            yielded: Some(yielded("authenticated")),
            ..named("authenticated", CrossDeviceStatus::Authenticated)
        },
        AuthSession {
            session_status: SessionStatus::Completed,
            second_device_token: None,
            yielded: Some(yielded("completed")),
            ..named("completed", CrossDeviceStatus::Completed)
        },
        AuthSession {
            expires_at: before(pending.expires_at, DAY),
            second_device_token: None,
            ..named("expired", CrossDeviceStatus::PendingAttachment)
        },
    ];
    for session in &all {
        transaction.put(&AUTH_SESSIONS, session.clone());
        if let Some(yielded) = &session.yielded {
            transaction.put(&AUTHORIZATION_CODES, code(session, yielded));
        }
    }
}

fn pending(now: Instant) -> AuthSession {
    let approval_data = [("transaction_id", "transfer-1"), ("sum", "200")].into_iter().collect();
    AuthSession {
        auth_session_id: "auth_session_pending".to_owned(),
        client_id: CLIENT.to_owned(),
        username: None,
        redirect_uri: Some(REDIRECT_URI.to_owned()),
        is_redirect_uri_named: false,
        binding_message: Some("Compare the number 42".to_owned()),
        approval_data: Some(approval_data),
        device_public_key: None,
        device_info: DeviceInfo {
            os_type: "Windows".into(),
            os_version: "10".into(),
            browser_type: "Chrome".into(),
            browser_version: "126.0.0.0".into(),
        },
        session_status: SessionStatus::InProgress,
        cross_device_status: CrossDeviceStatus::PendingAttachment,
        first_device_token: Some("first_device_pending".to_owned()),
        second_device_token: None,
        yielded: None,
        created_at: before(now, HOUR),
        expires_at: before(now, HOUR).after(DAY),
    }
}

fn code(session: &AuthSession, yielded: &Yield) -> AuthorizationCode {
    AuthorizationCode {
        auth_code: yielded.auth_code.clone(),
        auth_session_id: session.auth_session_id.clone(),
        client_id: session.client_id.clone(),
        user_id: yielded.user_id.clone(),
        redirect_uri: session.redirect_uri.clone(),
        is_redirect_uri_named: session.is_redirect_uri_named,
        approval_data: session.approval_data.clone(),
        issued_at: session.created_at,
        expires_at: session.created_at.after(HOUR).after(authorization_code::LIFETIME),
        is_used: session.session_status == SessionStatus::Completed,
    }
}

fn before(instant: Instant, duration: Duration) -> Instant {
    let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    Instant::from_millis(instant.as_millis().saturating_sub(millis))
}
