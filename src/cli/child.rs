//! The command behind `--`: started once standin is ready, ended with it, its exit code respected.

use std::io::stderr;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use anyhow::Context;
use tokio::process::{Child, Command};

use super::signals;
use super::signals::Kind;
use crate::config::value::Template;

/// How long a command may take to end by a Ctrl-C that the terminal sent to it, too.
const PATIENCE: Duration = Duration::from_secs(5);

/// A running command.
pub(crate) struct Job {
    child: Child,
    /// Whether it leads a group of its own. On a terminal it doesn't: it could not read from it.
    leads_group: bool,
}

impl Job {
    /// Starts a command with the server's address in its environment, and the file of a certificate
    /// that was made for it. Where standard output is
    /// for events, the command's goes to standard error.
    pub(crate) fn start(
        line: &[String],
        url: &str,
        certificate: Option<&Path>,
        env: &[Template],
        has_events: bool,
    ) -> anyhow::Result<Self> {
        let (program, arguments) = line.split_first().context("no command was given")?;
        let mut command = Command::new(program);
        command.args(arguments).env("STANDIN_URL", url).kill_on_drop(true);
        if let Some(certificate) = certificate {
            command.env("STANDIN_CA", certificate);
        }
        for Template(name, template) in env {
            command.env(name, template.replace("{url}", url));
        }
        if has_events {
            command.stdout(stderr());
        }
        let leads_group = !signals::is_in_foreground();
        #[cfg(unix)]
        if leads_group {
            command.process_group(0);
        }
        let child = command.spawn().with_context(|| format!("cannot run `{program}`"))?;
        Ok(Self { child, leads_group })
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(&mut self) -> std::io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Passes a signal on.
    pub(crate) fn pass_on(&self, kind: Kind) {
        if let Some(process) = self.child.id() {
            signals::forward(kind, process);
        }
    }

    /// How long to wait before a signal is passed on: an interrupt on a terminal most likely came
    /// from there and has reached the command, too, which might take a second one for "at once".
    pub(crate) fn patience(&self, kind: Kind) -> Duration {
        let is_from_terminal = kind == Kind::Interrupt && !self.leads_group;
        if is_from_terminal { PATIENCE } else { Duration::ZERO }
    }

    /// Ends it at once, with what it started.
    pub(crate) fn kill(&mut self) {
        if let Some(process) = self.child.id().filter(|_| self.leads_group) {
            signals::kill_group(process);
        }
        // It may have ended in the meantime.
        let _ = self.child.start_kill();
    }
}

/// The exit code of an ended command, as a shell tells it.
pub(crate) fn code(status: ExitStatus) -> u8 {
    let by_signal = signals::ended_by(status).map(|number| number.saturating_add(128));
    by_signal.unwrap_or_else(|| status.code().and_then(|code| code.try_into().ok()).unwrap_or(1))
}
