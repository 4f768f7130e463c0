//! Transmit's token endpoint, as far as sessions are concerned.
//!
//! A refresh token is replaced by the next; each refresh gives an active session another 14 days. An
//! authorization code outlives its auth session, completes it and opens a session, once.

use http::Method;
use serde_json::json;

use crate::model::transmit::shown::Proof;
use crate::model::transmit::shown::Redirect;
use crate::model::transmit::tenant::Bearer;
use crate::model::transmit::tenant::DAY;
use crate::model::transmit::tenant::FORTNIGHT;
use crate::model::transmit::tenant::Holder;
use crate::model::transmit::tenant::Refresh;
use crate::model::transmit::tenant::Session;
use crate::model::transmit::tenant::Tenant;
use crate::model::transmit::tenant::listed;
use crate::model::turn::Asked;
use crate::model::turn::Told;
use crate::model::turn::Turn;
use crate::model::turn::example;
use crate::model::turn::picked;

impl Tenant {
    /// Tokens of a user, in a session.
    pub(super) fn tokens(&mut self, session: usize, scope: &str) -> Told {
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

    pub(super) fn client_token(&mut self, client: &'static str, scope: &str) -> Told {
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

    /// The grant `authorization_code`.
    pub(super) fn exchange(
        &mut self,
        pick: usize,
        client: &'static str,
        proof: Proof,
        redirect: Redirect,
    ) -> Turn {
        let at = picked(self.codes.len(), pick);
        let text = at.map_or("code_nobody".to_owned(), |at| format!("<{}>", self.codes[at].name));
        let sent = redirect.uri();
        let told = self.proven(client, proof).and_then(|()| match at {
            Some(at) => self.redeem(at, client, sent),
            None => Err(refusal(400, "invalid_grant")),
        });
        let told = told.unwrap_or_else(|refused| refused);
        let form = [
            ("grant_type", Some("authorization_code")),
            ("code", Some(&*text)),
            ("redirect_uri", sent),
        ];
        token_call(client, proof, &form, told)
    }

    /// The code outlives its session, and is taken once.
    pub(super) fn redeem(
        &mut self,
        at: usize,
        client: &'static str,
        sent: Option<&str>,
    ) -> Result<Told, Told> {
        let code = self.codes[at].clone();
        let session = self.auth_sessions[code.session].clone();
        if self.now >= code.expires + DAY {
            let mut forgotten = refusal(400, "invalid_grant");
            forgotten.body["error_description"] = json!("<any>");
            return Err(forgotten);
        }
        if session.client != client {
            let mut other = refusal(400, "authorization_code_of_another_client");
            let text = format!("The authorization code was issued to {}", session.client);
            other.body["error_description"] = text.into();
            return Err(other);
        }
        if code.is_used {
            return Err(refusal(400, "authorization_code_used"));
        }
        if self.now >= code.expires {
            return Err(refusal(400, "authorization_code_expired"));
        }
        let is_fitting = match (sent, session.redirect_uri) {
            (Some(sent), Some(own)) => sent == own,
            (Some(_), None) => true,
            (None, _) => !session.is_redirect_uri_named,
        };
        if !is_fitting {
            return Err(refusal(400, "redirect_uri_mismatch"));
        }
        self.codes[at].is_used = true;
        self.auth_sessions[code.session].is_exchanged = true;
        let mut told = self.open(&code.user, client);
        told.claims[1].1["approval_data"] = session.approval.unwrap_or_default();
        Ok(told)
    }
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
