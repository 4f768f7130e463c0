//! States from outside: taken whole or not at all, and what is taken can be played.

use serde_json::Value;

use super::calls;
use super::changes;
use super::choices::Choices;

/// A line that is the state, or changes of the one that every world begins with.
pub(super) fn hold(data: &[u8]) {
    let mut choices = Choices::new(data);
    let family = calls::FAMILIES[choices.below(calls::FAMILIES.len())];
    let engine = calls::engine(family);
    let before = calls::state(&engine);
    let given = match choices.below(4) {
        0 => {
            let Ok(given) = serde_json::from_slice(choices.line()) else { return };
            given
        }
        _ => changes::changed(before.clone(), &mut choices),
    };
    match calls::at_once(engine.restore(&given)) {
        Ok(()) => {
            has_all(&given, &calls::state(&engine));
            calls::is_played(&engine, family, &mut choices);
        }
        Err(error) => {
            assert!(!error.to_string().is_empty(), "nothing is said of {given}");
            assert_eq!(calls::state(&engine), before, "{error}: {given}");
        }
    }
}

/// The records that were given are there, each as it was given, and no others.
fn has_all(given: &Value, shown: &Value) {
    for (family, collections) in given.as_object().into_iter().flatten() {
        for (name, records) in collections.as_object().into_iter().flatten() {
            let shown = &shown[family][name];
            assert!(is_within(records, shown), "{family} {name}: {records} became {shown}");
            let count = |records: &Value| records.as_object().map(serde_json::Map::len);
            assert_eq!(count(records), count(shown), "{family} {name}");
        }
    }
}

/// Whether everything that was given is shown; what was given as null need not be.
fn is_within(given: &Value, shown: &Value) -> bool {
    match (given, shown) {
        (Value::Object(given), Value::Object(shown)) => {
            let mut given = given.iter().filter(|(_, value)| !value.is_null());
            given.all(|(name, value)| shown.get(name).is_some_and(|it| is_within(value, it)))
        }
        _ => given == shown,
    }
}
