//! Auth Sessions: six operations around one state machine, and two actions that stand for WebAuthn.

mod attach_device_to_session;
mod authenticate;
mod authorize_auth_session;
mod begin;
mod detach_device_from_session;
mod get_session_status;
mod lookup;
mod refusal_table;
mod register;
mod start_authorized_auth_session;
mod start_restricted_auth_session;
mod webauthn;

use crate::apis::Action;
use crate::apis::Api;
use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::transmit::FAMILY;
use crate::apis::transmit::caller::Caller;
use crate::apis::transmit::refusals;
use crate::spec::bundled;
use crate::store::Transaction;

/// Transmit Security *Auth Sessions*.
pub static API: Api = Api {
    id: "transmit-auth-sessions",
    family: &FAMILY,
    document: &bundled::TRANSMIT_AUTH_SESSIONS,
    companions: &["transmit-oidc"],
    client_drops_base_path: true,
    authorize,
    operations: &[
        ("startAuthorizedAuthSession", start_authorized_auth_session::operate),
        ("authorizeAuthSession", authorize_auth_session::operate),
        ("startRestrictedAuthSession", start_restricted_auth_session::operate),
        ("getSessionStatus", get_session_status::operate),
        ("attachDeviceToSession", attach_device_to_session::operate),
        ("detachDeviceFromSession", detach_device_from_session::operate),
    ],
    actions: &[
        Action {
            id: "register",
            summary: "The user registers a WebAuthn credential in an authorized session.",
            run: register::run,
        },
        Action {
            id: "authenticate",
            summary: "The user authenticates with a WebAuthn credential in a session.",
            run: authenticate::run,
        },
    ],
    refuse: refusal_table::refuse,
    greetings: &[
        (
            "start a session",
            "curl -si {url}/cis/v1/auth-session/start-restricted -H 'Content-Type: application/json' -d '{\"client_id\":\"client_app\"}'",
        ),
        (
            "ask how far a seeded one has come",
            "curl -s {url}/cis/v1/auth-session/status -H 'Content-Type: application/json' -H 'x-ts-device-binding-token: first_device_authenticated' -d '{\"auth_session_id\":\"auth_session_authenticated\"}'",
        ),
    ],
};

/// Only the two operations that declare security look at access tokens.
fn authorize(call: &Call<'_>, _transaction: &mut Transaction<'_>) -> Result<(), Reply> {
    if call.operation.security.is_empty() || Caller::of(call).is_some() {
        Ok(())
    } else {
        Err(refusals::unauthorized("unauthorized_request"))
    }
}
