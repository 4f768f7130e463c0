//! The `deepObject` style: `key[a]=1&key[b][c]=2`, in queries.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::params::style::Decode;
use crate::params::style::Malformed;
use crate::params::style::Written;
use crate::params::style::form::Pairs;

/// How many brackets may follow a name.
pub const DEPTH: usize = 16;

/// A value with members inside members, as keys with brackets say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree<'t> {
    /// What is said of the key itself, in the order of sending.
    pub values: Vec<Cow<'t, str>>,
    /// What is said in one more pair of brackets.
    pub members: BTreeMap<Cow<'t, str>, Tree<'t>>,
}

/// Whether a key is a name, alone or with brackets behind it.
pub(crate) fn owns(name: &str, key: &str) -> bool {
    key.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
}

/// Gathers what belongs to the parameter `name`; `None` where nothing does.
///
/// # Shapes
///
/// | query                | written                                                         |
/// |----------------------|-----------------------------------------------------------------|
/// | `n[R]=1&n[G]=2`      | `R` is `1`, `G` is `2`                                          |
/// | `n%5BR%5D=1`         | the same: brackets need encoding in a URL                       |
/// | `n[a][b]=1`          | `a` has the member `b`                                          |
/// | `n[a]=1&n[a]=2`      | `a` has two values                                              |
/// | `n[a][]=1&n[a][]=2`  | `a` has two values of the empty name                            |
/// | `n[a][0]=1`          | `a` has the member `0`                                          |
/// | `n=1`                | the text `1`, which is no object                                |
/// | `n[a=1`              | [`Malformed::Unclosed`]                                         |
/// | `n[a]=1&n[a][b]=2`   | [`Malformed::Contradictory`]                                    |
///
/// Which of these are lists is the schema's to say. That there are any is this reader's choice:
/// "The representation of array or object properties is not defined" (OpenAPI 3.0.4, *Style
/// Values*). Taken is what clients send: indexes (whose gaps close), empty brackets, and a key
/// said several times. A key said once, without brackets of its own, is one value and no list.
///
/// # Errors
///
/// [`Malformed`] where brackets do not pair up or are more than [`DEPTH`], a key has a value and
/// members, or a value can not be decoded.
///
/// # Source
///
/// OpenAPI 3.0.4, *Style Examples*; 3.1.1 and 3.2.0 have the same. `explode` has no meaning here:
/// 3.2.0 says so, and before it `false` was "undefined".
pub fn gather<'t>(
    pairs: &Pairs<'t>,
    name: &str,
    decode: Decode,
) -> Result<Option<Written<'t>>, Malformed> {
    let mut root = Tree::default();
    let mut plain = None;
    for (key, value) in pairs {
        let Some(rest) = key.strip_prefix(name) else { continue };
        if rest.is_empty() {
            plain = Some(decode(value)?);
        } else if rest.starts_with('[') {
            let mut place = &mut root;
            for step in steps(rest)? {
                place = place.members.entry(Cow::Owned(step.to_owned())).or_default();
            }
            place.values.push(decode(value)?);
        }
    }
    if root.members.is_empty() {
        return Ok(plain.map(Written::Scalar));
    }
    if plain.is_some() {
        return Err(Malformed::Contradictory { member: name.to_owned() });
    }
    root.check()?;
    Ok(Some(Written::Tree(root)))
}

/// The names in brackets.
fn steps(mut rest: &str) -> Result<Vec<&str>, Malformed> {
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let inner = rest.strip_prefix('[').and_then(|inner| inner.split_once(']'));
        let (step, tail) = inner.ok_or(Malformed::Unclosed)?;
        if steps.len() == DEPTH {
            return Err(Malformed::TooDeep { limit: DEPTH });
        }
        steps.push(step);
        rest = tail;
    }
    Ok(steps)
}

impl Tree<'_> {
    /// Nothing is a value and has members, too.
    fn check(&self) -> Result<(), Malformed> {
        for (name, member) in &self.members {
            if !member.values.is_empty() && !member.members.is_empty() {
                return Err(Malformed::Contradictory { member: name.clone().into_owned() });
            }
            member.check()?;
        }
        Ok(())
    }

    /// The same, independent of the text that it was read from.
    #[must_use]
    pub fn into_owned(self) -> Tree<'static> {
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        let members = self.members.into_iter();
        Tree {
            values: self.values.into_iter().map(own).collect(),
            members: members.map(|(name, member)| (own(name), member.into_owned())).collect(),
        }
    }

    /// Whether all members are numbers or unnamed, as a list's are.
    #[must_use]
    pub fn is_list(&self) -> bool {
        let is_index = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
        !self.members.is_empty() && self.members.keys().all(|name| is_index(name))
    }
}
