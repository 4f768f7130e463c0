//! Cuts references: `$ref` becomes a keyword that calls the target's own validator.
//!
//! Two things need care. Annotations do not cross a cut, so a schema with `unevaluatedProperties`
//! or `unevaluatedItems` gets its in-place references written out instead. And references that
//! lead round in a circle without a step into the value would never end, and those that double at
//! every step not in our time: the step too many is taken out and reported.

use foldhash::HashMap;
use serde_json::Map;
use serde_json::Value;

use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::pointer::Pointer;
use crate::schema::walk;

/// The keyword that stands for a cut reference; its value is the target's document pointer.
pub(crate) const KEYWORD: &str = "x-standin-ref";

/// The longest way that references may lead without a step into the value.
const LONGEST: usize = 64;

/// The most schemas that references may make of one, for one and the same value.
const WIDEST: usize = 100_000;

/// A schema, lowered to JSON Schema 2020-12; `$ref` names the target by document pointer.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Its place in the user's document.
    pub(crate) pointer: Pointer,
    /// The lowered schema.
    pub(crate) schema: Value,
    /// Where places of the lowered schema that the user did not write so come from.
    pub(crate) origins: Vec<(Pointer, Pointer)>,
}

impl Source {
    /// The place in the user's document of a place in the lowered schema.
    pub(crate) fn origin(&self, lowered: &str) -> Pointer {
        let below = |prefix: &str| {
            lowered.strip_prefix(prefix).filter(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let best = self
            .origins
            .iter()
            .filter(|(prefix, _)| below(prefix.as_str()).is_some())
            .max_by_key(|(prefix, _)| prefix.as_str().len());
        match best {
            Some((prefix, origin)) => origin.join(&lowered[prefix.as_str().len()..]),
            None => self.pointer.join(lowered),
        }
    }
}

/// Cuts every reference of every schema; all targets are among `sources`.
pub(crate) fn cut(sources: &mut [Source], index: &HashMap<Pointer, u32>) -> Vec<Violation> {
    let originals: HashMap<Pointer, Source> = sources
        .iter()
        .filter(|source| needs_annotations(&source.schema))
        .flat_map(|_| sources.iter())
        .map(|source| (source.pointer.clone(), source.clone()))
        .collect();
    for source in &mut *sources {
        let mut cutter = Cutter { originals: &originals, origins: Vec::new(), open: Vec::new() };
        cutter.cut(&mut source.schema, &Pointer::root(), false);
        source.origins.append(&mut cutter.origins);
    }
    break_circles(sources, index)
}

/// Whether annotations of in-place subschemas matter somewhere in the schema.
fn needs_annotations(schema: &Value) -> bool {
    let mut needed = false;
    walk::each(schema, &Pointer::root(), &mut |members, _| needed |= is_unevaluated(members));
    needed
}

fn is_unevaluated(members: &Map<String, Value>) -> bool {
    members.contains_key("unevaluatedProperties") || members.contains_key("unevaluatedItems")
}

/// The walk that cuts one schema.
struct Cutter<'s> {
    originals: &'s HashMap<Pointer, Source>,
    origins: Vec<(Pointer, Pointer)>,
    open: Vec<Pointer>,
}

impl Cutter<'_> {
    fn cut(&mut self, schema: &mut Value, at: &Pointer, inline: bool) {
        let Value::Object(members) = schema else { return };
        let inline = inline || is_unevaluated(members);
        let mut opened = 0;
        if let Some(Value::String(target)) = members.remove("$ref") {
            let target = Pointer::new(target);
            match self.originals.get(&target).filter(|_| inline && !self.open.contains(&target)) {
                None => {
                    members.insert(KEYWORD.to_owned(), Value::String(target.to_string()));
                }
                Some(source) => {
                    self.write_out(source, members, at);
                    self.open.push(target);
                    opened = 1;
                }
            }
        }
        for step in walk::steps_mut(members, at) {
            self.cut(step.schema, &step.path, inline && step.in_place);
        }
        self.open.truncate(self.open.len() - opened);
    }

    /// Appends a copy of the target to `allOf`, and notes where it comes from.
    fn write_out(&mut self, source: &Source, members: &mut Map<String, Value>, at: &Pointer) {
        let list = members.entry("allOf").or_insert_with(|| Value::Array(Vec::new()));
        let Value::Array(branches) = list else { return };
        let place = at.child("allOf").child(branches.len().to_string());
        branches.push(source.schema.clone());
        for (lowered, origin) in &source.origins {
            self.origins.push((place.join(lowered.as_str()), origin.clone()));
        }
        self.origins.push((place, source.pointer.clone()));
    }
}

