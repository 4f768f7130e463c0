//! A request, whole: the body is bounded before it gets here.

use bytes::Bytes;
use http::HeaderMap;
use http::Method;
use http::header::HeaderName;

/// A request as it was received.
///
/// # Shapes
///
/// `path` and `query` are raw: percent-encoding is undone after splitting, by whoever splits.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path, beginning with `/`, still percent-encoded.
    pub path: String,
    /// The query without its `?`, still percent-encoded.
    pub query: Option<String>,
    /// The header fields.
    pub headers: HeaderMap,
    /// The content.
    pub body: Bytes,
    /// What kept the content from being read whole: `body` is then empty.
    pub flaw: Option<Flaw>,
}

/// What can keep a request's content from being read whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It is larger than the door lets in.
    TooLarge {
        /// The limit.
        limit_bytes: usize,
    },
    /// It ended before its announced end.
    Incomplete,
    /// It passes on to somebody else, and nobody looks into it here.
    Unread,
}

impl Request {
    /// A request without header fields and content; `target` is a path with an optional query.
    #[must_use]
    pub fn new(method: Method, target: &str) -> Self {
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (target, None),
        };
        Self {
            method,
            path: path.to_owned(),
            query,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            flaw: None,
        }
    }

    /// The path with its query, as a request line writes it.
    #[must_use]
    pub fn target(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }

    /// The value of a header field, if it is there once and is text.
    #[must_use]
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}
