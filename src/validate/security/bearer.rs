//! `Authorization: Bearer …`.

use http::HeaderMap;

use crate::message::refusal::CredentialsProblem;
use crate::validate::security;

/// The token of a call.
///
/// Any text without spaces passes: vendors' keys are not always what RFC 6750 calls a token.
///
/// # Errors
///
/// [`CredentialsProblem`]: no header, another scheme, or no token.
///
/// # Source
///
/// RFC 6750, section 2.1; RFC 9110, section 11.1 (schemes compare without case).
pub fn read(headers: &HeaderMap) -> Result<&str, CredentialsProblem> {
    let token = security::authorization(headers, "bearer")?;
    let is_token = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    is_token.then_some(token).ok_or(CredentialsProblem::Malformed)
}
