//! What an engine is made of, chosen by whoever starts it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::apis::AuthMode;
use crate::clock::Clock;
use crate::finding::Level;
use crate::finding::RULES;
use crate::route::Conflict;
use crate::spec::LoadError;
use crate::token::SigningKey;

/// How to make an engine.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Ids of bundled APIs or of vendors' families; empty: all.
    pub apis: Vec<String>,
    /// Prefixes by API id or family id, as `--mount clerk=/clerk` gives them.
    pub mounts: Vec<(String, String)>,
    /// How strictly credentials are checked.
    pub auth: AuthMode,
    /// What ids and tokens are made from.
    pub seed: u64,
    /// The time.
    pub clock: Arc<Clock>,
    /// The key that signs tokens.
    pub key: Arc<SigningKey>,
    /// Levels by rule id, in place of the rules' own.
    pub severities: BTreeMap<String, Level>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            apis: Vec::new(),
            mounts: Vec::new(),
            auth: AuthMode::default(),
            seed: 0,
            clock: Arc::new(Clock::real()),
            key: Arc::clone(SigningKey::built_in()),
            severities: BTreeMap::new(),
        }
    }
}

/// An engine that can not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// No bundled API has this name.
    #[error("`{name}` is no bundled API; there are {}", known.join(", "))]
    UnknownApi {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// No rule has this id.
    #[error("`{name}` is no rule; the nearest is `{nearest}`")]
    UnknownRule {
        /// What was asked for.
        name: String,
        /// The nearest rule id.
        nearest: String,
    },
    /// A mount names something that is not served.
    #[error("`{name}` can not be mounted: it is not served")]
    UnknownMount {
        /// What was to be mounted.
        name: String,
    },
    /// A mount path that is none.
    #[error(
        "`{path}` is no mount path: it begins with `/` and does not end with one, for example `/clerk`"
    )]
    MalformedMount {
        /// What was given.
        path: String,
    },
    /// A document can not be loaded.
    #[error("cannot load the document")]
    Document(#[from] LoadError),
    /// Two documents claim one path.
    #[error("two documents claim one path")]
    Conflict(#[from] Conflict),
}

impl BuildError {
    /// No rule has this id: names the nearest one.
    #[must_use]
    pub fn unknown_rule(name: &str) -> Self {
        let nearest = RULES
            .iter()
            .map(|rule| rule.id)
            .max_by(|one, other| strsim::jaro(one, name).total_cmp(&strsim::jaro(other, name)));
        let nearest = nearest.unwrap_or_default().to_owned();
        Self::UnknownRule { name: name.to_owned(), nearest }
    }
}
