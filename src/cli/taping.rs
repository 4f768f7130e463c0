//! Recording on the command line: what is written down, where, and what is taken out of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::args::{said, words};
use crate::config::Settings;
use crate::config::value::{Class, Redaction, read};
use crate::tape::record::{Layout, Options, Recorder};
use crate::tape::redact::Policy;

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
    let mut options = Options {
        layout: settings.layout.unwrap_or_default(),
        policy: policy(settings),
        ..Options::default()
    };
    if let Some(bytes) = settings.max_body {
        options.most_bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    }
    Ok(Arc::new(Recorder::open(directory, options)?))
}
