//! Takes secrets out of exchanges that are written down or shown: stable placeholders, equal ones
//! for equal secrets.
//!
//! What a secret is says [`secret`]: by name where the name tells, by shape wherever it stands.
//! Nothing is redacted while a call is answered; who shows or writes an exchange does it then.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Map;
use serde_json::Value;

use crate::finding::secret;
use crate::finding::secret::Reach;
use crate::finding::telling::Way;
use crate::finding::telling::is_telling;
use crate::message::MediaType;
use crate::tape::entry::Entry;
use crate::tape::entry::Named;
use crate::tape::placeholder;
use crate::tape::placeholder::Kind;

/// Header fields of the form `scheme secret`.
const CREDENTIAL_HEADERS: [&str; 2] = ["authorization", "proxy-authorization"];

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
        self.headers(&mut request.headers);
        request.url = self.target(&request.url);
        for pair in &mut request.query_string {
            pair.name = self.text(&pair.name, Reach::Shape);
            pair.value = self.named(&pair.name, &pair.value, Way::Request);
        }
        if let Some(content) = &mut request.post_data {
            let (text, encoding) = (&mut content.text, &mut content.encoding);
            self.content(&content.mime_type, text, encoding, Way::Request);
            content.mime_type = self.text(&content.mime_type, Reach::Named(Way::Request));
        }
        let response = &mut entry.response;
        self.headers(&mut response.headers);
        response.redirect_url = self.target(&response.redirect_url);
        let content = &mut response.content;
        if let Some(text) = &mut content.text {
            self.content(&content.mime_type, text, &mut content.encoding, Way::Response);
        }
    }

    /// Takes the secrets out of a URL, or of a path with its query.
    pub fn target(&mut self, target: &str) -> String {
        secret::replace_in_target(target, &mut |secret| self.secret(secret)).into_owned()
    }

    fn headers(&mut self, headers: &mut [Named]) {
        for field in headers {
            let name = field.name.to_ascii_lowercase();
            if CREDENTIAL_HEADERS.contains(&name.as_str()) {
                field.value = match secret::scheme(&field.value) {
                    Some((scheme, secret)) => format!("{scheme} {}", self.secret(secret.trim())),
                    None => self.secret(&field.value),
                };
            } else if name == "host" {
                // A user and password before it are no part of a host.
                if let Some((user, host)) = field.value.rsplit_once('@') {
                    field.value = format!("{}@{host}", self.secret(user));
                }
            } else {
                field.value = self.named(&name, &field.value, Way::Request);
            }
        }
    }

    /// Content as it is written down: as text, or as base64 where it is none.
    fn content(
        &mut self,
        mime_type: &str,
        text: &mut String,
        encoding: &mut Option<String>,
        way: Way,
    ) {
        if encoding.is_none() {
            *text = self.readable(mime_type, text, way);
        } else if let Ok(bytes) = STANDARD.decode(&*text) {
            let plain = String::from_utf8_lossy(&bytes);
            let redacted = self.readable(mime_type, &plain, way);
            // Bytes that hold no secret stay what they are.
            if redacted != plain {
                (*text, *encoding) = (redacted, None);
            }
        }
    }

    fn readable(&mut self, mime_type: &str, text: &str, way: Way) -> String {
        if let Ok(mut value) = serde_json::from_str::<Value>(text) {
            let before = value.clone();
            self.value(&mut value, way, false);
            // As it was written where nothing is to hide; a member that is there twice is read
            // once, so the text itself is searched too.
            if value != before {
                return value.to_string();
            }
            return self.text(text, reach_in_json(way));
        }
        let media_type = MediaType::parse(mime_type);
        if media_type.as_ref().is_some_and(MediaType::is_form) {
            return secret::replace_in_pairs(text, way, &mut |secret| self.secret(secret));
        }
        if media_type.is_some_and(|media_type| media_type.kind == "multipart") {
            return self.parts(text, way);
        }
        self.text(text, Reach::Named(way))
    }

    /// Parts that name themselves (`Content-Disposition: form-data; name="token"`).
    fn parts(&mut self, text: &str, way: Way) -> String {
        let end_of_head = |text: &str| {
            let ends = ["\r\n\r\n", "\n\n"].map(|end| text.find(end).map(|at| at + end.len()));
            ends.into_iter().flatten().min()
        };
        let mut redacted = String::with_capacity(text.len());
        for part in text.split_inclusive("\n--") {
            let Some(start) = end_of_head(part) else {
                redacted.push_str(&self.text(part, Reach::Named(way)));
                continue;
            };
            let (head, content) = part.split_at(start);
            let name = head.split_once("name=\"").and_then(|(_, rest)| rest.split('"').next());
            let value = content.trim_end_matches("\n--").trim_end_matches('\r');
            redacted.push_str(head);
            redacted.push_str(&self.named(name.unwrap_or_default(), value, way));
            redacted.push_str(&content[value.len()..]);
        }
        redacted
    }

    /// A JSON value; `is_secret` where a name around it tells so.
    fn value(&mut self, value: &mut Value, way: Way, is_secret: bool) {
        match value {
            Value::Object(members) => {
                if members.keys().any(|name| secret::is_in(name, Reach::Shape)) {
                    let named = std::mem::take(members).into_iter();
                    let named =
                        named.map(|(name, member)| (self.text(&name, Reach::Shape), member));
                    *members = named.collect::<Map<String, Value>>();
                }
                for (name, member) in members {
                    // What is answered under a telling name may be an object that describes one.
                    let is_around = is_secret && way == Way::Request;
                    self.value(member, way, is_around || is_telling(name, way));
                }
            }
            Value::Array(items) => {
                items.iter_mut().for_each(|item| self.value(item, way, is_secret));
            }
            Value::String(text) if is_secret => *text = self.secret(text),
            Value::String(text) => {
                *text = self.text(text, reach_in_json(way));
            }
            Value::Number(number) if is_secret => {
                *value = Value::String(self.secret(&number.to_string()))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn named(&mut self, name: &str, text: &str, way: Way) -> String {
        if is_telling(name, way) { self.secret(text) } else { self.text(text, Reach::Named(way)) }
    }

    fn text(&mut self, text: &str, reach: Reach) -> String {
        secret::replace(text, reach, &mut |secret| self.secret(secret)).into_owned()
    }

    /// The placeholder of a whole secret; one that already is a placeholder stays.
    fn secret(&mut self, text: &str) -> String {
        let is_placeholder = matches!(placeholder::find(text), Some(("", _, "")));
        if is_placeholder || text.is_empty() {
            return text.to_owned();
        }
        let kind = if looks_like_jwt(text) { Kind::Jwt } else { Kind::Secret };
        let counts = &mut self.counts;
        let number = self.numbers.entry((kind, text.to_owned())).or_insert_with(|| {
            let count = counts.entry(kind).or_default();
            *count += 1;
            *count
        });
        placeholder::write(kind, *number)
    }
}

/// How far texts inside JSON are searched: what a server says in prose of a token is no token.
const fn reach_in_json(way: Way) -> Reach {
    match way {
        Way::Request => Reach::Named(way),
        Way::Response => Reach::Shape,
    }
}

/// A signed token as they are really made: its header is a JSON object in base64.
fn looks_like_jwt(text: &str) -> bool {
    text.starts_with("eyJ") && placeholder::is_jwt(text)
}
