//! Every constraint of every bundled document is broken in turn, alone where anything breaks it
//! alone, and must be found: the rule, the place in the document and in the message, and the error
//! that the vendor has for it. Answers are broken by playing them from a tape.

mod breach; // values that break one constraint
mod constraint; // what a schema demands
mod excused; // what nothing breaks alone, and why
mod probe; // what is sent, found and counted
mod request; // requests with one thing wrong
mod response; // answers with one thing wrong
mod sample; // valid values
mod vendor; // the vendors' errors

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use serde_json::Value;
use standin::clock::Clock;
use standin::engine::Engine;
use standin::engine::Options;
use standin::finding::Blame;
use standin::finding::Context;
use standin::finding::Finding;
use standin::finding::Level;
use standin::finding::Side;
use standin::message::Answer;
use standin::server::Stop;
use standin::server::admin::Access;
use standin::server::admin::Metrics;
use standin::server::admin::Reporting;
use standin::server::admin::Surface;
use standin::spec::Document;
use standin::spec::Operation;
use standin::store::MemoryStore;
use standin::tape::Entry;
use standin::tape::replay::Tape;
use standin::validate;
use standin::validate::request::Demands;

use crate::support::start_instant;

use excused::EXCUSED;
use probe::Probes;
use probe::Tally;
use request::Call;
use request::Requests;

/// How many failures are told.
const TOLD: usize = 20;

fn load(api: &str) -> Arc<Document> {
    load_file(&format!("openapi/{api}.yaml"))
}

fn load_file(name: &str) -> Arc<Document> {
    let text = fs::read_to_string(name).expect("the document is there");
    Arc::new(standin::spec::load::from_text(name, &text).expect("it can be read"))
}

fn options() -> Options {
    let mut options = Options::default();
    options.clock = Arc::new(Clock::fixed(start_instant()));
    options
}

fn store() -> Arc<MemoryStore> {
    Arc::new(MemoryStore::new(0))
}

/// Holds the count to the table of what nothing breaks alone.
fn settle<M>(api: &str, side: &str, probes: &Probes<M>) {
    let tally = Tally::of(probes);
    let mut excused: BTreeMap<String, String> = BTreeMap::new();
    for row in EXCUSED.iter().filter(|row| row.api == api && row.side == side) {
        for constraint in row.constraints {
            excused.insert((*constraint).to_owned(), row.reason.to_owned());
        }
    }
    let found = tally.never_alone();
    let unexcused: BTreeMap<_, _> =
        found.iter().filter(|(key, why)| excused.get(*key) != Some(*why)).collect();
    let stale: Vec<_> = excused.iter().filter(|(key, why)| found.get(*key) != Some(*why)).collect();
    assert!(unexcused.is_empty(), "{api} {side}: broken alone by nothing: {unexcused:#?}");
    assert!(stale.is_empty(), "{api} {side}: excused for nothing: {stale:#?}");
    assert!(tally.alone() > 0, "{api} {side}: nothing is broken");
}

/// Tells all failures at once.
fn assert_none(failures: &[String], of: usize) {
    let told = failures.iter().take(TOLD).cloned().collect::<Vec<_>>().join("\n");
    assert!(failures.is_empty(), "{} of {of} went wrong:\n{told}", failures.len());
}

/// What the request floor says of a call.
fn read(document: &Document, operation: &Operation, call: &Call) -> Vec<Finding> {
    let demands = Demands { credentials: true, ..Demands::default() };
    let request = call.request();
    let reading = validate::request::read(document, operation, &call.path, &request, demands);
    let context = Context {
        api: None,
        operation: Some(&operation.id),
        side: Side::Request,
        blame: Blame::Client,
        exchange: None,
        world: "",
        now: start_instant(),
        evidence: None,
        document: Some(&document.name),
    };
    reading.violations.iter().map(|violation| Finding::new(violation, &context)).collect()
}

