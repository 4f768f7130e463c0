//! What can be typed. Every flag has its text here and its meaning in [`crate::config`].

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use super::comparing::Diff;
use super::drifting::Drift;
use super::prism::{Mock, Proxy};
use super::replaying::Replay;
use super::taping::{Record, Redact, Taping};
use crate::apis::AuthMode;
use crate::config::Settings;
use crate::config::value::{
    AdminToken, ClockChoice, Color, FailOn, LogFormat, Mount, OutputFormat,
};
use crate::config::value::{Setting, Severity, Target, Template, TlsChoice, read};
use crate::finding::Blame;

/// A stand-in for the API you depend on.
#[derive(Debug, Parser)]
#[command(name = "standin", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 nothing at or above --fail-on; 1 findings at or above it; \
    2 the job could not be done.\nEach flag can also be set in the environment \
    (STANDIN_PORT=4010) and in a file (--config standin.toml); a flag beats the environment, the \
    environment beats the file.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Play the server, stateful; without SPEC all bundled APIs.
    Serve(Box<Serve>),
    /// Play the server as Prism's `mock` does: stateless, the document's examples as written.
    Mock(Box<Mock>),
    /// Pass calls on to a server and judge both sides, as Prism's `proxy` does.
    Proxy(Box<Proxy>),
    /// Pass calls on to a server, and write each down, its secrets taken out.
    Record(Box<Record>),
    /// Say what is wrong with a description, where, and what of it can not be served.
    Lint(Lint),
    /// Serve recordings: what was recorded is answered again.
    Replay(Box<Replay>),
    /// Say where recorded traffic departs from a description; sends nothing.
    Drift(Box<Drift>),
    /// Say what changed between two descriptions, what of it breaks whom, and why.
    Diff(Box<Diff>),
    /// Take secrets out of recordings that exist, or only say whether there are any.
    Redact(Box<Redact>),
    /// List the bundled APIs; with ID, its operations, actions, and how well each fact is known.
    Apis(Apis),
    /// Say whether a standin is ready there: exit 0 if it is, 1 if not.
    Ping(Ping),
    /// Write the completion script of a shell.
    Completions(Completions),
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// What to play: a description (OpenAPI or Swagger, YAML or JSON), a bundled API
    /// (`clerk-sessions`) or a vendor's family (`clerk`, `transmit`).
    #[arg(value_name = "SPEC")]
    pub(crate) specs: Vec<String>,
    #[command(flatten)]
    pub(crate) playing: Playing,
    #[command(flatten)]
    pub(crate) taping: Taping,
    #[command(flatten)]
    pub(crate) serving: Serving,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
