//! One breach of the contract, as the readers of a message report it.
//!
//! A violation knows the message and the document, not the call that it came in: who is to blame,
//! which exchange proves it and how often it was seen is added when it becomes a
//! [`Finding`](crate::finding::Finding). The tables that turn breaches into a vendor's own error
//! codes read violations.

use std::borrow::Cow;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::finding::level::Level;
use crate::finding::rule::Rule;
use crate::pointer::Pointer;

/// Where in a message something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Location {
    /// The method and path together.
    Target,
    /// A value of the path template.
    Path,
    /// A key of the query.
    Query,
    /// A header field.
    Header,
    /// A cookie.
    Cookie,
    /// The content.
    Body,
    /// The status code of a response.
    Status,
}

/// The type of a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonType {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A text.
    String,
    /// A list.
    Array,
    /// An object.
    Object,
}

impl JsonType {
    /// The type of `value`.
    #[must_use]
    pub const fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::String,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        }
    }
}

/// One breach of the contract.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// Which rule.
    pub rule: &'static Rule,
    /// The level where it differs from the rule's own.
    pub level: Option<Level>,
    /// Where in the message.
    pub location: Location,
    /// The parameter's or header's name; `None` in bodies.
    pub name: Option<String>,
    /// The place inside the body or inside the parameter's decoded value.
    pub instance: Pointer,
    /// The JSON Schema keyword that was broken (`required`, `enum`, `pattern`, …); empty where no
    /// schema was involved.
    pub keyword: Cow<'static, str>,
    /// The property that is missing (`required`) or unknown (`additionalProperties`).
    pub property: Option<String>,
    /// The constraint's own value in the document (the bound, the list of an enum, the pattern).
    pub constraint: Option<Value>,
    /// The place in the document that was broken, down to the keyword.
    pub place: Pointer,
    /// What is wrong: one sentence fragment without a full stop and without the value sent.
    pub title: String,
    /// What was sent, masked and shortened; `None` where nothing was.
    pub got: Option<String>,
    /// The JSON type of what was sent, which `got` does not tell once it is masked; `None` where
    /// nothing was, or text that is no JSON.
    pub got_type: Option<JsonType>,
    /// What would have been right.
    pub expected: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Violation {
    /// A violation of `rule` with everything else still empty.
    #[must_use]
    pub fn new(rule: &'static Rule, location: Location, title: impl Into<String>) -> Self {
        Self {
            rule,
            level: None,
            location,
            name: None,
            instance: Pointer::root(),
            keyword: Cow::Borrowed(""),
            property: None,
            constraint: None,
            place: Pointer::root(),
            title: title.into(),
            got: None,
            got_type: None,
            expected: None,
            help: None,
        }
    }

    /// The level that counts, before any `--severity`.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level.unwrap_or(self.rule.level)
    }

    /// The part of the message that it stands in, in a word, and the name there; both are empty
    /// in bodies, where the pointer says it all.
    pub(crate) fn stands_in(&self) -> (&'static str, &str) {
        let prefix = match self.location {
            Location::Target => "target",
            Location::Path => "path",
            Location::Query => "query",
            Location::Header => "header",
            Location::Cookie => "cookie",
            Location::Status => "status",
            Location::Body => return ("", ""),
        };
        (prefix, self.name.as_deref().unwrap_or_default())
    }

    /// The place in the message: `/user_id` in a body, `query.limit`, `header.user-agent`.
    #[must_use]
    pub fn instance_text(&self) -> String {
        match self.stands_in() {
            ("", _) => self.instance.to_string(),
            (prefix, "") => prefix.to_owned(),
            (prefix, name) => format!("{prefix}.{name}{}", self.instance),
        }
    }
}
