//! Routing: which operation a method and path mean.
//!
//! An own matcher, because OpenAPI's templates are richer than what routers take: several
//! parameters in one segment, concrete before templated, base paths that may be left out. A path
//! is split first and percent-decoded afterwards, so `%2F` stays inside its segment. Values are
//! handed on as they were sent: their style takes them apart before anything is decoded. A trailing
//! slash makes another path, as on the real servers.

pub mod base_path;
pub mod mount;
mod nearest;
mod table;
pub mod template;

use std::borrow::Cow;
use std::sync::Arc;

use foldhash::HashMap;
use http::Method;

use crate::message::Refusal;
use crate::spec::Operation;

pub use base_path::BasePath;
pub use mount::Conflict;
pub use mount::Mounted;

/// The operation that a call means.
#[derive(Clone, Debug)]
pub struct Match {
    /// The index among the mounted documents.
    pub mounted: usize,
    /// The operation's number in its document.
    pub number: usize,
    /// The operation.
    pub operation: Arc<Operation>,
    /// The template's values by name, percent-encoded as they were sent, in the template's order;
    /// one is empty only where [`Leniency::empty_values`] lets it be.
    pub path_values: Vec<(String, String)>,
    /// How the base path was named.
    pub base_path: BasePath,
}

/// What routing says of a path that it does not serve.
#[derive(Clone, Debug)]
pub struct Miss {
    /// Why: [`Refusal::PathUnknown`], [`Refusal::PathMalformed`] or [`Refusal::MethodNotAllowed`].
    pub refusal: Refusal,
    /// The mounted document whose base path or operation comes nearest, for its error shape.
    pub nearest: Option<usize>,
    /// The number of an operation of the path, where only the method is wrong.
    pub operation: Option<usize>,
}

/// What is found beside exactly what is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leniency {
    /// Whether `HEAD` finds what is declared for `GET` (RFC 9110, section 9.3.2).
    pub head: bool,
    /// Whether a whole segment that is a parameter may be empty: the operation is found, and the
    /// parameter is missing, or a list or object with nothing in it.
    pub empty_values: bool,
}

impl Default for Leniency {
    fn default() -> Self {
        Self { head: true, empty_values: false }
    }
}

/// All operations on one port.
#[derive(Debug)]
pub struct Router {
    leniency: Leniency,
    mounted: Vec<Mounted>,
    full: table::Node,
    dropped: table::Node,
    /// What is found for the paths without parameters, by path and method.
    literals: HashMap<String, Vec<(Method, Found)>>,
}

/// A [`Match`] whose document may not have been read whole yet.
#[derive(Clone, Debug)]
struct Found {
    mounted: usize,
    number: usize,
    path_values: Vec<(String, String)>,
    base_path: BasePath,
}

impl Router {
    /// Builds the table.
    ///
    /// # Errors
    ///
    /// [`Conflict`] when two documents claim one path with full base paths, or both without.
    pub fn new(mounted: &[Mounted]) -> Result<Self, Conflict> {
        Self::with(mounted, Leniency::default())
    }

    /// Builds the table, which finds more or less than what is declared.
    ///
    /// # Errors
    ///
    /// [`Conflict`] when two documents claim one path with full base paths, or both without.
    pub fn with(mounted: &[Mounted], leniency: Leniency) -> Result<Self, Conflict> {
        let (mut full, mut dropped) = (table::Node::default(), table::Node::default());
        for (index, place) in mounted.iter().enumerate() {
            for (number, operation) in place.document.outline().operations.iter().enumerate() {
                for (path, form) in base_path::paths(&place.prefix, operation) {
                    let tree = match form {
                        BasePath::Full => &mut full,
                        BasePath::Dropped => &mut dropped,
                    };
                    let (segments, names) = template::parse(&path);
                    let method = operation.method.clone();
                    let route = table::Route { mounted: index, operation: number, method, names };
                    // Within one document the first declaration stands: the other is the
                    // document's fault, not a matter of mounting.
                    let rival = tree.insert(segments, route).filter(|rival| rival.mounted != index);
                    if let Some(rival) = rival {
                        let first = (&mounted[rival.mounted], rival.operation);
                        return Err(Conflict::between(first, (place, number), &path));
                    }
                }
            }
        }
        let literals = HashMap::default();
        let mut router = Self { leniency, mounted: mounted.to_vec(), full, dropped, literals };
        router.learn_literals();
        Ok(router)
    }

