//! What a call of Clerk's API is made of: key, version, base path, query, content; and its errors.

use serde_json::Value;
use serde_json::json;

use crate::model::turn::Told;
use crate::model::turn::example;

/// Why a call is refused: Clerk's error.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    status: u16,
    error: Value,
}

/// A refusal with the error of a named example.
pub(super) fn no(name: &str, status: u16) -> Refused {
    let mut error = example("clerk-sessions", name);
    error["clerk_trace_id"] = "<any>".into();
    Refused { status, error }
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
    fn about(mut self, parameter: &str, sentence: &str) -> Self {
        self.error["errors"][0]["meta"] = json!({ "param_name": parameter });
        self.saying(sentence)
    }

    pub(super) fn told(self) -> Told {
        Told::new(self.status, self.error)
    }
}

/// A property is missing.
pub(super) fn missing(parameter: &str) -> Refused {
    let sentence = format!("{parameter} must be included.");
    no("form_param_missing", 422).about(parameter, &sentence)
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

/// Query and body, and what is wrong with them on purpose.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    query: Vec<String>,
    json: Option<Value>,
    flaw: Option<(Refused, &'static str)>,
}

impl Content {
    pub(super) fn none() -> Self {
        Self::default()
    }

    pub(super) fn json(json: Value) -> Self {
        Self { json: Some(json), ..Self::default() }
    }

    /// With a flaw: the error, and rule and place of what is found.
    pub(super) fn flawed(self, refused: Refused, found: &'static str) -> Self {
        Self { flaw: Some((refused, found)), ..self }
    }

    pub(super) fn judge(&self) -> Result<(), Refused> {
        self.flaw.as_ref().map_or(Ok(()), |(refused, _)| Err(refused.clone()))
    }

    pub(super) fn found(&self, operation: &str) -> Option<String> {
        let (_, found) = self.flaw.as_ref()?;
        let (rule, place) = found.split_once(' ')?;
        Some(format!("error {rule} {operation} {place}"))
    }

    pub(super) fn body(&self) -> String {
        self.json.as_ref().map(Value::to_string).unwrap_or_default()
    }

    /// The whose of a new session, in every shape.
    pub(super) fn create(user: &str, organization: Option<&str>, shape: Shape) -> Self {
        let mut body = json!({ "user_id": user });
        if let Some(organization) = organization {
            body["active_organization_id"] = organization.into();
        }
        match shape {
            Shape::Fit => Self::json(body),
            Shape::Extra => {
                body["colour"] = "red".into();
                Self::json(body)
            }
            Shape::Missing => {
                Self::json(json!({})).flawed(missing("user_id"), "request-body-mismatch ")
            }
            Shape::Nothing => Self::none(),
            Shape::WrongType => {
                body["user_id"] = 5.into();
                let sentence = "user_id is invalid. Received number, must be of type string.";
                let refused = no("form_param_json_type_invalid", 422).about("user_id", sentence);
                Self::json(body).flawed(refused, "request-body-mismatch /user_id")
            }
        }
    }

    /// The token to verify, in every shape; most shapes have none.
    pub(super) fn verify(token: Option<&str>, shape: Shape) -> Self {
        let body = token.map(|token| json!({ "token": token }));
        match shape {
            Shape::Fit => body.map_or(Self::none(), Self::json),
            Shape::Missing | Shape::Nothing => Self::json(body.unwrap_or_else(|| json!({}))),
            Shape::Extra => {
                let sentence = "colour is not a valid parameter for this request.";
                let refused = no("form_param_unknown", 422).about("colour", sentence);
                let body = json!({ "colour": "red" });
                Self::json(body).flawed(refused, "request-body-mismatch ")
            }
            Shape::WrongType => {
                let sentence = "token is invalid. Received number, must be of type string.";
                let refused = no("form_param_json_type_invalid", 422).about("token", sentence);
                let body = json!({ "token": 5 });
                Self::json(body).flawed(refused, "request-body-mismatch /token")
            }
        }
    }

    /// For how long a token is to live.
    pub(super) fn lifetime(lifetime: &Lifetime) -> Self {
        let name = "expires_in_seconds";
        let json = |value: Value| Self::json(json!({ name: value }));
        let place = "request-body-mismatch /expires_in_seconds";
        match lifetime {
            Lifetime::Unsaid => Self::none(),
            Lifetime::Null => json(Value::Null),
            Lifetime::Seconds(seconds) => json((*seconds).into()),
            Lifetime::TooShort => {
                let sentence = format!("{name} must be greater than or equal to 30.");
                let refused = no("form_param_format_invalid", 422).about(name, &sentence);
                json(29.into()).flawed(refused, place)
            }
            Lifetime::TooLong => {
                let sentence = format!("The value of {name} can't be greater than 315360000");
                let refused = no("form_param_value_too_large", 422).about(name, &sentence);
                json(315_360_001.into()).flawed(refused, place)
            }
            Lifetime::Text => {
                let sentence =
                    format!("{name} is invalid. Received string, must be of type integer.");
                let refused = no("form_param_json_type_invalid", 422).about(name, &sentence);
                json("60".into()).flawed(refused, place)
            }
        }
    }

    /// What a list is asked for.
    pub(super) fn list(filter: &Filter) -> Self {
        let mut query = Vec::new();
        let mut add = |name: &str, value: Option<String>| {
            query.extend(value.map(|value| format!("{name}={value}")));
        };
        add("user_id", filter.user.map(str::to_owned));
        add("client_id", filter.client.map(str::to_owned));
        add("status", filter.status.map(str::to_owned));
        add("limit", filter.limit.map(|limit| limit.to_string()));
        add("offset", filter.offset.map(|offset| offset.to_string()));
        add("paginated", filter.is_paginated.map(|is| is.to_string()));
        let flaw = filter.flaw.map(ListFlaw::told);
        query.extend(flaw.iter().map(|(text, ..)| (*text).to_owned()));
        let content = Self { query, ..Self::default() };
        match flaw {
            Some((_, refused, found)) => content.flawed(refused, found),
            None => content,
        }
    }
}

/// The shape of a body.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Shape {
    Fit,
    Extra,
    Missing,
    Nothing,
    WrongType,
}

