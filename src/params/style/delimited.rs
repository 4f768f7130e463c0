//! The delimited styles: items with spaces, pipes or tabs between them.

use crate::params::style::Decode;
use crate::params::style::Malformed;
use crate::params::style::Wanted;
use crate::params::style::Written;
use crate::params::style::pieces;
use crate::params::style::taken_in_turn;

/// What stands between the items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter {
    /// `spaceDelimited`, 2.0's `ssv`.
    Space,
    /// `pipeDelimited`, 2.0's `pipes`.
    Pipe,
    /// 2.0's `tsv`.
    Tab,
}

/// Takes a delimited value apart; `text` is percent-encoded as it was sent.
///
/// The delimiters need encoding in a URL, so encoded ones separate as well. A pipe that is sent as
/// it is shows that the client does not encode its delimiters: an encoded one beside it is data.
///
/// # Shapes
///
/// | `text`        | delimiter | wanted | written                                      |
/// |---------------|-----------|--------|----------------------------------------------|
/// | `a%20b`       | space     | list   | `a` and `b`                                  |
/// | `a+b`         | space     | list   | `a` and `b` (not in paths: see [`Delimiter::signs`]) |
/// | `a%7Cb`, `a\|b` | pipe    | list   | `a` and `b`                                  |
/// | `a%7Cb\|c`    | pipe      | list   | `a\|b` and `c`                               |
/// | `a%09b`       | tab       | list   | `a` and `b`                                  |
/// |               | any       | list   | an empty list                                |
/// | `R%201%20G%202` | space   | object | `R` is `1`, `G` is `2`                       |
/// | `R%201%20G`   | space     | object | [`Malformed::Unpaired`]                      |
/// | `a%20b`       | space     | scalar | `a b`                                        |
///
/// # Errors
///
/// [`Malformed`] where a member of an object has no value, or a piece can not be decoded.
///
/// # Source
///
/// OpenAPI 3.0.4, *Style Examples* and appendix E; 3.0.3 prints pipes as they are. Objects are in
/// the table of every version, though 3.0.3 lists the styles for arrays alone.
pub fn split(
    text: &str,
    delimiter: Delimiter,
    is_form: bool,
    wanted: Wanted,
    decode: Decode,
) -> Result<Written<'_>, Malformed> {
    let signs = delimiter.signs(text, is_form);
    match wanted {
        Wanted::Scalar => decode(text).map(Written::Scalar),
        Wanted::List => {
            pieces(text, signs).map(decode).collect::<Result<_, _>>().map(Written::List)
        }
        Wanted::Object => taken_in_turn(pieces(text, signs), decode),
    }
}

impl Delimiter {
    /// How the delimiter may be written in `text`; only in queries and forms a plus is a space.
    #[must_use]
    pub fn signs(self, text: &str, is_form: bool) -> &'static [&'static str] {
        match self {
            Self::Space if is_form => &["%20", "+", " "],
            Self::Space => &["%20", " "],
            Self::Pipe if text.contains('|') => &["|"],
            Self::Pipe => &["%7C", "%7c"],
            Self::Tab => &["%09", "\t"],
        }
    }

    /// The delimiter itself.
    #[must_use]
    pub const fn character(self) -> char {
        match self {
            Self::Space => ' ',
            Self::Pipe => '|',
            Self::Tab => '\t',
        }
    }
}
