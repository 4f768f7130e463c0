//! Targets, header fields, statuses: what goes on and what does not.

use std::sync::atomic::Ordering;

use reqwest::Method;
use standin::engine::Passing;
use standin::upstream::Address;
use standin::upstream::Options;
use standin::upstream::Proxy;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;

use crate::proxy::Recorder;
use crate::proxy::before;
use crate::proxy::document;
use crate::proxy::json;
use crate::proxy::listener;
use crate::proxy::proxy;
use crate::proxy::raw;
use crate::proxy::start;
use crate::support::calls::call_as_stranger;
use crate::support::calls::header;
use crate::support::wire::Wire;

#[tokio::test]
async fn a_call_goes_on_byte_for_byte_but_for_what_speaks_of_the_connection() {
    let upstream = Recorder::answering(json(200, "{}")).await;
    let proxy = proxy(upstream.address).await;
    let mut wire = Wire::connect(proxy.address()).await;
    let target = "/a%2Fb/%7Ec/../d//e;f=1?q=%20+%2B&x[]=&&=";
    let request = format!(
        "POST {target} HTTP/1.1\r\nhost: evil.example\r\nconnection: keep-alive, x-mine\r\n\
         x-mine: 1\r\nkeep-alive: timeout=9\r\nproxy-authorization: Basic eA==\r\n\
         te: trailers, gzip\r\nx-kept: 1\r\nx-kept: two\r\ncookie: a=1\r\n\
         content-length: 4\r\nexpect: 100-continue\r\n\r\n"
    );
    wire.send(request).await;
    let interim = wire.answer().await.expect("an interim answer");
    assert_eq!(interim.status, 100);
    assert_eq!(wire.ask("\0\u{1}\r\n").await.expect("an answer").status, 200);

    let seen = upstream.last();
    assert_eq!((&*seen.method, &*seen.target, &*seen.body), ("POST", target, &b"\0\x01\r\n"[..]));
    let mut fields: Vec<String> = seen
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().expect("text")))
        .collect();
    fields.sort_unstable();
    let via = fields.iter().position(|field| field.starts_with("via: 1.1 standin-"));
    fields.remove(via.expect("the proxy says that it came by"));
    let host = format!("host: {}", upstream.address);
    let expected =
        ["content-length: 4", "cookie: a=1", &host, "te: trailers", "x-kept: 1", "x-kept: two"];
    assert_eq!(fields, expected);
}

#[tokio::test]
async fn an_answer_comes_back_as_it_was_but_for_what_speaks_of_the_connection() {
    let address = raw(|mut stream| async move {
        let mut request = [0; 1024];
        let _ = stream.read(&mut request).await;
        let answer = "HTTP/1.1 418 Teapot\r\ndate: Thu, 01 Jan 1970 00:00:00 GMT\r\n\
                      server: theirs\r\nset-cookie: a=1\r\nset-cookie: b=2\r\nx-mine: 1\r\n\
                      connection: close, x-mine\r\nkeep-alive: 1\r\ncontent-length: 2\r\n\r\nhm";
        let _ = stream.write_all(answer.as_bytes()).await;
    })
    .await;
    let proxy = proxy(address).await;
    let answer = call_as_stranger(&proxy, Method::GET, "/x", &[], "").await;
    let cookies: Vec<_> = answer.headers().get_all("set-cookie").iter().collect();
    assert_eq!(cookies, ["a=1", "b=2"]);
    assert_eq!(header(&answer, "date"), "Thu, 01 Jan 1970 00:00:00 GMT");
    assert_eq!(header(&answer, "server"), "theirs");
    assert!(
        !answer.headers().contains_key("x-mine") && !answer.headers().contains_key("keep-alive")
    );
    assert_eq!((answer.status().as_u16(), answer.text().await.expect("text")), (418, "hm".into()));
}

#[tokio::test]
async fn the_path_of_the_upstream_comes_before_that_of_the_call() {
    let upstream = Recorder::answering(json(200, "[]")).await;
    let url = format!("http://{}/base/v2/", upstream.address);
    let proxy = start(before(&url, Passing::default())).await;
    call_as_stranger(&proxy, Method::GET, "/pets?limit=1", &[], "").await;
    assert_eq!(upstream.last().target, "/base/v2/pets?limit=1");
    let last = proxy.engine().journal().last().expect("the call was written down");
    assert_eq!(last.subject.operation.as_deref(), Some("listPets"));
}

