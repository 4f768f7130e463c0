//! Transmit's auth sessions, as the facts have them.
//!
//! `session_status` is completed by exchanging the code; `cross_device_status` goes from pending over
//! attached to registered or authenticated, and is completed by detaching alone.

use http::Method;
use serde_json::Value;
use serde_json::json;

use crate::model::transmit::shown::Base;
use crate::model::transmit::shown::Shown;
use crate::model::transmit::shown::Token;
use crate::model::transmit::tenant::AuthSession;
use crate::model::transmit::tenant::Caller;
use crate::model::transmit::tenant::Holder;
use crate::model::transmit::tenant::Second;
use crate::model::transmit::tenant::Tenant;
use crate::model::turn::Asked;
use crate::model::turn::Told;
use crate::model::turn::Turn;
use crate::model::turn::example;
use crate::model::turn::picked;

pub(super) const API: &str = "transmit-auth-sessions";

/// Why a call is refused: status, named example, and what is found besides.
pub(super) struct Refused(
    pub(super) u16,
    pub(super) &'static str,
    pub(super) Option<(&'static str, &'static str)>,
);

impl Tenant {
    /// Whether the holder may act for that username and that client; gives the holder's own.
    pub(super) fn speaks_for(
        &self,
        who: &Holder,
        username: &str,
        client: Option<&'static str>,
    ) -> Result<Option<&'static str>, Refused> {
        let own = match who {
            Holder::Client(own) | Holder::User { client: own, .. } => Some(*own),
            Holder::Anyone | Holder::Nobody => None,
        };
        if own.zip(client).is_some_and(|(own, named)| own != named) {
            return Err(state("client_id_mismatch"));
        }
        if let Holder::User { id, .. } = who {
            let mut users = self.users.iter();
            if !users.any(|user| user.id == *id && user.username == username) {
                return Err(Refused(401, "unauthorized_user", None));
            }
        }
        Ok(own)
    }

    /// The id that a pick stands for, and the session where it is known and has not expired.
    pub(super) fn meant(&self, pick: usize) -> (Value, Result<usize, Refused>) {
        match picked(self.auth_sessions.len(), pick) {
            None => {
                (json!("auth_session_nobody"), Err(Refused(404, "auth_session_not_found", None)))
            }
            Some(at) => {
                let session = &self.auth_sessions[at];
                let is_over = self.now >= session.expires;
                let refused = Refused(404, "auth_session_expired", None);
                (json!(format!("<{}>", session.name)), if is_over { Err(refused) } else { Ok(at) })
            }
        }
    }

    /// `POST /v1/auth-session/authorize`.
    pub(super) fn authorize(
        &mut self,
        pick: usize,
        shown: Shown,
        username: &str,
        client: Option<&'static str>,
        base: Base,
    ) -> Vec<Turn> {
        let Caller { mut before, headers, who } = self.caller(shown);
        let (id, meant) = self.meant(pick);
        let mut body = json!({ "auth_session_id": id, "username": username });
        if let Some(client) = client {
            body["client_id"] = client.into();
        }
        let told = match who {
            Err(rule) => Err(unauthorized(rule)),
            Ok(who) => self.speaks_for(&who, username, client).and_then(|own| {
                let session = &mut self.auth_sessions[meant?];
                if own.is_some_and(|own| own != session.client) {
                    return Err(state("session_of_another_client"));
                }
                if session.username.is_some() {
                    return Err(state("session_already_authorized"));
                }
                if session.code.is_some() {
                    return Err(state("invalid_auth_session"));
                }
                session.username = Some(username.to_owned());
                Ok(Told::new(200, json!({})))
            }),
        };
        before.push(post("authorizeAuthSession", base, headers, body, told));
        before
    }

    /// `POST /v1/auth-session/status`.
    pub(super) fn status(&mut self, pick: usize, token: Token, base: Base) -> Turn {
        let (id, meant) = self.meant(pick);
        let token = self.binding(pick, token);
        let told = meant.and_then(|at| {
            let session = &self.auth_sessions[at];
            let Some(token) = &token else {
                return Err(Refused(401, "device_binding_token_not_provided", None));
            };
            let mut own = [&session.first_token, &session.second_token].into_iter().flatten();
            if !own.any(|own| format!("<{own}>") == *token) {
                return Err(Refused(401, "invalid_device_binding_token", None));
            }
            Ok(Told::new(200, self.progress(session)))
        });
        let headers = token.into_iter().map(|token| ("x-ts-device-binding-token", token)).collect();
        post("getSessionStatus", base, headers, json!({ "auth_session_id": id }), told)
    }

    pub(super) fn progress(&self, session: &AuthSession) -> Value {
        let mut progress = json!({
            "session_status": if session.is_exchanged { "completed" } else { "in-progress" },
            "cross_device_status": match session.second {
                Second::Pending => "pending-attachment",
                Second::Attached => "attached",
                Second::Registered => "registered",
                Second::Authenticated => "authenticated",
                Second::Completed => "completed",
            },
        });
        if let Some((code, true)) = session.code {
            let code = format!("<{}>", self.codes[code].name);
            progress["cross_device_result"] = json!({ "auth_code": code });
        }
        progress
    }

    /// The binding token that a device shows.
    pub(super) fn binding(&self, pick: usize, token: Token) -> Option<String> {
        let of = |at: usize| &self.auth_sessions[at];
        let found = match (token, picked(self.auth_sessions.len(), pick)) {
            (Token::Nothing, _) => return None,
            (Token::Wrong, _) | (_, None) => None,
            (Token::First, Some(at)) => of(at).first_token.clone(),
            (Token::Second, Some(at)) => of(at).second_token.clone(),
            (Token::Other, Some(at)) => of((at + 1) % self.auth_sessions.len()).first_token.clone(),
        };
        Some(found.map_or("nobody".to_owned(), |found| format!("<{found}>")))
    }

    /// `POST /v1/auth-session/attach-device`.
    pub(super) fn attach(&mut self, pick: usize, base: Base) -> Turn {
        let (id, meant) = self.meant(pick);
        let token = self.name("second");
        let told = meant.and_then(|at| {
            let session = &mut self.auth_sessions[at];
            match session.second {
                _ if session.is_exchanged => return Err(state("invalid_auth_session")),
                Second::Completed => return Err(state("invalid_auth_session")),
                Second::Attached | Second::Registered | Second::Authenticated => {
                    return Err(state("device_already_attached"));
                }
                Second::Pending if session.code.is_some() => {
                    return Err(state("invalid_auth_session"));
                }
                Second::Pending => {}
            }
            session.second = Second::Attached;
            session.second_token = Some(token.clone());
            let mut info =
                json!({ "originating_device": { "device_info": device(session.is_windows) } });
            if session.message {
                info["binding_message"] = "Compare the number 42".into();
            }
            if let Some(approval) = &session.approval {
                info["approval_data"] = approval.clone();
            }
            let told = Told::new(200, json!({ "binding_info": info }));
            Ok(Told {
                headers: vec![("set-device-binding-token", Some(format!("<{token}>")))],
                ..told
            })
        });
        post("attachDeviceToSession", base, Vec::new(), json!({ "auth_session_id": id }), told)
    }

    /// `POST /v1/auth-session/detach-device`, which looks at no binding token.
    pub(super) fn detach(&mut self, pick: usize, token: Token, base: Base) -> Turn {
        let (id, meant) = self.meant(pick);
        let token = self.binding(pick, token);
        let told = meant.and_then(|at| {
            let session = &mut self.auth_sessions[at];
            match session.second {
                Second::Pending | Second::Completed => Err(state("invalid_auth_session")),
                Second::Attached | Second::Registered | Second::Authenticated => {
                    session.second = Second::Completed;
                    session.second_token = None;
                    Ok(Told::new(200, json!({})))
                }
            }
        });
        let headers = token.into_iter().map(|token| ("x-ts-device-binding-token", token)).collect();
        post("detachDeviceFromSession", base, headers, json!({ "auth_session_id": id }), told)
    }
}

