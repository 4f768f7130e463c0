//! What is told of a call that no recording answers: the nearest one, and what differs.
//!
//! Of a million recordings some are looked at: those of the same method and path first, else one
//! each of the different calls that the recordings began with.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::PoisonError;

use http::HeaderValue;
use http::StatusCode;
use serde_json::Value;
use serde_json::json;

use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::mask;
use crate::finding::rule;
use crate::message::Answer;
use crate::message::Request;
use crate::tape::replay::Tape;
use crate::tape::replay::difference::likeness;
use crate::tape::replay::essence::Essence;
use crate::tape::replay::gather::fold;
use crate::tape::replay::key;
use crate::tape::replay::shelf::Spot;
use crate::tape::stub::Nearest;

/// How many differences a miss tells.
const TOLD: usize = 5;

/// How many recordings of the same method and path are looked at.
const MOST_ALIKE: usize = 64;

/// How many of different paths are looked at whole.
const MOST_NEAR: usize = 16;

/// How many different misses are remembered.
const MOST_MISSES: usize = 100;

/// Why no recording answers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Missed {
    /// None is of this call.
    Unknown,
    /// Those that are were all played, and none is played again.
    Played {
        /// The last of them.
        origin: String,
    },
    /// The one that is can no longer be read.
    Changed {
        /// Which.
        origin: String,
        /// Why.
        reason: String,
    },
}

/// Calls that no recording answered: what was called, and how often; the latest come last.
#[derive(Debug, Default)]
pub(crate) struct Misses(Mutex<VecDeque<(String, u64)>>);

impl Misses {
    /// Counts a miss.
    pub(crate) fn count(&self, target: &str) {
        let target = mask::shorten_target(target).into_owned();
        let mut misses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, count)) = misses.iter_mut().find(|(own, _)| *own == target) {
            *count += 1;
            return;
        }
        if misses.len() == MOST_MISSES {
            misses.pop_front();
        }
        misses.push_back((target, 1));
    }

    pub(crate) fn list(&self) -> Vec<(String, u64)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl Tape {
    /// Tells a miss: the answer, the violation, and why.
    pub(crate) fn explain(
        &self,
        request: &Request,
        missed: &Missed,
    ) -> (Answer, Violation, String) {
        let sent = &Essence::of(request, self.lens_of_sent());
        let target = mask::target(&sent.target()).into_owned();
        let title = match missed {
            Missed::Unknown => format!("no recording answers {target}"),
            Missed::Played { .. } => format!("every recording of {target} was played already"),
            Missed::Changed { origin, reason } => {
                format!("the recording of {target} in {origin} can not be played: {reason}")
            }
        };
        let rule = match missed {
            Missed::Unknown | Missed::Played { .. } => &rule::RECORDING_MISSED,
            Missed::Changed { .. } => &rule::RECORDING_MALFORMED,
        };
        let mut problem = json!({
            "type": format!("urn:standin:problem:{}", rule.id),
            "title": title,
            "status": StatusCode::NOT_FOUND.as_u16(),
        });
        let help = match missed {
            Missed::Unknown => self.nearest(sent, request).map(|(nearest, help)| {
                problem["nearest"] = nearest;
                help
            }),
            Missed::Played { origin } => Some(format!(
                "the last one is in {origin}; --repeats last plays it again, --repeats cycle begins anew"
            )),
            Missed::Changed { .. } => Some("start again to read what is there now".to_owned()),
        };
        let why = help.as_ref().map_or_else(|| title.clone(), |help| format!("{title}; {help}"));
        let mut violation = Violation::new(rule, Location::Target, title);
        violation.name = Some(target.clone());
        violation.got = Some(target);
        violation.help = help;
        let media_type = HeaderValue::from_static("application/problem+json");
        (Answer::json(StatusCode::NOT_FOUND, media_type, problem), violation, why)
    }

    /// The nearest recording: as a problem tells it, and in a sentence.
    fn nearest(&self, sent: &Essence<'_>, request: &Request) -> Option<(Value, String)> {
        let bucket = key::bucket(sent);
        let targets = self.index.masks.of(bucket).map(|(_, mask)| fold(key::target(sent, mask)));
        let same = targets.flat_map(|target| self.index.of_target(target, MOST_ALIKE));
        let mut spots: Vec<Spot> = same.take(MOST_ALIKE).collect();
        if spots.is_empty() {
            let target = sent.target();
            let mut near: Vec<(f64, Spot)> = self
                .landmarks
                .iter()
                .map(|(recorded, spot)| (likeness(recorded, &target), *spot))
                .collect();
            near.sort_by(|(left, _), (right, _)| right.total_cmp(left));
            spots.extend(near.into_iter().take(MOST_NEAR).map(|(_, spot)| spot));
        }
        let mut best: Option<(f64, Nearest)> = None;
        for spot in spots {
            let Ok((loaded, _)) = self.shelf.load(spot) else { continue };
            let recorded = Essence::of(&loaded.request, self.lens());
            let differed = recorded.differences(sent);
            let alike = recorded.likeness(&sent.target());
            let is_better = best.as_ref().is_none_or(|(likeness, nearest)| {
                let fewer = alike >= *likeness && differed.len() < nearest.differed.len();
                alike > *likeness || fewer
            });
            if is_better {
                let request = mask::target(&recorded.target()).into_owned();
                best =
                    Some((alike, Nearest { request, origin: self.shelf.origin(spot), differed }));
            }
        }
        let recorded = best.map(|(_, nearest)| nearest);
        let near = [recorded, self.stubs.nearest(request)].into_iter().flatten();
        let Nearest { request: target, origin, mut differed } =
            near.min_by_key(|nearest| nearest.differed.len())?;
        differed.truncate(TOLD);
        let help =
            format!("the nearest is {target} in {origin}; it differs in {}", differed.join("; "));
        Some((json!({ "request": target, "recording": origin, "differed": differed }), help))
    }
}
