//! Members that no property names, their names, and what one property demands of others.

use serde_json::Value;

use crate::diff::Effect;
use crate::diff::schema::compare::About;
use crate::diff::schema::compare::Comparer;
use crate::diff::schema::compare::Told;
use crate::diff::schema::node::Node;
use crate::diff::schema::object;
use crate::diff::schema::rules;
use crate::diff::schema::rules::Kind;
use crate::diff::schema::shape::Shape;

/// The step to any member.
const ANY: &str = "/*";

impl<'s> Comparer<'s> {
    /// Compares what is said of members beside the properties.
    pub(super) fn members(&mut self, base: &Shape<'s>, revision: &Shape<'s>, told: &mut Told) {
        self.additional(base, revision, told);
        self.by_pattern(base, revision, told);
        self.whole(
            "propertyNames",
            [&rules::PROPERTY_NAMES_ADDED, &rules::PROPERTY_NAMES_REMOVED],
            base,
            revision,
            told,
        );
        self.whole(
            "unevaluatedProperties",
            [&rules::UNEVALUATED_PROPERTIES_ADDED, &rules::UNEVALUATED_PROPERTIES_REMOVED],
            base,
            revision,
            told,
        );
        dependent(base, revision, told);
        self.dependent_schemas(base, revision, told);
    }

