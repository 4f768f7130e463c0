//! Security: credentials of the declared schemes, there and well-formed, or not.

use http::HeaderName;
use http::HeaderValue;
use http::Method;
use standin::message::Refusal;
use standin::message::Request;
use standin::spec::load;
use standin::validate::Reading;
use standin::validate::request;
use standin::validate::request::Demands;

const DOCUMENT: &str = "
openapi: 3.0.3
info: { title: security, version: '1' }
security: [{ bearer: [] }]
paths:
  /bearer: { get: { operationId: bearer, responses: { '200': { description: fine } } } }
  /open: { get: { operationId: open, security: [], responses: { '200': { description: fine } } } }
  /optional: { get: { operationId: optional, security: [{ bearer: [] }, {}], responses: { '200': { description: fine } } } }
  /either: { get: { operationId: either, security: [{ basic: [] }, { bearer: [] }], responses: { '200': { description: fine } } } }
  /both: { get: { operationId: both, security: [{ bearer: [], header_key: [] }], responses: { '200': { description: fine } } } }
  /query: { get: { operationId: query, security: [{ query_key: [] }], responses: { '200': { description: fine } } } }
  /cookie: { get: { operationId: cookie, security: [{ cookie_key: [] }], responses: { '200': { description: fine } } } }
  /oauth: { get: { operationId: oauth, security: [{ oauth: [read] }], responses: { '200': { description: fine } } } }
components:
  securitySchemes:
    bearer: { type: http, scheme: bearer }
    basic: { type: http, scheme: basic }
    header_key: { type: apiKey, in: header, name: X-Key }
    query_key: { type: apiKey, in: query, name: key }
    cookie_key: { type: apiKey, in: cookie, name: key }
    oauth: { type: oauth2, flows: { clientCredentials: { tokenUrl: 'https://example.com/token', scopes: { read: reads } } } }
";

fn call(
    operation: &str,
    query: &str,
    headers: &[(&str, &str)],
    demanded: bool,
) -> Reading<'static> {
    let document = load::from_text("security.yaml", DOCUMENT).expect("well-formed in the test");
    let operation = document.operation(operation).expect("well-formed in the test");
    let mut call = Request::new(Method::GET, &format!("/?{query}"));
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("well-formed in the test");
        call.headers.append(name, HeaderValue::from_str(value).expect("well-formed in the test"));
    }
    request::read(&document, operation, &[], &call, Demands { credentials: demanded }).into_owned()
}

/// What is wrong with the credentials, and the rule.
fn problem(operation: &str, query: &str, headers: &[(&str, &str)]) -> String {
    let reading = call(operation, query, headers, true);
    match &reading.refusal {
        None => {
            assert_eq!(reading.violations, []);
            "fine".to_owned()
        }
        Some(Refusal::CredentialsMissing { problem }) => {
            format!("{problem:?} {}", reading.violations[0].rule.id)
        }
        Some(other) => panic!("{other:?}"),
    }
}

const ABSENT: &str = "Absent credentials-missing";
const WRONG: &str = "WrongScheme credentials-malformed";
const MALFORMED: &str = "Malformed credentials-malformed";

#[test]
fn bearer_tokens_are_demanded_and_have_a_form() {
    let table = [
        (&[("authorization", "Bearer sk_test_mock")][..], "fine"),
        (&[("authorization", "bearer  a.b.c")], "fine"),
        (&[], ABSENT),
        (&[("authorization", "")], ABSENT),
        (&[("authorization", "Bearer")], MALFORMED),
        (&[("authorization", "Bearer ")], MALFORMED),
        (&[("authorization", "Bearer a b")], MALFORMED),
        (&[("authorization", "Bearer a"), ("authorization", "Bearer b")], MALFORMED),
        (&[("authorization", "Basic YTpi")], WRONG),
        (&[("authorization", "sk_test_mock")], WRONG),
    ];
    for (headers, expected) in table {
        assert_eq!(problem("bearer", "", headers), expected, "{headers:?}");
        assert_eq!(problem("oauth", "", headers), expected, "oauth {headers:?}");
        assert_eq!(problem("open", "", headers), "fine", "open {headers:?}");
        assert_eq!(problem("optional", "", headers), "fine", "optional {headers:?}");
    }
}

#[test]
fn any_alternative_is_enough_and_all_of_its_schemes_are_needed() {
    let table = [
        ("either", "", &[("authorization", "Basic YTpi")][..], "fine"),
        ("either", "", &[("authorization", "Bearer a")], "fine"),
        ("either", "", &[("authorization", "Basic !")], MALFORMED),
        ("either", "", &[("authorization", "Basic YWI=")], MALFORMED),
        ("either", "", &[("authorization", "Digest a")], WRONG),
        ("either", "", &[], ABSENT),
        ("both", "", &[("authorization", "Bearer a"), ("x-key", "k")], "fine"),
        ("both", "", &[("authorization", "Bearer a")], ABSENT),
        ("both", "", &[("x-key", "k")], ABSENT),
        ("query", "key=k", &[], "fine"),
        ("query", "key=", &[], MALFORMED),
        ("query", "other=k", &[], ABSENT),
        ("cookie", "", &[("cookie", "a=1; key=k")], "fine"),
        ("cookie", "", &[("cookie", "a=1")], ABSENT),
    ];
    for (operation, query, headers, expected) in table {
        assert_eq!(problem(operation, query, headers), expected, "{operation} {query} {headers:?}");
    }
}

#[test]
fn credentials_are_read_even_where_none_are_demanded() {
    let reading = call("open", "", &[("authorization", "Bearer a")], true);
    assert_eq!(reading.credentials.bearer.as_deref(), Some("a"));
    let reading = call("open", "", &[("authorization", "Basic dXNlcjpwYTpzcw==")], true);
    assert_eq!(reading.credentials.basic, Some(("user".to_owned(), "pa:ss".to_owned())));
    let reading = call("query", "key=a%20b", &[], true);
    assert_eq!(reading.credentials.api_keys, [("key".to_owned(), "a b".to_owned())]);
}

#[test]
fn nothing_is_missing_where_credentials_are_not_checked() {
    let reading = call("bearer", "", &[], false);
    assert_eq!((reading.refusal, reading.violations), (None, Vec::new()));
}

#[test]
fn a_violation_never_shows_the_credentials() {
    let reading = call("bearer", "", &[("authorization", "Basic dXNlcjpwYXNz")], true);
    let shown = format!("{:?}", reading.violations);
    assert!(shown.contains("•••") && !shown.contains("dXNlcjpwYXNz"), "{shown}");
}
