//! Recordings: exchanges written down, and served or judged again.
//!
//! One exchange is one HAR 1.2 entry. The project's own snapshots are read as recordings too.
pub mod replay;
