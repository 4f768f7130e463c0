//! Who may use the control surface.

use std::net::IpAddr;
use std::net::Ipv4Addr;

use http::Method;
use serde_json::json;
use standin::server::admin::Access;

use crate::admin::Caller;
use crate::support::builder;
use crate::support::start;

/// A server with this access, listened for where everybody can reach it or not.
async fn guarded(closed: bool, token: Option<&str>, everywhere: bool) -> Caller {
    let mut access = Access::default();
    access.closed = closed;
    access.token = token.map(str::to_owned);
    let mut builder = builder("clerk-sessions").access(access);
    if everywhere {
        builder = builder.host(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    }
    Caller::of(start(builder).await).await
}

#[tokio::test]
async fn a_closed_surface_tells_nothing_but_its_health() {
    let caller = guarded(true, Some("opener"), false).await;
    assert_eq!(caller.get("/_standin/health").await.status, 200);
    let token = [("authorization", "Bearer opener")];
    for target in ["/_standin/clock", "/_standin/nothing"] {
        let reply = caller.call(Method::GET, target, &token, None).await;
        assert_eq!(reply.status, 404);
        assert_eq!(reply.json().get("nearest").cloned().unwrap_or(json!([])), json!([]));
    }
}

#[tokio::test]
async fn a_token_opens_the_surface_and_nothing_else_does() {
    for everywhere in [false, true] {
        let caller = guarded(false, Some("opener"), everywhere).await;
        assert_eq!(caller.get("/_standin/health").await.status, 200);
        let bare = caller.get("/_standin/clock").await;
        assert_eq!(
            (bare.status, &bare.headers["www-authenticate"]),
            (401, &"Bearer".parse().expect("a value"))
        );
        for wrong in ["Bearer other", "Bearer opener2", "Basic opener"] {
            let wrong = [("authorization", wrong)];
            assert_eq!(caller.call(Method::GET, "/_standin/clock", &wrong, None).await.status, 401);
        }
        let right = [("authorization", "Bearer opener"), ("origin", "https://tests.example")];
        assert_eq!(caller.call(Method::GET, "/_standin/clock", &right, None).await.status, 200);
    }
}

#[tokio::test]
async fn a_wrong_method_on_the_health_check_is_told_to_whoever_has_no_token() {
    for closed in [false, true] {
        let caller = guarded(closed, Some("opener"), false).await;
        let reply = caller.call(Method::POST, "/_standin/health", &[], None).await;
        assert_eq!(
            (reply.status, &reply.headers["allow"]),
            (405, &"GET, HEAD".parse().expect("a value"))
        );
    }
}

#[tokio::test]
async fn off_loopback_the_surface_is_not_there_without_a_token() {
    let caller = guarded(false, None, true).await;
    assert_eq!(caller.get("/_standin/health").await.status, 200);
    assert_eq!(caller.get("/_standin/clock").await.status, 404);
    assert_eq!(caller.post("/_standin/stop", json!({})).await.status, 404);
    assert!(!caller.server.stopper().is_asked());
}

#[tokio::test]
async fn pages_of_other_sites_are_kept_out() {
    let caller = guarded(false, None, false).await;
    let own = caller.server.url("");
    let cases = [
        (vec![("host", "evil.example")], 403),
        (vec![("host", "127.0.0.1.evil.example:4010")], 403),
        (vec![("origin", "https://evil.example")], 403),
        (vec![("origin", "null")], 403),
        (vec![("origin", "http://localhost:1")], 403),
        (vec![("origin", own.as_str())], 200),
        (vec![("host", "localhost")], 200),
        (vec![("host", "[::1]:4010")], 200),
    ];
    for (headers, status) in cases {
        let reply = caller.call(Method::GET, "/_standin/clock", &headers, None).await;
        assert_eq!(reply.status, status, "{headers:?}: {}", reply.text);
        let health = caller.call(Method::GET, "/_standin/health", &headers, None).await;
        assert_eq!(health.status, 200, "health is always open");
    }
}

#[tokio::test]
async fn a_moved_surface_is_at_its_own_address_alone() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = free.local_addr().expect("an address");
    drop(free);
    let caller = Caller::of(start(builder("clerk-sessions").admin_listen(address)).await).await;
    let gone = reqwest::get(caller.server.url("/_standin/clock")).await.expect("an answer");
    assert_eq!(gone.status(), 404);
    assert_eq!(caller.server.engine().requests(), 0, "and it is no traffic");
    let url = format!("http://{address}");
    let clock = reqwest::get(format!("{url}/_standin/clock")).await.expect("an answer");
    assert_eq!(clock.status(), 200);
    let api = reqwest::get(format!("{url}/v1/jwks")).await.expect("an answer");
    assert_eq!(api.status(), 404);
}

#[tokio::test]
async fn a_closed_surface_is_not_announced() {
    let mut access = Access::default();
    access.closed = true;
    let closed = start(builder("clerk").access(access)).await;
    assert_eq!(closed.control_url(), None);
    let open = start(builder("clerk")).await;
    assert!(open.control_url().is_some_and(|url| url.ends_with("/_standin/")));
}
