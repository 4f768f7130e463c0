//! What an operation of a bundled API is given.

use std::sync::Arc;

use http::HeaderMap;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::clock::Instant;
use crate::json::View;
use crate::params::Arguments;
use crate::spec::Document;
use crate::spec::Operation;
use crate::token::SigningKey;
use crate::validate::Credentials;

/// How strictly credentials are checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthMode {
    /// Well-formed credentials pass; what standin issued is checked fully.
    #[default]
    Lenient,
    /// Only what is in the state or was issued passes.
    Strict,
    /// Nothing is checked.
    Off,
}

/// How the server was started, as far as APIs care.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How strictly credentials are checked.
    pub auth: AuthMode,
    /// The key that signs tokens.
    pub key: Arc<SigningKey>,
}

/// A validated call.
#[derive(Clone, Copy, Debug)]
pub struct Call<'c> {
    /// The description.
    pub document: &'c Document,
    /// The operation.
    pub operation: &'c Operation,
    /// The decoded parameters.
    pub arguments: &'c Arguments,
    /// The content as JSON.
    pub body: Option<View<'c>>,
    /// All header fields.
    pub headers: &'c HeaderMap,
    /// The raw path as it was called, base path and mount included.
    pub path: &'c str,
    /// The raw query, for keys that the document does not declare.
    pub query: Option<&'c str>,
    /// The credentials as sent.
    pub credentials: &'c Credentials,
    /// The claims of the bearer token, where it is a JSON Web Token that standin's key signed
    /// (whatever its expiry: that is the API's to judge by `now`).
    pub claims: Option<&'c Value>,
    /// Now.
    pub now: Instant,
    /// How the server was started.
    pub settings: &'c Settings,
}

impl Call<'_> {
    /// The content as a generated type; `None` where there is no content or it does not fit, which
    /// validation has ruled out for whatever the schema can say.
    #[must_use]
    pub fn body_as<T: serde::de::DeserializeOwned>(&self) -> Option<T> {
        self.body.and_then(|body| T::deserialize(body).ok())
    }
}
