//! The commands, one file each: what was typed becomes a job, the job is run.

pub(crate) mod apis;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod drift;
pub(crate) mod lint;
pub(crate) mod mock;
pub(crate) mod parity;
pub(crate) mod ping;
pub(crate) mod proxy;
pub(crate) mod record;
pub(crate) mod redact;
pub(crate) mod replay;
pub(crate) mod serve;
