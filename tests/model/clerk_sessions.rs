//! Clerk's sessions and their tokens, as the facts have them.
//!
//! A session runs (active or pending) until it is ended or the clock ends it; what is over stays as
//! it is, and is gone a year later.

use http::Method;
use serde_json::Value;
use serde_json::json;

use crate::model::clerk_calls::Content;
use crate::model::clerk_calls::Filter;
use crate::model::clerk_calls::Key;
use crate::model::clerk_calls::Manner;
use crate::model::clerk_calls::Proof;
use crate::model::clerk_calls::Refused;
use crate::model::clerk_calls::Shape;
use crate::model::clerk_calls::missing;
use crate::model::clerk_calls::no;
use crate::model::turn::Asked;
use crate::model::turn::Told;
use crate::model::turn::Turn;
use crate::model::turn::picked;

const NEWEST: &str = "2026-05-12";
const SECOND: i64 = 1_000;
pub(super) const DAY: i64 = 86_400 * SECOND;

#[derive(Clone, Debug)]
pub(super) struct User {
    pub(super) id: &'static str,
    /// The named example that tells why the user may not sign in.
    pub(super) bar: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) user: &'static str,
    pub(super) client: String,
    pub(super) status: &'static str,
    pub(super) organization: Option<&'static str>,
    pub(super) tasks: Option<&'static str>,
    pub(super) actor: Option<Value>,
    pub(super) has_activity: bool,
    pub(super) created: i64,
    pub(super) updated: i64,
    pub(super) used: i64,
    pub(super) expire: i64,
    pub(super) abandon: i64,
    pub(super) refresh: Option<String>,
}

/// A token that was made.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) name: String,
    /// The session that it tells; tokens from templates tell none.
    pub(super) session: Option<String>,
    pub(super) origin: Option<&'static str>,
    pub(super) made: i64,
    pub(super) expires: i64,
    /// The claims, where the version is the first.
    pub(super) first: Option<Value>,
    pub(super) is_consumed: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Template {
    pub(super) name: &'static str,
    pub(super) lifetime: i64,
    pub(super) skew: i64,
}

/// Everything of the instance.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    pub(super) is_strict: bool,
    pub(super) now: i64,
    pub(super) users: Vec<User>,
    /// Ids, and who belongs to them.
    pub(super) organizations: Vec<(&'static str, Vec<&'static str>)>,
    pub(super) templates: Vec<Template>,
    pub(super) sessions: Vec<Session>,
    pub(super) tokens: Vec<Token>,
    named: usize,
}

impl Instance {
    pub(super) fn new(now: i64, is_strict: bool) -> Self {
        let user = |id, bar| User { id, bar };
        let mut instance = Self {
            is_strict,
            now,
            users: vec![
                user("user_ada", None),
                user("user_mary", None),
                user("user_banned", Some("user_banned")),
                user("user_deactivated", Some("user_deactivated")),
                user("user_deprovisioned", Some("deprovisioned")),
            ],
            organizations: vec![("org_engines", vec!["user_ada"])],
            templates: vec![Template { name: "hasura", lifetime: 60, skew: 5 }],
            sessions: Vec::new(),
            tokens: Vec::new(),
            named: 0,
        };
        // One that is left behind before its time is over, which no call can make.
        let mut lasting = instance.born("user_ada", "client_library".to_owned());
        lasting.id = "sess_lasting".to_owned();
        lasting.expire = now + 90 * DAY;
        instance.sessions.push(lasting);
        instance
    }

