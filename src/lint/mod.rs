//! Lint: what is wrong with a document itself, before anybody calls it.
//!
//! Reading a document reports what has a wrong shape or leads nowhere. Here its schemas are
//! compiled and its examples judged as well, which serving does only where somebody asks.

mod examples;
mod operations;

use crate::clock::Instant;
use crate::finding::Finding;
use crate::finding::Violation;
use crate::finding::mask;
use crate::spec::Document;
use crate::spec::Unserved;

/// Everything that is wrong with a document, worst first, places filled in; `id` is what findings
/// call it.
///
/// # Examples
///
/// ```
/// use standin::clock::Clock;
///
/// let text = "
/// openapi: 3.0.3
/// info: {title: Pets, version: '1'}
/// paths:
///   /pets:
///     get:
///       responses:
///         '200': {$ref: '#/components/responses/Pets'}
/// ";
/// let document = standin::spec::load::from_text("pets.yaml", text).unwrap();
/// let findings = standin::lint::judge("pets", &document, Clock::real().now());
/// assert_eq!(findings[0].rule, "operation-unserved");
/// assert_eq!(findings[1].rule, "reference-broken");
/// assert_eq!(findings[1].places[0].line, Some(8));
/// ```
#[must_use]
pub fn judge(id: &str, document: &Document, now: Instant) -> Vec<Finding> {
    let unserved = document.unserved();
    let mut violations: Vec<Violation> = unserved.iter().map(Unserved::violation).collect();
    violations.extend(document.violations().iter().cloned());
    violations.extend(document.schemas.unusable());
    violations.extend(operations::broken(document));
    violations.extend(examples::broken(document));
    let mut findings: Vec<Finding> =
        violations.iter().map(|violation| finding(id, document, violation, now)).collect();
    for place in findings.iter_mut().flat_map(|finding| finding.places.iter_mut()) {
        document.locate(place);
    }
    // Stable: what is equally bad stays in the order of reading.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    findings
}

/// A violation of the document, with what stands there.
fn finding(id: &str, document: &Document, violation: &Violation, now: Instant) -> Finding {
    let mut finding = document.told(id, violation, now);
    if finding.got.is_none() {
        finding.got = written(document, violation);
    }
    finding
}

/// What stands at a violation's place, where that is short enough to be shown.
fn written(document: &Document, violation: &Violation) -> Option<String> {
    let value = violation.place.get(document.root())?;
    if value.is_object() || value.is_array() {
        return None;
    }
    Some(mask::show(violation.place.tokens(), value))
}
