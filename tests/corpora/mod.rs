//! Outside material: documents and verdicts that others made, beside the checkout.
//!
//! A corpus that is missing fails the test: what can not be proved is not proved.

mod documents;
mod generation;
mod proposals;
mod verdicts;

use std::path::PathBuf;

use serde_json::Value;

/// A file of the corpora.
pub(crate) fn path(name: &str) -> PathBuf {
    let corpora = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora");
    let path = corpora.join(name);
    assert!(path.is_file(), "{} is missing: it belongs beside the checkout", path.display());
    path
}

/// A file of the corpora, as JSON.
pub(crate) fn json(name: &str) -> Value {
    let text = std::fs::read_to_string(path(name)).expect("a file of the corpora");
    serde_json::from_str(&text).expect("JSON")
}
