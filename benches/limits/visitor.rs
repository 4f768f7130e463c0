//! One of several clients that live through sessions of both vendors, right and wrong, and never
//! say the same twice.

use std::collections::HashSet;
use std::time::Duration;
use std::time::Instant;

use crate::client::Client;
use crate::client::FORM;
use crate::client::JSON;
use crate::client::member;
use crate::wire::Reply;

/// Clerk's users, so that a list has some sessions and not all.
const USERS: u64 = 64;

const KEY: &str = "authorization: Bearer sk_test_mock\r\n";

/// Where a Transmit flow ends, as a form writes it.
const REDIRECT: &str = "https%3A%2F%2Fapp.example.com%2Fcallback";

/// A client with what it was given so far.
#[derive(Debug)]
pub(crate) struct Visitor {
    /// Its one connection: the server closes those that are idle.
    pub(crate) client: Client,
    /// The Transmit user that it logs in.
    user: &'static str,
    /// Unlike the number of every other visit of every visitor.
    visit: u64,
    step: u64,
    /// The line of its client access token.
    bearer: String,
    /// The latest auth session and the latest session that was left to time.
    latest: [String; 2],
    /// How long each request took, in its order.
    pub(crate) durations: Vec<Duration>,
    /// Every id and code that it was given.
    pub(crate) given: HashSet<String>,
}

impl Visitor {
    /// One of `step` visitors; `index` says which.
    pub(crate) fn new(url: &str, index: u64, step: u64, user: &'static str) -> Self {
        Self {
            client: Client::connect(url),
            user,
            visit: index,
            step,
            bearer: String::new(),
            latest: Default::default(),
            durations: Vec::new(),
            given: HashSet::new(),
        }
    }

