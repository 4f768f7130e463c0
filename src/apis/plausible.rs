//! What the shape of a record can not say: checks of values that somebody wrote into a state.
//!
//! Records of the APIs' own making pass by construction. Here is judged what comes from outside
//! through the control surface, so that no state which is taken can fail a later call. Whether
//! records fit each other is not looked at: a session of a user who is gone is a case to test.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::clock::Instant;
use crate::pointer::Pointer;
use crate::store;
use crate::store::Misfit;
use crate::store::Record;

/// The record of that type that a value is, if `judge` has nothing against it.
pub(crate) fn read<T: Record + DeserializeOwned>(
    value: &Value,
    judge: impl FnOnce(&T) -> Result<(), String>,
) -> Result<Arc<dyn Record>, Misfit> {
    let record: T = store::read_as(value)?;
    judge(&record).map_err(|reason| Misfit { at: Pointer::root(), reason })?;
    Ok(Arc::new(record))
}

/// A record as JSON; all of them are structs of serde's, which writes them without fail.
pub(crate) fn json(record: &impl Serialize) -> Value {
    serde_json::to_value(record).unwrap_or_default()
}

/// Instants lie between 1970 and 9999.
pub(crate) fn instants(named: &[(&str, Instant)]) -> Result<(), String> {
    const LATEST: i64 = Instant::LAST.as_millis();
    let wrong = named.iter().find(|(_, instant)| !(0..=LATEST).contains(&instant.as_millis()));
    wrong.map_or(Ok(()), |(name, _)| {
        Err(format!("{name} is no instant in milliseconds from 0 to {LATEST}"))
    })
}

/// Texts are not empty.
pub(crate) fn texts(named: &[(&str, &str)]) -> Result<(), String> {
    let wrong = named.iter().find(|(_, text)| text.is_empty());
    wrong.map_or(Ok(()), |(name, _)| Err(format!("{name} is empty")))
}

/// A number lies between its bounds, both included.
pub(crate) fn between(name: &str, number: i64, least: i64, most: i64) -> Result<(), String> {
    if (least..=most).contains(&number) {
        Ok(())
    } else {
        Err(format!("{name} is not from {least} to {most}"))
    }
}
