//! How auth sessions start: with authorization, or restricted.

use serde_json::Value;
use serde_json::json;

use crate::model::transmit::auth_sessions::Refused;
use crate::model::transmit::auth_sessions::post;
use crate::model::transmit::auth_sessions::state;
use crate::model::transmit::auth_sessions::unauthorized;
use crate::model::transmit::shown::Base;
use crate::model::transmit::shown::Fields;
use crate::model::transmit::shown::Redirect;
use crate::model::transmit::shown::Shown;
use crate::model::transmit::tenant::AuthSession;
use crate::model::transmit::tenant::Caller;
use crate::model::transmit::tenant::Second;
use crate::model::transmit::tenant::Tenant;
use crate::model::transmit::tenant::listed;
use crate::model::turn::Told;
use crate::model::turn::Turn;

/// What is wrong with the content of a start, on purpose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Flaw {
    Nothing,
    Missing,
    EndsAtOnce,
    EndsTooLate,
    ManyApprovals,
    ApprovalValue,
    Number,
}

/// A start: with authorization, or restricted where nobody is shown.
#[derive(Clone, Debug)]
pub(super) struct Begin {
    pub(super) shown: Option<Shown>,
    pub(super) username: Option<&'static str>,
    pub(super) client: Option<&'static str>,
    pub(super) expiration_ms: Option<i64>,
    pub(super) redirect_uri: Redirect,
    pub(super) message: bool,
    pub(super) approves: bool,
    pub(super) is_windows: bool,
    pub(super) base: Base,
    pub(super) flaw: Flaw,
}

impl Begin {
    pub(super) fn approval(&self) -> Option<Value> {
        if self.flaw == Flaw::ManyApprovals {
            return Some((0..11).map(|key| (key.to_string(), json!("1"))).collect());
        }
        if self.flaw == Flaw::ApprovalValue {
            return Some(json!({ "sum": "200 EUR" }));
        }
        self.approves.then(|| json!({ "transaction_id": "transfer-1", "sum": "" }))
    }

    pub(super) fn user_agent(&self) -> Fields<&'static str> {
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
        self.is_windows.then(|| ("user-agent", windows.to_owned())).into_iter().collect()
    }

    pub(super) fn body(&self) -> Value {
        let mut body = json!({});
        if let Some(client) = self.client {
            body["client_id"] = client.into();
        }
        if self.shown.is_some() {
            body["username"] = self.username.into();
        }
        if let Some(millis) = self.expiration_ms {
            body["session_expiration"] = json!(millis as f64 / 1000.0);
        }
        if let Some(uri) = self.redirect_uri.uri() {
            body["redirect_uri"] = uri.into();
        }
        if self.message {
            body["cross_device"] = json!({ "binding_message": "Compare the number 42" });
        }
        if let Some(approval) = self.approval() {
            body["approval_data"] = approval;
        }
        match self.flaw {
            Flaw::Missing => {
                let name = if self.shown.is_some() { "username" } else { "client_id" };
                body.as_object_mut().expect("an object").remove(name);
            }
            Flaw::EndsAtOnce => body["session_expiration"] = json!(0),
            Flaw::EndsTooLate => body["session_expiration"] = json!(86_401),
            Flaw::Number => body["redirect_uri"] = json!(1),
            Flaw::Nothing | Flaw::ManyApprovals | Flaw::ApprovalValue => {}
        }
        body
    }

    /// What is wrong with the content: the named example that tells it, and the place.
    pub(super) fn judge(&self) -> Option<(&'static str, &'static str)> {
        let is_restricted = self.shown.is_none();
        match self.flaw {
            Flaw::Missing => Some(("invalid_request", "")),
            Flaw::EndsAtOnce | Flaw::EndsTooLate => {
                Some(("invalid_session_expiration", "/session_expiration"))
            }
            Flaw::ManyApprovals if is_restricted => {
                Some(("invalid_approval_data", "/approval_data"))
            }
            Flaw::ApprovalValue if is_restricted => {
                Some(("invalid_approval_data", "/approval_data/sum"))
            }
            Flaw::Number => Some(("invalid_request_content", "/redirect_uri")),
            Flaw::Nothing | Flaw::ManyApprovals | Flaw::ApprovalValue => None,
        }
    }
}

impl Tenant {
    /// Both ways to start: who is not authorized hears that first, then what the content lacks.
    pub(super) fn start(&mut self, begin: &Begin) -> Vec<Turn> {
        let (body, flaw) = (begin.body(), begin.judge());
        let fit = || flaw.map_or(Ok(()), |(name, _)| Err(state(name)));
        let (mut turns, operation, headers, told) = match begin.shown {
            None => {
                let told = fit().and_then(|()| self.begin(begin, begin.client));
                (Vec::new(), "startRestrictedAuthSession", begin.user_agent(), told)
            }
            Some(shown) => {
                let Caller { before, headers, who } = self.caller(shown);
                let told = who.map_err(unauthorized).and_then(|who| {
                    fit()?;
                    let username = begin.username.unwrap_or_default();
                    let own = self.speaks_for(&who, username, begin.client)?;
                    // A token from elsewhere names no client: the seed's stands in.
                    self.begin(begin, own.or(begin.client).or(Some("client_app")))
                });
                (before, "startAuthorizedAuthSession", headers, told)
            }
        };
        let mut turn = post(operation, begin.base, headers, body, told);
        let found =
            flaw.map(|(_, place)| format!("error request-body-mismatch {operation} {place}"));
        turn.told.findings.extend(found);
        turns.push(turn);
        turns
    }

    pub(super) fn begin(
        &mut self,
        begin: &Begin,
        client: Option<&'static str>,
    ) -> Result<Told, Refused> {
        let Some(client) = client else { return Err(Refused(404, "client_not_found", None)) };
        let asked = begin.redirect_uri.uri();
        let redirect_uri = match listed(client) {
            None if self.is_strict => return Err(Refused(404, "client_not_found", None)),
            None => asked,
            Some(client) if !client.is_configured => return Err(state("invalid_webauthn_config")),
            Some(client) => match (client.redirect_uris, asked) {
                ([], _) => return Err(state("missing_redirect_uri")),
                ([first, ..], None) => Some(*first),
                (all, Some(asked)) if all.contains(&asked) => Some(asked),
                (_, Some(_)) => return Err(state("invalid_redirect_uri")),
            },
        };
        let (name, first) = (self.name("auth_session"), self.name("first"));
        let is_restricted = begin.shown.is_none();
        let mut told = Told::new(200, json!({ "auth_session_id": format!("<{name}>") }));
        let told_token = is_restricted.then(|| format!("<{first}>"));
        told.headers.push(("set-device-binding-token", told_token));
        self.auth_sessions.push(AuthSession {
            name,
            client,
            username: begin.username.filter(|_| !is_restricted).map(str::to_owned),
            redirect_uri,
            is_redirect_uri_named: asked.is_some(),
            message: is_restricted && begin.message,
            approval: begin.approval().filter(|_| is_restricted),
            is_windows: is_restricted && begin.is_windows,
            expires: self.now + begin.expiration_ms.unwrap_or(600_000),
            is_exchanged: false,
            second: Second::Pending,
            first_token: is_restricted.then_some(first),
            second_token: None,
            code: None,
        });
        Ok(told)
    }
}
