//! The places of a call that parameters are read from.

use std::borrow::Cow;

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::header::COOKIE;

use crate::message::Request;
use crate::params::style::Malformed;
use crate::params::style::Wanted;
use crate::params::style::form;
use crate::params::style::form::Pairs;
use crate::route::template;
use crate::spec::model::Operation;
use crate::spec::model::Parameter;
use crate::spec::model::ParameterLocation;
use crate::spec::model::Style;

/// The places, split once, and only where something is declared.
pub(crate) struct Places<'r> {
    /// The path's values by name, as they were sent.
    pub(crate) path: &'r [(String, String)],
    /// The query as it was sent.
    pub(crate) query_text: Option<&'r str>,
    /// The query's keys, decoded, with their values as they were sent.
    pub(crate) query: Pairs<'r>,
    /// The header fields.
    pub(crate) headers: &'r HeaderMap,
    /// The cookies.
    pub(crate) cookies: Pairs<'r>,
}

impl<'r> Places<'r> {
    /// Splits what an operation has parameters in.
    pub(crate) fn of(
        operation: &Operation,
        path: &'r [(String, String)],
        request: &'r Request,
    ) -> Self {
        let declares = |location| {
            operation.parameters.iter().any(|parameter: &Parameter| parameter.location == location)
        };
        let query_text = request.query.as_deref().filter(|_| declares(ParameterLocation::Query));
        let cookies = declares(ParameterLocation::Cookie).then(|| cookie_pairs(&request.headers));
        Self {
            path,
            query_text,
            query: query_text.map(form::pairs).unwrap_or_default(),
            headers: &request.headers,
            cookies: cookies.unwrap_or_default(),
        }
    }
}

impl Places<'_> {
    /// Whether a value of a query can be seen at once not to be there: nothing has its name.
    pub(crate) fn lack(&self, parameter: &Parameter, wanted: Wanted) -> bool {
        parameter.location == ParameterLocation::Query
            && parameter.style == Style::Form
            && parameter.media_type.is_none()
            && wanted == Wanted::Scalar
            && self.query.iter().all(|(key, _)| *key != parameter.name)
    }
}

/// The value of a header field; several fields of one name make one list.
///
/// # Errors
///
/// [`Malformed`] where it is no text, or several values are sent and one is wanted.
pub(crate) fn header_text<'h>(
    headers: &'h HeaderMap,
    field: Option<&HeaderName>,
    wanted: Wanted,
) -> Result<Option<Cow<'h, str>>, Malformed> {
    let Some(field) = field else { return Ok(None) };
    let text = |value: &'h HeaderValue| {
        std::str::from_utf8(value.as_bytes()).map_err(|_| Malformed::Binary)
    };
    let mut values = headers.get_all(field).iter();
    let Some(first) = values.next().map(text).transpose()? else { return Ok(None) };
    let others = values.map(text).collect::<Result<Vec<_>, _>>()?;
    if others.is_empty() {
        return Ok(Some(Cow::Borrowed(first)));
    }
    if wanted == Wanted::Scalar {
        return Err(Malformed::Repeated { count: 1 + others.len() });
    }
    Ok(Some(Cow::Owned(format!("{first}, {}", others.join(", ")))))
}

/// The cookies of a call, without the quotes that a value may stand in (RFC 6265, section 4.1.1).
///
/// A name that no cookie can have as it is, with a bracket or a space in it, is sent encoded.
pub(crate) fn cookie_pairs(headers: &HeaderMap) -> Pairs<'_> {
    let unquoted = |value| {
        let inner = str::strip_prefix(value, '"').and_then(|value| value.strip_suffix('"'));
        inner.unwrap_or(value)
    };
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| std::str::from_utf8(value.as_bytes()).ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .map(|(name, value)| {
            (template::decode(name).unwrap_or(Cow::Borrowed(name)), unquoted(value))
        })
        .collect()
}
