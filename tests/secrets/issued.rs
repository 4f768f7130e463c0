//! Tokens that standin itself hands out, and uses that a client makes of them.

use serde_json::Value;
use serde_json::json;

use crate::support::process::call;

/// What gets every kind of token that a family's APIs have and sends each back, by family.
pub(super) const FAMILIES: [(&str, Issue); 2] = [("clerk", clerk), ("transmit", transmit)];

/// Tells the tokens, given the server's address and the token of its control surface.
type Issue = fn(&str, &str) -> Vec<(String, String)>;

fn clerk(url: &str, admin: &str) -> Vec<(String, String)> {
    let mut client = Client { url, admin, found: Vec::new() };
    client.clerk();
    client.has_all(&["session_token", "refresh_token", "jwt"])
}

fn transmit(url: &str, admin: &str) -> Vec<(String, String)> {
    let mut client = Client { url, admin, found: Vec::new() };
    client.transmit();
    let binding = "set-device-binding-token";
    client.has_all(&["auth_code", "access_token", "id_token", "refresh_token", binding])
}

struct Client<'c> {
    url: &'c str,
    admin: &'c str,
    found: Vec<(String, String)>,
}

impl Client<'_> {
    fn clerk(&mut self) {
        let signed_in = self.act("clerk-sessions", "sign-in", &json!({"user_id": "user_ada"}));
        let id = text(&signed_in, "/session/id");
        let path = format!("/v1/sessions/{id}");
        self.json(&format!("POST {path}/tokens"), "", &json!({}));
        self.json(&format!("POST {path}/tokens/hasura"), "", &json!({}));
        self.json("POST /v1/sessions", "", &json!({"user_id": "user_ada"}));
        let token = text(&signed_in, "/session_token");
        self.json(&format!("POST {path}/verify"), "", &json!({"token": token}));
        self.admin("POST /_standin/clock", &json!({"advance": "PT61S"}));
        let body = json!({
            "expired_token": token, "refresh_token": text(&signed_in, "/refresh_token"),
            "request_origin": "http://localhost:3000",
        });
        self.json(&format!("POST {path}/refresh"), "", &body);
    }

    fn transmit(&mut self) {
        let start = "POST /cis/v1/auth-session/start-restricted";
        let started = self.json(start, "", &json!({"client_id": "client_app"}));
        let binding = self.last("set-device-binding-token");
        let id = json!({"auth_session_id": text(&started, "/auth_session_id")});
        self.json("POST /cis/v1/auth-session/attach-device", "", &id);
        let mut body = id.clone();
        body["user_id"] = json!("user_alice");
        self.act("transmit-auth-sessions", "authenticate", &body);
        let bound = format!("x-ts-device-binding-token: {binding}");
        let status = self.json("POST /cis/v1/auth-session/status", &bound, &id);
        let code = text(&status, "/cross_device_result/auth_code");
        let client = "client_id=client_app&client_secret=secret_app";
        let exchange = format!("grant_type=authorization_code&{client}&code={code}");
        let tokens = self.form(&exchange);
        let refresh = text(&tokens, "/refresh_token");
        self.form(&format!("grant_type=refresh_token&{client}&refresh_token={refresh}"));
        let token = self.form(&format!("grant_type=client_credentials&{client}"));
        let token = format!("authorization: Bearer {}", text(&token, "/access_token"));
        self.json("GET /cis/v1/sessions/user_alice", &token, &json!({}));
        let body = json!({"user_id": "user_dora", "client_id": "client_app"});
        self.act("transmit-sessions", "login", &body);
    }

    fn act(&mut self, api: &str, action: &str, body: &Value) -> Value {
        self.admin(&format!("POST /_standin/apis/{api}/actions/{action}"), body)
    }

    fn admin(&mut self, line: &str, body: &Value) -> Value {
        let token = format!("authorization: Bearer {}", self.admin);
        self.json(line, &token, body)
    }

    fn json(&mut self, line: &str, fields: &str, body: &Value) -> Value {
        let key = match fields.contains("authorization") {
            true => "",
            false => "authorization: Bearer sk_test_mock\n",
        };
        let head = format!("{line}\n{key}content-type: application/json\n{fields}");
        self.send(&head, &body.to_string())
    }

    fn form(&mut self, form: &str) -> Value {
        let head = "POST /oidc/token\ncontent-type: application/x-www-form-urlencoded";
        self.send(head, form)
    }

    /// Sends a call that must succeed, and keeps the tokens of its answer.
    fn send(&mut self, head: &str, body: &str) -> Value {
        let (status, answer) = call(self.url, head, body);
        assert!((200..300).contains(&status), "{head}\n{body}\n{answer}");
        let (fields, content) = answer.split_once("\r\n\r\n").expect("a whole answer");
        for field in fields.lines() {
            if let Some(token) = field.strip_prefix("set-device-binding-token: ") {
                self.found.push(("set-device-binding-token".to_owned(), token.to_owned()));
            }
        }
        let value = serde_json::from_str(content).unwrap_or(Value::Null);
        self.keep("", &value);
        value
    }

    fn keep(&mut self, name: &str, value: &Value) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, it)| self.keep(name, it)),
            Value::Array(items) => items.iter().for_each(|item| self.keep(name, item)),
            Value::String(text) => {
                let is_token = name == "jwt" || name == "auth_code" || name.ends_with("token");
                if is_token || text.starts_with("eyJ") {
                    self.found.push((name.to_owned(), text.clone()));
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The tokens, if there is one of every kind.
    fn has_all(self, kinds: &[&str]) -> Vec<(String, String)> {
        for kind in kinds {
            assert!(self.found.iter().any(|(name, _)| name == kind), "no {kind} was handed out");
        }
        self.found
    }

    fn last(&self, kind: &str) -> String {
        let found = self.found.iter().rev().find(|(name, _)| name == kind);
        found.map(|(_, token)| token.clone()).unwrap_or_else(|| panic!("no {kind}"))
    }
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("no {pointer} in {value}"))
}
