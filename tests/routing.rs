//! Routing: which operation a method and path mean, on one port with several documents.

use std::fmt::Write as _;
use std::sync::Arc;

use http::Method;
use proptest::prelude::Strategy;
use proptest::prop_assert_eq;
use proptest::proptest;
use standin::message::Refusal;
use standin::route::BasePath;
use standin::route::Match;
use standin::route::Miss;
use standin::route::Mounted;
use standin::route::Router;
use standin::route::template;
use standin::spec::load;

/// A document with these servers and these operations, as `METHOD /path`.
fn mounted(id: &str, prefix: &str, servers: &[&str], operations: &[&str]) -> Mounted {
    let mut text = format!("openapi: 3.0.3\ninfo: {{ title: {id}, version: '1' }}\nservers:\n");
    for server in servers {
        writeln!(text, "  - url: https://example.com{server}").expect("text takes anything");
    }
    text.push_str("paths:\n");
    let mut paths: Vec<&str> = Vec::new();
    for operation in operations {
        let (_, path) = operation.split_once(' ').expect("well-formed in the test");
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    for path in paths {
        writeln!(text, "  '{path}':").expect("text takes anything");
        for operation in operations.iter().filter(|each| each.ends_with(&format!(" {path}"))) {
            let method =
                operation.split_once(' ').expect("well-formed in the test").0.to_lowercase();
            writeln!(text, "    {method}:\n      operationId: '{operation}'")
                .expect("text takes anything");
            text.push_str("      responses: { '200': { description: fine } }\n");
        }
    }
    let document = load::from_text(&format!("{id}.yaml"), &text).expect("well-formed in the test");
    Mounted { id: Arc::from(id), document: Arc::new(document).into(), prefix: prefix.to_owned() }
}

fn router(operations: &[&str]) -> Router {
    Router::new(&[mounted("one", "", &[""], operations)]).expect("well-formed in the test")
}

fn find(router: &Router, call: &str) -> Result<Match, Box<Miss>> {
    let (method, path) = call.split_once(' ').expect("well-formed in the test");
    router.find(&method.parse::<Method>().expect("well-formed in the test"), path)
}

/// What a call finds: the `operationId` and the values, or the refusal's id.
fn found(router: &Router, call: &str) -> String {
    match find(router, call) {
        Ok(found) => {
            let values = found.path_values.iter().map(|(name, value)| {
                let value = template::decode(value).expect("the router decoded it");
                format!(" {name}={value}")
            });
            let values: Vec<String> = values.collect();
            format!("{}{}", found.operation.id, values.concat())
        }
        Err(miss) => miss.refusal.id().to_owned(),
    }
}

#[test]
fn templates_are_matched_segment_by_segment() {
    let router = router(&[
        "GET /sessions/{id}",
        "GET /sessions/mine",
        "GET /{a}/x",
        "GET /b/{c}",
        "GET /files/{name}.json",
        "GET /files/{name}.{kind}",
        "GET /files/{name}",
        "GET /range/{from}-{to}",
        "POST /jobs/{id}:cancel",
        "POST /jobs/{id}",
        "GET /deep/{a}/y",
        "GET /{d}/x/z",
        "GET /caf%C3%A9/{id}",
    ]);
    let table = [
        ("GET /sessions/7", "GET /sessions/{id} id=7"),
        ("GET /sessions/mine", "GET /sessions/mine"),
        ("GET /b/x", "GET /b/{c} c=x"),
        ("GET /q/x", "GET /{a}/x a=q"),
        ("GET /files/a.json", "GET /files/{name}.json name=a"),
        ("GET /files/a.json.json", "GET /files/{name}.json name=a.json"),
        ("GET /files/a.b.c", "GET /files/{name}.{kind} name=a kind=b.c"),
        ("GET /files/.json", "GET /files/{name} name=.json"),
        ("GET /files/plain", "GET /files/{name} name=plain"),
        ("GET /range/x-y-z", "GET /range/{from}-{to} from=x to=y-z"),
        ("GET /range/-", "path-unknown"),
        ("POST /jobs/7:cancel", "POST /jobs/{id}:cancel id=7"),
        ("POST /jobs/7", "POST /jobs/{id} id=7"),
        ("GET /deep/x/z", "GET /{d}/x/z d=deep"),
        ("GET /sessions/a%2Fb", "GET /sessions/{id} id=a/b"),
        ("GET /sessions/a+b", "GET /sessions/{id} id=a+b"),
        ("GET /sessions/%252e", "GET /sessions/{id} id=%2e"),
        ("GET /s%65ssions/7", "GET /sessions/{id} id=7"),
        ("GET /caf%c3%a9/7", "GET /caf%C3%A9/{id} id=7"),
        ("GET /range/a%2Db", "GET /range/{from}-{to} from=a to=b"),
        ("GET /sessions/", "path-unknown"),
        ("GET /sessions/7/", "path-unknown"),
        ("GET /sessions//", "path-unknown"),
        ("GET //sessions/7", "path-unknown"),
        ("GET /", "path-unknown"),
        ("OPTIONS *", "path-unknown"),
        ("GET /sessions/%zz", "path-malformed"),
        ("GET /sessions/%", "path-malformed"),
        ("GET /sessions/%ff", "path-malformed"),
    ];
    for (call, expected) in table {
        assert_eq!(found(&router, call), expected, "{call}");
    }
}

#[test]
fn a_method_that_the_path_lacks_is_refused_with_those_that_it_has() {
    let router = router(&["GET /a/{id}", "DELETE /a/{id}", "POST /a/new", "POST /b"]);
    let allow = |call: &str| {
        let refusal = find(&router, call).unwrap_err().refusal;
        let Refusal::MethodNotAllowed { allow } = refusal else { panic!("{call}: {refusal:?}") };
        allow.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(allow("PATCH /a/7"), "GET HEAD DELETE");
    assert_eq!(allow("PATCH /a/new"), "POST GET HEAD DELETE");
    assert_eq!(allow("HEAD /b"), "POST");
}

#[test]
fn a_concrete_path_gives_way_where_only_a_templated_one_has_the_method() {
    let router = router(&["POST /a/new", "GET /a/{id}"]);
    assert_eq!(found(&router, "GET /a/new"), "GET /a/{id} id=new");
    assert_eq!(found(&router, "HEAD /a/new"), "GET /a/{id} id=new");
}

#[test]
fn an_unknown_path_names_the_nearest_operations() {
    let router = Router::new(&[
        mounted(
            "clerk",
            "",
            &["/v1"],
            &["GET /sessions", "POST /sessions/{id}/revoke", "GET /jwks"],
        ),
        mounted("other", "/other", &["/api"], &["GET /things/{id}"]),
    ])
    .unwrap();
    let table = [
        ("POST /v1/sessions/sess_1/revok", "POST /v1/sessions/{id}/revoke", Some(0)),
        ("GET /v1/session", "GET /v1/sessions", Some(0)),
        ("GET /sesions", "GET /v1/sessions", Some(0)),
        ("GET /other/api/thing/1", "GET /other/api/things/{id}", Some(1)),
        ("GET /other/api/nothing/like/it/at/all", "GET /other/api/things/{id}", Some(1)),
        ("GET /v1/jwk", "GET /v1/jwks", Some(0)),
    ];
    for (call, nearest, document) in table {
        let miss = find(&router, call).unwrap_err();
        let Refusal::PathUnknown { nearest: names } = &miss.refusal else {
            panic!("{call} gave {miss:?}")
        };
        assert_eq!(names.first().map(String::as_str), Some(nearest), "{call}");
        assert_eq!(names.len(), 3);
        assert_eq!(miss.nearest, document, "{call}");
    }
    let in_base_path = find(&router, "GET /v1/qqqqqqqqqqqqqqqqqqqqqqqqqqqq").unwrap_err();
    assert_eq!(in_base_path.nearest, Some(0));
    let stranger = find(&router, "GET /wp-login.php?").unwrap_err();
    assert_eq!(stranger.nearest, None);
}

#[test]
fn a_long_path_is_refused_without_being_compared_whole() {
    let router = router(&["GET /sessions"]);
    let path = format!("GET /{}", "ü".repeat(100_000));
    assert_eq!(found(&router, &path), "path-unknown");
}

#[test]
fn base_paths_may_be_left_out_where_that_is_unambiguous() {
    let router = Router::new(&[
        mounted("clerk", "", &["/v1"], &["GET /sessions/{id}"]),
        mounted("transmit", "", &["/cis"], &["GET /v1/sessions/{user}", "POST /v1/auth/start"]),
        mounted("oidc", "", &["", "/cis/"], &["POST /oidc/token"]),
    ])
    .unwrap();
    let table = [
        ("GET /v1/sessions/x", 0, BasePath::Full),
        ("GET /cis/v1/sessions/x", 1, BasePath::Full),
        ("GET /sessions/x", 0, BasePath::Dropped),
        ("POST /v1/auth/start", 1, BasePath::Dropped),
        ("POST /cis/v1/auth/start", 1, BasePath::Full),
        ("POST /oidc/token", 2, BasePath::Full),
        ("POST /cis/oidc/token", 2, BasePath::Full),
    ];
    for (call, document, form) in table {
        let found = find(&router, call).unwrap();
        assert_eq!((found.mounted, found.base_path), (document, form), "{call}");
    }
    // The full path is the first document's, even if only the second has the method there.
    assert_eq!(found(&router, "POST /v1/sessions/x"), "method-not-allowed");
}

#[test]
fn two_claims_on_one_path_are_refused_unless_mounted_apart() {
    let one = || mounted("one", "", &["/v1"], &["GET /things/{id}"]);
    let table = [
        ("two full base paths", mounted("two", "", &["/v1"], &["GET /things/{name}"]), false),
        ("two dropped ones", mounted("two", "", &["/v2"], &["GET /things/{name}"]), false),
        ("another method", mounted("two", "", &["/v1"], &["PUT /things/{id}"]), true),
        ("another shape", mounted("two", "", &["/v1"], &["GET /things/{id}.json"]), true),
        ("a full and a dropped one", mounted("two", "", &[""], &["GET /things/{id}"]), true),
        ("mounted apart", mounted("two", "/two", &["/v1"], &["GET /things/{id}"]), true),
    ];
    for (case, two, is_fine) in table {
        assert_eq!(Router::new(&[one(), two]).is_ok(), is_fine, "{case}");
    }
    let two = mounted("two", "", &["/v1"], &["GET /things/{name}"]);
    let conflict = Router::new(&[one(), two]).unwrap_err();
    assert_eq!(
        conflict.to_string(),
        "one (one.yaml:7:5) and two (two.yaml:7:5) both claim GET /v1/things/{name}; \
         mount one apart: --mount two=/two"
    );
}

/// How a template matched: its segments' ranks, its index, the values.
type Best = (Vec<(usize, usize)>, usize, Vec<String>);

/// The same, told slowly: every template against every path, the best by its segments.
fn naive(templates: &[String], path: &[String]) -> Option<(usize, Vec<String>)> {
    let mut best: Option<Best> = None;
    for (index, template) in templates.iter().enumerate() {
        let segments: Vec<&str> = template.trim_start_matches('/').split('/').collect();
        if segments.len() != path.len() {
            continue;
        }
        let mut values = Vec::new();
        let mut ranks = Vec::new();
        let fits = segments.iter().zip(path).all(|(segment, text)| {
            let parts: Vec<&str> = segment.split_inclusive('}').collect();
            let literal: String = segment
                .split('{')
                .map(|part| part.split_once('}').map_or(part, |(_, rest)| rest))
                .collect();
            let parameters = segment.matches('{').count();
            ranks.push(match parameters {
                0 => (0, 0),
                _ => (100 - literal.len(), parameters),
            });
            backtrack(&parts, text, &mut values)
        });
        let key = (ranks, index);
        if fits && best.as_ref().is_none_or(|(ranks, index, _)| key < (ranks.clone(), *index)) {
            best = Some((key.0, key.1, values));
        }
    }
    best.map(|(_, index, values)| (index, values))
}

/// Matches parts such as `-{b}`, trying every length for every parameter, shortest first.
fn backtrack(parts: &[&str], text: &str, values: &mut Vec<String>) -> bool {
    let Some((part, rest)) = parts.split_first() else { return text.is_empty() };
    let literal = part.split('{').next().expect("well-formed in the test");
    let Some(text) = text.strip_prefix(literal) else { return false };
    if !part.ends_with('}') {
        return backtrack(rest, text, values);
    }
    let before = values.len();
    (1..=text.len()).any(|length| {
        values.truncate(before);
        values.push(text[..length].to_owned());
        backtrack(rest, &text[length..], values)
    }) || {
        values.truncate(before);
        false
    }
}

fn joined(segments: Vec<&'static str>) -> String {
    // Names must differ within one template.
    let mut number = 0;
    let segments = segments.into_iter().map(|segment| {
        segment.split('$').collect::<Vec<_>>().join("\u{0}").chars().fold(
            String::new(),
            |mut text, character| {
                if character == '\u{0}' {
                    number += 1;
                    write!(text, "{{p{number}}}").expect("text takes anything");
                } else {
                    text.push(character);
                }
                text
            },
        )
    });
    format!("/{}", segments.collect::<Vec<_>>().join("/"))
}

fn template() -> impl Strategy<Value = String> {
    let segment =
        proptest::sample::select(vec!["a", "b", "$", "$-$", "$.json", "a$", "$:go", "$.$-$", "-$"]);
    proptest::collection::vec(segment, 1..4).prop_map(joined)
}

proptest! {
    #[test]
    fn the_table_finds_what_a_naive_search_finds(
        templates in proptest::collection::vec(template(), 1..9),
        path in proptest::collection::vec("[ab.-]{1,4}|a\\.json|b:go", 1..4),
    ) {
        let mut unique: Vec<String> = Vec::new();
        for template in templates {
            if !unique.contains(&template) {
                unique.push(template);
            }
        }
        let operations: Vec<String> = unique.iter().map(|path| format!("GET {path}")).collect();
        let router = router(&operations.iter().map(String::as_str).collect::<Vec<_>>());
        let found = find(&router, &format!("GET /{}", path.join("/"))).ok().map(|found| {
            let index = operations.iter().position(|each| **each == *found.operation.id).unwrap();
            (index, found.path_values.into_iter().map(|(_, value)| value).collect::<Vec<_>>())
        });
        prop_assert_eq!(found, naive(&unique, &path));
    }

    #[test]
    fn no_path_makes_the_router_panic(path in "\\PC{0,40}") {
        let router = router(&["GET /a/{b}", "GET /{a}-{b}/{c}"]);
        let _ = router.find(&Method::GET, &path);
    }
}
