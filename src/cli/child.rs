//! The command behind `--`: started once standin is ready, ended with it, its exit code respected.

use std::io::{IsTerminal, stdin};
use std::process::ExitStatus;

use anyhow::Context;
use tokio::process::{Child, Command};

use super::signals;
use super::signals::Kind;
use crate::config::value::Template;

/// A running command.
pub(crate) struct Job {
    child: Child,
}

impl Job {
    /// Starts a command with the server's address in its environment.
    pub(crate) fn start(line: &[String], url: &str, env: &[Template]) -> anyhow::Result<Self> {
        let (program, arguments) = line.split_first().context("no command was given")?;
        let mut command = Command::new(program);
        command.args(arguments).env("STANDIN_URL", url).kill_on_drop(true);
        for Template(name, template) in env {
            command.env(name, template.replace("{url}", url));
        }
        let child = command.spawn().with_context(|| format!("cannot run `{program}`"))?;
        Ok(Self { child })
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(&mut self) -> std::io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Passes a signal on, unless the terminal has sent it to the command itself.
    pub(crate) fn pass_on(&self, kind: Kind) {
        let sent_by_terminal = kind == Kind::Interrupt && stdin().is_terminal();
        if let Some(process) = self.child.id().filter(|_| !sent_by_terminal) {
            signals::forward(kind, process);
        }
    }

    /// Ends it at once.
    pub(crate) fn kill(&mut self) {
        // It may have ended in the meantime.
        let _ = self.child.start_kill();
    }
}

/// The exit code of an ended command, as a shell tells it.
pub(crate) fn code(status: ExitStatus) -> u8 {
    let by_signal = signals::ended_by(status).map(|number| number.saturating_add(128));
    by_signal.unwrap_or_else(|| status.code().and_then(|code| code.try_into().ok()).unwrap_or(1))
}
