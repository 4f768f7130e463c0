//! The life of a server on the command line: start, greet, wait, stop, report, exit code.

use std::pin::Pin;
use std::process::ExitStatus;
use std::sync::Arc;

use anyhow::Context;
use serde_json::json;
use tokio::task::JoinHandle;
use tokio::time::Sleep;

use super::child;
use super::child::Job;
use super::exit::Exit;
use super::greeting::Ready;
use super::layers;
use super::live;
use super::live::Live;
use super::output::Output;
use super::reports;
use super::signals::{Kind, Signals};
use super::style::Style;
use super::trust;
use super::trust::Made;
use super::verdict::Verdict;
use crate::config::Settings;
use crate::config::value::{Color, OutputFormat, Severity, Target};
use crate::drift::{Glimpse, Ignored, Watch};
use crate::engine::Engine;
use crate::finding::{Blame, Violation};
use crate::report;
use crate::report::Report;
use crate::server::admin::Reporting;
use crate::server::{Builder, Server};

/// What runs until it is told to end.
pub(crate) struct Session {
    /// The command's name, for reports.
    pub(crate) name: &'static str,
    /// The server, described.
    pub(crate) builder: Builder,
    /// Where calls are passed on to, if they are.
    pub(crate) upstream: Option<String>,
    /// Whose findings fail the job unless the settings say otherwise.
    pub(crate) gate: &'static [Blame],
    /// All settings, layers merged.
    pub(crate) settings: Settings,
    /// The command to run once the server is ready; empty: none.
    pub(crate) command: Vec<String>,
    /// What could not be read of recordings.
    pub(crate) unread: Vec<Violation>,
    /// Whether drift is looked for in what passes.
    pub(crate) watches: bool,
}

/// Why the waiting is over.
enum End {
    /// Somebody asked for a normal end.
    Asked,
    /// The command has ended.
    Command(ExitStatus),
    /// A second signal: at once.
    AtOnce(Kind),
}

impl Session {
    /// Runs to the end.
    pub(crate) fn run(self, output: &Output) -> anyhow::Result<Exit> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.context("cannot start the threads")?;
        let ended = runtime.block_on(self.serve(output));
        // Whoever sent a second signal doesn't wait for calls that still run.
        runtime.shutdown_background();
        ended
    }

    async fn serve(self, output: &Output) -> anyhow::Result<Exit> {
        let mut signals = Signals::install().context("cannot listen to signals")?;
        let format = self.settings.format.unwrap_or(OutputFormat::Text);
        let quiet = self.settings.quiet.unwrap_or(false);
        let style = Style::of(self.settings.color);
        let verdict = Verdict::open(&self.settings, self.gate)?;
        let gate = verdict.gate.clone();
        let live = Arc::new(Live::new(output.clone(), format, style, quiet, gate.clone()));
        let listener: Arc<Live> = Arc::clone(&live);
        let reporting = Reporting { command: self.name.to_owned(), gate: gate.clone() };
        let (builder, made) = trust::secure(self.builder, &self.settings)?;
        let server = builder.listen(listener).reporting(reporting).start().await;
        let server = server.map_err(|error| layers::located(error, &self.settings))?;
        let engine = Arc::clone(server.engine());
        let severities = self.settings.severity.clone().unwrap_or_default();
        let mut told = layers::told(&self.unread, Blame::Document, engine.started());
        layers::weigh(&mut told, &severities)?;
        engine.ledger().record(&told);
        let targets = self.settings.report.clone().unwrap_or_default();
        let watch = self.watches.then(|| {
            let ignored = self.settings.ignore_headers.as_deref().unwrap_or_default();
            Arc::new(Watch::over(&engine, Ignored::with(ignored)))
        });
        let sum_up = {
            let (engine, name, severities) = (Arc::clone(&engine), self.name, severities.clone());
            move || {
                let mut report = report::summary::of(&engine, name, gate.clone());
                if let Some(Glimpse { mut findings, coverage }) =
                    watch.as_ref().and_then(|watch| watch.glimpse())
                {
                    // The rules were looked at when the session began.
                    let _ = layers::weigh(&mut findings, &severities);
                    report.add(findings);
                    report.coverage = coverage.map(Box::new);
                }
                report
            }
        };
        reports::refresh(&sum_up(), &targets)?;
        let url = server.url("");
        live.know(&engine);
        let control = server.control_url();
        let ready = Ready {
            engine: &engine,
            url: &url,
            upstream: self.upstream.as_deref(),
            control: control.as_deref(),
            made: made.as_ref(),
        };
        match format {
            OutputFormat::Json => {
                output.print_behind(live::event("ready", ready.event()));
            }
            OutputFormat::Text if quiet || !self.command.is_empty() => {}
            OutputFormat::Text => {
                output.tell_behind(ready.text(style));
            }
        }
        let fresh = reports::keep_fresh(Arc::clone(&live), targets.clone(), sum_up.clone());
        let run = Run {
            server,
            targets,
            output,
            format,
            color: self.settings.color,
            quiet,
            fresh: tokio::spawn(fresh),
            severities,
            verdict,
            allows_unused: self.settings.allow_unused.unwrap_or(false),
        };
        let env = self.settings.env.as_deref().unwrap_or_default();
        let job = match self.command.is_empty() {
            true => Ok(None),
            false => {
                let has_events = format == OutputFormat::Json;
                let made = made.as_ref().map(Made::path);
                Job::start(&self.command, &url, made, env, has_events).map(Some)
            }
        };
        let ended = match job {
            Ok(job) => run.until_the_end(job, &mut signals, &sum_up).await,
            Err(error) => Err(error),
        };
        if ended.is_err() && format == OutputFormat::Json {
            output.print_behind(live::event("stopped", stopped(&sum_up(), Exit::Failed)));
        }
        ended
    }
}

