//! From the places of a message to one value: which text belongs to a parameter or header field,
//! and which style takes it apart.

use std::borrow::Cow;

use http::HeaderMap;
use http::HeaderName;

use crate::message::MediaType;
use crate::params::coerce::Target;
use crate::params::content;
use crate::params::places::Places;
use crate::params::places::header_text;
use crate::params::reading;
use crate::params::reading::Judge;
use crate::params::reading::Read;
use crate::params::reading::Separators;
use crate::params::reading::Verdict;
use crate::params::style::Decode;
use crate::params::style::Malformed;
use crate::params::style::Wanted;
use crate::params::style::Written;
use crate::params::style::cookie;
use crate::params::style::decode;
use crate::params::style::deep_object;
use crate::params::style::delimited;
use crate::params::style::delimited::Delimiter;
use crate::params::style::form;
use crate::params::style::form::Pairs;
use crate::params::style::label;
use crate::params::style::matrix;
use crate::params::style::simple;
use crate::spec::model::Header;
use crate::spec::model::Operation;
use crate::spec::model::Parameter;
use crate::spec::model::ParameterLocation;
use crate::spec::model::SecurityScheme;
use crate::spec::model::Style;

/// Whether a query says the parameter's name with nothing behind it, once or beside values.
///
/// A zero-length text is one that "the server SHOULD interpret as the parameter being unused"
/// (OpenAPI 3.0.4, `allowEmptyValue`).
pub(crate) fn is_sent_empty(parameter: &Parameter, places: &Places<'_>) -> bool {
    let mut values = places.query.iter().filter(|(key, _)| *key == parameter.name);
    values.any(|(_, value)| value.is_empty())
}

/// Reads the value of a parameter.
pub(crate) fn read_parameter<'r>(
    operation: &Operation,
    parameter: &Parameter,
    places: &Places<'r>,
    judge: Judge<'_>,
    target: Target<'_>,
) -> Read {
    if let Some(media_type) = &parameter.media_type {
        return read_content(media_type, judge, target, whole(parameter, places));
    }
    reading::read(judge, target, |wanted, separators| {
        take(Taker { operation, parameter, places, target }, wanted, separators)
    })
}

/// Reads the value of a declared header field of a response.
pub(crate) fn read_header(
    header: &Header,
    headers: &HeaderMap,
    judge: Judge<'_>,
    target: Target<'_>,
) -> Read {
    let field = header.field.as_ref();
    if let Some(media_type) = &header.media_type {
        let text = header_text(headers, field, Wanted::Scalar);
        return read_content(media_type, judge, target, text);
    }
    reading::read(judge, target, |wanted, separators| match separators {
        Separators::Sent => in_field(headers, field, wanted, |text| {
            let (style, explode) = (header.style, header.explode);
            let manner = Manner { style, explode, name: &header.name, is_form: false };
            split(manner, text, wanted, decode::verbatim)
        }),
        Separators::Decoded | Separators::Keys => Ok(None),
    })
}

/// Reads a text that `content` describes.
fn read_content(
    media_type: &MediaType,
    judge: Judge<'_>,
    target: Target<'_>,
    text: Result<Option<Cow<'_, str>>, Malformed>,
) -> Read {
    let read = text.and_then(|text| {
        text.map(|text| {
            let value = content::read(media_type, target, &text)?;
            Ok((value, text.into_owned()))
        })
        .transpose()
    });
    match read {
        Ok(None) => Read::Absent,
        Ok(Some((Some(value), _))) => {
            let verdict = Verdict::of(judge.takes(&value));
            Read::Value(value, verdict)
        }
        // What nobody here can read is handed on as it is, and not judged.
        Ok(Some((None, text))) => Read::Value(text.into(), Verdict::Right),
        Err(malformed) => Read::Malformed(malformed),
    }
}

/// The decoded text of a parameter that no style takes apart.
fn whole<'r>(
    parameter: &Parameter,
    places: &Places<'r>,
) -> Result<Option<Cow<'r, str>>, Malformed> {
    let one = |pairs: &Pairs<'r>, decode: Decode| match form::gather(
        pairs,
        &parameter.name,
        Wanted::Scalar,
        false,
        &[],
        decode,
    )? {
        Some(Written::Scalar(text)) => Ok(Some(text)),
        Some(Written::List(_) | Written::Object(_) | Written::Tree(_)) | None => Ok(None),
    };
    match parameter.location {
        ParameterLocation::Path => path_text(parameter, places).map(decode::path).transpose(),
        ParameterLocation::Header => {
            header_text(places.headers, parameter.field.as_ref(), Wanted::Scalar)
        }
        ParameterLocation::Cookie => one(&places.cookies, form::decode_cookie),
        ParameterLocation::Query if parameter.style == Style::QueryString => {
            let is_form = parameter.media_type.as_ref().is_some_and(MediaType::is_form);
            let text = places.query_text.filter(|text| !text.is_empty());
            // A form is decoded piece by piece.
            if is_form { Ok(text.map(Cow::Borrowed)) } else { text.map(form::decode).transpose() }
        }
        ParameterLocation::Query => one(&places.query, form::decode),
    }
}

