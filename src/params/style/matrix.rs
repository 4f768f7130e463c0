//! The `matrix` style: `;key=a,b` and `;key=a;key=b`, in paths.

use std::borrow::Cow;

use crate::params::style::Decode;
use crate::params::style::Malformed;
use crate::params::style::Wanted;
use crate::params::style::Written;
use crate::params::style::exploded_members;
use crate::params::style::pieces;
use crate::params::style::taken_in_turn;

/// Takes the `matrix` value of the parameter `name` apart; `text` is percent-encoded as it was
/// sent.
///
/// # Shapes
///
/// | `text`         | wanted | `explode` | written                         |
/// |----------------|--------|-----------|---------------------------------|
/// | `;n`, `;n=`    | scalar | either    | the empty text                  |
/// | `;n`, `;n=`    | list   | either    | an empty list                   |
/// | `;n=a`         | scalar | either    | `a`                             |
/// | `;n=a,b`       | list   | `false`   | `a` and `b`                     |
/// | `;n=a;n=b`     | list   | `true`    | `a` and `b`                     |
/// | `;n=R,1,G,2`   | object | `false`   | `R` is `1`, `G` is `2`          |
/// | `;R=1;G=2`     | object | `true`    | `R` is `1`, `G` is `2`          |
/// | `a`            | any    | either    | [`Malformed::Unprefixed`]       |
/// | `;m=a`         | scalar | either    | [`Malformed::Misnamed`]         |
/// | `;n=a;n=b`     | scalar | either    | [`Malformed::Repeated`]         |
///
/// # Errors
///
/// [`Malformed`] where the text does not begin with a semicolon, has another name, says a single
/// value several times, has a member without a value, or can not be decoded.
///
/// # Source
///
/// OpenAPI 3.0.4, *Style Examples*; RFC 6570, section 3.2.7.
pub fn split<'t>(
    text: &'t str,
    name: &str,
    wanted: Wanted,
    explode: bool,
    decode: Decode,
) -> Result<Written<'t>, Malformed> {
    let text = text.strip_prefix(';').ok_or(Malformed::Unprefixed { sign: ';' })?;
    if wanted == Wanted::Object && explode {
        return exploded_members(pieces(text, &[";"]), decode);
    }
    let mut values = Vec::new();
    for pair in text.split(';') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if decode(key)? != name {
            return Err(Malformed::Misnamed);
        }
        values.push(value);
    }
    if wanted == Wanted::List && explode {
        let is_empty = values == [""];
        let values = values.into_iter().filter(|_| !is_empty);
        return values.map(decode).collect::<Result<_, _>>().map(Written::List);
    }
    let [value] = values[..] else { return Err(Malformed::Repeated { count: values.len() }) };
    match wanted {
        Wanted::Scalar => decode(value).map(Written::Scalar),
        Wanted::List => {
            let items: Result<Vec<Cow<'_, str>>, _> = pieces(value, &[","]).map(decode).collect();
            items.map(Written::List)
        }
        Wanted::Object => taken_in_turn(pieces(value, &[","]), decode),
    }
}
