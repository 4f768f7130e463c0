//! An auth session: its record, and its state machine as one pure function.
//!
//! Two states move side by side: `session_status`, which the exchange of the authorization code
//! completes, and `cross_device_status`, which the second device moves and only detaching
//! completes. What is not public about the order of events is decided in
//! `openapi/transmit-auth-sessions.yaml`, at the examples of invalid_auth_session.

use std::borrow::Cow;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::apis::plausible;
use crate::apis::transmit::ApprovalData;
use crate::clock::Instant;
use crate::store::Collection;
use crate::store::Record;

/// The auth sessions.
pub static AUTH_SESSIONS: Collection = Collection {
    name: "auth-sessions",
    key: "auth_session_id",
    indexes: &[],
    capacity: 10_000,
    read: |record| plausible::read(record, AuthSession::check),
};

/// How long an expired session is remembered as such, before it counts as never seen.
const KEPT_AFTER_EXPIRY: Duration = Duration::from_secs(24 * 60 * 60);

/// Progress of the whole session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SessionStatus {
    /// The authorization code was not exchanged yet.
    InProgress,
    /// The authorization code was exchanged for tokens.
    Completed,
}

/// Progress of the second device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CrossDeviceStatus {
    /// There is none.
    PendingAttachment,
    /// It is attached.
    Attached,
    /// The user registered a credential on it.
    Registered,
    /// The user authenticated on it.
    Authenticated,
    /// It was detached.
    Completed,
}

/// What the User-Agent of the first device tells; `unknown` for what it does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceInfo {
    /// The operating system.
    pub os_type: Cow<'static, str>,
    /// Its version.
    pub os_version: Cow<'static, str>,
    /// The browser.
    pub browser_type: Cow<'static, str>,
    /// Its version.
    pub browser_version: Cow<'static, str>,
}

/// A device of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Device {
    /// The one that began.
    First,
    /// The one that was attached.
    Second,
}

/// What WebAuthn yielded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Yield {
    /// The authorization code.
    pub auth_code: String,
    /// Whose it is.
    pub user_id: String,
    /// The device that the user held.
    pub device: Device,
}

/// An auth session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthSession {
    /// The vendor's id.
    pub auth_session_id: String,
    /// For which client.
    pub client_id: String,
    /// Who may register; there is one exactly in authorized sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Where the flow ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// Whether the caller named the redirect URI, so that the exchange has to name it too.
    #[serde(default)]
    pub is_redirect_uri_named: bool,
    /// Shown on the second device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binding_message: Option<String>,
    /// What the user approves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval_data: Option<ApprovalData>,
    /// Kept as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_public_key: Option<String>,
    /// The first device.
    pub device_info: DeviceInfo,
    /// Progress of the whole.
    pub session_status: SessionStatus,
    /// Progress of the second device.
    pub cross_device_status: CrossDeviceStatus,
    /// Binds the first device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_device_token: Option<String>,
    /// Binds the second device; gone once it is detached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_device_token: Option<String>,
    /// What WebAuthn yielded, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "yield")]
    pub yielded: Option<Yield>,
    /// When it began.
    pub created_at: Instant,
    /// When it ends.
    pub expires_at: Instant,
}

impl Record for AuthSession {
    fn key(&self) -> &str {
        &self.auth_session_id
    }

    fn age(&self) -> i64 {
        self.created_at.as_millis()
    }

    fn gone_at(&self) -> Option<Instant> {
        Some(self.expires_at.after(KEPT_AFTER_EXPIRY))
    }

    fn to_json(&self) -> Value {
        plausible::json(self)
    }
}

/// What happens to a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The client's backend lets a user register.
    Authorize {
        /// Under this name.
        username: String,
    },
    /// A second device joins.
    Attach {
        /// Its binding token.
        token: String,
    },
    /// The user registers a credential.
    Register {
        /// Under this name.
        username: String,
        /// Who that is.
        user_id: String,
        /// What is yielded.
        auth_code: String,
    },
    /// The user authenticates with a credential.
    Authenticate {
        /// Who that is.
        user_id: String,
        /// What is yielded.
        auth_code: String,
    },
    /// The second device leaves.
    Detach,
    /// The authorization code is exchanged for tokens.
    Exchange,
}

/// Why an event can not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The session has expired.
    Expired,
    /// The session is in another state.
    WrongState,
    /// A second device is attached already.
    AlreadyAttached,
    /// The session is authorized already.
    AlreadyAuthorized,
    /// The session serves authentication alone.
    NotAuthorized,
    /// The session was authorized for another username.
    OtherUsername,
}