/// Breaks every constraint on requests, through the running engine.
async fn break_requests(api: &str) {
    let document = load(api);
    let engine = Engine::new(&options(), store()).expect("all APIs are there");
    let (mut all, mut failures) = (Probes::default(), Vec::new());
    for operation in &document.operations {
        let mut probes = Probes::default();
        let requests = Requests::of(document.root(), operation);
        let broken = read(&document, operation, &requests.valid());
        let broken: Vec<_> = broken.iter().filter(|it| it.level == Level::Error).collect();
        assert!(broken.is_empty(), "{}: the valid call is not valid: {broken:#?}", operation.id);
        requests.probe(&mut probes);
        for probe in &probes.probes {
            let answer = engine.answer(probe.message.request()).await;
            let exchange = engine.journal().last().expect("it was written down");
            assert_eq!(
                exchange.subject.operation.as_deref(),
                Some(&*operation.id),
                "{}",
                probe.what
            );
            let told = exchange.told();
            let findings = told.iter();
            let of_client = findings.clone().all(|finding| finding.blame == Blame::Client);
            assert!(of_client, "{}: {:#?}", probe.what, exchange.findings);
            failures.extend(probe::check(probe, findings).err());
            if !probe.expected.is_empty() {
                let told = vendor::check(api, &probe.cause, answer.status, answer.body.value());
                failures.extend(told.err().map(|why| format!("{}: {why}", probe.key)));
            }
        }
        all.probes.append(&mut probes.probes);
        all.unbreakable.append(&mut probes.unbreakable);
    }
    assert_none(&failures, all.probes.len());
    settle(api, "request", &all);
}

/// Breaks every constraint on answers, playing them from a tape.
async fn break_responses(api: &str) {
    let all = break_answers_of(api, &load(api)).await;
    settle(api, "response", &all);
}

async fn break_answers_of(api: &str, document: &Arc<Document>) -> Probes<Answer> {
    let (mut all, mut failures) = (Probes::default(), Vec::new());
    let mut seen = BTreeSet::new();
    for operation in &document.operations {
        let call = Requests::of(document.root(), operation).valid();
        let mut probes = Probes::default();
        response::undeclared(operation, &mut probes);
        for response in response::of(document.root(), operation) {
            for answer in response.valid() {
                let broken = play(api, document, &call, [&answer]).await;
                assert!(broken[0].is_empty(), "{}: {answer:?}: {broken:#?}", operation.id);
            }
            // What several operations share is taken apart once, and looked at as a whole again.
            if seen.insert(response.place.clone()) {
                response.probe(&mut probes);
            } else {
                response.whole(&mut probes);
            }
        }
        let answers = probes.probes.iter().map(|probe| &probe.message);
        let played = play(api, document, &call, answers).await;
        for (probe, findings) in probes.probes.iter().zip(&played) {
            let of_server = findings.iter().all(|finding| finding.blame == Blame::Server);
            assert!(of_server, "{}: {findings:#?}", probe.what);
            failures.extend(probe::check(probe, findings.iter()).err());
        }
        all.probes.append(&mut probes.probes);
        all.unbreakable.append(&mut probes.unbreakable);
    }
    assert_none(&failures, all.probes.len());
    all
}

/// Answers one call with each answer in turn; what is found of level error.
async fn play<'a>(
    api: &str,
    document: &Arc<Document>,
    call: &Call,
    answers: impl IntoIterator<Item = &'a Answer>,
) -> Vec<Vec<Finding>> {
    let record = |answer| Entry::from_messages(&call.request(), answer, start_instant());
    let entries: Vec<Entry> = answers.into_iter().map(record).collect();
    let (tape, faults) = Tape::new(&entries);
    assert_eq!(faults, [], "every answer can be recorded");
    let documents = vec![(api.to_owned(), Arc::clone(document))];
    let engine = Engine::replaying(&options(), store(), documents, tape).expect("it can be played");
    let mut found = Vec::new();
    for _ in &entries {
        let _ = engine.answer(call.request()).await;
        let exchange = engine.journal().last().expect("it was written down");
        let findings = exchange.told().into_iter();
        found.push(findings.filter(|finding| finding.level == Level::Error).collect());
    }
    found
}

#[tokio::test]
async fn every_constraint_on_requests_of_clerk_sessions_is_held() {
    break_requests("clerk-sessions").await;
}

#[tokio::test]
async fn every_constraint_on_requests_of_transmit_sessions_is_held() {
    break_requests("transmit-sessions").await;
}

#[tokio::test]
async fn every_constraint_on_requests_of_transmit_auth_sessions_is_held() {
    break_requests("transmit-auth-sessions").await;
}

#[tokio::test]
async fn every_constraint_on_requests_of_transmit_oidc_is_held() {
    break_requests("transmit-oidc").await;
}

