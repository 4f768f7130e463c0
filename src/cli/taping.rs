//! Recording on the command line: what is written down, where, and what is taken out of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::args::{Common, Serving, said, words};
use crate::config::Settings;
use crate::config::value::{Class, Redaction, read};
use crate::tape::record::{Layout, Options, Recorder};
use crate::tape::redact::{Pattern, Policy};

#[derive(Debug, Args)]
pub(crate) struct Record {
    /// The server to pass calls on to; its path is put before that of every call.
    #[arg(value_name = "UPSTREAM")]
    pub(crate) upstream: String,
    /// Judge requests and answers by this description: a bundled id or a file; repeatable
    #[arg(long, value_name = "SPEC")]
    pub(crate) spec: Vec<String>,
    /// Write every call down in this directory, its secrets taken out
    #[arg(short, long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Reach the upstream through this proxy: `http://[user[:password]@]host[:port]`
    #[arg(long, value_name = "URL")]
    pub(crate) upstream_proxy: Option<String>,
    /// Trust these authorities, too, to vouch for the upstream (PEM)
    #[arg(long, value_name = "FILE")]
    pub(crate) upstream_ca: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) writing: Writing,
    #[command(flatten)]
    pub(crate) serving: Serving,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
pub(crate) struct Redact {
    /// Files and directories of recordings, in any format that is read.
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Write what is left into this directory
    #[arg(short, long, value_name = "DIR", conflicts_with_all = ["in_place", "check"])]
    pub(crate) out: Option<PathBuf>,
    /// Write what is left in place of what was there
    #[arg(long, conflicts_with = "check")]
    pub(crate) in_place: bool,
    /// Only say which files hold secrets: exit 1 if one does
    #[arg(long)]
    pub(crate) check: bool,
    #[command(flatten)]
    pub(crate) redacting: Redacting,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Writing calls down beside something else.
#[derive(Debug, Args)]
pub(crate) struct Taping {
    /// Write every call down in this directory, its secrets taken out
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
    #[command(flatten)]
    writing: Writing,
}

/// How calls are written down.
#[derive(Debug, Args)]
pub(crate) struct Writing {
    /// Lay recordings out as lines, as a file for each exchange, or as one HAR file [default: ndjson]
    #[arg(long, value_parser = words::<Layout>(&["ndjson", "files", "har"]))]
    layout: Option<Layout>,
    #[command(flatten)]
    redacting: Redacting,
}

/// What is taken out of recordings.
#[derive(Debug, Args)]
pub(crate) struct Redacting {
    /// Take this out as well: personal (addresses, names, IPs)
    #[arg(long, value_name = "CLASS", value_delimiter = ',', value_parser = words::<Class>(&["personal"]))]
    redact: Vec<Class>,
    /// Take values of this name out, or what matches this /REGEX/; repeatable
    #[arg(long, value_name = "NAME", value_parser = read::<Redaction>)]
    redact_add: Vec<Redaction>,
    /// Leave values of this name in, or what matches this /REGEX/; repeatable
    #[arg(long, value_name = "NAME", value_parser = read::<Redaction>)]
    redact_allow: Vec<Redaction>,
}

impl Taping {
    /// What was typed, as a layer of settings.
    pub(crate) fn settings(self) -> Settings {
        let Self { record, writing } = self;
        Settings { record, ..writing.settings() }
    }
}

impl Writing {
    /// What was typed, as a layer of settings.
    pub(crate) fn settings(self) -> Settings {
        let Self { layout, redacting } = self;
        Settings { layout, ..redacting.settings() }
    }
}

impl Redacting {
    /// What was typed, as a layer of settings.
    pub(crate) fn settings(self) -> Settings {
        Settings {
            redact: said(self.redact),
            redact_add: said(self.redact_add),
            redact_allow: said(self.redact_allow),
            ..Settings::default()
        }
    }
}

/// What the settings say is taken out.
pub(crate) fn policy(settings: &Settings) -> Policy {
    let mut policy = Policy::default();
    policy.personal = settings.redact.iter().flatten().any(|class| *class == Class::Personal);
    for Redaction(pattern) in settings.redact_add.iter().flatten() {
        policy = policy.adding(pattern.clone());
    }
    for Redaction(pattern) in settings.redact_allow.iter().flatten() {
        policy = policy.allowing(pattern.clone());
    }
    policy
}

/// Begins a recording as the settings say.
pub(crate) fn open(directory: &Path, settings: &Settings) -> anyhow::Result<Arc<Recorder>> {
    opened(directory, settings, policy(settings))
}

/// The same for what standin made up: nothing in it is anybody's secret.
pub(crate) fn open_made(directory: &Path, settings: &Settings) -> anyhow::Result<Arc<Recorder>> {
    opened(directory, settings, policy(settings).allowing(Pattern::parse("/(?s).*/")?))
}

fn opened(directory: &Path, settings: &Settings, policy: Policy) -> anyhow::Result<Arc<Recorder>> {
    let mut options =
        Options { layout: settings.layout.unwrap_or_default(), policy, ..Options::default() };
    if let Some(bytes) = settings.max_body {
        options.most_bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    }
    Ok(Arc::new(Recorder::open(directory, options)?))
}
