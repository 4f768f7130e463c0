//! Routing: which operation a method and path mean.
//!
//! An own matcher, because OpenAPI's templates are richer than what routers take: several
//! parameters in one segment, concrete before templated, base paths that may be left out. A path
//! is split first and percent-decoded afterwards, so `%2F` stays inside its segment. A trailing
//! slash makes another path, as on the real servers.

pub mod base_path;
pub mod mount;
mod nearest;
mod table;
pub mod template;

use std::borrow::Cow;
use std::sync::Arc;

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
    /// The operation.
    pub operation: Arc<Operation>,
    /// The template's values by name, percent-decoded, in the template's order.
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
    /// An operation of the path, where only the method is wrong.
    pub operation: Option<Arc<Operation>>,
}

/// All operations on one port.
#[derive(Debug)]
pub struct Router {
    mounted: Vec<Mounted>,
    full: table::Node,
    dropped: table::Node,
}

impl Router {
    /// Builds the table.
    ///
    /// # Errors
    ///
    /// [`Conflict`] when two documents claim one path with full base paths, or both without.
    pub fn new(mounted: &[Mounted]) -> Result<Self, Conflict> {
        let (mut full, mut dropped) = (table::Node::default(), table::Node::default());
        for (index, place) in mounted.iter().enumerate() {
            for (number, operation) in place.document.operations.iter().enumerate() {
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
        Ok(Self { mounted: mounted.to_vec(), full, dropped })
    }

    /// Finds the operation; `path` is raw.
    ///
    /// A path with a full base path belongs to its document even where only another document, its
    /// base path left out, has the method.
    ///
    /// # Errors
    ///
    /// [`Miss`] when no operation has the path, or none of its operations the method. `HEAD` falls
    /// back to `GET`.
    pub fn find(&self, method: &Method, path: &str) -> Result<Match, Box<Miss>> {
        let Some(tail) = path.strip_prefix('/') else {
            return Err(Box::new(self.unknown(method, path)));
        };
        let segments: Vec<Cow<'_, str>> = tail
            .split('/')
            .map(template::decode)
            .collect::<Result<_, _>>()
            .map_err(|reason| Box::new(self.malformed(method, path, reason)))?;
        for (tree, form) in [(&self.full, BasePath::Full), (&self.dropped, BasePath::Dropped)] {
            let found = tree.find(&segments, method);
            if let Some((route, values)) = found.route {
                return Ok(self.matched(route, &values, form));
            }
            if let Some(first) = found.others.first() {
                let refusal = Refusal::MethodNotAllowed { allow: methods(&found.others) };
                let document = &self.mounted[first.mounted].document;
                let operation = Some(Arc::clone(&document.operations[first.operation]));
                return Err(Box::new(Miss { refusal, nearest: Some(first.mounted), operation }));
            }
        }
        Err(Box::new(self.unknown(method, path)))
    }

    fn matched(&self, route: &table::Route, values: &[&str], base_path: BasePath) -> Match {
        let operation = &self.mounted[route.mounted].document.operations[route.operation];
        let values = values.iter().map(|value| (*value).to_owned());
        Match {
            mounted: route.mounted,
            operation: Arc::clone(operation),
            path_values: route.names.iter().cloned().zip(values).collect(),
            base_path,
        }
    }

    fn unknown(&self, method: &Method, path: &str) -> Miss {
        let nearest = nearest::nearest(&self.mounted, method, path);
        let refusal = Refusal::PathUnknown { nearest: nearest.names };
        Miss { refusal, nearest: nearest.mounted, operation: None }
    }

    fn malformed(&self, method: &Method, path: &str, reason: String) -> Miss {
        let nearest = nearest::nearest(&self.mounted, method, path).mounted;
        Miss { refusal: Refusal::PathMalformed { reason }, nearest, operation: None }
    }
}

/// The methods of some routes, each once; `HEAD` comes with `GET`.
fn methods(routes: &[&table::Route]) -> Vec<Method> {
    let mut methods: Vec<Method> = Vec::new();
    for route in routes {
        let implied = (route.method == Method::GET).then_some(Method::HEAD);
        for method in std::iter::once(route.method.clone()).chain(implied) {
            if !methods.contains(&method) {
                methods.push(method);
            }
        }
    }
    methods
}
