//! Clerk's operations on sessions, as the facts have them.

use http::Method;
use serde_json::Value;
use serde_json::json;

use crate::model::clerk::content::Content;
use crate::model::clerk::content::Filter;
use crate::model::clerk::content::Proof;
use crate::model::clerk::content::Shape;
use crate::model::clerk::instance::Instance;
use crate::model::clerk::instance::Session;
use crate::model::clerk::instance::Token;
use crate::model::clerk::manner::Key;
use crate::model::clerk::manner::Manner;
use crate::model::clerk::manner::Refused;
use crate::model::clerk::manner::missing;
use crate::model::clerk::manner::no;
use crate::model::turn::Asked;
use crate::model::turn::Told;
use crate::model::turn::Turn;
use crate::model::turn::picked;

impl Instance {
    /// Whether the key is one that may call.
    pub(super) fn admit(&self, manner: &Manner) -> Result<(), Refused> {
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
            if manner.key == Key::Live {
                return Err(no("request_invalid_for_environment", 400));
            }
            // The document lets the body be left out; only the call itself then misses the user.
            is_left_out = shape == Shape::Nothing;
            if is_left_out {
                return Err(missing("user_id"));
            }
            let organization = organization.filter(|_| manner.version() >= "2025-04-10");
            own.may_create(user, organization)?;
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

    pub(super) fn may_create(&self, user: &str, organization: Option<&str>) -> Result<(), Refused> {
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
