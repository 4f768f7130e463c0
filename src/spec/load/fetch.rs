//! One document over HTTP: one request, no redirect, in bounded time and size.

use std::future::Future;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http::header;
use http_body_util::BodyExt;
use http_body_util::Empty;
use http_body_util::Limited;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::net::TcpStream;

use crate::spec::load::folder::MOST_BYTES;
use crate::spec::load::remote;
use crate::spec::load::remote::FetchError;
use crate::spec::load::remote::Origin;
#[cfg(feature = "tls")]
use crate::tls;

/// The longest time that a document may take.
const LONGEST: Duration = Duration::from_secs(10);

/// The text at an address.
pub(super) fn get(url: &str, origin: &Origin, may_be_private: bool) -> Result<String, FetchError> {
    // The caller may be inside of a runtime, which can not wait for a second one on its thread.
    let fetched = thread::scope(|scope| {
        scope.spawn(|| within(LONGEST, fetch(url, origin, may_be_private))).join()
    });
    let bytes = fetched.unwrap_or_else(|_| Err(broken("the thread that fetches ended")))?;
    String::from_utf8(bytes.into()).map_err(|_| FetchError::NotUtf8)
}

/// Waits for `work` on a runtime of its own, but not longer than `longest`.
fn within(
    longest: Duration,
    work: impl Future<Output = Result<Bytes, FetchError>>,
) -> Result<Bytes, FetchError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(broken)?;
    let seconds = longest.as_secs();
    let done = runtime.block_on(async { tokio::time::timeout(longest, work).await });
    // Names are looked up on a thread that nobody can stop.
    runtime.shutdown_background();
    done.unwrap_or(Err(FetchError::Slow { seconds }))
}

async fn fetch(url: &str, origin: &Origin, may_be_private: bool) -> Result<Bytes, FetchError> {
    let stream = connect(origin, may_be_private).await?;
    #[cfg(feature = "tls")]
    if origin.is_secret() {
        let connector = tls::Connector::new(None, false).map_err(broken)?;
        let secured = connector.connect(&origin.host, stream).await;
        let (stream, _) =
            secured.map_err(|source| FetchError::Tls { host: origin.host.clone(), source })?;
        return ask(url, stream).await;
    }
    ask(url, stream).await
}

/// Asks for a document over a connection.
async fn ask<S>(url: &str, stream: S) -> Result<Bytes, FetchError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    tokio::spawn(connection);
    let request = request(url).ok_or(FetchError::NoAddress)?;
    let response = sender.send_request(request).await.map_err(broken)?;
    let field = |name| {
        let value = response.headers().get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let status = response.status().as_u16();
    if let Some(location) = field(header::LOCATION).filter(|_| response.status().is_redirection()) {
        return Err(FetchError::Redirected { status, location });
    }
    if status != 200 {
        return Err(FetchError::Refused { status });
    }
    if let Some(encoding) = field(header::CONTENT_ENCODING).filter(|name| name != "identity") {
        return Err(FetchError::Compressed { encoding });
    }
    let most = usize::try_from(MOST_BYTES).unwrap_or(usize::MAX);
    let body = Limited::new(response.into_body(), most).collect().await;
    let body = body.map_err(|error| match error.is::<http_body_util::LengthLimitError>() {
        true => FetchError::TooLarge { mebibytes: MOST_BYTES / 1024 / 1024 },
        false => FetchError::Broken(error),
    })?;
    Ok(body.to_bytes())
}

/// Connects to the first address of a host that may be asked and listens. What was judged is what
/// is called: the name is looked up once.
async fn connect(origin: &Origin, may_be_private: bool) -> Result<TcpStream, FetchError> {
    let host = || origin.host.clone();
    let addresses = tokio::net::lookup_host((origin.host.as_str(), origin.port)).await;
    let addresses = addresses.map_err(|source| FetchError::UnknownHost { host: host(), source })?;
    let addresses: Vec<SocketAddr> = addresses.collect();
    let private = addresses.iter().find(|address| !remote::is_public(address.ip()));
    if let Some(address) = private.filter(|_| !may_be_private) {
        return Err(FetchError::NotPublic { host: host(), address: address.ip() });
    }
    let stream = TcpStream::connect(&*addresses).await;
    stream.map_err(|source| FetchError::Unreachable { host: host(), source })
}

fn request(url: &str) -> Option<Request<Empty<Bytes>>> {
    let uri = fluent_uri::Uri::parse(url).ok()?;
    let authority = uri.authority()?;
    let host = match authority.port() {
        Some(port) => format!("{}:{port}", authority.host()),
        None => authority.host().to_owned(),
    };
    let path = if uri.path().is_empty() { "/" } else { uri.path().as_str() };
    let target = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let request = Request::get(target)
        .header(header::HOST, host)
        .header(header::USER_AGENT, concat!("standin/", env!("CARGO_PKG_VERSION")))
        .header(header::ACCEPT, "application/json, application/yaml, text/yaml, */*;q=0.1")
        .header(header::CONNECTION, "close");
    request.body(Empty::new()).ok()
}

fn broken(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> FetchError {
    FetchError::Broken(error.into())
}
