//! Deciding a call: what is refused, and who answers the rest.

use std::borrow::Cow;
use std::sync::Arc;

use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::header::ACCESS_CONTROL_REQUEST_METHOD;
use http::header::ORIGIN;
use serde_json::Value;

use crate::apis::AuthMode;
use crate::apis::Call;
use crate::apis::Operate;
use crate::apis::Reply;
use crate::clock::Instant;
use crate::engine::Engine;
use crate::engine::Outcome;
use crate::engine::Place;
use crate::engine::Service;
use crate::engine::compose;
use crate::engine::compose::Composed;
use crate::engine::compose::Setting;
use crate::engine::negotiation;
use crate::engine::preference::Preference;
use crate::engine::server;
use crate::finding::Blame;
use crate::finding::Level;
use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::fingerprint::Fnv1a;
use crate::finding::mask;
use crate::finding::rule;
use crate::json::Input;
use crate::message::Answer;
use crate::message::Refusal;
use crate::message::Request;
use crate::message::Unanswered;
use crate::params;
use crate::route::Match;
use crate::route::Miss;
use crate::spec::Operation;
use crate::synth;
use crate::tape::placeholder;
use crate::tape::replay::Missed;
use crate::tape::replay::Played;
use crate::validate;
use crate::validate::Reading;
use crate::validate::request::Demands;

/// Tells of an operation that will go, as Prism does: a document has no date, which RFC 9745 wants.
const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");

/// A call that was routed and read.
#[derive(Clone, Copy)]
struct Asked<'a> {
    service: &'a Service,
    operation: &'a Operation,
    behaviour: Option<Operate>,
    request: &'a Request,
    reading: &'a Reading<'a>,
    now: Instant,
}

impl Engine {
    /// Routes, reads, judges and answers; `played` is what the recordings have for the call.
    pub(super) async fn decide_with(
        &self,
        request: &Request,
        now: Instant,
        played: Option<Result<Played, Missed>>,
    ) -> Outcome {
        let found = match self.router.find(&request.method, &request.path) {
            Ok(found) => found,
            Err(miss) => return self.missed(request, &miss, played),
        };
        let service = &self.services[found.mounted];
        let operation = &*found.operation;
        let mut reading = self.read(&found, request);
        let mut violations = std::mem::take(&mut reading.violations);
        let (composed, why) = match self.recorded(request, played) {
            Some((answer, miss, why)) => {
                // A client sends back the placeholders that it was given.
                let body = reading.body.as_ref().map(Input::view);
                violations.retain(|each| !placeholder::excuses_request(each, request, body));
                let is_problem = miss.is_some();
                violations.extend(miss.map(Arc::new));
                (Composed { is_problem, ..Composed::plain(answer) }, why.into())
            }
            None => {
                let state = service.operations.get(found.number);
                let behaviour = state.and_then(|state| state.operate);
                let asked =
                    Asked { service, operation, behaviour, request, reading: &reading, now };
                self.play(asked, &mut violations).await
            }
        };
        let noted = service.operations.get(found.number).map(|state| &state.noted);
        Outcome {
            place: Some(Place { service: found.mounted, operation: Some(found.number) }),
            noted: noted.map_or_else(Vec::new, |noted| noted.sightings(found.base_path).to_vec()),
            request: violations,
            response: composed.failure.map_or_else(Vec::new, |failure| vec![*failure]),
            assumption: composed.assumption,
            is_problem: composed.is_problem,
            blame: composed.blame,
            why,
            ..Outcome::of(composed.answer)
        }
    }

