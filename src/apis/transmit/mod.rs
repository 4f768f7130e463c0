//! Transmit Security: Sessions, Auth Sessions and the OIDC companion, on one shared state.
//!
//! The three documents meet in the state: the code that an auth session yields is exchanged at the
//! token endpoint, and the exchange opens the session that Sessions lists. So the records stand
//! here, each with its pure transitions, and the folders below hold the operations of one document
//! each, one file per operation. WebAuthn itself is not played: actions stand for it.

mod approval_data;
pub mod auth_session;
mod auth_sessions;
mod authorization_code;
mod caller;
mod claims;
mod client;
mod device;
mod oidc;
mod refresh_token;
mod refusals;
mod seed;
mod session;
mod sessions;
mod tokens;
mod user;

pub use approval_data::ApprovalData;
pub use auth_sessions::API as AUTH_SESSIONS;
pub use oidc::API as OIDC;
pub use sessions::API as SESSIONS;

use crate::store::Family;

/// What the three APIs share.
pub static FAMILY: Family = Family {
    id: "transmit",
    collections: &[
        &user::USERS,
        &client::CLIENTS,
        &auth_session::AUTH_SESSIONS,
        &authorization_code::AUTHORIZATION_CODES,
        &session::SESSIONS,
        &refresh_token::REFRESH_TOKENS,
    ],
    seed: seed::seed,
};
