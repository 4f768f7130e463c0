//! The `simple` style: comma-separated values, in paths and header fields.

use std::borrow::Cow;

use crate::params::style::Malformed;
use crate::params::style::Members;
use crate::params::style::Wanted;
use crate::params::style::Written;

/// Takes a `simple` value apart.
///
/// Header fields are not percent-encoded, and the router has decoded path values, so the pieces are
/// taken as they stand; an encoded comma in a path therefore separates like any other.
///
/// # Shapes
///
/// | `text`      | wanted | `explode` | written                    |
/// |-------------|--------|-----------|----------------------------|
/// | `a,b`       | scalar | either    | `a,b`                      |
/// |             | list   | either    | an empty list              |
/// | `a, b`      | list   | either    | `a` and `b`                |
/// | `R,1,G,2`   | object | `false`   | `R` is `1`, `G` is `2`     |
/// | `R=1,G=2`   | object | `true`    | `R` is `1`, `G` is `2`     |
/// | `R,1,G`     | object | `false`   | [`Malformed::Unpaired`]    |
/// | `R=1,G`     | object | `true`    | [`Malformed::Unpaired`]    |
///
/// # Errors
///
/// [`Malformed::Unpaired`] where a member of an object has no value.
///
/// # Examples
///
/// ```
/// use standin::params::style::{Malformed, Wanted, Written, simple};
///
/// let list = simple::split("a, b", Wanted::List, false)?;
/// assert_eq!(list, Written::List(vec!["a".into(), "b".into()]));
/// assert_eq!(simple::split("R,1,G", Wanted::Object, false), Err(Malformed::Unpaired));
/// # Ok::<(), Malformed>(())
/// ```
///
/// # Source
///
/// OpenAPI 3.0.4, *Style Values*; RFC 6570, section 3.2.2 (simple expansion).
pub fn split(text: &str, wanted: Wanted, explode: bool) -> Result<Written<'_>, Malformed> {
    let pieces = || text.split(',').map(str::trim).filter(|_| !text.trim().is_empty());
    match wanted {
        Wanted::Scalar => Ok(Written::Scalar(Cow::Borrowed(text))),
        Wanted::List => Ok(Written::List(pieces().map(Cow::Borrowed).collect())),
        Wanted::Object if explode => pieces()
            .map(|piece| piece.split_once('=').ok_or(Malformed::Unpaired))
            .map(|pair| pair.map(|(name, value)| (Cow::Borrowed(name), Cow::Borrowed(value))))
            .collect::<Result<_, _>>()
            .map(Written::Object),
        Wanted::Object => pair_up(pieces().map(Cow::Borrowed)).map(Written::Object),
    }
}

/// Reads names and values that follow each other.
pub(super) fn pair_up<'t>(
    mut pieces: impl Iterator<Item = Cow<'t, str>>,
) -> Result<Members<'t>, Malformed> {
    let mut members = Vec::new();
    while let Some(name) = pieces.next() {
        members.push((name, pieces.next().ok_or(Malformed::Unpaired)?));
    }
    Ok(members)
}