pub(crate) struct Lint {
    /// The descriptions to read: OpenAPI or Swagger, YAML or JSON, or bundled APIs.
    #[arg(value_name = "SPEC", required = true)]
    pub(crate) specs: Vec<String>,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
pub(crate) struct Apis {
    /// A bundled API or a vendor's family.
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,
    /// Recordings of the vendor, by which the mock's fidelity is measured
    #[arg(value_name = "RECORDING")]
    pub(crate) recordings: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Ping {
    /// Where standin should be; else STANDIN_URL, else this machine's STANDIN_PORT or 4010.
    #[arg(value_name = "URL")]
    pub(crate) url: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}

/// What only playing an API needs.
#[derive(Debug, Args)]
pub(crate) struct Playing {
    /// Make ids and tokens from this number [default: 0]
    #[arg(long, value_name = "N", value_parser = read::<u64>)]
    seed: Option<u64>,
    /// Begin with the state in this file, in the form of `GET /_standin/state`
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Sign tokens with this private RSA key (PEM) instead of the published test key
    #[arg(long, value_name = "FILE")]
    signing_key: Option<PathBuf>,
    /// Serve an API or family under a prefix, for example clerk=/clerk; repeatable
    #[arg(long, value_name = "API=/PREFIX", value_parser = read::<Mount>)]
    mount: Vec<Mount>,
}

/// What servers share.
#[derive(Debug, Args)]
pub(crate) struct Serving {
    /// Listen on this port; 0 takes any free one [default: 4010, any free one before a COMMAND]
    #[arg(short, long, value_parser = read::<u16>)]
    port: Option<u16>,
    /// Listen on this address [default: loopback, IPv4 and IPv6]
    #[arg(long, value_name = "ADDR", value_parser = read::<IpAddr>)]
    host: Option<IpAddr>,
    /// Let pages of other origins call the APIs
    #[arg(long)]
    cors: bool,
    /// Let time pass, or stand still: `real` or `fixed:2026-01-01T00:00:00Z` [default: real]
    #[arg(long, value_name = "CLOCK", value_parser = read::<ClockChoice>)]
    clock: Option<ClockChoice>,
    /// How strictly credentials are checked [default: lenient]
    #[arg(long, value_parser = words::<AuthMode>(&["lenient", "strict", "off"]))]
    auth: Option<AuthMode>,
    /// Write for a person, or JSON events, one a line, to standard output [default: text]
    #[arg(long, value_parser = words::<OutputFormat>(&["text", "json"]))]
    format: Option<OutputFormat>,
    /// Close the control surface under /_standin/, health aside
    #[arg(long)]
    no_admin: bool,
    /// Open the control surface only to calls with `Authorization: Bearer TOKEN`
    #[arg(long, value_name = "TOKEN", value_parser = read::<AdminToken>)]
    admin_token: Option<AdminToken>,
    /// Move the control surface to an address of its own
    #[arg(long, value_name = "ADDR:PORT", value_parser = read::<SocketAddr>)]
    admin_listen: Option<SocketAddr>,
    /// Read no more of a request's content than this [default: 10485760]
    #[arg(long, value_name = "BYTES", value_parser = read::<u64>)]
    max_body: Option<u64>,
    /// How the log is written [default: text]
    #[arg(long, value_parser = words::<LogFormat>(&["text", "json"]))]
    log: Option<LogFormat>,
    #[command(flatten)]
    tls: Tls,
    #[command(flatten)]
    pub(crate) job: Job,
}

/// Whether a server speaks TLS.
#[derive(Debug, Args)]
pub(crate) struct Tls {
    /// Speak TLS with a certificate that is made at the start; how to trust it is told then
    #[arg(long, value_name = "HOW", value_parser = words::<TlsChoice>(&["self-signed"]), conflicts_with_all = ["tls_cert", "tls_key"])]
    tls: Option<TlsChoice>,
    /// Speak TLS with this certificate, and those that vouch for it (PEM)
    #[arg(long, value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// The private key of the certificate (PEM)
    #[arg(long, value_name = "FILE")]
    tls_key: Option<PathBuf>,
}

/// What is run beside a server.
#[derive(Debug, Args)]
pub(crate) struct Job {
    /// Set a variable for COMMAND; `{url}` becomes standin's address; repeatable
    #[arg(long, value_name = "NAME=TEMPLATE", value_parser = read::<Template>)]
    env: Vec<Template>,
    /// Run COMMAND once standin is ready, with STANDIN_URL in its environment, and stop with it.
    ///
    /// The exit code is COMMAND's own if that is not 0, else standin's; 2 if no request was seen.
    #[arg(last = true, value_name = "COMMAND")]
    pub(crate) command: Vec<String>,
}

/// What all have that read descriptions and judge by them.
#[derive(Debug, Args)]
pub(crate) struct Common {
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    pub(crate) judging: Judging,
    #[command(flatten)]
    loudness: Loudness,
}

/// How descriptions are read.
#[derive(Debug, Args)]
pub(crate) struct Reading {
    /// Apply an OpenAPI Overlay to the description; repeatable, in this order
    #[arg(long, value_name = "FILE")]
    overlay: Vec<PathBuf>,
    /// Follow references to other hosts than the description's own; never into private networks
    #[arg(long)]
    allow_remote_refs: bool,
}

/// What all that judge share.
#[derive(Debug, Args)]
pub(crate) struct Judging {
    /// Write a report, to standard output or to a file (`=+PATH` appends); repeatable
    #[arg(long, value_name = "FORMAT[=PATH]", value_parser = read::<Target>)]
    report: Vec<Target>,
    /// Fail for findings of this level or worse [default: error]
    #[arg(long, value_name = "LEVEL", value_parser = words::<FailOn>(&["error", "warning", "info", "never"]))]
    fail_on: Option<FailOn>,
    /// Give a rule another level; repeatable
    #[arg(long, value_name = "RULE=LEVEL", value_parser = read::<Severity>)]
    severity: Vec<Severity>,
    /// Whose findings fail the job: client, server, document
    #[arg(long, value_name = "WHOM", value_delimiter = ',', value_parser = words::<Blame>(&["client", "server", "document"]))]
    gate: Vec<Blame>,
    /// Fail for nothing that this file knows; what it knows and is found no more is told
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write the baseline: what fails the job now is known from now on
    #[arg(long)]
    update_baseline: bool,
    /// Read settings from this file
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Write in colour; reports to files are always plain [default: auto]
    #[arg(long, value_name = "WHEN", value_parser = words::<Color>(&["auto", "always", "never"]))]
    color: Option<Color>,
}

/// How much is said, for all commands but those that spell it as others do.
#[derive(Debug, Args)]
pub(crate) struct Loudness {
    /// Say nothing but errors
    #[arg(short, long)]
    quiet: bool,
    /// Say more: every exchange (-v), everything (-vv)
    #[arg(short, long, action = clap::ArgAction::Count)]
    verbose: u8,
}

/// A parser that shows the words in help and completion, and reads them as all layers do.
pub(super) fn words<T: Setting + Clone + Send + Sync + 'static>(
    words: &'static [&'static str],
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(words).try_map(|word| T::read(&word))
}

