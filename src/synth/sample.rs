//! Calls that an operation takes, made from its schemas: for whoever wants to try one.

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::header::AUTHORIZATION;
use http::header::CONTENT_TYPE;
use http::header::COOKIE;
use serde_json::Value;

use crate::json::plain;
use crate::message::Request;
use crate::params::writing;
use crate::schema::Direction;
use crate::schema::SchemaId;
use crate::spec::Document;
use crate::spec::Operation;
use crate::spec::model::Content;
use crate::spec::model::Parameter;
use crate::spec::model::ParameterLocation;
use crate::spec::model::Requirement;
use crate::spec::model::SecurityScheme;
use crate::synth;
use crate::validate::body;
use crate::validate::body::Kept;
use crate::validate::request;
use crate::validate::request::Demands;

/// What stands for a credential.
const CREDENTIAL: &str = "any";

/// A user and a password (`any:any`), as `Basic` sends them.
const USER: &str = "Basic YW55OmFueQ==";

/// A call with what an operation demands and nothing else, below the first of its base paths; `None`
/// where none is found that is right. Multipart content is nothing that is made here.
///
/// # Examples
///
/// ```
/// let text = "
/// openapi: 3.1.0
/// info: {title: Pets, version: '1'}
/// paths:
///   /pets/{name}:
///     get:
///       operationId: getPet
///       parameters:
///         - {name: name, in: path, schema: {type: string, default: 'a b'}}
///         - {name: size, in: query, required: true, schema: {enum: [3]}}
///       responses: {'200': {description: it}}
/// ";
/// let document = standin::spec::load::from_text("pets.yaml", text).unwrap();
/// let call = standin::synth::sample(&document, document.operation("getPet").unwrap()).unwrap();
/// assert_eq!(call.target(), "/pets/a%20b?size=3");
/// ```
#[must_use]
pub fn sample(document: &Document, operation: &Operation) -> Option<Request> {
    varied(document, operation, &Variation::default())
}

/// What a sample has otherwise than a call with what is demanded and nothing else.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variation<'v> {
    /// A parameter, demanded or not, and its value.
    pub(crate) parameter: Option<(&'v Parameter, &'v Value)>,
    /// Content, demanded or not, and its value, unless any will do.
    pub(crate) content: Option<(&'v Content, Option<&'v Value>)>,
}

/// As [`sample`], with a variation.
#[must_use]
pub(crate) fn varied(
    document: &Document,
    operation: &Operation,
    variation: &Variation<'_>,
) -> Option<Request> {
    let chosen = |parameter: &Parameter| {
        let own = variation.parameter.filter(|(own, _)| own.pointer == parameter.pointer);
        own.map(|(_, value)| value.clone())
    };
    let is_sent = |parameter: &&Parameter| parameter.required || chosen(parameter).is_some();
    let mut path = operation.template.split_once('?').map_or(&*operation.template, |it| it.0);
    let mut filled = String::new();
    let mut path_values = Vec::new();
    let mut sent = Sent::default();
    for parameter in operation.parameters.iter().filter(is_sent) {
        let value = chosen(parameter).or_else(|| value(document, parameter.schema))?;
        let text = writing::written(parameter, &value)?;
        match parameter.location {
            ParameterLocation::Path => path_values.push((parameter.name.clone(), text)),
            ParameterLocation::Query => sent.query.push(text),
            ParameterLocation::Cookie => sent.cookies.push(text),
            ParameterLocation::Header => {
                sent.headers.insert(parameter.field.clone()?, HeaderValue::from_str(&text).ok()?);
            }
        }
    }
    while let Some((before, rest)) = path.split_once('{') {
        let (name, rest) = rest.split_once('}')?;
        let (_, text) = path_values.iter().find(|(known, _)| known == name)?;
        filled.extend([before, text]);
        path = rest;
    }
    filled.push_str(path);
    let alternatives = &operation.security;
    if !alternatives.is_empty() && !alternatives.iter().any(|all| sent.identify(all)) {
        return None;
    }
    let content = match variation.content {
        Some((content, value)) => Some(written(document, content, value)?),
        None => match operation.request_body.as_ref().filter(|body| body.required) {
            Some(body) => {
                let mut all = body.content.iter();
                Some(all.find_map(|content| written(document, content, None))?)
            }
            None => None,
        },
    };
    if let Some((media_type, text)) = content {
        sent.headers.insert(CONTENT_TYPE, media_type);
        sent.body = Bytes::from(text);
    }
    let base_path = operation.base_paths.first().map_or("", String::as_str);
    let mut call = Request::new(operation.method.clone(), &format!("{base_path}{filled}"));
    let query = sent.query.iter().filter(|pairs| !pairs.is_empty()).cloned();
    call.query = Some(query.collect::<Vec<_>>().join("&")).filter(|query| !query.is_empty());
    if !sent.cookies.is_empty() {
        sent.headers.insert(COOKIE, HeaderValue::from_str(&sent.cookies.join("; ")).ok()?);
    }
    (call.headers, call.body) = (sent.headers, sent.body);
    let demands = Demands { credentials: true, ..Demands::default() };
    let reading = request::read(document, operation, &path_values, &call, demands);
    reading.refusal.is_none().then_some(call)
}

