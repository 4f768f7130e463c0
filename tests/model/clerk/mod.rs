//! The reference model of Clerk Sessions.

mod actions; // what happens outside the API
mod content; // what a call says by query and body
mod instance; // records, and what the clock does to them
mod manner; // key, version, base path; how calls are refused
mod sessions; // operations on sessions
mod steps; // what can be done, and plays made of it
mod tokens; // session tokens, template tokens, refresh

use crate::model::driving;

#[test]
fn clerk_sessions_are_what_their_model_says() {
    driving::run(64, steps::plays());
}
