//! What makes two findings the same: the rule, the operation and the places, never a value or line.

use std::fmt;

use serde::Serialize;

use crate::pointer::Pointer;

/// Stable identity of a finding: survives edits of the document and of the values sent.
///
/// # Shapes
///
/// Sixteen hexadecimal digits, for example `9c1185a5c5e9fc54`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Computes the identity; indices in both places count as `*`.
    #[must_use]
    pub fn of(
        rule: &str,
        api: Option<&str>,
        operation: Option<&str>,
        place: &Pointer,
        instance: &str,
    ) -> Self {
        let instance = Pointer::new(instance).wildcard();
        let parts =
            [rule, api.unwrap_or(""), operation.unwrap_or(""), &place.wildcard(), &instance];
        Self(format!("{:016x}", fnv1a(&parts)))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Fowler–Noll–Vo 1a, 64 bit: the standard library's hashers promise no stability over releases,
/// and a fingerprint ends up in baselines that outlive them.
fn fnv1a(parts: &[&str]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        for byte in part.bytes().chain(std::iter::once(0)) {
            hash ^= u64::from(byte);
            hash = hash.wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash
}
