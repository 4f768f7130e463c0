//! The comparison of two schemas: what each demands at one place, then the same one step deeper.

use std::collections::HashMap;
use std::rc::Rc;

use crate::diff::Effect;
use crate::diff::schema::Change;
use crate::diff::schema::Seat;
use crate::diff::schema::node::Node;
use crate::diff::schema::rules;
use crate::diff::schema::rules::Kind;
use crate::diff::schema::rules::Reader;
use crate::diff::schema::rules::Subject;
use crate::diff::schema::same::Sameness;
use crate::diff::schema::shape::Shape;
use crate::finding::Level;
use crate::finding::Rule;
use crate::pointer::Pointer;
use crate::schema::Direction;
use crate::schema::Schemas;

/// How deep values are compared; schemas that nest deeper do so without end.
const DEEPEST: usize = 100;

/// The most differences that are told of one pair of schemas.
const MOST: usize = 200;

/// Where in a value a comparison stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Spot {
    /// What carries the value, and which way.
    pub(super) seat: Seat,
    /// Whether it is the whole value.
    pub(super) is_whole: bool,
    /// Whether the value never travels this way (`readOnly`, `writeOnly`).
    pub(super) is_hidden: bool,
}

impl Spot {
    pub(super) const fn subject(self) -> Subject {
        Subject::of(self.seat, self.is_whole)
    }

    pub(super) const fn direction(self) -> Direction {
        self.seat.direction
    }

    /// A part of the value.
    pub(super) const fn part(self) -> Self {
        Self { is_whole: false, ..self }
    }
}

/// What identifies a comparison: the parts on both sides, and where they are at work.
type Key = (Vec<usize>, Vec<usize>, Spot);

/// Compares the schemas of two documents.
#[derive(Debug)]
pub struct Comparer<'s> {
    /// The schemas of the base.
    pub(super) base: &'s Schemas,
    /// The schemas of the revision.
    pub(super) revision: &'s Schemas,
    sameness: Sameness<'s>,
    known: HashMap<Key, Rc<[Change]>>,
    /// What was found of pairs that lead back to one that is being compared: it holds until that
    /// one is done, because the rest is told there.
    passing: HashMap<Key, Rc<[Change]>>,
    /// The pairs that are being compared, outermost first.
    open: Vec<Key>,
    /// The outermost of them that was led back to.
    reached: usize,
}

/// The differences at one place, with places below it relative to it.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) spot: Spot,
    pub(super) changes: Vec<Change>,
}

/// What a difference is about.
#[derive(Debug, Default)]
pub(super) struct About {
    /// Where in the base, and in the revision.
    pub(super) places: [Option<Pointer>; 2],
    /// What it was.
    pub(super) was: Option<String>,
    /// What it is.
    pub(super) is: Option<String>,
}

impl About {
    /// Places alone.
    pub(super) const fn at(base: Option<Pointer>, revision: Option<Pointer>) -> Self {
        Self { places: [base, revision], was: None, is: None }
    }

    /// Places, and what was and is there.
    pub(super) fn values(self, was: impl Into<String>, is: impl Into<String>) -> Self {
        Self { was: Some(was.into()), is: Some(is.into()), ..self }
    }
}

impl Told {
    pub(super) const fn new(spot: Spot) -> Self {
        Self { spot, changes: Vec::new() }
    }

    /// Tells a difference of a kind.
    pub(super) fn tell(&mut self, kind: &'static Kind, about: About, title: impl Into<String>) {
        self.tell_as(kind, kind.effect, true, about, title);
    }

    /// Tells a difference of a kind whose effect is another here, or not certain.
    pub(super) fn tell_as(
        &mut self,
        kind: &'static Kind,
        effect: Effect,
        is_decided: bool,
        about: About,
        title: impl Into<String>,
    ) {
        let spot = self.spot;
        let rule = rules::rule(kind, spot.subject(), spot.is_hidden);
        let mut level = rules::level(effect, spot.direction(), kind.reader);
        if effect == kind.effect {
            // Some rules are about no values, and have a level of their own.
            level = rule.level;
        }
        let strict = level.max(rules::level(effect, spot.direction(), Reader::Fails));
        self.push(rule, effect, is_decided, [level, strict], about, title.into());
    }

    /// Tells a difference that breaks, of a rule that does not break everywhere.
    pub(super) fn tell_refused(
        &mut self,
        rule: &'static Rule,
        effect: Effect,
        about: About,
        title: impl Into<String>,
    ) {
        let level = effect.level(self.spot.direction()).max(rule.level);
        self.push(rule, effect, true, [level, level], about, title.into());
    }

    /// Tells a difference of a rule whose level is its own.
    pub(super) fn tell_rule(
        &mut self,
        rule: &'static Rule,
        effect: Effect,
        about: About,
        title: impl Into<String>,
    ) {
        let strict = if rules::is_unknown_field(rule) { Level::Error } else { rule.level };
        self.push(rule, effect, true, [rule.level, strict], about, title.into());
    }

