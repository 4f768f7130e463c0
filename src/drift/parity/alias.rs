//! Which of the mock's ids stands for which of the vendor's.

use std::borrow::Cow;
use std::collections::HashSet;

use http::HeaderValue;
use http::header::AUTHORIZATION;
use serde_json::Value;

use crate::drift::parity::Names;
use crate::message::Answer;
use crate::message::Request;
use crate::params::style::form;
use crate::tape::Entry;

/// The shortest text that may be an id.
const SHORTEST: usize = 5;

/// Most ids that are remembered.
const MOST: usize = 100_000;

/// What the mock calls what the vendor calls otherwise.
#[derive(Clone, Debug, Default)]
pub(super) struct Aliases(Names);

impl Aliases {
    /// The same, and one more.
    pub(super) fn with(&self, vendor: &str, mock: &str) -> Self {
        let mut aliases = self.clone();
        aliases.0.insert(vendor.to_owned(), mock.to_owned());
        aliases
    }

    /// The recorded request in the mock's words; `None` where it makes none. `credential` stands in
    /// for one that the vendor knew.
    pub(super) fn told(&self, entry: &Entry, credential: Option<&str>) -> Option<Request> {
        let mut entry = entry.clone();
        let request = &mut entry.request;
        // Placeholders are escaped in URLs.
        let (origin, target) = (String::new(), request.target().into_owned());
        request.url = origin + &self.text(&target);
        for field in &mut request.headers {
            field.value = self.text(&field.value).into_owned();
        }
        if let Some(content) = request.post_data.as_mut().filter(|it| it.encoding.is_none()) {
            content.text = self.text(&content.text).into_owned();
        }
        let mut request = entry.request().ok()?;
        let sent = request.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = sent.and_then(|sent| sent.strip_prefix("Bearer "));
        // What the mock itself issued is its own to check.
        if let (Some(token), Some(credential)) = (token, credential)
            && !self.0.values().any(|known| known == token)
            && let Ok(value) = HeaderValue::from_str(&format!("Bearer {credential}"))
        {
            request.headers.insert(AUTHORIZATION, value);
        }
        Some(request)
    }

    /// Learns from two answers to one request: texts that stand at one place mean one thing.
    pub(super) fn learn(&mut self, vendor: &Answer, mock: &Answer, enumerated: &HashSet<String>) {
        let read = |answer: &Answer| serde_json::from_slice::<Value>(answer.body.bytes()).ok();
        if let (Some(vendor), Some(mock)) = (read(vendor), read(mock)) {
            self.pair(&vendor, &mock, enumerated);
        }
    }

    fn pair(&mut self, vendor: &Value, mock: &Value, enumerated: &HashSet<String>) {
        match (vendor, mock) {
            (Value::Object(vendor), Value::Object(mock)) => {
                for (name, member) in vendor {
                    if let Some(other) = mock.get(name) {
                        self.pair(member, other, enumerated);
                    }
                }
            }
            (Value::Array(vendor), Value::Array(mock)) => {
                for (member, other) in vendor.iter().zip(mock) {
                    self.pair(member, other, enumerated);
                }
            }
            (Value::String(vendor), Value::String(mock))
                if vendor != mock
                    && is_id(vendor)
                    && !enumerated.contains(vendor)
                    && self.0.len() < MOST =>
            {
                self.0.entry(vendor.clone()).or_insert_with(|| mock.clone());
            }
            (_, _) => {}
        }
    }

    /// Ids in a request, in path, query and content, that nobody knows.
    pub(super) fn unknown(&self, entry: &Entry, enumerated: &HashSet<String>) -> Vec<String> {
        let target = entry.request.target();
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let mut found: Vec<String> = path.split('/').map(str::to_owned).collect();
        for (_, value) in form::pairs(query) {
            found.extend(form::decode(value).map(Cow::into_owned));
        }
        let content = entry.request.post_data.as_ref().map_or("", |content| &content.text);
        match serde_json::from_str::<Value>(content) {
            Ok(value) => texts(&value, &mut |text| found.push(text.to_owned())),
            Err(_) => {
                for (_, value) in form::pairs(content) {
                    found.extend(form::decode(value).map(Cow::into_owned));
                }
            }
        }
        let mut seen = HashSet::new();
        found.retain(|text| {
            is_id(text)
                && !text.contains("{{")
                && !self.0.contains_key(text)
                && !enumerated.contains(text)
                && seen.insert(text.clone())
        });
        found
    }

    /// A text with every id that is known in the mock's words.
    pub(super) fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.0.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut told = String::with_capacity(text.len());
        let mut rest = text;
        while !rest.is_empty() {
            let is_part =
                |character: char| character.is_ascii_alphanumeric() || "_-.:{}".contains(character);
            let end = rest.find(|it: char| !is_part(it)).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            told.push_str(self.0.get(word).map_or(word, String::as_str));
            let pause = behind.find(is_part).unwrap_or(behind.len());
            told.push_str(&behind[..pause]);
            rest = &behind[pause..];
        }
        Cow::Owned(told)
    }
}

/// Whether a text may be an id: one word that is no plain word.
fn is_id(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:{}".contains(&byte);
    let is_marked = |byte: u8| byte.is_ascii_digit() || byte == b'_' || byte == b'{';
    text.len() >= SHORTEST && text.bytes().all(is_word) && text.bytes().any(is_marked)
}

/// What is there of the same kind as an id, in the order of the state.
pub(super) fn candidates(state: &Value, id: &str) -> Vec<String> {
    let (mut found, mut seen) = (Vec::new(), HashSet::new());
    texts(state, &mut |text| {
        if text != id && is_id(text) && is_alike(text, id) && seen.insert(text.to_owned()) {
            found.push(text.to_owned());
        }
    });
    found
}

/// Whether two ids are of one kind: they begin alike up to their first `_`, or are as long.
fn is_alike(one: &str, other: &str) -> bool {
    match (one.split_once('_'), other.split_once('_')) {
        (Some((one, _)), Some((other, _))) => one == other,
        (None, None) => one.len() == other.len(),
        (_, _) => false,
    }
}

/// Every text and name in a value.
fn texts(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => found(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(members) => {
            for (name, member) in members {
                found(name);
                texts(member, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
