//! The bundled APIs, called through a proxy and directly: nobody sees a difference.

use reqwest::Method;
use standin::Server;
use standin::apis::APIS;
use standin::clients::clerk_sessions::Client;
use standin::engine::Passing;
use standin::finding::Blame;
use standin::upstream::Address;
use standin::upstream::Options;

use crate::exchanges;
use crate::exchanges::Case;
use crate::support;
use crate::support::calls::call_as_stranger;

/// A proxy before a server of one bundled API.
async fn proxy(api: &str, upstream: &Server) -> Server {
    let address = Address::parse(&upstream.url("")).expect("an address");
    let builder = support::builder(api).forward(Options::new(address), Passing::default());
    support::start(builder).await
}

/// What a client sees of an answer.
async fn ask(
    server: &Server,
    text: &str,
    known: &[String],
) -> (u16, Vec<(String, String)>, String) {
    let request = exchanges::request(text);
    let fields: Vec<(&str, &str)> = request
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().expect("text")))
        .collect();
    let body = String::from_utf8(request.body.to_vec()).expect("text");
    let method = Method::from_bytes(request.method.as_str().as_bytes()).expect("a method");
    let answer = call_as_stranger(server, method, &request.target(), &fields, &body).await;
    let field = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
        (name.to_string(), value.to_str().expect("text").to_owned())
    };
    let fields = answer.headers().iter();
    // What only the API's behaviour finds, a proxy does not.
    let fields = fields.filter(|(name, _)| *name != "standin-findings");
    let mut headers: Vec<_> = fields.map(field).collect();
    headers.sort_unstable();
    let status = answer.status().as_u16();
    let body = answer.text().await.expect("text");
    (status, headers, known.iter().fold(body, |body, known| body.replace(known, "here")))
}

/// Plays one case on a server directly, and on another through a proxy.
async fn compare(api: &str, case: &Case) {
    let (direct, behind) = (support::server(api).await, support::server(api).await);
    // What an answer says of the server's own address differs.
    let known = [&direct, &behind].map(|server| server.address().to_string());
    let proxy = proxy(api, &behind).await;
    let mut kept: Vec<(String, String)> = Vec::new();
    for step in case.steps() {
        let step = kept.iter().fold((*step).to_owned(), |step, (name, value)| {
            step.replace(&format!("<{name}>"), value)
        });
        if step.starts_with("act ") || step.starts_with("wait ") {
            let mut told = Vec::new();
            for server in [&direct, &behind] {
                told = exchanges::happen(server.engine(), &step).await;
            }
            kept.extend(told);
            continue;
        }
        let text = step.strip_prefix("first ").unwrap_or(&step);
        let (expected, seen) = (ask(&direct, text, &known).await, ask(&proxy, text, &known).await);
        assert_eq!(seen, expected, "{api}: {step}");
        kept.extend(exchanges::keeps(text, &seen.2));
    }
    for found in proxy.findings().all() {
        assert_eq!(found.blame, Blame::Client, "{api}: {found:?}");
    }
}

#[tokio::test]
async fn every_operation_is_answered_through_a_proxy_as_it_is_without() {
    for (api, cases) in exchanges::cases() {
        for case in cases {
            compare(api, case).await;
        }
    }
}

#[tokio::test]
async fn the_typed_client_works_through_a_proxy() {
    let api = APIS.iter().find(|api| api.id == "clerk-sessions").expect("Clerk is bundled");
    let server = support::server(api.id).await;
    let proxy = proxy(api.id, &server).await;
    let mut key = reqwest::header::HeaderMap::new();
    key.insert("authorization", "Bearer sk_test_mock".parse().expect("a value"));
    let http = reqwest::Client::builder().default_headers(key).build().expect("a client");
    let client = Client::new_with_client(&proxy.url("/v1"), http);
    let made = client.create_session().body_map(|body| body.user_id("user_ada")).send().await;
    let session = made.expect("a session").into_inner();
    let found =
        client.get_session().session_id(session.id.as_str()).send().await.expect("the session");
    assert_eq!(found.into_inner().id, session.id);
    client.revoke_session().session_id(session.id.as_str()).send().await.expect("it is revoked");
    assert_eq!(server.engine().requests(), 3);
    proxy.findings().assert_none();
}
