//! The choices that a schema leaves, and the tags that name what was chosen.

use serde_json::Map;
use serde_json::Value;

use crate::pointer::Pointer;
use crate::schema::Schemas;
use crate::schema::Types;
use crate::schema::cut;
use crate::schema::nearest;
use crate::schema::nearest::DISCRIMINATOR;
use crate::schema::wording::NULLABLE;
use crate::synth::Unmade;
use crate::synth::demands::Chosen;
use crate::synth::demands::Demands;
use crate::synth::demands::Pending;
use crate::synth::demands::Tag;

/// How many choices are told apart.
const MOST_CHOICES: usize = 64;

impl<'s> Demands<'s> {
    /// Makes a choice, as the number says.
    pub(super) fn choose(
        &mut self,
        schemas: &'s Schemas,
        pending: Pending<'s>,
        chosen: &mut Chosen<'s>,
    ) -> Result<(), Unmade> {
        match pending {
            Pending::Branches { keyword, branches, members } => {
                // Null that only `nullable` lets in is the last to be taken.
                let is_lowered = members.contains_key(NULLABLE);
                let is_short = chosen.is_late || (chosen.is_short && !is_lowered);
                let (mut order, telling) = self.order(schemas, branches, is_short);
                if !is_short && !chosen.takes_null && telling < order.len() {
                    order.truncate(telling);
                    self.has_null = true;
                }
                let taken = self.pick(order.len(), telling, chosen);
                let index = order.get(taken).copied().ok_or(Unmade::Unsatisfiable)?;
                let branch = &branches[index];
                self.tag(members, branches, branch);
                self.open(schemas, branch)?;
                self.is_guess |= order.len() > 1 || branches.len() > 1;
                if keyword == "oneOf" {
                    let others = branches.iter().enumerate().filter(|(other, _)| *other != index);
                    for (_, other) in others {
                        self.others.push(other);
                        self.forbid(other);
                    }
                }
                Ok(())
            }
            Pending::Condition { members, condition } => {
                let then = members.get("then");
                let otherwise = members.get("else");
                if then.is_none() && otherwise.is_none() {
                    return Ok(());
                }
                self.is_guess = true;
                if self.pick(2, 1, chosen) == 0 {
                    self.open(schemas, condition)?;
                    return then.map_or(Ok(()), |then| self.open(schemas, then));
                }
                self.deny(condition)?;
                otherwise.map_or(Ok(()), |otherwise| self.open(schemas, otherwise))
            }
            Pending::Dependent { property, schema } => {
                self.is_guess = true;
                if self.required.contains(&property) || self.pick(2, 1, chosen) == 0 {
                    return self.open(schemas, schema);
                }
                self.forbidden.push(property);
                Ok(())
            }
        }
    }

    /// One of several ways, as the number says; of the telling ones, the turn says which is first.
    fn pick(&mut self, ways: usize, telling: usize, chosen: &mut Chosen<'s>) -> usize {
        if ways == 0 {
            return 0;
        }
        let taken = chosen.number % ways;
        chosen.number /= ways;
        self.choices = self.choices.saturating_mul(ways).min(MOST_CHOICES);
        if taken >= telling {
            return taken;
        }
        let turned = (taken + chosen.turn % telling.max(1)) % telling.max(1);
        chosen.turn /= telling.max(1);
        turned
    }

    /// The alternatives that go with the types that are left, those that say something first; where
    /// the value should end soon, those that hold least. With how many of them say something.
    fn order(
        &self,
        schemas: &'s Schemas,
        branches: &'s [Value],
        is_short: bool,
    ) -> (Vec<usize>, usize) {
        let mut order: Vec<(usize, usize)> = Vec::new();
        for (index, branch) in branches.iter().enumerate() {
            let types = schemas.types_of(branch).and(self.types);
            if types == Types::NONE {
                continue;
            }
            let rank = match (types == Types::NULL, is_short) {
                (true, false) => 1,
                (false, true) => {
                    1 + usize::from(types.has(Types::ARRAY))
                        + usize::from(types.has(Types::OBJECT)) * 2
                }
                (true, true) | (false, false) => 0,
            };
            order.push((rank, index));
        }
        order.sort_unstable();
        let telling = order.iter().filter(|(rank, _)| *rank == 0).count();
        // Where null is all there is, it tells.
        let telling = if is_short {
            1
        } else if telling == 0 {
            order.len()
        } else {
            telling
        };
        (order.into_iter().map(|(_, index)| index).collect(), telling)
    }

    /// Notes the tag that names an alternative.
    fn tag(&mut self, members: &'s Map<String, Value>, branches: &[Value], branch: &Value) {
        let Some(discriminator) = members.get(DISCRIMINATOR) else { return };
        let Some(property) = discriminator.get("propertyName").and_then(Value::as_str) else {
            return;
        };
        let Some(key) = branch.get(cut::KEYWORD).and_then(Value::as_str) else { return };
        let key_of =
            |branch: &'_ Value| branch.get(cut::KEYWORD).and_then(Value::as_str).map(str::to_owned);
        let keys: Vec<Option<String>> = branches.iter().map(key_of).collect();
        let keys: Vec<Option<&str>> = keys.iter().map(Option::as_deref).collect();
        let is_named = |tag: &String| {
            nearest::named_by(discriminator, &keys, tag)
                .is_some_and(|index| keys.get(index) == Some(&Some(key)))
        };
        let values = names_of(discriminator, key).filter(is_named).collect();
        self.tags.push(Tag { property, values });
    }

    /// Notes the tag by which a parent tells its children apart.
    pub(super) fn tag_own(&mut self, discriminator: &'s Value) {
        let property = discriminator.get("propertyName").and_then(Value::as_str);
        // The first reference on the way down is the child.
        let (Some(property), Some(key)) = (property, self.child()) else { return };
        let values = names_of(discriminator, key).collect();
        self.tags.push(Tag { property, values });
    }

    fn child(&self) -> Option<&'s str> {
        let refers = |part: &&&'s Map<String, Value>| part.contains_key(cut::KEYWORD);
        let first = self.parts.iter().find(refers);
        first.and_then(|part| part.get(cut::KEYWORD)).and_then(Value::as_str).or(self.root)
    }
}

/// The tags that may name a schema: as mapped, and its own name.
fn names_of<'v>(discriminator: &'v Value, key: &'v str) -> impl Iterator<Item = String> + 'v {
    let tags = discriminator.get("tags").and_then(Value::as_object).into_iter().flatten();
    let mapped = tags.filter(move |(_, target)| target.as_str() == Some(key));
    let own = Pointer::new(key).last().map(std::borrow::Cow::into_owned);
    mapped.map(|(tag, _)| tag.clone()).chain(own)
}
