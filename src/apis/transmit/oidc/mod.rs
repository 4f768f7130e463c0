//! The OIDC companion: the part of the token and key endpoints that session flows need.

mod authorization_code;
mod client_authentication;
mod client_credentials;
mod discovery;
mod oidc_get_keys;
mod oidc_token;
mod refresh_token;

use http::StatusCode;

use crate::apis::Api;
use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::transmit::FAMILY;
use crate::apis::transmit::refusals;
use crate::apis::transmit::refusals::Row;
use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::message::Refusal;
use crate::pointer::Pointer;
use crate::spec::Operation;
use crate::spec::bundled;
use crate::store::Transaction;

/// The token, key and discovery endpoints around both session APIs.
pub static API: Api = Api {
    id: "transmit-oidc",
    family: &FAMILY,
    document: &bundled::TRANSMIT_OIDC,
    companions: &[],
    client_drops_base_path: false,
    authorize,
    operations: &[
        ("oidcToken", oidc_token::operate),
        ("oidcGetKeys", oidc_get_keys::operate),
        ("getOidcConfiguration", discovery::operate),
        ("getOpenidConfiguration", discovery::operate),
    ],
    actions: &[],
    refuse,
    greetings: &[(
        "get a client token",
        "curl -s {url}/oidc/token -d grant_type=client_credentials -d client_id=client_app -d client_secret=secret_app",
    )],
};

/// From the exact to the general.
const BAD_REQUESTS: &[Row] = &[
    Row { instance: "/grant_type", keyword: "enum", example: "unsupported_grant_type", ..Row::ANY },
    Row { example: "invalid_request", ..Row::ANY },
];

/// Nothing here takes an access token; the token endpoint looks at its clients itself.
fn authorize(_call: &Call<'_>, _transaction: &mut Transaction<'_>) -> Result<(), Reply> {
    Ok(())
}

/// The standard's own error for a refusal.
fn refuse(refusal: &Refusal, _operation: Option<&Operation>) -> Option<Reply> {
    match refusal {
        Refusal::CredentialsMissing { .. } => Some(not_authenticated()),
        Refusal::RequestInvalid { violations } => {
            refusals::first(BAD_REQUESTS, violations).map(not_cached)
        }
        Refusal::PathUnknown { .. }
        | Refusal::PathMalformed { .. }
        | Refusal::MethodNotAllowed { .. }
        | Refusal::NotAcceptable { .. }
        | Refusal::MediaTypeUnsupported { .. }
        | Refusal::CodingUnsupported { .. }
        | Refusal::BodyTooLarge { .. }
        | Refusal::ScopeInsufficient { .. }
        | Refusal::Unanswered(_)
        | Refusal::Internal { .. } => refusals::plain(refusal),
    }
}

/// An error of RFC 6749, section 5.2, by the name of its example.
fn bad_request(example: &'static str) -> Reply {
    not_cached(Reply::example(StatusCode::BAD_REQUEST, example))
}

/// What a form lacks; the schema can not say it, because it depends on other values of the form.
fn missing(property: &'static str, needed_by: &str) -> Violation {
    let title = format!("the request body misses `{property}`, which {needed_by} needs");
    let mut violation = Violation::new(&rule::REQUEST_BODY_MISMATCH, Location::Body, title);
    violation.keyword = "required".into();
    violation.property = Some(property.to_owned());
    violation.place = Pointer::new("/components/schemas/TokenRequest/properties").child(property);
    violation.expected = Some(format!("`{property}`"));
    violation
}

/// The client did not prove itself, and is told the scheme (RFC 9110, section 15.5.2).
fn not_authenticated() -> Reply {
    not_cached(Reply::example(StatusCode::UNAUTHORIZED, "invalid_client"))
        .header("www-authenticate", "Basic realm=\"oidc\"")
}

/// Tokens, and what is said instead of tokens, are not to be cached (RFC 6749, section 5.1).
fn not_cached(reply: Reply) -> Reply {
    reply.header("cache-control", "no-store").header("pragma", "no-cache")
}
