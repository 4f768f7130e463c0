//! Challenges as Prism writes them: what a call without credentials is told that would do instead.

use crate::message::refusal::CredentialsProblem;
use crate::spec::model::Operation;
use crate::spec::model::SecurityScheme;

/// The value of `WWW-Authenticate`; `None` where Prism sends none: for keys, and where credentials
/// of the right scheme can not be read.
///
/// # Shapes
///
/// `Basic realm="*"`, `Bearer`, `OAuth2`, `OpenID`, `Digest realm="*", nonce="abc123"`, with commas
/// between several.
pub(super) fn of(operation: &Operation, problem: CredentialsProblem) -> Option<String> {
    if problem == CredentialsProblem::Malformed {
        return None;
    }
    let mut challenges: Vec<&str> = Vec::new();
    for requirement in operation.security.iter().flatten() {
        let challenge = match &requirement.kind {
            SecurityScheme::Basic => r#"Basic realm="*""#,
            SecurityScheme::Bearer => "Bearer",
            SecurityScheme::OAuth2 => "OAuth2",
            SecurityScheme::OpenIdConnect => "OpenID",
            SecurityScheme::Http { scheme } if scheme.eq_ignore_ascii_case("digest") => {
                r#"Digest realm="*", nonce="abc123""#
            }
            SecurityScheme::Http { .. }
            | SecurityScheme::ApiKey { .. }
            | SecurityScheme::MutualTls
            | SecurityScheme::Unknown => continue,
        };
        if !challenges.contains(&challenge) {
            challenges.push(challenge);
        }
    }
    (!challenges.is_empty()).then(|| challenges.join(","))
}
