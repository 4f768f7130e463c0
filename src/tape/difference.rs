//! How a request differs from a recorded one: what makes a match, and what a miss is explained by.

use std::borrow::Cow;
use std::collections::BTreeSet;

use http::HeaderMap;
use http::HeaderName;
use http::Method;
use http::header::AUTHORIZATION;
use http::header::CONTENT_TYPE;
use serde_json::Map;
use serde_json::Value;

use crate::finding::mask;
use crate::message::MediaType;
use crate::message::Request;
use crate::params::style::form;
use crate::route::template;
use crate::tape::placeholder;
use crate::tape::snapshot;

/// What other credentials weigh, compared with any other header field.
const CREDENTIALS: usize = 100;

/// Whether a header field tells two recordings of one call apart; that it differs is no miss.
/// `Accept` and `User-Agent` say more about the client than about the call.
fn is_telling(name: &str) -> bool {
    snapshot::is_written(name) && !["accept", "user-agent"].contains(&name)
}

/// What of a request decides which recording answers it.
#[derive(Clone, Debug)]
pub struct Essence {
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    content: Content,
    headers: HeaderMap,
}

/// Content, compared by meaning.
#[derive(Clone, Debug, PartialEq)]
enum Content {
    /// No bytes, `null` or `{}`: clients differ in how they send nothing.
    Nothing,
    Json(Value),
    Form(Vec<(String, String)>),
    Bytes(Vec<u8>),
}

impl Essence {
    /// Takes what matters out of a request.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        let path = request.path.split('/').map(|segment| {
            let decoded = template::decode(segment).unwrap_or(Cow::Borrowed(segment));
            // A slash inside a segment stays apart from those between segments.
            decoded.replace('/', "%2F")
        });
        Self {
            method: request.method.clone(),
            path: path.collect::<Vec<_>>().join("/"),
            query: sorted_pairs(request.query.as_deref().unwrap_or("")),
            content: content(request),
            headers: request.headers.clone(),
        }
    }

    /// The method and path, as a person reads them.
    #[must_use]
    pub fn target(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// How alike two targets are, from 0 to 1.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> f64 {
        const COMPARED: usize = 200;
        let cut = |text: String| text.chars().take(COMPARED).collect::<String>();
        strsim::normalized_levenshtein(&cut(self.target()), &cut(other.target()))
    }

    /// How much the header fields that tell two recordings of one call apart are others than were
    /// recorded; credentials count most.
    #[must_use]
    pub fn disagreement(&self, sent: &Self) -> usize {
        let names = self.headers.keys().chain(sent.headers.keys());
        let telling: BTreeSet<&str> =
            names.map(HeaderName::as_str).filter(|name| is_telling(name)).collect();
        let text = |headers: &HeaderMap, name: &str| {
            headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let weight = |name: &str| if name == AUTHORIZATION.as_str() { CREDENTIALS } else { 1 };
        telling
            .into_iter()
            .filter(|name| match (text(&self.headers, name), text(&sent.headers, name)) {
                (Some(recorded), Some(sent)) => !placeholder::matches(&recorded, &sent),
                (None, None) => false,
                (Some(_), None) | (None, Some(_)) => true,
            })
            .map(weight)
            .sum()
    }

    /// Whether method and path are those of the recorded request; `HEAD` is answered by `GET`.
    #[must_use]
    pub fn has_target_of(&self, sent: &Self) -> bool {
        self.has_method_of(sent) && placeholder::matches(&self.path, &sent.path)
    }

    fn has_method_of(&self, sent: &Self) -> bool {
        self.method == sent.method || (sent.method == Method::HEAD && self.method == Method::GET)
    }

    /// What a sent request has otherwise than this recorded one; empty: it is the same call.
    #[must_use]
    pub fn differences(&self, sent: &Self) -> Vec<String> {
        let mut found = Vec::new();
        if !self.has_method_of(sent) {
            found.push(format!("the method: recorded {}, sent {}", self.method, sent.method));
        }
        if !placeholder::matches(&self.path, &sent.path) {
            let (recorded, sent) = (mask::target(&self.path), mask::target(&sent.path));
            found.push(format!("the path: recorded {recorded}, sent {sent}"));
        }
        pairs_difference("the query", &self.query, &sent.query, &mut found);
        match (&self.content, &sent.content) {
            (Content::Json(recorded), Content::Json(sent)) => {
                value_difference("", recorded, sent, &mut found);
            }
            (Content::Form(recorded), Content::Form(sent)) => {
                pairs_difference("the form", recorded, sent, &mut found);
            }
            (recorded, sent) if recorded == sent => {}
            (recorded, sent) => {
                found.push(format!("the body: recorded {}, sent {}", recorded.word(), sent.word()));
            }
        }
        found
    }
}

