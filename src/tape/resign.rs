//! Tokens of a recording signed again, so that clients which verify them go on working.
//!
//! A recording has placeholders where tokens were, and beside them what the tokens said. Whoever
//! plays it calls [`resign`] on the answer that is about to be sent: every `{{jwt:1}}` in it becomes
//! a token of the same claims, signed with standin's own key, the same one for the same placeholder;
//! and where the answer lists the keys that tokens are verified with, they become that key, under
//! the names that the tokens name. Claims may be changed before they are signed, to move times.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bytes::Bytes;
use http::HeaderValue;
use serde_json::Map;
use serde_json::Value;

use crate::message::Answer;
use crate::message::Body;
use crate::tape::entry::Token;
use crate::token::SigningKey;

/// Signs the tokens of an answer again; `tokens` are those of its entry
/// ([`Own::tokens`](crate::tape::entry::Own::tokens)), `change` may change claims beforehand.
///
/// # Examples
///
/// ```
/// use http::{HeaderValue, StatusCode};
/// use serde_json::json;
/// use standin::message::Answer;
/// use standin::tape::{entry::Token, resign::resign};
/// use standin::token::SigningKey;
///
/// let claims = json!({"sub": "user_1"}).as_object().cloned().unwrap_or_default();
/// let tokens = [("jwt:1".to_owned(), Token { claims, ..Token::default() })].into();
/// let json = HeaderValue::from_static("application/json");
/// let mut answer = Answer::json(StatusCode::OK, json, json!({"jwt": "{{jwt:1}}"}));
/// resign(&mut answer, &tokens, SigningKey::built_in(), &mut |_| {});
/// let token = answer.body.value().and_then(|it| it["jwt"].as_str()).unwrap_or_default().to_owned();
/// assert_eq!(SigningKey::built_in().verify(&token), Ok(json!({"sub": "user_1"})));
/// ```
pub fn resign(
    answer: &mut Answer,
    tokens: &BTreeMap<String, Token>,
    key: &SigningKey,
    change: &mut dyn FnMut(&mut Map<String, Value>),
) {
    if !tokens.is_empty() {
        let signed: Vec<(String, String)> = tokens
            .iter()
            .map(|(name, token)| {
                let mut claims = token.claims.clone();
                change(&mut claims);
                let signed = key.sign(&token.header, &Value::Object(claims));
                (format!("{{{{{name}}}}}"), signed)
            })
            .collect();
        for value in answer.headers.values_mut() {
            if let Some(text) = value.to_str().ok().and_then(|text| replaced(text, &signed))
                && let Ok(text) = HeaderValue::from_str(&text)
            {
                *value = text;
            }
        }
        let text = std::str::from_utf8(answer.body.bytes()).ok();
        if let Some(text) = text.and_then(|text| replaced(text, &signed)) {
            set(answer, text);
        }
    }
    if let Some(keys) = keys(answer.body.bytes(), key) {
        set(answer, keys);
    }
}

/// A text with tokens in place of their placeholders; `None` where there is none.
fn replaced(text: &str, signed: &[(String, String)]) -> Option<String> {
    let mut text = Cow::Borrowed(text);
    for (placeholder, token) in signed {
        if text.contains(placeholder) {
            text = Cow::Owned(text.replace(placeholder, token));
        }
    }
    match text {
        Cow::Owned(text) => Some(text),
        Cow::Borrowed(_) => None,
    }
}

/// A list of keys (RFC 7517, section 5) with standin's own in the place of each that verifies.
fn keys(bytes: &[u8], key: &SigningKey) -> Option<String> {
    memchr::memmem::find(bytes, b"\"kty\"")?;
    let mut value: Value = serde_json::from_slice(bytes).ok()?;
    for each in value.get_mut("keys")?.as_array_mut()? {
        let verifies =
            each.get("kty").is_some_and(|kty| kty == "RSA" || kty == "EC" || kty == "OKP")
                && each.get("use").is_none_or(|used| used == "sig");
        if verifies {
            let kid = each.get("kid").and_then(Value::as_str).unwrap_or_default();
            *each = key.public_jwk(kid);
        }
    }
    Some(value.to_string())
}

fn set(answer: &mut Answer, text: String) {
    let value = match &answer.body {
        Body::Whole { value: Some(_), .. } | Body::Written(_) => serde_json::from_str(&text).ok(),
        Body::Whole { value: None, .. } | Body::Listed { .. } | Body::Empty | Body::Unread => None,
    };
    answer.body = Body::Whole { bytes: Bytes::from(text), value };
}
