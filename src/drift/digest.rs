//! What a source holds, in a number: the same exchanges come to the same, in whatever order and by
//! however many readers they are read.
//!
//! Fast rather than secret: it tells recordings apart, and nobody gains by making two alike.

/// Odd numbers without a pattern: the fractions of the square roots of 2 and 3.
const FACTORS: [u64; 2] = [0x6a09_e667_f3bc_c909, 0xbb67_ae85_84ca_a73b];

/// The digest of some exchanges: add that of others to have that of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Digest(u128);

impl Digest {
    /// Takes in what one exchange holds.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        let [one, two] = FACTORS.map(|factor| lane(bytes, factor));
        self.0 = self.0.wrapping_add((u128::from(one) << 64) | u128::from(two));
    }

    /// Takes in what another reader read of the same source.
    pub(crate) const fn join(&mut self, other: Self) {
        self.0 = self.0.wrapping_add(other.0);
    }

    /// The number, which is never 0.
    pub(crate) const fn value(self) -> u128 {
        if self.0 == 0 { 1 } else { self.0 }
    }
}

fn lane(bytes: &[u8], factor: u64) -> u64 {
    let mut hash = factor ^ bytes.len() as u64;
    let mut words = bytes.chunks_exact(8);
    for word in words.by_ref() {
        let word = word.try_into().map_or(0, u64::from_le_bytes);
        hash = mixed(hash ^ word, factor);
    }
    let mut last = [0; 8];
    let rest = words.remainder();
    last[..rest.len()].copy_from_slice(rest);
    mixed(mixed(hash ^ u64::from_le_bytes(last), factor), factor)
}

/// Both halves of a product, so that every bit reaches every other.
const fn mixed(word: u64, factor: u64) -> u64 {
    let product = word as u128 * factor as u128;
    (product >> 64) as u64 ^ product as u64
}

#[cfg(test)]
mod tests {
    use super::Digest;

    #[test]
    fn order_does_not_count_and_content_does() {
        let of = |texts: &[&str]| {
            let mut digest = Digest::default();
            texts.iter().for_each(|text| digest.add(text.as_bytes()));
            digest.value()
        };
        assert_eq!(of(&["one exchange", "another"]), of(&["another", "one exchange"]));
        assert_ne!(of(&["one exchange"]), of(&["one exchange", "one exchange"]));
        assert_ne!(of(&["a", "b"]), of(&["ab"]));
        assert_ne!(of(&["12345678"]), of(&["12345679"]));
        // Summaries hold it: it may never change.
        assert_eq!(format!("{:032x}", of(&["exchange"])), "84ff87d12cab697390253f60b61d099c");
    }
}
