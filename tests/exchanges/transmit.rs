//! Exchanges of Transmit Sessions and Auth Sessions.

use crate::exchanges::Case;

/// Sessions: listing and ending.
pub(super) const SESSIONS: &[Case] = &[
    Case {
        operation: "getUserSessions",
        name: "sessions",
        shows: "the sessions of a user",
        steps: &["GET /cis/v1/sessions/user_alice"],
    },
    Case {
        operation: "getUserSessions",
        name: "no_sessions",
        shows: "a user without sessions",
        steps: &["GET /cis/v1/sessions/user_nobody"],
    },
    Case {
        operation: "getUserSessions",
        name: "after_login",
        shows: "a login adds a session",
        steps: &[
            r#"act transmit-sessions login {"user_id":"user_carol","client_id":"client_app"}"#,
            "GET /cis/v1/sessions/user_carol",
        ],
    },
    Case {
        operation: "getUserSessions",
        name: "credentials_missing",
        shows: "a call without a token",
        steps: &[r"GET /cis/v1/sessions/user_alice
                authorization: none"],
    },
    Case {
        operation: "getUserSessions",
        name: "forced_by_prefer",
        shows: "an answer that a test asks for",
        steps: &[r"GET /cis/v1/sessions/user_alice
                prefer: code=429"],
    },
    Case {
        operation: "getUserSessions",
        name: "not_acceptable",
        shows: "a client that wants HTML",
        steps: &[r"GET /cis/v1/sessions/user_alice
                accept: text/html"],
    },
    Case {
        operation: "getUserSessions",
        name: "method_not_allowed",
        shows: "a method that the path does not have",
        steps: &["POST /cis/v1/sessions/user_alice"],
    },
    Case {
        operation: "deleteUserSessions",
        name: "deleted",
        shows: "all sessions of a user end",
        steps: &["DELETE /cis/v1/sessions/user_alice"],
    },
    Case {
        operation: "deleteUserSessions",
        name: "nothing_deleted",
        shows: "a user without sessions",
        steps: &["DELETE /cis/v1/sessions/user_nobody"],
    },
    Case {
        operation: "deleteUserSessions",
        name: "forbidden",
        shows: "a token that may only read",
        steps: &[
            r"first POST /oidc/token
                authorization: none
                form grant_type=client_credentials&client_id=client_reader&client_secret=secret_reader
                keep token /access_token",
            r"DELETE /cis/v1/sessions/user_alice
                authorization: Bearer <token>",
        ],
    },
    Case {
        operation: "deleteUserSessions",
        name: "credentials_missing",
        shows: "a call without a token",
        steps: &[r"DELETE /cis/v1/sessions/user_alice
                authorization: none"],
    },
];

/// Auth Sessions: every operation, and every step of the first device.
pub(super) const AUTH_SESSIONS: &[Case] = &[
    Case {
        operation: "startAuthorizedAuthSession",
        name: "started",
        shows: "a backend starts a session for a user",
        steps: &[r#"POST /cis/v1/auth-session/start-with-authorization
                {"username":"alice","client_id":"client_app","redirect_uri":"https://app.example.com/callback"}"#],
    },
    Case {
        operation: "startAuthorizedAuthSession",
        name: "username_missing",
        shows: "a body without its required member",
        steps: &[r#"POST /cis/v1/auth-session/start-with-authorization
                {"client_id":"client_app"}"#],
    },
    Case {
        operation: "startAuthorizedAuthSession",
        name: "credentials_missing",
        shows: "a call without a token",
        steps: &[r#"POST /cis/v1/auth-session/start-with-authorization
                authorization: none
                {"username":"alice","client_id":"client_app"}"#],
    },
    Case {
        operation: "startAuthorizedAuthSession",
        name: "client_not_ready",
        shows: "clients that are not set up for it",
        steps: &[
            r#"POST /cis/v1/auth-session/start-with-authorization
                {"username":"alice","client_id":"client_without_redirect"}"#,
            r#"POST /cis/v1/auth-session/start-with-authorization
                {"username":"alice","client_id":"client_misconfigured"}"#,
        ],
    },
    Case {
        operation: "authorizeAuthSession",
        name: "authorized",
        shows: "a backend authorises a session",
        steps: &[
            r#"first POST /cis/v1/auth-session/start-restricted
                authorization: none
                {"client_id":"client_app"}
                keep id /auth_session_id"#,
            r#"first POST /cis/v1/auth-session/attach-device
                authorization: none
                {"auth_session_id":"<id>"}"#,
            r#"POST /cis/v1/auth-session/authorize
                {"auth_session_id":"<id>","username":"alice","client_id":"client_app"}"#,
        ],
    },
    Case {
        operation: "authorizeAuthSession",
        name: "session_not_found",
        shows: "no such session",
        steps: &[r#"POST /cis/v1/auth-session/authorize
                {"auth_session_id":"auth_session_unknown","username":"alice","client_id":"client_app"}"#],
    },
    Case {
        operation: "authorizeAuthSession",
        name: "already_authorized",
        shows: "a session that is authorised already",
        steps: &[r#"POST /cis/v1/auth-session/authorize
                {"auth_session_id":"auth_session_registered","username":"alice","client_id":"client_app"}"#],
    },
    Case {
        operation: "startRestrictedAuthSession",
        name: "started",
        shows: "a browser starts a session and is bound to it",
        steps: &[r#"POST /cis/v1/auth-session/start-restricted
                authorization: none
                user-agent: Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1
                {"client_id":"client_app","cross_device":{"binding_message":"Compare the number 7"},"approval_data":{"sum":"200"}}"#],
    },
    Case {
        operation: "startRestrictedAuthSession",
        name: "client_id_missing",
        shows: "a body without its required member",
        steps: &[r"POST /cis/v1/auth-session/start-restricted
                authorization: none
                {}"],
    },
    Case {
        operation: "startRestrictedAuthSession",
        name: "redirect_uri_refused",
        shows: "an address that the client does not have",
        steps: &[r#"POST /cis/v1/auth-session/start-restricted
                authorization: none
                {"client_id":"client_app","redirect_uri":"https://elsewhere.example.com/"}"#],
    },
    Case {
        operation: "startRestrictedAuthSession",
        name: "media_type_unsupported",
        shows: "a form where JSON is expected",
        steps: &[r"POST /cis/v1/auth-session/start-restricted
                authorization: none
                form client_id=client_app"],
    },
    Case {
        operation: "getSessionStatus",
        name: "pending_attachment",
        shows: "the first device waits for the second",
        steps: &[r#"POST /cis/v1/auth-session/status
                authorization: none
                x-ts-device-binding-token: first_device_pending
                {"auth_session_id":"auth_session_pending"}"#],
    },
    Case {
        operation: "getSessionStatus",
        name: "every_step",
        shows: "what the first device sees as the second goes on",
        steps: &[
            r#"POST /cis/v1/auth-session/status
                authorization: none
                x-ts-device-binding-token: first_device_attached
                {"auth_session_id":"auth_session_attached"}"#,
            r#"POST /cis/v1/auth-session/status
                authorization: none
                x-ts-device-binding-token: first_device_registered
                {"auth_session_id":"auth_session_registered"}"#,
            r#"POST /cis/v1/auth-session/status
                authorization: none
                x-ts-device-binding-token: first_device_authenticated
                {"auth_session_id":"auth_session_authenticated"}"#,
            r#"POST /cis/v1/auth-session/status
                authorization: none
                x-ts-device-binding-token: first_device_completed
                {"auth_session_id":"auth_session_completed"}"#,
        ],
    },
    Case {
        operation: "getSessionStatus",
        name: "binding_token_refused",
        shows: "no binding token, and another device's",
        steps: &[
            r#"POST /cis/v1/auth-session/status
                authorization: none
                {"auth_session_id":"auth_session_pending"}"#,
            r#"POST /cis/v1/auth-session/status
                authorization: none
                x-ts-device-binding-token: unknown
                {"auth_session_id":"auth_session_pending"}"#,
        ],
    },
    Case {
        operation: "getSessionStatus",
        name: "session_gone",
        shows: "no such session, and one that has expired",
        steps: &[
            r#"POST /cis/v1/auth-session/status
                authorization: none
                x-ts-device-binding-token: first_device_pending
                {"auth_session_id":"auth_session_unknown"}"#,
            r#"POST /cis/v1/auth-session/status
                authorization: none
                x-ts-device-binding-token: first_device_expired
                {"auth_session_id":"auth_session_expired"}"#,
        ],
    },
    Case {
        operation: "attachDeviceToSession",
        name: "attached",
        shows: "a second device joins",
        steps: &[r#"POST /cis/v1/auth-session/attach-device
                authorization: none
                user-agent: Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1
                {"auth_session_id":"auth_session_pending"}"#],
    },
    Case {
        operation: "attachDeviceToSession",
        name: "already_attached",
        shows: "a third device comes too late",
        steps: &[r#"POST /cis/v1/auth-session/attach-device
                authorization: none
                {"auth_session_id":"auth_session_attached"}"#],
    },
    Case {
        operation: "attachDeviceToSession",
        name: "session_id_missing",
        shows: "a body without its required member",
        steps: &[r"POST /cis/v1/auth-session/attach-device
                authorization: none
                {}"],
    },
    Case {
        operation: "detachDeviceFromSession",
        name: "detached",
        shows: "the second device leaves",
        steps: &[r#"POST /cis/v1/auth-session/detach-device
                authorization: none
                x-ts-device-binding-token: second_device_attached
                {"auth_session_id":"auth_session_attached"}"#],
    },
    Case {
        operation: "detachDeviceFromSession",
        name: "session_not_found",
        shows: "no such session",
        steps: &[r#"POST /cis/v1/auth-session/detach-device
                authorization: none
                x-ts-device-binding-token: second_device_attached
                {"auth_session_id":"auth_session_unknown"}"#],
    },
];
