//! Which client asks for tokens, by the body or by HTTP Basic (RFC 6749, section 2.3.1).

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use ring::digest;

use crate::apis::AuthMode;
use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::transmit::client;
use crate::apis::transmit::client::Found;
use crate::apis::transmit::oidc;
use crate::generated::transmit_oidc::types::TokenRequest;
use crate::store::Transaction;

/// The client that proved itself.
///
/// A client of the state has to show its secret; one that the lenient mode makes up may have any.
pub(crate) fn client(
    call: &Call<'_>,
    transaction: &mut Transaction<'_>,
    request: &TokenRequest,
) -> Result<Found, Reply> {
    let in_body = request.client_id.as_deref().map(String::as_str);
    let basic = call.credentials.basic.as_ref();
    if basic.is_some() && request.client_secret.is_some() {
        return Err(oidc::bad_request("multiple_client_authentication"));
    }
    let (client_id, secret) = match basic {
        Some((id, secret)) => (Some(decode(id)), Some(decode(secret))),
        None => (in_body.map(Cow::Borrowed), request.client_secret.as_deref().map(Cow::Borrowed)),
    };
    let refused = oidc::not_authenticated;
    let client_id = client_id.ok_or_else(refused)?;
    if in_body.is_some_and(|named| named != client_id) {
        return Err(oidc::bad_request("multiple_client_authentication"));
    }
    let mode = call.settings.auth;
    let found = client::find(transaction, mode, &client_id).ok_or_else(refused)?;
    let is_proved = match (&found, mode) {
        (_, AuthMode::Off) | (Found::Unlisted(_), _) => true,
        (Found::Listed(client), AuthMode::Lenient | AuthMode::Strict) => {
            secret.is_some_and(|secret| is_same(&secret, &client.client_secret))
        }
    };
    if is_proved { Ok(found) } else { Err(refused()) }
}

/// Undoes the form encoding that the standard puts under HTTP Basic.
fn decode(text: &str) -> Cow<'_, str> {
    let spaced = text.replace('+', " ");
    Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
}

/// Compares digests, whose first difference tells nothing of the secret.
fn is_same(sent: &str, own: &str) -> bool {
    let digest = |text: &str| digest::digest(&digest::SHA256, text.as_bytes());
    digest(sent).as_ref() == digest(own).as_ref()
}
