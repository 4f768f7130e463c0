//! The `label` style: `.a,b` and `.a.b`, in paths.

use crate::params::style::Decode;
use crate::params::style::Malformed;
use crate::params::style::Wanted;
use crate::params::style::Written;
use crate::params::style::exploded_members;
use crate::params::style::pieces;
use crate::params::style::taken_in_turn;

/// Takes a `label` value apart; `text` is percent-encoded as it was sent.
///
/// # Shapes
///
/// | `text`      | wanted | `explode` | written                                  |
/// |-------------|--------|-----------|------------------------------------------|
/// | `.`         | scalar | either    | the empty text                           |
/// | `.`         | list   | either    | an empty list                            |
/// | `.a.b`      | scalar | either    | `a.b`                                    |
/// | `.a,b`      | list   | `false`   | `a` and `b`                              |
/// | `.a.b`      | list   | `true`    | `a` and `b`                              |
/// | `.a%2Eb`    | list   | `true`    | `a.b`, one item                          |
/// | `.R,1,G,2`  | object | `false`   | `R` is `1`, `G` is `2`                   |
/// | `.R=1.G=2`  | object | `true`    | `R` is `1`, `G` is `2`                   |
/// | `a`         | any    | either    | [`Malformed::Unprefixed`]                |
///
/// # Errors
///
/// [`Malformed`] where the text does not begin with a dot, a member has no value, or a piece can
/// not be decoded.
///
/// # Source
///
/// OpenAPI 3.0.4, *Style Examples*; RFC 6570, section 3.2.5. Up to 3.0.3 the table separates
/// what is not exploded by dots, against the RFC that it names; 3.0.4 corrects it, and a tool
/// makes no distinction between patch versions (OpenAPI 3.0.4, *OpenAPI Specification Version*).
pub fn split(
    text: &str,
    wanted: Wanted,
    explode: bool,
    decode: Decode,
) -> Result<Written<'_>, Malformed> {
    let text = text.strip_prefix('.').ok_or(Malformed::Unprefixed { sign: '.' })?;
    let separator: &[&str] = if explode { &["."] } else { &[","] };
    match wanted {
        Wanted::Scalar => decode(text).map(Written::Scalar),
        Wanted::List => {
            pieces(text, separator).map(decode).collect::<Result<_, _>>().map(Written::List)
        }
        Wanted::Object if explode => exploded_members(pieces(text, separator), decode),
        Wanted::Object => taken_in_turn(pieces(text, separator), decode),
    }
}
