//! `GetJWKS` and `GetPublicJWKS`: the key that verifies the instance's tokens.

use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::clerk::token::KEY_ID;
use crate::store::Transaction;

pub(super) fn get(call: &Call<'_>, _transaction: &mut Transaction<'_>) -> Reply {
    let key = call.settings.key.public_jwk(KEY_ID);
    Reply::ok(&serde_json::json!({ "keys": [key] }))
}
