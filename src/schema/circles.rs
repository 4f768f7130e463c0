//! References that would never end: those that lead round in a circle without a step into the
//! value, and those that double at every step. The step too many is taken out and reported.
//!
//! Which one that is depends on the schemas alone and not on which of them was asked first: a
//! circle is walked from the schema whose key is the least.

use foldhash::HashMap;
use foldhash::HashMapExt;
use serde_json::Value;

use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::schema::cut;
use crate::schema::cut::Cut;
use crate::schema::cut::Source;

/// The longest way that references may lead without a step into the value.
const LONGEST: usize = 64;

/// The most schemas that references may make of one, for one and the same value.
const WIDEST: usize = 100_000;

/// How far the in-place references of a schema reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reach {
    /// The longest way down.
    height: usize,
    /// The number of schemas on all ways.
    width: usize,
}

impl Reach {
    const START: Self = Self { height: 0, width: 1 };

    /// The reach with one more reference; `None` when that would be too much.
    fn with(self, target: Self) -> Option<Self> {
        let height = self.height.max(target.height + 1);
        let width = self.width + target.width;
        (height <= LONGEST && width <= WIDEST).then_some(Self { height, width })
    }
}

/// A schema of which is known how far it reaches.
#[derive(Debug)]
pub(crate) struct Settled {
    /// The schema without the references too many, where it had some.
    pub(crate) mended: Option<Source>,
    pub(crate) reach: Reach,
}

/// The schemas that a search goes through.
pub(crate) trait Graph {
    /// A schema with its references cut.
    fn cut(&self, id: u32) -> &Cut;

    /// How far a schema reaches, where that is known.
    fn reach(&self, id: u32) -> Option<Reach>;
}

/// What one schema comes to.
pub(crate) type Verdict = (u32, Settled, Vec<Violation>);

/// Settles a schema, and before it all that it refers to in place.
pub(crate) fn settle(start: u32, graph: &dyn Graph) -> Vec<Verdict> {
    if graph.cut(start).edges.is_empty() {
        return vec![(start, Settled { mended: None, reach: Reach::START }, Vec::new())];
    }
    let mut search = Search { graph, known: HashMap::new(), verdicts: Vec::new() };
    search.from(start);
    search.verdicts
}

/// When a schema was met, and the earliest one that it leads back to.
struct Met {
    number: usize,
    earliest: usize,
}

struct Search<'g> {
    graph: &'g dyn Graph,
    /// What was settled on the way.
    known: HashMap<u32, Reach>,
    verdicts: Vec<Verdict>,
}

impl Search<'_> {
    fn reach(&self, id: u32) -> Option<Reach> {
        self.known.get(&id).copied().or_else(|| self.graph.reach(id))
    }

    /// Finds the circles, the innermost first (Tarjan's algorithm).
    fn from(&mut self, start: u32) {
        let mut met: HashMap<u32, Met> = HashMap::from_iter([(start, Met::at(0))]);
        let mut open = vec![start];
        // Each frame: the schema, and its next reference.
        let mut stack: Vec<(u32, usize)> = vec![(start, 0)];
        while let Some((from, next)) = stack.last_mut() {
            let from = *from;
            let edge = self.graph.cut(from).edges.get(*next);
            *next += 1;
            let Some(target) = edge.map(|edge| edge.target) else {
                stack.pop();
                let Some(Met { number, earliest }) = met.get(&from) else { continue };
                let (number, earliest) = (*number, *earliest);
                if let Some(before) = stack.last().and_then(|(before, _)| met.get_mut(before)) {
                    before.earliest = before.earliest.min(earliest);
                }
                if number == earliest {
                    let begin = open.iter().rposition(|id| *id == from).unwrap_or(0);
                    self.component(open.split_off(begin));
                }
                continue;
            };
            if self.reach(target).is_some() {
                continue;
            }
            let number = met.len();
            match met.get(&target).map(|known| known.number) {
                Some(known) => {
                    if let Some(own) = met.get_mut(&from) {
                        own.earliest = own.earliest.min(known);
                    }
                }
                None => {
                    met.insert(target, Met::at(number));
                    open.push(target);
                    stack.push((target, 0));
                }
            }
        }
    }

    /// Settles schemas that all lead to each other, or one that leads to settled ones alone.
    fn component(&mut self, mut members: Vec<u32>) {
        let graph = self.graph;
        members.sort_by(|one, other| {
            graph.cut(*one).source.pointer.cmp(&graph.cut(*other).source.pointer)
        });
        let mut visits: HashMap<u32, Option<Reach>> = HashMap::new();
        let mut excessive: HashMap<u32, Vec<(usize, bool)>> = HashMap::new();
        for start in &members {
            if visits.contains_key(start) {
                continue;
            }
            visits.insert(*start, None);
            // Each frame: the schema, its next reference, and how far those before it reach.
            let mut stack: Vec<(u32, usize, Reach)> = vec![(*start, 0, Reach::START)];
            while let Some((from, next, reach)) = stack.last_mut() {
                let from = *from;
                let Some(edge) = graph.cut(from).edges.get(*next) else {
                    visits.insert(from, Some(*reach));
                    stack.pop();
                    continue;
                };
                let visit = self.reach(edge.target).map(Some);
                match visit.or_else(|| visits.get(&edge.target).copied()) {
                    Some(Some(below)) => {
                        match reach.with(below) {
                            Some(farther) => *reach = farther,
                            None => excessive.entry(from).or_default().push((*next, false)),
                        }
                        *next += 1;
                    }
                    Some(None) => {
                        excessive.entry(from).or_default().push((*next, true));
                        *next += 1;
                    }
                    None => {
                        visits.insert(edge.target, None);
                        stack.push((edge.target, 0, Reach::START));
                    }
                }
            }
        }
        for id in members {
            let reach = visits.get(&id).copied().flatten().unwrap_or(Reach::START);
            let (mended, violations) = match excessive.get(&id) {
                Some(edges) => {
                    let (mended, violations) = without(graph.cut(id), edges);
                    (Some(mended), violations)
                }
                None => (None, Vec::new()),
            };
            self.known.insert(id, reach);
            self.verdicts.push((id, Settled { mended, reach }, violations));
        }
    }
}

impl Met {
    const fn at(number: usize) -> Self {
        Self { number, earliest: number }
    }
}

/// A schema without some of its references, and what is to be told of them; whether they close a
/// circle stands beside their numbers.
fn without(cut: &Cut, edges: &[(usize, bool)]) -> (Source, Vec<Violation>) {
    let mut source = cut.source.clone();
    let mut violations = Vec::with_capacity(edges.len());
    for (number, is_circle) in edges {
        let edge = &cut.edges[*number];
        let place = source.origin(edge.place.as_str()).child("$ref");
        if let Some(Value::Object(members)) = source.schema.pointer_mut(edge.place.as_str()) {
            members.remove(cut::KEYWORD);
        }
        let (rule, title) = match is_circle {
            true => (
                &rule::REFERENCE_CYCLIC,
                "is a reference that leads back to itself without a step into the value",
            ),
            false => (
                &rule::SCHEMA_UNUSABLE,
                "is one reference too many: judging a single value would take too many steps",
            ),
        };
        let mut violation = Violation::new(rule, Location::Target, title);
        violation.place = place;
        violations.push(violation);
    }
    (source, violations)
}