    /// Looks up beforehand what most calls ask for: paths that stand in the documents as they are.
    fn learn_literals(&mut self) {
        let mut paths: Vec<String> = Vec::new();
        for place in &self.mounted {
            for operation in &place.document.outline().operations {
                let all = base_path::paths(&place.prefix, operation).into_iter();
                paths.extend(all.map(|(path, _)| path).filter(|path| is_literal(path)));
            }
        }
        for path in paths {
            let methods = [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH];
            let found = methods.map(|method| (self.walk(&method, &path), method));
            let found = found.into_iter().filter_map(|(found, method)| Some((method, found.ok()?)));
            let found = found.collect();
            self.literals.insert(path, found);
        }
    }

    /// Finds the operation; `path` is raw.
    ///
    /// A path with a full base path belongs to its document even where only another document, its
    /// base path left out, has the method.
    ///
    /// # Errors
    ///
    /// [`Miss`] when no operation has the path, or none of its operations the method.
    pub fn find(&self, method: &Method, path: &str) -> Result<Match, Box<Miss>> {
        let known = self.literals.get(path).and_then(|found| {
            found.iter().find(|(known, _)| known == method).map(|(_, found)| found.clone())
        });
        known.map_or_else(|| self.walk(method, path), Ok).map(|found| self.matched(found))
    }

    fn walk(&self, method: &Method, path: &str) -> Result<Found, Box<Miss>> {
        let Some(tail) = path.strip_prefix('/') else {
            return Err(Box::new(self.unknown(method, path)));
        };
        let segments: Vec<Cow<'_, str>> = tail
            .split('/')
            .map(template::decode)
            .collect::<Result<_, _>>()
            .map_err(|reason| Box::new(self.malformed(method, path, reason)))?;
        for (tree, form) in [(&self.full, BasePath::Full), (&self.dropped, BasePath::Dropped)] {
            let found = tree.find(&segments, method, self.leniency);
            if let Some((route, values)) = found.route {
                let values = values.into_iter().map(|at| sent(tail, &segments, &at).to_owned());
                return Ok(Found {
                    mounted: route.mounted,
                    number: route.operation,
                    path_values: route.names.iter().cloned().zip(values).collect(),
                    base_path: form,
                });
            }
            if let Some(first) = found.others.first() {
                let refusal = Refusal::MethodNotAllowed { allow: self.methods(&found.others) };
                let (nearest, operation) = (Some(first.mounted), Some(first.operation));
                return Err(Box::new(Miss { refusal, nearest, operation }));
            }
        }
        Err(Box::new(self.unknown(method, path)))
    }

    fn matched(&self, found: Found) -> Match {
        let Found { mounted, number, path_values, base_path } = found;
        let operation = Arc::clone(&self.mounted[mounted].document.operations[number]);
        Match { mounted, number, operation, path_values, base_path }
    }

    fn unknown(&self, method: &Method, path: &str) -> Miss {
        let nearest = nearest::nearest(&self.mounted, method, path);
        let refusal = Refusal::PathUnknown { nearest: nearest.names };
        Miss { refusal, nearest: nearest.mounted, operation: None }
    }

    /// The methods of some routes, each once.
    fn methods(&self, routes: &[&table::Route]) -> Vec<Method> {
        let mut methods: Vec<Method> = Vec::new();
        for route in routes {
            let has_head = self.leniency.head && route.method == Method::GET;
            let implied = has_head.then_some(Method::HEAD);
            for method in std::iter::once(route.method.clone()).chain(implied) {
                if !methods.contains(&method) {
                    methods.push(method);
                }
            }
        }
        methods
    }

    fn malformed(&self, method: &Method, path: &str, reason: String) -> Miss {
        let nearest = nearest::nearest(&self.mounted, method, path).mounted;
        Miss { refusal: Refusal::PathMalformed { reason }, nearest, operation: None }
    }
}

/// The text of a value as it stands in the path that the segments are decoded from.
fn sent<'p>(tail: &'p str, segments: &'p [Cow<'_, str>], at: &template::Captured) -> &'p str {
    match &segments[at.segment] {
        Cow::Borrowed(text) => &text[at.range.clone()],
        Cow::Owned(_) => {
            let segment = tail.split('/').nth(at.segment).unwrap_or_default();
            template::encoded(segment, &at.range)
        }
    }
}

/// Whether a path is found by itself: no parameters in it, and nothing to decode.
fn is_literal(path: &str) -> bool {
    path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte))
}
