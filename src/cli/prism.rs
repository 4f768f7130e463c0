//! Prism's commands, with its flags, spelled and meant as it spells and means them, so that scripts
//! need one other word.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;

use super::args::{Job, Judging, Reading, Tls};
use super::taping::Taping;
use crate::config::Settings;
use crate::config::value::read;
use crate::synth;
use crate::synth::Manner;

/// How much Prism says.
const LEVELS: [&str; 7] = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

/// `mock`: what Prism answers of itself.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Mock {
    /// The description to play: OpenAPI or Swagger, YAML or JSON.
    #[arg(value_name = "SPEC")]
    pub(crate) spec: String,
    /// Make every answer from the schemas, though there are examples
    #[arg(short, long)]
    pub(crate) dynamic: bool,
    #[command(flatten)]
    pub(crate) shared: Shared,
}

/// `proxy`: what another server answers, judged.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Proxy {
    /// The description to judge by: OpenAPI or Swagger, YAML or JSON.
    #[arg(value_name = "SPEC")]
    pub(crate) spec: String,
    /// The server to pass calls on to; its path is put before that of every call.
    #[arg(value_name = "UPSTREAM")]
    pub(crate) upstream: String,
    /// Judge requests before they are passed on
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", default_value = "true", value_name = "BOOL", value_parser = read::<bool>)]
    pub(crate) validate_request: bool,
    /// Reach the upstream through this proxy: `http://[user[:password]@]host[:port]`
    #[arg(long, value_name = "URL")]
    pub(crate) upstream_proxy: Option<String>,
    /// Trust these authorities, too, to vouch for the upstream (PEM)
    #[arg(long, value_name = "FILE")]
    pub(crate) upstream_ca: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) shared: Shared,
    #[command(flatten)]
    pub(crate) job: Job,
}

/// What both take.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags are")]
pub(crate) struct Shared {
    /// Listen on this port; 0 takes any free one [default: 4010]
    #[arg(short, long, value_parser = read::<u16>)]
    port: Option<u16>,
    /// Listen on this address [default: loopback, IPv4 and IPv6]
    #[arg(short = 'h', long, value_name = "ADDR", value_parser = read::<IpAddr>)]
    host: Option<IpAddr>,
    /// Let pages of other origins call the API
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", default_value = "true", value_name = "BOOL", value_parser = read::<bool>)]
    cors: bool,
    /// Answer what breaks the contract with an error instead of telling of it beside the answer
    #[arg(long)]
    pub(crate) errors: bool,
    /// Answer as if the description had no examples
    #[arg(long = "ignoreExamples")]
    ignore_examples: bool,
    /// Give objects that name no members of theirs some, where all is made
    #[arg(long = "json-schema-faker-fillProperties", num_args = 0..=1, require_equals = true, default_missing_value = "true", default_value = "true", value_name = "BOOL", value_parser = read::<bool>)]
    fill_properties: bool,
    /// Make values from this number [default: 0]
    #[arg(long, value_name = "N", value_parser = read::<u64>)]
    seed: Option<u64>,
    /// Read no more of a request's content than this [default: 10485760]
    #[arg(long, value_name = "BYTES", value_parser = read::<u64>)]
    max_body: Option<u64>,
    /// How much is logged: trace, debug, info, warn, error, fatal, silent
    #[arg(short = 'v', long = "verboseLevel", value_name = "LEVEL", default_value = "info", value_parser = LEVELS)]
    verbose_level: String,
    /// Accepted for Prism's sake: one process serves on all processors
    #[arg(short, long, num_args = 0..=1, require_equals = true, default_missing_value = "true", default_value = "false", value_name = "BOOL", value_parser = read::<bool>)]
    multiprocess: bool,
    /// Print help
    #[arg(long, action = clap::ArgAction::HelpLong)]
    help: Option<bool>,
    #[command(flatten)]
    tls: Tls,
    #[command(flatten)]
    taping: Taping,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    pub(crate) judging: Judging,
}

impl Shared {
    /// How answers are made; the seed is the server's.
    pub(crate) fn making(&self, is_dynamic: bool) -> synth::Options {
        let manner = if is_dynamic { Manner::Dynamic } else { Manner::Static };
        let mut making = synth::Options::default();
        (making.manner, making.examples) = (manner, !self.ignore_examples);
        making.fill_properties = self.fill_properties;
        making
    }

    /// What was typed, as a layer of settings.
    pub(crate) fn settings(self) -> Settings {
        let (quiet, verbose) = match &*self.verbose_level {
            "trace" | "debug" => (None, Some(2)),
            "info" => (None, Some(1)),
            "error" | "fatal" | "silent" => (Some(true), None),
            _ => (None, None),
        };
        let typed = Settings {
            port: self.port,
            host: self.host,
            cors: Some(self.cors),
            seed: self.seed,
            max_body: self.max_body,
            quiet,
            verbose,
            ..Settings::default()
        };
        let typed = typed.or(self.taping.settings());
        typed.or(self.tls.settings()).or(self.judging.settings()).or(self.reading.settings())
    }
}
