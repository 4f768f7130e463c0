//! Items: those with a place of their own, the rest, and those that must be there.

use crate::diff::schema::compare::About;
use crate::diff::schema::compare::Comparer;
use crate::diff::schema::compare::Told;
use crate::diff::schema::node::Node;
use crate::diff::schema::rules;
use crate::diff::schema::shape::Shape;

/// The step to any item.
const ANY: &str = "/*";

impl<'s> Comparer<'s> {
    /// Compares items.
    pub(super) fn items(&mut self, base: &Shape<'s>, revision: &Shape<'s>, told: &mut Told) {
        let (old, new) = (firsts(base), firsts(revision));
        for position in 0..old.max(new) {
            let (before, after) = (at(base, position), at(revision, position));
            let step = format!("/{position}");
            if position < old.min(new) {
                let changes = self.parts(&before, &after, told.spot.part());
                told.take(&step, &changes);
                continue;
            }
            let effect = self.effect(&before, &after, told.spot.part());
            let about = About::at(base.place_of("prefixItems"), revision.place_of("prefixItems"));
            if position >= old {
                let title = format!("item {position} has a schema of its own now");
                told.tell_as(&rules::PREFIX_ITEMS_ADDED, effect, true, about, title);
            } else {
                let title = format!("item {position} has no schema of its own any more");
                told.tell_as(&rules::PREFIX_ITEMS_REMOVED, effect, true, about, title);
            }
        }
        let (before, after) = (base.below("items"), revision.below("items"));
        if !before.is_empty() || !after.is_empty() {
            let changes = self.parts(&before, &after, told.spot.part());
            told.take(ANY, &changes);
        }
        self.whole(
            "contains",
            [&rules::CONTAINS_ADDED, &rules::CONTAINS_REMOVED],
            base,
            revision,
            told,
        );
        self.whole(
            "unevaluatedItems",
            [&rules::UNEVALUATED_ITEMS_ADDED, &rules::UNEVALUATED_ITEMS_REMOVED],
            base,
            revision,
            told,
        );
        self.whole(
            "contentSchema",
            [&rules::CONTENT_SCHEMA_ADDED, &rules::CONTENT_SCHEMA_REMOVED],
            base,
            revision,
            told,
        );
    }
}

/// How many items have schemas of their own.
fn firsts(shape: &Shape<'_>) -> usize {
    let lists = shape.all("prefixItems").filter_map(|(_, list)| Some(list.as_array()?.len()));
    lists.max().unwrap_or(0)
}

/// What is demanded of the item at a position.
fn at<'s>(shape: &Shape<'s>, position: usize) -> Vec<Node<'s>> {
    let of = |part: &Node<'s>| {
        let own = part.listed("prefixItems").into_iter().nth(position);
        own.or_else(|| part.keyword("items"))
    };
    shape.parts.iter().filter_map(of).collect()
}
