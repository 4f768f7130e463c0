//! Exit codes: public, so they stand in one place.
//!
//! | code    | means                                                                             |
//! |---------|-----------------------------------------------------------------------------------|
//! | 0       | nothing at or above `--fail-on`                                                   |
//! | 1       | findings at or above it                                                           |
//! | 2       | the job could not be done: usage, an unreadable document, a taken port, nothing   |
//! |         | was tested, or standin itself was wrong                                           |
//! | 128 + n | a second signal n ended it at once                                                |
//! | other   | the code of the COMMAND behind `--`, which goes before standin's own              |

use std::process::ExitCode;

use crate::finding::{Blame, Level};
use crate::report::Report;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing to complain of.
    Clean,
    /// Findings at or above `--fail-on`, or no standin where one was looked for.
    Findings,
    /// The job could not be done.
    Failed,
    /// The code of the command that was run, or of a signal.
    Code(u8),
}

impl Exit {
    /// What a report says of the job: standin's own mistakes are never hidden by the gate.
    pub(crate) fn of(report: &Report) -> Self {
        let is_own = |finding: &&crate::finding::Finding| {
            finding.blame == Blame::Standin && finding.level == Level::Error
        };
        if report.findings.iter().any(|finding| is_own(&finding)) {
            Self::Failed
        } else if report.failing().next().is_some() {
            Self::Findings
        } else {
            Self::Clean
        }
    }

    /// The code by which a signal ends a process.
    pub(crate) const fn signalled(number: u8) -> Self {
        Self::Code(128 + number)
    }

    /// The code that the process ends with.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Failed => 2,
            Self::Code(code) => code,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
