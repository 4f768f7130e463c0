//! Which of the declared answers is sent: to a call that keeps the contract, and to one that
//! breaks it.
//!
//! The order is Prism's, so that tests which rely on it find the same answers here.

use std::sync::Arc;

use http::StatusCode;

use crate::engine::preference::Preference;
use crate::message::Refusal;
use crate::message::Unanswered;
use crate::message::unanswered::Wanted;
use crate::schema::Schemas;
use crate::spec::model::Content;
use crate::spec::model::Example;
use crate::spec::model::Operation;
use crate::spec::model::Response;
use crate::spec::model::StatusPattern;
use crate::validate::accept::Accept;
use crate::validate::body;

/// A declared answer that was chosen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice<'o> {
    /// The status to answer.
    pub(crate) status: StatusCode,
    /// The response that declares it.
    pub(crate) response: &'o Response,
    /// The content that is sent, where the response declares any.
    pub(crate) content: Option<&'o Content>,
    /// The example of it that is sent; without one, the content is made from its schema.
    pub(crate) example: Option<&'o Example>,
    /// Whether the call asked for this very example.
    pub(crate) is_named: bool,
}

impl<'o> Choice<'o> {
    /// An example that the call asked for by its name.
    fn named(
        status: StatusCode,
        response: &'o Response,
        (content, example): (&'o Content, &'o Example),
    ) -> Self {
        let (content, example) = (Some(content), Some(example));
        Self { status, response, content, example, is_named: true }
    }
}

/// Chooses the answer to a call that keeps the contract.
///
/// # Errors
///
/// [`Unanswered::PreferenceUnknown`], [`Unanswered::ResponseUndeclared`] or
/// [`Refusal::NotAcceptable`].
pub(crate) fn success<'o>(
    (operation, schemas): (&'o Operation, &Schemas),
    preference: &Preference,
    accept: &Accept,
) -> Result<Choice<'o>, Refusal> {
    let (status, response) = match preference.code {
        Some(code) => {
            let response = operation
                .response(code)
                .ok_or_else(|| unknown(operation, Wanted::Code(code.as_u16())))?;
            (code, response)
        }
        None => usual(operation).ok_or(Refusal::Unanswered(Unanswered::ResponseUndeclared))?,
    };
    let choice = of_response(status, response, schemas, accept)?;
    let Some(name) = &preference.example else { return Ok(choice) };
    let is_named = |example: &&Arc<Example>| example.name == *name;
    let of_content = |content: &'o Content| {
        content.examples.iter().find(is_named).map(|example| (content, &**example))
    };
    // Best where the client takes it, else wherever the response has it.
    let found = choice.content.and_then(of_content).or_else(|| response.example(name));
    let found = found.map(|found| (status, response, found)).or_else(|| {
        let elsewhere = || {
            operation.responses.iter().find_map(|response| {
                Some((status_of(response)?, &**response, response.example(name)?))
            })
        };
        if preference.code.is_none() { elsewhere() } else { None }
    });
    let missed = || missed(operation, name, choice.content);
    let (status, response, found) = found.ok_or_else(missed)?;
    Ok(Choice::named(status, response, found))
}

/// Chooses the declared answer to a call that breaks the contract; `None` where none is declared
/// for that.
///
/// # Errors
///
/// [`Unanswered::PreferenceUnknown`] where the answer that is due has no example of the name asked for.
pub(crate) fn refusal<'o>(
    (operation, schemas): (&'o Operation, &Schemas),
    refusal: &Refusal,
    preference: &Preference,
    accept: &Accept,
) -> Result<Option<Choice<'o>>, Refusal> {
    let due: &[u16] = match refusal {
        Refusal::CredentialsMissing { .. } => &[401],
        Refusal::ScopeInsufficient { .. } => &[403],
        Refusal::MediaTypeUnsupported { .. } | Refusal::CodingUnsupported { .. } => {
            &[415, 422, 400]
        }
        Refusal::BodyTooLarge { .. } => &[413, 400],
        Refusal::RequestInvalid { .. } => &[422, 400],
        Refusal::NotAcceptable { .. } => &[406],
        Refusal::PathUnknown { .. }
        | Refusal::PathMalformed { .. }
        | Refusal::MethodNotAllowed { .. }
        | Refusal::Unanswered(_)
        | Refusal::Internal { .. } => return Ok(None),
    };
    let declared = |pattern: StatusPattern| {
        operation.responses.iter().find(move |response| response.status == pattern)
    };
    let found = due.iter().find_map(|code| Some((*code, declared(StatusPattern::Exact(*code))?)));
    // One answer for all calls that are wrong, or for all that are not said to be right.
    let found = found
        .or_else(|| Some((due[0], declared(StatusPattern::Range(due[0] / 100))?)))
        .or_else(|| Some((due[0], declared(StatusPattern::Default)?)));
    let Some((code, response)) = found else { return Ok(None) };
    let Ok(status) = StatusCode::from_u16(code) else { return Ok(None) };
    if let Some(name) = &preference.example
        && preference.code.is_some_and(|code| due.contains(&code.as_u16()))
    {
        let missed = || missed(operation, name, response.content.first());
        let found = response.example(name).ok_or_else(missed)?;
        return Ok(Some(Choice::named(status, response, found)));
    }
    // Who is refused would rather read why in another media type than not at all.
    let content = best(response, schemas, accept)
        .or_else(|| response.content.iter().find(|content| !content.examples.is_empty()))
        .or_else(|| response.content.first());
    Ok(Some(of_content(status, response, content)))
}

