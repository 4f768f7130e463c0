//! A whole flow recorded and played again with nobody behind it: the client goes its way, tokens
//! that it verifies included.

use serde_json::Value;
use serde_json::json;
use standin::finding::telling::Way;
use standin::finding::telling::is_telling;
use standin::token::SigningKey;

use super::ask;
use crate::support::process::Running;
use crate::support::process::standin;

/// What a client has seen: the status, and what is no secret of the content.
type Seen = (u16, Value);

struct Client {
    url: String,
    seen: Vec<Seen>,
}

impl Client {
    fn call(&mut self, call: &str, fields: &str, body: &str) -> (String, Value) {
        let answer = ask(&self.url, call, fields, body);
        let (head, content) = answer.split_once("\r\n\r\n").expect("an answer");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let content: Value = serde_json::from_str(content).unwrap_or(Value::Null);
        self.seen.push((status.expect("a status"), plain("", &content)));
        (head.to_owned(), content)
    }

    fn post(&mut self, path: &str, fields: &str, body: &Value) -> (String, Value) {
        let fields = format!("content-type: application/json\r\n{fields}");
        self.call(&format!("POST {path}"), &fields, &body.to_string())
    }
}

/// A value with its secrets hidden, as they are in a recording.
fn plain(name: &str, value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), plain(name, member)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(|item| plain(name, item)).collect(),
        Value::String(_) if is_telling(name, Way::Response) && name != "token_type" => json!("•"),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// The way across two devices; `act` does what happens outside the API.
fn flow(url: &str, act: impl Fn(&str)) -> Vec<Seen> {
    let mut client = Client { url: url.to_owned(), seen: Vec::new() };
    let path = |operation: &str| format!("/cis/v1/auth-session/{operation}");
    let start =
        json!({"client_id": "client_app", "redirect_uri": "https://app.example.com/callback"});
    let (head, started) = client.post(&path("start-restricted"), "", &start);
    let bound = head.lines().find_map(|line| line.strip_prefix("set-device-binding-token: "));
    let bound = format!("x-ts-device-binding-token: {}\r\n", bound.expect("the device is bound"));
    let session = json!({"auth_session_id": started["auth_session_id"]});
    let id = started["auth_session_id"].as_str().expect("an id").to_owned();
    client.post(&path("attach-device"), "", &session);
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    let body = "grant_type=client_credentials&client_id=client_app&client_secret=secret_app";
    let (_, token) = client.call("POST /oidc/token", form, body);
    let bearer = token["access_token"].as_str().expect("a token").to_owned();
    let bearer = format!("authorization: Bearer {bearer}\r\n");
    let dora = json!({"auth_session_id": id, "username": "dora"});
    client.post(&path("authorize"), &bearer, &dora);
    client.post(&path("status"), &bound, &session);
    act(&id);
    let (_, status) = client.post(&path("status"), &bound, &session);
    let code = status["cross_device_result"]["auth_code"].as_str().expect("a code");
    let body = format!(
        "grant_type=authorization_code&client_id=client_app&client_secret=secret_app&code={code}\
         &redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback"
    );
    let (_, tokens) = client.call("POST /oidc/token", form, &body);
    let identity = tokens["id_token"].as_str().expect("an identity");
    let claims = SigningKey::built_in().verify(identity).expect("it is signed");
    let user = claims["sub"].as_str().expect("a user").to_owned();
    for method in ["GET", "DELETE", "GET"] {
        client.call(&format!("{method} /cis/v1/sessions/{user}"), &bearer, "");
    }
    client.seen
}

#[test]
fn a_flow_across_two_devices_is_played_again_with_nobody_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let plays = Running::start(&["serve", "transmit", "--format", "json", "--port", "0"]);
    let mut command = standin(&["record", &plays.url, "--spec", "transmit", "--format", "json"]);
    command.args(["--port", "0", "--fail-on", "never"]).arg("--out").arg(folder.path());
    let records = Running::spawn(&mut command);
    let register = |id: &str| {
        let call = "POST /_standin/apis/transmit-auth-sessions/actions/register";
        let json = "content-type: application/json\r\n";
        let done = ask(&plays.url, call, json, &json!({"auth_session_id": id}).to_string());
        assert!(done.starts_with("HTTP/1.1 200"), "{done}");
    };
    let recorded = flow(&records.url, register);
    assert!(recorded.iter().all(|(status, _)| (200..300).contains(status)), "{recorded:#?}");
    records.signal("KILL");
    plays.signal("KILL");
    let mut command = standin(&["replay", "--spec", "transmit", "--format", "json"]);
    let replays = Running::spawn(command.args(["--port", "0"]).arg(folder.path()));
    assert_eq!(flow(&replays.url, |_| {}), recorded);
}
