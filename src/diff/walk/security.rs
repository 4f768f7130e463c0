//! Security: alternatives in force for an operation, those for all, and the schemes.

use serde_json::Value;

use super::Pair;
use super::Place;
use super::Walk;
use crate::diff::Difference;
use crate::diff::Effect;
use crate::diff::rules::security;
use crate::finding::Level;
use crate::finding::Rule;
use crate::finding::Side;
use crate::pointer::Pointer;
use crate::spec::Operation;
use crate::spec::model::Requirement;

/// The member that has the alternatives.
const MEMBER: &str = "security";

/// Alternatives, each with the schemes that it demands and their scopes.
type Alternatives = Vec<Vec<Requirement>>;

/// The rules of alternatives: of one operation, or of all.
struct Rules {
    added: &'static Rule,
    removed: &'static Rule,
    scope_added: &'static Rule,
    scope_removed: &'static Rule,
}

static OWN: Rules = Rules {
    added: &security::ADDED,
    removed: &security::REMOVED,
    scope_added: &security::SCOPE_ADDED,
    scope_removed: &security::SCOPE_REMOVED,
};

static GLOBAL: Rules = Rules {
    added: &security::GLOBAL_ADDED,
    removed: &security::GLOBAL_REMOVED,
    scope_added: &security::GLOBAL_SCOPE_ADDED,
    scope_removed: &security::GLOBAL_SCOPE_REMOVED,
};

impl Walk<'_> {
    /// Compares the alternatives in force for two operations; those that both have from the whole
    /// document are compared once for all.
    pub(super) fn security(
        &mut self,
        pair: Pair<'_, Operation>,
        written: Pair<'_, Value>,
        place: &Place,
    ) {
        if written.base.get(MEMBER).is_none() && written.revision.get(MEMBER).is_none() {
            return;
        }
        let differences = alternatives(&pair.base.security, &pair.revision.security, &OWN);
        let (base, revision) = (&pair.base.security_pointer, &pair.revision.security_pointer);
        for difference in differences {
            let call = Some(std::sync::Arc::clone(&place.call));
            let told = Difference { call, side: Side::Request, ..difference };
            self.found.push(told.between(base, revision));
        }
    }

    /// Compares the alternatives of all operations that have none of their own.
    pub(super) fn global_security(&mut self) {
        let at = Pointer::new("/security");
        let [was, is] = [self.base, self.revision].map(|document| {
            let heir = document.operations.iter().find(|it| it.security_pointer == at);
            // Where no operation has them, they are compared as they are written.
            heir.map_or_else(
                || written(document.part(&at).as_ref()),
                |operation| operation.security.clone(),
            )
        });
        for difference in alternatives(&was, &is, &GLOBAL) {
            self.found.push(difference.between(&at, &at));
        }
    }
}

/// Alternatives as they are written, schemes known by their names alone.
fn written(declared: Option<&Value>) -> Alternatives {
    let alternatives = declared.and_then(Value::as_array).into_iter().flatten();
    let read = alternatives.map(|alternative| {
        let schemes = alternative.as_object().into_iter().flatten();
        let schemes = schemes.map(|(name, scopes)| Requirement {
            scheme: name.clone(),
            kind: crate::spec::model::SecurityScheme::Unknown,
            scopes: scopes
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|scope| scope.as_str().map(str::to_owned))
                .collect(),
        });
        schemes.collect()
    });
    read.collect()
}

/// Whether two requirements are of one scheme: it has the same name, or is another name for the
/// same.
fn is_same_scheme(one: &Requirement, other: &Requirement) -> bool {
    one.scheme == other.scheme || (one.kind == other.kind && one.kind != UNKNOWN)
}

const UNKNOWN: crate::spec::model::SecurityScheme = crate::spec::model::SecurityScheme::Unknown;