/// A parameter among the others of its operation, with what is sent of it.
#[derive(Clone, Copy)]
struct Taker<'a, 'r> {
    operation: &'a Operation,
    parameter: &'a Parameter,
    places: &'a Places<'r>,
    target: Target<'a>,
}

/// Takes the parameter's text apart; `None` where the call does not have it.
fn take<'r>(
    taker: Taker<'_, 'r>,
    wanted: Wanted,
    separators: Separators,
) -> Result<Option<Written<'r>>, Malformed> {
    let Taker { parameter, places, .. } = taker;
    match separators {
        Separators::Sent => {}
        Separators::Decoded => return take_decoded(taker, wanted),
        Separators::Keys => return take_by_keys(taker, wanted),
    }
    let (name, explode, manner) = (&*parameter.name, parameter.explode, Manner::of(parameter));
    match (parameter.style, parameter.location) {
        (Style::Form, ParameterLocation::Query) => {
            gather(taker, &places.query, wanted, form::decode)
        }
        (Style::Form, ParameterLocation::Cookie) => {
            let has_more = explode && wanted != Wanted::Scalar;
            if has_more && places.cookies.iter().any(|(_, value)| value.contains('&')) {
                let pairs = form::pairs_in_values(&places.cookies);
                return gather(taker, &pairs, wanted, form::decode_cookie);
            }
            gather(taker, &places.cookies, wanted, form::decode_cookie)
        }
        (Style::Cookie, _) if wanted == Wanted::Object && explode => {
            gather(taker, &places.cookies, wanted, decode::verbatim)
        }
        (Style::Cookie, _) => cookie::gather(&places.cookies, name, wanted, explode, &[]),
        (Style::DeepObject, _) => deep_object::gather(&places.query, name, form::decode),
        // What is exploded needs no delimiter: *n/a* in the table, and sent as a form by those
        // who do send it.
        (
            Style::SpaceDelimited | Style::PipeDelimited | Style::TabDelimited,
            ParameterLocation::Query,
        ) if explode => gather(taker, &places.query, wanted, form::decode),
        (_, ParameterLocation::Query | ParameterLocation::Cookie) => {
            let (pairs, decode): (_, Decode) = match parameter.location {
                ParameterLocation::Cookie => (&places.cookies, form::decode_cookie),
                ParameterLocation::Path | ParameterLocation::Query | ParameterLocation::Header => {
                    (&places.query, form::decode)
                }
            };
            only(pairs, name)?.map(|text| split(manner, text, wanted, decode)).transpose()
        }
        (_, ParameterLocation::Path) => path_text(parameter, places)
            .map(|text| match wanted {
                Wanted::List if text.is_empty() => Ok(Written::List(Vec::new())),
                Wanted::Object if text.is_empty() => Ok(Written::Object(Vec::new())),
                Wanted::Scalar | Wanted::List | Wanted::Object => {
                    split(manner, text, wanted, decode::path)
                }
            })
            .transpose(),
        (_, ParameterLocation::Header) => {
            in_field(places.headers, parameter.field.as_ref(), wanted, |text| {
                split(manner, text, wanted, decode::verbatim)
            })
        }
    }
}

/// How a text is written that has all of a value in it.
#[derive(Clone, Copy)]
struct Manner<'a> {
    style: Style,
    explode: bool,
    name: &'a str,
    /// Whether a plus is a space.
    is_form: bool,
}

impl<'a> Manner<'a> {
    fn of(parameter: &'a Parameter) -> Self {
        let is_form = parameter.location == ParameterLocation::Query;
        let (style, explode) = (parameter.style, parameter.explode);
        Self { style, explode, name: &parameter.name, is_form }
    }
}

/// Takes a text apart that has all of the value in it.
fn split<'t>(
    manner: Manner<'_>,
    text: &'t str,
    wanted: Wanted,
    decode: Decode,
) -> Result<Written<'t>, Malformed> {
    let Manner { style, explode, name, is_form } = manner;
    let delimited = |delimiter| delimited::split(text, delimiter, is_form, wanted, decode);
    match style {
        Style::Label => label::split(text, wanted, explode, decode),
        Style::Matrix => matrix::split(text, name, wanted, explode, decode),
        Style::SpaceDelimited => delimited(Delimiter::Space),
        Style::PipeDelimited => delimited(Delimiter::Pipe),
        Style::TabDelimited => delimited(Delimiter::Tab),
        Style::Simple | Style::Form | Style::DeepObject | Style::Cookie | Style::QueryString => {
            simple::split(text, wanted, explode, decode)
        }
    }
}

