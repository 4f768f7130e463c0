//! What a path that nobody has was probably meant to be.
//!
//! Only ever asked on a miss, so it may look at every operation; the path is cut, so that a long
//! one costs no more than a short one.

use http::Method;
use strsim::normalized_levenshtein;

use crate::route::base_path;
use crate::route::base_path::BasePath;
use crate::route::mount::Mounted;

/// How many operations are named.
const NAMED: usize = 3;

/// Longest part of a path that is compared, in bytes.
const COMPARED: usize = 256;

/// A likeness from which on a path is taken for a misspelt operation, not for a stranger.
const ALIKE: f64 = 0.8;

/// A likeness below which an operation says nothing about whose path it was.
const RELATED: f64 = 0.5;

/// What likeness without the base path is worth beside likeness in full, as in routing.
const DROPPED: f64 = 0.95;

/// The operations that come nearest to a path.
#[derive(Debug)]
pub(super) struct Nearest {
    /// As `METHOD /path`, best first.
    pub(super) names: Vec<String>,
    /// The mounted document that the path most likely meant.
    pub(super) mounted: Option<usize>,
}

/// Ranks all operations by their likeness to a call.
pub(super) fn nearest(mounted: &[Mounted], method: &Method, path: &str) -> Nearest {
    let path = cut(path);
    let mut ranked: Vec<(f64, usize, String)> = Vec::new();
    for (index, place) in mounted.iter().enumerate() {
        for operation in &place.document.outline().operations {
            let paths = base_path::paths(&place.prefix, operation);
            let likeness = paths
                .iter()
                .map(|(template, form)| {
                    let weight = if *form == BasePath::Full { 1.0 } else { DROPPED };
                    weight * likeness(method, path, &operation.method, template)
                })
                .fold(0.0, f64::max);
            let Some((template, _)) = paths.into_iter().next() else { continue };
            ranked.push((likeness, index, format!("{} {template}", operation.method)));
        }
    }
    // Stable: what is equally near stays in the order of the documents.
    ranked.sort_by(|(left, ..), (right, ..)| right.total_cmp(left));
    let best = ranked.first().map(|(likeness, index, _)| (*likeness, *index));
    let mounted = best
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .map(|(_, index)| index)
        .or_else(|| under_base_path(mounted, path))
        .or_else(|| best.filter(|(likeness, _)| *likeness >= RELATED).map(|(_, index)| index))
        .or_else(|| (mounted.len() == 1).then_some(0));
    Nearest { names: ranked.into_iter().take(NAMED).map(|(_, _, name)| name).collect(), mounted }
}

/// The document with the longest base path that begins `path`.
fn under_base_path(mounted: &[Mounted], path: &str) -> Option<usize> {
    let bases = mounted.iter().enumerate().flat_map(|(index, place)| {
        place.document.outline().operations.iter().flat_map(move |operation| {
            operation
                .base_paths
                .iter()
                .map(move |base| (base_path::full(&place.prefix, base, "/"), index))
        })
    });
    bases
        .filter(|(base, _)| base.len() > 1 && path.starts_with(base.as_str()))
        // The first of equally long ones.
        .fold(None, |best: Option<(usize, usize)>, (base, index)| match best {
            Some((length, _)) if length >= base.len() => best,
            Some(_) | None => Some((base.len(), index)),
        })
        .map(|(_, index)| index)
}

/// Compares a call with a template whose parameters are taken as filled in rightly.
fn likeness(method: &Method, path: &str, template_method: &Method, template: &str) -> f64 {
    let mut segments = path.split('/');
    let mut filled = String::with_capacity(template.len());
    filled.push_str(template_method.as_str());
    for (index, segment) in template.split('/').enumerate() {
        let sent = segments.next().filter(|sent| !sent.is_empty());
        filled.push(if index == 0 { ' ' } else { '/' });
        filled.push_str(match sent {
            Some(sent) if segment.starts_with('{') => sent,
            Some(_) | None => segment,
        });
    }
    normalized_levenshtein(&format!("{method} {path}"), &filled)
}

fn cut(path: &str) -> &str {
    let mut end = path.len().min(COMPARED);
    while !path.is_char_boundary(end) {
        end -= 1;
    }
    &path[..end]
}
