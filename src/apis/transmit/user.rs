//! Users of the tenant: who registers, authenticates and holds sessions.

use std::sync::Arc;

use http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::apis::AuthMode;
use crate::apis::Reply;
use crate::apis::plausible;
use crate::store::Collection;
use crate::store::Record;
use crate::store::Transaction;

/// The users.
pub(crate) static USERS: Collection = Collection {
    name: "users",
    key: "user_id",
    indexes: &["username"],
    capacity: 10_000,
    read: |record| plausible::read(record, User::check),
};

/// A user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct User {
    /// The vendor's id.
    pub(crate) user_id: String,
    /// The name that WebAuthn credentials are registered under.
    pub(crate) username: String,
    /// The primary address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
}

impl User {
    /// Whether the values are such as records of our own making have.
    fn check(&self) -> Result<(), String> {
        plausible::texts(&[("user_id", &self.user_id), ("username", &self.username)])
    }
}

impl Record for User {
    fn key(&self) -> &str {
        &self.user_id
    }

    fn index(&self, number: usize) -> Option<&str> {
        match number {
            0 => Some(&self.username),
            _ => None,
        }
    }

    fn to_json(&self) -> Value {
        plausible::json(self)
    }
}

/// Finds the user that an action names, by id or by username.
///
/// Where both are named they have to be of one user. There is no action that makes users, so an
/// unknown one is made on the spot, unless the mode is strict. The answer says what to do
/// otherwise.
pub(crate) fn find_or_make(
    transaction: &mut Transaction<'_>,
    mode: AuthMode,
    user_id: Option<&str>,
    username: Option<&str>,
) -> Result<Arc<User>, Reply> {
    let by_name = username
        .and_then(|name| transaction.find::<User>(&USERS, "username", name).into_iter().next());
    let by_id = user_id.and_then(|id| transaction.get::<User>(&USERS, id));
    let is_mismatched = match (&by_id, username) {
        (Some(user), Some(name)) => user.username != name,
        // An id of nobody yet, with a name that somebody has: two users as well.
        (None, Some(_)) => user_id.is_some() && by_name.is_some(),
        (_, None) => false,
    };
    let known = match (user_id, username) {
        _ if is_mismatched => {
            return Err(Reply::problem(
                StatusCode::CONFLICT,
                "user-mismatch",
                "user_id and username are of two users: name one of them, or both of one",
            ));
        }
        (Some(_), _) => by_id,
        (None, Some(_)) => by_name,
        (None, None) => {
            return Err(Reply::problem(
                StatusCode::UNPROCESSABLE_ENTITY,
                "user-missing",
                "name the user with user_id or username",
            ));
        }
    };
    match known {
        Some(user) => Ok(user),
        None if mode == AuthMode::Strict => Err(Reply::problem(
            StatusCode::NOT_FOUND,
            "user-unknown",
            "there is no such user in the state, and --auth strict makes none",
        )),
        None => {
            let user_id = match user_id {
                Some(id) => id.to_owned(),
                None => format!("user_{}", transaction.base62(16)),
            };
            let username = username.map_or_else(|| user_id.clone(), str::to_owned);
            let user = Arc::new(User { user_id, username, email: None });
            transaction.put_shared(&USERS, &user);
            Ok(user)
        }
    }
}
