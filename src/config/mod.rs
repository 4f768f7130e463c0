//! What can be set: by flag, by environment (`STANDIN_PORT=4010`), by `standin.toml`.
//!
//! A flag beats the environment, the environment beats the file. Every setting is read from text
//! by the same reader ([`value`]), whichever layer it came from, so that no layer has a spelling
//! of its own. What the settings mean is the business of the commands.

mod error;
mod reading;
pub mod value;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use serde::Deserialize;

use crate::apis::AuthMode;
use crate::finding::{Blame, Level};
use crate::tape::record::Layout;
pub use error::ConfigError;

use value::{
    AdminToken, Class, ClockChoice, Color, FailOn, LogFormat, Mount, OutputFormat, Redaction,
    Severity, Target, Template, TlsChoice,
};

/// Every setting; `None` where a layer says nothing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[non_exhaustive]
pub struct Settings {
    /// The port to listen on; 0 takes any free one.
    #[serde(deserialize_with = "value::one")]
    pub port: Option<u16>,
    /// The address to listen on.
    #[serde(deserialize_with = "value::one")]
    pub host: Option<IpAddr>,
    /// Lets pages of other origins call the APIs.
    #[serde(deserialize_with = "value::one")]
    pub cors: Option<bool>,
    /// What ids and tokens are made from.
    #[serde(deserialize_with = "value::one")]
    pub seed: Option<u64>,
    /// A file with the initial state.
    #[serde(deserialize_with = "value::one")]
    pub state: Option<PathBuf>,
    /// Whether time passes.
    #[serde(deserialize_with = "value::one")]
    pub clock: Option<ClockChoice>,
    /// How strictly credentials are checked.
    #[serde(deserialize_with = "value::one")]
    pub auth: Option<AuthMode>,
    /// A file with a private RSA key in PEM.
    #[serde(deserialize_with = "value::one")]
    pub signing_key: Option<PathBuf>,
    /// Prefixes of APIs.
    #[serde(deserialize_with = "value::many")]
    pub mount: Option<Vec<Mount>>,
    /// Speaks TLS with a certificate that is made at the start.
    #[serde(deserialize_with = "value::one")]
    pub tls: Option<TlsChoice>,
    /// A file with the server's certificate, and those that vouch for it, in PEM.
    #[serde(deserialize_with = "value::one")]
    pub tls_cert: Option<PathBuf>,
    /// A file with the certificate's private key in PEM.
    #[serde(deserialize_with = "value::one")]
    pub tls_key: Option<PathBuf>,
    /// A file with further authorities that may vouch for the upstream, in PEM.
    #[serde(deserialize_with = "value::one")]
    pub upstream_ca: Option<PathBuf>,
    /// For a person or for a program.
    #[serde(deserialize_with = "value::one")]
    pub format: Option<OutputFormat>,
    /// The reports to write.
    #[serde(deserialize_with = "value::many")]
    pub report: Option<Vec<Target>>,
    /// The lowest level that fails the job.
    #[serde(deserialize_with = "value::one")]
    pub fail_on: Option<FailOn>,
    /// Levels in place of the rules' own.
    #[serde(deserialize_with = "value::many")]
    pub severity: Option<Vec<Severity>>,
    /// Whose findings fail the job.
    #[serde(deserialize_with = "value::many")]
    pub gate: Option<Vec<Blame>>,
    /// Closes the control surface, health aside.
    #[serde(deserialize_with = "value::one")]
    pub no_admin: Option<bool>,
    /// The token that opens the control surface.
    #[serde(deserialize_with = "value::one")]
    pub admin_token: Option<AdminToken>,
    /// An address of its own for the control surface.
    #[serde(deserialize_with = "value::one")]
    pub admin_listen: Option<SocketAddr>,
    /// The most bytes of a request's content that are read.
    #[serde(deserialize_with = "value::one")]
    pub max_body: Option<u64>,
    /// How the log is written.
    #[serde(deserialize_with = "value::one")]
    pub log: Option<LogFormat>,
    /// Whether to write in colour.
    #[serde(deserialize_with = "value::one")]
    pub color: Option<Color>,
    /// Says nothing but errors.
    #[serde(deserialize_with = "value::one")]
    pub quiet: Option<bool>,
    /// How much to say beyond the usual: 1, 2.
    #[serde(deserialize_with = "value::one")]
    pub verbose: Option<u8>,
    /// Variables for the command that is run, with `{url}` to be filled in.
    #[serde(deserialize_with = "value::many")]
    pub env: Option<Vec<Template>>,
    /// The description that recordings are judged by: a bundled id or a file.
    #[serde(deserialize_with = "value::many")]
    pub spec: Option<Vec<String>>,
    /// The directory that calls are written down in.
    #[serde(deserialize_with = "value::one")]
    pub record: Option<PathBuf>,
    /// The directory that `record` and `redact` write to.
    #[serde(deserialize_with = "value::one")]
    pub out: Option<PathBuf>,
    /// How recordings are laid out.
    #[serde(deserialize_with = "value::one")]
    pub layout: Option<Layout>,
    /// What is taken out of recordings besides secrets.
    #[serde(deserialize_with = "value::many")]
    pub redact: Option<Vec<Class>>,
    /// Names and shapes that are secrets besides.
    #[serde(deserialize_with = "value::many")]
    pub redact_add: Option<Vec<Redaction>>,
    /// Names and shapes that are none.
    #[serde(deserialize_with = "value::many")]
    pub redact_allow: Option<Vec<Redaction>>,
    /// Whether recordings are redacted where they stand.
    #[serde(deserialize_with = "value::one")]
    pub in_place: Option<bool>,
    /// Whether it is only said what there is to redact.
    #[serde(deserialize_with = "value::one")]
    pub check: Option<bool>,
    /// Files of overlays that are applied to descriptions, in this order.
    #[serde(deserialize_with = "value::many")]
    pub overlay: Option<Vec<PathBuf>>,
    /// Whether references of descriptions to other hosts are followed.
    #[serde(deserialize_with = "value::one")]
    pub allow_remote_refs: Option<bool>,
}

