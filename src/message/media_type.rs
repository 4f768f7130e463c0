//! Media types and the ranges that match them.

use std::borrow::Cow;
use std::fmt;

/// A media type, or a range such as `application/*`, without its parameters.
///
/// # Source
///
/// RFC 9110, sections 8.3.1 and 12.5.1; names compare without case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MediaType {
    /// `application` in `application/json`; may be `*`.
    pub kind: Cow<'static, str>,
    /// `json` in `application/json`; may be `*`.
    pub subtype: Cow<'static, str>,
}

impl MediaType {
    /// Reads a media type or range; parameters are dropped. `None` when it is none.
    ///
    /// # Examples
    ///
    /// ```
    /// use standin::message::MediaType;
    ///
    /// let json = MediaType::parse("Application/JSON; charset=utf-8").unwrap();
    /// assert_eq!(json.to_string(), "application/json");
    /// assert!(MediaType::parse("application/*").unwrap().matches(&json));
    /// assert!(MediaType::parse("text").is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let essence = text.split(';').next()?.trim();
        if essence == "application/json" {
            let (kind, subtype) = (Cow::Borrowed("application"), Cow::Borrowed("json"));
            return Some(Self { kind, subtype });
        }
        let (kind, subtype) = essence.split_once('/')?;
        let is_token = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
        };
        (is_token(kind) && is_token(subtype)).then(|| Self {
            kind: Cow::Owned(kind.to_ascii_lowercase()),
            subtype: Cow::Owned(subtype.to_ascii_lowercase()),
        })
    }

    /// Whether `other` falls into this type or range.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        (self.kind == "*" || self.kind == other.kind)
            && (self.subtype == "*" || self.subtype == other.subtype)
    }

    /// Whether the content is JSON: `application/json` or a `+json` suffix.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.subtype == "json" || self.subtype.ends_with("+json")
    }

    /// Whether the content is an HTML form.
    #[must_use]
    pub fn is_form(&self) -> bool {
        self.kind == "application" && self.subtype == "x-www-form-urlencoded"
    }

    /// How exactly the type is given: 0 for `*/*`, 1 for `kind/*`, 2 for a type.
    #[must_use]
    pub fn precision(&self) -> u8 {
        u8::from(self.kind != "*") + u8::from(self.subtype != "*")
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.kind, self.subtype)
    }
}
