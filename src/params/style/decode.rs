//! What is undone in a piece of text after it was taken apart: it depends on where it travelled.

use std::borrow::Cow;

use crate::params::style::Malformed;
use crate::route::template;

/// How the pieces of a place are decoded.
pub type Decode = for<'t> fn(&'t str) -> Result<Cow<'t, str>, Malformed>;

/// A piece of a path: the percent-encoding is undone, a plus is a plus.
///
/// # Errors
///
/// [`Malformed::Encoding`] where it can not be undone.
pub fn path(text: &str) -> Result<Cow<'_, str>, Malformed> {
    template::decode(text).map_err(|reason| Malformed::Encoding { reason })
}

/// A piece of a header field, or of a cookie that says it is not encoded: it stands for itself.
///
/// # Errors
///
/// None.
pub fn verbatim(text: &str) -> Result<Cow<'_, str>, Malformed> {
    Ok(Cow::Borrowed(text))
}
