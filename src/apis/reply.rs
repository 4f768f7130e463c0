//! What an operation of a bundled API answers, before it is signed and written.

use std::borrow::Cow;
use std::sync::Arc;

use http::HeaderName;
use http::HeaderValue;
use http::StatusCode;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::finding::Violation;
use crate::json::Written;
use crate::message::Listing;
use crate::pointer::Pointer;

/// What is sent as content.
#[derive(Clone, Debug)]
pub enum Content {
    /// Nothing.
    Empty,
    /// This JSON.
    Written(Written),
    /// A list of what was written before.
    Listing(Listing),
    /// The named example of the document: of the operation's response at this status, or of
    /// `components/examples`.
    Example(Cow<'static, str>),
}

/// A token to be signed after the transaction, because signing takes longer than a lock should.
#[derive(Clone, Debug, PartialEq)]
pub struct Unsigned {
    /// Where in the content the signed token goes.
    pub at: Pointer,
    /// Members of the header besides `alg`.
    pub header: Map<String, Value>,
    /// The claims.
    pub claims: Value,
}

/// An answer in the making.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status code.
    pub status: StatusCode,
    /// Header fields besides the content's own.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The content.
    pub content: Content,
    /// Values to put into the content afterwards, for the variable parts of named examples.
    pub patches: Vec<(Pointer, Value)>,
    /// Tokens to sign into the content.
    pub tokens: Vec<Unsigned>,
    /// What the API itself found wrong with the request, beyond what schemas can say.
    pub violations: Vec<Arc<Violation>>,
    /// The named example whose `x-standin-basis` counts, where it is not the content's own.
    pub basis_of: Option<Cow<'static, str>>,
}

impl Reply {
    /// A reply without content.
    #[must_use]
    pub fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: Vec::new(),
            content: Content::Empty,
            patches: Vec::new(),
            tokens: Vec::new(),
            violations: Vec::new(),
            basis_of: None,
        }
    }

    /// A reply of status 200 with `value`, usually of a generated type.
    #[must_use]
    pub fn ok(value: &impl Serialize) -> Self {
        Self::value(StatusCode::OK, value)
    }

    /// A reply with `value`, usually of a generated type.
    #[must_use]
    pub fn value(status: StatusCode, value: &impl Serialize) -> Self {
        Self { content: Content::Written(Written::of(value)), ..Self::empty(status) }
    }

    /// A reply of status 200 with a list of what was written before.
    #[must_use]
    pub fn listing(listing: Listing) -> Self {
        Self { content: Content::Listing(listing), ..Self::empty(StatusCode::OK) }
    }

    /// A reply with the document's named example: how errors are answered.
    #[must_use]
    pub fn example(status: StatusCode, name: impl Into<Cow<'static, str>>) -> Self {
        Self { content: Content::Example(name.into()), ..Self::empty(status) }
    }

    /// A reply with a problem (RFC 9457) of standin's own, for actions: no vendor has an error for
    /// them.
    #[must_use]
    pub fn problem(status: StatusCode, id: &str, title: impl Into<String>) -> Self {
        let problem = serde_json::json!({
            "type": format!("urn:standin:problem:{id}"),
            "title": title.into(),
            "status": status.as_u16(),
        });
        Self::value(status, &problem)
    }

    /// Puts `value` at `pointer` of the content.
    #[must_use]
    pub fn with(mut self, pointer: &str, value: impl Into<Value>) -> Self {
        self.patches.push((Pointer::new(pointer), value.into()));
        self
    }

    /// Adds a header field; a value that is no header value is left out.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((HeaderName::from_static(name), value));
        }
        self
    }

    /// Has a token signed into the content at `pointer`.
    #[must_use]
    pub fn token(mut self, pointer: &str, header: Map<String, Value>, claims: Value) -> Self {
        self.tokens.push(Unsigned { at: Pointer::new(pointer), header, claims });
        self
    }

    /// Reports what the API itself found wrong with the request.
    #[must_use]
    pub fn report(mut self, violation: impl Into<Arc<Violation>>) -> Self {
        self.violations.push(violation.into());
        self
    }

    /// Says that the answer rests on the named example's basis (for behaviour that is assumed
    /// though the answer looks like any other).
    #[must_use]
    pub fn resting_on(mut self, example: impl Into<Cow<'static, str>>) -> Self {
        self.basis_of = Some(example.into());
        self
    }
}
