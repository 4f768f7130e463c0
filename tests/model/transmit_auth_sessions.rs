//! Transmit's auth sessions, as the facts have them.
//!
//! `session_status` is completed by exchanging the code; `cross_device_status` goes from pending over
//! attached to registered or authenticated, and is completed by detaching alone.

use http::Method;
use serde_json::Value;
use serde_json::json;

use crate::model::transmit_sessions::Caller;
use crate::model::transmit_sessions::HOUR;
use crate::model::transmit_sessions::Holder;
use crate::model::transmit_sessions::Tenant;
use crate::model::transmit_sessions::User;
use crate::model::transmit_sessions::listed;
use crate::model::transmit_sessions::refusal;
use crate::model::transmit_sessions::token_call;
use crate::model::transmit_steps::Base;
use crate::model::transmit_steps::Begin;
use crate::model::transmit_steps::Flaw;
use crate::model::transmit_steps::Proof;
use crate::model::transmit_steps::Redirect;
use crate::model::transmit_steps::Shown;
use crate::model::transmit_steps::Token;
use crate::model::turn::Asked;
use crate::model::turn::Told;
use crate::model::turn::Turn;
use crate::model::turn::example;
use crate::model::turn::picked;

const API: &str = "transmit-auth-sessions";

/// How far the second device is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Second {
    Pending,
    Attached,
    Registered,
    Authenticated,
    Completed,
}

#[derive(Clone, Debug)]
pub(super) struct AuthSession {
    name: String,
    client: &'static str,
    /// There is one exactly where the session is authorized.
    username: Option<String>,
    redirect_uri: Option<&'static str>,
    is_redirect_uri_named: bool,
    message: bool,
    approval: Option<Value>,
    is_windows: bool,
    pub(super) expires: i64,
    is_exchanged: bool,
    second: Second,
    first_token: Option<String>,
    second_token: Option<String>,
    /// The code, and whether the second device brought it.
    code: Option<(usize, bool)>,
}

#[derive(Clone, Debug)]
pub(super) struct Code {
    name: String,
    session: usize,
    user: String,
    pub(super) expires: i64,
    is_used: bool,
}

