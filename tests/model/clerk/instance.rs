//! Clerk's instance: its records, and what the clock does to them.
//!
//! A session runs (active or pending) until it is ended or the clock ends it; what is over stays as
//! it is, and is gone a year later.

use serde_json::Value;
use serde_json::json;

use crate::model::clerk::manner::Refused;
use crate::model::clerk::manner::no;
use crate::model::turn::picked;

pub(super) const DAY: i64 = 86_400_000;

/// A pick that no session has.
pub(super) const NOBODY: usize = usize::MAX;

pub(super) const NEWEST: &str = "2026-05-12";

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
    pub(super) named: usize,
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
    pub(super) fn standing(&self, session: &Session) -> (&'static str, i64) {
        let is_running = matches!(session.status, "active" | "pending");
        if is_running && self.now >= session.expire && session.expire <= session.abandon {
            ("expired", session.expire)
        } else if is_running && self.now >= session.abandon && session.abandon < session.expire {
            ("abandoned", session.abandon)
        } else {
            (session.status, session.updated)
        }
    }

    pub(super) fn over_since(&self, session: &Session) -> i64 {
        match session.status {
            "active" | "pending" => session.expire.min(session.abandon),
            _ => session.updated,
        }
    }

    pub(super) fn runs(&self, session: &Session) -> bool {
        matches!(self.standing(session).0, "active" | "pending")
    }

    pub(super) fn is_purged(&self, session: &Session) -> bool {
        !self.runs(session) && self.now > self.over_since(session) + 365 * DAY
    }

    pub(super) fn is_member(&self, organization: &str, user: &str) -> bool {
        self.organizations
            .iter()
            .any(|(id, members)| *id == organization && members.contains(&user))
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

    /// The session, if it is there and not over.
    pub(super) fn running(&self, meant: Result<usize, Refused>) -> Result<Session, Refused> {
        let session = self.sessions[meant?].clone();
        if self.runs(&session) { Ok(session) } else { Err(no("session_inactive", 401)) }
    }
}
