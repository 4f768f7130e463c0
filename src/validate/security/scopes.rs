//! Scopes: whether a token that can be read carries those that an operation demands.

use serde_json::Value;

use crate::token;

/// Whether the token says that it lacks one of these scopes.
///
/// A token that is opaque, or names no scopes, lacks nothing that could be seen. Its signature is
/// the API's own question.
///
/// # Shapes
///
/// | claims                         | demanded       | lacks |
/// |--------------------------------|----------------|-------|
/// | `{"scope": "read write"}`      | `read`         | no    |
/// | `{"scp": ["read"]}`            | `write`        | yes   |
/// | `{"scp": "read"}`              | `read`         | no    |
/// | `{"sub": "ada"}`               | `read`         | no    |
/// | none, the token is opaque      | `read`         | no    |
///
/// # Source
///
/// RFC 9068, section 2.2.3, and RFC 8693, section 4.2 (`scope`, with spaces between); `scp` is what
/// Entra ID and Okta write.
#[must_use]
pub fn lacks(bearer: &str, demanded: &[String]) -> bool {
    if demanded.is_empty() {
        return false;
    }
    let Some((_, claims)) = token::decode_unverified(bearer) else { return false };
    let named = [claims.get("scope"), claims.get("scp")];
    if named.iter().all(Option::is_none) {
        return false;
    }
    let has = |scope: &str| named.into_iter().flatten().any(|claim| is_in(claim, scope));
    !demanded.iter().all(|scope| has(scope))
}

fn is_in(claim: &Value, scope: &str) -> bool {
    match claim {
        Value::String(text) => text.split(' ').any(|named| named == scope),
        Value::Array(items) => items.iter().any(|item| item.as_str() == Some(scope)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}
