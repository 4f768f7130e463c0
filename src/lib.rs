//! A stand-in for the API you depend on.

pub mod apis;
pub mod clock;
pub mod engine;
pub mod finding;
pub mod message;
pub mod params;
pub mod pointer;
pub mod report;
pub mod route;
pub mod schema;
#[cfg(feature = "server")]
pub mod server;
pub mod spec;
pub mod store;
pub mod tape;
pub mod token;
pub mod validate;

#[cfg(feature = "server")]
pub use server::Server;
