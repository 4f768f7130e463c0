//! What the Clerk family remembers: sessions, users, organizations, templates, keys and tokens.
//!
//! A session is kept as the newest API version shows it, in the generated type. What time does to
//! it and what older versions show of it is computed when somebody asks (`lifecycle`, `view`).

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::apis::clerk::authorize::is_secret_key;
use crate::apis::clerk::lifecycle::PURGED_AFTER;
use crate::apis::clerk::operations::refresh::OLDEST_TOKEN_MILLIS;
use crate::apis::clerk::token::template::RESERVED;
use crate::apis::kept::Kept;
use crate::apis::plausible;
use crate::clock::Instant;
use crate::generated::clerk_sessions::types;
pub(super) use crate::generated::clerk_sessions::types::SessionStatus as Status;
use crate::generated::clerk_sessions::types::SessionUserId;
use crate::store::Collection;
use crate::store::Record;

/// A session, with what versions without tasks and versions with them show of it.
pub(super) type Session = Kept<types::Session, 2>;

/// What an expired token of a session can be exchanged with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RefreshToken {
    /// The session.
    pub(super) session_id: String,
    /// The token.
    pub(super) token: String,
}

/// Why a user may not sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Bar {
    /// Banned by the application.
    Banned,
    /// Deactivated.
    Deactivated,
    /// Removed at the identity provider that the user comes from.
    Deprovisioned,
}

/// A user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct User {
    /// `user_…`.
    pub(super) id: SessionUserId,
    /// Why the user may not sign in; nothing: the user may.
    #[serde(default)]
    pub(super) bar: Option<Bar>,
    /// When the user came.
    pub(super) created_at: Instant,
    /// What templates can say of the user, by the shortcode's name.
    #[serde(default)]
    pub(super) attributes: Map<String, Value>,
}

/// A member of an organization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Member {
    /// The user.
    pub(super) user_id: String,
    /// The role, such as `org:admin`.
    pub(super) role: String,
    /// Permissions, such as `org:invoices:read`.
    #[serde(default)]
    pub(super) permissions: Vec<String>,
}

/// An organization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Organization {
    /// `org_…`.
    pub(super) id: String,
    /// Its name.
    pub(super) name: String,
    /// Its name in addresses.
    pub(super) slug: String,
    /// Who belongs to it.
    #[serde(default)]
    pub(super) members: Vec<Member>,
}

impl Organization {
    /// The user's membership.
    pub(super) fn member(&self, user_id: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.user_id == user_id)
    }
}

/// A JWT template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Template {
    /// Its name, unique.
    pub(super) name: String,
    /// Claims, with shortcodes.
    pub(super) claims: Map<String, Value>,
    /// How many seconds its tokens live.
    pub(super) lifetime: i64,
    /// By how many seconds `nbf` lies before `iat`.
    pub(super) allowed_clock_skew: i64,
}

/// A secret key that the instance knows; asked for in strict mode alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SecretKey {
    /// `sk_…`.
    pub(super) key: String,
}

/// A session token that was exchanged for a new one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exchanged {
    /// SHA-256 of the token, hexadecimal: the token itself is nobody's business.
    pub(super) digest: String,
    /// When it was exchanged.
    pub(super) at: Instant,
}

/// The first moment at which more than a period has passed.
const MOMENT: Duration = Duration::from_millis(1);

pub(super) static SESSIONS: Collection = Collection {
    name: "sessions",
    key: "id",
    indexes: &["user_id", "client_id"],
    capacity: 10_000,
    read: |record| plausible::read(record, session_is_plausible),
};

pub(super) static REFRESH_TOKENS: Collection = Collection {
    name: "refresh-tokens",
    key: "session_id",
    indexes: &[],
    capacity: 10_000,
    read: |record| {
        plausible::read(record, |refresh: &RefreshToken| {
            plausible::texts(&[("session_id", &refresh.session_id), ("token", &refresh.token)])
        })
    },
};

pub(super) static USERS: Collection = Collection {
    name: "users",
    key: "id",
    indexes: &[],
    capacity: 10_000,
    read: |record| {
        plausible::read(record, |user: &User| {
            plausible::instants(&[("created_at", user.created_at)])
        })
    },
};

pub(super) static ORGANIZATIONS: Collection = Collection {
    name: "organizations",
    key: "id",
    indexes: &[],
    capacity: 10_000,
    read: |record| plausible::read(record, organization_is_plausible),
};

pub(super) static TEMPLATES: Collection = Collection {
    name: "templates",
    key: "name",
    indexes: &[],
    capacity: 1_000,
    read: |record| plausible::read(record, template_is_plausible),
};

