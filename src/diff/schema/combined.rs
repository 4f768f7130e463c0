//! Choices, conditions and denials.

use crate::diff::Effect;
use crate::diff::schema::compare::About;
use crate::diff::schema::compare::Comparer;
use crate::diff::schema::compare::Told;
use crate::diff::schema::kinds::listed;
use crate::diff::schema::node::Node;
use crate::diff::schema::rules;
use crate::diff::schema::rules::Kind;
use crate::diff::schema::shape::Shape;
use crate::diff::schema::shape::Union;
use crate::schema::Direction;

/// The most alternatives that are compared each with each.
const MOST_EACH: usize = 40;

impl<'s> Comparer<'s> {
    /// Compares a schema with a choice where one side has nothing but that choice; whether that was
    /// so.
    pub(super) fn wrapped(
        &mut self,
        base: &Shape<'s>,
        revision: &Shape<'s>,
        told: &mut Told,
    ) -> bool {
        let (old, new) = (base.unions(), revision.unions());
        let (union, is_wrapped) = match (&old[..], &new[..]) {
            ([], [only]) if is_bare(revision) && !says_nothing(base) => (only, true),
            ([only], []) if is_bare(base) && !says_nothing(revision) => (only, false),
            _ => return false,
        };
        let mut breaks = Vec::with_capacity(union.branches.len().min(MOST_EACH));
        for branch in union.branches.iter().take(MOST_EACH) {
            let branch = std::slice::from_ref(branch);
            breaks.push(match is_wrapped {
                true => self.breaks(&base.asked, branch, told.spot),
                false => self.breaks(branch, &revision.asked, told.spot),
            });
        }
        let (one, all) = (breaks.contains(&false), !breaks.contains(&true));
        let is_request = told.spot.direction() == Direction::Request;
        let (effect, is_decided) = match (is_request, is_wrapped) {
            // An alternative takes all that the schema took; the others take more.
            (true, true) if one => (Effect::Widens, true),
            (false, true) if all => (Effect::Narrows, true),
            (false, true) => (Effect::Widens, true),
            (true, false) if all => (Effect::Widens, true),
            (true, false) => (Effect::Narrows, true),
            (false, false) if one => (Effect::Narrows, true),
            (true, true) | (false, false) => (Effect::Incomparable, false),
        };
        let about = About::at(base.place(), revision.place());
        let same = union.branches.iter().position(|branch| {
            let branch = std::slice::from_ref(branch);
            let effect = match is_wrapped {
                true => self.effect(&base.asked, branch, told.spot),
                false => self.effect(branch, &revision.asked, told.spot),
            };
            effect == Effect::Same
        });
        if let (Some(same), false) = (same, is_wrapped) {
            // One alternative is left: the others are gone.
            for other in (0..union.branches.len()).filter(|other| *other != same) {
                let title = format!("the alternative {} was removed", name(&union.branches, other));
                let about = About::at(base.place(), revision.place());
                told.tell(removed(union.keyword), about, title);
            }
            return true;
        }
        let names = named(&union.branches);
        let (kind, title): (&'static Kind, String) = if is_wrapped {
            (&rules::WRAPPED, format!("is a choice of {names} now"))
        } else {
            (&rules::UNWRAPPED, format!("is no choice of {names} any more"))
        };
        told.tell_as(kind, effect, is_decided, about, title);
        true
    }

    /// Compares choices.
    pub(super) fn unions(&mut self, base: &Shape<'s>, revision: &Shape<'s>, told: &mut Told) {
        let (old, new) = (base.unions(), revision.unions());
        for (before, after) in old.iter().zip(&new) {
            self.choice(before, after, told);
        }
        let both = old.len().min(new.len());
        for union in &new[both..] {
            let about = About::at(base.place(), Some(union.node.place_of(union.keyword)));
            let title = format!("must be one of {} as well now", named(&union.branches));
            told.tell_as(added(union.keyword), Effect::Narrows, true, about, title);
        }
        for union in &old[both..] {
            let about = About::at(Some(union.node.place_of(union.keyword)), revision.place());
            let title = format!("need not be one of {} any more", named(&union.branches));
            told.tell_as(removed(union.keyword), Effect::Widens, true, about, title);
        }
    }

