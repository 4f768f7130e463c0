//! The control surface is reached by its own path alone, and by nobody who comes under another
//! name: no spelling, no form of the target and no prefix leads in.

use http::HeaderMap;
use http::Method;
use http::Request;
use http::StatusCode;
use serde_json::Value;
use standin::Server;
use standin::server::admin::Access;
use tokio::net::TcpStream;

use crate::support::builder;
use crate::support::calls::KEY;
use crate::support::start;
use crate::support::wire;
use crate::support::wire::Reply;
use crate::support::wire::Wire;

/// Targets that some reader somewhere takes for `/_standin/state`.
const DISGUISES: &[&str] = &[
    "/%5Fstandin/state",
    "/%5fstandin/state",
    "/_standin%2Fstate",
    "/_standin%2fstate",
    "/%2F_standin/state",
    "/_%73tandin/state",
    "/%255Fstandin/state",
    "//_standin/state",
    "///_standin/state",
    "/./_standin/state",
    "/../_standin/state",
    "/v1/../_standin/state",
    "/v1/..%2F_standin/state",
    "/v1/%2e%2e/_standin/state",
    "/v1/sessions/../../_standin/state",
    "/v1/sessions/..;/..;/_standin/state",
    "/v1/_standin/state",
    "/cis/_standin/state",
    "/v1//_standin/state",
    "/_STANDIN/state",
    "/_Standin/state",
    "/_standin;x=1/state",
    "/_standin.json/state",
    "/_standin\\state",
    "/\\_standin/state",
    "/_standin%5Cstate",
    "/_standin%00/state",
    "/_standin%20/state",
    "/%20/_standin/state",
    "/?/_standin/state",
    "/_standinx/state",
    "/x_standin/state",
];

async fn call(server: &Server, method: &str, target: &str, headers: &str) -> Option<Reply> {
    let request = wire::request(&format!("{method} {target}"), headers, "");
    Wire::connect(server.address()).await.ask(request).await
}

/// Whether an answer is the surface's: its state, or that it is gone.
fn is_let_in(reply: &Reply) -> bool {
    let shows_state = serde_json::from_str::<Value>(&reply.body)
        .is_ok_and(|body| body.pointer("/clerk/sessions").is_some());
    reply.status == 204 || shows_state
}

#[tokio::test]
async fn no_spelling_of_its_path_leads_into_the_surface() {
    let servers = [
        start(builder("clerk")).await,
        start(builder("clerk").mount("clerk", "/clerk")).await,
        start(builder("clerk").cors(true)).await,
    ];
    for server in servers {
        let state = server.engine().state().await.expect("state");
        let own = call(&server, "GET", "/_standin/state", "").await.expect("an answer");
        assert!(is_let_in(&own), "the path itself leads in");
        for disguise in DISGUISES {
            for prefix in ["", "/clerk", "/clerk/v1"] {
                for method in ["GET", "DELETE", "PUT", "POST", "OPTIONS"] {
                    let target = format!("{prefix}{disguise}");
                    let headers = format!("authorization: {KEY}\r\n");
                    let reply = call(&server, method, &target, &headers).await;
                    let Some(reply) = reply else { continue };
                    assert!(!is_let_in(&reply), "{method} {target}: {}", reply.body);
                    // Where pages may call the APIs, any OPTIONS is taken for a preflight.
                    let is_refused = reply.status >= 400 || method == "OPTIONS";
                    assert!(is_refused, "{method} {target}: {}", reply.status);
                }
            }
        }
        assert_eq!(server.engine().state().await.expect("state"), state);
        assert!(server.engine().requests() > 0, "all of it was traffic of the APIs");
    }
}

#[tokio::test]
async fn nobody_is_let_in_for_one_name_and_served_under_another() {
    let server = start(builder("clerk")).await;
    let cases = [
        ("http://localhost/_standin/state", "host: localhost\r\n", 200),
        ("http://evil.example/_standin/state", "host: localhost\r\n", 403),
        ("http://127.0.0.1:80@evil.example/_standin/state", "host: localhost\r\n", 403),
        ("http://localhost@evil.example/_standin/state", "host: localhost\r\n", 403),
        ("/_standin/state", "host: localhost\r\nhost: evil.example\r\n", 400),
        ("/_standin/state", "host: evil.example\r\nhost: localhost\r\n", 400),
        ("/_standin/state", "", 400),
        ("/_standin/state", "host: \r\n", 403),
        ("/_standin/state", "host: localhost, evil.example\r\n", 403),
        ("/_standin/state", "host: evil.example#localhost\r\n", 403),
        ("/_standin/state", "host: localhost@evil.example\r\n", 403),
        ("/_standin/state", "host: [::1]evil.example\r\n", 403),
        ("/_standin/state", "host: 0.0.0.0\r\n", 403),
        ("/_standin/state", "host: localhost\r\norigin: http://evil.example\r\n", 403),
        ("/_standin/state", "host: localhost\r\norigin: https://localhost\r\n", 403),
        ("/_standin/state", "host: localhost\r\norigin: http://localhost\r\norigin: null\r\n", 403),
        (
            "/_standin/state",
            "host: x\r\nx-forwarded-host: localhost\r\nforwarded: host=localhost\r\n",
            403,
        ),
    ];
    for (target, headers, status) in cases {
        let request = format!("GET {target} HTTP/1.1\r\n{headers}\r\n");
        let reply = Wire::connect(server.address()).await.ask(&request).await;
        let reply = reply.expect("an answer");
        // A target that is no URI at all is refused before anybody asks who it is for.
        let is_refused = status == 403 && reply.status == 400;
        assert!(reply.status == status || is_refused, "{request}: {}", reply.status);
        assert_eq!(is_let_in(&reply), status == 200, "{request}");
    }
}

