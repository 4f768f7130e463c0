//! How time passes in a play: by so much, or to where something is about to end.

use proptest::prelude::Just;
use proptest::prelude::Strategy;
use proptest::prop_oneof;
use proptest::sample::select;

/// A move of the clock.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wait {
    /// So many milliseconds.
    Millis(i64),
    /// To the instant at which the picked of the things that go on ends, or a millisecond beside it.
    Until { pick: usize, off_by: i64 },
}

impl Wait {
    /// The instant after waiting; the clock never goes back.
    pub(super) fn after(self, now: i64, deadlines: &[i64]) -> i64 {
        match self {
            Self::Millis(millis) => now + millis,
            Self::Until { pick, off_by } => {
                let mut ahead: Vec<i64> = deadlines.iter().map(|at| at + off_by).collect();
                ahead.retain(|at| *at >= now);
                ahead.sort_unstable();
                ahead.get(pick % ahead.len().max(1)).copied().unwrap_or(now)
            }
        }
    }
}

/// Any wait; most are short, so that what lives for minutes gets something to do.
pub(super) fn wait() -> impl Strategy<Value = Wait> {
    let day = 24 * 3_600_000;
    let spans = vec![1, 999, 1_000, 30_000, 61_000, 599_999, 3_600_000, day, 8 * day, 400 * day];
    prop_oneof![
        3 => prop_oneof![8 => select(spans[..7].to_vec()), 1 => select(spans)].prop_map(Wait::Millis),
        4 => (pick(), select(vec![-1, 0, 1]))
            .prop_map(|(pick, off_by)| Wait::Until { pick, off_by }),
    ]
}

/// Which of many is meant, from one end: mostly the first.
pub(super) fn pick() -> impl Strategy<Value = usize> {
    prop_oneof![4 => Just(0_usize), 2 => 1..4_usize, 1 => 4..64_usize]
}
