//! What can be typed behind `standin diff`.

use std::path::PathBuf;

use clap::Args;

use super::args::{Common, said, words};
use crate::config::Settings;
use crate::config::comparing::{KEPT_WORDS, Kept, Undecided};
use crate::config::value::read;

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The two descriptions, BASE and REVISION: each a file, a URL, `-` for standard input, a
    /// bundled API, or a revision of git and a path in it (`HEAD~1:openapi/api.yaml`). The seven
    /// arguments that git gives a diff driver are understood as well.
    #[arg(value_name = "BASE REVISION", required_unless_present = "rules")]
    pub(crate) specs: Vec<String>,
    /// List all rules: what each reports, why that matters, an example
    #[arg(long)]
    pub(crate) rules: bool,
    #[command(flatten)]
    pub(crate) comparing: Comparing,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// How descriptions are compared.
#[derive(Debug, Args)]
pub(crate) struct Comparing {
    /// Tell only these differences: those that break somebody or may, those that break nobody,
    /// those of texts for people
    #[arg(long, value_name = "WHICH", value_delimiter = ',', value_parser = words::<Kept>(&KEPT_WORDS))]
    only: Vec<Kept>,
    /// The level of a break that nobody could decide [default: error]
    #[arg(long, value_name = "LEVEL", value_parser = words::<Undecided>(&["error", "warning"]))]
    undecided: Option<Undecided>,
    /// Judge answers as a reader does that takes no value that it does not know
    #[arg(long)]
    strict_reader: bool,
    /// Read levels of rules from this file, as oasdiff does: a rule and err, warn, info or none a line
    #[arg(long, value_name = "FILE")]
    severity_levels: Option<PathBuf>,
    /// Pass over the errors that this file lists, as oasdiff does: METHOD /path and what is told of it
    #[arg(long, value_name = "FILE")]
    err_ignore: Option<PathBuf>,
    /// Pass over the warnings that this file lists, as oasdiff does
    #[arg(long, value_name = "FILE")]
    warn_ignore: Option<PathBuf>,
    /// Tell when this extension (`x-…`) of anything has another value; repeatable
    #[arg(long, value_name = "NAME")]
    extension: Vec<String>,
    /// Write the messages that prove breaks to this directory, as a recording that `replay` takes
    #[arg(long, value_name = "DIR")]
    witness: Option<PathBuf>,
    /// Fail only for what this recorded client would feel; the rest is told as harmless to it.
    /// Recordings in any format that `replay` takes, or what `drift --summary` wrote; repeatable
    #[arg(long, value_name = "RECORDING")]
    used_by: Vec<PathBuf>,
    /// Days that something deprecated must stay at least, by its `x-sunset` [default: 0]
    #[arg(long, value_name = "DAYS", value_parser = read::<u32>)]
    deprecation_days_stable: Option<u32>,
    /// The same, where `x-stability-level` is beta [default: 0]
    #[arg(long, value_name = "DAYS", value_parser = read::<u32>)]
    deprecation_days_beta: Option<u32>,
}

impl Comparing {
    /// What was typed, as a layer of settings.
    pub(crate) fn settings(self) -> Settings {
        Settings {
            only: said(self.only),
            undecided: self.undecided,
            strict_reader: self.strict_reader.then_some(true),
            severity_levels: self.severity_levels,
            err_ignore: self.err_ignore,
            warn_ignore: self.warn_ignore,
            extension: said(self.extension),
            witness: self.witness,
            used_by: said(self.used_by),
            deprecation_days_stable: self.deprecation_days_stable,
            deprecation_days_beta: self.deprecation_days_beta,
            ..Settings::default()
        }
    }
}
