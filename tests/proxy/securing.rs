//! TLS on every side: of the server, of the upstream, of whoever gives documents.

use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;

use bytes::Bytes;
use http_body_util::BodyExt;
use http_body_util::Empty;
use http_body_util::Full;
use hyper_util::rt::TokioExecutor;
use hyper_util::rt::TokioIo;
use standin::Server;
use standin::engine::Passing;
use standin::tls::Acceptor;
use standin::tls::Connector;
use standin::tls::Identity;
use standin::upstream::Address;
use standin::upstream::Options;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::proxy::PETS;
use crate::proxy::Seen;
use crate::proxy::document;
use crate::proxy::json;
use crate::proxy::listener;
use crate::proxy::raw;
use crate::proxy::record;
use crate::proxy::serve;
use crate::proxy::start;
use crate::support;
use crate::support::process::Running;
use crate::support::process::run;
use crate::support::process::standin;

/// A key with its certificate, for this machine.
fn identity() -> (Identity, String) {
    let names = ["localhost", "127.0.0.1"].map(str::to_owned).to_vec();
    Identity::self_signed(names, standin::clock::Clock::real().now()).expect("a certificate")
}

/// What every upstream here saw.
type Calls = Arc<Mutex<Vec<Seen>>>;

/// An upstream over TLS that always answers the same, and the certificate that it has.
async fn upstream(body: &'static str) -> (SocketAddr, String, Calls) {
    let (identity, pem) = identity();
    let acceptor = Acceptor::new(identity).expect("key and certificate fit");
    let (listener, address) = listener().await;
    let seen = Calls::default();
    let kept = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, kept) = (acceptor.clone(), Arc::clone(&kept));
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let answer = move |request| {
                    let answer = json(200, body).map(|body| Full::new(Bytes::from(body)));
                    record(request, answer, Arc::clone(&kept))
                };
                serve(stream, answer).await;
            });
        }
    });
    (address, pem, seen)
}

fn forward(address: SocketAddr, pem: Option<&str>) -> standin::server::Builder {
    let address = Address::parse(&format!("https://localhost:{}", address.port()));
    let mut options = Options::new(address.expect("an address"));
    if let Some(pem) = pem {
        options = options.trusting(pem.as_bytes().to_vec());
    }
    Server::builder().document("pets", document()).forward(options, Passing::default())
}

/// Calls a server over TLS: status and content, and the version of HTTP that was agreed upon.
async fn get(server: &Server, pem: &str, offers_http2: bool, path: &str) -> (u16, String, bool) {
    let connector = Connector::new(Some(pem.as_bytes()), offers_http2).expect("a certificate");
    let stream = TcpStream::connect(server.address()).await.expect("the server accepts");
    let secured = connector.connect("localhost", stream).await;
    let (stream, is_http2) = secured.expect("the server is trusted");
    let stream = TokioIo::new(stream);
    let request = http::Request::get(format!("https://localhost{path}"));
    let request =
        request.header("host", "localhost").header("authorization", "Bearer sk_test_mock");
    let mut request = request.body(Empty::<Bytes>::new()).expect("a request");
    let answer = if is_http2 {
        request.headers_mut().remove("host");
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.expect("h2");
        tokio::spawn(connection);
        sender.send_request(request).await
    } else {
        *request.uri_mut() = path.parse().expect("a path");
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(stream).await.expect("HTTP/1.1");
        tokio::spawn(connection);
        sender.send_request(request).await
    };
    let answer = answer.expect("an answer");
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.expect("content").to_bytes();
    (status, String::from_utf8(body.to_vec()).expect("text"), is_http2)
}

#[tokio::test]
async fn a_server_speaks_tls_and_http_2_where_the_client_chooses_it() {
    let (identity, pem) = identity();
    let server = support::start(support::builder("clerk").tls(identity)).await;
    assert!(server.url("/v1").starts_with("https://127.0.0.1:"), "{}", server.url("/v1"));
    for offers_http2 in [true, false] {
        let (status, body, is_http2) =
            get(&server, &pem, offers_http2, "/v1/sessions/sess_active").await;
        assert_eq!((status, is_http2), (200, offers_http2), "{body}");
    }
    server.findings().assert_none();
}

#[tokio::test]
async fn who_does_not_speak_tls_is_let_go() {
    let (identity, _) = identity();
    let server = support::start(support::builder("clerk").tls(identity)).await;
    let mut stream = TcpStream::connect(server.address()).await.expect("the server accepts");
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("it is taken");
    let mut received = Vec::new();
    let _ = stream.read_to_end(&mut received).await;
    assert!(!received.starts_with(b"HTTP"), "{received:?}");
}

