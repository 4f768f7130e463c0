//! Which error each vendor has for a breach, by what is known of the vendors: never by the code.

use http::StatusCode;
use serde_json::Value;

use super::probe::Cause;

/// One line of a vendor's table; the first that fits counts.
struct Line {
    /// Where, or empty: anywhere.
    location: &'static str,
    /// The keyword or word, or empty: any.
    keyword: &'static str,
    /// The parameter or property, or empty: any.
    name: &'static str,
    /// The status.
    status: u16,
    /// The code.
    code: &'static str,
    /// A part of the text for people, or empty: any.
    text: &'static str,
}

const fn line(
    (location, keyword, name): (&'static str, &'static str, &'static str),
    status: u16,
    code: &'static str,
) -> Line {
    Line { location, keyword, name, status, code, text: "" }
}

const fn told(line: Line, text: &'static str) -> Line {
    Line { text, ..line }
}

/// Clerk's error list says which code is for what: parameters of the query and members of bodies
/// alike are form parameters (422), everything more basic is a 400.
const CLERK: &[Line] = &[
    line(("", "credentials", ""), 401, "authentication_invalid"),
    line(("", "accept", ""), 406, "not_acceptable"),
    line(("", "", "Clerk-API-Version"), 400, "api_version_invalid"),
    line(("", "", "__clerk_api_version"), 400, "api_version_invalid"),
    line(("query", "text", ""), 400, "malformed_request_parameters"),
    line(("body", "media type", ""), 415, "unsupported_content_type"),
    line(("body", "syntax", ""), 400, "request_body_invalid"),
    told(line(("body", "body", ""), 422, "form_param_missing"), "must be included."),
    // A body that is no object at all has no parameter to name.
    line(("body", "type", ""), 400, "request_body_invalid"),
    told(line(("body", "required", ""), 422, "form_param_missing"), "must be included."),
    told(
        line(("body", "additionalProperties", ""), 422, "form_param_unknown"),
        "is not a valid parameter for this request.",
    ),
    told(line(("query", "type", ""), 422, "form_param_type_invalid"), "must be a `"),
    told(
        line(("query", "once", ""), 422, "form_param_duplicate"),
        "included multiple times. There should only be one.",
    ),
    told(line(("", "enum", ""), 422, "form_param_value_invalid"), "one of the allowed values"),
    told(line(("", "minimum", ""), 422, "form_param_format_invalid"), "greater than or equal to"),
    told(line(("", "maximum", ""), 422, "form_param_value_too_large"), "can't be greater than"),
];

/// What a member of a JSON body of the wrong type is told by Clerk.
const CLERK_MEMBER: Line = Line {
    location: "body",
    keyword: "type",
    name: "",
    status: 422,
    code: "form_param_value_invalid",
    text: ", must be of type ",
};

/// Sessions have one error for bad requests, with the status once more as its code.
const TRANSMIT_SESSIONS: &[Line] = &[
    told(line(("", "credentials", ""), 401, "401"), "Invalid token"),
    told(line(("", "accept", ""), 406, "406"), "Not acceptable"),
    told(line(("", "", ""), 400, "400"), "Bad request"),
];

/// Auth sessions have one code for bad requests; the published text is that of missing and null
/// properties, the others are noted as assumed in the document.
const TRANSMIT_AUTH_SESSIONS: &[Line] = &[
    told(
        line(("", "credentials", ""), 401, "unauthorized_request"),
        "Unauthorized request: JWT access token is missing or invalid",
    ),
    line(("", "accept", ""), 406, "not_acceptable"),
    line(("body", "media type", ""), 415, "unsupported_media_type"),
    told(line(("body", "body", ""), 400, "invalid_request"), MISSING),
    told(line(("body", "required", ""), 400, "invalid_request"), MISSING),
    told(line(("", "minimum", "session_expiration"), 400, "invalid_request"), EXPIRATION),
    told(line(("", "maximum", "session_expiration"), 400, "invalid_request"), EXPIRATION),
    told(line(("", "", "approval_data"), 400, "invalid_request"), APPROVAL),
    told(line(("", "", "any_name"), 400, "invalid_request"), APPROVAL),
    told(line(("", "", ""), 400, "invalid_request"), "Invalid request"),
];
const MISSING: &str = "Invalid request: property should not be null or undefined";
const EXPIRATION: &str = "session_expiration should be between 1 and 86400";
const APPROVAL: &str = "approval_data should have at most 10 keys";

/// RFC 6749, section 5.2: a request that lacks, repeats or garbles a parameter is an
/// `invalid_request`; a grant type that the server does not have is told as such.
const TRANSMIT_OIDC: &[Line] = &[
    line(("", "accept", ""), 406, "invalid_request"),
    line(("body", "media type", ""), 415, "invalid_request"),
    line(("body", "enum", "grant_type"), 400, "unsupported_grant_type"),
    line(("", "", ""), 400, "invalid_request"),
];

/// The control surface answers problems, 422 where it could read the call.
const ADMIN: &[Line] = &[
    line(("", "accept", ""), 406, "urn:standin:problem:not-acceptable"),
    line(("body", "media type", ""), 415, "urn:standin:problem:media-type-unsupported"),
    line(("", "", ""), 422, "urn:standin:problem:request-invalid"),
];

/// Holds an answer to the vendor's table.
pub(super) fn check(
    api: &str,
    cause: &Cause,
    status: StatusCode,
    answer: Option<&Value>,
) -> Result<(), String> {
    let (table, code) = match api {
        "clerk-sessions" => (CLERK, "/errors/0/code"),
        "transmit-sessions" => (TRANSMIT_SESSIONS, "/error_code"),
        "transmit-auth-sessions" => (TRANSMIT_AUTH_SESSIONS, "/error_code"),
        "transmit-oidc" => (TRANSMIT_OIDC, "/error"),
        "standin-admin" => (ADMIN, "/type"),
        other => return Err(format!("nobody wrote down the errors of {other}")),
    };
    let line = wanted(api, table, cause)?;
    let body = answer.ok_or_else(|| "the answer is no JSON".to_owned())?;
    let code = body.pointer(code).map(|code| match code.as_str() {
        Some(text) => text.to_owned(),
        None => code.to_string(),
    });
    let named = body.pointer("/errors/0/meta/param_name").and_then(Value::as_str);
    let is_named = !line.code.starts_with("form_param_")
        || cause.keyword == "body"
        || named == Some(&cause.name);
    let is_right = status.as_u16() == line.status
        && code.as_deref() == Some(line.code)
        && body.to_string().contains(line.text)
        && is_named;
    if is_right {
        return Ok(());
    }
    let wanted = format!("{} {} {} of {}", line.status, line.code, line.text, cause.name);
    Err(format!("expected {wanted}, got {status} {body}"))
}

fn wanted(api: &str, table: &'static [Line], cause: &Cause) -> Result<&'static Line, String> {
    if api == "clerk-sessions"
        && cause.location == "body"
        && cause.keyword == "type"
        && !cause.name.is_empty()
    {
        return Ok(&CLERK_MEMBER);
    }
    if api == "transmit-auth-sessions" && cause.is_null && !cause.name.is_empty() {
        // The published text is about null too.
        return Ok(&TRANSMIT_AUTH_SESSIONS[3]);
    }
    let fits = |line: &&Line| {
        let is = |said: &str, is: &str| said.is_empty() || said == is;
        is(line.location, cause.location)
            && is(line.keyword, &cause.keyword)
            && is(line.name, &cause.name)
    };
    table.iter().find(fits).ok_or_else(|| format!("nobody wrote down what {api} says of {cause:?}"))
}