/// Why a call is refused: status, named example, and what is found besides.
struct Refused(u16, &'static str, Option<(&'static str, &'static str)>);

/// A caller is refused; what is found, is found at the header field.
fn unauthorized(rule: Option<&'static str>) -> Refused {
    Refused(401, "unauthorized_request", rule.map(|rule| (rule, "header.authorization")))
}

const fn state(name: &'static str) -> Refused {
    Refused(400, name, None)
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

    /// Whether the holder may act for that username and that client; gives the holder's own.
    fn speaks_for(
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

    fn begin(&mut self, begin: &Begin, client: Option<&'static str>) -> Result<Told, Refused> {
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

    /// The id that a pick stands for, and the session where it is known and has not expired.
    fn meant(&self, pick: usize) -> (Value, Result<usize, Refused>) {
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

    fn progress(&self, session: &AuthSession) -> Value {
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
    fn binding(&self, pick: usize, token: Token) -> Option<String> {
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

    /// The actions `register` and `authenticate`.
    pub(super) fn webauthn(
        &mut self,
        registers: bool,
        pick: usize,
        user: Option<&str>,
        username: Option<&str>,
    ) -> Turn {
        let (id, meant) = self.meant(pick);
        let mut body = json!({ "auth_session_id": id });
        for (name, value) in [("user_id", user), ("username", username)] {
            if let Some(value) = value {
                body[name] = value.into();
            }
        }
        let name = if registers { "register" } else { "authenticate" };
        let asked = Asked::Action { api: API, name, body };
        let told = match meant {
            Err(Refused(status, ..)) => Err(status),
            Ok(at) => self.complete(registers, at, user, username),
        };
        // What an action says when it refuses is standin's own and no vendor's.
        let told = told.unwrap_or_else(|status| Told::new(status, json!("<any>")));
        Turn { asked, told }
    }

    fn complete(
        &mut self,
        registers: bool,
        at: usize,
        user: Option<&str>,
        username: Option<&str>,
    ) -> Result<Told, u16> {
        let session = &self.auth_sessions[at];
        let is_possible = session.code.is_none()
            && matches!(session.second, Second::Pending | Second::Attached)
            && !(registers && session.username.is_none());
        let username = username.or(session.username.as_deref()).map(str::to_owned);
        if !is_possible || session.username.is_some() && session.username != username {
            return Err(409);
        }
        // Registration is how users come to be; authenticating makes them only in lenient mode.
        let is_made = registers || !self.is_strict;
        let user = self.user(user, username.as_deref(), is_made)?;
        let (code, binding) = (self.name("code"), self.name("first"));
        let expires = self.now + HOUR / 6;
        self.codes.push(Code {
            name: code.clone(),
            session: at,
            user: user.id.clone(),
            expires,
            is_used: false,
        });
        let session = &mut self.auth_sessions[at];
        let is_second = session.second == Second::Attached;
        if is_second {
            session.second = if registers { Second::Registered } else { Second::Authenticated };
        }
        session.code = Some((self.codes.len() - 1, is_second));
        let mut outcome = self.progress(&self.auth_sessions[at]);
        let session = &mut self.auth_sessions[at];
        let members = outcome.as_object_mut().expect("an object");
        members.remove("cross_device_result");
        members.insert("auth_code".to_owned(), format!("<{code}>").into());
        members.insert("user_id".to_owned(), user.id.into());
        members.insert("username".to_owned(), user.username.into());
        members.insert("redirect_uri".to_owned(), session.redirect_uri.into());
        if session.first_token.is_none() {
            members.insert("device_binding_token".to_owned(), format!("<{binding}>").into());
            session.first_token = Some(binding);
        }
        Ok(Told::new(200, outcome))
    }

    /// The user whom an action names by id, by name or by both.
    fn user(&mut self, id: Option<&str>, name: Option<&str>, is_made: bool) -> Result<User, u16> {
        let by_id = self.users.iter().find(|user| id == Some(&*user.id));
        let by_name = self.users.iter().find(|user| name == Some(&*user.username));
        match (by_id, by_name) {
            (None, None) if id.is_none() && name.is_none() => Err(422),
            (Some(user), _) if name.is_none_or(|name| name == user.username) => Ok(user.clone()),
            (None, Some(user)) if id.is_none() => Ok(user.clone()),
            (None, None) if is_made => {
                let id = id.map_or_else(|| format!("<{}>", self.name("user")), str::to_owned);
                let username = name.map_or_else(|| id.clone(), str::to_owned);
                let user = User { id, username };
                self.users.push(user.clone());
                Ok(user)
            }
            (None, None) => Err(404),
            (Some(_), _) | (None, Some(_)) => Err(409),
        }
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
    fn redeem(
        &mut self,
        at: usize,
        client: &'static str,
        sent: Option<&str>,
    ) -> Result<Told, Told> {
        let code = self.codes[at].clone();
        let session = self.auth_sessions[code.session].clone();
        if self.now >= code.expires + 24 * HOUR {
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

/// What both spellings say of the first device.
fn device(is_windows: bool) -> Value {
    let of = |known: &'static str| if is_windows { known } else { "unknown" };
    let (os, version, browser, number) = (of("Windows"), of("10"), of("Chrome"), of("126.0.0.0"));
    json!({
        "osType": os, "osVersion": version, "browserType": browser, "browserVersion": number,
        "os_type": os, "os_version": version, "browser_type": browser, "browser_version": number,
    })
}

/// A call of this API: everything in it is deprecated, and its own client drops the base path.
fn post(
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

impl Begin {
    /// What is wrong with the content: the named example that tells it, and the place.
    fn judge(&self) -> Option<(&'static str, &'static str)> {
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