#[tokio::test]
async fn an_upstream_is_asked_over_http_2_where_it_is_trusted() {
    let (address, pem, seen) = upstream(r#"{"name": "Rex"}"#).await;
    let (identity, own) = identity();
    let proxy = start(forward(address, Some(&pem)).tls(identity)).await;
    let (status, body, _) = get(&proxy, &own, true, "/pets/1?x=%20").await;
    assert_eq!((status, &*body), (200, r#"{"name": "Rex"}"#));
    let last = seen.lock().expect("nobody panicked").pop().expect("the call arrived");
    assert_eq!((last.version, &*last.target), (http::Version::HTTP_2, "/pets/1?x=%20"));
    proxy.findings().assert_none();
}

#[tokio::test]
async fn an_upstream_that_nobody_vouches_for_is_not_asked() {
    let (address, _, seen) = upstream("{}").await;
    let proxy = start(forward(address, None)).await;
    let answer = reqwest::get(proxy.url("/pets/1")).await.expect("an answer");
    assert_eq!(answer.status(), 502);
    let text = answer.text().await.expect("text");
    assert!(text.contains("no TLS with localhost"), "{text}");
    assert!(seen.lock().expect("nobody panicked").is_empty());
}

#[tokio::test]
async fn a_proxy_on_the_way_connects_through_and_reads_nothing() {
    let (address, pem, seen) = upstream(r#"{"name": "Rex"}"#).await;
    let (asked, told) = (Arc::new(Mutex::new(String::new())), Arc::new(Mutex::new(0)));
    let (heard, counted) = (Arc::clone(&asked), Arc::clone(&told));
    let between = raw(move |mut stream| {
        let (heard, counted) = (Arc::clone(&heard), Arc::clone(&counted));
        async move {
            let mut head = vec![0; 2048];
            let read = stream.read(&mut head).await.expect("a request");
            *heard.lock().expect("nobody panicked") =
                String::from_utf8_lossy(&head[..read]).into_owned();
            let mut inner = TcpStream::connect(address).await.expect("the upstream accepts");
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.expect("it is taken");
            let _ = tokio::io::copy_bidirectional(&mut stream, &mut inner).await;
            *counted.lock().expect("nobody panicked") += 1;
        }
    })
    .await;
    let way = standin::upstream::Proxy::parse(&format!("http://me:pass@{between}"));
    let url = format!("https://localhost:{}", address.port());
    let options = Options::new(Address::parse(&url).expect("an address"));
    let options = options.trusting(pem.into_bytes()).through(way.expect("a proxy"));
    let builder = Server::builder().document("pets", document());
    let proxy = start(builder.forward(options, Passing::default())).await;
    let answer = reqwest::get(proxy.url("/pets/1")).await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let asked = asked.lock().expect("nobody panicked").clone();
    assert!(asked.starts_with(&format!("CONNECT localhost:{} HTTP/1.1\r\n", address.port())));
    assert!(
        asked.to_ascii_lowercase().contains("proxy-authorization: basic bwu6cgfzcw=="),
        "{asked}"
    );
    let last = seen.lock().expect("nobody panicked").pop().expect("the call arrived");
    assert!(!last.headers.contains_key("proxy-authorization"));
    drop(proxy);
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_fetched_over_tls_from_whom_the_system_trusts() {
    let text = fs::read_to_string(PETS).expect("the fixture can be read");
    let (address, pem, _) = upstream(text.leak()).await;
    let folder = tempfile::tempdir().expect("a scratch folder");
    let file = folder.path().join("authorities.pem");
    fs::write(&file, pem).expect("a file");
    let url = format!("https://localhost:{}/pets.yaml", address.port());
    let lint = |authorities: Option<&std::path::Path>| {
        let mut command = standin(&["lint", &url]);
        if let Some(file) = authorities {
            command.env("SSL_CERT_FILE", file);
        }
        run(&mut command)
    };
    let (code, stdout, stderr) = lint(Some(&file));
    assert_eq!(code, 0, "{stdout}{stderr}");
    let (code, _, stderr) = lint(None);
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("no TLS with localhost"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_made_for_a_run_and_told_with_how_to_trust_it() {
    let arguments = ["serve", "clerk", "-p", "0", "--tls", "self-signed", "--format", "json"];
    let mut running = Running::prepared(&mut standin(&arguments));
    let ready = running.event();
    let url = ready["url"].as_str().expect("a URL").to_owned();
    let file = ready["certificate"].as_str().expect("a file").to_owned();
    let pem = fs::read_to_string(&file).expect("the certificate is there");
    let connector = Connector::new(Some(pem.as_bytes()), false).expect("a certificate");
    let stream = TcpStream::connect(url.trim_start_matches("https://")).await;
    let secured = connector.connect("127.0.0.1", stream.expect("the server accepts")).await;
    let (mut stream, _) = secured.expect("the certificate is for the address");
    let head = "GET /_standin/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("it is taken");
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let (code, _, told) = run(standin(&["ping", &url]).env("STANDIN_CA", &file));
    assert_eq!(code, 0, "{told}");
    let (code, _, told) = run(&mut standin(&["ping", &url]));
    assert!(code == 1 && told.contains("no TLS"), "{code}: {told}");
    running.signal("TERM");
    assert_eq!(running.end().0, 0);
    assert!(!fs::exists(&file).expect("a folder"), "{file} is left over");
}

#[test]
fn a_person_is_told_how_to_trust_a_certificate() {
    let arguments = ["serve", "clerk", "-p", "0", "--tls", "self-signed"];
    let mut command = standin(&arguments);
    let running = Running::greeted(&mut command);
    assert!(running.url.starts_with("https://127.0.0.1:"), "{}", running.url);
    running.signal("TERM");
    let (code, _) = running.end_told();
    assert_eq!(code, 0);
}