/// Whether two alternatives demand the same schemes, whatever their scopes.
fn is_same_alternative(one: &[Requirement], other: &[Requirement]) -> bool {
    one.len() == other.len()
        && one.iter().all(|each| other.iter().any(|it| is_same_scheme(each, it)))
}

/// Whether whoever has what one alternative demands has what the other demands.
fn satisfies(one: &[Requirement], other: &[Requirement]) -> bool {
    other.iter().all(|needed| {
        let has_scopes = |it: &Requirement| needed.scopes.iter().all(|at| it.scopes.contains(at));
        one.iter().any(|it| is_same_scheme(it, needed) && has_scopes(it))
    })
}

/// Whether a call without credentials is as good as any.
fn is_open(alternatives: &Alternatives) -> bool {
    alternatives.is_empty() || alternatives.iter().any(Vec::is_empty)
}

fn told(alternative: &[Requirement]) -> String {
    if alternative.is_empty() {
        return "none".to_owned();
    }
    let each = alternative.iter().map(|it| match it.scopes.is_empty() {
        true => it.scheme.clone(),
        false => format!("{}: {}", it.scheme, it.scopes.join(", ")),
    });
    each.collect::<Vec<_>>().join(" and ")
}

/// How alternatives differ.
fn alternatives(base: &Alternatives, revision: &Alternatives, rules: &Rules) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut new: Vec<&Vec<Requirement>> = revision.iter().collect();
    let mut gone: Vec<&Vec<Requirement>> = Vec::new();
    for was in base {
        match new.iter().position(|is| is_same_alternative(was, is)) {
            Some(at) => {
                let is = new.remove(at);
                scopes(was, is, rules, is_open(revision), &mut differences);
            }
            None => gone.push(was),
        }
    }
    let is_closed = is_open(base) && !is_open(revision);
    for is in new {
        let (level, effect) = match is_closed {
            true => (Level::Error, Effect::Narrows),
            false => (Level::Info, Effect::Widens),
        };
        let title = match (is_closed, is.is_empty()) {
            (true, _) => format!("credentials are demanded: {}", told(is)),
            (false, true) => "calls without credentials are taken".to_owned(),
            (false, false) => format!("further credentials are taken: {}", told(is)),
        };
        let told = Difference::new(rules.added, title).changed(None, Some(told(is)));
        differences.push(Difference { level, effect: Some(effect), ..told });
    }
    for was in gone {
        // Whoever sends more than is demanded now is taken still.
        let is_taken = revision.iter().any(|is| satisfies(was, is));
        let (level, effect) = match is_taken || revision.is_empty() {
            true => (Level::Info, Effect::Widens),
            false => (Level::Error, Effect::Narrows),
        };
        let title = format!("credentials are taken no more: {}", told(was));
        let told = Difference::new(rules.removed, title).changed(Some(told(was)), None);
        differences.push(Difference { level, effect: Some(effect), ..told });
    }
    differences
}

fn scopes(
    was: &[Requirement],
    is: &[Requirement],
    rules: &Rules,
    is_open: bool,
    differences: &mut Vec<Difference>,
) {
    for before in was {
        let Some(now) = is.iter().find(|it| is_same_scheme(before, it)) else { continue };
        for scope in now.scopes.iter().filter(|scope| !before.scopes.contains(scope)) {
            let title = format!("the scope `{scope}` of `{}` is demanded", now.scheme);
            // A client's token may have it already: only its owner can tell.
            let level = if is_open { Level::Info } else { Level::Warning };
            let told = Difference::new(rules.scope_added, title).changed(None, Some(scope.clone()));
            differences.push(Difference { level, effect: Some(Effect::Narrows), ..told });
        }
        for scope in before.scopes.iter().filter(|scope| !now.scopes.contains(scope)) {
            let title = format!("the scope `{scope}` of `{}` is demanded no more", before.scheme);
            let told =
                Difference::new(rules.scope_removed, title).changed(Some(scope.clone()), None);
            differences.push(Difference { effect: Some(Effect::Widens), ..told });
        }
    }
}