    /// Adds the users whose sessions come and go.
    pub(crate) fn add_users(&mut self) {
        for user in 0..USERS {
            let body = format!(r#"{{"id":"user_{user}","email":"{user}@example.com"}}"#);
            self.send("POST /_standin/apis/clerk-sessions/actions/add-user", "", &body, 200);
        }
    }

    /// Asks for a client access token, for the last one is over whenever the clock was moved, and
    /// ends the sessions that the server began with.
    pub(crate) fn authorize(&mut self) {
        let form = "grant_type=client_credentials&client_id=client_app&client_secret=secret_app";
        let token = member(&self.form("POST /oidc/token", form), "/access_token");
        self.bearer = format!("authorization: Bearer {token}\r\n");
        self.log_out();
    }

    /// One visit: everything once.
    pub(crate) fn visit(&mut self) {
        self.visit += self.step;
        self.log_in();
        self.use_clerk();
        self.err();
    }

    /// Two devices, one login: from the start of the auth session to the revoked session.
    fn log_in(&mut self) {
        let (visit, user) = (self.visit, self.user);
        let start = format!(
            r#"{{"client_id":"client_app","session_expiration":{},"cross_device":{{"binding_message":"Compare {visit}"}},"redirect_uri":"https://app.example.com/callback","approval_data":{{"sum":"{visit}"}}}}"#,
            600 + visit % 3000
        );
        let started = self.send("POST /v1/auth-session/start-restricted", "", &start, 200);
        let id = self.keep(member(&started, "/auth_session_id"));
        self.latest[0].clone_from(&id);
        let token = started.header("set-device-binding-token").to_owned();
        let device = format!("x-ts-device-binding-token: {token}\r\n");
        let session = format!(r#"{{"auth_session_id":"{id}"}}"#);
        self.send("POST /v1/auth-session/status", &device, &session, 200);
        self.send("POST /v1/auth-session/attach-device", "", &session, 200);
        self.send("POST /v1/auth-session/attach-device", "", &session, 400);
        let login = format!(r#"{{"auth_session_id":"{id}","username":"{user}"}}"#);
        let action = "POST /_standin/apis/transmit-auth-sessions/actions/authenticate";
        self.send(action, "", &login, 200);
        let status = self.send("POST /v1/auth-session/status", &device, &session, 200);
        let code = self.keep(member(&status, "/cross_device_result/auth_code"));
        let form = format!(
            "grant_type=authorization_code&client_id=client_app&client_secret=secret_app&code={code}&redirect_uri={REDIRECT}"
        );
        let tokens = self.form("POST /oidc/token", &form);
        self.keep(member(&tokens, "/refresh_token"));
        let list = format!("GET /cis/v1/sessions/user_{user}");
        let listed = self.call(&list, &self.bearer.clone(), "", 200);
        assert_eq!(listed.json().as_array().map(Vec::len), Some(1), "one login, one session");
        self.log_out();
    }

    fn log_out(&mut self) {
        let sessions = format!("DELETE /cis/v1/sessions/user_{}", self.user);
        self.call(&sessions, &self.bearer.clone(), "", 200);
    }

    /// A session that is used and revoked, and one that is left to time.
    fn use_clerk(&mut self) {
        let user = self.visit % USERS;
        let user = format!(r#"{{"user_id":"user_{user}"}}"#);
        let created = self.send("POST /v1/sessions", KEY, &user, 200);
        let id = self.keep(member(&created, "/id"));
        self.call(&format!("GET /v1/sessions/{id}"), KEY, "", 200);
        let tokens = format!("POST /v1/sessions/{id}/tokens");
        self.send(&tokens, KEY, "{}", 200);
        let user = self.visit % USERS;
        let list = format!("GET /v1/sessions?user_id=user_{user}&status=active&limit=10");
        self.call(&list, KEY, "", 200);
        self.call(&format!("POST /v1/sessions/{id}/revoke"), KEY, "", 200);
        self.send(&tokens, KEY, "{}", 401);
        let left = format!(r#"{{"user_id":"user_{user}"}}"#);
        let left = self.send("POST /v1/sessions", KEY, &left, 200);
        self.latest[1] = self.keep(member(&left, "/id"));
    }

    /// What is wrong is wrong in ever different ways.
    fn err(&mut self) {
        let visit = self.visit;
        let body = format!(
            r#"{{"session_expiration":"soon {visit}","cross_device":{{"binding_message":{visit}}}}}"#
        );
        self.send("POST /v1/auth-session/start-restricted", "", &body, 400);
        let list = format!("GET /v1/sessions?user_id=user_ada&limit={}", 501 + visit);
        self.call(&list, KEY, "", 422);
        self.call(&format!("GET /v1/sessions/sess_{visit}"), KEY, "", 404);
        self.call(&format!("GET /v1/session_{visit}/of/nobody?visit={visit}"), KEY, "", 404);
        self.call("GET /v1/jwks", KEY, "", 200);
    }

    /// What is still there of its latest visit, long after it.
    pub(crate) fn look_back(&mut self) -> Vec<String> {
        let [auth_session, session] = self.latest.clone();
        let user = self.visit % USERS;
        let status = format!(r#"{{"auth_session_id":"{auth_session}"}}"#);
        let looks = [
            (format!("GET /v1/sessions/{session}"), String::new(), 404),
            (format!("GET /v1/sessions?user_id=user_{user}"), String::new(), 200),
            ("POST /v1/auth-session/status".to_owned(), status, 404),
        ];
        let mut seen = Vec::new();
        for (line, body, status) in looks {
            let reply = self.client.call(&line, &format!("{JSON}{KEY}"), &body);
            if reply.status != status || (status == 200 && reply.body != "[]") {
                seen.push(format!(
                    "{line} {body} is answered with {} {}",
                    reply.status, reply.body
                ));
            }
        }
        seen
    }

    fn form(&mut self, line: &str, form: &str) -> Reply {
        self.call(line, FORM, form, 200)
    }

    fn send(&mut self, line: &str, fields: &str, body: &str, status: u16) -> Reply {
        self.call(line, &format!("{JSON}{fields}"), body, status)
    }

    fn call(&mut self, line: &str, fields: &str, body: &str, status: u16) -> Reply {
        let start = Instant::now();
        let reply = self.client.call(line, fields, body);
        self.durations.push(start.elapsed());
        assert_eq!(reply.status, status, "{line} {body}: {}", reply.body);
        reply
    }

    /// Remembers an id: nobody is ever given it again.
    fn keep(&mut self, id: String) -> String {
        assert!(self.given.insert(id.clone()), "{id} was given before");
        id
    }
}
