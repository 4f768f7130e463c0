//! Constraints that nothing breaks alone, each with the reason.
//!
//! Where a reason names another keyword, both are broken and both findings are demanded.

/// A document's constraints that nothing breaks alone.
pub(super) struct Excused {
    /// The document.
    pub(super) api: &'static str,
    /// `request` or `response`.
    pub(super) side: &'static str,
    /// Why.
    pub(super) reason: &'static str,
    /// The constraints.
    pub(super) constraints: &'static [&'static str],
}

/// Whatever is written as text is text.
const TEXT: &str = "text is always a string";
/// The members of an enum have one type, so no value of another type is among them.
const ENUM: &str = "whatever breaks it breaks `enum` too";
/// The finding then names the keyword with the alternatives.
const ALTERNATIVE: &str = "a value of another type is none of the alternatives";
/// Routing looks at segments before anything is read.
const PATH: &str = "a path without it is another path";
/// The same of a segment without content.
const SEGMENT: &str = "a path with an empty segment is another path";
/// However a form is written, it has names and values.
const FORM: &str = "a form is always an object";
/// The greatest value that is allowed is within the format.
const MAXIMUM: &str = "whatever breaks it breaks `maximum` too";
/// A number beyond double precision is none to a reader of JSON.
const JSON: &str = "no JSON value breaks it";

const fn row(
    api: &'static str,
    side: &'static str,
    reason: &'static str,
    constraints: &'static [&'static str],
) -> Excused {
    Excused { api, side, reason, constraints }
}