/// Takes the text apart after it was decoded, where separators may have been encoded with it.
fn take_decoded<'r>(
    taker: Taker<'_, 'r>,
    wanted: Wanted,
) -> Result<Option<Written<'r>>, Malformed> {
    let Taker { parameter, places, .. } = taker;
    let decoded = match (parameter.style, parameter.location) {
        _ if wanted == Wanted::Scalar => None,
        (Style::Form | Style::PipeDelimited, ParameterLocation::Query) => {
            only(&places.query, &parameter.name)?.map(form::decode).transpose()?
        }
        (Style::Form, ParameterLocation::Cookie) => {
            only(&places.cookies, &parameter.name)?.map(form::decode_cookie).transpose()?
        }
        (Style::Simple | Style::Label | Style::Matrix, ParameterLocation::Path) => {
            path_text(parameter, places).map(decode::path).transpose()?
        }
        (
            Style::Simple
            | Style::Form
            | Style::Label
            | Style::Matrix
            | Style::SpaceDelimited
            | Style::PipeDelimited
            | Style::TabDelimited
            | Style::DeepObject
            | Style::Cookie
            | Style::QueryString,
            _,
        ) => None,
    };
    let Some(text) = decoded else { return Ok(None) };
    let written = split(Manner::of(parameter), &text, wanted, decode::verbatim)?;
    Ok(Some(written.into_owned()))
}

/// Takes a list whose key is said once an item, where one text should have them all.
fn take_by_keys<'r>(
    taker: Taker<'_, 'r>,
    wanted: Wanted,
) -> Result<Option<Written<'r>>, Malformed> {
    let Taker { parameter, places, .. } = taker;
    if wanted != Wanted::List || parameter.location != ParameterLocation::Query {
        return Ok(None);
    }
    let is_own = |pair: &&(Cow<'_, str>, &str)| pair.0 == parameter.name;
    if places.query.iter().filter(is_own).count() < 2 {
        return Ok(None);
    }
    form::gather(&places.query, &parameter.name, wanted, true, &[], form::decode)
}

/// Gathers from pairs; an object that is open takes all that belongs to nobody else.
fn gather<'r>(
    taker: Taker<'_, '_>,
    pairs: &Pairs<'r>,
    wanted: Wanted,
    decode: Decode,
) -> Result<Option<Written<'r>>, Malformed> {
    let Taker { operation, parameter, target, .. } = taker;
    if wanted != Wanted::Object || !parameter.explode {
        let (name, explode) = (&parameter.name, parameter.explode);
        return form::gather(pairs, name, wanted, explode, &[], decode);
    }
    let members = target.members();
    let is_open = target.is_open();
    let is_member = |key: &str| members.contains(&key) || (is_open && !is_taken(operation, key));
    form::exploded(pairs, is_member, decode)
}

/// Whether a key belongs to another parameter, or carries credentials.
fn is_taken(operation: &Operation, key: &str) -> bool {
    let is_key = |scheme: &SecurityScheme| scheme.key().is_some_and(|(name, _)| name == key);
    operation.parameters.iter().any(|parameter| deep_object::owns(&parameter.name, key))
        || operation.security.iter().flatten().any(|requirement| is_key(&requirement.kind))
}

/// The one value of a key.
fn only<'r>(pairs: &Pairs<'r>, name: &str) -> Result<Option<&'r str>, Malformed> {
    let mut values = pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| *value);
    let first = values.next();
    match values.count() {
        0 => Ok(first),
        others => Err(Malformed::Repeated { count: others + 1 }),
    }
}

/// The text of a value of the path, as it was sent.
pub(crate) fn path_text<'r>(parameter: &Parameter, places: &Places<'r>) -> Option<&'r str> {
    let mut values = places.path.iter();
    values.find(|(name, _)| *name == parameter.name).map(|(_, text)| text.as_str())
}

/// Takes the text of a header field apart; several fields of one name make one list.
fn in_field<'h>(
    headers: &'h HeaderMap,
    field: Option<&HeaderName>,
    wanted: Wanted,
    split: impl for<'t> Fn(&'t str) -> Result<Written<'t>, Malformed>,
) -> Result<Option<Written<'h>>, Malformed> {
    match header_text(headers, field, wanted)? {
        None => Ok(None),
        Some(Cow::Borrowed(text)) => split(text).map(Some),
        Some(Cow::Owned(text)) => split(&text).map(Written::into_owned).map(Some),
    }
}
