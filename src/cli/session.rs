//! The life of a server on the command line: start, greet, wait, stop, report, exit code.

use std::process::ExitStatus;
use std::sync::Arc;

use anyhow::Context;
use serde_json::json;

use super::child;
use super::child::Job;
use super::exit::Exit;
use super::greeting;
use super::layers;
use super::live;
use super::live::Live;
use super::output::Output;
use super::reports;
use super::signals::{Kind, Signals};
use super::style::Style;
use crate::config;
use crate::config::Settings;
use crate::config::value::OutputFormat;
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
    /// All settings, layers merged.
    pub(crate) settings: Settings,
    /// The command to run once the server is ready; empty: none.
    pub(crate) command: Vec<String>,
    /// What could not be read of recordings.
    pub(crate) unread: Vec<Violation>,
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
        let live = Arc::new(Live::new(output.clone(), format, style, quiet));
        let listener: Arc<Live> = Arc::clone(&live);
        let gate = config::gate(&self.settings, &[Blame::Client]);
        let reporting = Reporting { command: self.name.to_owned(), gate: gate.clone() };
        let server = self.builder.listen(listener).reporting(reporting).start().await?;
        let engine = Arc::clone(server.engine());
        engine.ledger().record(&layers::unread(&self.unread, engine.started()));
        let targets = self.settings.report.clone().unwrap_or_default();
        let sum_up = {
            let (engine, name) = (Arc::clone(&engine), self.name);
            move || report::summary::of(&engine, name, gate.clone())
        };
        reports::refresh(&sum_up(), &targets)?;
        let url = server.url("");
        live.know(&engine);
        let control = server.control_url();
        let control = control.as_deref();
        match format {
            OutputFormat::Json => {
                output.print(&live::event("ready", greeting::event(&engine, &url, control)));
            }
            OutputFormat::Text if quiet || !self.command.is_empty() => {}
            OutputFormat::Text => output.tell(&greeting::text(&engine, &url, control, style)),
        }
        let fresh = reports::keep_fresh(Arc::clone(&live), targets.clone(), sum_up.clone());
        let fresh = tokio::spawn(fresh);
        let mut job = match self.command.is_empty() {
            true => None,
            false => {
                let env = self.settings.env.as_deref().unwrap_or_default();
                Some(Job::start(&self.command, &url, env)?)
            }
        };
        let mut end = wait(&server, &mut signals, job.as_mut()).await?;
        tokio::select! {
            () = server.stop() => {}
            kind = signals.next() => end = End::AtOnce(kind),
        }
        fresh.abort();
        if let End::AtOnce(kind) = end {
            return Ok(Exit::signalled(kind.number()));
        }
        let report = sum_up();
        reports::finish(&report, &targets, output, format == OutputFormat::Json)?;
        let exit = exit_of(&end, &engine, &report, output);
        match format {
            OutputFormat::Json => output.print(&live::event("stopped", stopped(&report, exit))),
            OutputFormat::Text if quiet || targets.iter().any(|t| t.format == "text") => {}
            OutputFormat::Text => output.tell(&reports::render(&report, "text")),
        }
        Ok(exit)
    }
}

/// Waits for the end: a signal, a call of `/_standin/stop`, or that of the command.
async fn wait(
    server: &Server,
    signals: &mut Signals,
    mut job: Option<&mut Job>,
) -> anyhow::Result<End> {
    let mut is_ending = false;
    loop {
        let has_job = job.is_some();
        let job_ended = async {
            match job.as_mut() {
                Some(job) => job.ended().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            status = job_ended => return Ok(End::Command(status.context("lost the command")?)),
            () = server.stopper().wait(), if !has_job => return Ok(End::Asked),
            kind = signals.next() => match &mut job {
                Some(job) if is_ending => {
                    job.kill();
                    return Ok(End::AtOnce(kind));
                }
                Some(job) => job.pass_on(kind),
                None => return Ok(End::Asked),
            },
        }
        is_ending = true;
    }
}

/// The command's own code goes first, then standin's.
fn exit_of(end: &End, engine: &Engine, report: &Report, output: &Output) -> Exit {
    match end {
        End::Command(status) if !status.success() => Exit::Code(child::code(*status)),
        End::Command(_) if engine.requests() == 0 => {
            output.tell(
                "standin: no request was seen, so nothing was tested\n  hint: the command finds \
                 the address in STANDIN_URL; give it another name with --env NAME={url}\n",
            );
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
