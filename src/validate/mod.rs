//! Validation: one call, read against the model. Pure functions, no I/O, no panic.
//!
//! A request or response is never refused here: what is wrong with it becomes violations, and the
//! engine decides what they mean.

pub mod accept;
pub mod body;
pub mod headers;
pub mod request;
pub mod response;
pub mod security;

pub use request::Reading;
pub use security::Credentials;