#[tokio::test]
async fn every_constraint_on_answers_of_clerk_sessions_is_held() {
    break_responses("clerk-sessions").await;
}

#[tokio::test]
async fn every_constraint_on_answers_of_transmit_sessions_is_held() {
    break_responses("transmit-sessions").await;
}

#[tokio::test]
async fn every_constraint_on_answers_of_transmit_auth_sessions_is_held() {
    break_responses("transmit-auth-sessions").await;
}

#[tokio::test]
async fn every_constraint_on_answers_of_transmit_oidc_is_held() {
    break_responses("transmit-oidc").await;
}

#[tokio::test]
async fn every_constraint_on_answers_of_the_control_surface_is_held() {
    break_responses("standin-admin").await;
}

#[tokio::test]
async fn every_constraint_on_requests_of_the_control_surface_is_held() {
    let api = "standin-admin";
    let document = load(api);
    let engine = Engine::new(&options(), store()).expect("all APIs are there");
    let surface = Surface::new(
        Arc::new(engine),
        Arc::new(Metrics::default()),
        Reporting::default(),
        Access::default(),
        true,
        Stop::default(),
    );
    let (mut all, mut failures) = (Probes::default(), Vec::new());
    for operation in &document.operations {
        let requests = Requests::of(document.root(), operation);
        let broken = read(&document, operation, &requests.valid());
        assert!(broken.is_empty(), "{}: the valid call is not valid: {broken:#?}", operation.id);
        let first = all.probes.len();
        requests.probe(&mut all);
        for probe in &all.probes[first..] {
            let findings = read(&document, operation, &probe.message);
            failures.extend(probe::check(probe, findings.iter()).err());
            let answer = surface.answer(probe.message.request()).await;
            let told = vendor::check(api, &probe.cause, answer.status, answer.body.value());
            failures.extend(told.err().map(|why| format!("{}: {why}", probe.key)));
            let errors = answer.body.value().and_then(|body| body.pointer("/errors"));
            let listed = errors.and_then(Value::as_array).map_or(1, Vec::len);
            assert_eq!(listed, probe.expected.len(), "{}: {:?}", probe.what, answer.body.value());
        }
    }
    assert_none(&failures, all.probes.len());
    settle(api, "request", &all);
}

#[tokio::test]
async fn every_keyword_is_broken_alone_wherever_it_may_stand() {
    let document = load_file("tests/fixtures/mutation/every_keyword/document.yaml");
    assert_eq!(document.violations(), []);
    let operation = &document.operations[0];
    let requests = Requests::of(document.root(), operation);
    assert_eq!(read(&document, operation, &requests.valid()), []);
    let mut sent = Probes::default();
    requests.probe(&mut sent);
    let broken = sent.probes.iter().filter_map(|probe| {
        probe::check(probe, read(&document, operation, &probe.message).iter()).err()
    });
    assert_none(&broken.collect::<Vec<_>>(), sent.probes.len());
    let answered = break_answers_of("every-keyword", &document).await;
    let known: BTreeSet<&str> = constraint::KEYWORDS.iter().copied().collect();
    for alone in [Tally::of(&sent), Tally::of(&answered)] {
        let is_left = |keyword: &&&str| !alone.keywords().contains(**keyword);
        let left: Vec<_> = known.iter().filter(is_left).collect();
        assert!(left.is_empty(), "never broken alone: {left:?}");
    }
}

#[test]
fn no_constraint_of_a_bundled_document_is_out_of_reach() {
    for api in [
        "clerk-sessions",
        "transmit-sessions",
        "transmit-auth-sessions",
        "transmit-oidc",
        "standin-admin",
    ] {
        let document = load(api);
        let (mut calls, mut answers) = (Probes::default(), Probes::default());
        for operation in &document.operations {
            Requests::of(document.root(), operation).probe(&mut calls);
            response::of(document.root(), operation).iter().for_each(|it| it.probe(&mut answers));
        }
        let (calls, answers) = (Tally::of(&calls), Tally::of(&answers));
        let named = constraint::of_document(document.root());
        let unreached: Vec<_> =
            named.iter().filter(|key| !calls.has(key) && !answers.has(key)).collect();
        assert!(unreached.is_empty(), "{api}: {unreached:#?}");
    }
}
