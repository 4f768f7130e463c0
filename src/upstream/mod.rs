//! The server that calls are passed on to: found, connected to, asked.
//!
//! It has one address, given at the start, and nothing that a client sends leads anywhere else:
//! whatever stands in a request's target or `Host`, only its path and query go on. Redirects are
//! answers like any other, for the client to follow. Connections are kept and shared; HTTP/2 is
//! spoken where the server chooses it in the TLS handshake.

mod address;
mod connect;
mod content;
mod error;
pub mod fields;
mod flow;
mod pulse;
pub mod via;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::HeaderValue;
use http::Method;
use http::Request;
use http::Response;
use http::Uri;
use http::Version;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use hyper_util::rt::TokioTimer;

pub use address::Address;
pub use address::AddressError;
pub use address::Proxy;
pub use content::Content;
pub use error::SendError;
pub use error::refusal;
pub use flow::Flow;
pub use pulse::Pulse;

use crate::upstream::connect::Connector;

/// How long a connection that nobody uses is kept: less than the five seconds after which many
/// servers close it, perhaps just when the next call is on its way.
const IDLE: Duration = Duration::from_secs(4);

/// How an upstream is reached.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Where it is.
    pub address: Address,
    /// The proxy on the way to it.
    pub proxy: Option<Proxy>,
    /// Further authorities that are trusted to vouch for it, in PEM.
    pub authorities: Option<Vec<u8>>,
    /// How long it may say nothing: before an answer, and within one.
    pub timeout: Duration,
}

impl Options {
    /// Reached directly.
    #[must_use]
    pub const fn new(address: Address) -> Self {
        Self { address, proxy: None, authorities: None, timeout: Duration::from_secs(60) }
    }

    /// Vouched for by these authorities, in PEM, beside the usual ones.
    #[must_use]
    pub fn trusting(mut self, authorities: Vec<u8>) -> Self {
        self.authorities = Some(authorities);
        self
    }

    /// Reached through this proxy.
    #[must_use]
    pub fn through(mut self, proxy: Proxy) -> Self {
        self.proxy = Some(proxy);
        self
    }
}

/// An upstream that can not be asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unusable {
    /// It is asked over TLS, which this build does not speak.
    #[error("this build has no TLS")]
    NoTls,
    /// The authorities are none.
    #[cfg(feature = "tls")]
    #[error("cannot trust the authorities")]
    Authorities(#[from] crate::tls::TlsError),
}

/// A server to ask.
pub struct Upstream {
    options: Arc<Options>,
    client: Client<Connector, Content>,
    /// For calls that become another protocol, which only HTTP/1.1 does.
    upgrading: Client<Connector, Content>,
    /// What a proxy wants of every call that is not tunnelled.
    credentials: Option<HeaderValue>,
}

impl fmt::Debug for Upstream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Upstream").field("options", &self.options).finish_non_exhaustive()
    }
}

/// A request before it is addressed.
#[derive(Debug)]
pub struct Outgoing<'r> {
    /// The method.
    pub method: Method,
    /// The path as it came.
    pub path: &'r str,
    /// The query as it came.
    pub query: Option<&'r str>,
    /// What goes on of the header fields.
    pub headers: HeaderMap,
    /// Whether it asks for another protocol.
    pub upgrades: bool,
}

impl Upstream {
    /// Makes ready to ask; nobody is called yet.
    ///
    /// # Errors
    ///
    /// [`Unusable`] where the options can not be kept to.
    pub fn new(options: Options) -> Result<Self, Unusable> {
        let options = Arc::new(options);
        let client = |connector| {
            Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .timer(TokioTimer::new())
                .pool_idle_timeout(IDLE)
                .build(connector)
        };
        let is_tunnelled = options.address.is_secret();
        let proxy = options.proxy.as_ref().filter(|_| !is_tunnelled);
        Ok(Self {
            client: client(Connector::new(Arc::clone(&options), true)?),
            upgrading: client(Connector::new(Arc::clone(&options), false)?),
            credentials: proxy.and_then(Proxy::credentials).cloned(),
            options,
        })
    }

    /// Where it is.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.options.address
    }

    /// How long it may say nothing.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.options.timeout
    }

    /// Asks, and waits for the beginning of the answer; `pulse` beats while the content is sent.
    ///
    /// # Errors
    ///
    /// [`SendError`] when no answer begins.
    pub async fn send(
        &self,
        outgoing: Outgoing<'_>,
        content: Content,
        pulse: &Pulse,
    ) -> Result<Response<Incoming>, SendError> {
        let upgrades = outgoing.upgrades;
        let request = self.request(outgoing, content).ok_or(SendError::Unaddressable)?;
        let client = if upgrades { &self.upgrading } else { &self.client };
        let seconds = self.options.timeout.as_secs();
        tokio::select! {
            biased;
            answered = client.request(request) => answered.map_err(SendError::of),
            () = pulse.silence(self.options.timeout) => Err(SendError::Slow { seconds }),
        }
    }

    fn request(&self, outgoing: Outgoing<'_>, content: Content) -> Option<Request<Content>> {
        let Outgoing { method, path, query, headers, .. } = outgoing;
        let mut request = Request::new(content);
        *request.uri_mut() = self.uri(path, query)?;
        *request.method_mut() = method;
        *request.headers_mut() = headers;
        *request.version_mut() = Version::HTTP_11;
        if let Some(credentials) = &self.credentials {
            request.headers_mut().insert(http::header::PROXY_AUTHORIZATION, credentials.clone());
        }
        Some(request)
    }

    /// The address of a call: path and query are taken over byte for byte.
    fn uri(&self, path: &str, query: Option<&str>) -> Option<Uri> {
        let address = self.address();
        // `*` is no path, and neither is what `CONNECT` names.
        if !path.starts_with('/') {
            return None;
        }
        let prefix = address.prefix();
        let target = match query {
            Some(query) => format!("{prefix}{path}?{query}"),
            None => format!("{prefix}{path}"),
        };
        let uri = Uri::builder().scheme(address.scheme()).authority(address.authority().clone());
        uri.path_and_query(target).build().ok()
    }
}
