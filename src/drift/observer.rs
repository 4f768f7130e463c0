//! One exchange, judged: the very readers that serve traffic say what is wrong, and a walk along
//! the document says the rest.
//!
//! What a server refused is no drift: a client that erred, and was told so as the description says,
//! shows that both agree. So requests are judged only where the server took them; answers always.

use std::collections::BTreeMap;

use http::Method;
use http::header::CONTENT_TYPE;

use crate::drift::declared;
use crate::drift::declared::Declared;
use crate::drift::declared::Register;
use crate::drift::ignored::Ignored;
use crate::drift::ignored::Sieve;
use crate::drift::infer::Inferred;
use crate::drift::observe::Observations;
use crate::drift::plan::Plan;
use crate::drift::scope::Scope;
use crate::drift::tally::Scene;
use crate::drift::tally::Sight;
use crate::drift::tally::Tally;
use crate::drift::templates::Templates;
use crate::finding::Blame;
use crate::finding::Location;
use crate::finding::Side;
use crate::finding::Violation;
use crate::finding::mask;
use crate::finding::rule;
use crate::json::View;
use crate::message::Answer;
use crate::message::Refusal;
use crate::message::Request;
use crate::route::Match;
use crate::route::Mounted;
use crate::route::Router;
use crate::spec::Document;
use crate::spec::model::Operation;

/// What exchanges are held against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ground<'d> {
    pub(crate) mounted: &'d [Mounted],
    pub(crate) router: &'d Router,
    pub(crate) ignored: &'d Ignored,
    pub(crate) templates: &'d Templates,
}

/// An exchange as it is judged.
#[derive(Debug)]
pub(crate) struct Seen<'s> {
    pub(crate) request: Request,
    pub(crate) answer: Answer,
    /// The API that the recording says it is of.
    pub(crate) label: Option<&'s str>,
    pub(crate) host: Option<&'s str>,
    /// Whether nothing but method, path, query and status is known.
    pub(crate) is_bare: bool,
}

/// Judges exchanges one at a time, and lets them go.
#[derive(Debug)]
pub(crate) struct Observer<'d> {
    ground: Ground<'d>,
    plans: Vec<Option<Plan<'d>>>,
    registers: Vec<Register>,
    sieve: Sieve<'d>,
    pub(crate) tally: Tally,
}

impl<'d> Observer<'d> {
    pub(crate) fn new(ground: Ground<'d>) -> Self {
        Self {
            ground,
            plans: ground.mounted.iter().map(|_| None).collect(),
            registers: ground.mounted.iter().map(|_| Register::default()).collect(),
            sieve: Sieve::new(ground.ignored),
            tally: Tally::default(),
        }
    }

    /// What was seen since the last time.
    pub(crate) fn take(&mut self) -> (Observations, crate::drift::digest::Digest) {
        let tally = std::mem::take(&mut self.tally);
        let mounted = self.ground.mounted;
        let operation =
            |at: usize, number: usize| mounted[at].document.operations[number].id.to_string();
        let plans = &self.plans;
        let part = |at: usize, part: usize| {
            let items = plans[at].as_ref().map(|plan| &plan.shapes.parts.items);
            items.and_then(|items| items.get(part)).map_or_else(String::new, |it| it.key.clone())
        };
        tally.observations(|at| mounted[at].id.to_string(), operation, part)
    }

    /// Notes what is wrong with the recording itself.
    pub(crate) fn wrong(&mut self, scene: Scene<'_>, violation: &Violation) {
        let side = Side::Document;
        let sight = Sight { api: "", operation: "", side, blame: Blame::Document };
        self.tally.depart(scene, sight, violation, BTreeMap::new);
    }

    /// Judges one exchange.
    pub(crate) fn see(&mut self, seen: &Seen<'_>, scene: Scene<'_>) {
        if seen.label.is_some_and(|label| self.is_foreign(label)) {
            self.tally.volume.passed_over += 1;
            return;
        }
        let status = seen.answer.status;
        let is_taken = status.is_success() || status.is_redirection();
        let is_judged = match self.ground.router.find(&seen.request.method, &seen.request.path) {
            Ok(found) => {
                self.known(seen, &found, is_taken, scene);
                true
            }
            Err(_) if !is_taken => seen.label.is_some(),
            // A browser asks by itself whether it may.
            Err(_) if seen.request.method == Method::OPTIONS => false,
            Err(miss) => {
                self.undocumented(seen, &miss.refusal, scene);
                true
            }
        };
        let volume = &mut self.tally.volume;
        if is_judged {
            volume.judged += 1;
        } else {
            volume.passed_over += 1;
        }
    }

