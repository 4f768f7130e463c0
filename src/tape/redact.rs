//! Takes secrets out of recordings: stable placeholders, equal ones for equal secrets.
//!
//! By name where the name tells, by shape for signed tokens wherever they stand. The whole set of
//! rules for other people's traffic comes with `record`; this is what standin's own exchanges need.

use std::collections::HashMap;

use serde_json::Value;

use crate::tape::entry::Entry;
use crate::tape::entry::Named;
use crate::tape::placeholder;
use crate::tape::placeholder::Kind;

/// Header fields whose whole value is a secret.
const SECRET_HEADERS: [&str; 4] = ["cookie", "set-cookie", "x-api-key", "set-device-binding-token"];

/// Header fields of the form `scheme secret`.
const CREDENTIAL_HEADERS: [&str; 2] = ["authorization", "proxy-authorization"];

/// Last words of names whose values are secrets.
const SECRET_WORDS: [&str; 8] =
    ["token", "secret", "password", "assertion", "jwt", "cookie", "api_key", "auth_code"];

/// Names that are secrets only in what a client sends; in answers they name errors.
const SECRET_IN_REQUESTS: [&str; 2] = ["code", "code_verifier"];

/// Which way a value travelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Request,
    Response,
}

/// Remembers which secret got which placeholder.
#[derive(Debug, Default)]
pub struct Redactor {
    numbers: HashMap<(Kind, String), usize>,
    counts: HashMap<Kind, usize>,
}

impl Redactor {
    /// Takes the secrets out of an entry.
    pub fn entry(&mut self, entry: &mut Entry) {
        let request = &mut entry.request;
        self.headers(&mut request.headers, Way::Request);
        request.url = match request.url.split_once('?') {
            Some((path, query)) => format!("{path}?{}", self.pairs(query)),
            None => std::mem::take(&mut request.url),
        };
        for pair in &mut request.query_string {
            pair.value = self.named(&pair.name, &pair.value, Way::Request);
        }
        if let Some(content) = &mut request.post_data
            && content.encoding.is_none()
        {
            content.text = self.content(&content.mime_type, &content.text, Way::Request);
        }
        let response = &mut entry.response;
        self.headers(&mut response.headers, Way::Response);
        if response.content.encoding.is_none()
            && let Some(text) = &mut response.content.text
        {
            *text = self.content(&response.content.mime_type, text, Way::Response);
        }
    }

    fn headers(&mut self, headers: &mut [Named], way: Way) {
        for field in headers {
            let name = field.name.to_ascii_lowercase();
            if CREDENTIAL_HEADERS.contains(&name.as_str()) {
                let (scheme, secret) = field.value.split_once(' ').unwrap_or(("", &field.value));
                let space = if scheme.is_empty() { "" } else { " " };
                let secret = self.secret(secret.trim());
                field.value = format!("{scheme}{space}{secret}");
            } else if SECRET_HEADERS.contains(&name.as_str()) {
                field.value = self.secret(&field.value);
            } else {
                field.value = self.named(&name, &field.value, way);
            }
        }
    }

    /// A query or form; everything stays as it was encoded but the secrets.
    fn pairs(&mut self, text: &str) -> String {
        let pairs = text.split('&').map(|pair| match pair.split_once('=') {
            Some((name, value)) => format!("{name}={}", self.named(name, value, Way::Request)),
            None => pair.to_owned(),
        });
        pairs.collect::<Vec<_>>().join("&")
    }

    fn content(&mut self, mime_type: &str, text: &str, way: Way) -> String {
        if let Ok(mut value) = serde_json::from_str::<Value>(text)
            && (value.is_object() || value.is_array())
        {
            self.value(&mut value, way);
            return value.to_string();
        }
        if mime_type.starts_with("application/x-www-form-urlencoded") {
            return self.pairs(text);
        }
        self.tokens(text)
    }

    fn value(&mut self, value: &mut Value, way: Way) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    match member {
                        Value::String(text) => *text = self.named(name, text, way),
                        Value::Null
                        | Value::Bool(_)
                        | Value::Number(_)
                        | Value::Array(_)
                        | Value::Object(_) => self.value(member, way),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item, way)),
            Value::String(text) => *text = self.tokens(text),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn named(&mut self, name: &str, text: &str, way: Way) -> String {
        let name = name.to_ascii_lowercase().replace('-', "_");
        let ends = |word: &&str| {
            name.strip_suffix(*word).is_some_and(|head| head.is_empty() || head.ends_with('_'))
        };
        let is_secret = SECRET_WORDS.iter().any(ends)
            || (way == Way::Request && SECRET_IN_REQUESTS.contains(&name.as_str()));
        if is_secret && !text.is_empty() { self.secret(text) } else { self.tokens(text) }
    }

    /// The placeholder of a whole secret; one that already is a placeholder stays.
    fn secret(&mut self, text: &str) -> String {
        if placeholder::find(text).is_some() || text.is_empty() {
            return text.to_owned();
        }
        let kind = if looks_like_jwt(text) { Kind::Jwt } else { Kind::Secret };
        self.number(kind, text)
    }

    /// Replaces signed tokens wherever they stand in a text.
    fn tokens(&mut self, text: &str) -> String {
        if !text.contains("eyJ") {
            return text.to_owned();
        }
        let is_token =
            |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
        let mut redacted = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find("eyJ") {
            let end =
                rest[start..].find(|each| !is_token(each)).map_or(rest.len(), |at| start + at);
            redacted.push_str(&rest[..start]);
            let candidate = &rest[start..end];
            if looks_like_jwt(candidate) {
                redacted.push_str(&self.number(Kind::Jwt, candidate));
            } else {
                redacted.push_str(candidate);
            }
            rest = &rest[end..];
        }
        redacted.push_str(rest);
        redacted
    }

    fn number(&mut self, kind: Kind, secret: &str) -> String {
        let counts = &mut self.counts;
        let number = self.numbers.entry((kind, secret.to_owned())).or_insert_with(|| {
            let count = counts.entry(kind).or_default();
            *count += 1;
            *count
        });
        placeholder::write(kind, *number)
    }
}

/// A signed token as they are really made: its header is a JSON object in base64.
fn looks_like_jwt(text: &str) -> bool {
    text.starts_with("eyJ") && placeholder::is_jwt(text)
}
