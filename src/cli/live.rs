//! What is told while a server runs: each new finding once, each exchange to the log.

use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use foldhash::HashSet;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::output::Output;
use super::style::Style;
use crate::config::value::OutputFormat;
use crate::engine::{Engine, Listener};
use crate::finding::{Finding, Fingerprint, Level, Sighting, mask};
use crate::message::Exchange;
use crate::report::Gate;

/// How many findings are told apart; after that only the reports tell more.
const CAPACITY: usize = 10_000;

/// Hears every exchange and tells what is new about it.
pub(crate) struct Live {
    output: Output,
    format: OutputFormat,
    style: Style,
    quiet: bool,
    /// Knows what is known already.
    gate: Gate,
    told: Mutex<HashSet<Fingerprint>>,
    /// Knows the lines of documents; weak, because the engine holds its listeners.
    engine: OnceLock<Weak<Engine>>,
    /// Rung after each exchange, for whoever keeps reports fresh.
    pub(crate) heard: Notify,
}

impl std::fmt::Debug for Live {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Live").field("format", &self.format).finish_non_exhaustive()
    }
}

impl Live {
    pub(crate) fn new(
        output: Output,
        format: OutputFormat,
        style: Style,
        quiet: bool,
        gate: Gate,
    ) -> Self {
        Self {
            output,
            format,
            style,
            quiet,
            gate,
            told: Mutex::default(),
            engine: OnceLock::new(),
            heard: Notify::new(),
        }
    }

    /// Is told whose findings it hears, so that it can show their lines.
    pub(crate) fn know(&self, engine: &Arc<Engine>) {
        // Told once, by the session that made both.
        let _ = self.engine.set(Arc::downgrade(engine));
    }

    /// The finding with the lines of its places.
    fn located(&self, finding: &Finding) -> Finding {
        let engine = self.engine.get().and_then(Weak::upgrade);
        let located = engine.and_then(|engine| engine.locate(vec![finding.clone()]).pop());
        located.unwrap_or_else(|| finding.clone())
    }

    fn is_new(&self, sighting: &Sighting) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.len() < CAPACITY && told.insert(sighting.fingerprint)
    }

    fn tell(&self, mut finding: Finding) {
        finding.known = self.gate.knows(&finding);
        match self.format {
            OutputFormat::Json => {
                self.output.print_behind(event("finding", json!(self.located(&finding))))
            }
            OutputFormat::Text if self.quiet || finding.known || finding.level == Level::Info => {}
            OutputFormat::Text => {
                let head = format!("{}[{}]", finding.level, finding.rule);
                let evidence = finding.evidence.as_deref().unwrap_or_default();
                let head = self.style.level(finding.level, &head);
                let title = &finding.title;
                self.output.tell_behind(format!("{head}: {title}\n   --> {evidence}\n"));
            }
        }
    }
}

impl Listener for Live {
    fn hear(&self, exchange: &Exchange) {
        tracing::info!(
            method = %exchange.request.method,
            path = %mask::target(&exchange.request.path),
            status = exchange.answer.status.as_u16(),
            operation = exchange.subject.operation.as_deref(),
            findings = exchange.findings.len(),
            "exchange {}", exchange.number
        );
        for sighting in exchange.findings.iter().filter(|sighting| self.is_new(sighting)) {
            self.tell(sighting.told(&exchange.context()));
        }
        self.heard.notify_one();
    }
}

/// One line of JSON: the event's name, then its members.
pub(crate) fn event(name: &str, members: Value) -> String {
    let mut line = json!({ "event": name });
    if let (Value::Object(line), Value::Object(members)) = (&mut line, members) {
        line.extend(members);
    }
    format!("{line}\n")
}
