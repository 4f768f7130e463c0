//! JSON Web Tokens: what the mock signs, and how it knows its own again.
//!
//! One algorithm, RS256, because that is what both vendors use. Only structure and signature are
//! judged here; what the claims mean, and whether they have expired, is for the API that issued
//! them, by the mock's clock.

mod jwk;
mod key;
mod pem;
mod provider;
mod test_key;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

pub use key::SigningKey;
pub use pem::KeyError;

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not three parts of base64url JSON.
    #[error("not a JSON Web Token")]
    Malformed,
    /// Signed with another algorithm.
    #[error("signed with another algorithm than RS256")]
    WrongAlgorithm,
    /// The signature is not this key's.
    #[error("not signed by this key")]
    WrongSignature,
}

/// Reads header and claims without checking anything but their structure.
///
/// # Examples
///
/// ```
/// use serde_json::{Map, json};
/// use standin::token::{SigningKey, decode_unverified};
///
/// let token = SigningKey::built_in().sign(&Map::new(), &json!({"sid": "sess_1"}));
/// let (header, claims) = decode_unverified(&token).expect("a token");
/// assert_eq!(header, json!({"alg": "RS256"}));
/// assert_eq!(claims, json!({"sid": "sess_1"}));
/// assert_eq!(decode_unverified("header.claims.signature"), None);
/// ```
#[must_use]
pub fn decode_unverified(token: &str) -> Option<(Value, Value)> {
    let mut parts = token.split('.');
    let (header, claims, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    let done = parts.next().is_none();
    if done { Some((part(header)?, part(claims)?)) } else { None }
}

/// Decodes one part: base64url of a JSON object.
fn part(encoded: &str) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(encoded).ok()?;
    serde_json::from_slice(&bytes).ok().filter(Value::is_object)
}
