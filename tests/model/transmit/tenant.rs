//! Transmit's tenant: its clients, users, tokens and sessions, and who calls.

use serde_json::Value;
use serde_json::json;

use crate::model::transmit::shown::Proof;
use crate::model::transmit::shown::Shown;
use crate::model::turn::Turn;
use crate::model::turn::picked;

pub(super) const HOUR: i64 = 3_600_000;

pub(super) const DAY: i64 = 24 * HOUR;

/// How long an authorization code may wait.
pub(super) const PATIENCE: i64 = HOUR / 6;

/// How long a session lives after tokens were last issued in it, and a refresh token.
pub(super) const FORTNIGHT: i64 = 14 * DAY;

/// A client of the tenant; its secret is `secret_` and its id.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) id: &'static str,
    /// `None`: it has no role, and so may do everything.
    pub(super) permissions: Option<&'static [&'static str]>,
    pub(super) redirect_uris: &'static [&'static str],
    pub(super) is_configured: bool,
}

pub(super) static CLIENTS: [Client; 6] = [
    client("client_app", None),
    client("client_reader", Some(&["sessions:read"])),
    client("client_owner", Some(&["client_owner:read", "client_owner:delete"])),
    client("client_stranger", Some(&["client_app:delete", "read:sessions"])),
    Client { redirect_uris: &[], ..client("client_bare", None) },
    Client { is_configured: false, ..client("client_broken", None) },
];

#[derive(Clone, Debug)]
pub(super) struct User {
    pub(super) id: String,
    pub(super) username: String,
}

/// Whom an access token speaks for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Holder {
    Client(&'static str),
    User {
        id: String,
        client: &'static str,
    },
    /// An ID token, which is no access token.
    Nobody,
    /// A token from elsewhere, which the lenient mode believes.
    Anyone,
}

#[derive(Clone, Debug)]
pub(super) struct Bearer {
    pub(super) name: String,
    pub(super) holder: Holder,
    pub(super) issued: i64,
}

#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) name: String,
    pub(super) user: String,
    pub(super) client: &'static str,
    pub(super) start: i64,
    pub(super) expires: i64,
    pub(super) is_ended: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Refresh {
    pub(super) name: String,
    pub(super) session: usize,
    pub(super) expires: i64,
    pub(super) is_over: bool,
}

/// How far the second device is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Second {
    Pending,
    Attached,
    Registered,
    Authenticated,
    Completed,
}

#[derive(Clone, Debug)]
pub(super) struct AuthSession {
    pub(super) name: String,
    pub(super) client: &'static str,
    /// There is one exactly where the session is authorized.
    pub(super) username: Option<String>,
    pub(super) redirect_uri: Option<&'static str>,
    pub(super) is_redirect_uri_named: bool,
    pub(super) message: bool,
    pub(super) approval: Option<Value>,
    pub(super) is_windows: bool,
    pub(super) expires: i64,
    pub(super) is_exchanged: bool,
    pub(super) second: Second,
    pub(super) first_token: Option<String>,
    pub(super) second_token: Option<String>,
    /// The code, and whether the second device brought it.
    pub(super) code: Option<(usize, bool)>,
}

#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) name: String,
    pub(super) session: usize,
    pub(super) user: String,
    pub(super) expires: i64,
    pub(super) is_used: bool,
}

/// Everything of the tenant.
#[derive(Clone, Debug)]
pub(super) struct Tenant {
    pub(super) is_strict: bool,
    pub(super) now: i64,
    pub(super) users: Vec<User>,
    pub(super) bearers: Vec<Bearer>,
    pub(super) sessions: Vec<Session>,
    pub(super) refreshes: Vec<Refresh>,
    pub(super) auth_sessions: Vec<AuthSession>,
    pub(super) codes: Vec<Code>,
    pub(super) named: usize,
}

/// Who calls.
pub(super) struct Caller {
    pub(super) before: Vec<Turn>,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) who: Result<Holder, Option<&'static str>>,
}

