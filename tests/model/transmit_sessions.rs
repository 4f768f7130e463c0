//! Transmit's users, clients, tokens and sessions, as the facts have them.
//!
//! A login opens a session for 14 days; each refresh gives an active one another 14 days. Revoking
//! ends what is active and takes all refresh tokens of the user away; logging out leaves them.

use http::Method;
use serde_json::Value;
use serde_json::json;
use standin::clock::Instant;

use crate::model::transmit_auth_sessions::AuthSession;
use crate::model::transmit_auth_sessions::Code;
use crate::model::transmit_steps::Base;
use crate::model::transmit_steps::Proof;
use crate::model::transmit_steps::Shown;
use crate::model::turn::Asked;
use crate::model::turn::Told;
use crate::model::turn::Turn;
use crate::model::turn::example;
use crate::model::turn::picked;

pub(super) const HOUR: i64 = 3_600_000;
pub(super) const DAY: i64 = 24 * HOUR;
const FORTNIGHT: i64 = 14 * DAY;

/// A client of the tenant; its secret is `secret_` and its id.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) id: &'static str,
    /// `None`: it has no role, and so may do everything.
    permissions: Option<&'static [&'static str]>,
    pub(super) redirect_uris: &'static [&'static str],
    pub(super) is_configured: bool,
}

const fn client(id: &'static str, permissions: Option<&'static [&'static str]>) -> Client {
    let redirect_uris = &["https://app.example.com/callback", "https://app.example.com/other"];
    Client { id, permissions, redirect_uris, is_configured: true }
}

pub(super) static CLIENTS: [Client; 6] = [
    client("client_app", None),
    client("client_reader", Some(&["sessions:read"])),
    client("client_owner", Some(&["client_owner:read", "client_owner:delete"])),
    client("client_stranger", Some(&["client_app:delete", "read:sessions"])),
    Client { redirect_uris: &[], ..client("client_bare", None) },
    Client { is_configured: false, ..client("client_broken", None) },
];

pub(super) fn listed(id: &str) -> Option<&'static Client> {
    CLIENTS.iter().find(|client| client.id == id)
}

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
struct Bearer {
    name: String,
    holder: Holder,
    issued: i64,
}

#[derive(Clone, Debug)]
struct Session {
    name: String,
    user: String,
    client: &'static str,
    start: i64,
    expires: i64,
    is_ended: bool,
}

#[derive(Clone, Debug)]
struct Refresh {
    name: String,
    session: usize,
    expires: i64,
    is_over: bool,
}

/// Everything of the tenant.
#[derive(Clone, Debug)]
pub(super) struct Tenant {
    pub(super) is_strict: bool,
    pub(super) now: i64,
    pub(super) users: Vec<User>,
    bearers: Vec<Bearer>,
    sessions: Vec<Session>,
    refreshes: Vec<Refresh>,
    pub(super) auth_sessions: Vec<AuthSession>,
    pub(super) codes: Vec<Code>,
    pub(super) named: usize,
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
        let codes = self.codes.iter().map(|code| code.expires);
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

    /// Whether `who` holds one of the three permissions that end in `verb`.
    fn may(who: &Holder, verb: &str) -> bool {
        match who {
            Holder::Anyone => true,
            Holder::User { .. } | Holder::Nobody => false,
            Holder::Client(id) => listed(id).is_none_or(|client| match client.permissions {
                None => true,
                Some(held) => ["apps", "sessions", id]
                    .iter()
                    .any(|noun| held.contains(&format!("{noun}:{verb}").as_str())),
            }),
        }
    }

    /// `GET` and `DELETE /v1/sessions/{user_id}`.
    pub(super) fn sessions(
        &mut self,
        revokes: bool,
        user: &str,
        shown: Shown,
        base: Base,
    ) -> Vec<Turn> {
        const API: &str = "transmit-sessions";
        let (method, operation, verb) = if revokes {
            (Method::DELETE, "deleteUserSessions", "delete")
        } else {
            (Method::GET, "getUserSessions", "read")
        };
        let Caller { mut before, headers, who } = self.caller(shown);
        let mut told = match &who {
            // The token of a user is as good as none here.
            Err(_) | Ok(Holder::User { .. } | Holder::Nobody) => {
                Told::new(401, example(API, "invalid_token"))
            }
            Ok(who) if !Self::may(who, verb) => Told::new(403, example(API, "forbidden")),
            Ok(_) if revokes => Told::new(200, self.revoke(user)),
            Ok(_) => Told::new(200, self.list(user)),
        };
        if let Err(Some(rule)) = who {
            told.findings.push(format!("error {rule} {operation} header.authorization"));
        }
        if base == Base::Dropped {
            told.findings.push(format!("warning base-path-dropped {operation} target"));
        }
        let target = format!("{}/v1/sessions/{user}", base.prefix());
        let asked = Asked::Call { method, target, headers, body: String::new() };
        before.push(Turn { asked, told });
        before
    }