/// How long a token is to live.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Lifetime {
    Unsaid,
    Null,
    Seconds(i64),
    TooShort,
    TooLong,
    Text,
}

/// What a list is asked for.
#[derive(Clone, Debug)]
pub(super) struct Filter {
    pub(super) user: Option<&'static str>,
    pub(super) client: Option<&'static str>,
    pub(super) status: Option<&'static str>,
    pub(super) limit: Option<usize>,
    pub(super) offset: Option<usize>,
    pub(super) is_paginated: Option<bool>,
    pub(super) flaw: Option<ListFlaw>,
}

/// What is wrong with a list's query; what it is about is not said besides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum ListFlaw {
    PendingStatus,
    NoLimit,
    HighLimit,
    TextLimit,
    RepeatedLimit,
    NegativeOffset,
    VaguePaginated,
}

impl ListFlaw {
    /// The query, the error, and rule and place of what is found.
    fn told(self) -> (&'static str, Refused, &'static str) {
        let error =
            |name: &str, parameter: &str, sentence: &str| no(name, 422).about(parameter, sentence);
        match self {
            Self::PendingStatus => {
                let sentence =
                    "pending does not match one of the allowed values for parameter status";
                let refused = error("pending_is_no_filter", "status", sentence);
                ("status=pending", refused, "parameter-mismatch query.status")
            }
            Self::NoLimit => {
                let sentence = "limit must be greater than or equal to 1.";
                let refused = error("form_param_format_invalid", "limit", sentence);
                ("limit=0", refused, "parameter-mismatch query.limit")
            }
            Self::HighLimit => {
                let sentence = "The value of limit can't be greater than 500";
                let refused = error("form_param_value_too_large", "limit", sentence);
                ("limit=501", refused, "parameter-mismatch query.limit")
            }
            Self::TextLimit => {
                let refused =
                    error("form_param_type_invalid", "limit", "`limit` must be a `integer`.");
                ("limit=ten", refused, "parameter-mismatch query.limit")
            }
            Self::RepeatedLimit => {
                let sentence = "limit included multiple times. There should only be one.";
                let refused = error("form_param_duplicate", "limit", sentence);
                ("limit=1&limit=1", refused, "parameter-malformed query.limit")
            }
            Self::NegativeOffset => {
                let sentence = "offset must be greater than or equal to 0.";
                let refused = error("form_param_format_invalid", "offset", sentence);
                ("offset=-1", refused, "parameter-mismatch query.offset")
            }
            Self::VaguePaginated => {
                let sentence = "`paginated` must be a `boolean`.";
                let refused = error("form_param_type_invalid", "paginated", sentence);
                ("paginated=maybe", refused, "parameter-mismatch query.paginated")
            }
        }
    }
}

/// The session token that is shown.
#[derive(Clone, Copy, Debug)]
pub(super) enum Proof {
    Nothing,
    Garbage,
    Made(usize),
}
