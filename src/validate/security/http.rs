//! `Authorization` of any other scheme: `Digest …`, `DPoP …`, `Negotiate …`.

use http::HeaderMap;

use crate::message::refusal::CredentialsProblem;
use crate::validate::security;

/// The credentials behind the scheme's name, whatever they mean.
///
/// # Errors
///
/// [`CredentialsProblem`]: no header, another scheme, or nothing behind its name.
///
/// # Source
///
/// RFC 9110, sections 11.1 and 11.4.
pub fn read<'h>(headers: &'h HeaderMap, scheme: &str) -> Result<&'h str, CredentialsProblem> {
    let credentials = security::authorization(headers, scheme)?;
    if credentials.is_empty() { Err(CredentialsProblem::Malformed) } else { Ok(credentials) }
}
