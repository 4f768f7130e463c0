//! `RefreshSession`: an expired session token and a refresh token for a new session token.
//!
//! Every refusal is a 401 with a code of its own; [`examine`] finds the first that applies.

use std::sync::Arc;

use http::StatusCode;
use ring::digest;
use serde_json::Value;
use serde_json::json;

use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::clerk::errors;
use crate::apis::clerk::lifecycle;
use crate::apis::clerk::operations::organization_of;
use crate::apis::clerk::operations::session_at;
use crate::apis::clerk::operations::token_id;
use crate::apis::clerk::record::EXCHANGED;
use crate::apis::clerk::record::Exchanged;
use crate::apis::clerk::record::REFRESH_TOKENS;
use crate::apis::clerk::record::RefreshToken;
use crate::apis::clerk::record::SESSIONS;
use crate::apis::clerk::record::Session;
use crate::apis::clerk::record::USERS;
use crate::apis::clerk::record::User;
use crate::apis::clerk::token::Category;
use crate::apis::clerk::token::session;
use crate::apis::clerk::version::ApiVersion;
use crate::apis::clerk::view;
use crate::generated::clerk_sessions::types::RefreshFormat;
use crate::generated::clerk_sessions::types::RefreshSessionRequest;
use crate::store::Transaction;

/// How old a token may be and still be exchanged: as old as a session gets.
pub(in crate::apis::clerk) const OLDEST_TOKEN_MILLIS: i64 = 7 * 24 * 60 * 60 * 1000;

/// What an exchange goes by once nothing speaks against it.
struct Exchange {
    session: Arc<Session>,
    origin: String,
    digest: String,
}

pub(super) fn refresh(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Reply {
    let Some(asked) = call.body_as::<RefreshSessionRequest>() else {
        let status = StatusCode::BAD_REQUEST;
        return errors::error(call, transaction, status, "request_body_invalid", &[]);
    };
    let id = call.arguments.path_text("session_id").unwrap_or_default();
    let exchange = match examine(call, transaction, id, &asked) {
        Ok(exchange) => exchange,
        Err(example) => {
            let status = StatusCode::UNAUTHORIZED;
            return errors::error(call, transaction, status, example, &[("id", id)]);
        }
    };
    transaction.put(&EXCHANGED, Exchanged { digest: exchange.digest, at: call.now });
    let mut session = exchange.session;
    Arc::make_mut(&mut session).last_active_at = call.now.as_millis();
    transaction.put_shared(&SESSIONS, &session);
    let organization = organization_of(&session, transaction);
    let making = session::Making {
        session: &session,
        organization: organization.as_ref().map(|(organization, member)| (&**organization, member)),
        origin: Some(&exchange.origin),
        lifetime: None,
        id: &token_id(transaction),
        now: call.now,
    };
    let claims = session::claims(making, ApiVersion::of(call).has_second_tokens());
    match asked.format {
        Some(RefreshFormat::Cookie) => cookies(call, &claims),
        Some(RefreshFormat::Token) | None => {
            Reply::ok(&view::token()).token("/jwt", Category::Session.header(), claims)
        }
    }
}

/// The first refusal that applies, by its example's name, or what to go by.
fn examine(
    call: &Call<'_>,
    transaction: &mut Transaction<'_>,
    id: &str,
    asked: &RefreshSessionRequest,
) -> Result<Exchange, &'static str> {
    let origin = origin(&asked.request_origin).ok_or("refresh_request_origin_invalid")?;
    let claims = call.settings.key.verify(&asked.expired_token);
    let claims = claims.map_err(|_| "expired_session_token_invalid")?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let number = |name: &str| claims.get(name).and_then(Value::as_i64);
    let azp = text("azp").ok_or("expired_session_token_missing_azp")?;
    if self::origin(azp).as_deref() != Some(&*origin) {
        return Err("refresh_request_origin_azp_mismatch");
    }
    if text("sid").ok_or("expired_session_token_missing_sid")? != id {
        return Err("refresh_sid_mismatch");
    }
    let issued = number("iat").ok_or("session_refresh_expired_session_token_missing_iat")?;
    let age = call.now.as_millis().saturating_sub(issued.saturating_mul(1000));
    if age > OLDEST_TOKEN_MILLIS {
        return Err("session_refresh_expired_session_token_too_old");
    }
    let Some(session) = session_at(transaction, id, call.now) else {
        return Err("session_refresh_session_not_found");
    };
    let refresh: Option<Arc<RefreshToken>> = transaction.get(&REFRESH_TOKENS, id);
    if refresh.is_none_or(|refresh| refresh.token != asked.refresh_token) {
        let mut others = transaction.list::<RefreshToken>(&REFRESH_TOKENS).into_iter();
        let is_anothers = others.any(|other| other.token == asked.refresh_token);
        return Err(if is_anothers { "refresh_token_unfit" } else { "refresh_token_not_found" });
    }
    if !lifecycle::is_running(session.status) {
        return Err("session_refresh_inactive_session");
    }
    if transaction.get::<User>(&USERS, &session.user_id).is_none() {
        return Err("session_refresh_user_not_found");
    }
    let digest = digest::digest(&digest::SHA256, asked.expired_token.as_bytes());
    let digest = errors::hexadecimal(digest.as_ref());
    if transaction.get::<Exchanged>(&EXCHANGED, &digest).is_some() {
        return Err("session_refresh_expired_session_token_consumed");
    }
    if number("exp").is_none_or(|expires| call.now.as_secs() < expires) {
        return Err("session_refresh_session_token_ineligible");
    }
    Ok(Exchange { session, origin: azp.to_owned(), digest })
}

/// Scheme, host and port of an address, in lower case; `None` where it is none.
fn origin(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let is_host = !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte));
    (is_scheme && is_host).then(|| format!("{scheme}://{host}").to_ascii_lowercase())
}

/// The cookies that carry the new token. They hold it inside other text, so it is signed here.
fn cookies(call: &Call<'_>, claims: &Value) -> Reply {
    let signed = call.settings.key.sign(&Category::Session.header(), claims);
    let kept = "Path=/; Max-Age=31536000; SameSite=Lax";
    let signed_in_at = claims.get("iat").and_then(Value::as_i64).unwrap_or_default();
    let cookies = json!({
        "object": "cookies",
        "cookies": [
            format!("__session={signed}; {kept}"),
            format!("__client_uat={signed_in_at}; {kept}"),
        ],
    });
    Reply::ok(&cookies).resting_on("refreshed_cookies")
}

#[cfg(test)]
mod tests {
    use super::origin;

    #[test]
    fn origins_are_read_without_what_follows_them() {
        assert_eq!(origin("http://LOCALHOST:3000/x?y"), Some("http://localhost:3000".to_owned()));
        assert_eq!(origin("my-app://localhost"), Some("my-app://localhost".to_owned()));
        for wrong in ["", "localhost", "://x", "http://", "http:// x", "1://x"] {
            assert_eq!(origin(wrong), None, "{wrong}");
        }
    }
}