/// The status of a request over HTTP/2.
async fn over_http2(server: &Server, uri: &str, headers: &[(&'static str, &str)]) -> StatusCode {
    let stream = TcpStream::connect(server.address()).await.expect("the server accepts");
    let (mut sender, connection) = h2::client::handshake(stream).await.expect("HTTP/2 is spoken");
    let connection = tokio::spawn(connection);
    let mut request = Request::builder().method(Method::GET).uri(uri).body(()).expect("a request");
    let mut fields = HeaderMap::new();
    for (name, value) in headers {
        fields.append(*name, value.parse().expect("a value"));
    }
    request.headers_mut().extend(fields);
    let (answer, _) = sender.send_request(request, true).expect("a stream");
    let status = answer.await.expect("an answer").status();
    connection.abort();
    status
}

/// An address, further header fields, and the status that they get.
type Case = (&'static str, &'static [(&'static str, &'static str)], u16);

#[tokio::test]
async fn over_http2_the_same_names_and_paths_lead_in() {
    let server = start(builder("clerk")).await;
    let cases: &[Case] = &[
        ("http://localhost/_standin/state", &[], 200),
        ("http://evil.example/_standin/state", &[], 403),
        ("http://evil.example/_standin/state", &[("host", "localhost")], 403),
        ("http://localhost@evil.example/_standin/state", &[], 403),
        ("http://localhost/_standin/state", &[("host", "localhost"), ("host", "x")], 400),
        ("http://localhost/_standin/state", &[("origin", "http://evil.example")], 403),
        ("http://localhost/%5Fstandin/state", &[], 404),
        ("http://localhost//_standin/state", &[], 404),
        ("http://localhost/v1/../_standin/state", &[], 404),
        ("http://localhost/_standin%2Fstate", &[], 404),
    ];
    for (uri, headers, status) in cases {
        let got = over_http2(&server, uri, headers).await;
        assert_eq!(got, *status, "{uri} {headers:?}");
    }
}

#[tokio::test]
async fn no_page_of_another_origin_may_ask_even_where_the_apis_let_it() {
    let server = start(builder("clerk").cors(true)).await;
    let origin = "origin: https://evil.example\r\naccess-control-request-method: DELETE\r\n";
    for method in ["OPTIONS", "GET", "DELETE"] {
        let reply = call(&server, method, "/_standin/state", origin).await.expect("an answer");
        assert_eq!(reply.status, 403, "{method}");
        assert!(!reply.head.contains("access-control-"), "{method}: {}", reply.head);
    }
    let open = call(&server, "OPTIONS", "/v1/sessions", origin).await.expect("an answer");
    assert!(open.head.contains("access-control-allow-origin"), "{}", open.head);
}

#[tokio::test]
async fn any_address_of_loopback_is_loopback_and_no_other_is() {
    for (host, status) in [("127.0.0.2", 200), ("0.0.0.0", 404), ("::ffff:127.0.0.1", 404)] {
        let started = builder("clerk").host(host.parse().expect("an address")).start().await;
        // A machine may be without the second family; the first it has.
        let Ok(server) = started else {
            assert!(host.contains(':'), "{host} can not be listened on");
            continue;
        };
        let reply = call(&server, "GET", "/_standin/state", "").await.expect("an answer");
        assert_eq!(reply.status, status, "{host}");
        assert_eq!(server.control_url().is_some(), status == 200, "{host}");
    }
}

#[tokio::test]
async fn a_wrong_token_is_refused_wherever_it_differs() {
    let token = "a-token-of-thirty-two-characters";
    let mut access = Access::default();
    access.token = Some(token.to_owned());
    let server = start(builder("clerk").access(access)).await;
    let status = async |sent: &str| {
        let headers = format!("authorization: Bearer {sent}\r\n");
        call(&server, "GET", "/_standin/clock", &headers).await.expect("an answer").status
    };
    for at in 0..token.len() {
        let changed = format!("{}X{}", &token[..at], &token[at + 1..]);
        assert_eq!(status(&changed).await, 401, "{changed}");
        assert_eq!(status(&token[..at]).await, 401, "the first {at} characters");
    }
    assert_eq!(status(&format!("{token}{token}")).await, 401);
    assert_eq!(status(token).await, 200);
    let twice = format!("authorization: Bearer x\r\nauthorization: Bearer {token}\r\n");
    let reply = call(&server, "GET", "/_standin/clock", &twice).await.expect("an answer");
    assert_eq!(reply.status, 401, "of two tokens the first counts, for everybody");
}