/// A server that is ready, and how its end is told.
struct Run<'o> {
    server: Server,
    targets: Vec<Target>,
    output: &'o Output,
    format: OutputFormat,
    color: Option<Color>,
    quiet: bool,
    fresh: JoinHandle<()>,
    /// Levels in place of the rules' own.
    severities: Vec<Severity>,
    verdict: Verdict,
    /// Whether recordings may stay unused.
    allows_unused: bool,
}

impl Run<'_> {
    /// Waits for the end, stops, and reports.
    async fn until_the_end(
        self,
        mut job: Option<Job>,
        signals: &mut Signals,
        sum_up: &impl Fn() -> Report,
    ) -> anyhow::Result<Exit> {
        let Self {
            server,
            targets,
            output,
            format,
            color,
            quiet,
            fresh,
            severities,
            verdict,
            allows_unused,
        } = self;
        let has_events = format == OutputFormat::Json;
        let engine = Arc::clone(server.engine());
        let mut end = wait(&server, signals, job.as_mut(), output).await?;
        tokio::select! {
            () = server.stop() => {}
            kind = signals.next() => end = End::AtOnce(kind),
        }
        if !allows_unused {
            let told = engine.tape().map(|tape| tape.unused());
            let now = engine.clock().now();
            let mut told = layers::told(&told.unwrap_or_default(), Blame::Client, now);
            layers::weigh(&mut told, &severities)?;
            engine.ledger().record(&told);
        }
        fresh.abort();
        // A report that is being written must not come after the last one.
        let _ = fresh.await;
        if let End::AtOnce(kind) = end {
            return Ok(Exit::signalled(kind.number()));
        }
        let report = verdict.settle(sum_up(), engine.requests() > 0)?;
        let written = {
            let (report, targets, output) = (report.clone(), targets.clone(), output.clone());
            move || reports::finish(&report, &targets, &output, has_events, color)
        };
        tokio::select! {
            written = tokio::task::spawn_blocking(written) => {
                written.context("lost the reports")??;
            }
            kind = signals.next() => return Ok(Exit::signalled(kind.number())),
        }
        let exit = exit_of(&end, &engine, &report, output);
        match format {
            OutputFormat::Json => {
                output.print_behind(live::event("stopped", stopped(&report, exit)));
            }
            OutputFormat::Text if quiet || targets.iter().any(|t| t.format == "text") => {}
            OutputFormat::Text => {
                let text = reports::render(&report, "text");
                output.tell_behind(Style::of(color).report(&text));
            }
        }
        Ok(exit)
    }
}

/// Waits for the end: a signal, a call of `/_standin/stop`, or that of the command, which is
/// asked to end by the former two.
async fn wait(
    server: &Server,
    signals: &mut Signals,
    mut job: Option<&mut Job>,
    output: &Output,
) -> anyhow::Result<End> {
    let mut is_ending = false;
    let mut is_stopped = false;
    // A signal that is still to be passed on, and when.
    let mut waiting: Option<(Kind, Pin<Box<Sleep>>)> = None;
    loop {
        let job_ended = async {
            match job.as_mut() {
                Some(job) => job.ended().await,
                None => std::future::pending().await,
            }
        };
        let is_due = async {
            match waiting.as_mut() {
                Some((_, due)) => due.await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            status = job_ended => {
                let status = status.context("lost the command")?;
                if is_stopped {
                    output.tell_behind(format!(
                        "standin: /_standin/stop was called; COMMAND was ended, its exit code is {}\n",
                        child::code(status)
                    ));
                }
                return Ok(End::Command(status));
            }
            () = is_due => {
                if let (Some(job), Some((kind, _))) = (&job, waiting.take()) {
                    job.pass_on(kind);
                }
            }
            () = server.stopper().wait(), if !is_stopped => match &job {
                Some(job) => {
                    is_stopped = true;
                    job.pass_on(Kind::Terminate);
                }
                None => return Ok(End::Asked),
            },
            kind = signals.next() => match &mut job {
                Some(job) if is_ending => {
                    job.kill();
                    return Ok(End::AtOnce(kind));
                }
                Some(job) => {
                    waiting = Some((kind, Box::pin(tokio::time::sleep(job.patience(kind)))));
                    is_ending = true;
                }
                None => return Ok(End::Asked),
            },
        }
    }
}

/// The command's own code goes first, then standin's.
fn exit_of(end: &End, engine: &Engine, report: &Report, output: &Output) -> Exit {
    match end {
        End::Command(status) if !status.success() => Exit::Code(child::code(*status)),
        End::Command(_) if engine.requests() == 0 => {
            let text = "standin: no request was seen, so nothing was tested\n  hint: the command \
                 finds the address in STANDIN_URL; give it another name with --env NAME={url}\n";
            output.tell_behind(text.to_owned());
            Exit::Failed
        }
        End::Command(_) | End::Asked | End::AtOnce(_) => Exit::of(report),
    }
}

fn stopped(report: &Report, exit: Exit) -> serde_json::Value {
    json!({
        "exit_code": exit.code(),
        "requests": report.requests,
        "findings": report.findings.len(),
        "failing": report.failing().count(),
    })
}
