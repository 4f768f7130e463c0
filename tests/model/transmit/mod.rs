//! The reference model of Transmit Sessions and Auth Sessions, which share a tenant.

mod auth_sessions; // operations on auth sessions
mod plays; // plays made of what can be done
mod sessions; // operations and actions on sessions
mod shown; // what callers show
mod starting; // how auth sessions start
mod steps; // what can be done
mod tenant; // records, and who calls
mod tokens; // the token endpoint
mod webauthn; // registering and authenticating

use crate::model::driving;

#[test]
fn transmit_sessions_are_what_their_model_says() {
    driving::run(64, plays::plays(8, 2));
}

#[test]
fn transmit_auth_sessions_are_what_their_model_says() {
    driving::run(64, plays::plays(1, 10));
}
