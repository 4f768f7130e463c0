//! The control surface: every operation as its own document says, and who may use it.

mod access;
mod journal;
mod reach;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::Mutex;

use bytes::Bytes;
use http::HeaderMap;
use http::Method;
use serde_json::Value;
use serde_json::json;
use standin::Server;
use standin::finding::Blame;
use standin::finding::Level;
use standin::message::Answer;
use standin::message::Body;
use standin::route::Mounted;
use standin::route::Router;
use standin::spec::Document;
use standin::validate;

use crate::support::builder;
use crate::support::start;
use crate::support::start_instant;

const FILE: &str = "openapi/standin-admin.yaml";

/// What came back.
struct Reply {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    fn media_type(&self) -> &str {
        self.headers.get("content-type").map_or("", |value| value.to_str().expect("text"))
    }
}

/// Calls a server and holds every answer of its control surface to the document.
struct Caller {
    server: Server,
    client: reqwest::Client,
    document: Arc<Document>,
    router: Router,
    called: Mutex<BTreeSet<String>>,
}

impl Caller {
    async fn of(server: Server) -> Self {
        let text = std::fs::read_to_string(FILE).expect("the document is there");
        let document = standin::spec::load::from_text(FILE, &text).expect("it can be read");
        assert!(document.violations().is_empty(), "{:?}", document.violations());
        let document = Arc::new(document);
        let mounted = Mounted {
            id: "standin-admin".into(),
            document: Arc::clone(&document).into(),
            prefix: String::new(),
        };
        let router = Router::new(&[mounted]).expect("one document");
        let client = reqwest::Client::new();
        Self { server, client, document, router, called: Mutex::default() }
    }

