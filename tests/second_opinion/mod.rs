//! A second opinion on schemas: what standin says of a value through its handling of references is
//! what a validator that knows nothing of it says.
//!
//! Within the suite, schemas are compared with themselves written out. With `SECOND_OPINION=FILE`
//! in the environment every verdict is written to that file, where `run` has python-jsonschema
//! judge the same; it knows neither how references are followed here nor how drafts are lowered.

mod components;
mod generated;

use std::io::Write as _;
use std::sync::Mutex;
use std::sync::PoisonError;

use serde_json::Value;
use serde_json::json;

/// The lines of several tests go to one file.
static FILE: Mutex<()> = Mutex::new(());

/// Writes down what standin says, if somebody wants to know: a schema, by which draft it counts,
/// and values with their verdicts.
pub(crate) fn note(origin: &str, draft: &str, schema: &Value, verdicts: &[(Value, bool)]) {
    let Some(path) = std::env::var_os("SECOND_OPINION") else { return };
    let line = json!({"origin": origin, "draft": draft, "schema": schema, "verdicts": verdicts});
    let _guard = FILE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.create(true).append(true).open(path).expect("a file to write to");
    writeln!(file, "{line}").expect("written");
}
