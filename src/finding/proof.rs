//! How a difference between two descriptions is known to break somebody.

use std::fmt;

use serde::Serialize;

/// What stands behind the level of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// A message that one description allows and the other forbids.
    Witness,
    /// The rule itself: no message can show more.
    ByRule,
    /// Nobody could tell from the documents alone.
    Undecided,
}

impl Proof {
    /// The proof's name, as reports spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Witness => "witness",
            Self::ByRule => "by-rule",
            Self::Undecided => "undecided",
        }
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
