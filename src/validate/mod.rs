//! Validation: one call, read against the model. Pure functions, no I/O, no panic.

pub mod body;
pub mod headers;
pub mod request;
pub mod response;
pub mod security;

pub use request::Reading;
pub use security::Credentials;
