//! What each step of [`Engine::answer`] takes: `cargo bench --bench steps`.
//!
//! For whoever looks for time, not for whoever checks: what is held stands in `benches/limits`.

mod scenarios;

use divan::Bencher;
use divan::black_box;
use http::Method;
use http::header::AUTHORIZATION;
use http::header::HeaderValue;
use standin::engine::Engine;
use standin::engine::Journal;
use standin::message::Answer;
use standin::message::Request;
use standin::params;
use standin::route::Match;
use standin::route::Mounted;
use standin::route::Router;
use standin::validate;
use standin::validate::body;
use standin::validate::body::Sent;
use standin::validate::request::Demands;

use crate::scenarios::SCENARIOS;
use crate::scenarios::Scenario;
use crate::scenarios::at_once;
use crate::scenarios::engine;

/// The binary's allocator is part of what is measured.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Exchanges before the journal has to forget one with each that comes.
const JOURNAL: usize = 1_000;

fn main() {
    divan::main();
}

/// A call and what it meets on its way.
struct Way {
    engine: Engine,
    router: Router,
    mounted: Vec<Mounted>,
    request: Request,
    found: Match,
}

impl Way {
    fn of(scenario: &str) -> Self {
        Self::going((named(scenario).request)(1).into())
    }

    fn going(request: Request) -> Self {
        let engine = engine();
        let services = engine.services().iter();
        let mounted: Vec<Mounted> = services.map(|service| service.mounted.clone()).collect();
        let router = Router::new(&mounted).expect("bundled documents stand side by side");
        let found = router.find(&request.method, &request.path).expect("the path is known");
        Self { engine, router, mounted, request, found }
    }

    fn mounted(&self) -> &Mounted {
        &self.mounted[self.found.mounted]
    }

    fn answer(&self) -> Answer {
        at_once(self.engine.answer(self.request.clone()))
    }
}

fn named(name: &str) -> &'static Scenario {
    SCENARIOS.iter().find(|scenario| scenario.name == name).expect("a scenario's name")
}

#[divan::bench(args = ["/v1/auth-session/start-restricted", "/v1/sessions/sess_0", "/nowhere"])]
fn route_a_path(bencher: Bencher<'_, '_>, path: &str) {
    let way = Way::of("get_list");
    bencher.bench(|| way.router.find(&Method::POST, black_box(path)));
}

#[divan::bench(args = ["get_list", "post_valid"])]
fn read_parameters(bencher: Bencher<'_, '_>, scenario: &str) {
    let way = Way::of(scenario);
    let (document, found) = (&way.mounted().document, &way.found);
    bencher.bench(|| params::read(document, &found.operation, &found.path_values, &way.request));
}

#[divan::bench(args = ["post_valid", "post_invalid"])]
fn parse_and_judge_a_body(bencher: Bencher<'_, '_>, scenario: &str) {
    let way = Way::of(scenario);
    let schemas = &way.mounted().document.schemas;
    let declared = way.found.operation.request_body.as_ref().expect("a body is declared");
    let field = HeaderValue::from_static("application/json");
    let field = Some(&field);
    let (media_type, content) = body::find(&declared.content, field);
    let media_type = media_type.expect("it is a media type");
    let content = content.expect("JSON is declared");
    let subject = params::breach::Subject {
        rule: &standin::finding::rule::REQUEST_BODY_MISMATCH,
        location: standin::finding::Location::Body,
        name: None,
        direction: standin::schema::Direction::Request,
    };
    let bytes = &way.request.body;
    let sent = Sent { schemas, content, media_type: &media_type, field, subject, bytes };
    bencher.bench(|| {
        let mut violations = Vec::new();
        let input = body::read(black_box(&sent), &mut violations).expect("the body is JSON");
        drop(black_box(input));
        violations
    });
}

#[divan::bench(args = ["Bearer sk_test_mock", "Basic c2s6"])]
fn judge_credentials(bencher: Bencher<'_, '_>, credentials: &'static str) {
    let mut way = Way::of("get_list");
    way.request.headers.insert(AUTHORIZATION, HeaderValue::from_static(credentials));
    bencher.bench(|| validate::security::judge(&way.found.operation, "title", &way.request));
}

#[divan::bench(args = ["get_list", "post_valid", "post_invalid"])]
fn read_a_request(bencher: Bencher<'_, '_>, scenario: &str) {
    let way = Way::of(scenario);
    let (document, found) = (&way.mounted().document, &way.found);
    let demands = Demands { credentials: false, ..Demands::default() };
    bencher.bench(|| {
        let (operation, values) = (&found.operation, &found.path_values);
        validate::request::read(document, operation, values, &way.request, demands)
    });
}

#[divan::bench(args = ["get_list", "post_valid", "post_invalid"])]
fn judge_an_answer(bencher: Bencher<'_, '_>, scenario: &str) {
    let way = Way::of(scenario);
    let (document, operation) = (&way.mounted().document, &way.found.operation);
    let answer = way.answer();
    bencher.bench(|| validate::response::read(document, operation, &way.request.method, &answer));
}

#[divan::bench(args = ["get_list", "post_valid", "post_invalid"])]
fn write_the_journal(bencher: Bencher<'_, '_>, scenario: &str) {
    let way = Way::of(scenario);
    way.answer();
    let exchange = way.engine.journal().last().expect("the call was written down");
    let journal = Journal::default();
    for _ in 0..JOURNAL {
        journal.push(&exchange);
    }
    bencher.bench(|| journal.push(black_box(&exchange)));
}

#[divan::bench(args = ["get_list", "post_valid", "post_invalid", "post_mixed"])]
fn answer(bencher: Bencher<'_, '_>, scenario: &str) {
    let scenario = named(scenario);
    let engine = engine();
    for number in 1..=JOURNAL as u64 {
        let answered = scenarios::answer(&engine, (scenario.request)(number));
        assert_eq!(answered.status(), (scenario.status)(number));
    }
    let mut number = 0;
    let next = || {
        number += 1;
        (scenario.request)(number)
    };
    bencher.with_inputs(next).bench_local_values(|request| scenarios::answer(&engine, request));
}
