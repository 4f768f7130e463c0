//! What happens outside Clerk's API: browsers sign in and out, the instance is changed.

use serde_json::Value;
use serde_json::json;

use crate::model::clerk::instance::Instance;
use crate::model::clerk::instance::NEWEST;
use crate::model::clerk::instance::Session;
use crate::model::clerk::instance::Template;
use crate::model::clerk::instance::User;
use crate::model::turn::Asked;
use crate::model::turn::Told;
use crate::model::turn::Turn;

/// A sign-in.
#[derive(Clone, Copy, Debug)]
pub(super) struct SignIn {
    pub(super) user: &'static str,
    pub(super) client: Option<&'static str>,
    pub(super) organization: Option<&'static str>,
    pub(super) task: Option<&'static str>,
    pub(super) origin: &'static str,
}

impl Instance {
    /// A session that a browser got: the answer of the action shows it with its tokens.
    pub(super) fn signed_in(&mut self, mut session: Session, origin: &'static str) -> Told {
        let refresh = self.name("refresh");
        session.refresh = Some(refresh.clone());
        session.has_activity = true;
        let (jwt, claims) = self.make(&session, Some(origin), 60, NEWEST);
        let shown = self.shown(&session, NEWEST);
        self.sessions.push(session);
        let body = json!({ "session": shown, "session_token": jwt, "refresh_token": refresh });
        Told { claims: vec![claims], ..Told::new(200, body) }
    }

    /// Why the user can not sign in, if so.
    pub(super) fn barred(&self, user: &str) -> Result<(), u16> {
        match self.users.iter().find(|known| known.id == user) {
            None => Err(404),
            Some(User { bar: Some(_), .. }) => Err(409),
            Some(_) => Ok(()),
        }
    }

    /// The action `sign-in`.
    pub(super) fn sign_in(&mut self, how: &SignIn) -> Turn {
        let mut body = json!({ "user_id": how.user, "origin": how.origin });
        let named = [("client_id", how.client), ("active_organization_id", how.organization)];
        for (name, value) in named {
            if let Some(value) = value {
                body[name] = value.into();
            }
        }
        if let Some(task) = how.task {
            body["pending_tasks"] = json!([task]);
        }
        let organization = how.organization;
        let judged = self.barred(how.user).and_then(|()| match organization {
            Some(id) if self.organizations.iter().all(|(known, _)| *known != id) => Err(404),
            Some(id) if !self.is_member(id, how.user) => Err(409),
            _ => Ok(()),
        });
        let told = judged.map(|()| {
            let client = how.client.map_or_else(|| self.name("client"), str::to_owned);
            let mut session = Session { organization, ..self.born(how.user, client) };
            if let Some(task) = how.task {
                session.tasks = Some(task);
                session.status = "pending";
            }
            self.signed_in(session, how.origin)
        });
        action("sign-in", body, told)
    }

    /// The actions `sign-out`, `remove` and `replace`.
    pub(super) fn leave(&mut self, how: &'static str, pick: usize, origin: &'static str) -> Turn {
        let (id, meant) = self.meant(pick);
        let status = match how {
            "sign-out" => "ended",
            "remove" => "removed",
            _ => "replaced",
        };
        let mut body = json!({ "session_id": id });
        if how == "replace" {
            body["origin"] = origin.into();
        }
        let told = meant.map_err(|_| 404).and_then(|at| {
            if !self.end(at, status) {
                return Err(409);
            }
            let left = self.sessions[at].clone();
            let shown = self.shown(&left, NEWEST);
            if how != "replace" {
                return Ok(Told::new(200, json!({ "session": shown })));
            }
            let next = self.born(left.user, left.client);
            let mut told =
                self.signed_in(Session { organization: left.organization, ..next }, origin);
            told.body["replaced"] = shown;
            Ok(told)
        });
        action(how, body, told)
    }

    /// The action `impersonate`.
    pub(super) fn impersonate(
        &mut self,
        user: &'static str,
        actor: &'static str,
        origin: &'static str,
    ) -> Turn {
        let body = json!({ "user_id": user, "actor_user_id": actor, "origin": origin });
        let told = self.barred(user).and_then(|()| self.barred(actor)).map(|()| {
            let own =
                self.sessions.iter().rev().find(|known| known.user == actor && self.runs(known));
            let acting = own.map_or("<any>".to_owned(), |session| session.id.clone());
            let client = self.name("client");
            let who = json!({ "iss": "<any>", "sid": acting, "sub": actor });
            let session = Session { actor: Some(who), ..self.born(user, client) };
            self.signed_in(session, origin)
        });
        action("impersonate", body, told)
    }

    /// The action `ban-user`: what still runs is revoked.
    pub(super) fn ban(&mut self, user: &'static str) -> Turn {
        let found = self.users.iter_mut().find(|known| known.id == user);
        let told = found.map(|known| known.bar = Some("user_banned")).ok_or(404).map(|()| {
            let all = (0..self.sessions.len()).rev().filter(|at| self.sessions[*at].user == user);
            let all: Vec<usize> = all.collect();
            let revoked = all.into_iter().filter(|at| self.end(*at, "revoked")).collect::<Vec<_>>();
            let revoked = revoked.into_iter().map(|at| self.shown(&self.sessions[at], NEWEST));
            Told::new(200, json!({ "user": "<any>", "revoked": revoked.collect::<Vec<_>>() }))
        });
        action("ban-user", json!({ "user_id": user }), told)
    }

    /// The action `add-user`: one of the same id is replaced.
    pub(super) fn add_user(&mut self, id: &'static str) -> Turn {
        self.users.retain(|user| user.id != id);
        self.users.push(User { id, bar: None });
        action("add-user", json!({ "id": id }), Ok(Told::new(200, json!({ "user": "<any>" }))))
    }

    /// The action `add-template`: one of the same name is replaced.
    pub(super) fn add_template(&mut self, name: &'static str, lifetime: i64, skew: i64) -> Turn {
        self.templates.retain(|template| template.name != name);
        self.templates.push(Template { name, lifetime, skew });
        let body = json!({
            "name": name, "claims": {}, "lifetime": lifetime, "allowed_clock_skew": skew,
        });
        action("add-template", body, Ok(Told::new(200, json!({ "template": "<any>" }))))
    }

    /// The action `add-organization`: one of the same id is replaced.
    pub(super) fn add_organization(&mut self, id: &'static str, member: &'static str) -> Turn {
        let members = json!([{ "user_id": member, "role": "org:admin" }]);
        let is_known = self.users.iter().any(|user| user.id == member);
        if is_known {
            self.organizations.retain(|(known, _)| *known != id);
            self.organizations.push((id, vec![member]));
        }
        let told = Told::new(200, json!({ "organization": "<any>" }));
        let told = if is_known { Ok(told) } else { Err(404) };
        action("add-organization", json!({ "id": id, "name": "Looms", "members": members }), told)
    }
}

/// An action; what it says when it refuses is standin's own and no vendor's.
pub(super) fn action(name: &'static str, body: Value, told: Result<Told, u16>) -> Turn {
    let told = told.unwrap_or_else(|status| Told::new(status, json!("<any>")));
    Turn { asked: Asked::Action { api: "clerk-sessions", name, body }, told }
}
