//! The bundled APIs against a reference model of each: no sequence of calls, actions and clock moves
//! takes them where the facts do not.
//!
//! A model is a plain structure with pure transitions, written from the vendors' facts and, where
//! those are silent, from what `openapi/*.yaml` says it assumes. For every turn it tells the whole
//! answer (status, error, content, headers, claims) and every finding, infos included.

mod clerk_calls; // what a call of Clerk's API is made of, and its errors
mod clerk_sessions; // the model of Clerk Sessions
mod clerk_steps; // what can be done to it, and plays made of it
mod clerk_tokens; // the model's tokens, their refresh, and actions
mod driving; // plays steps and holds each answer to the model
mod transmit_auth_sessions; // the model of Transmit Auth Sessions
mod transmit_sessions; // the model of Transmit Sessions and the token endpoint
mod transmit_steps; // what can be done to both, and plays made of it
mod turn; // what is asked and what is told; names for ids to come
mod waiting; // how time passes

#[test]
fn transmit_sessions_are_what_their_model_says() {
    driving::run(64, transmit_steps::plays(8, 2));
}

#[test]
fn transmit_auth_sessions_are_what_their_model_says() {
    driving::run(64, transmit_steps::plays(1, 10));
}

#[test]
fn clerk_sessions_are_what_their_model_says() {
    driving::run(64, clerk_steps::plays());
}
