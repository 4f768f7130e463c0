//! TLS: who is trusted, and who one is.
//!
//! One implementation (rustls) with one crypto provider (ring), for every side that standin takes:
//! a server of its own ([`Acceptor`]), a client of the server that calls are passed on to, and one
//! of whoever gives documents ([`Connector`]). Versions 1.2 and 1.3; certificates are checked, always.

mod client;
mod server;

pub use client::Connector;
pub use server::Acceptor;
pub use server::Identity;

/// What both sides may speak: HTTP/2 and, less gladly, HTTP/1.1.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Keys and certificates that can not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// There is no certificate in the text.
    #[error("there is no certificate in PEM")]
    NoCertificate,
    /// There is no private key in the text.
    #[error("there is no private key in PEM")]
    NoKey,
    /// The text is no PEM.
    #[error("the PEM can not be read")]
    Malformed(#[source] rustls::pki_types::pem::Error),
    /// Key and certificate do not fit, or are of a kind that nobody here knows.
    #[error("certificate and key can not be used")]
    Unusable(#[source] rustls::Error),
    /// No certificate can be made.
    #[error("cannot make a certificate")]
    Unmade(#[source] rcgen::Error),
}

/// The provider of all cryptography.
fn provider() -> std::sync::Arc<rustls::crypto::CryptoProvider> {
    std::sync::Arc::new(rustls::crypto::ring::default_provider())
}