impl Tenant {
    pub(super) fn new(now: i64, is_strict: bool) -> Self {
        let user = |name: &str| User { id: format!("user_{name}"), username: name.to_owned() };
        Self {
            is_strict,
            now,
            users: ["alice", "bob"].map(user).to_vec(),
            bearers: Vec::new(),
            sessions: Vec::new(),
            refreshes: Vec::new(),
            auth_sessions: Vec::new(),
            codes: Vec::new(),
            named: 0,
        }
    }

    /// The state file: users and clients, and nothing that happened yet.
    pub(super) fn state(&self) -> Value {
        let users = self.users.iter().map(|user| {
            (user.id.clone(), json!({ "user_id": user.id, "username": user.username }))
        });
        let clients = CLIENTS.iter().map(|client| {
            let roles = client.permissions.iter().map(|p| json!({"name": "r", "permissions": p}));
            let record = json!({
                "client_id": client.id,
                "client_secret": format!("secret_{}", client.id),
                "app_id": client.id,
                "app_name": client.id,
                "redirect_uris": client.redirect_uris,
                "is_webauthn_configured": client.is_configured,
                "roles": roles.collect::<Vec<_>>(),
            });
            (client.id.to_owned(), record)
        });
        let users: serde_json::Map<String, Value> = users.collect();
        let clients: serde_json::Map<String, Value> = clients.collect();
        json!({ "transmit": { "users": users, "clients": clients } })
    }

    /// The instants at which something ends by itself.
    pub(super) fn deadlines(&self) -> Vec<i64> {
        let bearers = self.bearers.iter().map(|bearer| bearer.issued / 1000 * 1000 + HOUR);
        let sessions = self.sessions.iter().map(|session| session.expires);
        let refreshes = self.refreshes.iter().map(|refresh| refresh.expires);
        let auth_sessions = self.auth_sessions.iter().map(|session| session.expires);
        let codes = self.codes.iter().flat_map(|code| [code.expires, code.expires + DAY]);
        bearers.chain(sessions).chain(refreshes).chain(auth_sessions).chain(codes).collect()
    }

    pub(super) fn name(&mut self, kind: &str) -> String {
        self.named += 1;
        format!("{kind}.{}", self.named)
    }

    /// Who calls with what is shown: turns that have to come before, header fields, and the holder
    /// or what is found.
    pub(super) fn caller(&mut self, shown: Shown) -> Caller {
        let bearer = |token: &str| vec![("authorization", format!("Bearer {token}"))];
        let refused = |headers, finding| Caller { before: Vec::new(), headers, who: Err(finding) };
        let foreign = if self.is_strict { Err(None) } else { Ok(Holder::Anyone) };
        match shown {
            Shown::Nothing => refused(Vec::new(), Some("credentials-missing")),
            Shown::Basic => {
                let headers = vec![("authorization", "Basic YTpi".to_owned())];
                refused(headers, Some("credentials-malformed"))
            }
            Shown::Foreign => Caller { before: Vec::new(), headers: bearer("any"), who: foreign },
            Shown::Issued(pick) => match picked(self.bearers.len(), pick) {
                Some(at) => {
                    let token = self.bearers[at].clone();
                    let is_over = self.now / 1000 >= token.issued / 1000 + HOUR / 1000;
                    let is_good = !is_over && token.holder != Holder::Nobody;
                    let who = if is_good { Ok(token.holder) } else { Err(None) };
                    let headers = bearer(&format!("<{}>", token.name));
                    Caller { before: Vec::new(), headers, who }
                }
                None => Caller { before: Vec::new(), headers: bearer("any"), who: foreign },
            },
            Shown::Fresh(client) => {
                let turn = self.issue(client, Proof::Body, None);
                let token = self.bearers.last().expect("a token was issued");
                let headers = bearer(&format!("<{}>", token.name));
                Caller { before: vec![turn], headers, who: Ok(Holder::Client(client)) }
            }
        }
    }
}

pub(super) const fn client(
    id: &'static str,
    permissions: Option<&'static [&'static str]>,
) -> Client {
    let redirect_uris = &["https://app.example.com/callback", "https://app.example.com/other"];
    Client { id, permissions, redirect_uris, is_configured: true }
}

pub(super) fn listed(id: &str) -> Option<&'static Client> {
    CLIENTS.iter().find(|client| client.id == id)
}
