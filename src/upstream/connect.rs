//! Connecting: always to the one address, or to the proxy on the way to it.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use http::Uri;
use hyper::rt::ReadBufCursor;
use hyper_util::client::legacy::connect::Connected;
use hyper_util::client::legacy::connect::Connection;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::net::TcpStream;
use tower::service_fn;
use tower_service::Service;

#[cfg(feature = "tls")]
use crate::tls;
use crate::upstream::Options;
use crate::upstream::SendError;
use crate::upstream::Unusable;
use crate::upstream::address::Proxy;

/// How long a connection may take to come about, handshakes included.
const LONGEST: Duration = Duration::from_secs(10);

/// Makes connections; the address that it is asked for is not looked at.
#[derive(Clone, Debug)]
pub(super) struct Connector {
    options: Arc<Options>,
    /// Where the upstream is asked over TLS.
    #[cfg(feature = "tls")]
    tls: Option<tls::Connector>,
}

impl Connector {
    #[cfg(feature = "tls")]
    pub(super) fn new(options: Arc<Options>, offers_http2: bool) -> Result<Self, Unusable> {
        let authorities = options.authorities.as_deref();
        let tls = match options.address.is_secret() {
            true => Some(tls::Connector::new(authorities, offers_http2)?),
            false => None,
        };
        Ok(Self { options, tls })
    }

    #[cfg(not(feature = "tls"))]
    pub(super) fn new(options: Arc<Options>, _: bool) -> Result<Self, Unusable> {
        if options.address.is_secret() { Err(Unusable::NoTls) } else { Ok(Self { options }) }
    }

    async fn connect(self) -> Result<Link, SendError> {
        let address = &self.options.address;
        let place = format!("{}:{}", address.host(), address.port());
        let connecting = async {
            let stream = match &self.options.proxy {
                None => tcp(address.host(), address.port()).await?,
                Some(proxy) if address.is_secret() => tunnel(proxy, &place).await?,
                Some(proxy) => tcp(proxy.host(), proxy.port()).await?,
            };
            #[cfg(feature = "tls")]
            if let Some(tls) = &self.tls {
                let host = address.host();
                let (stream, is_http2) = tls
                    .connect(host, stream.into_inner())
                    .await
                    .map_err(|source| SendError::Tls { host: host.to_owned(), source })?;
                let stream = TokioIo::new(Box::pin(stream) as Pin<Box<dyn Stream>>);
                return Ok(Link { stream, is_http2, is_proxied: false });
            }
            let stream = TokioIo::new(Box::pin(stream.into_inner()) as Pin<Box<dyn Stream>>);
            Ok(Link { stream, is_http2: false, is_proxied: self.options.proxy.is_some() })
        };
        match tokio::time::timeout(LONGEST, connecting).await {
            Ok(connected) => connected,
            Err(_) => {
                Err(SendError::ConnectSlow { host: place.clone(), seconds: LONGEST.as_secs() })
            }
        }
    }
}

/// Connects to the first address of a host that listens.
async fn tcp(host: &str, port: u16) -> Result<TokioIo<TcpStream>, SendError> {
    let addresses = tokio::net::lookup_host((host, port)).await;
    let addresses: Vec<_> = addresses
        .map_err(|source| SendError::UnknownHost { host: host.to_owned(), source })?
        .collect();
    let stream = TcpStream::connect(&*addresses).await;
    let stream = stream
        .map_err(|source| SendError::Unreachable { host: format!("{host}:{port}"), source })?;
    // Requests are small: waiting to fill a segment only costs time.
    let _ = stream.set_nodelay(true);
    Ok(TokioIo::new(stream))
}

/// Has a proxy connect through to a place (RFC 9110, section 9.3.6).
async fn tunnel(proxy: &Proxy, place: &str) -> Result<TokioIo<TcpStream>, SendError> {
    let host = format!("{}:{}", proxy.host(), proxy.port());
    let stream = tcp(proxy.host(), proxy.port()).await?;
    // The connection is there before anybody asks for one.
    let mut waiting = Some(stream);
    let handing_over = service_fn(move |_: Uri| {
        let stream = waiting.take().ok_or(io::ErrorKind::NotConnected);
        async move { stream.map_err(io::Error::from) }
    });
    let refused = |source: Box<dyn std::error::Error + Send + Sync>| SendError::Proxy {
        host: host.clone(),
        source,
    };
    let uri = |text: &str| Uri::try_from(format!("https://{text}")).map_err(|e| refused(e.into()));
    let mut tunnel = Tunnel::new(uri(&host)?, handing_over);
    if let Some(credentials) = proxy.credentials() {
        tunnel = tunnel.with_auth(credentials.clone());
    }
    tunnel.call(uri(place)?).await.map_err(|error| refused(error.into()))
}

impl Service<Uri> for Connector {
    type Response = Link;
    type Error = SendError;
    type Future = Pin<Box<dyn Future<Output = Result<Link, SendError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        Box::pin(self.clone().connect())
    }
}

/// What bytes go through, secured or not.
trait Stream: AsyncRead + AsyncWrite + Send {}

impl<S: AsyncRead + AsyncWrite + Send> Stream for S {}

/// A connection.
pub(super) struct Link {
    stream: TokioIo<Pin<Box<dyn Stream>>>,
    /// Whether the upstream chose HTTP/2.
    is_http2: bool,
    /// Whether a proxy reads the requests.
    is_proxied: bool,
}

impl Connection for Link {
    fn connected(&self) -> Connected {
        let connected = Connected::new().proxy(self.is_proxied);
        if self.is_http2 { connected.negotiated_h2() } else { connected }
    }
}

impl hyper::rt::Read for Link {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl hyper::rt::Write for Link {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, pieces)
    }
}