    fn choice(&mut self, before: &Union<'s>, after: &Union<'s>, told: &mut Told) {
        let about = || {
            About::at(
                Some(before.node.place_of(before.keyword)),
                Some(after.node.place_of(after.keyword)),
            )
        };
        let (pairs, gone, come) = self.pairs(before, after, told);
        for (one, other) in pairs {
            let (one, other) = (&before.branches[one], &after.branches[other]);
            let changes =
                self.parts(std::slice::from_ref(one), std::slice::from_ref(other), told.spot);
            told.take("", &changes);
        }
        for index in gone {
            let branch = std::slice::from_ref(&before.branches[index]);
            let is_held = after.branches.iter().take(MOST_EACH).any(|other| {
                if !may_hold(other, &before.branches[index]) {
                    return false;
                }
                let effect = self.effect(branch, std::slice::from_ref(other), told.spot);
                matches!(effect, Effect::Same | Effect::Widens)
            });
            let name = name(&before.branches, index);
            let title = format!("the alternative {name} was removed");
            let about = About { was: Some(name), ..about() };
            // What another alternative takes is allowed as before.
            let effect = if is_held { Effect::Same } else { Effect::Narrows };
            told.tell_as(removed(before.keyword), effect, true, about, title);
        }
        for index in come {
            let branch = std::slice::from_ref(&after.branches[index]);
            let is_held = before.branches.iter().take(MOST_EACH).any(|other| {
                if !may_hold(other, &after.branches[index]) {
                    return false;
                }
                let effect = self.effect(std::slice::from_ref(other), branch, told.spot);
                matches!(effect, Effect::Same | Effect::Narrows)
            });
            let name = name(&after.branches, index);
            let title = format!("the alternative {name} was added");
            let about = About { is: Some(name), ..about() };
            let effect = if is_held { Effect::Same } else { Effect::Widens };
            told.tell_as(added(after.keyword), effect, true, about, title);
        }
        if before.keyword != after.keyword && !are_apart(&after.branches) {
            let (kind, effect) = if after.keyword == "oneOf" {
                (&rules::ANY_BECAME_ONE, Effect::Narrows)
            } else {
                (&rules::ONE_BECAME_ANY, Effect::Widens)
            };
            let title = format!("`{}` became `{}`", before.keyword, after.keyword);
            told.tell_as(kind, effect, false, about(), title);
        }
    }

    /// Which alternatives are the same ones, changed or not; which are gone, and which have come.
    fn pairs(
        &mut self,
        before: &Union<'s>,
        after: &Union<'s>,
        told: &Told,
    ) -> (Vec<(usize, usize)>, Vec<usize>, Vec<usize>) {
        let mut gone: Vec<usize> = (0..before.branches.len()).collect();
        let mut come: Vec<usize> = (0..after.branches.len()).collect();
        let mut pairs = Vec::new();
        let mut pair = |gone: &mut Vec<usize>,
                        come: &mut Vec<usize>,
                        is_same: &mut dyn FnMut(usize, usize) -> bool| {
            gone.retain(|one| {
                let found = come.iter().position(|other| is_same(*one, *other));
                if let Some(found) = found {
                    pairs.push((*one, come.remove(found)));
                }
                found.is_none()
            });
        };
        let names = |union: &Union<'s>| union.branches.iter().map(Node::name).collect::<Vec<_>>();
        let (old_names, new_names) = (names(before), names(after));
        pair(&mut gone, &mut come, &mut |one, other| {
            old_names[one].is_some() && old_names[one] == new_names[other]
        });
        if gone.len().max(come.len()) <= MOST_EACH {
            pair(&mut gone, &mut come, &mut |one, other| {
                let (one, other) = (&before.branches[one], &after.branches[other]);
                may_hold(one, other)
                    && may_hold(other, one)
                    && self.effect(
                        std::slice::from_ref(one),
                        std::slice::from_ref(other),
                        told.spot,
                    ) == Effect::Same
            });
            pair(&mut gone, &mut come, &mut |one, other| {
                resemble(&before.branches[one], &after.branches[other])
            });
        }
        (pairs, gone, come)
    }

    /// Compares conditions and denials.
    pub(super) fn conditions(&mut self, base: &Shape<'s>, revision: &Shape<'s>, told: &mut Told) {
        for (keyword, added, removed) in [
            ("if", &rules::IF_ADDED, &rules::IF_REMOVED),
            ("then", &rules::THEN_ADDED, &rules::THEN_REMOVED),
            ("else", &rules::ELSE_ADDED, &rules::ELSE_REMOVED),
            ("not", &rules::NOT_ADDED, &rules::NOT_REMOVED),
        ] {
            let (old, new) = (base.below(keyword), revision.below(keyword));
            let about = || About::at(base.place_of(keyword), revision.place_of(keyword));
            match (old.is_empty(), new.is_empty()) {
                (true, true) => {}
                (true, false) => told.tell(added, about(), format!("`{keyword}` was added")),
                (false, true) => told.tell(removed, about(), format!("`{keyword}` was removed")),
                (false, false) if matches!(keyword, "then" | "else") => {
                    let changes = self.parts(&old, &new, told.spot);
                    told.take("", &changes);
                }
                (false, false) => {
                    let effect = self.effect(&old, &new, told.spot);
                    if effect == Effect::Same {
                        continue;
                    }
                    let (kind, effect) = match keyword {
                        "not" => (&rules::NOT_CHANGED, effect.reversed()),
                        _ => (&rules::IF_CHANGED, Effect::Incomparable),
                    };
                    let title = format!("`{keyword}` speaks of other values now");
                    told.tell_as(kind, effect, keyword == "not", about(), title);
                }
            }
        }
    }
}

