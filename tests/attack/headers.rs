//! Header fields: too many, too large, and names that a client makes up to fill the memory.

use http::Method;
use standin::Server;
use standin::message::Request;

use crate::attack::ask;
use crate::attack::assert_serves;
use crate::attack::assert_unhurt;
use crate::support;
use crate::support::calls::KEY;
use crate::support::wire;
use crate::support::wire::Wire;

/// How much one finding may take, whatever the client made up: a report shows it to a person.
const FINDING_BYTES: usize = 4_096;

#[tokio::test]
async fn huge_and_countless_headers_are_431() {
    let server = support::server("clerk").await;
    let call = "GET /v1/sessions/sess_active HTTP/1.1\r\nhost: x\r\n";
    let huge = format!("{call}x-huge: {}\r\n\r\n", "x".repeat(200_000));
    let countless: String = (0..200).map(|number| format!("x-{number}: 1\r\n")).collect();
    let countless = format!("{call}{countless}\r\n");
    let name = format!("{call}{}: 1\r\n\r\n", "x".repeat(70_000));
    for request in [huge, countless, name] {
        let mut wire = Wire::connect(server.address()).await;
        wire.send(&request).await;
        let answered = String::from_utf8_lossy(&wire.closed().await).into_owned();
        assert!(answered.starts_with("HTTP/1.1 431 "), "{}: {answered}", &request[..80]);
    }
    let target = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "x".repeat(100_000));
    let mut wire = Wire::connect(server.address()).await;
    wire.send(target).await;
    let answered = String::from_utf8_lossy(&wire.closed().await).into_owned();
    assert!(answered.contains(" 414 ") || answered.contains(" 431 "), "{answered}");
    assert_serves(server.address()).await;
}

#[tokio::test]
async fn header_fields_without_end_end_the_connection() {
    let server = support::server("clerk").await;
    let mut wire = Wire::connect(server.address()).await;
    wire.send("GET /v1/sessions/sess_active HTTP/1.1\r\nhost: x\r\n").await;
    let fields = "x-more: and more of it\r\n".repeat(100);
    let mut sent = 0;
    while wire.send(&fields).await {
        sent += fields.len();
        assert!(sent < 64 << 20, "the server reads header fields without end");
    }
    assert_serves(server.address()).await;
}

/// The report of everything that was found, as the control surface gives it.
async fn report(server: &Server) -> String {
    let request = wire::request("GET /_standin/report", "", "");
    ask(server.address(), request).await.expect("the report comes").body
}

#[tokio::test]
async fn nothing_that_a_client_makes_up_makes_a_finding_large() {
    let server = support::start(Server::builder().fixed_clock(support::start_instant())).await;
    let long = "x".repeat(60_000);
    let json = "content-type: application/json\r\n";
    let deep = format!("{{\"{long}\":1}}");
    let value = format!("{{\"user_id\":\"user_ada\",\"template\":\"{long}\"}}");
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    let key = format!("authorization: {KEY}\r\n");
    let requests = [
        wire::request(&format!("{} /v1/sessions", long.to_uppercase()), &key, ""),
        wire::request(&format!("GET /{long}"), &key, ""),
        wire::request(&format!("GET /v1/sessions?{long}=%zz&limit={long}"), &key, ""),
        wire::request(&format!("GET /v1/sessions?limit=%zz{long}"), &key, ""),
        wire::request("GET /v1/sessions/sess_active", &format!("{key}accept: {long}/x\r\n"), ""),
        wire::request("GET /v1/sessions/sess_active", &format!("{key}prefer: code={long}\r\n"), ""),
        wire::request(
            "GET /v1/sessions/sess_active",
            &format!("{key}prefer: example={long}\r\n"),
            "",
        ),
        wire::request("POST /v1/sessions", &format!("{key}content-type: {long}/x\r\n"), "{}"),
        wire::request("POST /v1/sessions/sess_active/verify", &format!("{key}{json}"), &deep),
        wire::request("POST /v1/sessions/sess_active/verify", &format!("{key}{json}"), &value),
        wire::request(
            "GET /v1/sessions?user_id=x",
            &format!("{key}clerk-api-version: {long}\r\n"),
            "",
        ),
        wire::request("POST /oidc/token", form, &format!("{long}=%zz")),
        wire::request("POST /oidc/token", form, &format!("grant_type={long}")),
        wire::request("POST /cis/v1/auth-session/attach-device", json, &deep),
    ];
    let mut before = report(&server).await.len();
    for request in requests {
        let status = ask(server.address(), &request).await.expect("an answer").status;
        let after = report(&server).await.len();
        let shown = String::from_utf8_lossy(&request[..request.len().min(60)]).into_owned();
        assert!(
            after < before + 3 * FINDING_BYTES,
            "{shown}… ({status}): {} bytes",
            after - before
        );
        before = after;
    }
    assert_unhurt(&server);
}

#[tokio::test]
async fn the_journal_is_bounded_by_all_that_it_keeps() {
    let server = support::server("clerk").await;
    for number in 0..400 {
        let mut request = Request::new(Method::GET, &format!("/v1/jwks?{}", "x".repeat(100_000)));
        request.headers.insert("x-long", "x".repeat(100_000).parse().expect("a value"));
        request.headers.insert("x-number", number.into());
        server.engine().answer(request).await;
    }
    let kept = server.engine().journal().exchanges().len();
    assert!(kept < 200, "{kept} exchanges of 200 kB are kept");
    assert!(kept > 10, "the latest are kept");
}

#[tokio::test]
async fn paths_and_methods_that_a_client_makes_up_make_no_series() {
    let server = support::server("clerk").await;
    let mut wire = Wire::connect(server.address()).await;
    let series = |text: &str| text.lines().filter(|line| !line.starts_with('#')).count();
    let metrics = wire::request("GET /_standin/metrics", "", "");
    let mut counts = Vec::new();
    for round in 0..2 {
        for number in 0..1_000 {
            let target = format!("/v1/made-up-{round}-{number}?x={number}");
            let method = Method::from_bytes(format!("M{round}{number}").as_bytes());
            server.engine().answer(Request::new(method.expect("a method"), &target)).await;
        }
        counts.push(series(&wire.ask(&metrics).await.expect("metrics").body));
    }
    assert_eq!(counts[0], counts[1], "a client can make up no series");
}
