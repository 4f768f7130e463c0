//! Sessions: what a client's backend sees and ends of a user's sessions, and two actions that open
//! and close them.

mod delete_user_sessions;
mod get_user_sessions;
mod login;
mod logout;

use http::StatusCode;

use crate::apis::Action;
use crate::apis::Api;
use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::transmit::FAMILY;
use crate::apis::transmit::caller::Caller;
use crate::apis::transmit::refusals;
use crate::message::Refusal;
use crate::spec::Operation;
use crate::spec::bundled;
use crate::store::Transaction;

/// Transmit Security *Sessions*.
pub static API: Api = Api {
    id: "transmit-sessions",
    family: &FAMILY,
    document: &bundled::TRANSMIT_SESSIONS,
    companions: &["transmit-oidc"],
    client_drops_base_path: false,
    authorize,
    operations: &[
        ("getUserSessions", get_user_sessions::operate),
        ("deleteUserSessions", delete_user_sessions::operate),
    ],
    actions: &[
        Action { id: "login", summary: "A user logs in through a client.", run: login::run },
        Action {
            id: "logout",
            summary: "A user logs out: the sessions end, the refresh tokens stay.",
            run: logout::run,
        },
    ],
    refuse,
    greetings: &[(
        "list a seeded user's sessions",
        "curl -s {url}/cis/v1/sessions/user_alice -H 'Authorization: Bearer any'",
    )],
};

/// What each operation asks for: one of these is enough.
const PERMISSIONS: &[(&str, &[&str])] = &[
    ("getUserSessions", &["apps:read", "[appId]:read", "sessions:read"]),
    ("deleteUserSessions", &["apps:delete", "[appId]:delete", "sessions:delete"]),
];

/// Both operations take the token of a client, and of nobody else.
fn authorize(call: &Call<'_>, _transaction: &mut Transaction<'_>) -> Result<(), Reply> {
    let caller = match Caller::of(call) {
        Some(Caller::User { .. }) | None => {
            return Err(refusals::unauthorized("invalid_token"));
        }
        Some(caller) => caller,
    };
    let wanted = PERMISSIONS.iter().find(|(id, _)| *id == &*call.operation.id);
    if wanted.is_none_or(|(_, permissions)| caller.may(permissions)) {
        Ok(())
    } else {
        Err(Reply::example(StatusCode::FORBIDDEN, "forbidden"))
    }
}

/// The vendor's own error for a refusal.
fn refuse(refusal: &Refusal, _operation: Option<&Operation>) -> Option<Reply> {
    match refusal {
        Refusal::CredentialsMissing { .. } => Some(refusals::unauthorized("invalid_token")),
        Refusal::RequestInvalid { .. } | Refusal::PathMalformed { .. } => {
            Some(Reply::example(StatusCode::BAD_REQUEST, "bad_request"))
        }
        Refusal::PathUnknown { .. }
        | Refusal::MethodNotAllowed { .. }
        | Refusal::NotAcceptable { .. }
        | Refusal::MediaTypeUnsupported { .. }
        | Refusal::CodingUnsupported { .. }
        | Refusal::BodyTooLarge { .. }
        | Refusal::ScopeInsufficient { .. }
        | Refusal::Unanswered(_)
        | Refusal::Internal { .. } => refusals::plain(refusal),
    }
}
