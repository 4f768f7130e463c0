//! A stand-in for the API you depend on: from an OpenAPI document, standin plays the server,
//! stateful and validated, remembers what was said and tells what no longer matches.
//!
//! Three session APIs come bundled, with their real behaviour. The command line is one door to
//! this library; a test is another:
//!
//! ```
//! # #[cfg(feature = "clients")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let server = standin::Server::builder().api("clerk").start().await?; // loopback, free port
//! let client = standin::clients::clerk_sessions::Client::new(&server.url("/v1")); // typed
//! # let _ = client;
//! server.findings().assert_none(); // dropping the server stops it
//! # Ok(())
//! # })
//! # }
//! # #[cfg(not(feature = "clients"))]
//! # fn main() {}
//! ```
//!
//! # The map
//!
//! A document comes in at the bottom and becomes one model, whatever its version. On it stand
//! readers, then what remembers and plays, then the engine that answers one call, then judges,
//! then tellers, then doors. Every floor may look down, never up.
//!
//! | floor | rooms | for |
//! |---|---|---|
//! | 1 words | [`pointer`](mod@pointer), [`clock`], [`json`], [`finding`], `tls` | what every floor speaks |
//! | 2 documents | [`spec`], [`schema`] | bytes to one model; schemas compiled on first use |
//! | 3 messages | [`message`], [`token`], [`route`], [`params`], [`validate`], [`synth`] | one call, read against the model; values made from it |
//! | 4 state | [`store`], [`generated`], [`apis`], [`tape`] | what remembers; what plays; recordings |
//! | 5 engine | [`engine`] | one call's way: [`engine::Engine::answer`] |
//! | 6 judges | [`diff`], [`drift`], [`lint`] | findings over two documents; over many exchanges; of a document itself |
//! | 7 tellers | [`report`] | every way to tell what was found |
//! | 8 doors | `server`, `upstream`, `config`, `cli` | sockets, flags, the terminal |
//!
//! # What is deliberately absent (held by `tests/architecture.rs`)
//!
//! 1. Only `spec/load`, `tape`, `server`, `upstream`, `config` and `cli` touch files or sockets;
//!    time comes only from [`clock`].
//! 2. `axum` appears only in `server`, `hyper` only there, in `upstream` and in `spec/load`, `clap` only in `cli`,
//!    `jsonschema` only in `schema`, `rustls` only in `tls`, YAML parsing only in `spec`, `tape::yaml` and `build.rs`.
//! 3. After `spec::dialect`, nobody asks which OpenAPI version a document was.
//! 4. Reading a document or a message never fails for bad content: it gives values and
//!    violations. `Result` is for input and output and for the caller's misuse.
//! 5. The library prints nothing and never exits; only `cli` writes, to the writers it was given.
//! 6. Judges make findings; only `report` knows formats.
//! 7. Error texts of bundled APIs stand in their documents alone, as named examples.
//! 8. Each registry lists exactly the files of its folder; each id equals its file's name.

pub mod apis;
#[cfg(feature = "cli")]
pub mod cli;
pub mod clock;
#[cfg(feature = "cli")]
pub mod config;
pub mod diff;
pub mod drift;
pub mod engine;
pub mod finding;
pub mod generated;
pub mod json;
pub mod lint;
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
pub mod synth;
pub mod tape;
#[cfg(feature = "tls")]
pub mod tls;
pub mod token;
#[cfg(feature = "server")]
pub mod upstream;
pub mod validate;

#[cfg(feature = "clients")]
pub use generated::clients;
#[cfg(feature = "server")]
pub use server::Server;
