//! What depends on the API version that a call asks for.
//!
//! One document describes all versions; here stand the differences that behaviour has to know. A
//! version is a day, so that later means newer. Whether a version exists at all is the document's
//! to say.

use crate::apis::Call;
use crate::generated::clerk_sessions::types;
use crate::spec::Operation;

/// The header that names a version.
pub(super) const HEADER: &str = "Clerk-API-Version";
/// The query key that names a version.
pub(super) const QUERY: &str = "__clerk_api_version";

/// What a call without a version is answered as: the oldest, which knew no versions.
const OLDEST: &str = "2021-02-05";
/// The first version with session tasks.
const WITH_TASKS: &str = "2025-03-12";
/// The first version whose session tokens are of version 2.
const WITH_SECOND_TOKENS: &str = "2025-04-10";

/// A version of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ApiVersion<'c>(pub(super) &'c str);

impl<'c> ApiVersion<'c> {
    /// The version that the call asks for.
    pub(super) fn of(call: &Call<'c>) -> Self {
        let asked = call.arguments.header_text(HEADER).or_else(|| call.arguments.query_text(QUERY));
        Self(asked.unwrap_or(OLDEST))
    }

    /// Whether sessions have tasks, and may be pending because of them.
    pub(super) fn has_tasks(self) -> bool {
        self.0 >= WITH_TASKS
    }

    /// Whether session tokens are of version 2.
    pub(super) fn has_second_tokens(self) -> bool {
        self.0 >= WITH_SECOND_TOKENS
    }

    /// Whether a session can be created with an active organization.
    pub(super) fn creates_with_organization(self) -> bool {
        self.0 >= WITH_SECOND_TOKENS
    }

    /// Whether there is such a version; what is not one is refused before anything depends on it.
    fn is_known(self) -> bool {
        self.0.parse::<types::ApiVersion>().is_ok()
    }

    /// Whether the operation had gone by this version, as its `x-standin-until` says.
    pub(super) fn has_retired(self, operation: &Operation) -> bool {
        operation
            .extensions
            .get("x-standin-until")
            .and_then(serde_json::Value::as_str)
            .is_some_and(|until| self.is_known() && self.0 >= until)
    }
}

#[cfg(test)]
mod tests {
    use super::ApiVersion;

    #[test]
    fn versions_know_what_they_have() {
        let has = |day| {
            let version = ApiVersion(day);
            (version.has_tasks(), version.has_second_tokens())
        };
        assert_eq!(has("2021-02-05"), (false, false));
        assert_eq!(has("2024-10-01"), (false, false));
        assert_eq!(has("2025-03-12"), (true, false));
        assert_eq!(has("2025-04-10"), (true, true));
        assert_eq!(has("2026-05-12"), (true, true));
    }
}
