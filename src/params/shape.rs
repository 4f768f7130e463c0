//! What a parameter looks like in a call: as its style has it, and as it was sent.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::params::places::Places;
use crate::params::places::header_text;
use crate::params::style::Wanted;
use crate::params::style::deep_object;
use crate::params::taking;
use crate::spec::model::Parameter;
use crate::spec::model::ParameterLocation;
use crate::spec::model::Style;

/// How a value of the parameter is written, by an example.
///
/// # Shapes
///
/// | style, `explode`          | scalar    | list                | object              |
/// |---------------------------|-----------|---------------------|---------------------|
/// | simple, `false`           | `x`       | `x,y`               | `a,x,b,y`, which is said to be names and values in turn |
/// | simple, `true`            | `x`       | `x,y`               | `a=x,b=y`           |
/// | label, `true`             | `.x`      | `.x.y`              | `.a=x.b=y`          |
/// | matrix, `true`            | `;n=x`    | `;n=x;n=y`          | `;a=x;b=y`          |
/// | form, `true`              | `n=x`     | `n=x&n=y`           | `a=x&b=y`           |
/// | spaceDelimited, `false`   | `n=x`     | `n=x%20y`           | `n=a%20x%20b%20y`   |
/// | deepObject                |           |                     | `n[a]=x&n[b]=y`     |
/// | cookie, `true`            | `n=x`     | `n=x; n=y`          | `a=x; b=y`          |
pub(crate) fn example(parameter: &Parameter, wanted: Wanted) -> String {
    let name = &parameter.name;
    if let Some(media_type) = &parameter.media_type {
        return media_type.to_string();
    }
    let is_pairs = matches!(parameter.style, Style::Form | Style::Cookie) && parameter.explode;
    let between = match (parameter.style, parameter.explode) {
        (Style::Label, true) => ".",
        (Style::Matrix, true) => ";",
        (Style::Cookie, true) => "; ",
        (Style::Form, true) if parameter.location == ParameterLocation::Cookie => "; ",
        (Style::Form | Style::DeepObject, true) => "&",
        (Style::SpaceDelimited, _) if parameter.location == ParameterLocation::Header => " ",
        (Style::SpaceDelimited, _) => "%20",
        (Style::PipeDelimited, _) if parameter.location == ParameterLocation::Header => "|",
        (Style::PipeDelimited, _) => "%7C",
        (Style::TabDelimited, _) => "%09",
        (
            Style::Simple
            | Style::Label
            | Style::Matrix
            | Style::Form
            | Style::DeepObject
            | Style::Cookie
            | Style::QueryString,
            _,
        ) => ",",
    };
    let is_named = is_pairs || (parameter.style == Style::Matrix && parameter.explode);
    let text = match wanted {
        Wanted::Object if parameter.style == Style::DeepObject => {
            return format!("`{name}[a]=x&{name}[b]=y`");
        }
        Wanted::Object if parameter.explode => format!("a=x{between}b=y"),
        Wanted::Object => ["a", "x", "b", "y"].join(between),
        Wanted::List if is_named => format!("{name}=x{between}{name}=y"),
        Wanted::List => format!("x{between}y"),
        Wanted::Scalar if is_named => format!("{name}=x"),
        Wanted::Scalar => "x".to_owned(),
    };
    let is_bare = parameter.location == ParameterLocation::Path;
    let named = match parameter.location {
        ParameterLocation::Header => format!("{name}: {text}"),
        _ if is_named => text.clone(),
        ParameterLocation::Path | ParameterLocation::Query | ParameterLocation::Cookie => {
            format!("{name}={text}")
        }
    };
    let example = match parameter.style {
        Style::Label => format!("`.{text}`"),
        Style::Matrix => format!("`;{named}`"),
        Style::Simple
        | Style::Form
        | Style::SpaceDelimited
        | Style::PipeDelimited
        | Style::TabDelimited
        | Style::DeepObject
        | Style::Cookie
        | Style::QueryString => format!("`{}`", if is_bare { text } else { named }),
    };
    let is_in_turn = wanted == Wanted::Object && !parameter.explode;
    if is_in_turn { format!("{example}: names and values in turn") } else { example }
}

/// The parameter's text as it was sent, decoded as far as it can be, so that a secret in it is
/// seen; `None` where there is none, or it is no text.
pub(crate) fn sent(parameter: &Parameter, places: &Places<'_>) -> Option<String> {
    let text = encoded(parameter, places)?;
    Some(percent_decode_str(&text).decode_utf8_lossy().into_owned())
}

fn encoded<'r>(parameter: &Parameter, places: &Places<'r>) -> Option<Cow<'r, str>> {
    let pairs = match parameter.location {
        ParameterLocation::Path => {
            return taking::path_text(parameter, places).map(Cow::Borrowed);
        }
        ParameterLocation::Header => {
            let field = parameter.field.as_ref();
            return header_text(places.headers, field, Wanted::List).ok().flatten();
        }
        ParameterLocation::Query if parameter.style == Style::QueryString => {
            return places.query_text.map(Cow::Borrowed);
        }
        ParameterLocation::Query => &places.query,
        ParameterLocation::Cookie => &places.cookies,
    };
    let own: Vec<String> = pairs
        .iter()
        .filter(|(key, _)| deep_object::owns(&parameter.name, key))
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    (!own.is_empty()).then(|| Cow::Owned(own.join("&")))
}
