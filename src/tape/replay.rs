//! Recorded exchanges as a source of answers.
//!
//! A call is answered by a recording of the same method, path, query and content; of several, by
//! one with the same header fields; of those, each in turn, and the last one ever after.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use http::HeaderValue;
use http::StatusCode;
use serde_json::json;

use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::mask;
use crate::finding::rule;
use crate::message::Answer;
use crate::message::Request;
use crate::tape::difference::Essence;
use crate::tape::entry::Entry;

/// How many differences a miss tells.
const TOLD: usize = 5;

/// Recorded exchanges, ready to be played.
#[derive(Debug, Default)]
pub struct Tape {
    recordings: Vec<Recording>,
}

#[derive(Debug)]
struct Recording {
    essence: Essence,
    answer: Answer,
    origin: String,
    was_played: AtomicBool,
}

impl Tape {
    /// Takes the exchanges; what makes no request or answer becomes a violation.
    #[must_use]
    pub fn new(entries: &[Entry]) -> (Self, Vec<Violation>) {
        let (mut recordings, mut violations) = (Vec::new(), Vec::new());
        for entry in entries {
            let origin = entry.origin.clone().unwrap_or_else(|| entry.line());
            match entry.request().and_then(|request| Ok((request, entry.answer()?))) {
                Ok((request, answer)) => recordings.push(Recording {
                    essence: Essence::of(&request),
                    answer,
                    origin,
                    was_played: AtomicBool::new(false),
                }),
                Err(error) => {
                    let title = format!("{origin}: {error}");
                    let rule = &rule::RECORDING_MALFORMED;
                    let mut violation = Violation::new(rule, Location::Target, title);
                    violation.name = Some(origin);
                    violations.push(violation);
                }
            }
        }
        (Self { recordings }, violations)
    }

    /// How many exchanges there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.recordings.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.recordings.is_empty()
    }

    /// Answers a request from the recordings: the answer, the miss if there was one, and why.
    #[must_use]
    pub fn answer(&self, request: &Request) -> (Answer, Option<Violation>, String) {
        let sent = Essence::of(request);
        let same: Vec<(usize, &Recording)> = self
            .recordings
            .iter()
            .filter(|recording| recording.essence.has_target_of(&sent))
            .filter(|recording| recording.essence.differences(&sent).is_empty())
            .map(|recording| (recording.essence.disagreement(&sent), recording))
            .collect();
        let Some(best) = same.iter().map(|(disagreement, _)| *disagreement).min() else {
            return self.miss(&sent);
        };
        let mut queue = same.into_iter().filter(|(disagreement, _)| *disagreement == best);
        let mut last = None;
        let chosen = queue.find_map(|(_, recording)| {
            last = Some(recording);
            // The swap is the claim: of two calls that race, each gets its own recording.
            (!recording.was_played.swap(true, Ordering::Relaxed)).then_some(recording)
        });
        match chosen.or(last) {
            Some(recording) => {
                (recording.answer.clone(), None, format!("recorded in {}", recording.origin))
            }
            None => self.miss(&sent),
        }
    }

    fn miss(&self, sent: &Essence) -> (Answer, Option<Violation>, String) {
        let target = mask::target(&sent.target()).into_owned();
        let nearest = self
            .recordings
            .iter()
            .map(|recording| (recording, recording.essence.likeness(sent)))
            .max_by(|(left, left_likeness), (right, right_likeness)| {
                let fewer = |recording: &Recording| recording.essence.differences(sent).len();
                left_likeness.total_cmp(right_likeness).then_with(|| fewer(right).cmp(&fewer(left)))
            })
            .map(|(recording, _)| recording);
        let mut problem = json!({
            "type": format!("urn:standin:problem:{}", rule::RECORDING_MISSED.id),
            "title": format!("no recording answers {target}"),
            "status": StatusCode::NOT_FOUND.as_u16(),
        });
        let mut help = None;
        if let Some(nearest) = nearest {
            let mut differed = nearest.essence.differences(sent);
            differed.truncate(TOLD);
            help = Some(format!(
                "the nearest is {} in {}; it differs in {}",
                mask::target(&nearest.essence.target()),
                nearest.origin,
                differed.join("; ")
            ));
            problem["nearest"] = json!({
                "request": mask::target(&nearest.essence.target()),
                "recording": nearest.origin,
                "differed": differed,
            });
        }
        let title = format!("no recording answers {target}");
        let why = help.as_ref().map_or_else(|| title.clone(), |help| format!("{title}; {help}"));
        let mut violation = Violation::new(&rule::RECORDING_MISSED, Location::Target, title);
        violation.name = Some(target.clone());
        violation.got = Some(target);
        violation.help = help;
        let media_type = HeaderValue::from_static("application/problem+json");
        (Answer::json(StatusCode::NOT_FOUND, media_type, problem), Some(violation), why)
    }
}
