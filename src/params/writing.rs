//! A value as text: what a client sends that means it, the other way of reading.

use percent_encoding::AsciiSet;
use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::utf8_percent_encode;
use serde_json::Map;
use serde_json::Value;

use crate::json::plain;
use crate::spec::model::Parameter;
use crate::spec::model::ParameterLocation;
use crate::spec::model::Style;

/// All but what RFC 3986 calls unreserved.
const CODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What stands for the parameter in a call: the text of a path's segment or of a header field, or the
/// pairs of a query or of cookies; `None` where its style has no way to write the value.
///
/// # Shapes
///
/// | place, style, `explode` | value            | text                  |
/// |-------------------------|------------------|-----------------------|
/// | path, simple            | `"a b"`          | `a%20b`               |
/// | path, label, `true`     | `["a", "b"]`     | `.a.b`                |
/// | path, matrix, `false`   | `{"k": 1}`       | `;n=k,1`              |
/// | query, form, `true`     | `["a", "b"]`     | `n=a&n=b`             |
/// | query, pipe, `false`    | `["a", "b"]`     | `n=a%7Cb`             |
/// | query, deepObject       | `{"k": 1}`       | `n%5Bk%5D=1`          |
/// | header, simple          | `["a", "b"]`     | `a,b`                 |
/// | cookie, form, `true`    | `["a", "b"]`     | `n=a; n=b`            |
///
/// # Source
///
/// OpenAPI 3.0.4, *Style Values* and *Style Examples*.
pub(crate) fn written(parameter: &Parameter, value: &Value) -> Option<String> {
    let is_header = parameter.location == ParameterLocation::Header;
    let code = |text: &str| if is_header { text.to_owned() } else { coded(text) };
    let name = code(&parameter.name);
    if let Some(media_type) = &parameter.media_type {
        let text = if media_type.is_json() { value.to_string() } else { scalar(value)? };
        let is_bare = parameter.style == Style::QueryString
            || matches!(parameter.location, ParameterLocation::Path | ParameterLocation::Header);
        return Some(if is_bare { code(&text) } else { format!("{name}={}", code(&text)) });
    }
    let pieces = Pieces::of(value, &code)?;
    if is_header && !pieces.are_told_apart() {
        return None;
    }
    let (style, explode) = (parameter.style, parameter.explode);
    let between = match parameter.location {
        ParameterLocation::Cookie => "; ",
        ParameterLocation::Path | ParameterLocation::Query | ParameterLocation::Header => "&",
    };
    match style {
        Style::Simple => Some(pieces.joined(",", explode)),
        Style::Label => {
            Some(format!(".{}", pieces.joined(if explode { "." } else { "," }, explode)))
        }
        Style::Matrix if explode => {
            Some(pieces.keyed(&name).iter().fold(String::new(), |text, (key, value)| {
                let equals = if value.is_empty() { "" } else { "=" };
                text + ";" + key + equals + value
            }))
        }
        Style::Matrix => Some(format!(";{name}={}", pieces.joined(",", false))),
        Style::DeepObject => match pieces {
            Pieces::Members(members) => {
                let member = |(key, value): &(String, String)| format!("{name}%5B{key}%5D={value}");
                Some(members.iter().map(member).collect::<Vec<_>>().join(between))
            }
            Pieces::One(_) | Pieces::Items(_) => None,
        },
        Style::Form
        | Style::Cookie
        | Style::SpaceDelimited
        | Style::PipeDelimited
        | Style::TabDelimited
            if explode =>
        {
            let pairs = pieces.keyed(&name);
            let pairs = pairs.iter().map(|(key, value)| format!("{key}={value}"));
            Some(pairs.collect::<Vec<_>>().join(between))
        }
        Style::Form | Style::Cookie => Some(format!("{name}={}", pieces.joined(",", false))),
        Style::SpaceDelimited => Some(format!("{name}={}", pieces.joined("%20", false))),
        Style::PipeDelimited => Some(format!("{name}={}", pieces.joined("%7C", false))),
        Style::TabDelimited => Some(format!("{name}={}", pieces.joined("%09", false))),
        Style::QueryString => None,
    }
}

/// A text of which nothing means anything but itself.
pub(crate) fn coded(text: &str) -> String {
    utf8_percent_encode(text, CODED).to_string()
}

/// A value taken apart, its pieces encoded.
enum Pieces {
    One(String),
    Items(Vec<String>),
    Members(Vec<(String, String)>),
}

impl Pieces {
    fn of(value: &Value, code: &impl Fn(&str) -> String) -> Option<Self> {
        let coded = |value: &Value| scalar(value).map(|text| code(&text));
        match value {
            Value::Array(items) => items.iter().map(coded).collect::<Option<_>>().map(Self::Items),
            Value::Object(members) => members_of(members, code, &coded).map(Self::Members),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                coded(value).map(Self::One)
            }
        }
    }

    /// Whether no piece has what stands between pieces: a field has no way to encode it.
    fn are_told_apart(&self) -> bool {
        let is_plain = |text: &String| !text.contains([',', '=']);
        match self {
            Self::One(_) => true,
            Self::Items(items) => items.iter().all(is_plain),
            Self::Members(members) => {
                members.iter().all(|(key, value)| is_plain(key) && is_plain(value))
            }
        }
    }

    /// All in one text; names and values of members in turn, or as pairs.
    fn joined(&self, between: &str, is_paired: bool) -> String {
        match self {
            Self::One(text) => text.clone(),
            Self::Items(items) => items.join(between),
            Self::Members(members) => {
                let within = if is_paired { "=" } else { between };
                let member = |(key, value): &(String, String)| format!("{key}{within}{value}");
                members.iter().map(member).collect::<Vec<_>>().join(between)
            }
        }
    }

    /// Each by its key: members have their own.
    fn keyed(self, name: &str) -> Vec<(String, String)> {
        match self {
            Self::One(text) => vec![(name.to_owned(), text)],
            Self::Items(items) => items.into_iter().map(|item| (name.to_owned(), item)).collect(),
            Self::Members(members) => members,
        }
    }
}

fn members_of(
    members: &Map<String, Value>,
    code: &impl Fn(&str) -> String,
    coded: &impl Fn(&Value) -> Option<String>,
) -> Option<Vec<(String, String)>> {
    members.iter().map(|(key, value)| Some((code(key), coded(value)?))).collect()
}

/// The text of a value without parts.
fn scalar(value: &Value) -> Option<String> {
    (!value.is_array() && !value.is_object()).then(|| plain(value))
}
