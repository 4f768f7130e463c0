//! In which manner Clerk's API is called (key, version, base path), and how it refuses.

use serde_json::Value;
use serde_json::json;

use crate::model::clerk::content::Content;
use crate::model::turn::Told;
use crate::model::turn::example;

/// Why a call is refused: Clerk's error.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    pub(super) status: u16,
    pub(super) error: Value,
}

impl Refused {
    /// With another sentence than the example's.
    pub(super) fn saying(mut self, sentence: &str) -> Self {
        self.error["errors"][0]["long_message"] = sentence.into();
        self
    }

    /// About this session.
    pub(super) fn of(self, session: &str) -> Self {
        self.saying(&format!("No session was found with id {session}"))
    }

    /// About this parameter.
    pub(super) fn about(mut self, parameter: &str, sentence: &str) -> Self {
        self.error["errors"][0]["meta"] = json!({ "param_name": parameter });
        self.saying(sentence)
    }

    pub(super) fn told(self) -> Told {
        Told::new(self.status, self.error)
    }
}

/// The secret key that is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Key {
    Good,
    Live,
    /// Well-formed, and known to nobody.
    Other,
    Malformed,
    Basic,
    Nothing,
}

impl Key {
    pub(super) const fn token(self) -> Option<&'static str> {
        match self {
            Self::Good => Some("Bearer sk_test_mock"),
            Self::Live => Some("Bearer sk_live_mock"),
            Self::Other => Some("Bearer sk_test_other"),
            Self::Malformed => Some("Bearer pk_test_mock"),
            Self::Basic => Some("Basic YTpi"),
            Self::Nothing => None,
        }
    }
}

/// How the API version is named.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Named {
    Nowhere,
    Header,
    Query,
    Both,
}

/// In which manner a call is made, whatever it is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    pub(super) key: Key,
    pub(super) named: Named,
    pub(super) version: &'static str,
    pub(super) drops_base: bool,
}

impl Manner {
    /// The plain manner.
    pub(super) const PLAIN: Self =
        Self { key: Key::Good, named: Named::Header, version: "2026-05-12", drops_base: false };

    /// The version that is played: the oldest where none is named.
    pub(super) fn version(&self) -> &'static str {
        if self.named == Named::Nowhere { "2021-02-05" } else { self.version }
    }

    /// Whether there is such a version, and whether it has the operation; what is found besides.
    pub(super) fn judge(&self, operation: &str) -> (Result<(), Refused>, Option<String>) {
        let unknown = |reason: &str| {
            let sentence = format!("Invalid Clerk API version: {reason}");
            Err(no("api_version_invalid", 400).saying(&sentence))
        };
        match (self.named, self.version) {
            (Named::Both, _) => {
                let found =
                    format!("error parameter-mismatch {operation} query.__clerk_api_version");
                (unknown("given by header and by query"), Some(found))
            }
            (Named::Header | Named::Query, "2020-01-01") => {
                (unknown("2020-01-01 is not a known version"), None)
            }
            _ if operation == "VerifySession" && self.version() >= "2025-04-10" => {
                let found = format!("warning operation-retired {operation} target");
                (Err(no("operation_deprecated", 410)), Some(found))
            }
            _ => (Ok(()), None),
        }
    }

    /// What is found of the manner.
    pub(super) fn found(&self, operation: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut add = |rule: &str, place: &str| found.push(format!("{rule} {operation} {place}"));
        if self.drops_base {
            add("warning base-path-dropped", "target");
        }
        match self.key {
            Key::Nothing => add("error credentials-missing", "header.authorization"),
            Key::Basic => add("error credentials-malformed", "header.authorization"),
            Key::Good | Key::Live | Key::Other | Key::Malformed => {}
        }
        let is_unknown = self.version == "2020-01-01";
        if is_unknown && matches!(self.named, Named::Header | Named::Both) {
            add("error parameter-mismatch", "header.Clerk-API-Version");
        }
        if is_unknown && matches!(self.named, Named::Query | Named::Both) {
            add("error parameter-mismatch", "query.__clerk_api_version");
        }
        found
    }

    pub(super) const fn base(&self) -> &'static str {
        if self.drops_base { "" } else { "/v1" }
    }

    pub(super) fn query(&self, content: &Content) -> String {
        let mut query = content.query.clone();
        if matches!(self.named, Named::Query | Named::Both) {
            query.push(format!("__clerk_api_version={}", self.version));
        }
        if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) }
    }

    pub(super) fn headers(&self, content: &Content) -> Vec<(&'static str, String)> {
        let mut headers = Vec::new();
        headers.extend(self.key.token().map(|token| ("authorization", token.to_owned())));
        if matches!(self.named, Named::Header | Named::Both) {
            headers.push(("clerk-api-version", self.version.to_owned()));
        }
        if content.json.is_some() {
            headers.push(("content-type", "application/json".to_owned()));
        }
        headers
    }
}

/// A refusal with the error of a named example.
pub(super) fn no(name: &str, status: u16) -> Refused {
    let mut error = example("clerk-sessions", name);
    error["clerk_trace_id"] = "<any>".into();
    Refused { status, error }
}

/// A property is missing.
pub(super) fn missing(parameter: &str) -> Refused {
    let sentence = format!("{parameter} must be included.");
    no("form_param_missing", 422).about(parameter, &sentence)
}
