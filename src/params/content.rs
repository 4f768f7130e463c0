//! Values that no style takes apart: `content` says of which media type their text is.

use serde_json::Value;

use crate::message::MediaType;
use crate::params::coerce::Target;
use crate::params::style::Malformed;
use crate::params::style::Wanted;
use crate::params::style::form;

/// Reads a decoded text as what `media_type` says it is; `None` where nobody can tell.
///
/// # Shapes
///
/// | media type                          | text        | schema | value                        |
/// |-------------------------------------|-------------|--------|------------------------------|
/// | `application/json`, `…+json`        | `{"a":1}`   | any    | the value                    |
/// |                                     | `{"a"`      | object | [`Malformed::Json`]       |
/// |                                     | `abc`       | string | `abc`: many clients send a text that is no JSON without the quotes that would make it one |
/// | `application/x-www-form-urlencoded` | `a=1&b=2`   | object | an object of the schema's types |
/// | `text/…`                            | `12`        | integer | `12`                        |
/// | any other                           | `{"a":1}`   | object | the value, since it is JSON  |
/// |                                     | `<a>1</a>`  | object | none                         |
/// |                                     | `abc`       | string | `abc`                        |
///
/// # Errors
///
/// [`Malformed`] where it is something else.
///
/// # Source
///
/// OpenAPI 3.0.4, *Fixed Fields for use with `content`*; 3.2.0, *Parameter Locations*.
pub(crate) fn read(
    media_type: &MediaType,
    target: Target<'_>,
    text: &str,
) -> Result<Option<Value>, Malformed> {
    let as_text = || Some(target.text(text.into()));
    if media_type.is_form() {
        let written = form::exploded(&form::pairs(text), |_| true, form::decode)?;
        return Ok(Some(written.map_or_else(
            || Value::Object(serde_json::Map::new()),
            |written| target.value(written),
        )));
    }
    if media_type.kind == "text" {
        return Ok(as_text());
    }
    match serde_json::from_str::<Value>(text) {
        Ok(value) if media_type.is_json() || value.is_object() || value.is_array() => {
            Ok(Some(value))
        }
        Err(_) if media_type.is_json() && target.may_be_text() => {
            Ok(Some(Value::String(text.to_owned())))
        }
        Err(error) if media_type.is_json() => {
            let (is_cut, column) = (error.is_eof(), error.column());
            let reason = error.to_string();
            let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
            Err(Malformed::Json { is_cut, column, reason })
        }
        Ok(_) | Err(_) if target.wanted() == Wanted::Scalar => Ok(as_text()),
        Ok(_) | Err(_) => Ok(None),
    }
}
