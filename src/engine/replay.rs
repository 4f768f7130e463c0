//! Recordings among those who answer.

use crate::clock::Instant;
use crate::engine::Engine;
use crate::engine::Outcome;
use crate::finding::Violation;
use crate::message::Answer;
use crate::message::Request;
use crate::tape::replay::Missed;
use crate::tape::replay::Played;
use crate::tape::replay::Tape;

impl Engine {
    /// The recordings that are played, if any are.
    #[must_use]
    pub const fn tape(&self) -> Option<&Tape> {
        self.tape.as_ref()
    }

    /// Answers one call, unless it is one that no recording answers and that is to be passed on.
    ///
    /// # Errors
    ///
    /// The request again, for whoever passes it on.
    pub async fn replay(&self, request: Request) -> Result<Answer, Box<Request>> {
        let Some(tape) = &self.tape else { return Err(Box::new(request)) };
        let played = tape.play(&request);
        if played.is_err() && tape.passes_misses() {
            return Err(Box::new(request));
        }
        let begun = self.begin();
        let outcome = self.decide_with(&request, begun.now, Some(played)).await;
        Ok(self.conclude(begun, request, outcome))
    }

    /// Routes, reads, judges and answers.
    pub(super) async fn decide(&self, request: &Request, now: Instant) -> Outcome {
        let played = self.tape.as_ref().map(|tape| tape.play(request));
        self.decide_with(request, now, played).await
    }

    /// What the recordings answer, if it is theirs to answer; its content is read where
    /// there are documents to judge it.
    pub(super) fn recorded(
        &self,
        request: &Request,
        played: Option<Result<Played, Missed>>,
    ) -> Option<(Answer, Option<Violation>, String)> {
        let tape = self.tape.as_ref()?;
        match played? {
            Ok(played) if !self.services.is_empty() => {
                let Played { answer, origin, .. } = played.read();
                Some((answer, None, format!("recorded in {origin}")))
            }
            Ok(played) => Some((played.answer, None, format!("recorded in {}", played.origin))),
            Err(_) if tape.mocks_misses() => None,
            Err(missed) => Some(tape.miss(request, &missed)),
        }
    }
}
