//! What browsers ask before a page may call another origin (Fetch, *CORS protocol*).
//!
//! Not a layer of the usual library: that answers every `OPTIONS`, those that a document declares
//! included, and can not tell pages of the fields that an answer happens to have.

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::header::ACCESS_CONTROL_ALLOW_CREDENTIALS;
use http::header::ACCESS_CONTROL_ALLOW_HEADERS;
use http::header::ACCESS_CONTROL_ALLOW_METHODS;
use http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use http::header::ACCESS_CONTROL_EXPOSE_HEADERS;
use http::header::ACCESS_CONTROL_REQUEST_HEADERS;
use http::header::ACCESS_CONTROL_REQUEST_METHOD;
use http::header::ORIGIN;
use http::header::VARY;

use crate::message::Answer;

/// Any origin, or any method and field that was asked for.
const ANY: HeaderValue = HeaderValue::from_static("*");

/// Fields that every page may read without being told so (Fetch, *CORS-safelisted
/// response-header name*), or that no page ever sees.
const SAFE: [HeaderName; 8] = [
    http::header::CACHE_CONTROL,
    http::header::CONTENT_LANGUAGE,
    http::header::CONTENT_LENGTH,
    http::header::CONTENT_TYPE,
    http::header::EXPIRES,
    http::header::LAST_MODIFIED,
    http::header::PRAGMA,
    http::header::SET_COOKIE,
];

/// Pages of which origins may call: all, with or without the credentials that a browser keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cors {
    /// Whether a browser may send its cookies; as Prism lets it.
    pub(crate) credentials: bool,
}

impl Cors {
    /// The answer to a browser that asks beforehand; `None` where this is the call itself.
    pub(crate) fn preflight(self, method: &Method, fields: &HeaderMap) -> Option<Answer> {
        let origin = fields.get(ORIGIN)?;
        let asked = fields.get(ACCESS_CONTROL_REQUEST_METHOD)?;
        if method != Method::OPTIONS {
            return None;
        }
        let mut answer = Answer::empty(StatusCode::NO_CONTENT);
        self.name_origin(Some(origin), &mut answer.headers);
        let names = fields.get(ACCESS_CONTROL_REQUEST_HEADERS).cloned().unwrap_or(ANY);
        answer.headers.insert(ACCESS_CONTROL_ALLOW_METHODS, asked.clone());
        answer.headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, names);
        for field in [ACCESS_CONTROL_REQUEST_METHOD, ACCESS_CONTROL_REQUEST_HEADERS] {
            answer.headers.append(VARY, field.into());
        }
        Some(answer)
    }

    /// Lets a page of the origin that called read an answer, each of its fields included.
    pub(crate) fn allow(self, origin: Option<&HeaderValue>, fields: &mut HeaderMap) {
        let names: Vec<&str> =
            fields.keys().filter(|name| !SAFE.contains(name)).map(HeaderName::as_str).collect();
        // Names of fields are always a field's value.
        let names = HeaderValue::from_str(&names.join(", "));
        self.name_origin(origin, fields);
        if let Ok(names) = names {
            fields.insert(ACCESS_CONTROL_EXPOSE_HEADERS, names);
        }
    }

    /// Browsers take no `*` where they send credentials.
    fn name_origin(self, origin: Option<&HeaderValue>, fields: &mut HeaderMap) {
        match origin.filter(|_| self.credentials) {
            Some(origin) => {
                fields.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
                fields.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
                fields.append(VARY, ORIGIN.into());
            }
            None => {
                fields.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
            }
        }
    }
}
