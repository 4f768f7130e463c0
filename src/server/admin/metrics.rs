//! Counts and times for Prometheus, under OpenTelemetry's names.
//!
//! Labels are templates, rules and ids out of documents, never anything that a client can make up:
//! a scan of the server must not become a million series.
//!
//! # Source
//!
//! OpenTelemetry semantic conventions 1.x, *HTTP metrics*, `http.server.request.duration`.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;

use foldhash::HashMap;
use http::Method;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use prometheus_client::registry::Unit;
use serde_json::Value;

use crate::engine::Listener;
use crate::finding::Blame;
use crate::finding::Level;
use crate::finding::Rule;
use crate::finding::Sighting;
use crate::message::Exchange;

/// OpenTelemetry's buckets, with finer ones before them: a mock answers in microseconds.
const BUCKETS: [f64; 16] = [
    0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    standin_api: String,
    http_route: String,
    http_request_method: String,
    http_response_status_code: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FindingLabels {
    rule: &'static str,
    level: &'static str,
    blame: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RecordLabels {
    family: String,
    collection: String,
}

/// Counts and times of every call.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    durations: Family<CallLabels, Histogram, fn() -> Histogram>,
    findings: Family<FindingLabels, Counter>,
    records: Family<RecordLabels, Gauge>,
    kept: Gauge,
    /// The series of calls that were made before.
    known: RwLock<HashMap<Key, Series>>,
    /// The counters of findings that were seen before: a handful, so that looking through them is
    /// quicker than hashing what they are labelled with.
    seen: RwLock<Vec<Seen>>,
}

/// The counter of one kind of finding.
#[derive(Debug)]
struct Seen {
    rule: &'static Rule,
    level: Level,
    blame: Blame,
    counter: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let make_histogram: fn() -> Histogram = || Histogram::new(BUCKETS);
        let durations = Family::new_with_constructor(make_histogram);
        let (findings, records, kept) = (Family::default(), Family::default(), Gauge::default());
        let mut registry = Registry::default();
        registry.register_with_unit(
            "http_server_request_duration",
            "How long answering took",
            Unit::Seconds,
            durations.clone(),
        );
        registry.register("standin_findings", "Findings, each time one was seen", findings.clone());
        registry.register("standin_state_records", "Records in the state", records.clone());
        registry.register(
            "standin_journal_exchanges",
            "Exchanges in the journal",
            Gauge::clone(&kept),
        );
        Self {
            registry,
            durations,
            findings,
            records,
            kept,
            known: RwLock::default(),
            seen: RwLock::default(),
        }
    }
}

impl Listener for Metrics {
    fn hear(&self, exchange: &Exchange) {
        let seconds = exchange.duration.as_secs_f64();
        let key = Key::of(exchange);
        let is_known = {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            known.get(&key).map(|series| series.durations.observe(seconds)).is_some()
        };
        if !is_known {
            let durations = self.durations.get_or_create_owned(&CallLabels::of(exchange));
            durations.observe(seconds);
            let template = exchange.subject.template.clone();
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            known.insert(key, Series { durations, _template: template });
        }
        for sighting in &exchange.findings {
            self.count(sighting);
        }
    }
}

impl CallLabels {
    fn of(exchange: &Exchange) -> Self {
        let text = |text: &Option<Arc<str>>| text.as_deref().unwrap_or("").to_owned();
        Self {
            standin_api: text(&exchange.subject.api),
            http_route: text(&exchange.subject.template),
            http_request_method: method(&exchange.request.method).to_owned(),
            http_response_status_code: exchange.answer.status.as_u16(),
        }
    }
}

/// What a series of calls has in common, told apart without reading a text: the template by its
/// address, which only one operation has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    template: usize,
    api: usize,
    method: &'static str,
    status: u16,
}

impl Key {
    fn of(exchange: &Exchange) -> Self {
        let address = |text: &Option<Arc<str>>| {
            text.as_ref().map_or(0, |text| Arc::as_ptr(text).cast::<u8>().addr())
        };
        Self {
            template: address(&exchange.subject.template),
            api: address(&exchange.subject.api),
            method: method(&exchange.request.method),
            status: exchange.answer.status.as_u16(),
        }
    }
}

/// The series of one key; it holds the template, so that its address stays its own.
#[derive(Debug)]
struct Series {
    durations: Histogram,
    _template: Option<Arc<str>>,
}

impl Metrics {
    fn count(&self, sighting: &Sighting) {
        let (rule, level, blame) = (sighting.violation.rule, sighting.level, sighting.blame);
        {
            let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
            let known = seen.iter().find(|known| {
                std::ptr::eq(known.rule, rule) && known.level == level && known.blame == blame
            });
            if let Some(known) = known {
                known.counter.inc();
                return;
            }
        }
        let (level_name, blame_name) = (level.as_str(), blame.as_str());
        let labels = FindingLabels { rule: rule.id, level: level_name, blame: blame_name };
        let counter = self.findings.get_or_create_owned(&labels);
        counter.inc();
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        seen.push(Seen { rule, level, blame, counter });
    }

    /// Takes the sizes of the moment: of the state, as its snapshot shows it, and of the journal.
    pub(super) fn measure(&self, state: &Value, exchanges: usize) {
        self.kept.set(i64::try_from(exchanges).unwrap_or(i64::MAX));
        for (family, collections) in state.as_object().into_iter().flatten() {
            for (collection, records) in collections.as_object().into_iter().flatten() {
                let Some(records) = records.as_object() else { continue };
                let (family, collection) = (family.clone(), collection.clone());
                let labels = RecordLabels { family, collection };
                let size = i64::try_from(records.len()).unwrap_or(i64::MAX);
                self.records.get_or_create(&labels).set(size);
            }
        }
    }

    /// Everything in the text format of OpenMetrics 1.0.
    pub(super) fn open_metrics(&self) -> String {
        let mut written = String::new();
        // Writing into a text can not fail.
        let _ = text::encode(&mut written, &self.registry);
        written
    }

    /// Everything in the text format of Prometheus, which knows no units and no end mark, and
    /// names a counter by its sample.
    ///
    /// # Source
    ///
    /// Prometheus documentation, *Exposition formats*, text format 0.0.4.
    pub(super) fn prometheus(&self) -> String {
        let open = self.open_metrics();
        let is_counter = |name: &str| open.contains(&format!("# TYPE {name} counter\n"));
        let mut written = String::with_capacity(open.len());
        for line in open.lines() {
            let mut words = line.splitn(4, ' ');
            let words = [words.next(), words.next(), words.next(), words.next()];
            let _ = match words {
                [Some("#"), Some("EOF" | "UNIT"), ..] => Ok(()),
                [Some("#"), Some(kind), Some(name), Some(rest)] if is_counter(name) => {
                    writeln!(written, "# {kind} {name}_total {rest}")
                }
                _ => writeln!(written, "{line}"),
            };
        }
        written
    }
}

/// The method, if it is one that everybody knows (OpenTelemetry, `http.request.method`).
fn method(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] =
        ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("_OTHER")
}
