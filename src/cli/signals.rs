//! Signals: heard by the server, forwarded to the command that it runs.
//!
//! Handlers are installed explicitly, so they work even where a shell started standin in the
//! background with SIGINT ignored. Where there are no signals, Ctrl-C stands for SIGINT.

use std::io;

/// A request to end that came from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// SIGINT: Ctrl-C.
    Interrupt,
    /// SIGTERM: a runner or an orchestrator.
    Terminate,
}

impl Kind {
    /// The signal's number, for the exit code.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Interrupt => 2,
            Self::Terminate => 15,
        }
    }
}

/// The installed handlers.
#[cfg(unix)]
pub(crate) struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Installs the handlers; from now on signals are heard here and end nothing by themselves.
    pub(crate) fn install() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupt = signal(SignalKind::interrupt())?;
        Ok(Self { interrupt, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for the next signal.
    pub(crate) async fn next(&mut self) -> Kind {
        tokio::select! {
            _ = self.interrupt.recv() => Kind::Interrupt,
            _ = self.terminate.recv() => Kind::Terminate,
        }
    }
}

/// Sends a signal to a process; one that has ended already doesn't mind.
#[cfg(unix)]
pub(crate) fn forward(kind: Kind, process: u32) {
    use rustix::process::{Pid, Signal, kill_process};
    let signal = match kind {
        Kind::Interrupt => Signal::INT,
        Kind::Terminate => Signal::TERM,
    };
    if let Some(process) = i32::try_from(process).ok().and_then(Pid::from_raw) {
        let _ = kill_process(process, signal);
    }
}

/// Kills a process and all that it started in its group.
#[cfg(unix)]
pub(crate) fn kill_group(process: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(group) = i32::try_from(process).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// Whether a terminal sends its Ctrl-C to this process's group.
#[cfg(unix)]
pub(crate) fn is_in_foreground() -> bool {
    // Fails where standard input is no terminal, or not the one that controls this process.
    rustix::termios::tcgetpgrp(std::io::stdin())
        .is_ok_and(|group| group == rustix::process::getpgrp())
}

/// The signal that ended a process.
#[cfg(unix)]
pub(crate) fn ended_by(status: std::process::ExitStatus) -> Option<u8> {
    std::os::unix::process::ExitStatusExt::signal(&status)?.try_into().ok()
}

/// Ctrl-C, where there are no signals.
#[cfg(not(unix))]
pub(crate) struct Signals {}

#[cfg(not(unix))]
impl Signals {
    /// Nothing to install.
    pub(crate) fn install() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for Ctrl-C.
    pub(crate) async fn next(&mut self) -> Kind {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Kind::Interrupt
    }
}

/// The console sends Ctrl-C to the command itself.
#[cfg(not(unix))]
pub(crate) fn forward(_kind: Kind, _process: u32) {}

/// There are no groups; the command itself is killed as it is dropped.
#[cfg(not(unix))]
pub(crate) fn kill_group(_process: u32) {}

/// The console sends Ctrl-C to all that hang on it.
#[cfg(not(unix))]
pub(crate) fn is_in_foreground() -> bool {
    true
}

/// No process ends by a signal.
#[cfg(not(unix))]
pub(crate) fn ended_by(_status: std::process::ExitStatus) -> Option<u8> {
    None
}