pub(super) static SECRET_KEYS: Collection = Collection {
    name: "secret-keys",
    key: "key",
    indexes: &[],
    capacity: 1_000,
    read: |record| {
        plausible::read(record, |known: &SecretKey| {
            let is_key = is_secret_key(&known.key);
            if is_key { Ok(()) } else { Err("key is no sk_test_… or sk_live_…".to_owned()) }
        })
    },
};

pub(super) static EXCHANGED: Collection = Collection {
    name: "exchanged-tokens",
    key: "digest",
    indexes: &[],
    capacity: 10_000,
    read: |record| plausible::read(record, exchange_is_plausible),
};

fn session_is_plausible(session: &Session) -> Result<(), String> {
    let at = Instant::from_millis;
    plausible::instants(&[
        ("last_active_at", at(session.last_active_at)),
        ("expire_at", at(session.expire_at)),
        ("abandon_at", at(session.abandon_at)),
        ("updated_at", at(session.updated_at)),
        ("created_at", at(session.created_at)),
    ])?;
    let sub = session.actor.as_ref().map(|actor| actor.get("sub").and_then(Value::as_str));
    match sub {
        Some(None | Some("")) => Err("the actor names no user by sub".to_owned()),
        Some(Some(_)) | None => Ok(()),
    }
}

fn organization_is_plausible(organization: &Organization) -> Result<(), String> {
    plausible::texts(&[("id", &organization.id)])?;
    let members = organization.members.iter();
    members
        .map(|member| ("members.user_id", &*member.user_id))
        .try_for_each(|named| plausible::texts(&[named]))
}

/// The bounds are the vendor's own.
fn template_is_plausible(template: &Template) -> Result<(), String> {
    plausible::texts(&[("name", &template.name)])?;
    plausible::between("lifetime", template.lifetime, 30, 315_360_000)?;
    plausible::between("allowed_clock_skew", template.allowed_clock_skew, 0, 300)?;
    match RESERVED.iter().find(|name| template.claims.contains_key(**name)) {
        Some(reserved) => Err(format!("no template can define the claim {reserved}")),
        None => Ok(()),
    }
}

fn exchange_is_plausible(exchanged: &Exchanged) -> Result<(), String> {
    plausible::instants(&[("at", exchanged.at)])?;
    let digest = exchanged.digest.as_bytes();
    let is_digest = digest.len() == 64 && digest.iter().all(u8::is_ascii_hexdigit);
    if is_digest { Ok(()) } else { Err("digest is no SHA-256 in hexadecimal".to_owned()) }
}

impl Record for Session {
    fn key(&self) -> &str {
        &self.id
    }

    fn index(&self, number: usize) -> Option<&str> {
        match number {
            0 => Some(&self.user_id),
            1 => Some(&self.client_id),
            _ => None,
        }
    }

    fn age(&self) -> i64 {
        self.created_at
    }

    fn gone_at(&self) -> Option<Instant> {
        let over_since = match self.status {
            Status::Active | Status::Pending => self.expire_at.min(self.abandon_at),
            Status::Revoked
            | Status::Ended
            | Status::Expired
            | Status::Removed
            | Status::Abandoned
            | Status::Replaced => self.updated_at,
        };
        Some(Instant::from_millis(over_since).after(PURGED_AFTER + MOMENT))
    }

    fn to_json(&self) -> Value {
        plausible::json(self)
    }
}

impl Record for RefreshToken {
    fn key(&self) -> &str {
        &self.session_id
    }

    fn to_json(&self) -> Value {
        plausible::json(self)
    }
}

impl Record for User {
    fn key(&self) -> &str {
        &self.id
    }

    fn age(&self) -> i64 {
        self.created_at.as_millis()
    }

    fn to_json(&self) -> Value {
        plausible::json(self)
    }
}

impl Record for Organization {
    fn key(&self) -> &str {
        &self.id
    }

    fn to_json(&self) -> Value {
        plausible::json(self)
    }
}

impl Record for Template {
    fn key(&self) -> &str {
        &self.name
    }

    fn to_json(&self) -> Value {
        plausible::json(self)
    }
}

impl Record for SecretKey {
    fn key(&self) -> &str {
        &self.key
    }

    fn to_json(&self) -> Value {
        plausible::json(self)
    }
}

impl Record for Exchanged {
    fn key(&self) -> &str {
        &self.digest
    }

    fn age(&self) -> i64 {
        self.at.as_millis()
    }

    fn gone_at(&self) -> Option<Instant> {
        Some(Instant::from_millis(self.at.as_millis().saturating_add(OLDEST_TOKEN_MILLIS + 1)))
    }

    fn to_json(&self) -> Value {
        plausible::json(self)
    }
}
