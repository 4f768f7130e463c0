//! What a call costs that is passed on and judged in both directions, beside a plain proxy of hyper
//! that looks into nothing, which is this very program, started again.
//!
//! Both are processes of their own before one upstream, and get the same calls in turn. What Linux
//! counts is compared: the time that all their threads had a processor.

use std::convert::Infallible;
use std::io::BufRead;
use std::io::BufReader;
use std::net::SocketAddr;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;

use bytes::Bytes;
use http::Method;
use http::Request;
use http::Response;
use http_body_util::BodyExt;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioExecutor;
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::process::Running;
use crate::process::standin;

/// How many times as much processor time a judged call is to take, which it does not keep to yet
/// where there is much to judge.
const AIM_TIMES: f64 = 1.5;

/// How many times as much it may take meanwhile.
const MOST_TIMES: f64 = 2.5;

/// The document that both directions are judged by.
const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/proxy/pets.yaml");

/// What a client posts, and gets back.
const PET: &[u8] = br#"{"name":"Rex","age":3}"#;

/// How many items the lists have that are fetched.
const LISTS: [usize; 3] = [0, 10, 100];

/// Connections that call at once.
const CONNECTIONS: usize = 4;

/// Calls on each of them in a round.
const CALLS: usize = 1_000;

/// Rounds that count, of each proxy in turn; the middle one does, for the machine does other things.
const ROUNDS: usize = 9;

/// Measures both with every call.
pub(crate) fn check() -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.expect("a runtime starts");
    let mut broken = Vec::new();
    for items in LISTS {
        let proxies = Proxies::before(runtime.block_on(upstream(items)));
        let name = format!("GET of {items} items");
        broken.extend(proxies.compared(&runtime, &name, &Method::GET));
        if items == 0 {
            broken.extend(proxies.compared(&runtime, "POST of one item", &Method::POST));
        }
    }
    println!("the aim is {AIM_TIMES} times, the limit {MOST_TIMES}");
    broken
}

/// Both proxies before one upstream.
struct Proxies {
    own: Running,
    plain: Child,
    plain_url: String,
}

impl Proxies {
    fn before(upstream: SocketAddr) -> Self {
        let url = format!("http://{upstream}");
        let mut own = standin(&["proxy", DOCUMENT, &url, "-p", "0", "--cors=false"]);
        let own = Running::spawn(own.env("STANDIN_FORMAT", "json"));
        let program = std::env::current_exe().expect("this program has a path");
        let mut plain = Command::new(program);
        plain.args(["plain", &upstream.to_string()]).stdout(Stdio::piped());
        let mut plain = plain.spawn().expect("it starts");
        let told = plain.stdout.take().expect("standard output is piped");
        let mut url = String::new();
        BufReader::new(told).read_line(&mut url).expect("the proxy tells its address");
        Self { own, plain, plain_url: url.trim().to_owned() }
    }

    /// Compares both; tells where too much is spent.
    fn compared(&self, runtime: &Runtime, name: &str, method: &Method) -> Option<String> {
        let spent = |url: &str, process: u32| {
            let before = processor_us(process);
            runtime.block_on(load(address(url), method));
            let calls = u32::try_from(CONNECTIONS * CALLS).expect("few calls");
            (processor_us(process) - before) / f64::from(calls)
        };
        let (mut own, mut plain) = (Vec::new(), Vec::new());
        for round in 0..=ROUNDS {
            let of_plain = spent(&self.plain_url, self.plain.id());
            let of_own = spent(&self.own.url, self.own.id());
            // Before the first, nothing is compiled and nobody is connected.
            if round > 0 {
                plain.push(of_plain);
                own.push(of_own);
            }
        }
        let (own, plain) = (middle(own), middle(plain));
        let times = own / plain;
        let text =
            format!("{name}: {own:.1} µs beside {plain:.1} µs of a plain proxy, {times:.2} times");
        println!("{text}");
        (times > MOST_TIMES).then_some(text)
    }
}

impl Drop for Proxies {
    fn drop(&mut self) {
        self.plain.kill().expect("the proxy runs");
        self.plain.wait().expect("the proxy ends");
    }
}

fn address(url: &str) -> SocketAddr {
    let authority = url.strip_prefix("http://").expect("an http URL");
    authority.parse().expect("an address with a port")
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The time that the threads of a process have had a processor, in microseconds.
fn processor_us(process: u32) -> f64 {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).expect("Linux tells of it");
    let nanoseconds = threads.filter_map(|thread| {
        // A thread may have ended meanwhile.
        let told = std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        told.split(' ').next()?.parse::<f64>().ok()
    });
    nanoseconds.sum::<f64>() / 1_000.0
}

/// Serves a list of pets to whoever gets, and a pet to whoever posts.
async fn upstream(items: usize) -> SocketAddr {
    let pets = (0..items).map(|number| format!(r#"{{"name":"pet {number}","age":{number}}}"#));
    let list = Bytes::from(format!("[{}]", pets.collect::<Vec<_>>().join(",")));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("the port is known");
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            stream.set_nodelay(true).expect("the connection is there");
            let list = list.clone();
            let serving = service_fn(move |request| served(list.clone(), request));
            tokio::spawn(async move {
                let connections = auto::Builder::new(TokioExecutor::new());
                // A proxy that goes is none of its business.
                let _ = connections.serve_connection(TokioIo::new(stream), serving).await;
            });
        }
    });
    address
}

async fn served(
    list: Bytes,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (status, content) = match *request.method() {
        Method::POST => (201, Bytes::from_static(PET)),
        _ => (200, list),
    };
    request.into_body().collect().await.expect("a request is whole");
    let response = Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .header("x-total", "1");
    Ok(response.body(Full::new(content)).expect("a response"))
}

/// Calls over several connections at once.
async fn load(address: SocketAddr, method: &Method) {
    let mut callers = JoinSet::new();
    for _ in 0..CONNECTIONS {
        callers.spawn(call(address, method.clone()));
    }
    callers.join_all().await;
}

async fn call(address: SocketAddr, method: Method) {
    let stream = TcpStream::connect(address).await.expect("the proxy accepts");
    stream.set_nodelay(true).expect("the connection is there");
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.expect("the proxy speaks HTTP");
    tokio::spawn(connection);
    for _ in 0..CALLS {
        let request = Request::builder()
            .method(method.clone())
            .uri("/pets")
            .header("host", "pets.example")
            .header("accept", "application/json")
            .header("user-agent", "limits");
        let request = match method {
            Method::POST => request
                .header("content-type", "application/json")
                .body(Full::new(Bytes::from_static(PET))),
            _ => request.body(Full::default()),
        };
        sender.ready().await.expect("the connection stays");
        let answered = sender.send_request(request.expect("a request")).await;
        let answer = answered.expect("an answer");
        assert!(answer.status().is_success(), "{}", answer.status());
        answer.into_body().collect().await.expect("the answer is whole");
    }
}
