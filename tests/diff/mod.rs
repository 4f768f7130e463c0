//! What changed between two descriptions: each edit told by its rule, and nothing where nothing
//! changed.

mod cases;
mod command;
mod fields;
mod hostile;
mod mutation;
mod same;
mod used;

use serde_json::Value;
use standin::diff;
use standin::diff::Difference;
use standin::diff::Options;
use standin::spec::Document;
use standin::spec::load;

/// A document of a value.
pub(super) fn document(name: &str, value: &Value) -> Document {
    load::from_text(name, &value.to_string()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The differences between two values that are documents.
pub(super) fn compared(base: &Value, revision: &Value, options: &Options) -> Vec<Difference> {
    diff::compare(&document("base.json", base), &document("revision.json", revision), options)
}

/// A difference in one line.
pub(super) fn line(difference: &Difference) -> String {
    let call = difference.call.as_ref();
    let call = call.map_or_else(String::new, |call| format!(" {} {}", call.method, call.path));
    let status = difference.status.as_ref();
    let status = status.map_or_else(String::new, |status| format!(" → {status}"));
    let at = &difference.at;
    let at = if at.is_empty() { String::new() } else { format!(" at {at}") };
    format!("{} {}{call}{status}{at}", difference.level, difference.rule.id)
}

/// YAML as JSON.
pub(super) fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).expect("YAML")
}

/// A file of the fixtures.
pub(super) fn fixture(name: &str) -> String {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/diff");
    let path = root.join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
