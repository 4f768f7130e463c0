//! Refusals as Prism tells them: the types, titles and details that its users know.

use http::HeaderValue;
use http::StatusCode;
use http::header::ACCEPT;
use http::header::WWW_AUTHENTICATE;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::engine::prism::challenge;
use crate::engine::prism::violation;
use crate::engine::problem;
use crate::engine::problem::MEDIA_TYPE;
use crate::finding::Level;
use crate::message::Answer;
use crate::message::Refusal;
use crate::message::Request;
use crate::message::Unanswered;
use crate::message::unanswered::Wanted;
use crate::spec::Operation;

/// What the type of every problem of Prism's begins with.
const TYPE: &str = "https://stoplight.io/prism/errors#";

/// A problem in Prism's words.
struct Told {
    name: &'static str,
    title: &'static str,
    detail: String,
    more: Map<String, Value>,
}

/// The problem of a refusal; what Prism never refuses is told in standin's own words.
pub(in crate::engine) fn of(
    refusal: &Refusal,
    request: &Request,
    operation: Option<&Operation>,
) -> Answer {
    let Some(mut told) = told(refusal, request) else { return problem::of(refusal) };
    let Refusal::CredentialsMissing { problem, .. } = refusal else {
        return written(refusal.status(), told);
    };
    let challenge = operation.and_then(|operation| challenge::of(operation, *problem));
    let Some(challenge) = challenge else { return written(refusal.status(), told) };
    told.more.insert("headers".to_owned(), json!({ "WWW-Authenticate": challenge }));
    let mut answer = written(refusal.status(), told);
    if let Ok(challenge) = HeaderValue::from_str(&challenge) {
        answer.headers.insert(WWW_AUTHENTICATE, challenge);
    }
    answer
}

/// The problem in place of an answer that breaks the contract.
pub(super) fn of_violations(all: &[Value]) -> Answer {
    let mut more = Map::new();
    more.insert("validation".to_owned(), Value::Array(all.to_vec()));
    let detail = "Your request/response is not valid and the --errors flag is set, so Prism is \
                  generating this error for you.";
    let (title, detail) = ("Request/Response not valid", detail.to_owned());
    let told = Told { name: "VIOLATIONS", title, detail, more };
    written(StatusCode::INTERNAL_SERVER_ERROR, told)
}

/// Whether an answer is a problem of Prism's already.
pub(super) fn is_one(answer: &Answer) -> bool {
    let kind = answer.body.value().and_then(|value| value.get("type"));
    kind.and_then(Value::as_str).is_some_and(|kind| kind.starts_with(TYPE))
}

fn written(status: StatusCode, told: Told) -> Answer {
    let mut problem = Map::new();
    problem.insert("type".to_owned(), json!(format!("{TYPE}{}", told.name)));
    problem.insert("title".to_owned(), json!(told.title));
    problem.insert("status".to_owned(), json!(status.as_u16()));
    problem.insert("detail".to_owned(), json!(told.detail));
    problem.extend(told.more);
    Answer::json(status, MEDIA_TYPE, Value::Object(problem))
}

fn told(refusal: &Refusal, request: &Request) -> Option<Told> {
    let mut more = Map::new();
    let path = &request.path;
    let (name, title, detail) = match refusal {
        Refusal::PathUnknown { .. } => (
            "NO_PATH_MATCHED_ERROR",
            "Route not resolved, no path matched",
            format!("The route {path} hasn't been found in the specification file"),
        ),
        Refusal::MethodNotAllowed { .. } => {
            let method = request.method.as_str().to_ascii_lowercase();
            (
                "NO_METHOD_MATCHED_ERROR",
                "Route resolved, but no path matched",
                format!(
                    "The route {path} has been matched, but there's no \"{method}\" method defined"
                ),
            )
        }
        Refusal::Unanswered(Unanswered::ServerUnknown { asked, offered }) if offered.is_empty() => {
            (
                "NO_SERVER_CONFIGURATION_PROVIDED_ERROR",
                "Route not resolved, no server configuration provided",
                format!(
                    "No server configuration has been provided, although {asked} set as base url"
                ),
            )
        }
        Refusal::Unanswered(Unanswered::ServerUnknown { asked, .. }) => (
            "NO_SERVER_MATCHED_ERROR",
            "Route not resolved, no server matched",
            format!("The server url {asked} hasn't been matched with any of the provided servers"),
        ),
        Refusal::NotAcceptable { .. } => {
            let accept = request.header(&ACCEPT).unwrap_or("*/*");
            (
                "NOT_ACCEPTABLE",
                "The server cannot produce a representation for your accept header",
                format!("Unable to find content for {accept}"),
            )
        }
        Refusal::MediaTypeUnsupported { expected, .. } => (
            "INVALID_CONTENT_TYPE",
            "Invalid content type",
            format!("Supported content types: {}", expected.join(",")),
        ),
        Refusal::CredentialsMissing { .. } => {
            let detail = "Your request does not fullfil the security requirements and no HTTP \
                          unauthorized response was found in the spec, so Prism is generating \
                          this error for you.";
            ("UNAUTHORIZED", "Invalid security scheme used", detail.to_owned())
        }
        Refusal::RequestInvalid { violations } => {
            let broken = violations.iter().filter(|violation| violation.level() == Level::Error);
            let items = broken.flat_map(|broken| violation::items(broken, Level::Error, None));
            more.insert("validation".to_owned(), items.collect());
            let detail = "Your request is not valid and no HTTP validation response was found in \
                          the spec, so Prism is generating this error for you.";
            ("UNPROCESSABLE_ENTITY", "Invalid request", detail.to_owned())
        }
        Refusal::Unanswered(Unanswered::PreferenceMalformed { .. }) => {
            ("UNPROCESSABLE_ENTITY", "Invalid request", refusal.title())
        }
        Refusal::Unanswered(Unanswered::PreferenceUnknown { wanted, .. }) => {
            let detail = match wanted {
                Wanted::Code(code) => {
                    format!("Requested status code {code} is not defined in the document.")
                }
                Wanted::Example { name, media_type } => {
                    let media_type = media_type.as_deref().unwrap_or("*/*");
                    format!(
                        "Response for contentType: {media_type} and exampleKey: {name} does not exist."
                    )
                }
            };
            ("NOT_FOUND", "The server cannot find the requested content", detail)
        }
        Refusal::Unanswered(Unanswered::ResponseUndeclared) => {
            let text = "No response defined for the selected operation";
            // The doubled word is on Prism's wire.
            ("NO_RESPONSE_RESPONSE_DEFINED", text, text.to_owned())
        }
        Refusal::Unanswered(Unanswered::ContentUnwritable { .. }) => {
            let text = "Cannot serialise complex objects as text";
            ("NO_COMPLEX_OBJECT_TEXT", text, text.to_owned())
        }
        Refusal::Internal { reason } => ("UNKNOWN", "An unexpected error occurred", reason.clone()),
        Refusal::PathMalformed { .. }
        | Refusal::CodingUnsupported { .. }
        | Refusal::BodyTooLarge { .. }
        | Refusal::Unanswered(
            Unanswered::UpstreamFailed { .. } | Unanswered::UpstreamSlow { .. },
        )
        | Refusal::ScopeInsufficient { .. } => return None,
    };
    Some(Told { name, title, detail, more })
}
