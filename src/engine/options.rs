//! What an engine is made of, chosen by whoever starts it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::apis::AuthMode;
use crate::clock::Clock;
use crate::engine::manner::Manner;
use crate::engine::passage::Passing;
use crate::finding::Level;
use crate::finding::RULES;
use crate::route::Conflict;
use crate::spec::Document;
use crate::synth;
use crate::token::SigningKey;

/// How to make an engine.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// What is played, in this order; empty: all bundled APIs.
    pub played: Vec<Played>,
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
    /// How answers are made of a document that no bundled API plays; where its own examples are
    /// not to be shown, or the manner is dynamic, all of them are.
    pub making: synth::Options,
    /// Whose conventions are kept where a document declares nothing itself.
    pub manner: Manner,
    /// How calls are passed on, where whoever carries them asks for it ([`Engine::pass`]).
    ///
    /// [`Engine::pass`]: crate::engine::Engine::pass
    pub passing: Option<Passing>,
}

/// Something that an engine plays.
#[derive(Clone, Debug)]
pub enum Played {
    /// A bundled API by its id, or all APIs of a vendor's family by its.
    Bundled(String),
    /// Any document, under an id of its own.
    Document {
        /// What mounts, findings and reports call it.
        id: String,
        /// The document.
        document: Arc<Document>,
    },
}

impl Default for Options {
    fn default() -> Self {
        Self {
            played: Vec::new(),
            mounts: Vec::new(),
            auth: AuthMode::default(),
            seed: 0,
            clock: Arc::new(Clock::real()),
            key: Arc::clone(SigningKey::built_in()),
            severities: BTreeMap::new(),
            making: synth::Options::default(),
            manner: Manner::default(),
            passing: None,
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
    /// Two documents have one id.
    #[error("`{id}` is played twice; give one of the documents another name")]
    RepeatedId {
        /// The id.
        id: String,
    },
    /// No rule has this id.
    #[error("`{name}` is no rule; {}", instead(nearest.as_deref()))]
    UnknownRule {
        /// What was asked for.
        name: String,
        /// The nearest rule id, if one is near.
        nearest: Option<String>,
    },
    /// A mount names something that is not served.
    #[error("`{name}` can not be mounted: it is not served")]
    UnknownMount {
        /// What was to be mounted.
        name: String,
    },
    /// A mount path that is none.
    #[error(
        "`{path}` is no mount path: it begins with `/`, does not end with one, and has only letters, digits and `-._~` between them, for example `/clerk`"
    )]
    MalformedMount {
        /// What was given.
        path: String,
    },
    /// A mount path that is standin's own.
    #[error(
        "`{path}` can not be mounted on: the control surface is there; take another, for example `/clerk`"
    )]
    ReservedMount {
        /// What was given.
        path: String,
    },
    /// Two mounts move one API.
    #[error("`{api}` is mounted twice, on `{first}` and on `{second}`; name it once")]
    RepeatedMount {
        /// The API.
        api: String,
        /// The one path.
        first: String,
        /// The other.
        second: String,
    },
    /// Two documents claim one path.
    #[error("two documents claim one path")]
    Conflict(#[from] Conflict),
}

impl BuildError {
    /// No rule has this id: names the one that was most likely meant.
    #[must_use]
    pub fn unknown_rule(name: &str) -> Self {
        // A third of the letters may be wrong; what is further away was not meant.
        let is_near = |(distance, id): &(usize, &str)| *distance * 3 <= id.len().min(name.len());
        let nearest = RULES
            .iter()
            .map(|rule| (strsim::osa_distance(rule.id, name), rule.id))
            .min()
            .filter(is_near)
            .map(|(_, id)| id.to_owned());
        Self::UnknownRule { name: name.to_owned(), nearest }
    }
}

/// What to write in place of a rule that does not exist.
fn instead(nearest: Option<&str>) -> String {
    match nearest {
        Some(nearest) => format!("the nearest is `{nearest}`"),
        None => {
            let known: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
            format!("there are {}", known.join(", "))
        }
    }
}
