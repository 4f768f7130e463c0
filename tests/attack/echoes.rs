//! Line ends and control characters in every place that comes back: in a header field they would
//! end it, in a report they would begin a line of their own, on a terminal they would command it.

use serde_json::Value;
use standin::Server;

use crate::attack::Victim;
use crate::attack::ask;
use crate::attack::assert_serves;
use crate::attack::assert_unhurt;
use crate::support;
use crate::support::calls::KEY;
use crate::support::process::Running;
use crate::support::process::standin;
use crate::support::wire;
use crate::support::wire::Reply;

/// What is planted, percent-encoded: line ends, a header field, a workflow command, an escape.
const ENCODED: &str = "%0d%0ax-planted:%201%0d%0a%0d%0a::error::planted%1b[2J%00%7f%c2%85";

/// The same in JSON.
const ESCAPED: &str = r"\r\nx-planted: 1\r\n\r\n::error::planted\u001b[2J\u0000\u007f\u0085\u2028";

/// Requests that have it in every place that an answer, a finding or a report shows.
fn planted() -> Vec<Vec<u8>> {
    let key = format!("authorization: {KEY}\r\n");
    let json = "content-type: application/json\r\n";
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    let get = |target: &str| wire::request(&format!("GET {target}"), &key, "");
    let post = |target: &str, body: &str| {
        wire::request(&format!("POST {target}"), &format!("{key}{json}"), body)
    };
    let verify = "/v1/sessions/sess_active/verify";
    let start = "/cis/v1/auth-session/start-restricted";
    vec![
        get(&format!("/{ENCODED}")),
        get(&format!("/v1/sessions/{ENCODED}")),
        get(&format!("/v1/sessions?{ENCODED}={ENCODED}")),
        get(&format!("/v1/sessions?user_id={ENCODED}&limit={ENCODED}&status={ENCODED}")),
        get(&format!("/cis/v1/sessions/{ENCODED}")),
        get(&format!("/_standin/{ENCODED}")),
        get(&format!("/_standin/apis/{ENCODED}/actions")),
        get(&format!("/_standin/report?format={ENCODED}")),
        post(&format!("/v1/sessions/sess_active/tokens/{ENCODED}"), ""),
        post("/v1/sessions", &format!("{{\"user_id\":\"{ESCAPED}\"}}")),
        post(verify, &format!("{{\"{ESCAPED}\":1}}")),
        post(verify, &format!("{{\"token\":{{\"{ESCAPED}\":1}}}}")),
        post("/v1/sessions/sess_active/refresh", &format!("{{\"format\":\"{ESCAPED}\"}}")),
        post(start, &format!("{{\"client_id\":\"{ESCAPED}\"}}")),
        post("/_standin/clock", &format!("{{\"set\":\"{ESCAPED}\"}}")),
        post("/_standin/expectations", &format!("{{\"rule\":\"{ESCAPED}\"}}")),
        wire::request("POST /oidc/token", form, &format!("{ENCODED}={ENCODED}&grant_type=%zz")),
        wire::request("POST /oidc/token", form, &format!("grant_type={ENCODED}&{ENCODED}=%zz")),
        wire::request(
            "GET /v1/sessions/sess_active",
            &format!("{key}prefer: code=\"\u{85}\u{2028}\", example=\t\u{9b}2J\r\n"),
            "",
        ),
        wire::request(
            "POST /v1/sessions",
            &format!("{key}content-type: text/\u{9b}2J\u{85}x\r\n"),
            "{}",
        ),
        wire::request(
            "GET /v1/sessions?user_id=x",
            &format!("{key}clerk-api-version: \u{9b}2J\t\u{85}\r\n"),
            "",
        ),
    ]
}

/// No header field is of the client's making, and content that says so is JSON.
fn assert_whole(reply: &Reply) {
    assert!(!reply.head.to_ascii_lowercase().contains("planted"), "{}", reply.head);
    let plain = |character: char| character == '\r' || character == '\n' || !character.is_control();
    assert!(reply.head.chars().all(plain), "{:?}", reply.head);
    if reply.header("content-type").contains("json") {
        let _: Value = reply.json();
    }
}

/// No line is of the client's making, and nothing in it commands a terminal.
fn assert_tame(what: &str, text: &str) {
    for line in text.lines() {
        assert!(!line.starts_with("x-planted"), "{what}: {line:?}");
        assert!(!line.starts_with("::error::planted"), "{what}: {line:?}");
        assert!(
            !line.chars().any(|character| character.is_control() && character != '\t'),
            "{what}: {line:?}"
        );
        assert!(!line.contains('\u{2028}'), "{what}: {line:?}");
    }
}

#[tokio::test]
async fn nothing_planted_comes_back_as_more_than_a_value() {
    let server = support::start(Server::builder().fixed_clock(support::start_instant())).await;
    let planted = planted();
    for request in &planted {
        let reply = ask(server.address(), request).await;
        assert_whole(&reply.expect("each is answered"));
    }
    assert_serves(server.address()).await;
    assert_unhurt(&server);
    for path in ["findings", "exchanges", "exchanges?format=har", "expectations", "state", "report"]
    {
        let request = wire::request(&format!("GET /_standin/{path}"), "", "");
        let reply = ask(server.address(), request).await.expect("an answer");
        assert_eq!(reply.status, 200, "{path}");
        assert_whole(&reply);
    }
    for path in ["metrics", "report?format=text", "report?format=github", "report?format=junit"] {
        let request = wire::request(&format!("GET /_standin/{path}"), "", "");
        let reply = ask(server.address(), request).await.expect("an answer");
        assert_whole(&reply);
        assert_tame(path, &reply.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_planted_commands_the_terminal_that_a_server_writes_to() {
    let mut command = standin(&["serve", "-p", "0", "--color", "never", "--log", "text"]);
    let Victim { running, address } = Victim::of(Running::greeted(command.env("RUST_LOG", "info")));
    for request in planted() {
        ask(address, request).await.expect("each is answered");
    }
    running.signal("TERM");
    let (_, told) = running.end_told();
    assert!(told.contains("error[path-unknown]"), "{told}");
    assert_tame("standard error", &told);
}