    /// The state file.
    pub(super) fn state(&self) -> Value {
        let object = |pairs: Vec<(&str, Value)>| -> Value {
            pairs
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        let users = self.users.iter().map(|user| {
            let bar = user.bar.map(|bar| bar.trim_start_matches("user_"));
            (user.id, json!({ "id": user.id, "bar": bar, "created_at": self.now }))
        });
        let organizations = self.organizations.iter().map(|(id, members)| {
            let members =
                members.iter().map(|user| json!({ "user_id": user, "role": "org:member" }));
            let members: Vec<Value> = members.collect();
            (*id, json!({ "id": id, "name": "Engines", "slug": "engines", "members": members }))
        });
        let templates = self.templates.iter().map(|Template { name, lifetime, skew }| {
            let bounds = json!({ "name": name, "claims": {}, "lifetime": lifetime, "allowed_clock_skew": skew });
            (*name, bounds)
        });
        let keys = ["sk_test_mock", "sk_live_mock"].map(|key| (key, json!({ "key": key })));
        let sessions =
            self.sessions.iter().map(|session| (&*session.id, self.shown(session, NEWEST)));
        json!({ "clerk": {
            "users": object(users.collect()),
            "organizations": object(organizations.collect()),
            "templates": object(templates.collect()),
            "secret-keys": object(keys.to_vec()),
            "sessions": object(sessions.collect()),
        } })
    }

    /// The instants at which something ends by itself.
    pub(super) fn deadlines(&self) -> Vec<i64> {
        let year = 365 * DAY;
        let sessions = self.sessions.iter();
        let tokens = self.tokens.iter();
        sessions
            .flat_map(|session| [session.expire, session.abandon, self.over_since(session) + year])
            .chain(tokens.flat_map(|token| [token.expires, token.made + 7 * DAY]))
            .collect()
    }

    pub(super) fn name(&mut self, kind: &str) -> String {
        self.named += 1;
        format!("<{kind}.{}>", self.named)
    }

    pub(super) fn born(&mut self, user: &'static str, client: String) -> Session {
        let now = self.now;
        Session {
            id: self.name("session"),
            user,
            client,
            status: "active",
            organization: None,
            tasks: None,
            actor: None,
            has_activity: false,
            created: now,
            updated: now,
            used: now,
            expire: now + 7 * DAY,
            abandon: now + 30 * DAY,
            refresh: None,
        }
    }

    /// The status by the clock, and since when.
    fn standing(&self, session: &Session) -> (&'static str, i64) {
        let is_running = matches!(session.status, "active" | "pending");
        if is_running && self.now >= session.expire && session.expire <= session.abandon {
            ("expired", session.expire)
        } else if is_running && self.now >= session.abandon && session.abandon < session.expire {
            ("abandoned", session.abandon)
        } else {
            (session.status, session.updated)
        }
    }

    fn over_since(&self, session: &Session) -> i64 {
        match session.status {
            "active" | "pending" => session.expire.min(session.abandon),
            _ => session.updated,
        }
    }

    pub(super) fn runs(&self, session: &Session) -> bool {
        matches!(self.standing(session).0, "active" | "pending")
    }

    fn is_purged(&self, session: &Session) -> bool {
        !self.runs(session) && self.now > self.over_since(session) + 365 * DAY
    }

    /// What a version shows of a session.
    pub(super) fn shown(&self, session: &Session, version: &str) -> Value {
        let (status, updated) = self.standing(session);
        let knows_tasks = version >= "2025-03-12";
        let mut shown = json!({
            "object": "session",
            "id": session.id,
            "user_id": session.user,
            "client_id": session.client,
            "actor": session.actor,
            "status": if status == "pending" && !knows_tasks { "active" } else { status },
            "last_active_organization_id": session.organization,
            "last_active_at": session.used,
            "latest_activity": session.has_activity.then_some("<any>"),
            "expire_at": session.expire,
            "abandon_at": session.abandon,
            "updated_at": updated,
            "created_at": session.created,
        });
        if knows_tasks {
            shown["tasks"] = json!(session.tasks.map(|key| [json!({ "key": key })]));
        }
        shown
    }

    /// The id that a pick stands for, and the session where there is one.
    pub(super) fn meant(&self, pick: usize) -> (String, Result<usize, Refused>) {
        let Some(at) = picked(self.sessions.len(), pick).filter(|_| pick != NOBODY) else {
            return ("sess_nobody".to_owned(), Err(no("session_not_found", 404).of("sess_nobody")));
        };
        let session = &self.sessions[at];
        let is_gone = self.is_purged(session);
        let refused = no("session_not_found", 404).of(&session.id);
        (session.id.clone(), if is_gone { Err(refused) } else { Ok(at) })
    }

    /// Whether the key is one that may call.
    fn admit(&self, manner: &Manner) -> Result<(), Refused> {
        match manner.key.token() {
            None => Err(no("authentication_invalid", 401)),
            Some("Basic YTpi") => Err(no("authorization_header_format_invalid", 401)),
            Some("Bearer sk_test_mock" | "Bearer sk_live_mock") => Ok(()),
            Some("Bearer sk_test_other") if !self.is_strict => Ok(()),
            Some(_) => Err(no("clerk_key_invalid", 401)),
        }
    }

    /// A call in that manner: who may not call hears that first, then what is wrong with the content.
    pub(super) fn call(
        &mut self,
        manner: &Manner,
        (operation, method, path): (&str, Method, String),
        content: &Content,
        answer: impl FnOnce(&mut Self) -> Result<Value, Refused>,
    ) -> Turn {
        let (versioned, found) = match self.admit(manner) {
            Ok(()) => manner.judge(operation),
            Err(refused) => (Err(refused), None),
        };
        let told = versioned.and_then(|()| content.judge()).and_then(|()| answer(self));
        let mut told = match told {
            Ok(body) => Told::new(200, body),
            Err(refused) => refused.told(),
        };
        told.findings.extend(manner.found(operation));
        told.findings.extend(found.into_iter().chain(content.found(operation)));
        let target = format!("{}{path}{}", manner.base(), manner.query(content));
        let headers = manner.headers(content);
        Turn { asked: Asked::Call { method, target, headers, body: content.body() }, told }
    }

    /// `GET /sessions`.
    pub(super) fn list(&mut self, manner: &Manner, filter: &Filter) -> Turn {
        let content = Content::list(filter);
        let is_unfiltered = filter.user.is_none() && filter.client.is_none();
        let mut turn = self.call(
            manner,
            ("GetSessionList", Method::GET, "/sessions".to_owned()),
            &content,
            |own| {
                let sessions = own.sessions.iter().rev().filter(|session| !own.is_purged(session));
                let of_user =
                    sessions.filter(|session| filter.user.is_none_or(|user| user == session.user));
                let of_client = of_user
                    .filter(|session| filter.client.is_none_or(|client| client == session.client));
                let shown = of_client.map(|session| own.shown(session, manner.version()));
                let mut found: Vec<Value> = shown
                    .filter(|shown| filter.status.is_none_or(|status| shown["status"] == status))
                    .collect();
                let total = found.len();
                found.drain(..filter.offset.unwrap_or(0).min(total));
                found.truncate(filter.limit.unwrap_or(10));
                let is_page = filter.is_paginated == Some(true);
                Ok(if is_page {
                    json!({ "data": found, "total_count": total })
                } else {
                    found.into()
                })
            },
        );
        if is_unfiltered && turn.told.status == 200 {
            turn.told.findings.push("warning parameter-missing GetSessionList query".to_owned());
        }
        turn
    }

    /// `POST /sessions`.
    pub(super) fn create(
        &mut self,
        manner: &Manner,
        user: &'static str,
        organization: Option<&'static str>,
        shape: Shape,
    ) -> Turn {
        let content = Content::create(user, organization, shape);
        let operation = ("createSession", Method::POST, "/sessions".to_owned());
        let mut is_left_out = false;
        let mut turn = self.call(manner, operation, &content, |own| {
            // The document lets the body be left out; only the call itself then misses the user.
            is_left_out = shape == Shape::Nothing;
            if is_left_out {
                return Err(missing("user_id"));
            }
            let organization = organization.filter(|_| manner.version() >= "2025-04-10");
            own.may_create(manner, user, organization)?;
            let client = own.name("client");
            let session = Session { organization, ..own.born(user, client) };
            own.sessions.push(session.clone());
            Ok(own.shown(&session, manner.version()))
        });
        if is_left_out {
            turn.told.findings.push("error request-body-missing createSession ".to_owned());
        }
        turn
    }

    fn may_create(
        &self,
        manner: &Manner,
        user: &str,
        organization: Option<&str>,
    ) -> Result<(), Refused> {
        if manner.key == Key::Live {
            return Err(no("request_invalid_for_environment", 400));
        }
        let Some(known) = self.users.iter().find(|known| known.id == user) else {
            let sentence = format!("No user was found with id {user}");
            return Err(no("user_not_found", 404).saying(&sentence));
        };
        match known.bar {
            Some(bar @ "deprovisioned") => return Err(no(bar, 400)),
            Some(bar) => return Err(no(bar, 403)),
            None => {}
        }
        let mut own = self.sessions.iter().filter(|session| session.user == user);
        if own.any(|session| session.actor.is_some() && self.runs(session)) {
            return Err(no("session_creation_not_allowed", 409));
        }
        match organization {
            Some(id) if !self.is_member(id, user) => Err(no("organization_not_found", 404)),
            _ => Ok(()),
        }
    }

    pub(super) fn is_member(&self, organization: &str, user: &str) -> bool {
        self.organizations
            .iter()
            .any(|(id, members)| *id == organization && members.contains(&user))
    }

    /// `GET /sessions/{session_id}`.
    pub(super) fn get(&mut self, manner: &Manner, pick: usize) -> Turn {
        let (id, meant) = self.meant(pick);
        self.call(
            manner,
            ("GetSession", Method::GET, format!("/sessions/{id}")),
            &Content::none(),
            |own| Ok(own.shown(&own.sessions[meant?], manner.version())),
        )
    }

    /// `POST /sessions/{session_id}/revoke`; what is over is told as it is.
    pub(super) fn revoke(&mut self, manner: &Manner, pick: usize) -> Turn {
        let (id, meant) = self.meant(pick);
        self.call(
            manner,
            ("RevokeSession", Method::POST, format!("/sessions/{id}/revoke")),
            &Content::none(),
            |own| {
                let at = meant?;
                own.end(at, "revoked");
                Ok(own.shown(&own.sessions[at], manner.version()))
            },
        )
    }

    /// Ends a session that runs; one that the client still holds can be taken off it, too.
    pub(super) fn end(&mut self, at: usize, status: &'static str) -> bool {
        let is_held = matches!(self.sessions[at].status, "ended" | "replaced");
        let happens = self.runs(&self.sessions[at]) || status == "removed" && is_held;
        if happens {
            self.sessions[at].status = status;
            self.sessions[at].updated = self.now;
        }
        happens
    }

    /// `POST /sessions/{session_id}/verify`, until 2025-04-10.
    pub(super) fn verify(
        &mut self,
        manner: &Manner,
        pick: usize,
        proof: Proof,
        shape: Shape,
    ) -> Turn {
        let (id, meant) = self.meant(pick);
        let token = self.proof(proof);
        let text = token.as_ref().map(|(text, _)| text.as_str());
        let content = Content::verify(text, shape);
        let operation = ("VerifySession", Method::POST, format!("/sessions/{id}/verify"));
        let mut turn = self.call(manner, operation, &content, |own| {
            let at = meant?;
            if let Some((_, token)) = token {
                let token = token.ok_or_else(|| no("invalid_session_token", 400))?;
                if token.session.as_ref() != Some(&id) || own.now >= token.expires {
                    return Err(no("session_token_unfit", 400));
                }
            }
            let session = own.running(Ok(at))?;
            Ok(own.shown(&session, manner.version()))
        });
        turn.told.findings.push("info operation-deprecated VerifySession target".to_owned());
        turn
    }

    /// What is shown as a token: the text, and the token where it is one of ours.
    pub(super) fn proof(&self, proof: Proof) -> Option<(String, Option<Token>)> {
        match proof {
            Proof::Nothing => None,
            Proof::Garbage => Some(("garbage".to_owned(), None)),
            Proof::Made(pick) => match picked(self.tokens.len(), pick) {
                Some(at) => Some((self.tokens[at].name.clone(), Some(self.tokens[at].clone()))),
                None => Some(("garbage".to_owned(), None)),
            },
        }
    }
}

/// A pick that no session has.
pub(super) const NOBODY: usize = usize::MAX;
