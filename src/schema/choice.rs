//! The alternative that a discriminator names is the one that is judged.
//!
//! OpenAPI lets a `discriminator` "act as a hint to shortcut validation and selection of the
//! matching schema" (3.0.4, *Discriminator Object*). So where all alternatives are references, the
//! one that the value's tag names decides; without such a tag, all of them do, as ever.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

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
    discriminator: Value,
}

impl Choice {
    /// Reads what [`prepare`] wrote.
    pub(crate) fn read(written: &Value) -> Option<Self> {
        let discriminator = written.get("discriminator")?.clone();
        let keys = written.get("keys")?.as_array()?.iter();
        Some(Self {
            property: discriminator.get("propertyName")?.as_str()?.to_owned(),
            keys: keys.map(|key| key.as_str().map(str::to_owned)).collect(),
            is_exclusive: written.get("isExclusive") == Some(&Value::Bool(true)),
            discriminator,
        })
    }

    /// The number of the alternative that a tag names.
    pub(crate) fn named(&self, tag: Option<&str>) -> Option<usize> {
        let keys: Vec<Option<&str>> = self.keys.iter().map(Option::as_deref).collect();
        nearest::named(&self.discriminator, &keys, tag)
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
    let key = |branch: &'_ Value| -> bool {
        branch
            .as_object()
            .is_some_and(|branch| branch.len() == 1 && branch.contains_key(cut::KEYWORD))
    };
    let keyword = COMBINED.into_iter().find(|keyword| members.contains_key(*keyword))?;
    let branches = members.get(keyword)?.as_array()?;
    branches.iter().all(|branch| key(branch) || is_null(branch)).then(|| {
        let keys = branches.iter().map(|branch| branch.get(cut::KEYWORD).and_then(Value::as_str));
        (keyword, keys.collect())
    })
}