    /// Whether a label names a bundled API that is not judged here. A label that no description
    /// has says nothing where the descriptions are the user's own.
    fn is_foreign(&self, label: &str) -> bool {
        let is_bundled = |id: &str| crate::apis::APIS.iter().any(|api| api.id == id);
        let mounted = self.ground.mounted;
        is_bundled(label) && mounted.iter().all(|it| *it.id != *label && is_bundled(&it.id))
    }

    /// Notes an operation that no document has, with what a document would say of it.
    fn undocumented(&mut self, seen: &Seen<'_>, refusal: &Refusal, scene: Scene<'_>) {
        let (request, answer) = (&seen.request, &seen.answer);
        let name = format!("{} {}", request.method, self.ground.templates.template(&request.path));
        let title = format!("`{}` is not documented: {}", mask::target(&name), refusal.title());
        let rule = &rule::UNDOCUMENTED_OPERATION;
        let mut violation = Violation::new(rule, Location::Target, title);
        violation.name = Some(match seen.host {
            Some(host) => format!("{name} {host}"),
            None => name,
        });
        let sight = Sight { api: "", operation: "", side: Side::Request, blame: Blame::Client };
        let sieve = &mut self.sieve;
        self.tally.depart(scene, sight, &violation, || whole(request, answer, sieve));
    }

    fn known(&mut self, seen: &Seen<'_>, found: &Match, is_taken: bool, scene: Scene<'_>) {
        let at = found.mounted;
        let place: &'d Mounted = &self.ground.mounted[at];
        let document: &'d Document = &place.document;
        let operation: &'d Operation = &document.operations[found.number];
        self.tally.call(at, found.number, seen.host);
        let plan = self.plans[at].get_or_insert_with(|| Plan::new(document));
        let call = plan.call(found.number);
        let sight = Sight {
            api: &place.id,
            operation: &operation.id,
            side: Side::Request,
            blame: Blame::Client,
        };
        let mut scope = Scope { tally: &mut self.tally, at, scene, sight, document };
        if operation.deprecated {
            let title = format!("{} is deprecated", operation.id);
            let rule = &rule::OPERATION_DEPRECATED;
            let mut violation = Violation::new(rule, Location::Target, title);
            violation.place = operation.pointer.child("deprecated");
            scope.depart(violation, None);
        }
        if is_taken {
            let declared = self.registers[at].of(document, found.number, &mut plan.shapes);
            scope.request(seen, found, (&call, &declared), &mut plan.shapes, &mut self.sieve);
        }
        scope.sight = Sight { side: Side::Response, blame: Blame::Server, ..sight };
        scope.response(seen, operation, (&call, &mut plan.shapes), &mut self.sieve);
    }
}

/// What was sent and answered in a call that nothing describes, by what it is.
fn whole(request: &Request, answer: &Answer, sieve: &mut Sieve<'_>) -> BTreeMap<String, Inferred> {
    let mut values = BTreeMap::new();
    for extra in Declared::default().extras(request, sieve) {
        let place = format!("{:?}", extra.location).to_lowercase();
        values.insert(format!("{place} {}", extra.name), Inferred::default());
    }
    if let Some(sent) = request.header(&http::header::AUTHORIZATION) {
        let scheme = sent.split(' ').next().unwrap_or_default();
        values.insert("credentials ".to_owned(), Inferred::of(View::Text(scheme)));
    }
    let mut put = |what: &str, headers: &http::HeaderMap, bytes: &[u8]| {
        let media_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
        let media_type = media_type.unwrap_or_default().split(';').next().unwrap_or("");
        let value = crate::json::read(bytes).ok();
        let like = value.map(|value| Inferred::of(value.view())).unwrap_or_default();
        values.insert(format!("{what} {}", media_type.trim().to_lowercase()), like);
    };
    if !request.body.is_empty() {
        put("request", &request.headers, &request.body);
    }
    put(answer.status.as_str(), &answer.headers, answer.body.bytes());
    for (name, _) in declared::extra_fields(&[], &answer.headers, sieve) {
        values.insert(format!("{} header {name}", answer.status.as_str()), Inferred::default());
    }
    values
}
