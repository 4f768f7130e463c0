//! Clerk's tokens, their refresh, and what happens outside the API.

use http::Method;
use serde_json::Value;
use serde_json::json;

use crate::model::clerk_calls::Content;
use crate::model::clerk_calls::Lifetime;
use crate::model::clerk_calls::Manner;
use crate::model::clerk_calls::Proof;
use crate::model::clerk_calls::Refused;
use crate::model::clerk_calls::no;
use crate::model::clerk_sessions::DAY;
use crate::model::clerk_sessions::Instance;
use crate::model::clerk_sessions::Session;
use crate::model::clerk_sessions::Template;
use crate::model::clerk_sessions::Token;
use crate::model::clerk_sessions::User;
use crate::model::turn::Asked;
use crate::model::turn::Told;
use crate::model::turn::Turn;
use crate::model::turn::picked;

const NEWEST: &str = "2026-05-12";

/// An exchange of an expired token for a new one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exchange {
    /// The session of the path.
    pub(super) session: usize,
    pub(super) expired: Proof,
    /// Whose refresh token comes with it.
    pub(super) refresh: usize,
    pub(super) origin: &'static str,
    pub(super) wants_cookies: bool,
}

/// A sign-in.
#[derive(Clone, Copy, Debug)]
pub(super) struct SignIn {
    pub(super) user: &'static str,
    pub(super) client: Option<&'static str>,
    pub(super) organization: Option<&'static str>,
    pub(super) task: Option<&'static str>,
    pub(super) origin: &'static str,
}

impl Token {
    /// Whether both are one text: tokens of version 1 have no id.
    fn is(&self, other: &Self) -> bool {
        self.name == other.name || self.first.is_some() && self.first == other.first
    }
}

impl Instance {
    /// A session token is made; gives its name and what it claims.
    fn make(
        &mut self,
        session: &Session,
        origin: Option<&'static str>,
        lifetime: i64,
        version: &str,
    ) -> (String, (String, Value)) {
        let (is_second, made) = (version >= "2025-04-10", self.now / 1000);
        let name = self.name(if is_second { "jwt" } else { "first_jwt" });
        let organization = session.organization.filter(|id| self.is_member(id, session.user));
        let claims = json!({
            "sid": session.id,
            "sub": session.user,
            "azp": origin,
            "iat": made,
            "nbf": made - 10,
            "exp": made + lifetime,
            "act": session.actor,
            "v": is_second.then_some(2),
            "sts": is_second.then_some(session.status),
            "o": organization.filter(|_| is_second).map(|_| "<any>"),
            "org_id": organization.filter(|_| !is_second),
        });
        let mut token = Token {
            name: name.clone(),
            session: Some(session.id.clone()),
            origin,
            made: made * 1000,
            expires: (made + lifetime) * 1000,
            first: (!is_second).then(|| claims.clone()),
            is_consumed: false,
        };
        token.is_consumed = self.tokens.iter().any(|known| known.is(&token) && known.is_consumed);
        self.tokens.push(token);
        (name.clone(), (name.trim_matches(['<', '>']).to_owned(), claims))
    }

    /// `POST /sessions/{session_id}/tokens`.
    pub(super) fn token(&mut self, manner: &Manner, pick: usize, lifetime: Lifetime) -> Turn {
        let (id, meant) = self.meant(pick);
        let mut claims = None;
        let operation = ("CreateSessionToken", Method::POST, format!("/sessions/{id}/tokens"));
        let mut turn = self.call(manner, operation, &Content::lifetime(&lifetime), |own| {
            let session = own.running(meant)?;
            let (name, told) =
                own.make(&session, None, lifetime.seconds().unwrap_or(60), manner.version());
            claims = Some(told);
            Ok(json!({ "object": "token", "jwt": name }))
        });
        turn.told.claims.extend(claims);
        turn
    }

    /// The session, if it is there and not over.
    pub(super) fn running(&self, meant: Result<usize, Refused>) -> Result<Session, Refused> {
        let session = self.sessions[meant?].clone();
        if self.runs(&session) { Ok(session) } else { Err(no("session_inactive", 401)) }
    }

