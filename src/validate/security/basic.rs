//! `Authorization: Basic …`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;

use crate::message::refusal::CredentialsProblem;
use crate::validate::security;

/// User and password of a call, as they were encoded: OAuth's form-encoding inside is not undone.
///
/// # Errors
///
/// [`CredentialsProblem`]: no header, another scheme, or no `user:password` in base64.
///
/// # Source
///
/// RFC 7617, section 2.
pub fn read(headers: &HeaderMap) -> Result<(String, String), CredentialsProblem> {
    let encoded = security::authorization(headers, "basic")?;
    let decoded = STANDARD.decode(encoded).map_err(|_| CredentialsProblem::Malformed)?;
    let text = String::from_utf8(decoded).map_err(|_| CredentialsProblem::Malformed)?;
    let (user, password) = text.split_once(':').ok_or(CredentialsProblem::Malformed)?;
    Ok((user.to_owned(), password.to_owned()))
}
