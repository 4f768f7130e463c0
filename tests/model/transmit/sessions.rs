//! Transmit Sessions, as the facts have them.
//!
//! A login opens a session for 14 days; revoking ends what is active and takes all refresh tokens of
//! the user away; logging out leaves them.

use http::Method;
use serde_json::Value;
use serde_json::json;
use standin::clock::Instant;

use crate::model::transmit::shown::Base;
use crate::model::transmit::shown::Shown;
use crate::model::transmit::tenant::Caller;
use crate::model::transmit::tenant::FORTNIGHT;
use crate::model::transmit::tenant::Holder;
use crate::model::transmit::tenant::Session;
use crate::model::transmit::tenant::Tenant;
use crate::model::transmit::tenant::User;
use crate::model::transmit::tenant::listed;
use crate::model::turn::Asked;
use crate::model::turn::Told;
use crate::model::turn::Turn;
use crate::model::turn::example;

impl Tenant {
    /// Whether `who` holds one of the three permissions that end in `verb`.
    pub(super) fn may(who: &Holder, verb: &str) -> bool {
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

    pub(super) fn active(&self, user: &str) -> Vec<usize> {
        let is_active = |at: &usize| {
            let session = &self.sessions[*at];
            session.user == user && !session.is_ended && self.now < session.expires
        };
        (0..self.sessions.len()).filter(is_active).collect()
    }

    /// Newest first; of those that began at one instant the later one.
    pub(super) fn list(&self, user: &str) -> Value {
        let listed = self.active(user).into_iter().rev().map(|at| shown(&self.sessions[at]));
        listed.collect()
    }

    pub(super) fn end(&mut self, user: &str, client: Option<&str>) -> usize {
        let mut ended = self.active(user);
        ended.retain(|at| client.is_none_or(|client| self.sessions[*at].client == client));
        ended.iter().for_each(|at| self.sessions[*at].is_ended = true);
        ended.len()
    }

    pub(super) fn revoke(&mut self, user: &str) -> Value {
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
}

pub(super) fn shown(session: &Session) -> Value {
    let text = |millis| Instant::from_millis(millis).to_rfc3339();
    json!({
        "user_id": session.user,
        "session_id": format!("<{}>", session.name),
        "client_id": session.client,
        "start_time": text(session.start),
        "expiration_time": text(session.expires),
    })
}
