//! What can be typed behind `drift`.

use std::path::PathBuf;

use clap::Args;

use super::args::{Common, said, words};
use crate::config::Settings;
use crate::config::drifting::Proposal;
use crate::config::value::read;

#[derive(Debug, Args)]
pub(crate) struct Drift {
    /// Files and directories of recordings, in any format that `replay` takes; access logs of JSON
    /// lines; or the URL of a running standin's exchanges (`http://…/_standin/exchanges`).
    #[arg(value_name = "RECORDING", required_unless_present = "merge")]
    pub(crate) recordings: Vec<String>,
    /// The description that the traffic should keep to: a bundled id or a file; repeatable
    #[arg(long, value_name = "SPEC")]
    spec: Vec<String>,
    /// Header fields that need not be documented, beside those of HTTP and of gateways; a name, or
    /// a beginning such as `x-acme-*`; `cookie:NAME` for cookies; repeatable
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    ignore_headers: Vec<String>,
    /// Fail if less of the description was seen than this, in per cent
    #[arg(long, value_name = "PERCENT", value_parser = read::<u8>)]
    min_coverage: Option<u8>,
    /// Write a summary of what was seen, to be joined to others later
    #[arg(long, value_name = "FILE")]
    summary: Option<PathBuf>,
    /// Join a summary that was written before, or several
    #[arg(long, value_name = "FILE", num_args = 1..)]
    merge: Vec<PathBuf>,
    /// Write a proposal that would make the description true: an OpenAPI Overlay, to be applied
    /// with --overlay, or a JSON Patch where the name ends with `.json-patch`
    #[arg(long, value_name = "FILE")]
    propose: Option<PathBuf>,
    /// How the proposal is written, whatever its name [default: as the name says]
    #[arg(long, value_name = "FORMAT", value_parser = words::<Proposal>(&["overlay", "json-patch"]))]
    propose_format: Option<Proposal>,
    /// Ask the bundled mock what was recorded of the vendor, and say where it answers otherwise
    #[arg(long, conflicts_with_all = ["summary", "merge", "propose", "min_coverage"])]
    parity: bool,
    #[command(flatten)]
    pub(crate) common: Common,
}

impl Drift {
    /// What was typed, as a layer of settings; the recordings beside it.
    pub(crate) fn settings(self) -> (Vec<String>, Option<PathBuf>, Settings) {
        let config = self.common.judging.config.clone();
        let settings = Settings {
            spec: said(self.spec),
            ignore_headers: said(self.ignore_headers),
            min_coverage: self.min_coverage,
            summary: self.summary,
            merge: said(self.merge),
            propose: self.propose,
            propose_format: self.propose_format,
            parity: self.parity.then_some(true),
            ..self.common.settings()
        };
        (self.recordings, config, settings)
    }
}
