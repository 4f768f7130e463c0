//! The index: from the number of a call to its recordings, in some seventy bytes for each.
//!
//! Recordings that nothing tells apart stand in one queue, in the order in which they were recorded,
//! and the queue knows how many of them were played.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use hashbrown::HashTable;

use crate::tape::replay::gather::Masks;
use crate::tape::replay::gather::Raw;
use crate::tape::replay::shelf::Spot;

/// A recording in its queue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub(crate) spot: Spot,
    /// Its number among all recordings.
    pub(crate) number: u32,
}

/// Recordings of one call that nothing tells apart.
#[derive(Debug)]
pub(crate) struct Queue {
    key: u64,
    pub(crate) variant: u32,
    pub(crate) mask: u32,
    start: u32,
    count: u32,
    played: AtomicU32,
}

/// All recordings, by what decides which of them answers.
#[derive(Debug, Default)]
pub(crate) struct Index {
    slots: Vec<Slot>,
    /// In the order of their keys.
    queues: Vec<Queue>,
    /// The first queue of each key.
    keys: HashTable<u32>,
    /// Methods and paths, in order, with a queue of each.
    targets: Vec<(u32, u32)>,
    pub(crate) masks: Masks,
}

impl Index {
    pub(crate) fn new(raws: &[Raw], masks: Masks) -> Self {
        let count = u32::try_from(raws.len()).unwrap_or(u32::MAX);
        let mut order: Vec<u32> = (0..count).collect();
        order.sort_unstable_by_key(|number| {
            let raw = &raws[*number as usize];
            (raw.key, raw.variant, *number)
        });
        let (mut slots, mut queues) = (Vec::with_capacity(raws.len()), Vec::<Queue>::new());
        let mut targets = Vec::new();
        for number in order {
            let raw = &raws[number as usize];
            let start = u32::try_from(slots.len()).unwrap_or(u32::MAX);
            slots.push(Slot { spot: raw.spot, number });
            match queues.last_mut() {
                Some(last) if last.key == raw.key && last.variant == raw.variant => last.count += 1,
                Some(_) | None => {
                    targets.push((raw.target, u32::try_from(queues.len()).unwrap_or(u32::MAX)));
                    queues.push(Queue {
                        key: raw.key,
                        variant: raw.variant,
                        mask: raw.mask,
                        start,
                        count: 1,
                        played: AtomicU32::new(0),
                    });
                }
            }
        }
        queues.shrink_to_fit();
        targets.shrink_to_fit();
        targets.sort_unstable();
        let hash = |number: &u32| queues[*number as usize].key;
        let mut keys = HashTable::new();
        let firsts = (0..queues.len())
            .filter(|number| *number == 0 || queues[number - 1].key != queues[*number].key)
            .filter_map(|number| u32::try_from(number).ok());
        for first in firsts {
            keys.insert_unique(hash(&first), first, hash);
        }
        Self { slots, queues, keys, targets, masks }
    }

    /// How many recordings there are.
    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    /// The queues of a key.
    pub(crate) fn queues(&self, key: u64) -> &[Queue] {
        let first = self.keys.find(key, |number| self.queues[*number as usize].key == key);
        let Some(first) = first else { return &[] };
        let rest = &self.queues[*first as usize..];
        let count = rest.partition_point(|queue| queue.key == key);
        &rest[..count]
    }

    /// One recording each of what has this method and path, at most so many.
    pub(crate) fn of_target(&self, target: u32, most: usize) -> impl Iterator<Item = Spot> {
        let first = self.targets.partition_point(|(own, _)| *own < target);
        let same = self.targets[first..].iter().take_while(move |(own, _)| *own == target);
        same.take(most).map(|(_, queue)| self.slot(&self.queues[*queue as usize], 0).spot)
    }

    /// A recording of a queue, counted round and round.
    pub(crate) fn slot(&self, queue: &Queue, at: u32) -> Slot {
        self.slots[(queue.start + at % queue.count.max(1)) as usize]
    }

    /// Every recording in the order of the files, with how often it was played.
    pub(crate) fn uses(&self, repeats: super::Repeats) -> Vec<(Slot, u32)> {
        let mut uses = Vec::with_capacity(self.slots.len());
        for queue in &self.queues {
            uses.extend((0..queue.count).map(|at| (self.slot(queue, at), queue.uses(at, repeats))));
        }
        uses.sort_unstable_by_key(|(slot, _)| slot.number);
        uses
    }
}

impl Queue {
    /// How many recordings it has.
    pub(crate) const fn count(&self) -> u32 {
        self.count
    }

    /// How many of them were played, repetitions included.
    pub(crate) fn played(&self) -> u32 {
        self.played.load(Ordering::Relaxed)
    }

    /// Plays the recording after so many; `false` where somebody else was quicker.
    pub(crate) fn claim(&self, played: u32) -> bool {
        let next = played.saturating_add(1);
        self.played.compare_exchange(played, next, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// How often one of its recordings was played.
    fn uses(&self, at: u32, repeats: super::Repeats) -> u32 {
        let played = self.played();
        match repeats {
            super::Repeats::Cycle => played / self.count + u32::from(at < played % self.count),
            super::Repeats::Last if at + 1 == self.count => played.saturating_sub(at),
            super::Repeats::Last | super::Repeats::Error => u32::from(at < played),
        }
    }
}
