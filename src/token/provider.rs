//! RS256 on `ring`, behind the extension point of `jsonwebtoken`.
//!
//! Only the traits [`JwtSigner`] and [`JwtVerifier`] are used, never the provider of the whole
//! process: a program that embeds standin may have installed its own there, for algorithms that
//! a mock doesn't know. A signer holds the parsed key, so that signing parses nothing.

use std::sync::Arc;

use jsonwebtoken::Algorithm;
use jsonwebtoken::crypto::{JwtSigner, JwtVerifier};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use ring::signature::{RsaKeyPair, RsaPublicKeyComponents};
use signature::{Error, Signer, Verifier};

/// Signs with a key that is already parsed.
pub(super) struct Rs256Signer {
    pub(super) pair: Arc<RsaKeyPair>,
}

impl Signer<Vec<u8>> for Rs256Signer {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let mut signature = vec![0; self.pair.public().modulus_len()];
        // PKCS#1 v1.5 is deterministic; the random numbers blind the computation, not the result.
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| Error::new())?;
        Ok(signature)
    }
}

impl JwtSigner for Rs256Signer {
    fn algorithm(&self) -> Algorithm {
        Algorithm::RS256
    }
}

/// Verifies against the public half of a key.
pub(super) struct Rs256Verifier<'a> {
    pub(super) public: &'a RsaPublicKeyComponents<Vec<u8>>,
}

impl Verifier<Vec<u8>> for Rs256Verifier<'_> {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), Error> {
        self.public
            .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            .map_err(|_| Error::new())
    }
}

impl JwtVerifier for Rs256Verifier<'_> {
    fn algorithm(&self) -> Algorithm {
        Algorithm::RS256
    }
}
