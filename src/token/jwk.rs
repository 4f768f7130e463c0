//! The public half of a key as a JSON Web Key (RFC 7517), for the JWKS documents.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::SigningKey;

impl SigningKey {
    /// The public half as JWK, under the given key id.
    ///
    /// # Examples
    ///
    /// ```
    /// use standin::token::SigningKey;
    ///
    /// let jwk = SigningKey::built_in().public_jwk("ins_1");
    /// assert_eq!((&jwk["kid"], &jwk["kty"]), (&"ins_1".into(), &"RSA".into()));
    /// assert_eq!(jwk["e"], "AQAB");
    /// ```
    #[must_use]
    pub fn public_jwk(&self, kid: &str) -> Value {
        json!({
            "use": "sig",
            "kty": "RSA",
            "kid": kid,
            "alg": "RS256",
            "n": URL_SAFE_NO_PAD.encode(&self.public.n),
            "e": URL_SAFE_NO_PAD.encode(&self.public.e),
        })
    }
}
