//! The claims of the tokens that Clerk makes: session tokens in two versions, template tokens.
//!
//! Claims are pure functions of records and the clock. Signing is left to whoever sends the
//! answer; only cookies, which carry the token inside other text, are signed here.

pub(super) mod permission;
pub(super) mod session;
pub(super) mod shortcode;
pub(super) mod template;

use serde_json::Map;
use serde_json::Value;

use crate::token::decode_unverified;

/// Who issues every token: the Frontend API of the instance, as the document's second server.
pub(super) const ISSUER: &str = "https://standin.clerk.accounts.dev";
/// The id of the instance, which is its key's id too.
pub(super) const KEY_ID: &str = "ins_2gYt9fQk6TzNwXvBh3LmRs8PcJd";

/// Which class a token belongs to, as the `cat` of its header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Category {
    /// Signs a user in.
    Session,
    /// Made from a template; the SDKs refuse it as a sign-in.
    Template,
}

impl Category {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Session => "cl_B7d4PD111AAA",
            Self::Template => "cl_B7d4PD222AAA",
        }
    }

    /// Whether a token says that it is of this class.
    pub(super) fn is_of(self, token: &str) -> bool {
        decode_unverified(token).is_some_and(|(header, _)| {
            header.get("cat").and_then(Value::as_str) == Some(self.as_str())
        })
    }

    /// The members of the header besides `alg`.
    pub(super) fn header(self) -> Map<String, Value> {
        let members = [("cat", self.as_str()), ("kid", KEY_ID), ("typ", "JWT")];
        members.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect()
    }
}
