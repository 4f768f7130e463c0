//! Header fields and cookies: those that are known to be harmless stay, all others are judged by
//! their names and their shapes.

use crate::finding::random::is_random;
use crate::finding::secret;
use crate::finding::telling::Way;
use crate::finding::telling::describes;
use crate::tape::entry::Named;
use crate::tape::redact::Redactor;

/// Header fields of the form `scheme secret`.
const CREDENTIALS: [&str; 2] = ["authorization", "proxy-authorization"];

/// Header fields that are addresses.
const ADDRESSES: [&str; 5] = ["location", "content-location", "referer", "origin", "link"];

/// Header fields in which nobody sends a secret. Those of a family end in `-`.
const HARMLESS: [&str; 47] = [
    "accept",
    "accept-",
    "access-control-",
    "age",
    "allow",
    "alt-svc",
    "cache-control",
    "connection",
    "content-",
    "cross-origin-",
    "date",
    "deprecation",
    "digest",
    "dnt",
    "etag",
    "expect",
    "expires",
    "host",
    "idempotency-key",
    "if-",
    "keep-alive",
    "last-modified",
    "pragma",
    "prefer",
    "preference-applied",
    "range",
    "ratelimit",
    "ratelimit-",
    "repr-digest",
    "request-id",
    "retry-after",
    "sec-",
    "server",
    "server-timing",
    "standin-",
    "strict-transport-security",
    "sunset",
    "te",
    "traceparent",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "vary",
    "via",
    "want-",
    "x-request-id",
];

/// Parts of `Set-Cookie` that are no cookie (RFC 6265, section 4.1).
const ATTRIBUTES: [&str; 9] = [
    "expires",
    "max-age",
    "domain",
    "path",
    "secure",
    "httponly",
    "samesite",
    "partitioned",
    "priority",
];

impl Redactor {
    /// Takes the secrets out of header fields.
    pub(super) fn fields(&mut self, fields: &mut [Named], way: Way) {
        for field in fields {
            let name = field.name.to_ascii_lowercase();
            field.value = self.field(&name, &field.value, way);
        }
    }

    fn field(&mut self, name: &str, value: &str, way: Way) -> String {
        if self.policy.says(name) == Some(true) {
            return self.secret(value);
        }
        if CREDENTIALS.contains(&name) {
            return self.credential(value);
        }
        match name {
            // A user and password before it are no part of a host.
            "host" => match value.rsplit_once('@') {
                Some((user, host)) => format!("{}@{host}", self.secret(user)),
                None => value.to_owned(),
            },
            "cookie" | "set-cookie" => self.cookies(value, name == "set-cookie"),
            _ if ADDRESSES.contains(&name) => self.address(value),
            _ if is_harmless(name) => self.shapes(value),
            _ if self.tells(name, Way::Request) || self.is_marked(way, "", name) => {
                self.secret(value)
            }
            _ => match self.personal(name) {
                Some(kind) => self.placeholder(kind, value),
                // Of a field that nobody knows, what was drawn at random may open something.
                None if self.is_open(name) && !describes(name) && is_random(value) => {
                    self.secret(value)
                }
                None => self.prose(value, Way::Request),
            },
        }
    }

    /// A secret that may have a scheme before it, which is none.
    pub(super) fn credential(&mut self, value: &str) -> String {
        match secret::scheme(value) {
            Some((scheme, secret)) => format!("{scheme} {}", self.secret(secret.trim())),
            None => self.secret(value),
        }
    }

    /// Cookies keep their names: whoever reads a recording has to tell one from another.
    fn cookies(&mut self, value: &str, has_attributes: bool) -> String {
        let pieces = value.split(';').enumerate().map(|(index, piece)| {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            let plain = name.trim().to_ascii_lowercase();
            let is_attribute = has_attributes && index > 0 && ATTRIBUTES.contains(&&*plain);
            if name == piece && !is_attribute && !plain.is_empty() {
                // A value without a name.
                let start = piece.len() - piece.trim_start().len();
                return format!("{}{}", &piece[..start], self.secret(piece.trim()));
            }
            if is_attribute || value.is_empty() || self.policy.says(&plain) == Some(false) {
                return piece.to_owned();
            }
            format!("{name}={}", self.secret(value))
        });
        pieces.collect::<Vec<_>>().join(";")
    }
}

fn is_harmless(name: &str) -> bool {
    HARMLESS.iter().any(|known| *known == name || (known.ends_with('-') && name.starts_with(known)))
}
