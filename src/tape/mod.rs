//! Recordings: exchanges written down, and served or judged again.
//!
//! One exchange is one HAR 1.2 entry, in memory and between standins; the project's own snapshots
//! are the same entries, written for people. Secrets do not reach a recording: placeholders stand
//! for them, equal ones for equal secrets, and a placeholder matches whatever has its kind.

pub mod entry;
pub mod har;
mod heard;
pub mod import;
pub(crate) mod outline;
pub mod placeholder;
pub mod read;
pub mod record;
pub mod redact;
pub mod replay;
pub mod resign;
mod scan;
mod sketch;
pub mod snapshot;
pub(crate) mod stub;
mod written;
mod yaml;

pub use entry::Entry;
