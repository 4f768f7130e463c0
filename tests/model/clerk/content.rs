//! What a call of Clerk's API says by query and body, and what is wrong with it on purpose.

use serde_json::Value;
use serde_json::json;

use crate::model::clerk::manner::Refused;
use crate::model::clerk::manner::missing;
use crate::model::clerk::manner::no;

/// Query and body, and what is wrong with them on purpose.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    pub(super) query: Vec<String>,
    pub(super) json: Option<Value>,
    pub(super) flaw: Option<(Refused, &'static str)>,
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
    pub(super) fn told(self) -> (&'static str, Refused, &'static str) {
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
