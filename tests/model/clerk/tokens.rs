//! Clerk's session tokens, template tokens and refresh, as the facts have them.

use http::Method;
use serde_json::Value;
use serde_json::json;

use crate::model::clerk::content::Content;
use crate::model::clerk::content::Lifetime;
use crate::model::clerk::content::Proof;
use crate::model::clerk::instance::DAY;
use crate::model::clerk::instance::Instance;
use crate::model::clerk::instance::Session;
use crate::model::clerk::instance::Token;
use crate::model::clerk::manner::Manner;
use crate::model::clerk::manner::Refused;
use crate::model::clerk::manner::no;
use crate::model::turn::Turn;
use crate::model::turn::picked;

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

impl Token {
    /// Whether both are one text: tokens of version 1 have no id.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.name == other.name || self.first.is_some() && self.first == other.first
    }
}

impl Lifetime {
    pub(super) const fn seconds(self) -> Option<i64> {
        match self {
            Self::Seconds(seconds) => Some(seconds),
            Self::Unsaid | Self::Null | Self::TooShort | Self::TooLong | Self::Text => None,
        }
    }
}

impl Instance {
    /// A session token is made; gives its name and what it claims.
    pub(super) fn make(
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
    pub(super) fn redeem(
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
}
