//! Values of the settings that only replaying has.

use super::value::{Setting, word};
use crate::tape::replay::{Matching, OnMiss, Repeats};

/// Parts of a request that are added to those that decide, or taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched(pub String);

/// Who answers a call that no recording answers, and whether that was said as VCR says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissMode {
    /// Who answers.
    pub on_miss: OnMiss,
    /// Whether the word is one of VCR's modes, in which each recording is played once.
    pub is_vcrs: bool,
}

/// The address of the server that calls are passed on to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream(pub String);

/// The words for who answers a call that no recording answers: standin's own, then VCR's modes.
pub const MISS_WORDS: [&str; 8] =
    ["fail", "mock", "forward", "record", "none", "once", "new_episodes", "all"];

impl Setting for Repeats {
    fn read(text: &str) -> Result<Self, String> {
        word(text, &[("error", Self::Error), ("last", Self::Last), ("cycle", Self::Cycle)])
    }
}

impl Setting for MissMode {
    fn read(text: &str) -> Result<Self, String> {
        let own = |on_miss| Self { on_miss, is_vcrs: false };
        let vcrs = |on_miss| Self { on_miss, is_vcrs: true };
        let [fail, mock, forward, record, none, once, new_episodes, all] = MISS_WORDS;
        word(
            text,
            &[
                (fail, own(OnMiss::Fail)),
                (mock, own(OnMiss::Mock)),
                (forward, own(OnMiss::Forward)),
                (record, own(OnMiss::Record)),
                (none, vcrs(OnMiss::Fail)),
                (once, vcrs(OnMiss::Once)),
                (new_episodes, vcrs(OnMiss::Record)),
                (all, vcrs(OnMiss::All)),
            ],
        )
    }
}

impl Setting for Matched {
    fn read(text: &str) -> Result<Self, String> {
        text.parse::<Matching>().map(|_| Self(text.to_owned())).map_err(|error| error.to_string())
    }
}

impl Setting for Upstream {
    fn read(text: &str) -> Result<Self, String> {
        // What is an address is known to whoever asks it.
        Ok(Self(text.to_owned()))
    }
}
