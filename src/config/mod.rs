//! What can be set: by flag, by environment (`STANDIN_PORT=4010`), by `standin.toml`.
//!
//! A flag beats the environment, the environment beats the file. Every setting is read from text
//! by the same reader ([`value`]), whichever layer it came from, so that no layer has a spelling
//! of its own. What the settings mean is the business of the commands.

pub mod comparing;
pub mod drifting;
mod error;
mod reading;
pub mod replaying;
pub mod value;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use serde::Deserialize;

use crate::apis::AuthMode;
use crate::finding::{Blame, Level};
use crate::tape::record::Layout;
use crate::tape::replay::Repeats;
pub use error::ConfigError;

use comparing::{Kept, Undecided};
use drifting::Proposal;
use replaying::{Matched, MissMode, Upstream};
use value::{
    AdminToken, Class, ClockChoice, Color, FailOn, LogFormat, Mount, OutputFormat, Redaction,
    Severity, Target, Template, TlsChoice,
};

/// Makes the settings of their list: a text, the name in files and in Rust, the reader, the type.
macro_rules! settings {
    ($($(#[$note:meta])* $word:literal $name:ident: $reader:literal $type:ty;)*) => {
        /// Every setting; `None` where a layer says nothing.
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        #[non_exhaustive]
        pub struct Settings {
            $($(#[$note])* #[serde(rename = $word, deserialize_with = $reader)] pub $name: Option<$type>,)*
        }

        /// The names of all settings, as the file spells them.
        pub const NAMES: &[&str] = &[$($word),*];

        impl Settings {
            /// Takes from `lower` what this layer doesn't say.
            #[must_use]
            pub fn or(self, lower: Self) -> Self {
                Self { $($name: self.$name.or(lower.$name)),* }
            }
        }
    };
}

settings! {
    /// The port to listen on; 0 takes any free one.
    "port" port: "value::one" u16;
    /// The address to listen on.
    "host" host: "value::one" IpAddr;
    /// Lets pages of other origins call the APIs.
    "cors" cors: "value::one" bool;
    /// What ids and tokens are made from.
    "seed" seed: "value::one" u64;
    /// A file with the initial state.
    "state" state: "value::one" PathBuf;
    /// Whether time passes.
    "clock" clock: "value::one" ClockChoice;
    /// How strictly credentials are checked.
    "auth" auth: "value::one" AuthMode;
    /// A file with a private RSA key in PEM.
    "signing-key" signing_key: "value::one" PathBuf;
    /// Prefixes of APIs.
    "mount" mount: "value::many" Vec<Mount>;
    /// Speaks TLS with a certificate that is made at the start.
    "tls" tls: "value::one" TlsChoice;
    /// A file with the server's certificate, and those that vouch for it, in PEM.
    "tls-cert" tls_cert: "value::one" PathBuf;
    /// A file with the certificate's private key in PEM.
    "tls-key" tls_key: "value::one" PathBuf;
    /// A file with further authorities that may vouch for the upstream, in PEM.
    "upstream-ca" upstream_ca: "value::one" PathBuf;
    /// For a person or for a program.
    "format" format: "value::one" OutputFormat;
    /// The reports to write.
    "report" report: "value::many" Vec<Target>;
    /// The lowest level that fails the job.
    "fail-on" fail_on: "value::one" FailOn;
    /// Levels in place of the rules' own.
    "severity" severity: "value::many" Vec<Severity>;
    /// A file of findings that are known and fail no job.
    "baseline" baseline: "value::one" PathBuf;
    /// Whether that file is written anew.
    "update-baseline" update_baseline: "value::one" bool;
    /// Whose findings fail the job.
    "gate" gate: "value::many" Vec<Blame>;
    /// Closes the control surface, health aside.
    "no-admin" no_admin: "value::one" bool;
    /// The token that opens the control surface.
    "admin-token" admin_token: "value::one" AdminToken;
    /// An address of its own for the control surface.
    "admin-listen" admin_listen: "value::one" SocketAddr;
    /// The most bytes of a request's content that are read.
    "max-body" max_body: "value::one" u64;
    /// How the log is written.
    "log" log: "value::one" LogFormat;
    /// Whether to write in colour.
    "color" color: "value::one" Color;
    /// Says nothing but errors.
    "quiet" quiet: "value::one" bool;
    /// How much to say beyond the usual: 1, 2.
    "verbose" verbose: "value::one" u8;
    /// Variables for the command that is run, with `{url}` to be filled in.
    "env" env: "value::many" Vec<Template>;
    /// The description that recordings are judged by: a bundled id or a file.
    "spec" spec: "value::many" Vec<String>;
    /// The directory that calls are written down in.
    "record" record: "value::one" PathBuf;
    /// The directory that `record` and `redact` write to.
    "out" out: "value::one" PathBuf;
    /// How recordings are laid out.
    "layout" layout: "value::one" Layout;
    /// What is taken out of recordings besides secrets.
    "redact" redact: "value::many" Vec<Class>;
    /// Names and shapes that are secrets besides.
    "redact-add" redact_add: "value::many" Vec<Redaction>;
    /// Names and shapes that are none.
    "redact-allow" redact_allow: "value::many" Vec<Redaction>;
    /// Whether recordings are redacted where they stand.
    "in-place" in_place: "value::one" bool;
    /// Whether it is only said what there is to redact.
    "check" check: "value::one" bool;
    /// Files of overlays that are applied to descriptions, in this order.
    "overlay" overlay: "value::many" Vec<PathBuf>;
    /// Whether references of descriptions to other hosts are followed.
    "allow-remote-refs" allow_remote_refs: "value::one" bool;
    /// Which parts of a request decide which recording answers it, beside the usual ones.
    "match" matching: "value::many" Vec<Matched>;
    /// What answers a call whose recordings were all played.
    "repeats" repeats: "value::one" Repeats;
    /// Who answers a call that no recording answers.
    "on-miss" on_miss: "value::one" MissMode;
    /// The server that calls are passed on to.
    "upstream" upstream: "value::one" Upstream;
    /// Whether recordings may stay unused.
    "allow-unused" allow_unused: "value::one" bool;
    /// Which differences are told: breaking, additive, docs.
    "only" only: "value::many" Vec<Kept>;
    /// The level of a break that nobody could decide.
    "undecided" undecided: "value::one" Undecided;
    /// Whether those that read answers take nothing but what they know.
    "strict-reader" strict_reader: "value::one" bool;
    /// A file with levels in place of the rules' own, as oasdiff reads it.
    "severity-levels" severity_levels: "value::one" PathBuf;
    /// A file with errors that are known, as oasdiff reads it.
    "err-ignore" err_ignore: "value::one" PathBuf;
    /// A file with warnings that are known, as oasdiff reads it.
    "warn-ignore" warn_ignore: "value::one" PathBuf;
    /// Extensions whose value matters.
    "extension" extension: "value::many" Vec<String>;
    /// The directory that witnesses are written to.
    "witness" witness: "value::one" PathBuf;
    /// Recordings of the client that differences are to matter to.
    "used-by" used_by: "value::many" Vec<PathBuf>;
    /// Days that a deprecated part must stay at least.
    "deprecation-days-stable" deprecation_days_stable: "value::one" u32;
    /// The same, of parts whose stability level is beta.
    "deprecation-days-beta" deprecation_days_beta: "value::one" u32;
    /// Header fields that are no drift, beside the usual ones.
    "ignore-headers" ignore_headers: "value::many" Vec<String>;
    /// The least share of the documents that traffic has to show, in per cent.
    "min-coverage" min_coverage: "value::one" u8;
    /// The file that a summary of what was seen is written to.
    "summary" summary: "value::one" PathBuf;
    /// Summaries that are joined to what is seen.
    "merge" merge: "value::many" Vec<PathBuf>;
    /// The file that a proposal for the document is written to.
    "propose" propose: "value::one" PathBuf;
    /// Whether the bundled mock is held against what was recorded of the vendor.
    "parity" parity: "value::one" bool;
    /// How the proposal is written.
    "propose-format" propose_format: "value::one" Proposal;
    /// Whether recorded times are moved to now.
    "shift-dates" shift_dates: "value::one" bool;
}

/// The gate that the settings describe; `default` is whose findings count if nothing is said.
#[must_use]
pub fn gate(settings: &Settings, default: &[Blame]) -> crate::report::Gate {
    let mut gate = crate::report::Gate::new(settings.gate.as_deref().unwrap_or(default));
    gate.fail_on = settings.fail_on.map_or(Some(Level::Error), |FailOn(level)| level);
    gate
}