impl Content {
    const fn word(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Json(_) => "JSON",
            Self::Form(_) => "a form",
            Self::Bytes(_) => "other content",
        }
    }
}

fn content(request: &Request) -> Content {
    let trimmed = request.body.trim_ascii();
    if trimmed.is_empty() || trimmed == b"null" || trimmed == b"{}" {
        return Content::Nothing;
    }
    let media_type = request.header(&CONTENT_TYPE).and_then(MediaType::parse);
    if media_type.is_some_and(|media_type| media_type.is_form())
        && let Ok(text) = std::str::from_utf8(&request.body)
    {
        return Content::Form(sorted_pairs(text));
    }
    match serde_json::from_slice(&request.body) {
        Ok(value) => Content::Json(value),
        Err(_) => Content::Bytes(request.body.to_vec()),
    }
}

/// A query or form as a multiset: decoded and sorted.
fn sorted_pairs(text: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = form::pairs(text)
        .into_iter()
        .map(|(name, value)| {
            (name.into_owned(), form::decode(value).unwrap_or(Cow::Borrowed(value)).into_owned())
        })
        .collect();
    pairs.sort();
    pairs
}

fn pairs_difference(
    place: &str,
    recorded: &[(String, String)],
    sent: &[(String, String)],
    found: &mut Vec<String>,
) {
    let mut rest: Vec<&(String, String)> = sent.iter().collect();
    for (name, value) in recorded {
        let same = rest
            .iter()
            .position(|(sent_name, sent)| sent_name == name && placeholder::matches(value, sent));
        let named = same.or_else(|| rest.iter().position(|(sent_name, _)| sent_name == name));
        let recorded = shown(name, &Value::String(value.clone()));
        let name = mask::text(name);
        match named {
            Some(index) => {
                let (_, sent) = rest.remove(index);
                if same.is_none() {
                    let sent = shown(&name, &Value::String(sent.clone()));
                    found.push(format!("`{name}` in {place}: recorded {recorded}, sent {sent}"));
                }
            }
            None => found.push(format!("`{name}` in {place}: recorded {recorded}, not sent")),
        }
    }
    for (name, value) in rest {
        let sent = shown(name, &Value::String(value.clone()));
        found.push(format!("`{}` in {place}: not recorded, sent {sent}", mask::text(name)));
    }
}

fn value_difference(at: &str, recorded: &Value, sent: &Value, found: &mut Vec<String>) {
    if placeholder::same_value(recorded, sent) {
        return;
    }
    if let (Value::Object(recorded), Value::Object(sent)) = (recorded, sent) {
        return members_difference(at, recorded, sent, found);
    }
    let place = match at {
        "" => "the body".to_owned(),
        at => format!("`{}` in the body", mask::text(at)),
    };
    let (recorded, sent) = (shown(at, recorded), shown(at, sent));
    found.push(format!("{place}: recorded {recorded}, sent {sent}"));
}

fn members_difference(
    at: &str,
    recorded: &Map<String, Value>,
    sent: &Map<String, Value>,
    found: &mut Vec<String>,
) {
    for (name, recorded) in recorded {
        let at = format!("{at}/{name}");
        match sent.get(name) {
            Some(sent) => value_difference(&at, recorded, sent, found),
            None => {
                let recorded = shown(&at, recorded);
                found.push(format!("`{at}` in the body: recorded {recorded}, not sent"));
            }
        }
    }
    for (name, sent) in sent.iter().filter(|(name, _)| !recorded.contains_key(*name)) {
        let at = format!("{at}/{name}");
        let sent = shown(&at, sent);
        found.push(format!("`{}` in the body: not recorded, sent {sent}", mask::text(&at)));
    }
}

/// A value under its name, or at the place in the body that the name is the end of.
fn shown(at: &str, value: &Value) -> String {
    mask::show(at.split('/'), value)
}
