//! What is sent to break one constraint, what must be found, and the count of it all.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use standin::finding::Finding;
use standin::finding::Level;
use standin::pointer::Pointer;

use super::breach::Mutant;
use super::constraint::Constraint;

/// A finding that must be there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Expected {
    /// The rule's id.
    pub(super) rule: String,
    /// The place in the document.
    pub(super) place: Pointer,
    /// The place in the message.
    pub(super) instance: String,
}

/// A message that breaks one constraint.
#[derive(Debug)]
pub(super) struct Probe<M> {
    /// The constraint's name in tables.
    pub(super) key: String,
    /// What is done, for whoever reads a failure.
    pub(super) what: String,
    /// The message.
    pub(super) message: M,
    /// What must be found, and nothing else; empty where nothing is wrong.
    pub(super) expected: Vec<Expected>,
    /// What the vendor's table is asked with.
    pub(super) cause: Cause,
}

/// What is wrong with a message, as vendors tell errors apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Cause {
    /// `query`, `header`, `body`, or empty where it is about the call as a whole.
    pub(super) location: &'static str,
    /// The keyword, or one of the words for what no keyword says: `credentials`, `accept`,
    /// `media type`, `body`, `syntax`, `once`, `text`.
    pub(super) keyword: String,
    /// The parameter or property.
    pub(super) name: String,
    /// Whether null was sent.
    pub(super) is_null: bool,
}

/// Everything that is sent for one side of one document.
#[derive(Debug)]
pub(super) struct Probes<M> {
    /// What is sent.
    pub(super) probes: Vec<Probe<M>>,
    /// Constraints that no message can break here, with the reason.
    pub(super) unbreakable: Vec<(String, &'static str)>,
}

impl<M> Default for Probes<M> {
    fn default() -> Self {
        Self { probes: Vec::new(), unbreakable: Vec::new() }
    }
}

impl<M> Probes<M> {
    /// Adds a message that breaks something that is no keyword of a schema.
    pub(super) fn plain(&mut self, what: &str, cause: Cause, message: M, expected: Expected) {
        let key = format!("{} ({})", expected.place, cause.keyword);
        let expected = vec![expected];
        self.probes.push(Probe { key, what: what.to_owned(), message, expected, cause });
    }

    /// Adds a message that breaks a keyword; `at` names the place of the whole value.
    pub(super) fn keyword(
        &mut self,
        constraint: &Constraint,
        (rule, location, name): (&str, &'static str, &str),
        mutant: &Mutant<'_>,
        message: M,
    ) {
        let prefix = match location {
            "body" => String::new(),
            _ => format!("{location}.{name}"),
        };
        let expected = mutant.broken.iter().map(|broken| Expected {
            rule: rule.to_owned(),
            place: broken.place.clone(),
            instance: format!("{prefix}{}", broken.at),
        });
        let property = match &*constraint.keyword {
            "required" => constraint.value.as_str().map(str::to_owned),
            "additionalProperties" => Some("standin_unknown".to_owned()),
            _ => constraint.at.last().map(std::borrow::Cow::into_owned),
        };
        let cause = Cause {
            location,
            keyword: constraint.keyword.clone(),
            name: property.unwrap_or_else(|| name.to_owned()),
            is_null: mutant.part.is_null(),
        };
        self.probes.push(Probe {
            key: constraint.key(),
            what: format!("{prefix}{} is {}", constraint.at, mutant.part),
            message,
            expected: expected.collect(),
            cause,
        });
    }
}

/// Holds what was found of level error to what must be found.
pub(super) fn check<'f, M>(
    probe: &Probe<M>,
    findings: impl Iterator<Item = &'f Finding>,
) -> Result<(), String> {
    let findings: Vec<&Finding> =
        findings.filter(|finding| finding.level == Level::Error).collect();
    let found = findings.iter().map(|finding| Expected {
        rule: finding.rule.to_owned(),
        place: finding.places.first().map(|place| place.pointer.clone()).unwrap_or_default(),
        instance: finding.instance.clone(),
    });
    let mut found: Vec<Expected> = found.collect();
    let mut expected = probe.expected.clone();
    found.sort();
    expected.sort();
    if found != expected {
        let (key, what) = (&probe.key, &probe.what);
        return Err(format!("{key}: {what}\n  expected {expected:#?}\n  found {found:#?}"));
    }
    // Properties that are missing or unknown share their places: the title tells which it is.
    let is_about_one = matches!(&*probe.cause.keyword, "required" | "additionalProperties");
    let name = format!("`{}`", probe.cause.name);
    if is_about_one && !findings.iter().any(|finding| finding.title.contains(&name)) {
        return Err(format!("{}: {name} is in no title of {findings:#?}", probe.key));
    }
    Ok(())
}

/// Which constraints are broken alone, and which never are.
#[derive(Debug, Default)]
pub(super) struct Tally {
    alone: BTreeSet<String>,
    keywords: BTreeSet<String>,
    reasons: BTreeMap<String, String>,
}

impl Tally {
    /// Counts what is sent.
    pub(super) fn of<M>(probes: &Probes<M>) -> Self {
        let mut tally = Self::default();
        for (key, reason) in &probes.unbreakable {
            tally.reasons.insert(key.clone(), (*reason).to_owned());
        }
        for probe in &probes.probes {
            let keywords = probe.expected.iter().filter_map(|expected| expected.place.last());
            match keywords.into_iter().find(|keyword| *keyword != probe.cause.keyword) {
                Some(other) if probe.expected.len() > 1 => {
                    let reason = format!("whatever breaks it breaks `{other}` too");
                    tally.reasons.insert(probe.key.clone(), reason);
                }
                _ => {
                    tally.alone.insert(probe.key.clone());
                    tally.keywords.insert(probe.cause.keyword.clone());
                }
            }
        }
        // What can be broken alone in one place is broken alone.
        tally.reasons.retain(|key, _| !tally.alone.contains(key));
        tally
    }

    /// The keywords that are broken alone somewhere.
    pub(super) const fn keywords(&self) -> &BTreeSet<String> {
        &self.keywords
    }

    /// Whether the constraint of that name was looked at.
    pub(super) fn has(&self, key: &str) -> bool {
        self.alone.contains(key) || self.reasons.contains_key(key)
    }

    /// How many constraints are broken alone.
    pub(super) fn alone(&self) -> usize {
        self.alone.len()
    }

    /// Those that nothing breaks alone, with the reason.
    pub(super) const fn never_alone(&self) -> &BTreeMap<String, String> {
        &self.reasons
    }
}
