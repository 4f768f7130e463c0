//! The side that is called: a certificate of the user's, or one that is made for the occasion.

use std::fmt;
use std::io;
use std::sync::Arc;

use chrono::DateTime;
use chrono::Datelike;
use chrono::TimeDelta;
use chrono::Utc;
use rcgen::CertificateParams;
use rcgen::DistinguishedName;
use rcgen::DnType;
use rcgen::ExtendedKeyUsagePurpose;
use rcgen::KeyPair;
use rcgen::KeyUsagePurpose;
use rcgen::date_time_ymd;
use rustls::ServerConfig;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem;
use rustls::pki_types::pem::PemObject;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::clock::Instant;
use crate::tls::PROTOCOLS;
use crate::tls::TlsError;
use crate::tls::client::certificates;
use crate::tls::provider;

/// How long a certificate that was made is good: what the strictest clients bear.
const LIFETIME: TimeDelta = TimeDelta::days(397);

/// A day, which clocks of two machines may differ by.
const DAY: TimeDelta = TimeDelta::days(1);

/// Who a server is: a private key, and the certificates that vouch for it.
pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Identity").finish_non_exhaustive()
    }
}

impl Identity {
    /// Reads a chain of certificates, the server's own first, and its private key, both in PEM.
    ///
    /// # Errors
    ///
    /// [`TlsError`] where one of them is missing or can not be read.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, TlsError> {
        let chain = certificates(chain)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| {
            let is_none = matches!(error, pem::Error::NoItemsFound);
            if is_none { TlsError::NoKey } else { TlsError::Malformed(error) }
        })?;
        Ok(Self { chain, key })
    }

    /// Makes a key and a certificate that vouches for itself, for these names and addresses, good
    /// from a day before `now` for thirteen months; with it the certificate in PEM, for clients to
    /// trust. The key stays in memory.
    ///
    /// # Errors
    ///
    /// [`TlsError::Unmade`] where a name is none.
    pub fn self_signed(names: Vec<String>, now: Instant) -> Result<(Self, String), TlsError> {
        let key = KeyPair::generate().map_err(TlsError::Unmade)?;
        let mut params = CertificateParams::new(names).map_err(TlsError::Unmade)?;
        let mut subject = DistinguishedName::new();
        subject.push(DnType::CommonName, "standin");
        params.distinguished_name = subject;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let now = now.to_chrono();
        let small = |number: u32| u8::try_from(number).unwrap_or(1);
        let midnight =
            |day: DateTime<Utc>| date_time_ymd(day.year(), small(day.month()), small(day.day()));
        params.not_before = midnight(now - DAY);
        params.not_after = midnight(now + LIFETIME);
        let certificate = params.self_signed(&key).map_err(TlsError::Unmade)?;
        let identity = Self {
            chain: vec![certificate.der().clone()],
            key: PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        };
        Ok((identity, certificate.pem()))
    }
}

/// Secures connections of clients.
#[derive(Clone)]
pub struct Acceptor(TlsAcceptor);

impl fmt::Debug for Acceptor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Acceptor").finish_non_exhaustive()
    }
}

impl Acceptor {
    /// Is who `identity` says; offers HTTP/2 and HTTP/1.1.
    ///
    /// # Errors
    ///
    /// [`TlsError::Unusable`] where key and certificate do not fit.
    pub fn new(identity: Identity) -> Result<Self, TlsError> {
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Unusable)?;
        let config = config.with_no_client_auth();
        let config = config.with_single_cert(identity.chain, identity.key);
        let mut config = config.map_err(TlsError::Unusable)?;
        config.alpn_protocols = PROTOCOLS.iter().map(|protocol| protocol.to_vec()).collect();
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }

    /// Secures a connection.
    ///
    /// # Errors
    ///
    /// Where the client does not trust, or speaks something else.
    pub async fn accept<S>(&self, stream: S) -> io::Result<TlsStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        self.0.accept(stream).await
    }
}
