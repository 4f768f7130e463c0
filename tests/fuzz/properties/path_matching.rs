//! Paths and templates: the router finds what a plain matcher finds, and says the same of the rest.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::LazyLock;

use http::Method;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use standin::apis;
use standin::apis::APIS;
use standin::message::Refusal;
use standin::route::BasePath;
use standin::route::Match;
use standin::route::Miss;
use standin::route::Mounted;
use standin::route::Router;
use standin::route::base_path;
use standin::route::template;
use standin::spec::Operation;
use standin::spec::load;

use super::choices::Choices;
use super::matcher;
use super::matcher::Openness;
use super::matcher::Template;

/// A method and a path, then where to look: in the bundled documents, or in one whose templates
/// are the lines that are left.
pub(super) fn hold(data: &[u8]) {
    let mut choices = Choices::new(data);
    let method = choices.one_of(&METHODS).clone();
    let is_bundled = choices.below(2) == 0;
    let path = choices.text_line();
    if is_bundled {
        let (mounted, router) = &*BUNDLED;
        agree(mounted, router, &method, &path);
    } else {
        let mounted = [document(&mut choices)];
        let router = Router::new(&mounted).expect("one document is never in its own way");
        agree(&mounted, &router, &method, &path);
    }
}

const METHODS: [Method; 7] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::DELETE,
    Method::PATCH,
    Method::HEAD,
    Method::OPTIONS,
];

/// Most templates of a document that is made up.
const TEMPLATES: usize = 8;

/// The bundled APIs as they stand on one port, one of them moved.
static BUNDLED: LazyLock<(Vec<Mounted>, Router)> = LazyLock::new(|| {
    let mounted: Vec<Mounted> = APIS
        .iter()
        .map(|api| Mounted {
            id: Arc::from(api.id),
            document: apis::load(api).expect("bundled documents load").into(),
            prefix: if api.id == "clerk-sessions" { "/clerk" } else { "" }.to_owned(),
        })
        .collect();
    let router = Router::new(&mounted).expect("bundled documents are not in each other's way");
    (mounted, router)
});

/// A document of a base path and templates, each with one method.
fn document(choices: &mut Choices<'_>) -> Mounted {
    let base = choices.text_line().into_owned();
    let mut paths = Map::new();
    for _ in 0..=choices.below(TEMPLATES) {
        let method = choices.one_of(&METHODS).as_str().to_lowercase();
        let template = format!("/{}", choices.text_line());
        let item = paths.entry(template).or_insert_with(|| json!({}));
        item[method] = json!({"responses": {"200": {"description": "fine"}}});
    }
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": "paths", "version": "1"},
        "servers": [{"url": format!("/{base}")}],
        "paths": Value::Object(paths),
    });
    let document = load::from_text("paths.json", &document.to_string()).expect("it is one");
    let prefix = ["", "/mounted"][choices.below(2)].to_owned();
    Mounted { id: Arc::from("paths"), document: Arc::new(document).into(), prefix }
}

/// An operation that has the path.
struct Candidate<'m> {
    mounted: usize,
    operation: &'m Arc<Operation>,
    form: BasePath,
    values: Vec<String>,
    openness: Openness,
}

/// The router and the plain matcher say the same.
fn agree(mounted: &[Mounted], router: &Router, method: &Method, path: &str) {
    let told = format!("{method} {path:?}");
    let found = router.find(method, path);
    let Some(segments) = matcher::segments(path).filter(|_| path.starts_with('/')) else {
        let miss = found.expect_err("no path, or one that can not be decoded");
        let is_malformed = matches!(miss.refusal, Refusal::PathMalformed { .. });
        assert_eq!(is_malformed, path.starts_with('/'), "{told}: {miss:?}");
        return;
    };
    let mut candidates = candidates(mounted, &segments);
    if candidates.iter().any(|candidate| candidate.form == BasePath::Full) {
        candidates.retain(|candidate| candidate.form == BasePath::Full);
    }
    let has = |candidate: &&Candidate<'_>| {
        let known = &candidate.operation.method;
        known == method || (*method == Method::HEAD && *known == Method::GET)
    };
    let best = candidates.iter().filter(has).map(|candidate| &candidate.openness).min();
    match (found, best) {
        (Ok(found), Some(best)) => {
            let is_found = candidates.iter().filter(has).any(|it| is_it(it, &found, best));
            assert!(is_found, "{told}: {found:?}");
        }
        (Err(miss), None) => is_told(&miss, &candidates, mounted, &told),
        (found, best) => panic!("{told}: found {found:?}, and the best is {best:?}"),
    }
}

fn candidates<'m>(mounted: &'m [Mounted], segments: &[String]) -> Vec<Candidate<'m>> {
    let mut candidates = Vec::new();
    for (index, place) in mounted.iter().enumerate() {
        for operation in &place.document.operations {
            for (path, form) in base_path::paths(&place.prefix, operation) {
                let template = Template::new(&path);
                let Some(values) = template.values(segments) else { continue };
                let openness = template.openness();
                candidates.push(Candidate { mounted: index, operation, form, values, openness });
            }
        }
    }
    candidates
}

fn is_it(candidate: &Candidate<'_>, found: &Match, best: &Openness) -> bool {
    let values = found.path_values.iter();
    let values = values.map(|(_, value)| template::decode(value).expect("the router decoded it"));
    candidate.mounted == found.mounted
        && candidate.form == found.base_path
        && candidate.openness == *best
        && candidate.operation.template == found.operation.template
        && candidate.operation.method == found.operation.method
        && candidate
            .values
            .iter()
            .map(String::as_str)
            .eq(values.collect::<Vec<_>>().iter().map(|value| &**value))
}

/// What is said of a path without an operation is what is so.
fn is_told(miss: &Miss, candidates: &[Candidate<'_>], mounted: &[Mounted], told: &str) {
    assert!(miss.nearest.is_none_or(|nearest| nearest < mounted.len()), "{told}: {miss:?}");
    if candidates.is_empty() {
        assert!(matches!(miss.refusal, Refusal::PathUnknown { .. }), "{told}: {miss:?}");
        return;
    }
    let Refusal::MethodNotAllowed { allow } = &miss.refusal else {
        panic!("{told} is refused otherwise: {miss:?}");
    };
    let of = |candidate: &Candidate<'_>| candidate.operation.method.clone();
    let mut expected: HashSet<Method> = candidates.iter().map(of).collect();
    if expected.contains(&Method::GET) {
        expected.insert(Method::HEAD);
    }
    let listed: HashSet<Method> = allow.iter().cloned().collect();
    assert_eq!((listed.len(), listed), (allow.len(), expected), "{told}");
    assert!(miss.operation.is_some() && miss.nearest.is_some(), "{told}: {miss:?}");
}