/// The names of all settings, as the file spells them.
pub const NAMES: [&str; 38] = [
    "port",
    "host",
    "cors",
    "seed",
    "state",
    "clock",
    "auth",
    "signing-key",
    "mount",
    "tls",
    "tls-cert",
    "tls-key",
    "upstream-ca",
    "format",
    "report",
    "fail-on",
    "severity",
    "gate",
    "no-admin",
    "admin-token",
    "admin-listen",
    "max-body",
    "log",
    "color",
    "quiet",
    "verbose",
    "env",
    "spec",
    "record",
    "out",
    "layout",
    "redact",
    "redact-add",
    "redact-allow",
    "in-place",
    "check",
    "overlay",
    "allow-remote-refs",
];

impl Settings {
    /// Takes from `lower` what this layer doesn't say.
    #[must_use]
    pub fn or(self, lower: Self) -> Self {
        Self {
            port: self.port.or(lower.port),
            host: self.host.or(lower.host),
            cors: self.cors.or(lower.cors),
            seed: self.seed.or(lower.seed),
            state: self.state.or(lower.state),
            clock: self.clock.or(lower.clock),
            auth: self.auth.or(lower.auth),
            signing_key: self.signing_key.or(lower.signing_key),
            mount: self.mount.or(lower.mount),
            tls: self.tls.or(lower.tls),
            tls_cert: self.tls_cert.or(lower.tls_cert),
            tls_key: self.tls_key.or(lower.tls_key),
            upstream_ca: self.upstream_ca.or(lower.upstream_ca),
            format: self.format.or(lower.format),
            report: self.report.or(lower.report),
            fail_on: self.fail_on.or(lower.fail_on),
            severity: self.severity.or(lower.severity),
            gate: self.gate.or(lower.gate),
            no_admin: self.no_admin.or(lower.no_admin),
            admin_token: self.admin_token.or(lower.admin_token),
            admin_listen: self.admin_listen.or(lower.admin_listen),
            max_body: self.max_body.or(lower.max_body),
            log: self.log.or(lower.log),
            color: self.color.or(lower.color),
            quiet: self.quiet.or(lower.quiet),
            verbose: self.verbose.or(lower.verbose),
            env: self.env.or(lower.env),
            spec: self.spec.or(lower.spec),
            record: self.record.or(lower.record),
            out: self.out.or(lower.out),
            layout: self.layout.or(lower.layout),
            redact: self.redact.or(lower.redact),
            redact_add: self.redact_add.or(lower.redact_add),
            redact_allow: self.redact_allow.or(lower.redact_allow),
            in_place: self.in_place.or(lower.in_place),
            check: self.check.or(lower.check),
            overlay: self.overlay.or(lower.overlay),
            allow_remote_refs: self.allow_remote_refs.or(lower.allow_remote_refs),
        }
    }
}

/// The gate that the settings describe; `default` is whose findings count if nothing is said.
#[must_use]
pub fn gate(settings: &Settings, default: &[Blame]) -> crate::report::Gate {
    let mut gate = crate::report::Gate::new(settings.gate.as_deref().unwrap_or(default));
    gate.fail_on = settings.fail_on.map_or(Some(Level::Error), |FailOn(level)| level);
    gate
}