    fn active(&self, user: &str) -> Vec<usize> {
        let is_active = |at: &usize| {
            let session = &self.sessions[*at];
            session.user == user && !session.is_ended && self.now < session.expires
        };
        (0..self.sessions.len()).filter(is_active).collect()
    }

    /// Newest first; of those that began at one instant the later one.
    fn list(&self, user: &str) -> Value {
        let listed = self.active(user).into_iter().rev().map(|at| shown(&self.sessions[at]));
        listed.collect()
    }

    fn end(&mut self, user: &str, client: Option<&str>) -> usize {
        let mut ended = self.active(user);
        ended.retain(|at| client.is_none_or(|client| self.sessions[*at].client == client));
        ended.iter().for_each(|at| self.sessions[*at].is_ended = true);
        ended.len()
    }

    fn revoke(&mut self, user: &str) -> Value {
        let count = self.end(user, None);
        for refresh in &mut self.refreshes {
            refresh.is_over |= self.sessions[refresh.session].user == user;
        }
        json!({ "result": { "deleted_count": count } })
    }

    /// The action `logout`.
    pub(super) fn logout(&mut self, user: &str, client: Option<&'static str>) -> Turn {
        let count = self.end(user, client);
        let mut body = json!({ "user_id": user });
        if let Some(client) = client {
            body["client_id"] = client.into();
        }
        let asked = Asked::Action { api: "transmit-sessions", name: "logout", body };
        Turn { asked, told: Told::new(200, json!({ "ended_count": count })) }
    }

    /// The action `login`.
    pub(super) fn login(&mut self, user: &str, client: &'static str) -> Turn {
        let body = json!({ "user_id": user, "client_id": client });
        let asked = Asked::Action { api: "transmit-sessions", name: "login", body };
        let is_known = self.users.iter().any(|known| known.id == user);
        if self.is_strict && (!is_known || listed(client).is_none()) {
            return Turn { asked, told: Told::new(404, json!("<any>")) };
        }
        if !is_known {
            self.users.push(User { id: user.to_owned(), username: user.to_owned() });
        }
        let mut told = self.open(user, client);
        for (name, value) in
            shown(self.sessions.last().expect("it was opened")).as_object().expect("an object")
        {
            told.body[name] = value.clone();
        }
        Turn { asked, told }
    }

    /// A login is completed: a session begins, and the client is given tokens.
    pub(super) fn open(&mut self, user: &str, client: &'static str) -> Told {
        let (start, expires) = (self.now, self.now + FORTNIGHT);
        let (name, user) = (self.name("session"), user.to_owned());
        self.sessions.push(Session { name, user, client, start, expires, is_ended: false });
        self.tokens(self.sessions.len() - 1, "openid offline_access")
    }

    /// Tokens of a user, in a session.
    fn tokens(&mut self, session: usize, scope: &str) -> Told {
        let Session { user, client, .. } = self.sessions[session].clone();
        let (access, id, refresh) = (self.name("access"), self.name("id"), self.name("refresh"));
        let mut told = Told::new(
            200,
            json!({
                "access_token": format!("<{access}>"),
                "id_token": format!("<{id}>"),
                "refresh_token": format!("<{refresh}>"),
                "expires_in": 3600,
                "scope": scope,
                "token_type": "Bearer",
            }),
        );
        let seconds = self.now / 1000;
        let claims = json!({ "sub": user, "iat": seconds, "exp": seconds + 3600 });
        told.claims = vec![(access.clone(), claims.clone()), (id.clone(), claims)];
        let holder = Holder::User { id: user, client };
        self.bearers.push(Bearer { name: id, holder: Holder::Nobody, issued: self.now });
        self.bearers.push(Bearer { name: access, holder, issued: self.now });
        let expires = self.now + FORTNIGHT;
        self.refreshes.push(Refresh { name: refresh, session, expires, is_over: false });
        told
    }

    /// The grant `client_credentials`.
    pub(super) fn issue(
        &mut self,
        client: &'static str,
        proof: Proof,
        scope: Option<&str>,
    ) -> Turn {
        let told = self.proven(client, proof).and_then(|()| match scope {
            Some("read:user") => Err(refusal(400, "invalid_scope")),
            _ => Ok(self.client_token(client, scope.unwrap_or_default())),
        });
        let told = told.unwrap_or_else(|refused| refused);
        token_call(
            client,
            proof,
            &[("grant_type", Some("client_credentials")), ("scope", scope)],
            told,
        )
    }