    /// Reads and judges a request.
    pub(super) fn read<'r>(&self, found: &Match, request: &'r Request) -> Reading<'r> {
        let service = &self.services[found.mounted];
        let document = &service.mounted.document;
        let demands = Demands {
            credentials: self.settings.auth != AuthMode::Off,
            no_content: self.manner.is_prism(),
            null_content: service.api.is_none(),
        };
        let operation = &found.operation;
        let values = params::given(document, operation, &found.path_values);
        let mut reading = validate::request::read(document, operation, &values, request, demands);
        if self.passing.as_ref().is_some_and(|passing| !passing.judges_requests) {
            (reading.violations, reading.refusal) = (Vec::new(), None);
        }
        reading
    }

    /// What is wrong with a call that no document knows.
    pub(super) fn unknown(&self, request: &Request, miss: &Miss) -> Violation {
        let is_method = matches!(miss.refusal, Refusal::MethodNotAllowed { .. });
        let rule = if is_method { &rule::METHOD_NOT_ALLOWED } else { &rule::PATH_UNKNOWN };
        let mut violation = Violation::new(rule, Location::Target, miss.refusal.title());
        // Values stay out of the fingerprint: what was probably meant tells unknown paths apart.
        violation.name = if let Refusal::PathUnknown { nearest } = &miss.refusal {
            nearest.first().cloned()
        } else {
            Some(request.method.to_string())
        };
        let target = mask::shorten_target(&request.path);
        violation.got = Some(format!("{} {target}", request.method));
        if is_preflight(request) {
            // A browser asks by itself; the page's own call is what the contract is about.
            violation.level = Some(Level::Info);
            violation.help = Some("start standin with --cors to let pages call it".to_owned());
        }
        violation
    }

    /// Answers a call that no document knows.
    fn missed(
        &self,
        request: &Request,
        miss: &Miss,
        played: Option<Result<Played, Missed>>,
    ) -> Outcome {
        if let Some((answer, violation, why)) = self.recorded(request, played) {
            let request = violation.map(Arc::new).into_iter().collect();
            return Outcome { request, why: why.into(), ..Outcome::of(answer) };
        }
        let mut violation = self.unknown(request, miss);
        let place = miss.nearest.map(|service| Place { service, operation: miss.operation });
        let operation = place.as_ref().and_then(|place| self.operation(place)).map(|it| &**it);
        if let Some(operation) = operation {
            violation.place = operation.pointer.clone();
        }
        let composed = match miss.nearest.map(|index| &self.services[index]) {
            Some(service) => self.refuse(request, service, operation, &miss.refusal),
            None => {
                let answer = self.manner.problem(&miss.refusal, request, None);
                Composed::refused(&miss.refusal, answer)
            }
        };
        Outcome {
            place,
            is_problem: composed.is_problem,
            blame: composed.blame,
            request: vec![Arc::new(violation)],
            response: composed.failure.map_or_else(Vec::new, |failure| vec![*failure]),
            assumption: composed.assumption,
            why: miss.refusal.title().into(),
            ..Outcome::of(composed.answer)
        }
    }

    /// The sources in their order: refusal, what the call asks for, the API, the document's own
    /// answers.
    async fn play(
        &self,
        asked: Asked<'_>,
        violations: &mut Vec<Arc<Violation>>,
    ) -> (Composed, Cow<'static, str>) {
        let (service, operation) = (asked.service, asked.operation);
        let schemas = &service.mounted.document.schemas;
        if service.api.is_none() {
            let (mut composed, why) = self.negotiate(asked, violations);
            if operation.deprecated {
                composed.answer.headers.insert(DEPRECATION, HeaderValue::from_static("true"));
            }
            return (composed, why);
        }
        let setting = self.setting(Some(asked.request), service, Some(operation));
        if let Some(refusal) = &asked.reading.refusal {
            // Who may not call at all is told that first, whatever else is wrong with the call.
            let is_authorized = !matches!(
                refusal,
                Refusal::CredentialsMissing { .. } | Refusal::ScopeInsufficient { .. }
            );
            if is_authorized && let Some(reply) = self.run(Asked { behaviour: None, ..asked }).await
            {
                return composed(setting, reply, violations);
            }
            let why = format!("refused: {}", refusal.title());
            return (self.refuse(asked.request, service, Some(operation), refusal), why.into());
        }
        let preference = match Preference::of_headers(&asked.request.headers) {
            Ok(preference) => preference,
            Err(refusal) => return unmet(setting, &refusal, violations),
        };
        if preference.asks_for_answer() {
            let choice =
                negotiation::success((operation, schemas), &preference, &asked.reading.accept);
            return match choice {
                Ok(choice) => (compose::declared(setting, choice), "asked for by the call".into()),
                Err(refusal) => unmet(setting, &refusal, violations),
            };
        }
        if asked.behaviour.is_some()
            && let Some(reply) = self.run(asked).await
        {
            return composed(setting, reply, violations);
        }
        let choice = negotiation::success((operation, schemas), &preference, &asked.reading.accept);
        let composed = choice.map(|choice| compose::declared(setting, choice));
        let nothing = |_| Composed::plain(Answer::empty(StatusCode::NO_CONTENT));
        (composed.unwrap_or_else(nothing), "declared in the document".into())
    }

    /// The answer of a document that nothing plays, to calls that keep the contract and to others.
    fn negotiate(
        &self,
        asked: Asked<'_>,
        violations: &mut Vec<Arc<Violation>>,
    ) -> (Composed, Cow<'static, str>) {
        let Asked { service, operation, request, reading, .. } = asked;
        let mut setting = self.setting(Some(request), service, Some(operation));
        let schemas = &setting.document.schemas;
        let preference = match Preference::of_call(request) {
            Ok(preference) => preference,
            Err(refusal) => return unmet(setting, &refusal, violations),
        };
        if let Some(is_dynamic) = preference.dynamic {
            let manner = if is_dynamic { synth::Manner::Dynamic } else { synth::Manner::Static };
            setting.making.manner = manner;
        }
        if setting.making.manner == synth::Manner::Dynamic {
            setting.making.seed ^= told_apart(request);
        }
        if let Some(refusal) = server::judge(setting.document, operation, &preference) {
            return unmet(setting, &refusal, violations);
        }
        // What is acceptable depends on the answer that is chosen.
        let refusal = reading.refusal.as_ref();
        let refusal = refusal.filter(|refusal| !matches!(refusal, Refusal::NotAcceptable { .. }));
        let Some(refusal) = refusal else {
            return match negotiation::success((operation, schemas), &preference, &reading.accept) {
                Ok(choice) => {
                    (compose::declared(setting, choice), "declared in the document".into())
                }
                Err(refusal) => unmet(setting, &refusal, violations),
            };
        };
        let why = format!("refused: {}", refusal.title());
        match negotiation::refusal((operation, schemas), refusal, &preference, &reading.accept) {
            Ok(Some(choice)) => {
                let mut composed = compose::declared(setting, choice);
                compose::demanded_headers(refusal, &mut composed.answer);
                (composed, why.into())
            }
            Ok(None) => (setting.problem(refusal), why.into()),
            Err(refusal) => unmet(setting, &refusal, violations),
        }
    }

    /// Asks the API whether the caller may call, then runs the behaviour, in one transaction;
    /// `None` where the caller may and there is nothing to run.
    async fn run(&self, asked: Asked<'_>) -> Option<Reply> {
        let Asked { service, operation, behaviour, request, reading, now } = asked;
        let api = service.api?;
        let claims: Option<Value> = reading
            .credentials
            .bearer
            .as_deref()
            .and_then(|token| self.settings.key.verify(token).ok());
        let call = Call {
            document: &service.mounted.document,
            operation,
            arguments: &reading.arguments,
            body: reading.body.as_ref().map(Input::view),
            headers: &request.headers,
            path: &request.path,
            query: request.query.as_deref(),
            credentials: &reading.credentials,
            claims: claims.as_ref(),
            now,
            settings: &self.settings,
        };
        let mut reply = None;
        let done = self
            .store
            .transact(&self.world, api.family, now, &mut |transaction| {
                reply = match (api.authorize)(&call, transaction) {
                    Ok(()) => behaviour.map(|operate| operate(&call, transaction)),
                    Err(refused) => Some(refused),
                };
            })
            .await;
        match (done, reply) {
            (Ok(()), Some(reply)) => Some(reply),
            (Err(error), _) => Some(Reply::problem(
                StatusCode::SERVICE_UNAVAILABLE,
                "store-unavailable",
                error.to_string(),
            )),
            (Ok(()), None) => None,
        }
    }

    /// The API's own error for a refusal, or a problem.
    fn refuse(
        &self,
        request: &Request,
        service: &Service,
        operation: Option<&Operation>,
        refusal: &Refusal,
    ) -> Composed {
        let setting = self.setting(Some(request), service, operation);
        let Some(reply) = service.api.and_then(|api| (api.refuse)(refusal, operation)) else {
            return setting.problem(refusal);
        };
        match compose::reply(setting, reply) {
            Ok(mut composed) => {
                compose::demanded_headers(refusal, &mut composed.answer);
                composed
            }
            Err(failed) => setting.problem(&failed),
        }
    }

    pub(super) fn setting<'s>(
        &'s self,
        request: Option<&'s Request>,
        service: &'s Service,
        operation: Option<&'s Operation>,
    ) -> Setting<'s> {
        Setting {
            document: &service.mounted.document,
            operation,
            key: &self.settings.key,
            author: if service.api.is_some() { Blame::Standin } else { Blame::Document },
            making: service.making,
            manner: self.manner,
            request,
        }
    }
}

