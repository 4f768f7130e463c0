//! `oidcGetKeys`: the public key that verifies every token of this server.

use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::transmit::claims;
use crate::generated::transmit_oidc::types::JsonWebKey;
use crate::generated::transmit_oidc::types::JsonWebKeySet;
use crate::store::Transaction;

/// Gives the key set.
pub(crate) fn operate(call: &Call<'_>, _transaction: &mut Transaction<'_>) -> Reply {
    let key = call.settings.key.public_jwk(claims::KEY_ID);
    let key = serde_json::from_value::<JsonWebKey>(key).ok();
    Reply::ok(&JsonWebKeySet { keys: key.into_iter().collect() })
}