    fn client_token(&mut self, client: &'static str, scope: &str) -> Told {
        let name = self.name("access");
        let body = json!({
            "access_token": format!("<{name}>"),
            "expires_in": 3600,
            "scope": scope,
            "token_type": "Bearer",
        });
        let seconds = self.now / 1000;
        let mut claims = json!({ "sub": client, "iat": seconds, "exp": seconds + 3600 });
        if let Some(held) = listed(client).and_then(|client| client.permissions) {
            claims["ts_permissions"] = json!(held);
        }
        self.bearers.push(Bearer {
            name: name.clone(),
            holder: Holder::Client(client),
            issued: self.now,
        });
        Told { claims: vec![(name, claims)], ..Told::new(200, body) }
    }

    /// Whether the client proves itself.
    pub(super) fn proven(&self, client: &str, proof: Proof) -> Result<(), Told> {
        let is_taken = listed(client).is_some() || !self.is_strict;
        match proof {
            Proof::Both => Err(refusal(400, "multiple_client_authentication")),
            Proof::Body | Proof::Basic if is_taken => Ok(()),
            // Whatever a client says that the tenant does not list is believed.
            Proof::Wrong if is_taken && listed(client).is_none() => Ok(()),
            Proof::Body | Proof::Basic | Proof::Wrong | Proof::Nothing => {
                Err(refusal(401, "invalid_client"))
            }
        }
    }

    /// The grant `refresh_token`.
    pub(super) fn refresh(
        &mut self,
        pick: usize,
        client: &'static str,
        proof: Proof,
        scope: Option<&str>,
    ) -> Turn {
        let at = picked(self.refreshes.len(), pick);
        let token =
            at.map_or("refresh_nobody".to_owned(), |at| format!("<{}>", self.refreshes[at].name));
        let is_good = at.filter(|at| {
            let refresh = &self.refreshes[*at];
            let is_own = self.sessions[refresh.session].client == client;
            is_own && !refresh.is_over && self.now < refresh.expires
        });
        let told = self.proven(client, proof).and_then(|()| match (is_good, scope) {
            (None, _) => Err(refusal(400, "invalid_refresh_token")),
            (Some(_), Some("email" | "read:user")) => Err(refusal(400, "scope_not_granted")),
            (Some(at), _) => {
                self.refreshes[at].is_over = true;
                let session = self.refreshes[at].session;
                if !self.sessions[session].is_ended && self.now < self.sessions[session].expires {
                    self.sessions[session].expires = self.now + FORTNIGHT;
                }
                Ok(self.tokens(session, scope.unwrap_or("openid offline_access")))
            }
        });
        let told = told.unwrap_or_else(|refused| refused);
        let form = [
            ("grant_type", Some("refresh_token")),
            ("refresh_token", Some(&*token)),
            ("scope", scope),
        ];
        token_call(client, proof, &form, told)
    }
}

/// Who calls.
pub(super) struct Caller {
    pub(super) before: Vec<Turn>,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) who: Result<Holder, Option<&'static str>>,
}

fn shown(session: &Session) -> Value {
    let text = |millis| Instant::from_millis(millis).to_rfc3339();
    json!({
        "user_id": session.user,
        "session_id": format!("<{}>", session.name),
        "client_id": session.client,
        "start_time": text(session.start),
        "expiration_time": text(session.expires),
    })
}

/// A refusal of the token endpoint.
pub(super) fn refusal(status: u16, name: &str) -> Told {
    Told::new(status, example("transmit-oidc", name))
}

/// A call of the token endpoint.
pub(super) fn token_call(
    client: &str,
    proof: Proof,
    form: &[(&str, Option<&str>)],
    told: Told,
) -> Turn {
    let (headers, own) = proof.shown(client);
    let own = own.iter().map(|(name, value)| (*name, Some(value.as_str())));
    let fields = form.iter().copied().chain(own);
    let fields =
        fields.filter_map(|(name, value)| Some(format!("{name}={}", value?.replace(' ', "+"))));
    let body = fields.collect::<Vec<_>>().join("&");
    let mut headers: Vec<(&'static str, String)> = headers;
    headers.push(("content-type", "application/x-www-form-urlencoded".to_owned()));
    let asked =
        Asked::Call { method: Method::POST, target: "/oidc/token".to_owned(), headers, body };
    let mut told = told;
    if matches!(proof, Proof::Nothing) {
        told.findings.push("error request-body-mismatch oidcToken ".to_owned());
    }
    Turn { asked, told }
}
