//! Security: the credentials of a call, by the schemes that its operation declares.
//!
//! Reads whether credentials of a declared scheme are there and well-formed. Whether they are the
//! right ones is the API's own question (state), never a finding; only what a token says of itself,
//! its scopes, is believed.

pub mod api_key;
pub mod basic;
pub mod bearer;
pub mod challenge;
pub mod http;
pub mod scopes;

use ::http::HeaderMap;
use ::http::header::AUTHORIZATION;

use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::mask;
use crate::finding::rule;
use crate::message::Refusal;
use crate::message::Request;
use crate::message::refusal::CredentialsProblem;
use crate::params;
use crate::spec::model::Operation;
use crate::spec::model::Requirement;
use crate::spec::model::SecurityScheme;

/// The credentials of a call, as far as they could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    /// The value of `Authorization: Bearer …`.
    pub bearer: Option<String>,
    /// User and password of `Authorization: Basic …`.
    pub basic: Option<(String, String)>,
    /// Keys of their own, by parameter name.
    pub api_keys: Vec<(String, String)>,
}

/// Reads whatever credentials a call has, demanded or not.
#[must_use]
pub fn read(operation: &Operation, request: &Request) -> Credentials {
    let mut credentials = Credentials::default();
    if request.headers.contains_key(AUTHORIZATION) {
        credentials.bearer = bearer::read(&request.headers).ok().map(str::to_owned);
        credentials.basic = basic::read(&request.headers).ok();
    }
    for requirement in operation.security.iter().flatten() {
        if let SecurityScheme::ApiKey { name, location } = &requirement.kind
            && let Ok(key) = api_key::read(request, name, *location)
            && credentials.api_keys.iter().all(|(known, _)| known != name)
        {
            credentials.api_keys.push((name.clone(), key.into_owned()));
        }
    }
    credentials
}

/// Why a scheme is not satisfied; the nearer to being satisfied, the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Failing {
    Credentials(CredentialsProblem),
    Scopes,
}

/// The violation and refusal where no alternative of the operation's security is satisfied; `title`
/// is the document's, the realm of what is protected.
///
/// Of several problems the one that came nearest is told: a token without the scopes before
/// credentials that can not be read before credentials of another scheme before none.
#[must_use]
pub fn judge(
    operation: &Operation,
    title: &str,
    request: &Request,
) -> Option<(Violation, Refusal)> {
    let mut nearest: Option<(Failing, &Requirement)> = None;
    for alternative in &operation.security {
        let failed = failing_of(request, alternative);
        // One satisfied alternative is enough; an empty one demands nothing.
        let (failing, requirement) = failed?;
        if nearest.is_none_or(|(known, _)| failing > known) {
            nearest = Some((failing, requirement));
        }
    }
    let (failing, requirement) = nearest?;
    let refusal = match failing {
        Failing::Credentials(problem) => {
            let challenges = challenge::of(operation, title);
            Refusal::CredentialsMissing { problem, challenges }
        }
        Failing::Scopes => Refusal::ScopeInsufficient { scopes: requirement.scopes.clone() },
    };
    let violation = violation(operation, request, failing, requirement, refusal.title());
    Some((violation, refusal))
}

/// What is not satisfied of one alternative.
///
/// All that it demands must be there, but a call has one `Authorization` field, and that one scheme
/// (RFC 9110, section 11.6.2): of several schemes that travel there, one is enough.
fn failing_of<'o>(
    request: &Request,
    alternative: &'o [Requirement],
) -> Option<(Failing, &'o Requirement)> {
    let failing = |requirement: &'o Requirement| {
        failing(request, requirement).map(|failing| (failing, requirement))
    };
    let is_field = |requirement: &&Requirement| match &requirement.kind {
        SecurityScheme::Bearer
        | SecurityScheme::OAuth2
        | SecurityScheme::OpenIdConnect
        | SecurityScheme::Basic
        | SecurityScheme::Http { .. } => true,
        SecurityScheme::ApiKey { .. } | SecurityScheme::MutualTls | SecurityScheme::Unknown => {
            false
        }
    };
    let mut others = alternative.iter().filter(|requirement| !is_field(requirement));
    let fields = alternative.iter().filter(is_field).map(failing);
    // None of them where one is satisfied; else the one that came nearest.
    let nearest = fields.reduce(|one, other| {
        one.zip(other).map(|(one, other)| if other.0 > one.0 { other } else { one })
    });
    nearest.flatten().or_else(|| others.find_map(failing))
}

