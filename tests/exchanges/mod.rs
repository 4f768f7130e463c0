//! Every operation of every bundled API, asked and answered: the snapshots that replay serves,
//! drift judges, and a person reads to see what the APIs do.
//!
//! The clock stands still and the seed is 0, so each exchange is the same on every machine.

mod clerk; // Clerk Sessions
mod oidc; // Transmit's OIDC companion
mod transmit; // Transmit Sessions and Auth Sessions

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderName;
use http::HeaderValue;
use standin::apis::APIS;
use standin::clock::Clock;
use standin::engine::Engine;
use standin::engine::Options;
use standin::engine::Played;
use standin::finding::Blame;
use standin::message::Exchange;
use standin::message::Request;
use standin::spec::load;
use standin::store::MemoryStore;
use standin::tape::Entry;
use standin::tape::redact::Redactor;
use standin::tape::snapshot;

use crate::support;

/// Where the snapshots are.
pub(crate) const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/exchanges");

/// One snapshot.
pub(crate) struct Case {
    /// The operation that is shown.
    operation: &'static str,
    /// The snapshot's name.
    name: &'static str,
    /// What it shows, one fragment.
    shows: &'static str,
    /// What is done, in order.
    ///
    /// `METHOD /target`, then lines of `name: value`, of JSON, or of `form …`, and at the end
    /// perhaps `keep name /pointer`, which takes a value out of the answer for `<name>` in later
    /// steps. A step that begins with `first` is done and not shown; `act` makes an action happen,
    /// `wait` moves the clock by so many seconds.
    steps: &'static [&'static str],
}

/// All snapshots by API.
pub(crate) fn cases() -> Vec<(&'static str, &'static [Case])> {
    vec![
        ("clerk-sessions", clerk::CASES),
        ("transmit-auth-sessions", transmit::AUTH_SESSIONS),
        ("transmit-oidc", oidc::CASES),
        ("transmit-sessions", transmit::SESSIONS),
    ]
}

/// The credentials that are sent where a step names none.
const CREDENTIALS: &str = "Bearer sk_test_mock";

impl Case {
    /// What is done, in order.
    pub(crate) const fn steps(&self) -> &'static [&'static str] {
        self.steps
    }
}

/// Plays one case.
struct Play {
    engine: Engine,
    kept: BTreeMap<String, String>,
    shown: Vec<Arc<Exchange>>,
}

impl Play {
    fn new(api: &str) -> Self {
        let mut options = Options::default();
        options.played = vec![Played::Bundled(api.to_owned())];
        options.clock = Arc::new(Clock::fixed(support::start_instant()));
        let engine =
            Engine::new(&options, Arc::new(MemoryStore::new(0))).expect("the API is there");
        Self { engine, kept: BTreeMap::new(), shown: Vec::new() }
    }

    async fn step(&mut self, text: &str) {
        let mut text = text.to_owned();
        for (name, value) in &self.kept {
            text = text.replace(&format!("<{name}>"), value);
        }
        if text.starts_with("act ") || text.starts_with("wait ") {
            return self.kept.extend(happen(&self.engine, &text).await);
        }
        let (is_shown, text) = match text.strip_prefix("first ") {
            Some(rest) => (false, rest),
            None => (true, text.as_str()),
        };
        let answer = self.engine.answer(request(text)).await;
        let body = String::from_utf8_lossy(answer.body.bytes()).into_owned();
        self.kept.extend(keeps(text, &body));
        if is_shown {
            self.shown.push(self.engine.journal().last().expect("the exchange was written down"));
        } else {
            assert!(answer.status.is_success(), "{text}: {:?}", answer.body.value());
        }
    }
}

/// Has happen what no call does: an action, or that time passes; the values that are kept of it.
pub(crate) async fn happen(engine: &Engine, step: &str) -> Vec<(String, String)> {
    if let Some(duration) = step.strip_prefix("wait ") {
        let seconds = duration.parse().expect("seconds");
        engine.clock().advance(std::time::Duration::from_secs(seconds));
        return Vec::new();
    }
    let action = step.strip_prefix("act ").expect("an action");
    let action = action.lines().next().unwrap_or_default();
    let mut words = action.splitn(3, ' ');
    let (api, action) = (words.next().expect("an API"), words.next().expect("an action"));
    let body = serde_json::from_str(words.next().unwrap_or("{}")).expect("JSON");
    let answer = engine.act(api, action, &body).await.expect("the action is there");
    assert!(answer.status.is_success(), "{step}: {:?}", answer.body.value());
    keeps(step, &String::from_utf8_lossy(answer.body.bytes()))
}

