//! Security: the credentials of a call, by the schemes that its operation declares.
//!
//! Reads whether credentials of a declared scheme are there and well-formed. Whether they are the
//! right ones is the API's own question (state), never a finding.

pub mod api_key;
pub mod basic;
pub mod bearer;

use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::mask;
use crate::finding::rule;
use crate::message::Refusal;
use crate::message::Request;
use crate::message::refusal::CredentialsProblem;
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

/// The violation and refusal where no alternative of the operation's security is satisfied.
///
/// Of several problems the one that came nearest is told: credentials that can not be read before
/// credentials of another scheme before none.
#[must_use]
pub fn judge(operation: &Operation, request: &Request) -> Option<(Violation, Refusal)> {
    let mut nearest: Option<(CredentialsProblem, &Requirement)> = None;
    for alternative in &operation.security {
        let failed = alternative.iter().find_map(|requirement| {
            problem(request, &requirement.kind).map(|problem| (problem, requirement))
        });
        // One satisfied alternative is enough; an empty one demands nothing.
        let (problem, requirement) = failed?;
        if nearest.is_none_or(|(known, _)| closeness(problem) > closeness(known)) {
            nearest = Some((problem, requirement));
        }
    }
    let (problem, requirement) = nearest?;
    let violation = violation(operation, request, problem, requirement);
    Some((violation, Refusal::CredentialsMissing { problem }))
}

fn problem(request: &Request, scheme: &SecurityScheme) -> Option<CredentialsProblem> {
    match scheme {
        SecurityScheme::Bearer => bearer::read(&request.headers).err(),
        SecurityScheme::Basic => basic::read(&request.headers).err(),
        SecurityScheme::ApiKey { name, location } => api_key::read(request, name, *location).err(),
        SecurityScheme::Other { .. } => None,
    }
}

const fn closeness(problem: CredentialsProblem) -> u8 {
    match problem {
        CredentialsProblem::Absent => 0,
        CredentialsProblem::WrongScheme => 1,
        CredentialsProblem::Malformed => 2,
    }
}

fn violation(
    operation: &Operation,
    request: &Request,
    problem: CredentialsProblem,
    requirement: &Requirement,
) -> Violation {
    let (name, expected) = match &requirement.kind {
        SecurityScheme::Bearer => ("authorization", "`Authorization: Bearer …`".to_owned()),
        SecurityScheme::Basic => ("authorization", "`Authorization: Basic …`".to_owned()),
        SecurityScheme::ApiKey { name, .. } => (name.as_str(), format!("the key `{name}`")),
        SecurityScheme::Other { kind } => (kind.as_str(), kind.clone()),
    };
    let rule = match problem {
        CredentialsProblem::Absent => &rule::CREDENTIALS_MISSING,
        CredentialsProblem::WrongScheme | CredentialsProblem::Malformed => {
            &rule::CREDENTIALS_MALFORMED
        }
    };
    let sent = request.headers.contains_key(AUTHORIZATION);
    Violation {
        name: Some(name.to_owned()),
        place: operation.security_pointer.clone(),
        got: (problem != CredentialsProblem::Absent && sent).then(|| mask::MASK.to_owned()),
        expected: Some(expected),
        ..Violation::new(rule, Location::Header, Refusal::CredentialsMissing { problem }.title())
    }
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
