//! How bad a departure is, by the direction of the message: what breaks a client is an error, what
//! a tolerant reader survives is a warning.

use crate::finding::Level;
use crate::finding::Side;
use crate::finding::Violation;

/// What a reader that takes values as they come survives in an answer: the value is of its type,
/// and only longer, larger or more than was said.
const SURVIVED: [&str; 18] = [
    "additionalProperties",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "propertyNames",
    "unevaluatedProperties",
    "uniqueItems",
    "writeOnly",
];

/// Gives a violation its level.
pub(crate) fn weigh(violation: &mut Violation, side: Side) {
    let is_survived = side == Side::Response && SURVIVED.contains(&&*violation.keyword);
    if is_survived && violation.level() == Level::Error {
        violation.level = Some(Level::Warning);
    }
}
