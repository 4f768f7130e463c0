//! Clerk Sessions, called through the generated client: every operation, every error.

mod actions;
mod authorization;
mod basis;
mod creation;
mod lifecycle;
mod listing;
mod malformed;
mod refresh;
mod states;
mod tokens;
mod versions;

use std::fmt::Debug;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::header::HeaderName;
use reqwest::header::HeaderValue;
use serde_json::Value;
use standin::Server;
use standin::apis::AuthMode;
use standin::clients::clerk_sessions::Client;
use standin::clients::clerk_sessions::Error;
use standin::clients::clerk_sessions::types::ClerkErrors;
use standin::clients::clerk_sessions::types::Session;

use crate::support;

/// A running Clerk and a client of it.
struct Clerk {
    server: Server,
    client: Client,
}

impl Clerk {
    async fn start() -> Self {
        Self::with_auth(AuthMode::Lenient).await
    }

    async fn with_auth(auth: AuthMode) -> Self {
        let server = support::start(support::builder("clerk").auth(auth)).await;
        let client = client(&server, &[("authorization", "Bearer sk_test_mock")]);
        Self { server, client }
    }

    /// A client that sends these header fields.
    fn client(&self, headers: &[(&str, &str)]) -> Client {
        client(&self.server, headers)
    }

    /// A client that asks for a declared answer.
    fn preferring(&self, preference: &str) -> Client {
        self.client(&[("authorization", "Bearer sk_test_mock"), ("prefer", preference)])
    }

    /// Makes an action happen and reads its answer, whose status must be as said.
    async fn act_for(&self, status: u16, action: &str, body: Value) -> Value {
        let done = self.server.engine().act("clerk-sessions", action, &body).await;
        let answer = done.expect("the action exists");
        assert_eq!(answer.status.as_u16(), status, "{action}: {:?}", answer.body.value());
        answer.body.value().cloned().unwrap_or_default()
    }

    /// Makes an action happen.
    async fn act(&self, action: &str, body: Value) -> Value {
        self.act_for(200, action, body).await
    }

    async fn session(&self, id: &str) -> Session {
        self.client.get_session().session_id(id).send().await.expect("the session").into_inner()
    }

    fn advance(&self, seconds: u64) {
        self.server.engine().clock().advance(Duration::from_secs(seconds));
    }

    /// What was found, as `operation rule`, infos too.
    fn found(&self) -> Vec<String> {
        let findings = self.server.findings();
        findings
            .all()
            .iter()
            .map(|finding| {
                format!("{} {}", finding.operation.as_deref().unwrap_or("-"), finding.rule)
            })
            .collect()
    }
}

fn client(server: &Server, headers: &[(&str, &str)]) -> Client {
    Client::new_with_client(&server.url("/v1"), sending(headers))
}

/// An HTTP client that sends these header fields.
fn sending(headers: &[(&str, &str)]) -> reqwest::Client {
    let fields: HeaderMap = headers
        .iter()
        .map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name");
            (name, HeaderValue::from_str(value).expect("a header value"))
        })
        .collect();
    reqwest::Client::builder().default_headers(fields).build().expect("a client")
}

/// Status, code and long message of the error that a call answers.
fn told<T: Debug>(result: Result<T, Error<ClerkErrors>>) -> (u16, String, String) {
    match result {
        Err(Error::ErrorResponse(response)) => {
            let trace = response.clerk_trace_id.as_deref().unwrap_or("");
            assert_eq!(trace.len(), 32, "trace id {trace}");
            let first = response.errors.first().expect("an error is listed");
            (response.status().as_u16(), first.code.clone(), first.long_message.clone())
        }
        other => panic!("an error of Clerk's was expected: {other:?}"),
    }
}

/// Status and code of the error that a call answers.
fn code<T: Debug>(result: Result<T, Error<ClerkErrors>>) -> (u16, String) {
    let (status, code, _) = told(result);
    (status, code)
}

fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// The member of an answer that is text.
fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

#[test]
fn every_error_code_of_the_document_is_provoked_by_a_test() {
    const TESTS: [&str; 8] = [
        include_str!("authorization.rs"),
        include_str!("creation.rs"),
        include_str!("lifecycle.rs"),
        include_str!("listing.rs"),
        include_str!("malformed.rs"),
        include_str!("refresh.rs"),
        include_str!("tokens.rs"),
        include_str!("versions.rs"),
    ];
    let document = standin::apis::load(&standin::apis::clerk::SESSIONS).expect("it loads");
    let mut codes: Vec<&str> = document
        .examples()
        .iter()
        .filter_map(|example| example.value().pointer("/errors/0/code")?.as_str())
        .collect();
    codes.dedup();
    assert!(codes.len() > 40, "{codes:?}");
    for code in codes {
        let quoted = format!("\"{code}\"");
        assert!(TESTS.iter().any(|text| text.contains(&quoted)), "no test provokes {code}");
    }
}
