//! Observations as a file: compact, versioned, and the same bytes for the same observations.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;

use crate::drift::departure::Counts;
use crate::drift::departure::Departure;
use crate::drift::departure::Proof;
use crate::drift::departure::Source;
use crate::drift::group::Cause;
use crate::drift::group::Group;
use crate::drift::infer::Inferred;
use crate::drift::observe::Observations;
use crate::drift::observe::Volume;

/// What a summary calls itself.
const FORMAT: &str = "standin-drift-summary";

/// The version that is written, and the only one that is read.
const VERSION: u32 = 1;

/// Why a text is no summary.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SummaryError {
    /// It is no JSON of the right shape.
    #[error("this is no summary of drift")]
    Malformed(#[from] serde_json::Error),
    /// It is something else.
    #[error("this is no summary of drift: its format is `{0}`")]
    Other(String),
    /// It was written by another version.
    #[error("a summary of version {0}; this standin reads version {VERSION}")]
    Version(u32),
    /// It counts in sources that it does not list.
    #[error("the summary counts in source {0}, which it does not list")]
    Source(usize),
}

/// A count in one of the listed sources.
type Counted = (usize, u64);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    version: u32,
    sources: Vec<Listed>,
    calls: Vec<Called>,
    seen: BTreeMap<String, BTreeSet<String>>,
    hosts: BTreeSet<String>,
    departures: Vec<Grouped>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    digest: String,
    judged: u64,
    passed_over: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Called {
    api: String,
    operation: String,
    counts: Vec<Counted>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Grouped {
    rule: String,
    api: String,
    operation: String,
    place: String,
    is_blurred: bool,
    members: Vec<Member>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Member {
    name: String,
    last: i64,
    counts: Vec<Counted>,
    proof: Proof,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    values: BTreeMap<String, Inferred>,
}

/// Whoever reads what is only the envelope sees first whether it is one.
#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    format: String,
    #[serde(default)]
    version: u32,
}

impl Observations {
    /// Writes them down.
    ///
    /// # Shapes
    ///
    /// One JSON object: `format`, `version`, the `sources` by digest, `calls` of each operation,
    /// the parts that were `seen`, and `departures`, each with what proves it. Counts are pairs of
    /// a source's number and how often. What proves a departure is masked as findings are.
    #[must_use]
    pub fn to_summary(&self) -> String {
        let sources: Vec<Source> = self.sources.keys().copied().collect();
        let counts = |counts: &Counts| -> Vec<Counted> {
            let number = |source| sources.binary_search(source).unwrap_or_default();
            counts.iter().map(|(source, count)| (number(source), *count)).collect()
        };
        let listed = self.sources.iter().map(|(source, volume)| Listed {
            digest: format!("{source:032x}"),
            judged: volume.judged,
            passed_over: volume.passed_over,
        });
        let calls = self.calls.iter().map(|((api, operation), of)| Called {
            api: api.clone(),
            operation: operation.clone(),
            counts: counts(of),
        });
        let departures = self.groups.iter().map(|(cause, group)| Grouped {
            rule: cause.rule.clone(),
            api: cause.api.clone(),
            operation: cause.operation.clone(),
            place: cause.place.clone(),
            is_blurred: group.is_blurred,
            members: group
                .members
                .iter()
                .map(|(name, departure)| Member {
                    name: name.clone(),
                    last: departure.last,
                    counts: counts(&departure.counts),
                    proof: departure.proof.clone(),
                    values: departure.values.clone(),
                })
                .collect(),
        });
        let file = File {
            format: FORMAT.to_owned(),
            version: VERSION,
            sources: listed.collect(),
            calls: calls.collect(),
            seen: self.seen.clone(),
            hosts: self.hosts.clone(),
            departures: departures.collect(),
        };
        // Text for keys, and no number that JSON does not have: it can always be written.
        let mut text = serde_json::to_string(&file).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Reads what [`Observations::to_summary`] wrote.
    ///
    /// # Errors
    ///
    /// [`SummaryError`] where the text is something else, or of another version.
    pub fn from_summary(text: &str) -> Result<Self, SummaryError> {
        let Envelope { format, version } = serde_json::from_str(text)?;
        if format != FORMAT {
            return Err(SummaryError::Other(format));
        }
        if version != VERSION {
            return Err(SummaryError::Version(version));
        }
        let file: File = serde_json::from_str(text)?;
        let mut sources = Vec::new();
        let mut own = Self { seen: file.seen, hosts: file.hosts, ..Self::default() };
        for Listed { digest, judged, passed_over } in file.sources {
            let other = || SummaryError::Other(format!("{FORMAT} with the digest {digest}"));
            let source = Source::from_str_radix(&digest, 16).map_err(|_| other())?;
            sources.push(source);
            own.sources.insert(source, Volume { judged, passed_over });
        }
        let counts = |counted: Vec<Counted>| -> Result<Counts, SummaryError> {
            let named = |(number, count): Counted| {
                let source = sources.get(number).ok_or(SummaryError::Source(number))?;
                Ok((*source, count))
            };
            counted.into_iter().map(named).collect()
        };
        for called in file.calls {
            own.calls.insert((called.api, called.operation), counts(called.counts)?);
        }
        for Grouped { rule, api, operation, place, is_blurred, members } in file.departures {
            let mut group = Group { is_blurred, ..Group::default() };
            for Member { name, last, counts: counted, proof, values } in members {
                let counts = counts(counted)?;
                group.members.insert(name, Departure { last, counts, proof, values });
            }
            own.groups.insert(Cause { rule, api, operation, place }, group);
        }
        Ok(own)
    }
}
