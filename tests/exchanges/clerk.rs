//! Exchanges of Clerk Sessions.

use crate::exchanges::Case;

/// Every operation: what it answers, and how it refuses.
pub(super) const CASES: &[Case] = &[
    Case {
        operation: "GetSessionList",
        name: "sessions_of_a_user",
        shows: "the sessions of a user, newest first",
        steps: &["GET /v1/sessions?user_id=user_ada"],
    },
    Case {
        operation: "GetSessionList",
        name: "page_of_active_sessions",
        shows: "a page with a total number, filtered by status",
        steps: &["GET /v1/sessions?user_id=user_ada&status=active&paginated=true&limit=1"],
    },
    Case {
        operation: "GetSessionList",
        name: "without_a_filter",
        shows: "neither a client nor a user is named: answered, with a warning",
        steps: &["GET /v1/sessions?limit=2&offset=1"],
    },
    Case {
        operation: "GetSessionList",
        name: "unknown_user",
        shows: "a user that does not exist has no sessions",
        steps: &["GET /v1/sessions?user_id=user_nobody"],
    },
    Case {
        operation: "GetSessionList",
        name: "limit_out_of_range",
        shows: "a limit that is too large, one that is no number",
        steps: &[
            "GET /v1/sessions?user_id=user_ada&limit=501",
            "GET /v1/sessions?user_id=user_ada&limit=many",
        ],
    },
    Case {
        operation: "GetSessionList",
        name: "status_unknown",
        shows: "a status that does not exist",
        steps: &["GET /v1/sessions?user_id=user_ada&status=sleeping"],
    },
    Case {
        operation: "GetSessionList",
        name: "credentials_refused",
        shows: "no credentials, another scheme, no secret key, an unknown one",
        steps: &[
            r"GET /v1/sessions?user_id=user_ada
                authorization: none",
            r"GET /v1/sessions?user_id=user_ada
                authorization: Basic YTpi",
            r"GET /v1/sessions?user_id=user_ada
                authorization: Bearer nonsense",
        ],
    },
    Case {
        operation: "GetSessionList",
        name: "not_acceptable",
        shows: "a client that wants HTML",
        steps: &[r"GET /v1/sessions?user_id=user_ada
                accept: text/html"],
    },
    Case {
        operation: "GetSessionList",
        name: "forced_by_prefer",
        shows: "answers that a test asks for",
        steps: &[
            r"GET /v1/sessions?user_id=user_ada
                prefer: code=429",
            r"GET /v1/sessions?user_id=user_ada
                prefer: code=500",
        ],
    },
    Case {
        operation: "GetSessionList",
        name: "method_not_allowed",
        shows: "a method that the path does not have",
        steps: &["PATCH /v1/sessions"],
    },
    Case {
        operation: "createSession",
        name: "created",
        shows: "a session is created",
        steps: &[r#"POST /v1/sessions
                {"user_id":"user_ada"}"#],
    },
    Case {
        operation: "createSession",
        name: "created_in_an_organization",
        shows: "a session is created with an active organisation",
        steps: &[r#"POST /v1/sessions
                {"user_id":"user_ada","active_organization_id":"org_engines"}"#],
    },
    Case {
        operation: "createSession",
        name: "user_not_found",
        shows: "no such user",
        steps: &[r#"POST /v1/sessions
                {"user_id":"user_nobody"}"#],
    },
    Case {
        operation: "createSession",
        name: "user_banned",
        shows: "a user that is banned",
        steps: &[r#"POST /v1/sessions
                {"user_id":"user_banned"}"#],
    },
    Case {
        operation: "createSession",
        name: "user_id_missing",
        shows: "a body without its required member",
        steps: &[r"POST /v1/sessions
                {}"],
    },
    Case {
        operation: "createSession",
        name: "body_malformed",
        shows: "a body that is no JSON",
        steps: &[r#"POST /v1/sessions
                {"user_id":"#],
    },
    Case {
        operation: "createSession",
        name: "media_type_unsupported",
        shows: "a form where JSON is expected",
        steps: &[r"POST /v1/sessions
                form user_id=user_ada"],
    },
    Case {
        operation: "createSession",
        name: "live_key_refused",
        shows: "a key of a production instance",
        steps: &[r#"POST /v1/sessions
                authorization: Bearer sk_live_mock
                {"user_id":"user_ada"}"#],
    },
    Case {
        operation: "GetSession",
        name: "active",
        shows: "a session that is active",
        steps: &["GET /v1/sessions/sess_active"],
    },
    Case {
        operation: "GetSession",
        name: "every_status",
        shows: "sessions of every other status",
        steps: &[
            "GET /v1/sessions/sess_abandoned",
            "GET /v1/sessions/sess_ended",
            "GET /v1/sessions/sess_expired",
            "GET /v1/sessions/sess_pending",
            "GET /v1/sessions/sess_removed",
            "GET /v1/sessions/sess_replaced",
            "GET /v1/sessions/sess_revoked",
        ],
    },
    Case {
        operation: "GetSession",
        name: "impersonated",
        shows: "a session that somebody else acts in",
        steps: &["GET /v1/sessions/sess_impersonated"],
    },
    Case {
        operation: "GetSession",
        name: "session_not_found",
        shows: "no such session",
        steps: &["GET /v1/sessions/sess_unknown"],
    },
    Case {
        operation: "GetSession",
        name: "older_version",
        shows: "the same session under older API versions",
        steps: &[
            r"GET /v1/sessions/sess_active
                clerk-api-version: 2021-02-05",
            r"GET /v1/sessions/sess_pending
                clerk-api-version: 2025-03-12",
        ],
    },
    Case {
        operation: "GetSession",
        name: "version_unknown",
        shows: "an API version that does not exist",
        steps: &[r"GET /v1/sessions/sess_active
                clerk-api-version: 1999-01-01"],
    },
    Case {
        operation: "GetSession",
        name: "head",
        shows: "the head alone",
        steps: &["HEAD /v1/sessions/sess_active"],
    },
    Case {
        operation: "RevokeSession",
        name: "revoked",
        shows: "an active session is revoked",
        steps: &["POST /v1/sessions/sess_active/revoke"],
    },
    Case {
        operation: "RevokeSession",
        name: "over_already",
        shows: "a session that is over stays as it is",
        steps: &["POST /v1/sessions/sess_ended/revoke"],
    },
    Case {
        operation: "RevokeSession",
        name: "empty_bodies",
        shows: "clients send nothing in several ways",
        steps: &[r"POST /v1/sessions/sess_active/revoke
                {}"],
    },
    Case {
        operation: "RevokeSession",
        name: "session_not_found",
        shows: "no such session",
        steps: &["POST /v1/sessions/sess_unknown/revoke"],
    },
    Case {
        operation: "VerifySession",
        name: "verified",
        shows: "a session token is verified",
        steps: &[
            r"first POST /v1/sessions/sess_active/tokens
                keep token /jwt",
            r#"POST /v1/sessions/sess_active/verify
                {"token":"<token>"}"#,
        ],
    },
    Case {
        operation: "VerifySession",
        name: "retired",
        shows: "an API version that no longer has the operation",
        steps: &[r#"POST /v1/sessions/sess_active/verify
                clerk-api-version: 2025-04-10
                {"token":"none.of.ours"}"#],
    },
    Case {
        operation: "VerifySession",
        name: "token_invalid",
        shows: "a token that is none of ours",
        steps: &[r#"POST /v1/sessions/sess_active/verify
                {"token":"none.of.ours"}"#],
    },
    Case {
        operation: "RefreshSession",
        name: "refreshed",
        shows: "an expired session token is exchanged for a new one, once",
        steps: &[
            r#"act clerk-sessions sign-in {"user_id":"user_ada","origin":"https://app.example.com"}
                keep token /session_token
                keep refresh /refresh_token
                keep id /session/id"#,
            "wait 61",
            r#"POST /v1/sessions/<id>/refresh
                {"expired_token":"<token>","refresh_token":"<refresh>","request_origin":"https://app.example.com"}"#,
            r#"POST /v1/sessions/<id>/refresh
                {"expired_token":"<token>","refresh_token":"<refresh>","request_origin":"https://app.example.com"}"#,
        ],
    },
    Case {
        operation: "RefreshSession",
        name: "members_missing",
        shows: "a body without its required members",
        steps: &[r"POST /v1/sessions/sess_active/refresh
                {}"],
    },
    Case {
        operation: "RefreshSession",
        name: "token_invalid",
        shows: "a token that is none of ours",
        steps: &[r#"POST /v1/sessions/sess_active/refresh
                {"expired_token":"none.of.ours","refresh_token":"refresh_of_sess_active","request_origin":"https://app.example.com"}"#],
    },
    Case {
        operation: "CreateSessionToken",
        name: "made",
        shows: "a session token is made",
        steps: &["POST /v1/sessions/sess_active/tokens"],
    },
    Case {
        operation: "CreateSessionToken",
        name: "lifetime",
        shows: "a session token that lives longer",
        steps: &[r#"POST /v1/sessions/sess_active/tokens
                {"expires_in_seconds":600}"#],
    },
    Case {
        operation: "CreateSessionToken",
        name: "lifetime_out_of_range",
        shows: "a lifetime that is too short",
        steps: &[r#"POST /v1/sessions/sess_active/tokens
                {"expires_in_seconds":1}"#],
    },
    Case {
        operation: "CreateSessionToken",
        name: "session_over",
        shows: "a session that is over makes no tokens",
        steps: &["POST /v1/sessions/sess_revoked/tokens"],
    },
    Case {
        operation: "CreateSessionToken",
        name: "after_revocation",
        shows: "a session makes tokens until it is revoked",
        steps: &[
            "POST /v1/sessions/sess_active/tokens",
            "first POST /v1/sessions/sess_active/revoke",
            "POST /v1/sessions/sess_active/tokens",
        ],
    },
    Case {
        operation: "CreateSessionTokenFromTemplate",
        name: "made",
        shows: "a token is made from a template",
        steps: &["POST /v1/sessions/sess_active/tokens/hasura"],
    },
    Case {
        operation: "CreateSessionTokenFromTemplate",
        name: "added_template",
        shows: "a token is made from a template that a test added",
        steps: &[
            r#"act clerk-sessions add-template {"name":"shop","claims":{"mail":"{{user.primary_email_address}}","shop":"north"},"lifetime":300}"#,
            "POST /v1/sessions/sess_active/tokens/shop",
        ],
    },
    Case {
        operation: "CreateSessionTokenFromTemplate",
        name: "template_not_found",
        shows: "no such template",
        steps: &["POST /v1/sessions/sess_active/tokens/unknown"],
    },
    Case {
        operation: "GetJWKS",
        name: "keys",
        shows: "the keys that verify tokens",
        steps: &["GET /v1/jwks"],
    },
    Case {
        operation: "GetJWKS",
        name: "credentials_missing",
        shows: "the keys are not public here",
        steps: &[r"GET /v1/jwks
                authorization: none"],
    },
    Case {
        operation: "GetPublicJWKS",
        name: "keys",
        shows: "the keys that verify tokens, for everybody",
        steps: &[r"GET /.well-known/jwks.json
                authorization: none"],
    },
];
