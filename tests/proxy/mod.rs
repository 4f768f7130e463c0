//! Calls passed on to another server: what goes through, what is judged, what is told of failures.

mod clients; // the bundled APIs, called through a proxy and directly
mod command; // the command line
mod failing; // an upstream that does not answer, or not to the end
mod judging; // both sides, read against the document
mod passing; // targets, header fields, statuses: what goes on and what does not
mod securing; // TLS on every side
mod streaming; // content of any size, and other protocols

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioExecutor;
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto;
use standin::Server;
use standin::engine::Manner;
use standin::engine::Passing;
use standin::finding::Blame;
use standin::finding::Level;
use standin::server::Builder;
use standin::server::Limits;
use standin::spec::Document;
use standin::spec::load;
use standin::upstream::Address;
use standin::upstream::Options;
use tokio::net::TcpListener;
use tokio::net::TcpStream;

/// The document that calls are judged by.
const PETS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/proxy/pets.yaml");

fn document() -> Arc<Document> {
    Arc::new(load::from_file(Path::new(PETS)).expect("the fixture can be read"))
}

/// A call as an upstream saw it.
#[derive(Clone, Debug)]
struct Seen {
    method: String,
    target: String,
    version: http::Version,
    headers: http::HeaderMap,
    body: Bytes,
}

/// An upstream that keeps what it saw and always answers the same.
#[derive(Debug)]
struct Recorder {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    connections: Arc<AtomicUsize>,
}

impl Recorder {
    async fn answering(
        response: http::Response<impl Into<Bytes> + Clone + Send + Sync + 'static>,
    ) -> Self {
        let (head, body) = response.into_parts();
        let body: Bytes = body.into();
        let seen = Arc::<Mutex<Vec<Seen>>>::default();
        let (listener, address) = listener().await;
        let connections = Arc::<AtomicUsize>::default();
        let (kept, count) = (Arc::clone(&seen), Arc::clone(&connections));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let (head, body, kept) = (head.clone(), body.clone(), Arc::clone(&kept));
                tokio::spawn(serve(stream, move |request| {
                    let response =
                        http::Response::from_parts(head.clone(), Full::new(body.clone()));
                    record(request, response, Arc::clone(&kept))
                }));
            }
        });
        Self { address, seen, connections }
    }

    fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("nobody panicked").clone()
    }

    fn last(&self) -> Seen {
        self.seen().pop().expect("the call arrived")
    }
}

async fn record(
    request: http::Request<Incoming>,
    response: http::Response<Full<Bytes>>,
    seen: Arc<Mutex<Vec<Seen>>>,
) -> http::Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let target = head.uri.path_and_query().map_or_else(String::new, ToString::to_string);
    let (method, version, headers) = (head.method.to_string(), head.version, head.headers);
    seen.lock().expect("nobody panicked").push(Seen { method, target, version, headers, body });
    response
}

/// Serves one connection.
async fn serve<S, F>(stream: S, answer: impl Fn(http::Request<Incoming>) -> F + Send + 'static)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    F: Future<Output = http::Response<Full<Bytes>>> + Send + 'static,
{
    let answering = service_fn(move |request| {
        let answered = answer(request);
        async move { Ok::<_, Infallible>(answered.await) }
    });
    let connections = auto::Builder::new(TokioExecutor::new());
    let _ = connections.serve_connection(TokioIo::new(stream), answering).await;
}

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

/// An upstream that does with each connection whatever it likes.
async fn raw<F>(act: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let (listener, address) = listener().await;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(act(stream));
        }
    });
    address
}

/// A proxy before an address, told how, before it is started.
fn before(upstream: &str, passing: Passing) -> Builder {
    let address = Address::parse(upstream).expect("an address");
    Server::builder().document("pets", document()).forward(Options::new(address), passing)
}

/// A proxy before an upstream, as it usually is.
async fn proxy(upstream: SocketAddr) -> Server {
    start(before(&format!("http://{upstream}"), Passing::default())).await
}

/// A proxy that keeps back what breaks the contract.
async fn strict(upstream: SocketAddr) -> Server {
    let builder = before(&format!("http://{upstream}"), Passing::new(true, true));
    start(builder.manner(Manner::Prism { errors: true })).await
}

async fn start(builder: Builder) -> Server {
    builder.start().await.expect("the server starts")
}

/// Limits that a test can wait for.
fn impatient() -> Limits {
    let mut limits = Limits::default();
    limits.upstream_timeout = Duration::from_millis(300);
    limits
}

/// What was found: rule, level, who has to mend it.
fn found(server: &Server) -> Vec<(&'static str, Level, Blame)> {
    let findings = server.findings();
    let mut found: Vec<_> = findings.all().iter().map(|it| (it.rule, it.level, it.blame)).collect();
    found.sort_unstable_by_key(|(rule, _, blame)| (*rule, format!("{blame:?}")));
    found
}

/// A response of JSON.
fn json(status: u16, body: &'static str) -> http::Response<&'static str> {
    let response = http::Response::builder().status(status);
    response.header("content-type", "application/json").body(body).expect("a response")
}
