//! Clients: the applications that call, and what each may do.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::apis::AuthMode;
use crate::apis::plausible;
use crate::store::Collection;
use crate::store::Record;
use crate::store::Transaction;

/// The clients.
pub(crate) static CLIENTS: Collection = Collection {
    name: "clients",
    key: "client_id",
    indexes: &[],
    capacity: 1_000,
    read: |record| plausible::read(record, Client::check),
};

/// What clients without a role are granted, in the notation of the API reference.
const EVERYTHING: [&str; 4] = ["apps:read", "apps:delete", "sessions:read", "sessions:delete"];

/// A client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Client {
    /// The vendor's id.
    pub(crate) client_id: String,
    /// What it proves itself with.
    pub(crate) client_secret: String,
    /// The application that it belongs to.
    pub(crate) app_id: String,
    /// The application's name.
    pub(crate) app_name: String,
    /// Where flows may end.
    pub(crate) redirect_uris: Vec<String>,
    /// Whether its WebAuthn configuration is complete.
    pub(crate) is_webauthn_configured: bool,
    /// The roles; none stands for one that may do everything.
    pub(crate) roles: Vec<Role>,
}

impl Record for Client {
    fn key(&self) -> &str {
        &self.client_id
    }

    fn to_json(&self) -> Value {
        plausible::json(self)
    }
}

/// A named set of permissions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Role {
    /// Its name.
    pub(crate) name: String,
    /// What it grants.
    pub(crate) permissions: Vec<String>,
}

/// Why a client can not begin a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// Its WebAuthn configuration is incomplete.
    Misconfigured,
    /// It has no redirect URI.
    WithoutRedirectUris,
    /// The redirect URI is not one of its own.
    ForeignRedirectUri,
}

impl Client {
    /// Whether the values are such as records of our own making have.
    fn check(&self) -> Result<(), String> {
        plausible::texts(&[("client_id", &self.client_id), ("app_id", &self.app_id)])
    }

    /// A client that the state does not have, as the lenient mode takes it.
    pub(crate) fn unlisted(client_id: &str) -> Self {
        Self {
            client_id: client_id.to_owned(),
            client_secret: String::new(),
            app_id: client_id.to_owned(),
            app_name: client_id.to_owned(),
            redirect_uris: Vec::new(),
            is_webauthn_configured: true,
            roles: Vec::new(),
        }
    }

    /// The union of what its roles grant.
    pub(crate) fn permissions(&self) -> Vec<String> {
        if self.roles.is_empty() {
            return EVERYTHING.iter().map(|&permission| permission.to_owned()).collect();
        }
        let mut union: Vec<String> = Vec::new();
        for permission in self.roles.iter().flat_map(|role| &role.permissions) {
            if !union.contains(permission) {
                union.push(permission.clone());
            }
        }
        union
    }

    /// The redirect URI that a flow ends at: the one asked for, else the first.
    pub(crate) fn redirect_uri(&self, asked: Option<&str>) -> Result<String, Unfit> {
        if !self.is_webauthn_configured {
            return Err(Unfit::Misconfigured);
        }
        let Some(first) = self.redirect_uris.first() else {
            return Err(Unfit::WithoutRedirectUris);
        };
        match asked {
            None => Ok(first.clone()),
            Some(asked) if self.redirect_uris.iter().any(|known| known == asked) => {
                Ok(asked.to_owned())
            }
            Some(_) => Err(Unfit::ForeignRedirectUri),
        }
    }
}

/// The client of that id: from the state, or made up unless the mode is strict.
pub(crate) fn find(
    transaction: &mut Transaction<'_>,
    mode: AuthMode,
    client_id: &str,
) -> Option<Found> {
    match transaction.get::<Client>(&CLIENTS, client_id) {
        Some(client) => Some(Found::Listed(client)),
        None if mode == AuthMode::Strict => None,
        None => Some(Found::Unlisted(client_id.to_owned())),
    }
}

/// A client, and whether the state has it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Found {
    /// It stands in the state and is held to what stands there.
    Listed(Arc<Client>),
    /// It was made up from its id: whatever it says of itself is believed.
    Unlisted(String),
}

impl Found {
    /// Its id.
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Listed(client) => &client.client_id,
            Self::Unlisted(id) => id,
        }
    }

    /// The client, wherever it comes from.
    pub(crate) fn client(&self) -> Cow<'_, Client> {
        match self {
            Self::Listed(client) => Cow::Borrowed(client),
            Self::Unlisted(id) => Cow::Owned(Client::unlisted(id)),
        }
    }

    /// The redirect URI that a flow ends at; anything goes for a client that is not listed.
    pub(crate) fn redirect_uri(&self, asked: Option<&str>) -> Result<Option<String>, Unfit> {
        match self {
            Self::Listed(client) => client.redirect_uri(asked).map(Some),
            Self::Unlisted(_) => Ok(asked.map(str::to_owned)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Client;
    use super::Unfit;

    #[test]
    fn a_redirect_uri_is_one_of_the_clients_own() {
        let mut client = Client::unlisted("c");
        assert_eq!(client.redirect_uri(None), Err(Unfit::WithoutRedirectUris));
        client.redirect_uris = vec!["https://a".to_owned(), "https://b".to_owned()];
        assert_eq!(client.redirect_uri(None).as_deref(), Ok("https://a"));
        assert_eq!(client.redirect_uri(Some("https://b")).as_deref(), Ok("https://b"));
        assert_eq!(client.redirect_uri(Some("https://c")), Err(Unfit::ForeignRedirectUri));
        client.is_webauthn_configured = false;
        assert_eq!(client.redirect_uri(None), Err(Unfit::Misconfigured));
    }
}