    /// Calls with header fields and judges the answer.
    async fn call(
        &self,
        method: Method,
        target: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Reply {
        let mut request = self.client.request(method.clone(), self.server.url(target));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.expect("the body comes");
        let path = target.split('?').next().unwrap_or_default();
        if let Ok(found) = self.router.find(&method, path) {
            self.called.lock().expect("no panic").insert(found.operation.id.to_string());
            let body = Body::Whole {
                value: serde_json::from_slice(&bytes).ok(),
                bytes: Bytes::clone(&bytes),
            };
            let answer = Answer { status, headers: headers.clone(), body };
            let broken =
                validate::response::read(&self.document, &found.operation, &method, &answer);
            assert!(broken.is_empty(), "{method} {target} → {status}: {broken:#?}");
        }
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        Reply { status: status.as_u16(), headers, text }
    }

    async fn get(&self, target: &str) -> Reply {
        self.call(Method::GET, target, &[], None).await
    }

    async fn post(&self, target: &str, body: Value) -> Reply {
        self.call(Method::POST, target, &[], Some(body)).await
    }

    async fn delete(&self, target: &str) -> u16 {
        self.call(Method::DELETE, target, &[], None).await.status
    }

    /// Lists Clerk's sessions, rightly or with a limit that breaks the contract.
    async fn list(&self, limit: &str) -> u16 {
        let target = format!("/v1/sessions?user_id=user_ada&limit={limit}");
        let key = [("authorization", "Bearer sk_test_mock")];
        self.call(Method::GET, &target, &key, None).await.status
    }
}

async fn clerk() -> Caller {
    Caller::of(start(builder("clerk-sessions")).await).await
}

#[tokio::test]
async fn every_operation_keeps_to_the_document() {
    let server = Server::builder().fixed_clock(start_instant()).start().await;
    let caller = Caller::of(server.expect("the server starts")).await;
    assert_eq!(caller.list("1").await, 200);
    assert_eq!(caller.list("0").await, 422);
    let actions = [
        (
            "transmit-auth-sessions/actions/register",
            json!({"auth_session_id": "auth_session_attached"}),
            409,
        ),
        (
            "transmit-auth-sessions/actions/authenticate",
            json!({"auth_session_id": "auth_session_attached", "user_id": "user_alice"}),
            200,
        ),
        (
            "transmit-sessions/actions/login",
            json!({"user_id": "user_alice", "client_id": "client_app"}),
            200,
        ),
        ("transmit-sessions/actions/logout", json!({"user_id": "user_alice"}), 200),
        ("clerk-sessions/actions/sign-in", json!({"user_id": "user_ada"}), 200),
        ("clerk-sessions/actions/sign-out", json!({"session_id": "sess_unknown"}), 404),
        ("clerk-sessions/actions/remove", json!({"session_id": "sess_pending"}), 200),
        ("clerk-sessions/actions/replace", json!({"session_id": "sess_active"}), 200),
        (
            "clerk-sessions/actions/impersonate",
            json!({"user_id": "user_ada", "actor_user_id": "user_mary"}),
            200,
        ),
        ("clerk-sessions/actions/add-template", json!({"name": "t", "claims": {"a": 1}}), 200),
        (
            "clerk-sessions/actions/add-user",
            json!({"id": "user_new", "email": "new@example.com"}),
            200,
        ),
        (
            "clerk-sessions/actions/add-organization",
            json!({"name": "New", "members": [{"user_id": "user_new", "role": "org:admin"}]}),
            200,
        ),
        ("clerk-sessions/actions/ban-user", json!({"user_id": "user_new"}), 200),
    ];
    for (path, body, status) in actions {
        let reply = caller.post(&format!("/_standin/apis/{path}"), body).await;
        assert_eq!(reply.status, status, "{path}: {}", reply.text);
        let wanted = if status == 200 { "application/json" } else { "application/problem+json" };
        assert_eq!(reply.media_type(), wanted);
    }
    let reads = [
        "health",
        "apis",
        "apis/clerk-sessions/actions",
        "exchanges",
        "exchanges?format=har",
        "exchanges/1",
        "findings",
        "expectations",
        "recordings",
        "state",
        "clock",
        "metrics",
        "report",
        "report?format=text",
        "report?format=junit",
        "report?format=github",
    ];
    for path in reads {
        assert_eq!(caller.get(&format!("/_standin/{path}")).await.status, 200, "{path}");
    }
    let announced = json!({"rule": "parameter-mismatch"});
    assert_eq!(caller.post("/_standin/expectations", announced).await.status, 201);
    assert_eq!(caller.post("/_standin/clock", json!({"advance": "PT1S"})).await.status, 200);
    let state = caller.get("/_standin/state").await.json();
    let put = caller.call(Method::PUT, "/_standin/state", &[], Some(state)).await;
    assert_eq!(put.status, 204, "{}", put.text);
    for path in ["state", "expectations", "findings", "exchanges"] {
        assert_eq!(caller.delete(&format!("/_standin/{path}")).await, 204, "{path}");
    }
    let (findings, _) = caller.server.engine().total_findings();
    let own: Vec<_> = findings.iter().filter(|finding| finding.blame == Blame::Standin).collect();
    assert!(own.is_empty(), "{own:#?}");
    assert_eq!(caller.server.engine().requests(), 2, "the surface is no traffic");

    assert_eq!(caller.post("/_standin/stop", json!({})).await.status, 202);
    let declared: BTreeSet<String> =
        caller.document.operations.iter().map(|operation| operation.id.to_string()).collect();
    assert_eq!(*caller.called.lock().expect("no panic"), declared);
    caller.server.wait().await;
}

#[test]
fn every_action_of_an_api_is_described_and_every_described_one_exists() {
    let text = std::fs::read_to_string(FILE).expect("the document is there");
    let document = standin::spec::load::from_text(FILE, &text).expect("it can be read");
    let described: BTreeSet<&str> = document
        .operations
        .iter()
        .map(|operation| &*operation.template)
        .filter(|template| template.contains("/actions/"))
        .collect();
    let existing: BTreeSet<String> = standin::apis::APIS
        .iter()
        .flat_map(|api| {
            api.actions.iter().map(|action| format!("/apis/{}/actions/{}", api.id, action.id))
        })
        .collect();
    assert_eq!(described, existing.iter().map(String::as_str).collect());
}

#[tokio::test]
async fn what_breaks_the_document_is_refused_with_a_problem() {
    let caller = clerk().await;
    let cases = [
        (Method::POST, "/_standin/clock", Some(json!({})), 422),
        (Method::POST, "/_standin/clock", Some(json!({"advance": "P1M"})), 422),
        (Method::POST, "/_standin/clock", Some(json!({"advance": "PT1H", "resume": true})), 422),
        (
            Method::POST,
            "/_standin/expectations",
            Some(json!({"rule": "parameter-mismatched"})),
            422,
        ),
        (
            Method::POST,
            "/_standin/expectations",
            Some(json!({"rule": "path-unknown", "operation": "NoSuch"})),
            422,
        ),
        (
            Method::POST,
            "/_standin/expectations",
            Some(json!({"rule": "path-unknown", "times": 0})),
            422,
        ),
        (Method::POST, "/_standin/expectations", None, 422),
        (
            Method::POST,
            "/_standin/apis/clerk-sessions/actions/sign-in",
            Some(json!({"user": "user_ada"})),
            422,
        ),
        (
            Method::POST,
            "/_standin/apis/transmit-sessions/actions/logout",
            Some(json!({"user_id": "user_alice"})),
            404,
        ),
        (Method::GET, "/_standin/apis/nope/actions", None, 404),
        (Method::GET, "/_standin/exchanges/1", None, 404),
        (Method::GET, "/_standin/exchanges/zero", None, 422),
        (Method::GET, "/_standin/exchanges?limit=0", None, 422),
        (Method::GET, "/_standin/report?format=pdf", None, 422),
        (Method::GET, "/_standin/nothing", None, 404),
        (Method::PATCH, "/_standin/clock", None, 405),
    ];
    for (method, target, body, status) in cases {
        let reply = caller.call(method.clone(), target, &[], body.clone()).await;
        assert_eq!(reply.status, status, "{method} {target} {body:?}: {}", reply.text);
        assert_eq!(reply.media_type(), "application/problem+json", "{method} {target}");
        assert_eq!(reply.json()["status"], status);
    }
    let reply = caller.call(Method::PATCH, "/_standin/clock", &[], None).await;
    assert_eq!(reply.headers["allow"], "GET, HEAD, POST");
    caller.server.findings().assert_none();
}

#[tokio::test]
async fn an_expected_violation_is_an_info_and_one_that_never_comes_an_error() {
    let caller = clerk().await;
    let expected = json!({"operation": "GetSessionList", "rule": "parameter-mismatch", "times": 2});
    assert_eq!(caller.post("/_standin/expectations", expected).await.status, 201);
    assert_eq!(caller.list("0").await, 422);

    let findings = caller.get("/_standin/findings").await.json();
    assert_eq!(findings["findings"][0]["rule"], "expectation-met");
    assert_eq!(findings["findings"][0]["level"], "info");
    let listed = caller.get("/_standin/expectations").await.json();
    assert_eq!(listed["expectations"][0]["met"], 1);
    let unmet = caller.get("/_standin/report?format=json").await.json();
    assert_eq!(unmet["findings"][0]["rule"], "expectation-unmet");
    assert_eq!(unmet["findings"][0]["level"], "error");

    assert_eq!(caller.list("0").await, 422);
    caller.server.findings().assert_none();
    assert_eq!(caller.list("0").await, 422);
    let report = caller.get("/_standin/report").await.json();
    assert_eq!(report["findings"][0]["rule"], "parameter-mismatch", "no third one was expected");
}

#[tokio::test]
async fn a_state_put_into_another_server_goes_on_the_same_way() {
    let (one, other) = (clerk().await, clerk().await);
    let sign_in = "/_standin/apis/clerk-sessions/actions/sign-in";
    one.post(sign_in, json!({"user_id": "user_ada"})).await;
    let state = one.get("/_standin/state").await;
    let put = other.call(Method::PUT, "/_standin/state", &[], Some(state.json())).await;
    assert_eq!(put.status, 204, "{}", put.text);
    assert_eq!(other.get("/_standin/state").await.text, state.text);
    let next = one.post(sign_in, json!({"user_id": "user_mary"})).await;
    assert_eq!(other.post(sign_in, json!({"user_id": "user_mary"})).await.text, next.text);
}

#[tokio::test]
async fn a_wrong_state_changes_nothing_and_says_where_it_is_wrong() {
    let caller = clerk().await;
    let before = caller.get("/_standin/state").await;
    let mut state = before.json();
    state["clerk"]["sessions"]["sess_active"]["status"] = json!("sleeping");
    let put = caller.call(Method::PUT, "/_standin/state", &[], Some(state)).await;
    assert_eq!(put.status, 422);
    assert_eq!(put.json()["pointer"], "/clerk/sessions/sess_active/status");
    assert_eq!(caller.get("/_standin/state").await.text, before.text);

    let deleted = "/_standin/apis/clerk-sessions/actions/remove";
    assert_eq!(caller.post(deleted, json!({"session_id": "sess_active"})).await.status, 200);
    assert_ne!(caller.get("/_standin/state").await.text, before.text);
    assert_eq!(caller.delete("/_standin/state").await, 204);
    assert_eq!(caller.get("/_standin/state").await.text, before.text);
}

#[tokio::test]
async fn the_clock_is_moved_and_the_state_ages_with_it() {
    let caller = clerk().await;
    let clock = caller.get("/_standin/clock").await.json();
    assert_eq!(clock, json!({"now": "2026-01-01T00:00:00.000Z", "frozen": true}));
    let moved = caller.post("/_standin/clock", json!({"advance": "P30DT0.5S"})).await.json();
    assert_eq!(moved["now"], "2026-01-31T00:00:00.500Z");
    let key = [("authorization", "Bearer sk_test_mock")];
    let session = caller.call(Method::GET, "/v1/sessions/sess_active", &key, None).await;
    assert_eq!(session.json()["status"], "expired");
    assert_eq!(session.headers["date"], "Sat, 31 Jan 2026 00:00:00 GMT");

    let set = caller.post("/_standin/clock", json!({"set": "2026-01-01T00:00:00Z"})).await.json();
    assert_eq!(set, clock);
    let session = caller.call(Method::GET, "/v1/sessions/sess_active", &key, None).await;
    assert_eq!(session.json()["status"], "active");
    let real = caller.post("/_standin/clock", json!({"resume": true})).await.json();
    assert_eq!(real["frozen"], false);
}

#[tokio::test]
async fn metrics_name_the_template_and_never_the_path() {
    let caller = clerk().await;
    let key = [("authorization", "Bearer sk_test_mock")];
    caller.call(Method::GET, "/v1/sessions/sess_active", &key, None).await;
    caller.call(Method::GET, "/v1/sessions/sess_made_up", &key, None).await;
    caller.call(Method::GET, "/made/up", &key, None).await;
    caller.list("0").await;
    let metrics = caller.get("/_standin/metrics").await;
    assert_eq!(metrics.media_type(), "text/plain; version=0.0.4; charset=utf-8");
    let lines = [
        "http_server_request_duration_seconds_count{standin_api=\"clerk-sessions\",http_route=\"/sessions/{session_id}\",http_request_method=\"GET\",http_response_status_code=\"200\"} 1",
        "# TYPE http_server_request_duration_seconds histogram",
        "# TYPE standin_findings_total counter",
        "standin_findings_total{rule=\"parameter-mismatch\",level=\"error\",blame=\"client\"} 1",
        "standin_state_records{family=\"clerk\",collection=\"sessions\"} 9",
        "standin_journal_exchanges 4",
    ];
    for line in lines {
        assert!(metrics.text.lines().any(|found| found == line), "{line}\n{}", metrics.text);
    }
    assert!(!metrics.text.contains("made"), "a client can make up no label");
    let open = [("accept", "application/openmetrics-text; version=1.0.0")];
    let open = caller.call(Method::GET, "/_standin/metrics", &open, None).await;
    assert!(open.media_type().starts_with("application/openmetrics-text"));
    assert!(open.text.ends_with("# EOF\n"));
}

#[tokio::test]
async fn head_is_answered_without_content() {
    let caller = clerk().await;
    let reply = caller.call(Method::HEAD, "/_standin/clock", &[], None).await;
    assert_eq!((reply.status, reply.text.as_str()), (200, ""));
    let (findings, _) = caller.server.engine().total_findings();
    assert!(findings.iter().all(|finding| finding.level == Level::Info));
}
