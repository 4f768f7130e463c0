//! Calls over a socket by a client that knows nothing of the document.

use reqwest::Method;
use reqwest::Response;
use serde_json::Value;
use standin::Server;
use standin::finding::Level;

/// A key that Clerk's API takes.
pub(crate) const KEY: &str = "Bearer sk_test_mock";

/// Sends a call; `headers` come beside Clerk's key.
pub(crate) async fn call(
    server: &Server,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Response {
    let mut all = vec![("authorization", KEY)];
    all.extend(headers);
    call_as_stranger(server, method, path, &all, body).await
}

/// Sends a call with these headers alone.
pub(crate) async fn call_as_stranger(
    server: &Server,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Response {
    let mut request =
        reqwest::Client::new().request(method, server.url(path)).body(body.to_owned());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.expect("the server answers")
}

/// A header field as text; empty where there is none.
pub(crate) fn header<'r>(response: &'r Response, name: &str) -> &'r str {
    response.headers().get(name).map_or("", |value| value.to_str().expect("header text"))
}

/// The content as JSON.
pub(crate) async fn json_of(response: Response) -> Value {
    serde_json::from_str(&response.text().await.expect("a body")).expect("JSON")
}

/// The rules of all findings above level info.
pub(crate) fn rules(server: &Server) -> Vec<String> {
    let findings = server.findings();
    let broken = findings.all().iter().filter(|finding| finding.level > Level::Info);
    broken.map(|finding| finding.rule.to_owned()).collect()
}
