//! Base paths: what stands between the host and an operation's own path.
//!
//! A client that is pointed at standin by one setting may keep the base path or lose it; both are
//! understood, and the router says which it was. What that means is the engine's to judge.

use crate::spec::Operation;

/// How the call named its base path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BasePath {
    /// In full (or the document has none).
    Full,
    /// Left out.
    Dropped,
}

/// Every path under which an operation answers, with the mount's prefix before it.
///
/// # Shapes
///
/// | prefix   | base paths   | template | paths                                             |
/// |----------|--------------|----------|---------------------------------------------------|
/// |          | `/v1`        | `/a`     | `/v1/a` full, `/a` dropped                        |
/// | `/clerk` | `/v1`        | `/a`     | `/clerk/v1/a` full, `/clerk/a` dropped            |
/// |          | none, `/cis` | `/a`     | `/a` full, `/cis/a` full; nothing can be dropped  |
#[must_use]
pub fn paths(prefix: &str, operation: &Operation) -> Vec<(String, BasePath)> {
    let mut paths: Vec<(String, BasePath)> = Vec::new();
    for base in &operation.base_paths {
        push(&mut paths, full(prefix, base, &operation.template), BasePath::Full);
    }
    let bare = full(prefix, "", &operation.template);
    let form = if paths.is_empty() { BasePath::Full } else { BasePath::Dropped };
    push(&mut paths, bare, form);
    paths
}

/// Joins prefix, base path and template, whatever slashes a document's author put between them.
#[must_use]
pub fn full(prefix: &str, base: &str, template: &str) -> String {
    let (prefix, base) = (prefix.trim_end_matches('/'), base.trim_end_matches('/'));
    let slash = if template.starts_with('/') { "" } else { "/" };
    format!("{prefix}{base}{slash}{template}")
}

fn push(paths: &mut Vec<(String, BasePath)>, path: String, form: BasePath) {
    if paths.iter().all(|(known, _)| *known != path) {
        paths.push((path, form));
    }
}
