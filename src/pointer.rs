//! JSON Pointer as a type: every place in a document or a body is named by one.
//!
//! Kept as the text that RFC 6901 defines, because that is what reports print, what keys maps and
//! what `serde_json::Value::pointer` reads; the tokens are decoded only when somebody asks.

use std::borrow::Borrow;
use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::json;

/// A place inside a JSON value, as RFC 6901 writes it.
///
/// # Examples
///
/// ```
/// use standin::pointer::Pointer;
///
/// let place = Pointer::root().child("paths").child("/sessions/{id}").child("0");
/// assert_eq!(place.as_str(), "/paths/~1sessions~1{id}/0");
/// assert_eq!(place.wildcard(), "/paths/~1sessions~1{id}/*");
/// ```
///
/// # Source
///
/// RFC 6901, sections 3 and 4.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pointer(String);

impl Pointer {
    /// Returns the pointer to the whole value.
    #[must_use]
    pub const fn root() -> Self {
        Self(String::new())
    }

    /// Takes text that already is a pointer; a missing leading `/` is added.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() || text.starts_with('/') { Self(text) } else { Self(format!("/{text}")) }
    }

    /// Returns the pointer one step deeper; `token` is given unescaped.
    #[must_use]
    pub fn child(&self, token: impl AsRef<str>) -> Self {
        let token = token.as_ref();
        let mut text = String::with_capacity(self.0.len() + token.len() + 1);
        text.push_str(&self.0);
        text.push('/');
        let mut rest = token;
        while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'~' | b'/')) {
            text.push_str(&rest[..at]);
            text.push_str(if rest.as_bytes()[at] == b'~' { "~0" } else { "~1" });
            rest = &rest[at + 1..];
        }
        text.push_str(rest);
        Self(text)
    }

    /// Returns `self` followed by `tail`.
    #[must_use]
    pub fn join(&self, tail: &str) -> Self {
        let mut text = String::with_capacity(self.0.len() + tail.len());
        text.push_str(&self.0);
        text.push_str(tail);
        Self(text)
    }

    /// The text of the pointer, escaped.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the whole value.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Iterates over the decoded reference tokens.
    pub fn tokens(&self) -> impl Iterator<Item = Cow<'_, str>> {
        tokens(&self.0)
    }

    /// The last token, decoded; `None` for the whole value.
    #[must_use]
    pub fn last(&self) -> Option<Cow<'_, str>> {
        self.0.rsplit_once('/').map(|(_, token)| decoded(token))
    }

    /// The pointer without its last token; `None` for the whole value.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.rfind('/').map(|at| Self(self.0[..at].to_owned()))
    }

    /// Reads the place in `value`.
    #[must_use]
    pub fn get<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        find(value, &self.0)
    }

    /// The pointer with every array index replaced by `*`, as fingerprints use it.
    #[must_use]
    pub fn wildcard(&self) -> String {
        let mut text = String::with_capacity(self.0.len());
        for token in self.0.split('/').skip(1) {
            text.push('/');
            let is_index = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
            text.push_str(if is_index { "*" } else { token });
        }
        text
    }
}

/// Reads the place that a pointer's text names; texts that others made are read without a copy.
#[must_use]
pub fn find<'v>(value: &'v Value, pointer: &str) -> Option<&'v Value> {
    if !pointer.is_empty() && !pointer.starts_with('/') {
        return None;
    }
    tokens(pointer).try_fold(value, |value, token| match value {
        Value::Object(members) => json::member(members, &token),
        Value::Array(items) => items.get(index(&token)?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    })
}

fn tokens(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    text.split('/').skip(1).map(decoded)
}

fn decoded(token: &str) -> Cow<'_, str> {
    if token.as_bytes().contains(&b'~') {
        Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(token)
    }
}

/// An index as RFC 6901 writes it: no sign and no leading zero.
fn index(token: &str) -> Option<usize> {
    let is_plain = token == "0" || !token.starts_with(['0', '+']);
    is_plain.then(|| token.parse().ok())?
}

/// So that a text finds what is kept under a pointer.
impl Borrow<str> for Pointer {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::find;

    #[test]
    fn a_place_is_found_where_serde_json_finds_it() {
        let value = json!({"a": [1, {"b/c": {"~": 2, "": 3}}], "0": {"01": 4}, "": 5});
        let pointers = [
            "",
            "/",
            "/a",
            "/a/0",
            "/a/1/b~1c/~0",
            "/a/1/b~1c/",
            "/a/2",
            "/a/01",
            "/a/+1",
            "/a/-",
            "/a/00",
            "/0/01",
            "/0",
            "a",
            "/a/0/x",
            "/~01",
            "/a/1/b~1c/~",
            "//",
            "/a/99999999999999999999",
        ];
        for pointer in pointers {
            assert_eq!(find(&value, pointer), value.pointer(pointer), "{pointer}");
        }
    }
}