#[tokio::test]
async fn nothing_that_a_client_sends_leads_anywhere_else() {
    let upstream = Recorder::answering(json(200, "{}")).await;
    let decoy = Recorder::answering(json(200, "{}")).await;
    let proxy = proxy(upstream.address).await;
    let evil = decoy.address;
    for (line, host) in [
        (format!("GET http://{evil}/x HTTP/1.1"), format!("{evil}")),
        (format!("GET //{evil}/x HTTP/1.1"), format!("{evil}")),
        ("GET /x HTTP/1.1".to_owned(), format!("{evil}")),
        (format!("GET /@{evil}/x HTTP/1.1"), "localhost".to_owned()),
        (format!("GET http://user@{evil}/x HTTP/1.1"), "localhost".to_owned()),
    ] {
        let mut wire = Wire::connect(proxy.address()).await;
        let fields = format!("host: {host}\r\nx-forwarded-host: {evil}\r\n\r\n");
        let answer = wire.ask(format!("{line}\r\n{fields}")).await.expect("an answer");
        assert_eq!(answer.status, 200, "{line}");
        let seen = upstream.last();
        assert_eq!(seen.headers["host"], upstream.address.to_string(), "{line}");
        assert!(seen.target.starts_with('/') && seen.target.ends_with("/x"), "{}", seen.target);
    }
    let arrived = upstream.seen().len();
    for line in [format!("CONNECT {evil} HTTP/1.1"), "OPTIONS * HTTP/1.1".to_owned()] {
        let mut wire = Wire::connect(proxy.address()).await;
        let answer = wire.ask(format!("{line}\r\nhost: {evil}\r\n\r\n")).await.expect("an answer");
        assert_eq!(answer.status, 400, "{line}");
    }
    assert_eq!(upstream.seen().len(), arrived);
    assert_eq!(decoy.connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_redirect_is_the_clients_to_follow() {
    let decoy = Recorder::answering(json(200, "{}")).await;
    let location = format!("http://{}/x", decoy.address);
    let moved = http::Response::builder().status(307).header("location", &location);
    let upstream = Recorder::answering(moved.body("").expect("a response")).await;
    let proxy = proxy(upstream.address).await;
    let mut wire = Wire::connect(proxy.address()).await;
    let answer = wire.ask("GET /x HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("an answer");
    assert_eq!((answer.status, answer.header("location")), (307, &*location));
    assert_eq!(decoy.connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn answers_without_content_keep_their_fields() {
    let table = [
        ("HEAD /pets/1", "200 OK", "content-type: application/json\r\ncontent-length: 4711"),
        ("GET /pets/1", "304 Not Modified", "etag: \"1\""),
        ("DELETE /pets/1", "204 No Content", "x-kept: 1"),
    ];
    for (call, status, fields) in table {
        let answer = format!("HTTP/1.1 {status}\r\n{fields}\r\n\r\n");
        let address = raw(move |mut stream| {
            let answer = answer.clone();
            async move {
                let mut request = [0; 1024];
                while stream.read(&mut request).await.is_ok_and(|read| read > 0) {
                    let _ = stream.write_all(answer.as_bytes()).await;
                }
            }
        })
        .await;
        let proxy = proxy(address).await;
        let mut wire = Wire::connect(proxy.address()).await;
        let request = format!("{call} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        wire.send(request).await;
        let head = String::from_utf8(wire.closed().await).expect("text");
        assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{call}: {head}");
        for field in fields.lines() {
            assert!(head.contains(field), "{call}: {head}");
        }
        assert!(head.ends_with("\r\n\r\n"), "{call}: {head}");
        proxy.findings().assert_none();
    }
}

#[tokio::test]
async fn connections_to_the_upstream_are_shared() {
    let upstream = Recorder::answering(json(200, "{}")).await;
    let proxy = proxy(upstream.address).await;
    for _ in 0..10 {
        call_as_stranger(&proxy, Method::GET, "/x", &[], "").await;
    }
    assert_eq!(upstream.seen().len(), 10);
    assert_eq!(upstream.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn fields_behind_the_content_go_through() {
    let address = raw(|mut stream| async move {
        let mut request = [0; 1024];
        let _ = stream.read(&mut request).await;
        let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntrailer: x-sum\r\n\
                      x-total: 0\r\ntransfer-encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\nx-sum: 7\r\n\r\n";
        let _ = stream.write_all(answer.as_bytes()).await;
    })
    .await;
    let proxy = proxy(address).await;
    for path in ["/pets", "/unknown"] {
        let mut wire = Wire::connect(proxy.address()).await;
        let fields = "host: x\r\nte: trailers\r\nconnection: close\r\n\r\n";
        wire.send(format!("GET {path} HTTP/1.1\r\n{fields}")).await;
        let answer = String::from_utf8(wire.closed().await).expect("text");
        assert!(answer.ends_with("2\r\n[]\r\n0\r\nx-sum: 7\r\n\r\n"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn another_proxy_on_the_way_is_told_the_whole_address_and_its_credentials() {
    let between = Recorder::answering(json(200, "{}")).await;
    let address = Address::parse("http://api.invalid:81/v1").expect("an address");
    let way = Proxy::parse(&format!("http://me:p%40ss@{}", between.address)).expect("a proxy");
    let builder = standin::Server::builder().document("pets", document());
    let proxy =
        start(builder.forward(Options::new(address).through(way), Passing::default())).await;
    let (mut wire, call) = (Wire::connect(proxy.address()).await, "GET /pets?limit=1 HTTP/1.1");
    wire.ask(format!("{call}\r\nhost: x\r\n\r\n")).await.expect("an answer");
    let seen = between.last();
    assert_eq!(seen.headers["proxy-authorization"], "Basic bWU6cEBzcw==");
    assert_eq!(seen.headers["host"], "api.invalid:81");
    assert_eq!(seen.target, "/v1/pets?limit=1");
}

#[tokio::test]
async fn a_second_host_is_refused_before_anybody_is_asked() {
    let (_listener, address) = listener().await;
    let proxy = proxy(address).await;
    let mut wire = Wire::connect(proxy.address()).await;
    let answer = wire.ask("GET /x HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n").await;
    assert_eq!(answer.expect("an answer").status, 400);
}