const fn added(keyword: &str) -> &'static Kind {
    if keyword.len() == "anyOf".len() && keyword.as_bytes()[0] == b'a' {
        &rules::ANY_OF_ADDED
    } else {
        &rules::ONE_OF_ADDED
    }
}

const fn removed(keyword: &str) -> &'static Kind {
    if keyword.as_bytes()[0] == b'a' { &rules::ANY_OF_REMOVED } else { &rules::ONE_OF_REMOVED }
}

/// Whether a place demands nothing but one choice.
fn is_bare(shape: &Shape<'_>) -> bool {
    const BESIDE: [&str; 6] = ["anyOf", "oneOf", "discriminator", "type", "deprecated", "xml"];
    let is_beside = |keyword: &String| {
        BESIDE.contains(&keyword.as_str())
            || keyword == crate::schema::REFERENCE
            || super::same::SILENT.contains(&keyword.as_str())
            || keyword.starts_with("x-")
            || keyword == "default"
    };
    shape.parts.iter().all(|part| part.members().is_some_and(|all| all.keys().all(is_beside)))
}

fn says_nothing(shape: &Shape<'_>) -> bool {
    shape.parts.iter().all(|part| part.members().is_some_and(serde_json::Map::is_empty))
}

/// What an alternative is called.
fn name(branches: &[Node<'_>], index: usize) -> String {
    branches[index]
        .name()
        .map_or_else(|| format!("number {}", index + 1), |name| format!("`{name}`"))
}

fn named(branches: &[Node<'_>]) -> String {
    let names: Vec<String> = (0..branches.len().min(8)).map(|at| name(branches, at)).collect();
    let more = if branches.len() > 8 { " and others" } else { "" };
    format!("{}{more}", names.join(", "))
}

/// Whether two alternatives are likely one, changed: they have no names that tell them apart, and
/// are of one type, with most properties in common where they are objects.
fn resemble(one: &Node<'_>, other: &Node<'_>) -> bool {
    let (one, other) =
        (Shape::new(std::slice::from_ref(one)), Shape::new(std::slice::from_ref(other)));
    if one.types() != other.types() || are_tagged_apart(&one, &other) {
        return false;
    }
    let (old, new) = (one.names("properties"), other.names("properties"));
    if old.is_empty() && new.is_empty() {
        return true;
    }
    let common = old.iter().filter(|name| new.contains(name)).count();
    common * 2 > old.len().max(new.len())
}

/// Whether an alternative may take all that another takes, as far as a glance tells: it demands no
/// property that the other does not, and its types and tags are none that rule the other out.
fn may_hold(outer: &Node<'_>, inner: &Node<'_>) -> bool {
    let (outer, inner) =
        (Shape::new(std::slice::from_ref(outer)), Shape::new(std::slice::from_ref(inner)));
    let demanded = outer.all("required").filter_map(|(_, names)| names.as_array()).flatten();
    let mut demanded = demanded.filter_map(serde_json::Value::as_str);
    demanded.all(|name| inner.demands(name))
        && outer.types().holds(inner.types())
        && !are_tagged_apart(&outer, &inner)
}

/// Whether a property has one value in the one and another in the other.
fn are_tagged_apart(one: &Shape<'_>, other: &Shape<'_>) -> bool {
    let values = |shape: &Shape<'_>, name: &str| {
        listed(&Shape::new(&shape.named("properties", name)))
            .map(|(values, _)| values.into_iter().cloned().collect::<Vec<_>>())
    };
    one.names("properties").into_iter().any(|name| {
        let (old, new) = (values(one, name), values(other, name));
        matches!((old, new), (Some(old), Some(new)) if !old.iter().any(|value| new.contains(value)))
    })
}

/// Whether no value can be of two alternatives, as far as types tell.
fn are_apart(branches: &[Node<'_>]) -> bool {
    let types: Vec<_> =
        branches.iter().map(|branch| Shape::new(std::slice::from_ref(branch)).types()).collect();
    let is_apart = |index: usize| types[..index].iter().all(|other| !other.has(types[index]));
    (0..types.len()).all(is_apart)
}
