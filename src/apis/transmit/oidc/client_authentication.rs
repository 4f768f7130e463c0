//! Which client asks for tokens, by the body or by HTTP Basic (RFC 6749, section 2.3.1).

use std::borrow::Cow;

use http::HeaderValue;
use http::header::AUTHORIZATION;
use percent_encoding::percent_decode_str;
use ring::digest;

use crate::apis::AuthMode;
use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::transmit::authorization_code::AUTHORIZATION_CODES;
use crate::apis::transmit::authorization_code::AuthorizationCode;
use crate::apis::transmit::client;
use crate::apis::transmit::client::Found;
use crate::apis::transmit::oidc;
use crate::apis::transmit::refresh_token::REFRESH_TOKENS;
use crate::apis::transmit::refresh_token::RefreshToken;
use crate::apis::transmit::seed;
use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::generated::transmit_oidc::types::TokenRequest;
use crate::pointer::Pointer;
use crate::store::Transaction;

/// The client that proved itself.
///
/// Where nothing is checked, it is the one that the grant belongs to, whoever asks. Else a client of
/// the state has to show its secret; one that the lenient mode makes up may have any.
pub(crate) fn client(
    call: &Call<'_>,
    transaction: &mut Transaction<'_>,
    request: &TokenRequest,
) -> Result<Found, Reply> {
    let mode = call.settings.auth;
    let in_body = request.client_id.as_deref().map(String::as_str);
    let basic = call.credentials.basic.as_ref();
    if mode == AuthMode::Off {
        let in_basic = basic.map(|(id, _)| decode(id));
        let meant = owner(transaction, request)
            .or_else(|| in_basic.as_deref().or(in_body).map(str::to_owned))
            .unwrap_or_else(|| seed::CLIENT.to_owned());
        return client::find(transaction, mode, &meant).ok_or_else(oidc::not_authenticated);
    }
    if basic.is_none() && tries_basic(call) {
        return Err(oidc::not_authenticated().report(unreadable_basic()));
    }
    if basic.is_some() && request.client_secret.is_some() {
        return Err(oidc::bad_request("multiple_client_authentication"));
    }
    let (client_id, secret) = match basic {
        Some((id, secret)) => (Some(decode(id)), Some(decode(secret))),
        None => (in_body.map(Cow::Borrowed), request.client_secret.as_deref().map(Cow::Borrowed)),
    };
    let refused = oidc::not_authenticated;
    let client_id = client_id.ok_or_else(|| {
        refused().report(oidc::missing("client_id", "a client that shows itself in the body"))
    })?;
    if in_body.is_some_and(|named| named != client_id) {
        return Err(oidc::bad_request("multiple_client_authentication"));
    }
    let found = client::find(transaction, mode, &client_id).ok_or_else(refused)?;
    let is_proved = match &found {
        Found::Unlisted(_) => true,
        Found::Listed(client) => {
            secret.is_some_and(|secret| is_same(&secret, &client.client_secret))
        }
    };
    if is_proved { Ok(found) } else { Err(refused()) }
}

/// The client that the code or the refresh token of a request was given to.
fn owner(transaction: &mut Transaction<'_>, request: &TokenRequest) -> Option<String> {
    let code = request.code.as_deref().and_then(|code| {
        transaction
            .get::<AuthorizationCode>(&AUTHORIZATION_CODES, code)
            .map(|code| code.client_id.clone())
    });
    code.or_else(|| {
        let token = request.refresh_token.as_deref()?;
        transaction.get::<RefreshToken>(&REFRESH_TOKENS, token).map(|token| token.client_id.clone())
    })
}

/// Whether the call names the scheme of HTTP Basic, with whatever behind it.
fn tries_basic(call: &Call<'_>) -> bool {
    let sent = call.headers.get(AUTHORIZATION).map(HeaderValue::as_bytes).unwrap_or_default();
    let scheme = sent.split(|&byte| byte == b' ').next().unwrap_or_default();
    scheme.eq_ignore_ascii_case(b"basic")
}

/// The schema can not say it: no credentials at all are good as well.
fn unreadable_basic() -> Violation {
    let title = "the credentials of HTTP Basic can not be read";
    let mut violation = Violation::new(&rule::CREDENTIALS_MALFORMED, Location::Header, title);
    violation.name = Some("authorization".to_owned());
    violation.place = Pointer::new("/components/securitySchemes/ClientBasic");
    violation.expected = Some("base64 of `client_id:client_secret`".to_owned());
    violation
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