/// One in-place reference: where it stands in its schema, and its target.
struct Edge {
    place: Pointer,
    target: u32,
}

/// Takes out the references that would never end.
fn break_circles(sources: &mut [Source], index: &HashMap<Pointer, u32>) -> Vec<Violation> {
    let mut edges: Vec<Vec<Edge>> = sources
        .iter()
        .map(|source| {
            let mut found = Vec::new();
            collect_in_place(&source.schema, &Pointer::root(), index, &mut found);
            found
        })
        .collect();
    let mut violations = Vec::new();
    for (from, edge, is_circle) in excessive_edges(&mut edges) {
        let source = &mut sources[from];
        let place = source.origin(edge.place.as_str()).child("$ref");
        if let Some(Value::Object(members)) = source.schema.pointer_mut(edge.place.as_str()) {
            members.remove(KEYWORD);
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
    violations
}

fn collect_in_place(
    schema: &Value,
    at: &Pointer,
    index: &HashMap<Pointer, u32>,
    found: &mut Vec<Edge>,
) {
    let Value::Object(members) = schema else { return };
    if let Some(target) = members.get(KEYWORD).and_then(Value::as_str)
        && let Some(target) = index.get(&Pointer::new(target))
    {
        found.push(Edge { place: at.clone(), target: *target });
    }
    for step in walk::steps(members, at) {
        if step.in_place {
            collect_in_place(step.schema, &step.path, index, found);
        }
    }
}

/// How far the search has come with a schema.
#[derive(Clone, Copy, PartialEq)]
enum Visit {
    New,
    Open,
    Done(Reach),
}

/// How far the in-place references of a schema reach.
#[derive(Clone, Copy, PartialEq)]
struct Reach {
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

/// Finds, depth first, the edges that close a circle or reach too far, takes them out and tells
/// which of them close a circle.
fn excessive_edges(edges: &mut [Vec<Edge>]) -> Vec<(usize, Edge, bool)> {
    let mut visits = vec![Visit::New; edges.len()];
    let mut excessive = Vec::new();
    for start in 0..edges.len() {
        if visits[start] != Visit::New {
            continue;
        }
        visits[start] = Visit::Open;
        // Each frame: the schema, its next edge, and how far the edges before it reach.
        let mut stack: Vec<(usize, usize, Reach)> = vec![(start, 0, Reach::START)];
        while let Some((from, next, reach)) = stack.last_mut() {
            let from = *from;
            let Some(target) = edges[from].get(*next).map(|edge| edge.target as usize) else {
                visits[from] = Visit::Done(*reach);
                stack.pop();
                continue;
            };
            match visits[target] {
                Visit::Done(below) => match reach.with(below) {
                    Some(farther) => {
                        *reach = farther;
                        *next += 1;
                    }
                    None => excessive.push((from, edges[from].remove(*next), false)),
                },
                Visit::Open => excessive.push((from, edges[from].remove(*next), true)),
                Visit::New => {
                    visits[target] = Visit::Open;
                    stack.push((target, 0, Reach::START));
                }
            }
        }
    }
    excessive
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Source;
    use super::cut;
    use crate::pointer::Pointer;

    #[test]
    fn references_beside_unevaluated_keywords_are_written_out() {
        let source = |place: &str, schema| Source {
            pointer: Pointer::new(place),
            schema,
            origins: Vec::new(),
        };
        let mut sources = vec![
            source("/a", json!({"$ref": "/b", "unevaluatedProperties": false})),
            source("/b", json!({"properties": {"x": {"$ref": "/b"}}})),
        ];
        let pairs = [(Pointer::new("/a"), 0), (Pointer::new("/b"), 1)];
        let index = pairs.into_iter().collect();
        assert!(cut(&mut sources, &index).is_empty());
        let written_out = json!({
            "unevaluatedProperties": false,
            "allOf": [{"properties": {"x": {"x-standin-ref": "/b"}}}],
        });
        assert_eq!(sources[0].schema, written_out);
        assert_eq!(sources[0].origin("/allOf/0/properties/x").as_str(), "/b/properties/x");
    }
}
