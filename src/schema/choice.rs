//! The alternative that a discriminator names is the one that is judged.
//!
//! OpenAPI lets a `discriminator` "act as a hint to shortcut validation and selection of the
//! matching schema" (3.0.4, *Discriminator Object*). So where all alternatives are references, the
//! one that the value's tag names decides; without such a tag, all of them do, as ever.

use foldhash::HashMap;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::pointer::Pointer;
use crate::schema::cut;
use crate::schema::nearest;
use crate::schema::nearest::DISCRIMINATOR;
use crate::schema::walk;

/// The keywords that list alternatives.
const COMBINED: [&str; 2] = ["oneOf", "anyOf"];

/// Alternatives that are told apart by a tag.
#[derive(Debug)]
pub(crate) struct Choice {
    /// The property that holds the tag.
    pub(crate) property: String,
    /// The keys of the alternatives; `None` is null.
    pub(crate) keys: Vec<Option<String>>,
    /// Whether exactly one must fit where no tag decides.
    pub(crate) is_exclusive: bool,
    /// The alternatives by the tags that name them.
    by_tag: HashMap<String, usize>,
    /// The alternative of values without such a tag.
    usual: Option<usize>,
}

impl Choice {
    /// Reads what [`prepare`] wrote.
    pub(crate) fn read(written: &Value) -> Option<Self> {
        let discriminator = written.get("discriminator")?;
        let list = written.get("keys")?.as_array()?;
        let keys: Vec<Option<&str>> = list.iter().map(Value::as_str).collect();
        let mapped = discriminator.get("tags").and_then(Value::as_object).into_iter().flatten();
        let mapped = mapped.map(|(tag, _)| tag.clone());
        let own = keys
            .iter()
            .flatten()
            .filter_map(|key| Pointer::new(*key).last().map(std::borrow::Cow::into_owned));
        // Everybody who could be named, by the one rule of who is.
        let named = |tag: &str| nearest::named_by(discriminator, &keys, tag);
        let tags = mapped.chain(own);
        let by_tag = tags.filter_map(|tag| Some((tag.clone(), named(&tag)?))).collect();
        Some(Self {
            property: discriminator.get("propertyName")?.as_str()?.to_owned(),
            is_exclusive: written.get("isExclusive") == Some(&Value::Bool(true)),
            usual: nearest::named(discriminator, &keys, None),
            keys: keys.iter().map(|key| key.map(str::to_owned)).collect(),
            by_tag,
        })
    }

    /// The number of the alternative that a tag names.
    pub(crate) fn named(&self, tag: Option<&str>) -> Option<usize> {
        tag.and_then(|tag| self.by_tag.get(tag)).copied().or(self.usual)
    }
}

/// Puts choices in the place of alternatives that a discriminator tells apart; takes out the
/// discriminators that can not.
pub(crate) fn prepare(schema: &mut Value) {
    walk::each_mut(schema, &mut |members| {
        let Some(discriminator) = members.remove(DISCRIMINATOR) else { return };
        let Some((keyword, keys)) = alternatives(members) else { return };
        let is_exclusive = keyword == "oneOf";
        let choice =
            json!({"discriminator": discriminator, "keys": keys, "isExclusive": is_exclusive});
        members.remove(keyword);
        members.insert(DISCRIMINATOR.to_owned(), choice);
    });
}

/// The keyword that a discriminator belongs to, and the keys of its alternatives, if all of them
/// are references or null.
pub(crate) fn alternatives(
    members: &Map<String, Value>,
) -> Option<(&'static str, Vec<Option<&str>>)> {
    let is_null = |branch: &Value| *branch == json!({"type": "null"});
    let refers = |branch: &Value| {
        branch
            .as_object()
            .is_some_and(|branch| branch.len() == 1 && branch.contains_key(cut::KEYWORD))
    };
    let keyword = COMBINED.into_iter().find(|keyword| members.contains_key(*keyword))?;
    let branches = members.get(keyword)?.as_array()?;
    branches.iter().all(|branch| refers(branch) || is_null(branch)).then(|| {
        let keys = branches.iter().map(|branch| branch.get(cut::KEYWORD).and_then(Value::as_str));
        (keyword, keys.collect())
    })
}
