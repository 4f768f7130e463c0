//! Placeholders: what stands in a recording for a secret, and what that means to a reader.
//!
//! A placeholder is no value: it satisfies no pattern and equals nothing that a client sends. So
//! whoever reads a recording asks here, and takes it for anything of its kind.

use std::borrow::Cow;

use http::HeaderMap;
use serde_json::Value;

use crate::finding::Location;
use crate::finding::Violation;
use crate::json::View;
use crate::message::Answer;
use crate::message::Request;
use crate::params::style::form;

/// What kind of secret a placeholder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A JSON Web Token.
    Jwt,
    /// Any other secret.
    Secret,
    /// A private key or certificate in PEM.
    Pem,
    /// An address of e-mail.
    Email,
    /// An address of the internet protocol.
    Ip,
    /// A number of a telephone.
    Phone,
    /// A person's name, birthday or number with an authority.
    Person,
    /// Where somebody lives.
    Address,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Jwt,
        Self::Secret,
        Self::Pem,
        Self::Email,
        Self::Ip,
        Self::Phone,
        Self::Person,
        Self::Address,
    ];

    /// The kind's name in a placeholder.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jwt => "jwt",
            Self::Secret => "secret",
            Self::Pem => "pem",
            Self::Email => "email",
            Self::Ip => "ip",
            Self::Phone => "phone",
            Self::Person => "person",
            Self::Address => "address",
        }
    }
}

/// Writes a placeholder: `{{jwt:1}}`.
#[must_use]
pub fn write(kind: Kind, number: usize) -> String {
    format!("{{{{{}:{number}}}}}", kind.as_str())
}

/// Finds the first placeholder in `text`: what stands before it, its kind, what follows.
#[must_use]
pub fn find(text: &str) -> Option<(&str, Kind, &str)> {
    let mut from = 0;
    while let Some(at) = text[from..].find("{{") {
        let start = from + at;
        let (head, inside) = (&text[..start], &text[start + 2..]);
        if let Some((name, tail)) = inside.split_once("}}")
            && let Some(kind) = kind(name)
        {
            return Some((head, kind, tail));
        }
        from = start + 1;
    }
    None
}

/// The same text fit for a URL, which may have no braces (RFC 3986, section 2).
#[must_use]
pub fn escape(url: &str) -> Cow<'_, str> {
    rewritten(url, ["{{", "}}"], ["%7B%7B", "%7D%7D"])
}

/// A URL with its placeholders as they are written everywhere else.
#[must_use]
pub fn unescape(url: &str) -> Cow<'_, str> {
    rewritten(url, ["%7B%7B", "%7D%7D"], ["{{", "}}"])
}

/// Placeholders between one pair of signs put between another.
fn rewritten<'u>(url: &'u str, [open, close]: [&str; 2], signs: [&str; 2]) -> Cow<'u, str> {
    if !url.contains(open) {
        return Cow::Borrowed(url);
    }
    let (mut written, mut rest) = (String::with_capacity(url.len()), url);
    while let Some((head, behind)) = rest.split_once(open) {
        written.push_str(head);
        match behind.split_once(close).filter(|(name, _)| kind(name).is_some()) {
            Some((name, tail)) => {
                written.extend([signs[0], name, signs[1]]);
                rest = tail;
            }
            None => {
                written.push_str(open);
                rest = behind;
            }
        }
    }
    written.push_str(rest);
    Cow::Owned(written)
}

/// The kind of a placeholder by what stands between its braces.
fn kind(name: &str) -> Option<Kind> {
    let (kind, number) = name.split_once(':')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    Kind::ALL.into_iter().find(|it| is_number && it.as_str() == kind)
}

/// Whether `sent` is what was recorded, where placeholders match anything of their kind.
///
/// # Examples
///
/// ```
/// use standin::tape::placeholder::matches;
///
/// assert!(matches("Bearer {{secret:1}}", "Bearer sk_test_mock"));
/// assert!(matches("{{jwt:1}}", "{{jwt:1}}"));
/// assert!(!matches("{{jwt:1}}", "no.token"));
/// assert!(!matches("Bearer {{secret:1}}", "Basic abc"));
/// ```
#[must_use]
pub fn matches(recorded: &str, sent: &str) -> bool {
    let (mut recorded, mut sent) = (recorded, sent);
    while let Some((head, kind, tail)) = find(recorded) {
        let Some(rest) = sent.strip_prefix(head) else { return false };
        let Some((literal, ..)) = find(tail) else {
            return rest.strip_suffix(tail).is_some_and(|value| fits(kind, value));
        };
        // A secret ends where what follows it first stands; nothing is ever tried twice. Secrets
        // without anything between them can not be told apart.
        if literal.is_empty() {
            return !rest.is_empty();
        }
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let Some(at) = rest[first..].find(literal).map(|at| first + at) else { return false };
        if !fits(kind, &rest[..at]) {
            return false;
        }
        (recorded, sent) = (tail, &rest[at..]);
    }
    recorded == sent
}

fn fits(kind: Kind, text: &str) -> bool {
    let is_placeholder = || {
        find(text)
            .is_some_and(|(head, own, tail)| head.is_empty() && tail.is_empty() && own == kind)
    };
    match kind {
        Kind::Secret
        | Kind::Pem
        | Kind::Email
        | Kind::Ip
        | Kind::Phone
        | Kind::Person
        | Kind::Address => !text.is_empty(),
        Kind::Jwt => is_jwt(text) || is_placeholder(),
    }
}

/// Whether text has the three parts of a signed token.
#[must_use]
pub fn is_jwt(text: &str) -> bool {
    let is_part =
        |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    let mut parts = text.split('.');
    let (head, claims) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let is_signed = parts.next().is_some_and(is_part) && parts.next().is_none();
    is_signed && !head.is_empty() && is_part(head) && !claims.is_empty() && is_part(claims)
}

/// Whether a violation in a recorded request is only about a placeholder, so that nobody can tell.
#[must_use]
pub fn excuses_request(violation: &Violation, request: &Request, body: Option<View<'_>>) -> bool {
    let in_query = |name: &str| {
        let pairs = request.query.as_deref().map(form::pairs).unwrap_or_default();
        pairs.iter().any(|(key, value)| key == name && find(value).is_some())
    };
    match violation.location {
        Location::Body => in_body(violation, body.map(View::to_value).as_deref()),
        Location::Header => in_header(violation, &request.headers),
        Location::Query => violation.name.as_deref().is_some_and(in_query),
        Location::Path => find(&request.path).is_some(),
        Location::Cookie => in_header_named(&request.headers, "cookie"),
        Location::Target | Location::Status => false,
    }
}

/// Whether a violation in a recorded answer is only about a placeholder.
#[must_use]
pub fn excuses_answer(violation: &Violation, answer: &Answer) -> bool {
    match violation.location {
        Location::Body => in_body(violation, answer.body.value()),
        Location::Header => in_header(violation, &answer.headers),
        Location::Target
        | Location::Path
        | Location::Query
        | Location::Cookie
        | Location::Status => false,
    }
}

fn in_body(violation: &Violation, body: Option<&Value>) -> bool {
    let value = body.and_then(|body| violation.instance.get(body));
    value.and_then(Value::as_str).is_some_and(|text| find(text).is_some())
}

fn in_header(violation: &Violation, headers: &HeaderMap) -> bool {
    violation.name.as_deref().is_some_and(|name| in_header_named(headers, name))
}

fn in_header_named(headers: &HeaderMap, name: &str) -> bool {
    headers.get_all(name).iter().any(|value| value.to_str().is_ok_and(|text| find(text).is_some()))
}
