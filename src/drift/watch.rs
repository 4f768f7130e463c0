//! Drift of a run: what a server's journal shows, read from behind, so that no call waits for it.
//!
//! Servers judge each exchange as it passes. What only many of them show, and what no validator
//! tells, comes from the same observer that reads recordings.

use std::sync::Arc;
use std::sync::mpsc;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use crate::drift::Coverage;
use crate::drift::Ignored;
use crate::drift::Observations;
use crate::drift::Standard;
use crate::drift::account;
use crate::drift::departure::Join;
use crate::drift::observer::Observer;
use crate::drift::observer::Seen;
use crate::drift::tally::Scene;
use crate::engine::Engine;
use crate::finding;
use crate::finding::Blame;
use crate::finding::Finding;
use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::message::Exchange;
use crate::route::Mounted;

/// How often the journal is looked at.
const PAUSE: Duration = Duration::from_millis(50);

/// How many exchanges are taken from the journal at once.
const MOST: usize = 32;

/// What was seen of a run so far.
#[derive(Clone, Debug, Default)]
pub struct Glimpse {
    /// What the servers' own findings do not tell.
    pub findings: Vec<Finding>,
    /// How much of the documents was seen; `None` where one is so large that only its parts that
    /// are called are read.
    pub coverage: Option<Coverage>,
}

/// Watches the journal of an engine until it is dropped.
#[derive(Debug)]
pub struct Watch {
    asking: Sender<Sender<Glimpse>>,
}

impl Watch {
    /// Watches what an engine answers or passes on. It lives as long as somebody may ask it.
    #[must_use]
    pub fn over(engine: &Arc<Engine>, ignored: Ignored) -> Self {
        let (asking, asked) = mpsc::channel();
        let engine = Arc::clone(engine);
        thread::spawn(move || watch(&engine, ignored, &asked));
        Self { asking }
    }

    /// What was seen so far, all that the journal has included; `None` where nobody watches.
    #[must_use]
    pub fn glimpse(&self) -> Option<Glimpse> {
        let (sender, receiver) = mpsc::channel();
        self.asking.send(sender).ok()?;
        receiver.recv().ok()
    }
}

fn watch(engine: &Engine, ignored: Ignored, asked: &Receiver<Sender<Glimpse>>) {
    let mounted: Vec<Mounted> = engine.services().iter().map(|it| it.mounted.clone()).collect();
    let Ok(standard) = Standard::mounted(mounted, ignored) else { return };
    let mut observer = Observer::new(standard.ground());
    let is_large = standard.mounted.iter().any(|place| place.document.outline().is_large());
    let plans = (!is_large).then(|| account::plans(&standard.mounted));
    let mut seen = Observations::default();
    let (mut last, mut missed) = (0, 0);
    loop {
        let next = asked.recv_timeout(PAUSE);
        catch_up(engine, &mut observer, (&mut last, &mut missed));
        match next {
            Ok(sender) => {
                seen.join(observer.take().0, Join::Parts);
                // Whoever asked may have gone.
                let mut glimpse = glimpse(engine, &standard, &seen, missed);
                let coverage = |plans| account::coverage(&standard.mounted, plans, &seen);
                glimpse.coverage = plans.as_deref().map(coverage);
                let _ = sender.send(glimpse);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Judges what came since the last time.
fn catch_up(engine: &Engine, observer: &mut Observer<'_>, (last, missed): (&mut u64, &mut u64)) {
    loop {
        let (gone, exchanges) = engine.journal().behind(*last, MOST);
        *missed += gone;
        *last += gone + exchanges.len() as u64;
        exchanges.iter().for_each(|exchange| observe(observer, exchange));
        if exchanges.is_empty() {
            return;
        }
    }
}

fn observe(observer: &mut Observer<'_>, exchange: &Exchange) {
    let origin = format!("exchange {}", exchange.number);
    let line = || exchange.line().to_string();
    let at = exchange.started.as_millis();
    let seen = Seen {
        request: exchange.request.clone(),
        answer: exchange.answer.clone(),
        label: None,
        host: None,
        is_bare: false,
    };
    observer.see(&seen, Scene { at, file: &origin, number: 0, line: &line });
}

fn glimpse(engine: &Engine, standard: &Standard, seen: &Observations, missed: u64) -> Glimpse {
    let is_new = |finding: &Finding| {
        finding.rule.starts_with("undocumented-")
            || matches!(finding.rule, "parameter-deprecated" | "field-deprecated")
    };
    // An operation that no document has is told as a path that is unknown.
    let is_told = |finding: &Finding| finding.rule == rule::UNDOCUMENTED_OPERATION.id;
    let mut findings = standard.findings(seen);
    findings.retain(|finding| is_new(finding) && !is_told(finding));
    if missed > 0 {
        let title = format!("{missed} exchanges passed too fast to be looked into");
        let violation = Violation::new(&rule::NOT_JUDGED, Location::Target, title);
        let context = finding::Context::of_no_call(Blame::Document, engine.clock().now());
        findings.push(Finding::new(&violation, &context));
    }
    Glimpse { findings, coverage: None }
}
