//! Calls that the API makes: webhooks, and callbacks of operations. What it sends there is for the
//! client to read, and what it gets there, for the client to write.

use std::sync::Arc;

use super::Pair;
use super::Place;
use super::Walk;
use super::operations::alone;
use super::operations::matched;
use crate::diff::Call;
use crate::diff::rules::operations;
use crate::finding::Rule;
use crate::spec::Called;
use crate::spec::Operation;

/// The rules of one kind of call.
struct Rules {
    word: &'static str,
    added: &'static Rule,
    removed: &'static Rule,
}

static WEBHOOKS: Rules = Rules {
    word: "webhook",
    added: &operations::WEBHOOK_ADDED,
    removed: &operations::WEBHOOK_REMOVED,
};

static CALLBACKS: Rules = Rules {
    word: "callback",
    added: &operations::CALLBACK_ADDED,
    removed: &operations::CALLBACK_REMOVED,
};

impl Walk<'_> {
    /// Compares all webhooks.
    pub(super) fn webhooks(&mut self) {
        self.called(&self.base.webhooks(), self.revision.webhooks(), &WEBHOOKS, None);
    }

    /// Compares the callbacks of two operations.
    pub(super) fn callbacks(&mut self, pair: Pair<'_, Operation>, place: &Place) {
        // A callback of a callback is called by nobody who could tell.
        if !place.is_reversed {
            let base = self.base.callbacks(pair.base);
            let revision = self.revision.callbacks(pair.revision);
            self.called(&base, revision, &CALLBACKS, Some(place));
        }
    }

    fn called(
        &mut self,
        base: &[Called],
        mut revision: Vec<Called>,
        rules: &Rules,
        around: Option<&Place>,
    ) {
        let path = |name: &str| match around {
            Some(place) => format!("{} {}:{name}", place.call.path, rules.word),
            None => format!("{}:{name}", rules.word),
        };
        let whole = |called: &Called| {
            let operation = match (around, called.operations.first()) {
                (Some(place), _) => Arc::clone(&place.call.operation),
                (None, Some(operation)) => Arc::clone(&operation.id),
                (None, None) => Arc::from(&*called.name),
            };
            let (base, revision) = (None, None);
            let call =
                Call { operation, method: String::new(), path: path(&called.name), base, revision };
            Place::new(Arc::new(call), true)
        };
        for was in base {
            let found = revision
                .iter()
                .position(|is| is.name == was.name && is.target == was.target)
                .or_else(|| {
                    let mut named = revision.iter();
                    let is_renamed = |is: &Called| is.name == was.name && is_alone(base, was);
                    named.position(is_renamed)
                });
            let Some(is) = found.map(|found| revision.remove(found)) else {
                let title = format!("the {} `{}` is gone", rules.word, was.name);
                let gone = whole(was).by_rule(rules.removed, title);
                self.found.push(gone.between(&was.pointer, None));
                continue;
            };
            if was.target != is.target {
                let title = format!("the {} `{}` goes elsewhere", rules.word, was.name);
                let moved = whole(was).by_rule(rules.removed, title);
                let moved = moved.changed(Some(was.target.clone()), Some(is.target.clone()));
                self.found.push(moved.between(&was.pointer, &is.pointer));
            }
            self.methods(Pair { base: was, revision: &is }, &path(&was.name));
        }
        for is in revision {
            let title = format!("the {} `{}` is new", rules.word, is.name);
            let new = whole(&is).by_rule(rules.added, title);
            self.found.push(new.between(None, &is.pointer));
        }
    }

    fn methods(&mut self, pair: Pair<'_, Called>, path: &str) {
        let mut new: Vec<&Operation> = pair.revision.operations.iter().collect();
        let named = |place: Place| {
            let call = Call { path: path.to_owned(), ..(*place.call).clone() };
            Place { call: Arc::new(call), is_reversed: true, ..place }
        };
        for was in &pair.base.operations {
            let found = new.iter().position(|is| is.method == was.method);
            let Some(is) = found.map(|found| new.remove(found)) else {
                let title = format!("is called by {} no more", was.method);
                let gone = named(alone(was, Some(&was.pointer), None));
                let gone = gone.by_rule(&operations::CALLED_METHOD_REMOVED, title);
                self.found.push(gone.between(&was.pointer, &pair.revision.pointer));
                continue;
            };
            if !self.is_same(&was.pointer, &is.pointer) {
                let pair = Pair { base: was, revision: is };
                self.operation(pair, &named(matched(pair, true)));
            }
        }
        for is in new {
            let title = format!("is called by {} as well", is.method);
            let further = named(alone(is, None, Some(&is.pointer)));
            let further = further.by_rule(&operations::CALLED_METHOD_ADDED, title);
            self.found.push(further.between(&pair.base.pointer, &is.pointer));
        }
    }
}

/// Whether no other callback has the name of this one.
fn is_alone(all: &[Called], one: &Called) -> bool {
    all.iter().filter(|other| other.name == one.name).count() == 1
}
