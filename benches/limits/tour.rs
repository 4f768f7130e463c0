//! One right call of each operation of all bundled documents: whatever standin makes on first use
//! is made after it.

use std::collections::BTreeSet;

use standin::apis::APIS;

use crate::client::Client;
use crate::client::FORM;
use crate::client::JSON;
use crate::client::member;
use crate::wire::Reply;

/// Clerk's side, with its key.
const KEY: &str = "authorization: Bearer sk_test_mock\r\n";

/// A client that goes round once.
struct Tourist<'c> {
    client: &'c mut Client,
    /// Sent with every call.
    bearer: String,
    calls: usize,
}

/// Goes round; how many calls that were.
pub(crate) fn tour(client: &mut Client) -> usize {
    let mut tourist = Tourist { client, bearer: KEY.to_owned(), calls: 0 };
    tourist.clerk();
    tourist.transmit();
    tourist.calls
}

/// Operations that no call succeeded in, as the server's own metrics tell.
pub(crate) fn left_out(client: &mut Client) -> Vec<String> {
    let metrics = client.call("GET /_standin/metrics", "", "").body;
    let succeeded: BTreeSet<String> = metrics.lines().filter_map(success).collect();
    let mut left_out = Vec::new();
    for api in APIS {
        let document = standin::apis::load(api).expect("bundled documents load");
        for operation in &document.operations {
            let name = format!("{} {} {}", api.id, operation.method, operation.template);
            if !succeeded.contains(&name) {
                left_out.push(name);
            }
        }
    }
    left_out
}

/// API, method and path of a line that counts successful calls.
fn success(line: &str) -> Option<String> {
    let labels = line.strip_prefix("http_server_request_duration_seconds_count{")?;
    let label = |name: &str| labels.split_once(&format!("{name}=\""))?.1.split('"').next();
    label("http_response_status_code").filter(|status| status.starts_with('2'))?;
    let (api, method) = (label("standin_api")?, label("http_request_method")?);
    Some(format!("{api} {method} {}", label("http_route")?))
}

impl Tourist<'_> {
    fn clerk(&mut self) {
        self.get("/v1/sessions?user_id=user_ada");
        self.post("/v1/sessions", r#"{"user_id":"user_ada"}"#);
        self.get("/v1/sessions/sess_active");
        self.post("/v1/sessions/sess_active/tokens/hasura", "{}");
        let token = member(&self.post("/v1/sessions/sess_active/tokens", "{}"), "/jwt");
        self.post("/v1/sessions/sess_active/verify", &format!(r#"{{"token":"{token}"}}"#));
        self.refresh();
        self.post("/v1/sessions/sess_active/revoke", "");
        self.get("/v1/jwks");
        self.get("/.well-known/jwks.json");
    }

    /// Only a session of a browser is refreshed, after its token is over.
    fn refresh(&mut self) {
        let browser = r#"{"user_id":"user_ada","origin":"https://app.example.com"}"#;
        let action = "/_standin/apis/clerk-sessions/actions/sign-in";
        let signed_in = self.post(action, browser);
        self.post("/_standin/clock", r#"{"advance":"PT61S"}"#);
        let [id, token, refresh] =
            ["/session/id", "/session_token", "/refresh_token"].map(|at| member(&signed_in, at));
        let body = format!(
            r#"{{"expired_token":"{token}","refresh_token":"{refresh}","request_origin":"https://app.example.com"}}"#
        );
        self.post(&format!("/v1/sessions/{id}/refresh"), &body);
    }

    fn transmit(&mut self) {
        let form = "grant_type=client_credentials&client_id=client_app&client_secret=secret_app";
        let token = member(&self.call("POST /oidc/token", FORM, form), "/access_token");
        self.bearer = format!("authorization: Bearer {token}\r\n");
        self.get("/oidc/jwks");
        self.get("/oidc/.well-known/openid-configuration");
        self.get("/.well-known/openid-configuration");
        self.get("/cis/v1/sessions/user_alice");
        self.call("DELETE /cis/v1/sessions/user_alice", "", "");
        let auth = "/cis/v1/auth-session";
        let user = r#""username":"alice","client_id":"client_app""#;
        let session = r#""auth_session_id":"auth_session_pending""#;
        self.post(&format!("{auth}/start-with-authorization"), &format!("{{{user}}}"));
        self.post(&format!("{auth}/start-restricted"), r#"{"client_id":"client_app"}"#);
        self.post(&format!("{auth}/attach-device"), &format!("{{{session}}}"));
        self.post(&format!("{auth}/authorize"), &format!("{{{session},{user}}}"));
        let first = "x-ts-device-binding-token: first_device_attached\r\n";
        let second = "x-ts-device-binding-token: second_device_attached\r\n";
        let session = r#"{"auth_session_id":"auth_session_attached"}"#;
        for (call, device) in [("status", first), ("detach-device", second)] {
            self.call(&format!("POST {auth}/{call}"), &format!("{JSON}{device}"), session);
        }
    }

    fn get(&mut self, target: &str) -> Reply {
        self.call(&format!("GET {target}"), "", "")
    }

    fn post(&mut self, target: &str, body: &str) -> Reply {
        self.call(&format!("POST {target}"), JSON, body)
    }

    fn call(&mut self, line: &str, fields: &str, body: &str) -> Reply {
        self.calls += 1;
        let reply = self.client.call(line, &format!("{fields}{}", self.bearer), body);
        assert!(matches!(reply.status, 200..=299), "{line}: {} {}", reply.status, reply.body);
        reply
    }
}
