//! Choices that look random and are the same for the same seed.

/// A sequence of choices (`SplitMix64`): no clock, no state outside.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    /// The sequence of a seed, told apart by `salt`.
    pub(super) const fn new(seed: u64, salt: u64) -> Self {
        Self(mix(seed ^ mix(salt.wrapping_add(GAMMA))))
    }

    /// The next 64 bits.
    pub(super) const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GAMMA);
        mix(self.0)
    }

    /// A number below `end`; 0 where that is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let end = end as u64;
        let chosen = (u128::from(self.bits()) * u128::from(end)) >> 64;
        usize::try_from(chosen).unwrap_or(0)
    }

    /// A number from `least` to `most`.
    pub(super) fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most.saturating_sub(least).saturating_add(1))
    }

    /// A number below `end`.
    pub(super) const fn wide_below(&mut self, end: u128) -> u128 {
        let bits = ((self.bits() as u128) << 64) | self.bits() as u128;
        if end == 0 { 0 } else { bits % end }
    }

    /// Whether something happens that does so `percent` times of a hundred.
    pub(super) fn happens(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of a list.
    pub(super) fn pick<'t, T>(&mut self, list: &'t [T]) -> Option<&'t T> {
        list.get(self.below(list.len()))
    }
}

const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

const fn mix(bits: u64) -> u64 {
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}