    fn push(
        &mut self,
        rule: &'static Rule,
        effect: Effect,
        is_decided: bool,
        [level, strict_level]: [Level; 2],
        about: About,
        title: String,
    ) {
        if self.changes.len() >= MOST {
            return;
        }
        let (level, strict_level, effect) = if self.spot.is_hidden {
            (Level::Info, Level::Info, Effect::Same)
        } else {
            (level, strict_level, effect)
        };
        let About { places: [base, revision], was, is } = about;
        let at = String::new();
        let change = Change {
            rule,
            effect,
            is_decided,
            level,
            strict_level,
            at,
            base,
            revision,
            was,
            is,
            title,
        };
        self.changes.push(change);
    }

    /// Takes the differences of a part, which stands at a step below.
    pub(super) fn take(&mut self, step: &str, changes: &[Change]) {
        let room = MOST.saturating_sub(self.changes.len());
        self.changes.extend(changes.iter().take(room).map(|change| {
            let mut at = String::with_capacity(step.len() + change.at.len());
            at.push_str(step);
            at.push_str(&change.at);
            Change { at, ..change.clone() }
        }));
    }
}

/// A step to a part of a value, as a pointer spells it.
pub(super) fn step(name: &str) -> String {
    Pointer::root().child(name).to_string()
}

impl<'s> Comparer<'s> {
    /// Compares the schemas of two documents, as often as one likes.
    #[must_use]
    pub fn new(base: &'s Schemas, revision: &'s Schemas) -> Self {
        let sameness = Sameness::new(base, revision);
        let (known, passing, open) = Default::default();
        Self { base, revision, sameness, known, passing, open, reached: usize::MAX }
    }

    /// The differences of all that is demanded at one place.
    pub(super) fn parts(
        &mut self,
        base: &[Node<'s>],
        revision: &[Node<'s>],
        spot: Spot,
    ) -> Rc<[Change]> {
        let nothing = || Rc::from([]);
        let is_alike = base.len() == revision.len()
            && base
                .iter()
                .zip(revision)
                .all(|(one, other)| self.sameness.alike(one.value, other.value));
        if is_alike || self.open.len() > DEEPEST {
            return nothing();
        }
        let addresses = |nodes: &[Node<'_>]| nodes.iter().map(Node::address).collect::<Vec<_>>();
        let key = (addresses(base), addresses(revision), spot);
        if let Some(known) = self.known.get(&key) {
            return Rc::clone(known);
        }
        if let Some(passing) = self.passing.get(&key) {
            self.reached = 0;
            return Rc::clone(passing);
        }
        let is_open = |(one, other, at): &Key| {
            *one == key.0 && *other == key.1 && at.is_hidden == spot.is_hidden
        };
        if let Some(outer) = self.open.iter().position(is_open) {
            // What it leads back to is told there.
            self.reached = self.reached.min(outer);
            return nothing();
        }
        let own = self.open.len();
        let reached_before = std::mem::replace(&mut self.reached, usize::MAX);
        self.open.push(key.clone());
        let mut told = Told::new(spot);
        self.shapes(&Shape::new(base), &Shape::new(revision), &mut told);
        self.open.pop();
        let changes: Rc<[Change]> = told.changes.into();
        if self.reached >= own {
            self.known.insert(key, Rc::clone(&changes));
            self.reached = reached_before;
        } else {
            self.passing.insert(key, Rc::clone(&changes));
            self.reached = self.reached.min(reached_before);
        }
        if self.open.is_empty() {
            self.passing.clear();
            self.reached = usize::MAX;
        }
        changes
    }

    fn shapes(&mut self, base: &Shape<'s>, revision: &Shape<'s>, told: &mut Told) {
        match (base.is_never(), revision.is_never()) {
            (true, true) => return,
            (false, true) => {
                let about = About::at(base.place(), revision.place());
                return told.tell(&rules::FORBIDDEN, about, "is forbidden now");
            }
            (true, false) => {
                let about = About::at(base.place(), revision.place());
                let kind = &rules::TYPE_GENERALIZED;
                return told.tell(kind, about, "was forbidden, and is allowed now");
            }
            (false, false) => {}
        }
        if self.wrapped(base, revision, told) {
            return;
        }
        let is_another = self.types(base, revision, told);
        self.notes(base, revision, told);
        if is_another {
            // Two values of different types have nothing else to compare.
            return;
        }
        self.values(base, revision, told);
        self.bounds(base, revision, told);
        self.properties(base, revision, told);
        self.members(base, revision, told);
        self.items(base, revision, told);
        self.conditions(base, revision, told);
        self.unions(base, revision, told);
    }

    /// How the set of values changes from one list of parts to another.
    pub(super) fn effect(
        &mut self,
        base: &[Node<'s>],
        revision: &[Node<'s>],
        spot: Spot,
    ) -> Effect {
        self.parts(base, revision, spot)
            .iter()
            .map(|change| change.effect)
            .fold(Effect::Same, Effect::and)
    }

    /// Whether a change from one list of parts to another breaks anybody.
    pub(super) fn breaks(&mut self, base: &[Node<'s>], revision: &[Node<'s>], spot: Spot) -> bool {
        self.parts(base, revision, spot).iter().any(|change| change.level == Level::Error)
    }
}