/// The values that a step keeps of the content of its answer, by name.
pub(crate) fn keeps(step: &str, body: &str) -> Vec<(String, String)> {
    let wanted = step.lines().filter_map(|line| line.trim().strip_prefix("keep "));
    let keep = |words: &str| {
        let (name, pointer) = words.split_once(' ').expect("a name and a pointer");
        let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
        let value = body.pointer(pointer).unwrap_or_else(|| panic!("{words}: {body}"));
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (name.to_owned(), value)
    };
    wanted.map(keep).collect()
}

/// Reads a step.
pub(crate) fn request(text: &str) -> Request {
    let mut lines = text.lines().map(str::trim);
    let (method, target) = lines.next().and_then(|line| line.split_once(' ')).expect("a target");
    let mut request = Request::new(method.parse().expect("a method"), target);
    let mut headers = vec![("authorization".to_owned(), CREDENTIALS.to_owned())];
    for line in lines {
        if line.starts_with("keep ") {
            continue;
        }
        if let Some(form) = line.strip_prefix("form ") {
            request.body = Bytes::copy_from_slice(form.as_bytes());
            headers.push(("content-type".into(), "application/x-www-form-urlencoded".into()));
        } else if line.starts_with(['{', '[', '"']) {
            request.body = Bytes::copy_from_slice(line.as_bytes());
            headers.push(("content-type".into(), "application/json".into()));
        } else {
            let (name, value) = line.split_once(':').expect("a header field");
            headers.retain(|(known, _)| known != name);
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
    }
    for (name, value) in headers.iter().filter(|(_, value)| value != "none") {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
        request.headers.append(name, HeaderValue::from_str(value).expect("a value"));
    }
    request
}

/// The text of one snapshot.
async fn play(api: &str, case: &Case) -> String {
    let mut play = Play::new(api);
    for step in case.steps {
        play.step(step).await;
    }
    let mut redactor = Redactor::default();
    let mut entries = Vec::new();
    for exchange in &play.shown {
        let what = format!("{api} {} {}", case.operation, case.name);
        assert_eq!(exchange.subject.api.as_deref(), Some(api), "{what}");
        let is_ours = exchange.subject.operation.as_deref() == Some(case.operation);
        assert!(
            is_ours || exchange.subject.operation.is_none(),
            "{what}: {:?}",
            exchange.subject.operation
        );
        let own: Vec<_> =
            exchange.findings.iter().filter(|finding| finding.blame == Blame::Standin).collect();
        assert!(own.is_empty(), "{what}: {own:#?}");
        let mut entry = Entry::from_exchange(exchange);
        redactor.entry(&mut entry);
        entries.push(entry);
    }
    snapshot::render(&entries)
}

#[tokio::test]
async fn every_operation_answers_as_it_was_recorded() {
    for (api, cases) in cases() {
        for case in cases {
            let text = play(api, case).await;
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path(format!("{DIRECTORY}/{api}/{}", case.operation));
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            settings.set_description(case.shows);
            settings.set_info(&BTreeMap::from([("api", api), ("operation", case.operation)]));
            settings.bind(|| insta::assert_snapshot!(case.name, text));
        }
    }
}

#[test]
fn every_operation_of_every_bundled_api_has_a_snapshot() {
    let covered: BTreeSet<(&str, &str)> = cases()
        .iter()
        .flat_map(|(api, cases)| cases.iter().map(move |case| (*api, case.operation)))
        .collect();
    for api in APIS {
        let document = load::from_text(api.id, api.document.text).unwrap();
        for operation in &document.operations {
            assert!(covered.contains(&(api.id, &*operation.id)), "{} {}", api.id, operation.id);
        }
    }
}

#[test]
fn no_snapshot_of_an_exchange_is_unreferenced() {
    let referenced: BTreeSet<PathBuf> = cases()
        .iter()
        .flat_map(|(api, cases)| {
            cases.iter().map(move |case| {
                Path::new(DIRECTORY)
                    .join(api)
                    .join(case.operation)
                    .join(format!("{}.snap", case.name))
            })
        })
        .collect();
    let count: usize = cases().iter().map(|(_, cases)| cases.len()).sum();
    assert_eq!(referenced.len(), count, "two cases have one name");
    let files = files(Path::new(DIRECTORY));
    let unreferenced: Vec<&PathBuf> = files.difference(&referenced).collect();
    assert!(unreferenced.is_empty(), "{unreferenced:#?}");
}

fn files(directory: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(directory).expect("the directory is there") {
        let path = entry.expect("the entry is there").path();
        if path.is_dir() {
            found.append(&mut files(&path));
        } else {
            found.insert(path);
        }
    }
    found
}

/// The JSON of an answer in a snapshot, for those who change a copy.
pub(crate) fn snapshot_of(api: &str, operation: &str, name: &str) -> String {
    let path = Path::new(DIRECTORY).join(api).join(operation).join(format!("{name}.snap"));
    fs::read_to_string(path).expect("the snapshot is there")
}
