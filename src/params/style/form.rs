//! The `form` style: `key=value`, in queries, cookies and forms.

use std::borrow::Cow;

pub use crate::params::style::Decode;
use crate::params::style::Malformed;
use crate::params::style::Members;
use crate::params::style::Wanted;
use crate::params::style::Written;
use crate::params::style::pieces;
use crate::params::style::taken_in_turn;
use crate::route::template;

/// Keys, decoded, with their values as they stand.
pub type Pairs<'t> = Vec<(Cow<'t, str>, &'t str)>;

/// Takes a query or form apart; values stay encoded, because separators inside them are told from
/// encoded ones only before decoding.
///
/// A key that can not be decoded is taken as it stands: nobody has declared it.
#[must_use]
pub fn pairs(text: &str) -> Pairs<'_> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key).unwrap_or(Cow::Borrowed(key)), value)
        })
        .collect()
}

/// Decodes a query's or form's value: `+` is a space, then the percent-encoding is undone.
///
/// # Errors
///
/// [`Malformed::Encoding`] where it can not be undone.
pub fn decode(text: &str) -> Result<Cow<'_, str>, Malformed> {
    let decoded = if text.contains('+') {
        template::decode(&text.replace('+', " ")).map(|text| Cow::Owned(text.into_owned()))
    } else {
        template::decode(text)
    };
    decoded.map_err(|reason| Malformed::Encoding { reason })
}

/// Decodes a cookie's value, which need not be percent-encoded at all.
///
/// # Errors
///
/// None: what can not be decoded stands for itself.
pub fn decode_cookie(text: &str) -> Result<Cow<'_, str>, Malformed> {
    Ok(template::decode(text).unwrap_or(Cow::Borrowed(text)))
}

/// Takes the values of cookies apart once more: an expanded form has `&` between its pairs, and in
/// a cookie they all stand behind the first name.
#[must_use]
pub fn pairs_in_values<'t>(cookies: &Pairs<'t>) -> Pairs<'t> {
    let mut pairs = Pairs::with_capacity(cookies.len());
    for (key, value) in cookies {
        let mut parts = value.split('&');
        pairs.extend(parts.next().map(|first| (key.clone(), first)));
        pairs.extend(parts.map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key).unwrap_or(Cow::Borrowed(key)), value)
        }));
    }
    pairs
}

/// Gathers what belongs to the parameter `name`; `None` where nothing does.
///
/// # Shapes
///
/// | query        | wanted | `explode` | written                                       |
/// |--------------|--------|-----------|-----------------------------------------------|
/// | `n=a,b`      | scalar | either    | `a,b`                                         |
/// | `n=a&n=b`    | scalar | either    | [`Malformed::Repeated`]                       |
/// | `n=a&n=b`    | list   | `true`    | `a` and `b`                                   |
/// | `n=a,b`      | list   | `false`   | `a` and `b`                                   |
/// | `n=a%2Cb`    | list   | `false`   | `a,b`, one item                               |
/// | `n=`         | list   | either    | an empty list                                 |
/// | `R=1&G=2`    | object | `true`    | `R` is `1`, `G` is `2`, if these are `members` |
/// | `n=R,1,G,2`  | object | `false`   | `R` is `1`, `G` is `2`                        |
///
/// # Errors
///
/// [`Malformed`] where a value can not be decoded, one value is wanted and several are sent, or a
/// member of an object has no value.
///
/// # Source
///
/// OpenAPI 3.0.4, *Style Examples*, whose `color=` for the undefined value is an empty list here,
/// null where the schema knows null, and otherwise an empty text; RFC 6570, section 3.2.8 (form-style query expansion).
pub fn gather<'t>(
    pairs: &Pairs<'t>,
    name: &str,
    wanted: Wanted,
    explode: bool,
    members: &[&str],
    decode: Decode,
) -> Result<Option<Written<'t>>, Malformed> {
    if wanted == Wanted::Object && explode {
        return exploded(pairs, |key| members.contains(&key), decode);
    }
    let mut values = pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| *value);
    let Some(first) = values.next() else { return Ok(None) };
    if wanted == Wanted::List && explode {
        let rest: Vec<&str> = values.collect();
        if first.is_empty() && rest.is_empty() {
            return Ok(Some(Written::List(Vec::new())));
        }
        let items = std::iter::once(first).chain(rest).map(decode).collect::<Result<_, _>>()?;
        return Ok(Some(Written::List(items)));
    }
    let others = values.count();
    if others > 0 {
        return Err(Malformed::Repeated { count: others + 1 });
    }
    let pieces = || pieces(first, &[","]);
    Ok(Some(match wanted {
        Wanted::Scalar => Written::Scalar(decode(first)?),
        Wanted::List => Written::List(pieces().map(decode).collect::<Result<_, _>>()?),
        Wanted::Object => taken_in_turn(pieces(), decode)?,
    }))
}

/// Gathers the members of an object that is written one member a key; `None` where there is none.
///
/// A member said several times is there several times: the schema says whether it is a list.
///
/// # Errors
///
/// [`Malformed`] where a value can not be decoded.
pub fn exploded<'t>(
    pairs: &Pairs<'t>,
    is_member: impl Fn(&str) -> bool,
    decode: Decode,
) -> Result<Option<Written<'t>>, Malformed> {
    let mut found: Members<'t> = Vec::new();
    for (key, value) in pairs.iter().filter(|(key, _)| is_member(key)) {
        found.push((key.clone(), decode(value)?));
    }
    Ok((!found.is_empty()).then_some(Written::Object(found)))
}