    /// A keyword with one schema: set, taken away, or another.
    pub(super) fn whole(
        &mut self,
        keyword: &str,
        [added, removed]: [&'static Kind; 2],
        base: &Shape<'s>,
        revision: &Shape<'s>,
        told: &mut Told,
    ) {
        let (old, new) = (base.below(keyword), revision.below(keyword));
        let about = || About::at(base.place_of(keyword), revision.place_of(keyword));
        match (old.is_empty(), new.is_empty()) {
            (true, true) => {}
            (true, false) => told.tell(added, about(), format!("`{keyword}` is demanded now")),
            (false, true) => {
                told.tell(removed, about(), format!("`{keyword}` is demanded no more"));
            }
            (false, false) => {
                let changes = self.parts(&old, &new, told.spot.part());
                told.take(ANY, &changes);
            }
        }
    }

    fn additional(&mut self, base: &Shape<'s>, revision: &Shape<'s>, told: &mut Told) {
        const KEYWORD: &str = "additionalProperties";
        let open = |shape: &Shape<'s>| {
            let mut nodes = shape.below(KEYWORD);
            nodes.retain(|node| !is_true(node));
            nodes
        };
        let closed = |nodes: &[Node<'s>]| nodes.iter().any(|it| it.value == &Value::Bool(false));
        let (old, new) = (open(base), open(revision));
        let about = || About::at(base.place_of(KEYWORD), revision.place_of(KEYWORD));
        match ((closed(&old), old.is_empty()), (closed(&new), new.is_empty())) {
            ((true, _), (true, _)) | ((_, true), (_, true)) => {}
            ((false, _), (true, _)) => {
                let title = "members that no property names are refused now";
                told.tell(&rules::ADDITIONAL_FORBIDDEN, about(), title);
            }
            ((true, _), (false, _)) => {
                let title = "members that no property names are allowed now";
                told.tell(&rules::ADDITIONAL_ALLOWED, about(), title);
            }
            ((false, true), (false, false)) => {
                // What says nothing restricts nothing.
                if self.effect(&[], &new, told.spot.part()) != Effect::Same {
                    let title = "members that no property names are restricted now";
                    told.tell(&rules::ADDITIONAL_RESTRICTED, about(), title);
                }
            }
            ((false, false), (false, true)) => {
                if self.effect(&old, &[], told.spot.part()) != Effect::Same {
                    let title = "members that no property names may be anything now";
                    told.tell(&rules::ADDITIONAL_RELEASED, about(), title);
                }
            }
            ((false, false), (false, false)) => {
                let changes = self.parts(&old, &new, told.spot.part());
                told.take(ANY, &changes);
            }
        }
    }

    fn by_pattern(&mut self, base: &Shape<'s>, revision: &Shape<'s>, told: &mut Told) {
        const KEYWORD: &str = "patternProperties";
        let mut patterns = base.names(KEYWORD);
        for pattern in revision.names(KEYWORD) {
            if !patterns.contains(&pattern) {
                patterns.push(pattern);
            }
        }
        for pattern in patterns {
            let (old, new) = (base.named(KEYWORD, pattern), revision.named(KEYWORD, pattern));
            let about = || {
                About::at(
                    old.first().map(Node::place).or_else(|| base.place()),
                    new.first().map(Node::place).or_else(|| revision.place()),
                )
            };
            match (old.is_empty(), new.is_empty()) {
                (true, _) => {
                    let closed = object::is_closed(base);
                    let effect = if closed { Effect::Widens } else { Effect::Narrows };
                    let title = format!("members with names like `{pattern}` are described now");
                    told.tell_as(&rules::PATTERN_PROPERTY_ADDED, effect, true, about(), title);
                }
                (_, true) => {
                    let closed = object::is_closed(revision);
                    let effect = if closed { Effect::Narrows } else { Effect::Widens };
                    let title =
                        format!("members with names like `{pattern}` are described no more");
                    told.tell_as(&rules::PATTERN_PROPERTY_REMOVED, effect, true, about(), title);
                }
                (false, false) => {
                    let changes = self.parts(&old, &new, told.spot.part());
                    told.take(ANY, &changes);
                }
            }
        }
    }

    fn dependent_schemas(&mut self, base: &Shape<'s>, revision: &Shape<'s>, told: &mut Told) {
        const KEYWORD: &str = "dependentSchemas";
        let mut names = base.names(KEYWORD);
        for name in revision.names(KEYWORD) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        for name in names {
            let (old, new) = (base.named(KEYWORD, name), revision.named(KEYWORD, name));
            let about = || About::at(base.place_of(KEYWORD), revision.place_of(KEYWORD));
            if old.is_empty() {
                let title = format!("`{name}` brings a schema with it now");
                told.tell(&rules::DEPENDENT_SCHEMA_ADDED, about(), title);
            } else if new.is_empty() {
                let title = format!("`{name}` brings no schema with it any more");
                told.tell(&rules::DEPENDENT_SCHEMA_REMOVED, about(), title);
            } else {
                let changes = self.parts(&old, &new, told.spot);
                told.take("", &changes);
            }
        }
    }
}

fn is_true(node: &Node<'_>) -> bool {
    node.value == &Value::Bool(true) || node.members().is_some_and(serde_json::Map::is_empty)
}

/// What a property demands beside it, by names.
fn dependent(base: &Shape<'_>, revision: &Shape<'_>, told: &mut Told) {
    const KEYWORD: &str = "dependentRequired";
    let demands = |shape: &Shape<'_>, name: &str| {
        let lists = shape.all(KEYWORD).filter_map(|(_, map)| map.get(name)?.as_array().cloned());
        let mut names: Vec<String> =
            lists.flatten().filter_map(|it| Some(it.as_str()?.to_owned())).collect();
        names.sort();
        names.dedup();
        names
    };
    let mut names = base.names(KEYWORD);
    for name in revision.names(KEYWORD) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    for name in names {
        let (old, new) = (demands(base, name), demands(revision, name));
        if old == new {
            continue;
        }
        let effect =
            match (old.iter().all(|it| new.contains(it)), new.iter().all(|it| old.contains(it))) {
                (true, _) => Effect::Narrows,
                (_, true) => Effect::Widens,
                (false, false) => Effect::Incomparable,
            };
        let kind = match (old.is_empty(), new.is_empty()) {
            (true, _) => &rules::DEPENDENT_REQUIRED_ADDED,
            (_, true) => &rules::DEPENDENT_REQUIRED_REMOVED,
            (false, false) => &rules::DEPENDENT_REQUIRED_CHANGED,
        };
        let (was, is) = (old.join(", "), new.join(", "));
        let title = format!("what `{name}` demands beside it changed from [{was}] to [{is}]");
        let about = About::at(base.place_of(KEYWORD), revision.place_of(KEYWORD)).values(was, is);
        told.tell_as(kind, effect, true, about, title);
    }
}
