//! How the Transmit tests call: a server, its typed clients, its actions.

use std::fmt::Debug;

use reqwest::header::AUTHORIZATION;
use reqwest::header::HeaderMap;
use reqwest::header::HeaderValue;
use serde_json::Value;
use serde_json::json;
use standin::Server;
use standin::apis::AuthMode;
use standin::clients::transmit_auth_sessions;
use standin::clients::transmit_oidc;
use standin::clients::transmit_oidc::types::TokenError;
use standin::clients::transmit_oidc::types::TokenRequest;
use standin::clients::transmit_oidc::types::TokenResponse;
use standin::clients::transmit_sessions;
use standin::finding::Blame;

use crate::support;

/// A running Transmit family at the start of 2026.
pub(crate) struct Transmit(pub(crate) Server);

impl Transmit {
    /// Lenient, as it is by default.
    pub(crate) async fn start() -> Self {
        Self(support::server("transmit").await)
    }

    /// Only what is in the state or was issued passes.
    pub(crate) async fn strict() -> Self {
        Self(support::start(support::builder("transmit").auth(AuthMode::Strict)).await)
    }

    /// Nothing is checked.
    pub(crate) async fn off() -> Self {
        Self(support::start(support::builder("transmit").auth(AuthMode::Off)).await)
    }

    /// A client of Auth Sessions without access token, as a browser is.
    pub(crate) fn browser(&self) -> transmit_auth_sessions::Client {
        transmit_auth_sessions::Client::new_with_client(&self.0.url("/cis"), http(None))
    }

    /// A client of Auth Sessions with an access token.
    pub(crate) fn backend(&self, token: &str) -> transmit_auth_sessions::Client {
        transmit_auth_sessions::Client::new_with_client(&self.0.url("/cis"), http(Some(token)))
    }

    /// A client of Sessions with an access token.
    pub(crate) fn sessions(&self, token: &str) -> transmit_sessions::Client {
        transmit_sessions::Client::new_with_client(&self.0.url("/cis"), http(Some(token)))
    }

    /// A client of the token endpoint at the origin.
    pub(crate) fn oidc(&self) -> transmit_oidc::Client {
        transmit_oidc::Client::new_with_client(&self.0.url(""), http(None))
    }

    /// The access token of a seeded client.
    pub(crate) async fn client_token(&self, name: &str) -> String {
        let form = json!({
            "grant_type": "client_credentials",
            "client_id": format!("client_{name}"),
            "client_secret": format!("secret_{name}"),
        });
        self.tokens(form).await.expect("a client token").access_token.to_string()
    }

    /// Exchanges an authorization code as the seeded client does.
    pub(crate) async fn exchange(&self, code: &str) -> Result<TokenResponse, (u16, TokenError)> {
        let form = json!({
            "grant_type": "authorization_code",
            "client_id": "client_app",
            "client_secret": "secret_app",
            "code": code,
        });
        self.tokens(form).await
    }

    /// Trades a refresh token as the seeded client does.
    pub(crate) async fn refresh(&self, token: &str) -> Result<TokenResponse, (u16, TokenError)> {
        let form = json!({
            "grant_type": "refresh_token",
            "client_id": "client_app",
            "client_secret": "secret_app",
            "refresh_token": token,
        });
        self.tokens(form).await
    }

    async fn tokens(&self, form: Value) -> Result<TokenResponse, (u16, TokenError)> {
        let form: TokenRequest = serde_json::from_value(form).expect("a form of the document");
        answer(self.oidc().oidc_token().body(form).send().await)
    }

    /// Makes an action happen: status and content.
    pub(crate) async fn act(&self, api: &str, action: &str, body: Value) -> (u16, Value) {
        let answer = self.0.engine().act(api, action, &body).await.expect("the action is known");
        (answer.status.as_u16(), answer.body.value().cloned().unwrap_or_default())
    }

    /// A call as raw as `curl` makes it; `path` stands behind the origin.
    pub(crate) fn raw(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        http(None).request(method, self.0.url(path))
    }
}

impl Drop for Transmit {
    /// Whatever a test does, standin's own answers keep to its own documents.
    fn drop(&mut self) {
        let findings = self.0.findings();
        let own: Vec<_> =
            findings.all().iter().filter(|finding| finding.blame == Blame::Standin).collect();
        if !std::thread::panicking() {
            assert!(own.is_empty(), "standin was wrong: {own:#?}");
        }
    }
}

/// What came back: the content, or status and error.
pub(crate) fn answer<T, E: Debug>(
    result: Result<progenitor_client::ResponseValue<T>, progenitor_client::Error<E>>,
) -> Result<T, (u16, E)> {
    match result {
        Ok(value) => Ok(value.into_inner()),
        Err(progenitor_client::Error::ErrorResponse(value)) => {
            Err((value.status().as_u16(), value.into_inner()))
        }
        Err(other) => panic!("neither an answer nor a declared error: {other:?}"),
    }
}

/// The claims of a token, which has to be signed by the server's key.
pub(crate) fn claims(transmit: &Transmit, token: &str) -> Value {
    transmit.0.engine().settings().key.verify(token).expect("the server signed it")
}

fn http(token: Option<&str>) -> reqwest::Client {
    let mut headers = HeaderMap::new();
    if let Some(token) = token {
        let value = HeaderValue::from_str(&format!("Bearer {token}")).expect("a token is text");
        headers.insert(AUTHORIZATION, value);
    }
    reqwest::Client::builder()
        .default_headers(headers)
        .no_proxy()
        .build()
        .expect("a client without TLS")
}
