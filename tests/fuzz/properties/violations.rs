//! What every violation owes its reader: a rule that is listed, and places that are there.

use std::borrow::Borrow;

use serde_json::Value;
use standin::finding::Location;
use standin::finding::RULES;
use standin::finding::Violation;
use standin::spec::Document;

/// Looks whether violations say what can be looked up; `body` is what was judged, where it could
/// be read.
pub(super) fn are_well_told<V: Borrow<Violation>>(
    document: &Document,
    violations: impl Iterator<Item = V>,
    body: Option<&Value>,
) {
    for violation in violations {
        let violation = violation.borrow();
        let told = format!("{violation:?}");
        let is_listed = RULES.iter().any(|rule| std::ptr::eq(*rule, violation.rule));
        assert!(is_listed, "no such rule: {told}");
        assert!(!violation.title.is_empty(), "nothing is said: {told}");
        assert!(violation.place.get(document.root()).is_some(), "no place in the document: {told}");
        assert!(document.position(&violation.place).is_some(), "no line in the document: {told}");
        if let (Location::Body, Some(body)) = (violation.location, body) {
            assert!(violation.instance.get(body).is_some(), "no place in the body: {told}");
        }
    }
}
