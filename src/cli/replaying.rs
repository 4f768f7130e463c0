//! What can be typed behind `standin replay`.

use std::path::PathBuf;

use clap::Args;

use super::args::{Common, Serving, said, words};
use super::taping::Taping;
use crate::config::Settings;
use crate::config::replaying::{MISS_WORDS, Matched, MissMode, Upstream};
use crate::config::value::read;
use crate::tape::replay::Repeats;

#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// Files and directories of recordings: what `record` writes, HAR of browsers and other tools,
    /// JSON Lines, snapshots of exchanges (`.snap`), VCR cassettes, WireMock mappings.
    #[arg(value_name = "RECORDING", required = true)]
    pub(crate) recordings: Vec<PathBuf>,
    /// Judge requests and answers by this description, and tell paths apart by its templates: a
    /// bundled id or a file; repeatable
    #[arg(long, value_name = "SPEC")]
    pub(crate) spec: Vec<String>,
    #[command(flatten)]
    pub(crate) playback: Playback,
    #[command(flatten)]
    pub(crate) taping: Taping,
    #[command(flatten)]
    pub(crate) serving: Serving,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// How recordings are played.
#[derive(Debug, Args)]
pub(crate) struct Playback {
    /// Add (+) or take away (-) parts that decide which recording answers: method, path, host,
    /// query, query:NAME, header:NAME, body, body:/POINTER; repeatable [default: method, path, query
    /// and body]
    #[arg(
        long = "match",
        value_name = "PARTS",
        allow_hyphen_values = true,
        value_parser = read::<Matched>
    )]
    matching: Vec<Matched>,
    /// What answers a call whose recordings were all played: nothing, the last of them, or the first
    /// again [default: last; error with VCR's modes]
    #[arg(long, value_parser = words::<Repeats>(&["error", "last", "cycle"]))]
    repeats: Option<Repeats>,
    /// Who answers a call that no recording answers; VCR's modes none, once, new_episodes and all
    /// are known, too [default: fail]
    #[arg(long, value_name = "WHO", value_parser = words::<MissMode>(&MISS_WORDS))]
    on_miss: Option<MissMode>,
    /// The server that calls are passed on to with `--on-miss forward` or `record`
    #[arg(long, value_name = "URL", value_parser = read::<Upstream>)]
    upstream: Option<Upstream>,
    /// Let recordings that nobody asks for pass without a finding
    #[arg(long)]
    allow_unused: bool,
    /// Sign tokens again with this private RSA key (PEM) instead of the published test key
    #[arg(long, value_name = "FILE")]
    signing_key: Option<PathBuf>,
    /// Move the times in answers to now, all by the same span, those in tokens too
    #[arg(long)]
    shift_dates: bool,
}

impl Playback {
    /// What was typed, as a layer of settings.
    pub(crate) fn settings(self) -> Settings {
        Settings {
            matching: said(self.matching),
            repeats: self.repeats,
            on_miss: self.on_miss,
            upstream: self.upstream,
            allow_unused: self.allow_unused.then_some(true),
            signing_key: self.signing_key,
            shift_dates: self.shift_dates.then_some(true),
            ..Settings::default()
        }
    }
}
