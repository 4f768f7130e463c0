//! The side that calls: certificates are checked against the system's roots or, where it has none,
//! against Mozilla's; and against those that the user names.

use std::fmt;
use std::io;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::ServerName;
use rustls::pki_types::pem::PemObject;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::tls::PROTOCOLS;
use crate::tls::TlsError;
use crate::tls::provider;

/// Secures connections to servers.
#[derive(Clone)]
pub struct Connector(TlsConnector);

impl fmt::Debug for Connector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Connector").finish_non_exhaustive()
    }
}

impl Connector {
    /// Trusts the usual authorities, and the certificates in `extra` (PEM); offers HTTP/2 first
    /// where it is wanted.
    ///
    /// # Errors
    ///
    /// [`TlsError`] where `extra` holds no certificate.
    pub fn new(extra: Option<&[u8]>, offers_http2: bool) -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        if let Some(pem) = extra {
            let certificates = certificates(pem)?;
            for certificate in certificates {
                roots.add(certificate).map_err(TlsError::Unusable)?;
            }
        }
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Unusable)?;
        let mut config = config.with_root_certificates(roots).with_no_client_auth();
        let offered = if offers_http2 { &PROTOCOLS[..] } else { &PROTOCOLS[1..] };
        config.alpn_protocols = offered.iter().map(|protocol| protocol.to_vec()).collect();
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }

    /// Secures a connection to `host`, a name or an address; whether HTTP/2 was agreed upon.
    ///
    /// # Errors
    ///
    /// Where the server is not that host, or the two do not come to terms.
    pub async fn connect<S>(&self, host: &str, stream: S) -> io::Result<(TlsStream<S>, bool)>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let secured = self.0.connect(name, stream).await?;
        let is_http2 = secured.get_ref().1.alpn_protocol() == Some(PROTOCOLS[0]);
        Ok((secured, is_http2))
    }
}

/// The certificates in a text of PEM.
pub(super) fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let read = read.map_err(TlsError::Malformed)?;
    if read.is_empty() { Err(TlsError::NoCertificate) } else { Ok(read) }
}