/// What a call has beside its path.
#[derive(Default)]
struct Sent {
    query: Vec<String>,
    cookies: Vec<String>,
    headers: HeaderMap,
    body: Bytes,
}

impl Sent {
    /// Adds the credentials of one alternative; whether there are some for each of its schemes.
    fn identify(&mut self, schemes: &[Requirement]) -> bool {
        let mut added = Self { headers: self.headers.clone(), ..Self::default() };
        let is_done = schemes.iter().all(|scheme| added.add(&scheme.kind).is_some());
        if is_done {
            self.query.append(&mut added.query);
            self.cookies.append(&mut added.cookies);
            self.headers = added.headers;
        }
        is_done
    }

    fn add(&mut self, scheme: &SecurityScheme) -> Option<()> {
        match scheme {
            SecurityScheme::Bearer | SecurityScheme::OAuth2 | SecurityScheme::OpenIdConnect => {
                let value = HeaderValue::from_str(&format!("Bearer {CREDENTIAL}")).ok()?;
                self.headers.insert(AUTHORIZATION, value);
            }
            SecurityScheme::Basic => {
                self.headers.insert(AUTHORIZATION, HeaderValue::from_static(USER));
            }
            SecurityScheme::ApiKey { name, location } => match location {
                ParameterLocation::Header => {
                    let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
                    self.headers.insert(name, HeaderValue::from_static(CREDENTIAL));
                }
                ParameterLocation::Query => self.query.push(key(name)),
                ParameterLocation::Cookie => self.cookies.push(key(name)),
                ParameterLocation::Path => return None,
            },
            SecurityScheme::Http { scheme } => {
                let value = HeaderValue::from_str(&format!("{scheme} {CREDENTIAL}")).ok()?;
                self.headers.insert(AUTHORIZATION, value);
            }
            SecurityScheme::MutualTls | SecurityScheme::Unknown => {}
        }
        Some(())
    }
}

/// A key of a query or of cookies, with what stands for a credential.
fn key(name: &str) -> String {
    format!("{}={CREDENTIAL}", writing::coded(name))
}

fn value(document: &Document, schema: Option<SchemaId>) -> Option<Value> {
    let Some(schema) = schema else { return Some(Value::from("string")) };
    synth::value(&document.schemas, schema, Direction::Request).ok()
}

/// The content of a call: the value that is given, what the document shows where that is right, or
/// what is made.
fn written(
    document: &Document,
    content: &Content,
    given: Option<&Value>,
) -> Option<(HeaderValue, String)> {
    let media_type = &content.media_type;
    let is_range = media_type.kind == "*" || media_type.subtype == "*";
    if is_range || media_type.kind == "multipart" {
        return None;
    }
    let schemas = &document.schemas;
    let is_right = |value: &Value| {
        let schema = content.schema;
        schema.is_none_or(|schema| schemas.is_valid(schema, Direction::Request, value))
    };
    let shown = content.examples.first().map(|example| example.value()).filter(|it| is_right(it));
    let value = match given.or(shown) {
        Some(value) => value.clone(),
        None => value(document, content.schema)?,
    };
    let text = if media_type.is_json() {
        value.to_string()
    } else if let Some(text) = body::write(Kept { schemas, content, is_anonymous: false }, &value) {
        text
    } else if value.is_object() || value.is_array() {
        return None;
    } else {
        plain(&value)
    };
    Some((content.header.clone(), text))
}