    /// `POST /sessions/{session_id}/tokens/{template_name}`.
    pub(super) fn template_token(
        &mut self,
        manner: &Manner,
        pick: usize,
        template: &str,
        lifetime: Lifetime,
    ) -> Turn {
        let (id, meant) = self.meant(pick);
        let mut claims = None;
        let path = format!("/sessions/{id}/tokens/{template}");
        let operation = ("CreateSessionTokenFromTemplate", Method::POST, path);
        let mut turn = self.call(manner, operation, &Content::lifetime(&lifetime), |own| {
            let session = own.running(meant)?;
            let Some(found) = own.templates.iter().find(|known| known.name == template).cloned()
            else {
                let sentence = format!("No JWT template exists with name: {template}");
                return Err(no("template_not_found", 404).saying(&sentence));
            };
            let (name, made) = (own.name("jwt"), own.now / 1000);
            let expires = made + lifetime.seconds().unwrap_or(found.lifetime);
            let told = json!({
                "sub": session.user, "iat": made, "nbf": made - found.skew, "exp": expires,
                "sid": null, "v": null, "azp": null,
            });
            claims = Some((name.trim_matches(['<', '>']).to_owned(), told));
            own.tokens.push(Token {
                name: name.clone(),
                session: None,
                origin: None,
                made: made * 1000,
                expires: expires * 1000,
                first: None,
                is_consumed: false,
            });
            Ok(json!({ "object": "token", "jwt": name }))
        });
        turn.told.claims.extend(claims);
        turn
    }

    /// `POST /sessions/{session_id}/refresh`.
    pub(super) fn refresh(&mut self, manner: &Manner, exchange: &Exchange) -> Turn {
        let (id, meant) = self.meant(exchange.session);
        let (text, expired) =
            self.proof(exchange.expired).unwrap_or_else(|| ("garbage".to_owned(), None));
        let refresh = picked(self.sessions.len(), exchange.refresh)
            .and_then(|at| self.sessions[at].refresh.clone())
            .unwrap_or_else(|| "nobody".to_owned());
        let mut body = json!({
            "expired_token": text, "refresh_token": refresh, "request_origin": exchange.origin,
        });
        if exchange.wants_cookies {
            body["format"] = "cookie".into();
        }
        let mut claims = None;
        let operation = ("RefreshSession", Method::POST, format!("/sessions/{id}/refresh"));
        let mut turn = self.call(manner, operation, &Content::json(body), |own| {
            let (session, token) = own.redeem(exchange, (&id, meant), expired, &refresh)?;
            if exchange.wants_cookies {
                return Ok(json!({ "object": "cookies", "cookies": ["<any>", "<any>"] }));
            }
            let (name, told) = own.make(&session, token.origin, 60, manner.version());
            claims = Some(told);
            Ok(json!({ "object": "token", "jwt": name }))
        });
        turn.told.claims.extend(claims);
        turn
    }

    /// The refusals in their order; then the token is consumed.
    fn redeem(
        &mut self,
        exchange: &Exchange,
        (path, meant): (&str, Result<usize, Refused>),
        expired: Option<Token>,
        refresh: &str,
    ) -> Result<(Session, Token), Refused> {
        let check = |is_wrong: bool, name: &str| if is_wrong { Err(no(name, 401)) } else { Ok(()) };
        check(exchange.origin == "nonsense", "refresh_request_origin_invalid")?;
        let token = expired.ok_or_else(|| no("expired_session_token_invalid", 401))?;
        check(token.origin.is_none(), "expired_session_token_missing_azp")?;
        check(token.origin != Some(exchange.origin), "refresh_request_origin_azp_mismatch")?;
        check(token.session.is_none(), "expired_session_token_missing_sid")?;
        check(token.session.as_deref() != Some(path), "refresh_sid_mismatch")?;
        check(self.now > token.made + 7 * DAY, "session_refresh_expired_session_token_too_old")?;
        let at = meant.map_err(|_| no("session_refresh_session_not_found", 401).of(path))?;
        let session = self.sessions[at].clone();
        check(session.refresh.as_deref() != Some(refresh), "refresh_token_not_found")?;
        check(!self.runs(&session), "session_refresh_inactive_session")?;
        check(token.is_consumed, "session_refresh_expired_session_token_consumed")?;
        check(self.now < token.expires, "session_refresh_session_token_ineligible")?;
        let same = self.tokens.iter_mut().filter(|known| known.is(&token));
        same.for_each(|known| known.is_consumed = true);
        self.sessions[at].used = self.now;
        Ok((session, token))
    }

    /// A session that a browser got: the answer of the action shows it with its tokens.
    fn signed_in(&mut self, mut session: Session, origin: &'static str) -> Told {
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
    fn barred(&self, user: &str) -> Result<(), u16> {
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
fn action(name: &'static str, body: Value, told: Result<Told, u16>) -> Turn {
    let told = told.unwrap_or_else(|status| Told::new(status, json!("<any>")));
    Turn { asked: Asked::Action { api: "clerk-sessions", name, body }, told }
}

impl Lifetime {
    const fn seconds(self) -> Option<i64> {
        match self {
            Self::Seconds(seconds) => Some(seconds),
            Self::Unsaid | Self::Null | Self::TooShort | Self::TooLong | Self::Text => None,
        }
    }
}
