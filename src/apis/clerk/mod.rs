//! Clerk's Backend API, as far as it deals with sessions.
//!
//! `operations/` is what callers ask for, `actions/` what happens behind their back; both change
//! `record`s through `lifecycle`. `version` knows what depends on the API version, `refusal` and
//! `errors` turn what is wrong into Clerk's errors, `token/` says what tokens claim. The Frontend
//! API (sign-in pages, handshake) is not played: actions stand for it.

mod actions;
mod authorize;
mod birth;
mod errors;
mod lifecycle;
mod operations;
mod record;
mod refusal;
mod seed;
mod token;
mod version;
mod view;
mod whole;

use crate::apis::Api;
use crate::spec::bundled;
use crate::store::Family;

/// The Clerk family: one instance with its users, sessions and keys.
pub static FAMILY: Family = Family {
    id: "clerk",
    collections: &[
        &record::SESSIONS,
        &record::REFRESH_TOKENS,
        &record::USERS,
        &record::ORGANIZATIONS,
        &record::TEMPLATES,
        &record::SECRET_KEYS,
        &record::EXCHANGED,
    ],
    seed: seed::seed,
};

/// Clerk Sessions.
pub static SESSIONS: Api = Api {
    id: "clerk-sessions",
    family: &FAMILY,
    document: &bundled::CLERK_SESSIONS,
    companions: &[],
    client_drops_base_path: false,
    authorize: authorize::authorize,
    operations: operations::OPERATIONS,
    actions: actions::ACTIONS,
    refuse: refusal::refuse,
    greetings: &[
        (
            "the sessions of a user",
            "curl -s '{url}/v1/sessions?user_id=user_ada' -H 'Authorization: Bearer sk_test_mock'",
        ),
        (
            "a token from a template",
            "curl -s -X POST {url}/v1/sessions/sess_active/tokens/hasura \
             -H 'Authorization: Bearer sk_test_mock'",
        ),
    ],
};
