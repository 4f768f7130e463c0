//! `startRestrictedAuthSession`: a browser begins; only authentication and recovery are possible.

use http::StatusCode;

use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::transmit::ApprovalData;
use crate::apis::transmit::auth_sessions::begin;
use crate::apis::transmit::auth_sessions::lookup;
use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::mask;
use crate::finding::rule;
use crate::generated::transmit_auth_sessions::types::StartRestrictedAuthSessionRequest;
use crate::pointer::Pointer;
use crate::store::Transaction;

/// Starts the session and binds the browser to it.
pub(crate) fn operate(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Reply {
    start(call, transaction).unwrap_or_else(|refused| refused)
}

fn start(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Result<Reply, Reply> {
    let content = || Reply::example(StatusCode::BAD_REQUEST, "invalid_request_content");
    let request: StartRestrictedAuthSessionRequest = call.body_as().ok_or_else(content)?;
    if let Some(key) = request.approval_data.as_ref().and_then(odd_key) {
        let reply = Reply::example(StatusCode::BAD_REQUEST, "invalid_approval_data");
        return Err(reply.report(odd_key_violation(key)));
    }
    let client = lookup::client(transaction, call.settings.auth, &request.client_id)?;
    let redirect_uri = request.redirect_uri.as_deref().map(String::as_str);
    let lifetime = request.session_expiration.as_ref();
    let user_agent = call.arguments.header_text("User-Agent");
    let mut session = begin::blank(transaction, &client, redirect_uri, lifetime, user_agent)?;
    session.binding_message =
        request.cross_device.and_then(|cross_device| cross_device.binding_message);
    session.approval_data = request.approval_data;
    let token = transaction.uuid();
    session.first_device_token = Some(token.clone());
    let reply = begin::store(transaction, session);
    Ok(reply.header("set-device-binding-token", &token))
}

/// The first key that has a character which approval data may not have; OpenAPI 3.0 has no way to
/// say it of keys.
fn odd_key(approval_data: &ApprovalData) -> Option<&str> {
    let is_plain = |key: &str| {
        key.chars().all(|character| character.is_ascii_alphanumeric() || "_-.".contains(character))
    };
    approval_data.entries().map(|(key, _)| key).find(|key| !is_plain(key))
}

fn odd_key_violation(key: &str) -> Violation {
    let title = "a key of approval_data has other characters than letters, digits, _, - and .";
    let mut violation = Violation::new(&rule::REQUEST_BODY_MISMATCH, Location::Body, title);
    violation.instance = Pointer::root().child("approval_data");
    violation.keyword = "propertyNames".into();
    violation.place = Pointer::new("/components/schemas/ApprovalData");
    violation.got = Some(mask::shorten(key).into_owned());
    violation.expected = Some("keys of letters, digits, _, - and .".to_owned());
    violation
}

#[cfg(test)]
mod tests {
    use super::odd_key;

    #[test]
    fn keys_are_letters_digits_and_three_signs() {
        let odd = |keys: &[&'static str]| {
            let approval_data = keys.iter().map(|key| (*key, "")).collect();
            odd_key(&approval_data).map(str::to_owned)
        };
        assert_eq!(odd(&["a_b-c.d9", ""]), None);
        assert_eq!(odd(&["a", "b c"]).as_deref(), Some("b c"));
        assert_eq!(odd(&["ä"]).as_deref(), Some("ä"));
    }
}
