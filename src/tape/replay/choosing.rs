//! Which of the recordings that answer a call is next.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::tape::replay::Missed;
use crate::tape::replay::Repeats;
use crate::tape::replay::Tape;
use crate::tape::replay::essence::Essence;
use crate::tape::replay::index::Queue;
use crate::tape::replay::index::Slot;
use crate::tape::replay::key;
use crate::tape::replay::shelf::Loaded;

/// How many queues of one call are compared.
const MOST_COMPARED: usize = 64;

/// How many queues of one call are counted for it.
const MOST_COUNTED: usize = 4_096;

/// Recordings of one call, and the one of them that seemed to be next.
struct Candidate<'t> {
    queue: &'t Queue,
    slot: Slot,
    loaded: Arc<Loaded>,
}

impl Tape {
    /// Finds the recording that is next for a call, and claims it.
    pub(super) fn find(&self, sent: &Essence<'_>) -> Result<(Slot, Arc<Loaded>), Missed> {
        let mut queues: Vec<&Queue> = Vec::new();
        let mut exact = None;
        for (number, mask) in self.index.masks.of(key::bucket(sent)) {
            let same = self.index.queues(key::key(sent, mask));
            let same = same.iter().filter(|queue| queue.mask == number).take(MOST_COUNTED);
            let before = queues.len();
            queues.extend(same);
            if queues.len() - before > 1 {
                let variant = key::variant(sent, mask);
                exact = exact.or(queues[before..].iter().find(|it| it.variant == variant).copied());
            }
        }
        if queues.len() > MOST_COMPARED {
            queues.sort_by_key(|queue| self.index.slot(queue, 0).number);
            queues.truncate(MOST_COMPARED);
            if let Some(exact) = exact {
                queues[0] = exact;
            }
        }
        let candidates = self.same(&queues, sent)?;
        let best: Vec<&Candidate<'_>> = match candidates.as_slice() {
            [] => return Err(Missed::Unknown),
            [only] => vec![only],
            several => self.best(several, sent),
        };
        let queues: Vec<&Queue> = best.iter().map(|candidate| candidate.queue).collect();
        let (slot, queue) = self.claim(&queues)?;
        let claimed = best.iter().find(|candidate| std::ptr::eq(candidate.queue, queue));
        if let Some(claimed) = claimed {
            if candidates.len() > 1 {
                self.bindings.learn(&Essence::of(&claimed.loaded.request, self.lens()), sent);
            }
            // Unless somebody else was quicker.
            if claimed.slot.number == slot.number {
                return Ok((slot, Arc::clone(&claimed.loaded)));
            }
        }
        match self.shelf.load(slot.spot) {
            Ok((loaded, _)) => Ok((slot, loaded)),
            Err(reason) => Err(Missed::Changed { origin: self.shelf.origin(slot.spot), reason }),
        }
    }

    /// Of several that answer a call those that are nearest to it.
    fn best<'c, 't>(
        &self,
        candidates: &'c [Candidate<'t>],
        sent: &Essence<'_>,
    ) -> Vec<&'c Candidate<'t>> {
        let scored: Vec<((usize, usize), &Candidate<'_>)> = candidates
            .iter()
            .map(|candidate| {
                let recorded = Essence::of(&candidate.loaded.request, self.lens());
                let strangeness = self.bindings.strangeness(&recorded, sent);
                ((recorded.disagreement(sent), strangeness), candidate)
            })
            .collect();
        let best = scored.iter().map(|(score, _)| *score).min();
        scored.into_iter().filter(|(score, _)| Some(*score) == best).map(|(_, it)| it).collect()
    }

    /// The queues whose next recording is one of this very call.
    fn same<'t>(
        &'t self,
        queues: &[&'t Queue],
        sent: &Essence<'_>,
    ) -> Result<Vec<Candidate<'t>>, Missed> {
        let mut candidates = Vec::with_capacity(queues.len());
        let mut changed = None;
        for queue in queues {
            let played = queue.played().min(queue.count() - 1);
            let at = if self.options.repeats == Repeats::Cycle { queue.played() } else { played };
            let slot = self.index.slot(queue, at);
            match self.shelf.load(slot.spot) {
                Ok((loaded, was_at_hand)) => {
                    // A number says nothing of what was masked, or of a file that has changed.
                    let is_certain = was_at_hand && queue.mask == self.index.masks.none();
                    let is_same = is_certain
                        || Essence::of(&loaded.request, self.lens()).differences(sent).is_empty();
                    if is_same {
                        candidates.push(Candidate { queue, slot, loaded });
                    }
                }
                Err(reason) => {
                    let origin = self.shelf.origin(slot.spot);
                    changed = Some(Missed::Changed { origin, reason });
                }
            }
        }
        match changed {
            Some(changed) if candidates.is_empty() => Err(changed),
            Some(_) | None => Ok(candidates),
        }
    }

    /// Claims the next recording of some queues: of two calls that race, each gets its own.
    fn claim<'q>(&self, queues: &[&'q Queue]) -> Result<(Slot, &'q Queue), Missed> {
        loop {
            // Whoever was recorded first among those that were played the fewest times.
            let next = queues.iter().map(|queue| {
                let played = queue.played();
                let slot = self.index.slot(queue, played);
                ((played / queue.count(), slot.number), played, *queue, slot)
            });
            let next = next.min_by_key(|(order, ..)| *order);
            let Some(((round, _), played, queue, slot)) = next else {
                return Err(Missed::Unknown);
            };
            if round == 0 || self.options.repeats == Repeats::Cycle {
                if queue.claim(played) {
                    return Ok((slot, queue));
                }
                continue;
            }
            let ends =
                queues.iter().map(|queue| (self.index.slot(queue, queue.count() - 1), *queue));
            let last = ends.min_by_key(|(slot, _)| Reverse(slot.number));
            let Some((slot, queue)) = last else { return Err(Missed::Unknown) };
            if self.options.repeats == Repeats::Error {
                return Err(Missed::Played { origin: self.shelf.origin(slot.spot) });
            }
            if queue.claim(queue.played()) {
                return Ok((slot, queue));
            }
        }
    }
}
