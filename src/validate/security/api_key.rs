//! Keys of their own: a header field, a query key or a cookie.

use std::borrow::Cow;

use crate::message::Request;
use crate::message::refusal::CredentialsProblem;
use crate::params;
use crate::params::style::form;
use crate::spec::model::ParameterLocation;

/// The key of a call.
///
/// # Errors
///
/// [`CredentialsProblem`]: no such parameter, or an empty one, or one that is no text.
pub fn read<'r>(
    request: &'r Request,
    name: &str,
    location: ParameterLocation,
) -> Result<Cow<'r, str>, CredentialsProblem> {
    let found = match location {
        ParameterLocation::Header => {
            request.headers.get(name).map(|value| value.to_str().map(Cow::Borrowed).ok())
        }
        ParameterLocation::Query => {
            let pairs = request.query.as_deref().map(form::pairs).unwrap_or_default();
            let found = pairs.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| form::decode(value).ok())
        }
        ParameterLocation::Cookie => {
            let pairs = params::cookie_pairs(&request.headers);
            let found = pairs.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| form::decode_cookie(value).ok())
        }
        // No scheme has its key in the path.
        ParameterLocation::Path => None,
    };
    let key = found.ok_or(CredentialsProblem::Absent)?.ok_or(CredentialsProblem::Malformed)?;
    if key.is_empty() { Err(CredentialsProblem::Malformed) } else { Ok(key) }
}
