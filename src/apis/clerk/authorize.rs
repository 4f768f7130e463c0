//! Whether a caller may call, and whether what it asks for exists in the version that it names.

use http::StatusCode;

use crate::apis::AuthMode;
use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::clerk::errors;
use crate::apis::clerk::record::SECRET_KEYS;
use crate::apis::clerk::record::SecretKey;
use crate::apis::clerk::version;
use crate::apis::clerk::version::ApiVersion;
use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::store::Transaction;

/// Runs ahead of every operation, and ahead of whatever is wrong with the content: a retired
/// operation is gone for malformed calls too.
pub(super) fn authorize(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Result<(), Reply> {
    if !call.operation.security.is_empty() {
        check_key(call, transaction)?;
    }
    check_version(call, transaction)
}

fn check_key(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Result<(), Reply> {
    let Some(key) = call.credentials.bearer.as_deref() else {
        return match call.settings.auth {
            AuthMode::Off => Ok(()),
            AuthMode::Lenient | AuthMode::Strict => {
                let status = StatusCode::UNAUTHORIZED;
                Err(errors::error(call, transaction, status, "authentication_invalid", &[]))
            }
        };
    };
    let is_known = match call.settings.auth {
        AuthMode::Off => true,
        AuthMode::Lenient => is_secret_key(key),
        AuthMode::Strict => {
            is_secret_key(key) && transaction.get::<SecretKey>(&SECRET_KEYS, key).is_some()
        }
    };
    if is_known {
        return Ok(());
    }
    let status = StatusCode::UNAUTHORIZED;
    Err(errors::error(call, transaction, status, "clerk_key_invalid", &[]))
}

/// Whether the text has the form of a secret key.
pub(super) fn is_secret_key(text: &str) -> bool {
    let secret = text.strip_prefix("sk_test_").or_else(|| text.strip_prefix("sk_live_"));
    secret.is_some_and(|secret| {
        !secret.is_empty()
            && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
    })
}

fn check_version(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Result<(), Reply> {
    let named =
        (call.arguments.header_text(version::HEADER), call.arguments.query_text(version::QUERY));
    if let (Some(_), Some(_)) = named {
        let title = "the API version is given by header and by query";
        let mut violation = Violation::new(&rule::PARAMETER_MISMATCH, Location::Query, title);
        violation.name = Some(version::QUERY.to_owned());
        violation.place = call.operation.pointer.child("parameters");
        violation.help =
            Some(format!("leave out one of {} and {}", version::HEADER, version::QUERY));
        let values = [("reason", "given by header and by query")];
        let status = StatusCode::BAD_REQUEST;
        let reply = errors::error(call, transaction, status, "api_version_invalid", &values);
        return Err(reply.report(violation));
    }
    let asked = ApiVersion::of(call);
    if asked.has_retired(call.operation) {
        let title = format!("the operation is gone in API version {}", asked.0);
        let mut violation = Violation::new(&rule::OPERATION_RETIRED, Location::Target, title);
        violation.place = call.operation.pointer.child("x-standin-until");
        violation.help = Some("verify session tokens with the keys of GET /jwks".to_owned());
        let status = StatusCode::GONE;
        let reply = errors::error(call, transaction, status, "operation_deprecated", &[]);
        return Err(reply.report(violation));
    }
    Ok(())
}
