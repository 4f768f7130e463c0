//! Diff: what changed between two descriptions, what breaks whom, and the proof.
//!
//! A rule says how the set of allowed values changed; one table turns that and the side into a
//! level. Where values decide, a value that one description allows and the other forbids proves it.

pub mod effect;
pub mod schema;
pub mod witness;

pub use effect::Effect;
