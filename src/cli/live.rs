//! What is told while a server runs: each new finding once, each exchange to the log.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use tokio::sync::Notify;

use super::output::Output;
use super::style::Style;
use crate::config::value::OutputFormat;
use crate::engine::Listener;
use crate::finding::{Finding, Fingerprint, Level};
use crate::message::Exchange;

/// How many findings are told apart; after that only the reports tell more.
const CAPACITY: usize = 10_000;

/// Hears every exchange and tells what is new about it.
pub(crate) struct Live {
    output: Output,
    format: OutputFormat,
    style: Style,
    quiet: bool,
    told: Mutex<HashSet<Fingerprint>>,
    /// Rung after each exchange, for whoever keeps reports fresh.
    pub(crate) heard: Notify,
}

impl std::fmt::Debug for Live {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Live").field("format", &self.format).finish_non_exhaustive()
    }
}

impl Live {
    pub(crate) fn new(output: Output, format: OutputFormat, style: Style, quiet: bool) -> Self {
        Self { output, format, style, quiet, told: Mutex::default(), heard: Notify::new() }
    }

    fn is_new(&self, finding: &Finding) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.len() < CAPACITY && told.insert(finding.fingerprint.clone())
    }

    fn tell(&self, finding: &Finding) {
        match self.format {
            OutputFormat::Json => self.output.print(&event("finding", json!(finding))),
            OutputFormat::Text if self.quiet || finding.level == Level::Info => {}
            OutputFormat::Text => {
                let head = format!("{}[{}]", finding.level, finding.rule);
                let evidence = finding.evidence.as_deref().unwrap_or_default();
                let head = self.style.level(finding.level, &head);
                self.output.tell(&format!("{head}: {}\n   --> {evidence}\n", finding.title));
            }
        }
    }
}

impl Listener for Live {
    fn hear(&self, exchange: &Exchange) {
        tracing::info!(
            method = %exchange.request.method,
            path = %exchange.request.path,
            status = exchange.answer.status.as_u16(),
            operation = exchange.operation.as_deref(),
            findings = exchange.findings.len(),
            "exchange {}", exchange.number
        );
        for finding in exchange.findings.iter().filter(|finding| self.is_new(finding)) {
            self.tell(finding);
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