/// The answer of an operation that nobody asks for another: the lowest success, else any success,
/// else whatever is meant for everything, else the first.
fn usual(operation: &Operation) -> Option<(StatusCode, &Response)> {
    let successes = operation.responses.iter().filter_map(|response| match response.status {
        StatusPattern::Exact(code @ 200..=299) => Some((code, response)),
        StatusPattern::Exact(_) | StatusPattern::Range(_) | StatusPattern::Default => None,
    });
    let declared = |code: u16, pattern: StatusPattern| {
        let mut responses = operation.responses.iter();
        responses.find(|response| response.status == pattern).map(|response| (code, response))
    };
    let success = successes
        .min_by_key(|(code, _)| *code)
        .or_else(|| declared(200, StatusPattern::Range(2)))
        .or_else(|| declared(200, StatusPattern::Default));
    if let Some((code, response)) = success {
        return Some((StatusCode::from_u16(code).ok()?, response));
    }
    let first = operation.responses.first()?;
    Some((status_of(first)?, first))
}

/// A response with the content that the client likes best.
fn of_response<'o>(
    status: StatusCode,
    response: &'o Response,
    schemas: &Schemas,
    accept: &Accept,
) -> Result<Choice<'o>, Refusal> {
    let content = best(response, schemas, accept);
    if content.is_none() && !response.content.is_empty() {
        let offered = response.content.iter().map(|content| content.name().to_owned()).collect();
        return Err(Refusal::NotAcceptable { offered });
    }
    Ok(of_content(status, response, content))
}

fn of_content<'o>(
    status: StatusCode,
    response: &'o Response,
    content: Option<&'o Content>,
) -> Choice<'o> {
    let example = content.and_then(|content| content.examples.first()).map(|example| &**example);
    Choice { status, response, content, example, is_named: false }
}

/// The content that a client likes best; of several that it likes alike, the first that can be
/// written.
fn best<'o>(response: &'o Response, schemas: &Schemas, accept: &Accept) -> Option<&'o Content> {
    let ranked = response.content.iter().filter_map(|content| {
        let rank = accept.rank(&content.media_type)?;
        // Nobody needs to know where there is nothing to choose.
        let is_hard = response.content.len() > 1 && !body::is_writable(schemas, content);
        Some(((rank, is_hard), content))
    });
    ranked.min_by_key(|(rank, _)| *rank).map(|(_, content)| content)
}

/// No example of that name is there.
fn missed(operation: &Operation, name: &str, content: Option<&Content>) -> Refusal {
    let media_type = content.map(|content| content.name().to_owned());
    unknown(operation, Wanted::Example { name: name.to_owned(), media_type })
}

fn unknown(operation: &Operation, wanted: Wanted) -> Refusal {
    Refusal::Unanswered(Unanswered::PreferenceUnknown { wanted, offered: offered(operation) })
}

/// The status that stands for a pattern, where one does.
fn status_of(response: &Response) -> Option<StatusCode> {
    let code = match response.status {
        StatusPattern::Exact(code) => code,
        StatusPattern::Range(class) => class * 100,
        StatusPattern::Default => 200,
    };
    StatusCode::from_u16(code).ok()
}

/// Every code, with its examples, that could have been asked for.
fn offered(operation: &Operation) -> Vec<String> {
    let name = |response: &Arc<Response>| {
        let examples = response.content.iter().flat_map(|content| &content.examples);
        let names: Vec<&str> = examples.map(|example| example.name.as_str()).collect();
        let code = match response.status {
            StatusPattern::Exact(code) => code.to_string(),
            StatusPattern::Range(class) => format!("{class}XX"),
            StatusPattern::Default => "default".to_owned(),
        };
        if names.is_empty() { code } else { format!("{code} ({})", names.join(", ")) }
    };
    operation.responses.iter().map(name).collect()
}
