//! The bundled APIs against a reference model of each: no sequence of calls, actions and clock moves
//! takes them where the facts do not.
//!
//! A model is a plain structure with pure transitions, written from the vendors' facts and, where
//! those are silent, from what `openapi/*.yaml` says it assumes. For every turn it tells the whole
//! answer (status, error, content, headers, claims) and every finding, infos included.

mod clerk; // the model of Clerk Sessions
mod driving; // plays steps and holds each answer to the model
mod transmit; // the model of Transmit Sessions, the token endpoint and Auth Sessions
mod turn; // what is asked and what is told; names for ids to come
mod waiting; // how time passes
