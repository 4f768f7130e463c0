//! Challenges: what a 401 or 403 says that would do instead, as `WWW-Authenticate` has it.

use crate::spec::model::Operation;
use crate::spec::model::ParameterLocation;
use crate::spec::model::Requirement;
use crate::spec::model::SecurityScheme;

/// The challenges of an operation: of each alternative its schemes', each once.
///
/// # Shapes
///
/// | scheme                      | challenge                                                |
/// |-----------------------------|----------------------------------------------------------|
/// | `http`, `basic`             | `Basic realm="Title of the API", charset="UTF-8"`        |
/// | `http`, `bearer`            | `Bearer`                                                 |
/// | `oauth2`, `openIdConnect`   | `Bearer`, or `Bearer scope="read write"`                 |
/// | `http`, `digest`            | `Digest realm="…", qop="auth", algorithm=SHA-256, nonce="…"` |
/// | `http`, any other           | its name                                                 |
/// | `apiKey`                    | `ApiKey in="header", name="X-Key"`                       |
/// | `mutualTLS`, unknown        | none                                                     |
///
/// # Source
///
/// RFC 9110, section 11.6.1, demands at least one challenge in every 401, and none is registered
/// for keys: `ApiKey` is this program's choice. RFC 7617, section 2; RFC 6750, section 3; RFC 7616,
/// section 3.3 (any nonce does, since no digest is ever reckoned).
#[must_use]
pub fn of(operation: &Operation, title: &str) -> Vec<String> {
    let realm = quoted(title);
    let mut challenges = Vec::new();
    for requirement in operation.security.iter().flatten() {
        let challenge = one(requirement, &realm);
        challenges.extend(challenge.filter(|challenge| !challenges.contains(challenge)));
    }
    challenges
}

/// The challenge to a token that lacks scopes (RFC 6750, section 3.1).
#[must_use]
pub fn insufficient(scopes: &[String]) -> String {
    format!("Bearer error=\"insufficient_scope\", scope={}", quoted(&scopes.join(" ")))
}

fn one(requirement: &Requirement, realm: &str) -> Option<String> {
    match &requirement.kind {
        SecurityScheme::Basic => Some(format!("Basic realm={realm}, charset=\"UTF-8\"")),
        SecurityScheme::Bearer => Some("Bearer".to_owned()),
        SecurityScheme::OAuth2 | SecurityScheme::OpenIdConnect => {
            let scopes = &requirement.scopes;
            Some(match scopes.is_empty() {
                true => "Bearer".to_owned(),
                false => format!("Bearer scope={}", quoted(&scopes.join(" "))),
            })
        }
        SecurityScheme::Http { scheme } if scheme.eq_ignore_ascii_case("digest") => Some(format!(
            "Digest realm={realm}, qop=\"auth\", algorithm=SHA-256, nonce=\"c3RhbmRpbg\""
        )),
        SecurityScheme::Http { scheme } => Some(scheme.clone()),
        SecurityScheme::ApiKey { name, location } => {
            Some(format!("ApiKey in=\"{}\", name={}", place(*location), quoted(name)))
        }
        SecurityScheme::MutualTls | SecurityScheme::Unknown => None,
    }
}

/// Where a key travels, in the document's words.
pub(super) const fn place(location: ParameterLocation) -> &'static str {
    match location {
        ParameterLocation::Path => "path",
        ParameterLocation::Query => "query",
        ParameterLocation::Header => "header",
        ParameterLocation::Cookie => "cookie",
    }
}

/// Text in quotes, without what no field value may have.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars().filter(|it| *it == ' ' || it.is_ascii_graphic()) {
        if matches!(character, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted.push('"');
    quoted
}
