//! The least that passing a call on takes: hyper's server and its client, with no look into what
//! goes by. Only the fields that speak of one connection are taken out.

use std::convert::Infallible;
use std::sync::Arc;

use http::HeaderMap;
use http::Request;
use http::Response;
use http::Uri;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto;
use tokio::net::TcpListener;

/// Fields that end at a connection.
const OF_CONNECTION: [&str; 8] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// Passes calls on for ever to the server at `upstream`, such as `127.0.0.1:80`; its own address is
/// the first line of standard output.
pub(crate) fn pass(upstream: &str) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime starts").block_on(async {
        let upstream: Arc<str> = upstream.into();
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new()).build(connector);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        println!("http://{}", listener.local_addr().expect("the port is known"));
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            stream.set_nodelay(true).expect("the connection is there");
            let (client, upstream) = (client.clone(), Arc::clone(&upstream));
            let passing =
                service_fn(move |request| passed(client.clone(), Arc::clone(&upstream), request));
            tokio::spawn(async move {
                let connections = auto::Builder::new(TokioExecutor::new());
                // A client that goes is none of its business.
                let _ = connections.serve_connection(TokioIo::new(stream), passing).await;
            });
        }
    });
}

async fn passed(
    client: Client<HttpConnector, Incoming>,
    upstream: Arc<str>,
    mut request: Request<Incoming>,
) -> Result<Response<Incoming>, Infallible> {
    strip(request.headers_mut());
    request.headers_mut().remove("host");
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let uri: Uri = format!("http://{upstream}{target}").parse().expect("a target is part of a URI");
    *request.uri_mut() = uri;
    let mut response = client.request(request).await.expect("the upstream answers");
    strip(response.headers_mut());
    Ok(response)
}

fn strip(headers: &mut HeaderMap) {
    for name in OF_CONNECTION {
        headers.remove(name);
    }
}
