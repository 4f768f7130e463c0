//! Which of several alternatives a value was meant to be.
//!
//! The person who reads a report wants the errors of the alternative that was meant, not of all.
//! A tag decides where there is one, then the type, then how much is wrong.

use std::cmp::Reverse;

use serde_json::Map;
use serde_json::Value;

use crate::pointer::Pointer;
use crate::schema::SchemaViolation;
use crate::schema::cut;

/// The keyword that keeps OpenAPI's `discriminator` through lowering.
pub(crate) const DISCRIMINATOR: &str = "x-standin-discriminator";

/// One alternative with what is wrong when it is taken.
pub(crate) struct Branch<'s> {
    /// Its index in the document.
    pub(crate) number: usize,
    /// Its lowered schema.
    pub(crate) schema: Option<&'s Value>,
    /// What is wrong.
    pub(crate) violations: Vec<SchemaViolation>,
}

/// The alternative that came nearest.
pub(crate) struct Choice {
    /// Its index.
    pub(crate) index: usize,
    name: String,
    why: &'static str,
}

impl Choice {
    /// Says which alternative was taken to be meant, and why.
    pub(crate) fn help(&self, count: usize, keyword: &str) -> String {
        let Self { name, why, .. } = self;
        format!("of the {count} alternatives of {keyword}, {name} comes nearest: {why}")
    }
}

impl Branch<'_> {
    /// The component's name, the title, or the number.
    fn name(&self) -> String {
        let text =
            |keyword| self.schema.and_then(|schema| schema.get(keyword)).and_then(Value::as_str);
        let component = text(cut::KEYWORD).map(Pointer::new);
        match component.as_ref().and_then(Pointer::last) {
            Some(name) => format!("`{name}`"),
            None => text("title").map_or_else(
                || format!("number {}", self.number + 1),
                |title| format!("`{title}`"),
            ),
        }
    }

    /// Whether the value has the wrong type as a whole.
    fn is_other_type(&self, at: &Pointer) -> bool {
        self.violations
            .iter()
            .any(|violation| violation.keyword == "type" && violation.instance == *at)
    }

    /// Whether a property with one allowed value has another.
    fn is_other_tag(&self, at: &Pointer) -> bool {
        self.violations.iter().any(|violation| {
            let is_single = match (&*violation.keyword, &violation.constraint) {
                ("const", _) => true,
                ("enum", Some(Value::Array(options))) => options.len() == 1,
                _ => false,
            };
            is_single && violation.instance.parent().as_ref().is_none_or(|parent| parent == at)
        })
    }

    fn depth(&self) -> usize {
        let depth = |violation: &SchemaViolation| violation.instance.tokens().count();
        self.violations.iter().map(depth).max().unwrap_or(0)
    }
}

/// The alternative that OpenAPI's `discriminator` names, if it names one of them.
pub(crate) fn tagged(
    members: &Map<String, Value>,
    branches: &[Branch<'_>],
    value: Option<&Value>,
) -> Option<usize> {
    let discriminator = members.get(DISCRIMINATOR)?;
    let property = discriminator.get("propertyName")?.as_str()?;
    let tag = value?.as_object()?.get(property).and_then(Value::as_str);
    let keys: Vec<Option<&str>> =
        branches.iter().map(|branch| branch.schema?.get(cut::KEYWORD)?.as_str()).collect();
    named(discriminator, &keys, tag)
}

/// Which of the alternatives with these keys a tag names, or is meant without one.
///
/// # Source
///
/// OpenAPI 3.2.0, *Discriminator Object*: by `mapping`, else by the schema's own name, else by
/// `defaultMapping`.
pub(crate) fn named(
    discriminator: &Value,
    keys: &[Option<&str>],
    tag: Option<&str>,
) -> Option<usize> {
    tag.and_then(|tag| named_by(discriminator, keys, tag))
        .or_else(|| position(keys, discriminator.get("default")?.as_str()?))
}

/// Which of the alternatives with these keys a tag names.
pub(crate) fn named_by(discriminator: &Value, keys: &[Option<&str>], tag: &str) -> Option<usize> {
    if let Some(key) = discriminator.get("tags").and_then(|tags| tags.get(tag)?.as_str()) {
        return position(keys, key);
    }
    let is_named = |key: &str| Pointer::new(key).last().is_some_and(|name| name == tag);
    keys.iter().position(|key| key.is_some_and(is_named))
}

fn position(keys: &[Option<&str>], key: &str) -> Option<usize> {
    keys.iter().position(|known| *known == Some(key))
}

/// Chooses; `None` when the value has the wrong type for every alternative.
pub(crate) fn choose(branches: &[Branch<'_>], at: &Pointer, tag: Option<usize>) -> Option<Choice> {
    let choice = |index: usize, why| Choice { index, name: branches[index].name(), why };
    if let Some(index) = tag.filter(|index| !branches[*index].violations.is_empty()) {
        return Some(choice(index, "the discriminator names it"));
    }
    let of_type: Vec<usize> = (0..branches.len())
        .filter(|index| {
            let branch = &branches[*index];
            !branch.violations.is_empty() && !branch.is_other_type(at)
        })
        .collect();
    if let [only] = *of_type {
        return Some(choice(only, "it is the only one of this type"));
    }
    let by_tag: Vec<usize> =
        of_type.iter().copied().filter(|index| !branches[*index].is_other_tag(at)).collect();
    if let [only] = *by_tag
        && of_type.iter().any(|index| branches[*index].is_other_tag(at))
    {
        return Some(choice(only, "it is the only one with this tag"));
    }
    let candidates = if by_tag.is_empty() { of_type } else { by_tag };
    candidates
        .into_iter()
        .min_by_key(|index| {
            let branch = &branches[*index];
            (branch.violations.len(), Reverse(branch.depth()))
        })
        .map(|index| choice(index, "it leaves the least to mend"))
}

/// What the alternatives would have taken, where the type alone is wrong.
pub(crate) fn expected_types(branches: &[Branch<'_>]) -> Option<String> {
    let mut expected: Vec<&str> = Vec::new();
    for violation in branches.iter().flat_map(|branch| &branch.violations) {
        if let Some(text) = violation.expected.as_deref().filter(|_| violation.keyword == "type")
            && !expected.contains(&text)
        {
            expected.push(text);
        }
    }
    (!expected.is_empty()).then(|| expected.join(" or "))
}
