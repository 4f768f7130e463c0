//! WebAuthn, which happens outside Transmit's API: users register and authenticate.

use serde_json::json;

use crate::model::transmit::auth_sessions::API;
use crate::model::transmit::auth_sessions::Refused;
use crate::model::transmit::tenant::Code;
use crate::model::transmit::tenant::PATIENCE;
use crate::model::transmit::tenant::Second;
use crate::model::transmit::tenant::Tenant;
use crate::model::transmit::tenant::User;
use crate::model::turn::Asked;
use crate::model::turn::Told;
use crate::model::turn::Turn;

impl Tenant {
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

    pub(super) fn complete(
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
        let expires = self.now + PATIENCE;
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
    pub(super) fn user(
        &mut self,
        id: Option<&str>,
        name: Option<&str>,
        is_made: bool,
    ) -> Result<User, u16> {
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
}
