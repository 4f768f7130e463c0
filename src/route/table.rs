//! The table that paths are looked up in: a tree of segments, built once.
//!
//! At each segment literal text is tried first, then patterns from the most concrete on, so the
//! leftmost concrete segment decides: `/b/x` is `/b/{c}`, not `/{a}/x`. A dead end goes back up;
//! no node is visited twice, so a path costs at most one walk of the tree.

use std::borrow::Cow;

use foldhash::HashMap;
use http::Method;

use crate::route::Leniency;
use crate::route::template::Captured;
use crate::route::template::Pattern;
use crate::route::template::Segment;

/// An operation's place in the mounted documents.
#[derive(Clone, Debug)]
pub(super) struct Route {
    /// The index among the mounted documents.
    pub(super) mounted: usize,
    /// The index among the document's operations.
    pub(super) operation: usize,
    /// The method.
    pub(super) method: Method,
    /// The parameters' names, left to right.
    pub(super) names: Vec<String>,
}

/// One place in the tree.
#[derive(Debug, Default)]
pub(super) struct Node {
    literals: HashMap<String, Node>,
    patterns: Vec<(Pattern, Node)>,
    routes: Vec<Route>,
}

/// What a walk found.
#[derive(Debug)]
pub(super) struct Found<'n> {
    /// The route of the wanted method, and where its values stand, if there is one.
    pub(super) route: Option<(&'n Route, Vec<Captured>)>,
    /// Whatever has the path, the most concrete first.
    pub(super) others: Vec<&'n Route>,
}

impl Node {
    /// Puts a route into the tree; gives back the one that already stands there with its method.
    pub(super) fn insert(&mut self, segments: Vec<Segment>, route: Route) -> Option<&Route> {
        let mut node = self;
        for segment in segments {
            node = match segment {
                Segment::Literal(text) => node.literals.entry(text).or_default(),
                Segment::Pattern(pattern) => node.pattern(pattern),
            };
        }
        let known = node.routes.iter().position(|known| known.method == route.method);
        match known {
            Some(index) => node.routes.get(index),
            None => {
                node.routes.push(route);
                None
            }
        }
    }

    fn pattern(&mut self, pattern: Pattern) -> &mut Self {
        let index = match self.patterns.iter().position(|(known, _)| *known == pattern) {
            Some(index) => index,
            None => {
                // Stable: equally open patterns stay in the order of their declaration.
                let openness = pattern.openness();
                let index =
                    self.patterns.partition_point(|(known, _)| known.openness() <= openness);
                self.patterns.insert(index, (pattern, Self::default()));
                index
            }
        };
        &mut self.patterns[index].1
    }

    /// Finds the most concrete route with that path and method.
    ///
    /// A concrete path without the method gives way to a templated one that has it, as the real
    /// servers' routers do.
    pub(super) fn find(
        &self,
        segments: &[Cow<'_, str>],
        method: &Method,
        leniency: Leniency,
    ) -> Found<'_> {
        let mut found = Found { route: None, others: Vec::new() };
        self.walk((segments, 0), (method, leniency), &mut Vec::new(), &mut found);
        found
    }

    /// Goes on at the segment of that number.
    fn walk<'n>(
        &'n self,
        (segments, number): (&[Cow<'_, str>], usize),
        (method, leniency): (&Method, Leniency),
        values: &mut Vec<Captured>,
        found: &mut Found<'n>,
    ) {
        let Some(segment) = segments.get(number) else {
            match self.route(method, leniency) {
                Some(route) => found.route = Some((route, values.clone())),
                None => found.others.extend(&self.routes),
            }
            return;
        };
        let rest = (segments, number + 1);
        if let Some(node) = self.literals.get(&**segment) {
            node.walk(rest, (method, leniency), values, found);
        }
        for (pattern, node) in &self.patterns {
            if found.route.is_some() {
                return;
            }
            let before = values.len();
            let is_empty = segment.is_empty() && leniency.empty_values && pattern.is_whole();
            if is_empty {
                values.push(Captured { segment: number, range: 0..0 });
            }
            if is_empty || pattern.capture(segment, number, values) {
                node.walk(rest, (method, leniency), values, found);
                values.truncate(before);
            }
        }
    }

    fn route(&self, method: &Method, leniency: Leniency) -> Option<&Route> {
        let of = |method: &Method| self.routes.iter().find(|route| route.method == *method);
        let is_head = *method == Method::HEAD && leniency.head;
        of(method).or_else(|| if is_head { of(&Method::GET) } else { None })
    }
}
