//! The `simple` style: comma-separated values, in paths and header fields.

use crate::params::style::Decode;
use crate::params::style::Malformed;
use crate::params::style::Wanted;
use crate::params::style::Written;
use crate::params::style::exploded_members;
use crate::params::style::pieces;
use crate::params::style::taken_in_turn;

/// Takes a `simple` value apart: `text` as it was sent, so that an encoded comma is told from one
/// that separates. Header fields are not percent-encoded, and are decoded [`verbatim`].
///
/// # Shapes
///
/// | `text`      | wanted | `explode` | written                    |
/// |-------------|--------|-----------|----------------------------|
/// | `a,b`       | scalar | either    | `a,b`                      |
/// |             | list   | either    | an empty list              |
/// | `a, b`      | list   | either    | `a` and `b`                |
/// | `a%2Cb`     | list   | either    | `a,b`, one item            |
/// | `R,1,G,2`   | object | `false`   | `R` is `1`, `G` is `2`     |
/// | `R=1,G=2`   | object | `true`    | `R` is `1`, `G` is `2`     |
/// | `R,1,G`     | object | `false`   | [`Malformed::Unpaired`]    |
/// | `R=1,G`     | object | `true`    | [`Malformed::Unpaired`]    |
///
/// # Errors
///
/// [`Malformed`] where a member of an object has no value, or a piece can not be decoded.
///
/// # Examples
///
/// ```
/// use standin::params::style::{Malformed, Wanted, Written, decode, simple};
///
/// let list = simple::split("a, b%2Cc", Wanted::List, false, decode::path)?;
/// assert_eq!(list, Written::List(vec!["a".into(), "b,c".into()]));
/// let unpaired = simple::split("R,1,G", Wanted::Object, false, decode::verbatim);
/// assert_eq!(unpaired, Err(Malformed::Unpaired));
/// # Ok::<(), Malformed>(())
/// ```
///
/// # Source
///
/// OpenAPI 3.0.4, *Style Values*; RFC 6570, section 3.2.2 (simple expansion).
///
/// [`verbatim`]: crate::params::style::decode::verbatim
pub fn split(
    text: &str,
    wanted: Wanted,
    explode: bool,
    decode: Decode,
) -> Result<Written<'_>, Malformed> {
    let pieces = || pieces(text.trim(), &[","]).map(str::trim);
    match wanted {
        Wanted::Scalar => decode(text).map(Written::Scalar),
        Wanted::List => pieces().map(decode).collect::<Result<_, _>>().map(Written::List),
        Wanted::Object if explode => exploded_members(pieces(), decode),
        Wanted::Object => taken_in_turn(pieces(), decode),
    }
}