impl Outcome {
    pub(super) fn of(answer: Answer) -> Self {
        Self {
            answer,
            place: None,
            noted: Vec::new(),
            request: Vec::new(),
            response: Vec::new(),
            assumption: None,
            is_problem: false,
            blame: Blame::Standin,
            is_passed: false,
            why: Cow::Borrowed(""),
        }
    }
}

/// Writes an API's reply, and takes over what it reported.
fn composed(
    setting: Setting<'_>,
    mut reply: Reply,
    violations: &mut Vec<Arc<Violation>>,
) -> (Composed, Cow<'static, str>) {
    violations.append(&mut reply.violations);
    match compose::reply(setting, reply) {
        Ok(composed) => (composed, "played by the bundled API".into()),
        Err(refusal) => (setting.problem(&refusal), refusal.title().into()),
    }
}

/// What tells a call from others: the same call is answered alike.
fn told_apart(request: &Request) -> u64 {
    let mut hash = Fnv1a::new();
    let query = request.query.as_deref().unwrap_or_default();
    for part in [request.method.as_str(), &request.path, query] {
        part.bytes().for_each(|byte| hash.byte(byte));
    }
    request.body.iter().for_each(|byte| hash.byte(*byte));
    hash.value()
}

/// The answer to a call that asks for what there is not.
fn unmet(
    setting: Setting<'_>,
    refusal: &Refusal,
    violations: &mut Vec<Arc<Violation>>,
) -> (Composed, Cow<'static, str>) {
    let title = refusal.title();
    let is_preference = matches!(
        refusal,
        Refusal::Unanswered(
            Unanswered::PreferenceUnknown { .. }
                | Unanswered::PreferenceMalformed { .. }
                | Unanswered::ServerUnknown { .. }
        )
    );
    if is_preference {
        let rule = &rule::PREFERENCE_UNKNOWN;
        let violation = Violation::new(rule, Location::Header, title.clone());
        violations.push(Arc::new(violation));
    }
    (setting.problem(refusal), title.into())
}

/// Whether a browser asks if a page of another origin may call (Fetch, *CORS-preflight request*).
fn is_preflight(request: &Request) -> bool {
    request.method == Method::OPTIONS
        && request.headers.contains_key(ORIGIN)
        && request.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}