/// A list that nobody typed says nothing.
pub(crate) fn said<T>(values: Vec<T>) -> Option<Vec<T>> {
    (!values.is_empty()).then_some(values)
}

impl Playing {
    /// What was typed, as a layer of settings.
    pub(crate) fn settings(self) -> Settings {
        Settings {
            seed: self.seed,
            state: self.state,
            signing_key: self.signing_key,
            mount: said(self.mount),
            ..Settings::default()
        }
    }
}

impl Serving {
    /// What was typed, as a layer of settings.
    pub(crate) fn settings(self) -> Settings {
        Settings {
            port: self.port,
            host: self.host,
            cors: self.cors.then_some(true),
            clock: self.clock,
            auth: self.auth,
            format: self.format,
            no_admin: self.no_admin.then_some(true),
            admin_token: self.admin_token,
            admin_listen: self.admin_listen,
            max_body: self.max_body,
            log: self.log,
            ..Settings::default()
        }
        .or(self.job.settings())
        .or(self.tls.settings())
    }
}

impl Tls {
    /// What was typed, as a layer of settings.
    pub(crate) fn settings(self) -> Settings {
        let Self { tls, tls_cert, tls_key } = self;
        Settings { tls, tls_cert, tls_key, ..Settings::default() }
    }
}

impl Job {
    /// What was typed, as a layer of settings.
    pub(crate) fn settings(self) -> Settings {
        Settings { env: said(self.env), ..Settings::default() }
    }
}

impl Judging {
    /// What was typed, as a layer of settings.
    pub(crate) fn settings(self) -> Settings {
        Settings {
            report: said(self.report),
            fail_on: self.fail_on,
            severity: said(self.severity),
            gate: said(self.gate),
            baseline: self.baseline,
            update_baseline: self.update_baseline.then_some(true),
            color: self.color,
            ..Settings::default()
        }
    }
}

impl Loudness {
    /// What was typed, as a layer of settings.
    pub(crate) fn settings(self) -> Settings {
        Settings {
            quiet: self.quiet.then_some(true),
            verbose: (self.verbose > 0).then_some(self.verbose),
            ..Settings::default()
        }
    }
}

impl Common {
    /// What was typed, as a layer of settings.
    pub(crate) fn settings(self) -> Settings {
        let Self { reading, judging, loudness } = self;
        judging.settings().or(loudness.settings()).or(reading.settings())
    }
}

impl Reading {
    /// What was typed, as a layer of settings.
    pub(crate) fn settings(self) -> Settings {
        Settings {
            overlay: said(self.overlay),
            allow_remote_refs: self.allow_remote_refs.then_some(true),
            ..Settings::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Arguments;
    use crate::config::NAMES;

    /// Flags of Prism's commands alone: it has no file for them.
    const PRISMS: [&str; 9] = [
        "dynamic",
        "ignoreExamples",
        "json-schema-faker-fillProperties",
        "verboseLevel",
        "errors",
        "multiprocess",
        "validate-request",
        "upstream-proxy",
        "help",
    ];

    #[test]
    fn every_flag_can_be_set_in_file_and_environment() {
        Arguments::command().debug_assert();
        for command in Arguments::command().get_subcommands() {
            for flag in command.get_arguments().filter_map(clap::Arg::get_long) {
                let is_prisms = matches!(command.get_name(), "mock" | "proxy" | "record")
                    && PRISMS.contains(&flag);
                let is_question = command.get_name() == "diff" && flag == "rules";
                let known = NAMES.contains(&flag) || flag == "config" || is_prisms || is_question;
                assert!(known, "--{flag} of {}", command.get_name());
            }
        }
    }
}