fn failing(request: &Request, requirement: &Requirement) -> Option<Failing> {
    let headers = &request.headers;
    let problem = match &requirement.kind {
        SecurityScheme::Bearer => bearer::read(headers).err(),
        SecurityScheme::OAuth2 | SecurityScheme::OpenIdConnect => match bearer::read(headers) {
            Ok(token) if scopes::lacks(token, &requirement.scopes) => return Some(Failing::Scopes),
            read => read.err(),
        },
        SecurityScheme::Basic => basic::read(headers).err(),
        SecurityScheme::Http { scheme } => http::read(headers, scheme).err(),
        SecurityScheme::ApiKey { name, location } => api_key::read(request, name, *location).err(),
        SecurityScheme::MutualTls | SecurityScheme::Unknown => None,
    };
    problem.map(Failing::Credentials)
}

fn violation(
    operation: &Operation,
    request: &Request,
    failing: Failing,
    requirement: &Requirement,
    title: String,
) -> Violation {
    let rule = match failing {
        Failing::Credentials(CredentialsProblem::Absent) => &rule::CREDENTIALS_MISSING,
        Failing::Credentials(CredentialsProblem::WrongScheme | CredentialsProblem::Malformed) => {
            &rule::CREDENTIALS_MALFORMED
        }
        Failing::Scopes => &rule::SCOPE_INSUFFICIENT,
    };
    let (name, location) = match requirement.kind.key() {
        Some((name, location)) => (name, params::location(location)),
        None => ("authorization", Location::Header),
    };
    let is_sent = failing != Failing::Credentials(CredentialsProblem::Absent)
        && request.headers.contains_key(AUTHORIZATION);
    let mut wanted: Vec<String> = Vec::new();
    for alternative in &operation.security {
        let all: Vec<String> = alternative.iter().filter_map(form).collect();
        let all = all.join(" and ");
        if !wanted.contains(&all) {
            wanted.push(all);
        }
    }
    Violation {
        name: Some(name.to_owned()),
        place: operation.security_pointer.clone(),
        got: is_sent.then(|| mask::MASK.to_owned()),
        expected: Some(wanted.join(", or ")),
        ..Violation::new(rule, location, title)
    }
}

/// How credentials of a scheme are sent.
fn form(requirement: &Requirement) -> Option<String> {
    Some(match &requirement.kind {
        SecurityScheme::Bearer => "`Authorization: Bearer …`".to_owned(),
        SecurityScheme::OAuth2 | SecurityScheme::OpenIdConnect => {
            let bearer = "`Authorization: Bearer …`";
            match requirement.scopes.join(" ") {
                scopes if scopes.is_empty() => bearer.to_owned(),
                scopes => format!("{bearer} with the scopes `{scopes}`"),
            }
        }
        SecurityScheme::Basic => "`Authorization: Basic …`".to_owned(),
        SecurityScheme::Http { scheme } => format!("`Authorization: {scheme} …`"),
        SecurityScheme::ApiKey { name, location } => {
            format!("the key `{name}` ({})", challenge::place(*location))
        }
        SecurityScheme::MutualTls | SecurityScheme::Unknown => return None,
    })
}

/// The value of an `Authorization` header of that scheme.
fn authorization<'h>(headers: &'h HeaderMap, scheme: &str) -> Result<&'h str, CredentialsProblem> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or(CredentialsProblem::Absent)?;
    if values.next().is_some() {
        return Err(CredentialsProblem::Malformed);
    }
    let text = value.to_str().map_err(|_| CredentialsProblem::Malformed)?.trim();
    if text.is_empty() {
        return Err(CredentialsProblem::Absent);
    }
    let (named, rest) = text.split_once(' ').unwrap_or((text, ""));
    if named.eq_ignore_ascii_case(scheme) {
        Ok(rest.trim_start())
    } else {
        Err(CredentialsProblem::WrongScheme)
    }
}