/// A caller is refused; what is found, is found at the header field.
pub(super) fn unauthorized(rule: Option<&'static str>) -> Refused {
    Refused(401, "unauthorized_request", rule.map(|rule| (rule, "header.authorization")))
}

pub(super) const fn state(name: &'static str) -> Refused {
    Refused(400, name, None)
}

/// What both spellings say of the first device.
pub(super) fn device(is_windows: bool) -> Value {
    let of = |known: &'static str| if is_windows { known } else { "unknown" };
    let (os, version, browser, number) = (of("Windows"), of("10"), of("Chrome"), of("126.0.0.0"));
    json!({
        "osType": os, "osVersion": version, "browserType": browser, "browserVersion": number,
        "os_type": os, "os_version": version, "browser_type": browser, "browser_version": number,
    })
}

/// A call of this API: everything in it is deprecated, and its own client drops the base path.
pub(super) fn post(
    operation: &str,
    base: Base,
    mut headers: Vec<(&'static str, String)>,
    body: Value,
    told: Result<Told, Refused>,
) -> Turn {
    let path = match operation {
        "startAuthorizedAuthSession" => "start-with-authorization",
        "startRestrictedAuthSession" => "start-restricted",
        "authorizeAuthSession" => "authorize",
        "getSessionStatus" => "status",
        "attachDeviceToSession" => "attach-device",
        _ => "detach-device",
    };
    let mut told = told.unwrap_or_else(|Refused(status, name, found)| {
        let findings = found.map(|(rule, place)| format!("error {rule} {operation} {place}"));
        let told = Told::new(status, example(API, name));
        Told { findings: findings.into_iter().collect(), ..told }
    });
    told.findings.push(format!("info operation-deprecated {operation} target"));
    if base == Base::Dropped {
        told.findings.push(format!("info base-path-dropped {operation} target"));
    }
    headers.push(("content-type", "application/json".to_owned()));
    let target = format!("{}/v1/auth-session/{path}", base.prefix());
    let body = body.to_string();
    Turn { asked: Asked::Call { method: Method::POST, target, headers, body }, told }
}
