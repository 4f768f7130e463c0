//! A key pair that signs tokens and recognises its own.

use std::fmt;
use std::sync::{Arc, LazyLock};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::JwtSigner;
use ring::signature::{RsaKeyPair, RsaPublicKeyComponents};
use serde_json::{Map, Value};
use signature::{Signer, Verifier};

use super::pem;
use super::pem::KeyError;
use super::provider::{Rs256Signer, Rs256Verifier};
use super::test_key::TEST_KEY;
use super::{TokenError, part};

static BUILT_IN: LazyLock<Arc<SigningKey>> = LazyLock::new(|| {
    let pair = RsaKeyPair::from_der(&TEST_KEY).expect("the published test key is well-formed");
    Arc::new(SigningKey::new(pair))
});

/// A private RSA key with its public half.
pub struct SigningKey {
    pub(super) public: RsaPublicKeyComponents<Vec<u8>>,
    signer: Rs256Signer,
}

impl fmt::Debug for SigningKey {
    /// Shows how long the key is, never the key.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SigningKey(RSA, {} bits)", self.public.n.len() * 8)
    }
}

impl SigningKey {
    fn new(pair: RsaKeyPair) -> Self {
        let public = RsaPublicKeyComponents::from(pair.public());
        Self { public, signer: Rs256Signer { pair: Arc::new(pair) } }
    }

    /// The published test key, which every standin uses unless another is given.
    ///
    /// Everybody has it: a token that it signed proves nothing outside a test.
    #[must_use]
    pub fn built_in() -> &'static Arc<Self> {
        &BUILT_IN
    }

    /// Reads a private RSA key from PEM: PKCS#1 (`RSA PRIVATE KEY`) or PKCS#8 (`PRIVATE KEY`).
    ///
    /// # Errors
    ///
    /// [`KeyError`] says what the file holds instead, and how to make a key.
    ///
    /// # Examples
    ///
    /// ```
    /// use standin::token::SigningKey;
    ///
    /// let error = SigningKey::from_pem(b"not a key").unwrap_err();
    /// assert!(error.to_string().contains("openssl genrsa 2048"));
    /// ```
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        pem::read(pem).map(Self::new)
    }

    /// Signs `claims` with RS256 and returns the compact form.
    ///
    /// Header and claims keep the order of their members. `alg` is written first unless `header`
    /// has it at another place; its value is `RS256` in any case. The same input gives the same
    /// token, always.
    ///
    /// # Examples
    ///
    /// ```
    /// use serde_json::{Map, json};
    /// use standin::token::SigningKey;
    ///
    /// let key = SigningKey::built_in();
    /// let token = key.sign(&Map::new(), &json!({"sub": "user_1"}));
    /// assert_eq!(key.verify(&token), Ok(json!({"sub": "user_1"})));
    /// ```
    ///
    /// # Source
    ///
    /// RFC 7515, section 7.1 (compact serialisation) and RFC 7518, section 3.3 (RS256).
    #[must_use]
    pub fn sign(&self, header: &Map<String, Value>, claims: &Value) -> String {
        let mut named = Map::new();
        named.insert("alg".to_owned(), Value::Null);
        if header.contains_key("alg") {
            named.clear();
        }
        named.extend(header.clone());
        named.insert("alg".to_owned(), serde_json::json!(self.signer.algorithm()));
        let mut token = URL_SAFE_NO_PAD.encode(Value::Object(named).to_string());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(claims.to_string(), &mut token);
        let signature = self.signer.sign(token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        token
    }

    /// Reads the claims of a token that this key signed, whatever its expiry.
    ///
    /// Expiry is left to the caller, who has the mock's clock.
    ///
    /// # Errors
    ///
    /// [`TokenError`] when the token is malformed, of another algorithm or of another key.
    pub fn verify(&self, token: &str) -> Result<Value, TokenError> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| {
            // An algorithm that the library doesn't know (`none`) fails there already.
            match super::decode_unverified(token) {
                Some((header, _)) if header["alg"].is_string() => TokenError::WrongAlgorithm,
                Some(_) | None => TokenError::Malformed,
            }
        })?;
        let (message, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (_, claims) = message.split_once('.').ok_or(TokenError::Malformed)?;
        let claims = part(claims).ok_or(TokenError::Malformed)?;
        if header.alg != self.signer.algorithm() {
            return Err(TokenError::WrongAlgorithm);
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| TokenError::Malformed)?;
        Rs256Verifier { public: &self.public }
            .verify(message.as_bytes(), &signature)
            .map_err(|_| TokenError::WrongSignature)?;
        Ok(claims)
    }
}
