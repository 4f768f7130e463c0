//! Listening: loopback of both address families unless told otherwise.

use std::io;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;

use tokio::net::TcpListener;

/// An address that can not be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}")]
pub struct BindError {
    /// The address.
    pub address: SocketAddr,
    /// Why.
    #[source]
    pub source: io::Error,
}

/// Listens on `host`, or on loopback of both families; port 0 takes any free one, the same for
/// both. The first address is the one that clients are told.
pub(crate) async fn listen(
    host: Option<IpAddr>,
    port: u16,
) -> Result<(SocketAddr, Vec<TcpListener>), BindError> {
    let first = host.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let listener = bind(SocketAddr::new(first, port)).await?;
    let address = listener
        .local_addr()
        .map_err(|source| BindError { address: SocketAddr::new(first, port), source })?;
    let mut listeners = vec![listener];
    if host.is_none() {
        let second = SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), address.port());
        match bind(second).await {
            Ok(listener) => listeners.push(listener),
            // Somebody else answers `localhost` over IPv6: clients would talk to the wrong server.
            Err(error) if port != 0 && error.source.kind() == io::ErrorKind::AddrInUse => {
                return Err(error);
            }
            // No IPv6 here.
            Err(_) => {}
        }
    }
    Ok((address, listeners))
}

async fn bind(address: SocketAddr) -> Result<TcpListener, BindError> {
    TcpListener::bind(address).await.map_err(|source| BindError { address, source })
}