/// All of them.
pub(super) const EXCUSED: &[Excused] = &[
    row(
        "clerk-sessions",
        "request",
        SEGMENT,
        &[
            "/components/parameters/SessionId/schema/minLength",
            "/paths/~1sessions~1{session_id}~1tokens~1{template_name}/parameters/1/schema/minLength",
        ],
    ),
    row(
        "clerk-sessions",
        "request",
        PATH,
        &[
            "/components/parameters/SessionId/required",
            "/paths/~1sessions~1{session_id}~1tokens~1{template_name}/parameters/1/required",
        ],
    ),
    row(
        "clerk-sessions",
        "request",
        TEXT,
        &[
            "/components/parameters/SessionId/schema/type",
            "/components/schemas/ApiVersion/type",
            "/components/schemas/SessionStatusFilter/type",
            "/paths/~1sessions/get/parameters/2/schema/type",
            "/paths/~1sessions/get/parameters/3/schema/type",
            "/paths/~1sessions~1{session_id}~1tokens~1{template_name}/parameters/1/schema/type",
        ],
    ),
    row("clerk-sessions", "request", ENUM, &["/components/schemas/RefreshFormat/type"]),
    row(
        "clerk-sessions",
        "response",
        ALTERNATIVE,
        &[
            "/components/schemas/Cookies/type",
            "/components/schemas/SessionPage/type",
            "/components/schemas/Token/type",
        ],
    ),
    row(
        "clerk-sessions",
        "response",
        TEXT,
        &[
            "/components/headers/Allow/schema/type",
            "/components/headers/WwwAuthenticate/schema/type",
        ],
    ),
    row(
        "clerk-sessions",
        "response",
        ENUM,
        &[
            "/components/schemas/Cookies/properties/object/type",
            "/components/schemas/JsonWebKey/properties/alg/type",
            "/components/schemas/JsonWebKey/properties/kty/type",
            "/components/schemas/JsonWebKey/properties/use/type",
            "/components/schemas/Session/properties/object/type",
            "/components/schemas/SessionActivity/properties/object/type",
            "/components/schemas/SessionStatus/type",
            "/components/schemas/SessionToken/properties/object/type",
            "/components/schemas/Token/properties/object/type",
        ],
    ),
    row("standin-admin", "request", SEGMENT, &["/components/parameters/Api/schema/minLength"]),
    row(
        "standin-admin",
        "request",
        PATH,
        &["/components/parameters/Api/required", "/components/parameters/ExchangeNumber/required"],
    ),
    row(
        "standin-admin",
        "request",
        TEXT,
        &[
            "/components/parameters/Api/schema/type",
            "/components/parameters/ExchangeApi/schema/type",
            "/components/parameters/ExchangeFormat/schema/type",
            "/components/parameters/ExchangeMethod/schema/type",
            "/components/parameters/ExchangeOperation/schema/type",
            "/components/parameters/ReportFormat/schema/type",
        ],
    ),
    row(
        "standin-admin",
        "request",
        ENUM,
        &["/components/schemas/ClockMove/properties/resume/type"],
    ),
    row(
        "standin-admin",
        "request",
        MAXIMUM,
        &[
            "/components/parameters/ExchangeStatus/schema/format",
            "/components/parameters/Limit/schema/format",
            "/components/schemas/ClerkTemplate/properties/allowed_clock_skew/format",
            "/components/schemas/ClerkTemplate/properties/lifetime/format",
        ],
    ),
    row(
        "standin-admin",
        "response",
        ALTERNATIVE,
        &["/components/schemas/ExchangeList/type", "/components/schemas/HarArchive/type"],
    ),
    row(
        "standin-admin",
        "response",
        JSON,
        &[
            "/components/schemas/Exchange/properties/duration_ms/format",
            "/components/schemas/ExchangeSummary/properties/duration_ms/format",
        ],
    ),
    row(
        "standin-admin",
        "response",
        TEXT,
        &[
            "/components/responses/Unauthorized/headers/WWW-Authenticate/schema/type",
            "/components/schemas/PlainText/type",
        ],
    ),
    row(
        "standin-admin",
        "response",
        ENUM,
        &[
            "/components/schemas/Basis/type",
            "/components/schemas/Blame/type",
            "/components/schemas/Comparison/properties/step/type",
            "/components/schemas/CoveredPart/properties/kind/type",
            "/components/schemas/CoveredPart/properties/side/type",
            "/components/schemas/Finding/properties/proof/type",
            "/components/schemas/Finding/properties/where/type",
            "/components/schemas/Gate/properties/fail_on/type",
            "/components/schemas/HarLog/properties/version/type",
            "/components/schemas/Health/properties/status/type",
            "/components/schemas/Level/type",
            "/components/schemas/Place/properties/role/type",
            "/components/schemas/Stopping/properties/status/type",
        ],
    ),
    row(
        "transmit-auth-sessions",
        "request",
        TEXT,
        &[
            "/components/parameters/DetachDeviceBindingToken/schema/type",
            "/components/parameters/DeviceBindingToken/schema/type",
            "/components/parameters/FlowId/schema/type",
            "/components/parameters/UserAgent/schema/type",
        ],
    ),
    row(
        "transmit-auth-sessions",
        "response",
        TEXT,
        &[
            "/components/headers/Allow/schema/type",
            "/components/headers/SetDeviceBindingToken/schema/type",
            "/components/headers/WwwAuthenticate/schema/type",
        ],
    ),
    row(
        "transmit-auth-sessions",
        "response",
        ENUM,
        &[
            "/components/schemas/AuthSessionStatus/properties/cross_device_status/type",
            "/components/schemas/AuthSessionStatus/properties/session_status/type",
        ],
    ),
    row("transmit-oidc", "request", FORM, &["/components/schemas/TokenRequest/type"]),
    row(
        "transmit-oidc",
        "request",
        TEXT,
        &[
            "/components/schemas/TokenRequest/properties/client_id/type",
            "/components/schemas/TokenRequest/properties/client_secret/type",
            "/components/schemas/TokenRequest/properties/code/type",
            "/components/schemas/TokenRequest/properties/code_verifier/type",
            "/components/schemas/TokenRequest/properties/grant_type/type",
            "/components/schemas/TokenRequest/properties/redirect_uri/type",
            "/components/schemas/TokenRequest/properties/refresh_token/type",
            "/components/schemas/TokenRequest/properties/resource/type",
            "/components/schemas/TokenRequest/properties/scope/type",
        ],
    ),
    row(
        "transmit-oidc",
        "response",
        TEXT,
        &[
            "/components/headers/Allow/schema/type",
            "/components/headers/NoCache/schema/type",
            "/components/headers/NoStore/schema/type",
            "/components/headers/WwwAuthenticate/schema/type",
        ],
    ),
    row(
        "transmit-oidc",
        "response",
        ENUM,
        &[
            "/components/schemas/TokenError/properties/error/type",
            "/components/schemas/TokenResponse/properties/token_type/type",
        ],
    ),
    row("transmit-sessions", "request", PATH, &["/components/parameters/UserId/required"]),
    row("transmit-sessions", "request", TEXT, &["/components/parameters/UserId/schema/type"]),
    row(
        "transmit-sessions",
        "response",
        TEXT,
        &[
            "/components/headers/Allow/schema/type",
            "/components/headers/WwwAuthenticate/schema/type",
        ],
    ),
];