impl AuthSession {
    /// Whether the values are such as records of our own making have.
    fn check(&self) -> Result<(), String> {
        plausible::texts(&[
            ("auth_session_id", &self.auth_session_id),
            ("client_id", &self.client_id),
        ])?;
        if let Some(yielded) = &self.yielded {
            plausible::texts(&[
                ("yield.auth_code", &yielded.auth_code),
                ("yield.user_id", &yielded.user_id),
            ])?;
        }
        plausible::instants(&[("created_at", self.created_at), ("expires_at", self.expires_at)])
    }

    /// Whether the session has ended by the clock.
    #[must_use]
    pub fn is_expired(&self, now: Instant) -> bool {
        now >= self.expires_at
    }

    /// The session after `event`, or why that can not happen.
    ///
    /// # Errors
    ///
    /// [`Refused`]; the session is then as it was.
    pub fn after(&self, event: Event, now: Instant) -> Result<Self, Refused> {
        // The code outlives its session, so exchanging is the one thing that expiry leaves.
        if self.is_expired(now) && event != Event::Exchange {
            return Err(Refused::Expired);
        }
        let mut next = self.clone();
        match event {
            Event::Authorize { username } => {
                if self.username.is_some() {
                    return Err(Refused::AlreadyAuthorized);
                }
                self.demand_unfinished()?;
                next.username = Some(username);
            }
            Event::Attach { token } => {
                if self.session_status == SessionStatus::Completed {
                    return Err(Refused::WrongState);
                }
                match self.cross_device_status {
                    CrossDeviceStatus::PendingAttachment => self.demand_unfinished()?,
                    CrossDeviceStatus::Attached
                    | CrossDeviceStatus::Registered
                    | CrossDeviceStatus::Authenticated => return Err(Refused::AlreadyAttached),
                    CrossDeviceStatus::Completed => return Err(Refused::WrongState),
                }
                next.cross_device_status = CrossDeviceStatus::Attached;
                next.second_device_token = Some(token);
            }
            Event::Register { username, user_id, auth_code } => {
                match &self.username {
                    None => return Err(Refused::NotAuthorized),
                    Some(own) if *own != username => return Err(Refused::OtherUsername),
                    Some(_) => {}
                }
                next.finish(CrossDeviceStatus::Registered, user_id, auth_code)?;
            }
            Event::Authenticate { user_id, auth_code } => {
                next.finish(CrossDeviceStatus::Authenticated, user_id, auth_code)?;
            }
            Event::Detach => {
                match self.cross_device_status {
                    CrossDeviceStatus::Attached
                    | CrossDeviceStatus::Registered
                    | CrossDeviceStatus::Authenticated => {}
                    CrossDeviceStatus::PendingAttachment | CrossDeviceStatus::Completed => {
                        return Err(Refused::WrongState);
                    }
                }
                next.cross_device_status = CrossDeviceStatus::Completed;
                next.second_device_token = None;
            }
            Event::Exchange => next.session_status = SessionStatus::Completed,
        }
        Ok(next)
    }

    /// What `status` shows of the yield: only what came from the second device.
    #[must_use]
    pub fn cross_device_code(&self) -> Option<&str> {
        self.yielded
            .as_ref()
            .filter(|yielded| yielded.device == Device::Second)
            .map(|yielded| yielded.auth_code.as_str())
    }

    fn demand_unfinished(&self) -> Result<(), Refused> {
        let is_unfinished =
            self.session_status == SessionStatus::InProgress && self.yielded.is_none();
        if is_unfinished { Ok(()) } else { Err(Refused::WrongState) }
    }

    /// Notes what WebAuthn yielded, on whichever device has the session now.
    fn finish(
        &mut self,
        status: CrossDeviceStatus,
        user_id: String,
        auth_code: String,
    ) -> Result<(), Refused> {
        self.demand_unfinished()?;
        let device = match self.cross_device_status {
            CrossDeviceStatus::PendingAttachment => Device::First,
            CrossDeviceStatus::Attached => Device::Second,
            CrossDeviceStatus::Registered
            | CrossDeviceStatus::Authenticated
            | CrossDeviceStatus::Completed => return Err(Refused::WrongState),
        };
        if device == Device::Second {
            self.cross_device_status = status;
        }
        self.yielded = Some(Yield { auth_code, user_id, device });
        Ok(())
    }
}
