//! Security: credentials of the declared schemes, there and well-formed, or not.

use std::sync::Arc;

use http::HeaderName;
use http::HeaderValue;
use http::Method;
use serde_json::json;
use standin::Server;
use standin::message::Refusal;
use standin::message::Request;
use standin::spec::load;
use standin::token::SigningKey;
use standin::validate::Reading;
use standin::validate::request;
use standin::validate::request::Demands;

use crate::support::calls;

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
  /one-field: { get: { operationId: oneField, security: [{ basic: [], connect: [], header_key: [] }], responses: { '200': { description: fine } } } }
  /query: { get: { operationId: query, security: [{ query_key: [] }], responses: { '200': { description: fine } } } }
  /cookie: { get: { operationId: cookie, security: [{ cookie_key: [] }], responses: { '200': { description: fine } } } }
  /oauth: { get: { operationId: oauth, security: [{ oauth: [read] }], responses: { '200': { description: fine } } } }
  /digest: { get: { operationId: digest, security: [{ digest: [] }], responses: { '200': { description: fine } } } }
  /connect: { get: { operationId: connect, security: [{ connect: [read, write] }], responses: { '200': { description: fine } } } }
  /tls: { get: { operationId: tls, security: [{ tls: [] }], responses: { '200': { description: fine } } } }
  /tls-and-key: { get: { operationId: tlsAndKey, security: [{ tls: [], header_key: [] }], responses: { '200': { description: fine } } } }
  /any: { get: { operationId: any, security: [{ basic: [] }, { bearer: [] }, { connect: [read] }, { digest: [] }, { query_key: [] }, { oauth: [] }], responses: { '200': { description: fine } } } }
components:
  securitySchemes:
    digest: { type: http, scheme: Digest }
    connect: { type: openIdConnect, openIdConnectUrl: 'https://example.com/.well-known' }
    tls: { type: mutualTLS }
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
    request::read(
        &document,
        operation,
        &[],
        &call,
        Demands { credentials: demanded, ..Demands::default() },
    )
    .into_owned()
}

/// What is wrong with the credentials, and the rule.
fn problem(operation: &str, query: &str, headers: &[(&str, &str)]) -> String {
    let reading = call(operation, query, headers, true);
    match &reading.refusal {
        None => {
            assert_eq!(reading.violations, []);
            "fine".to_owned()
        }
        Some(Refusal::CredentialsMissing { problem, .. }) => {
            format!("{problem:?} {}", reading.violations[0].rule.id)
        }
        Some(Refusal::ScopeInsufficient { scopes }) => {
            format!("{} {}", scopes.join(" "), reading.violations[0].rule.id)
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
        // A call has one field for two schemes.
        ("oneField", "", &[("authorization", "Bearer a"), ("x-key", "k")], "fine"),
        ("oneField", "", &[("authorization", "Basic YTpi"), ("x-key", "k")], "fine"),
        ("oneField", "", &[("authorization", "Basic !"), ("x-key", "k")], MALFORMED),
        ("oneField", "", &[("authorization", "Bearer a")], ABSENT),
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

#[test]
fn any_scheme_of_http_is_known_by_its_name() {
    let table = [
        ("digest", &[("authorization", "Digest username=\"ada\"")][..], "fine"),
        ("digest", &[("authorization", "digest x")], "fine"),
        ("digest", &[("authorization", "Digest")], MALFORMED),
        ("digest", &[("authorization", "Basic YTpi")], WRONG),
        ("digest", &[], ABSENT),
        ("connect", &[("authorization", "Bearer opaque")], "fine"),
        ("connect", &[], ABSENT),
        ("tls", &[], "fine"),
        ("tlsAndKey", &[], ABSENT),
        ("tlsAndKey", &[("x-key", "k")], "fine"),
    ];
    for (operation, headers, expected) in table {
        assert_eq!(problem(operation, "", headers), expected, "{operation} {headers:?}");
    }
}

#[test]
fn a_token_that_names_its_scopes_needs_those_that_are_demanded() {
    let insufficient = "read write scope-insufficient";
    let table = [
        (json!({"scope": "write read"}), "fine"),
        (json!({"scope": "read"}), insufficient),
        (json!({"scope": ""}), insufficient),
        (json!({"scp": ["read", "write"]}), "fine"),
        (json!({"scp": ["read"]}), insufficient),
        (json!({"scp": "read write"}), "fine"),
        (json!({"scope": "reader writer"}), insufficient),
        (json!({"sub": "ada"}), "fine"),
    ];
    for (claims, expected) in table {
        let token = SigningKey::built_in().sign(&serde_json::Map::new(), &claims);
        let field = format!("Bearer {token}");
        let headers = [("authorization", &*field)];
        assert_eq!(problem("connect", "", &headers), expected, "{claims}");
        assert_eq!(problem("bearer", "", &headers), "fine", "{claims}: it has no scopes");
        let shown = format!("{:?}", call("connect", "", &headers, true).violations);
        assert!(!shown.contains(&token), "{shown}");
    }
}

#[test]
fn a_refusal_names_every_alternative_and_how_it_is_asked_for() {
    let challenges = |operation| match call(operation, "", &[], true).refusal {
        Some(Refusal::CredentialsMissing { challenges, .. }) => challenges,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        challenges("any"),
        [
            "Basic realm=\"security\", charset=\"UTF-8\"",
            "Bearer",
            "Bearer scope=\"read\"",
            "Digest realm=\"security\", qop=\"auth\", algorithm=SHA-256, nonce=\"c3RhbmRpbg\"",
            "ApiKey in=\"query\", name=\"key\"",
        ]
    );
    assert_eq!(challenges("both"), ["Bearer", "ApiKey in=\"header\", name=\"X-Key\""]);
    let expected = |operation| call(operation, "", &[], true).violations[0].expected.clone();
    assert_eq!(
        expected("both").as_deref(),
        Some("`Authorization: Bearer …` and the key `X-Key` (header)")
    );
    assert_eq!(
        expected("either").as_deref(),
        Some("`Authorization: Basic …`, or `Authorization: Bearer …`")
    );
}

#[test]
fn what_is_wrong_with_schemes_is_told_once() {
    let text = "
openapi: 3.0.3
info: { title: security, version: '1' }
paths:
  /a: { get: { security: [{ tls: [] }], responses: { '200': { description: fine } } } }
  /b: { get: { security: [{ tls: [] }, { odd: [] }], responses: { '200': { description: fine } } } }
  /c: { get: { security: { tls: [] }, responses: { '200': { description: fine } } } }
  /d: { get: { security: [{ bare: [] }, { ghost: [] }], responses: { '200': { description: fine } } } }
components:
  securitySchemes:
    tls: { type: mutualTLS }
    odd: { type: magic }
    bare: { type: http }
";
    let document = load::from_text("security.yaml", text).expect("well-formed in the test");
    let told: Vec<String> = document
        .violations()
        .iter()
        .map(|told| format!("{} {}: {}", told.rule.id, told.place.as_str(), told.title))
        .collect();
    assert_eq!(
        told,
        [
            "not-judged /components/securitySchemes/tls: \
             demands a certificate of the client, which is not judged",
            "document-malformed /components/securitySchemes/odd/type: \
             is of the type `magic`, which no security scheme has",
            "document-malformed /paths/~1c/get/security: \
             is no list of alternatives; nothing is demanded",
            "document-malformed /components/securitySchemes/bare: \
             is an HTTP scheme without a name (`scheme`)",
            "reference-broken /paths/~1d/get/security/1/ghost: \
             demands the security scheme `ghost`, which is not declared",
        ]
    );
}

#[tokio::test]
async fn a_server_that_refuses_says_how_to_be_let_in() {
    let document = load::from_text("security.yaml", DOCUMENT).expect("well-formed in the test");
    let server = Server::builder().document("it", Arc::new(document)).start().await.unwrap();
    let fields = |response: &reqwest::Response| -> Vec<String> {
        let fields = response.headers().get_all("www-authenticate").iter();
        fields.map(|field| field.to_str().unwrap().to_owned()).collect()
    };
    let response = calls::call_as_stranger(&server, Method::GET, "/both", &[], "").await;
    assert_eq!(response.status(), 401);
    assert_eq!(fields(&response), ["Bearer", "ApiKey in=\"header\", name=\"X-Key\""]);
    let token = SigningKey::built_in().sign(&serde_json::Map::new(), &json!({"scope": "read"}));
    let headers = [("authorization", &*format!("Bearer {token}"))];
    let response = calls::call_as_stranger(&server, Method::GET, "/connect", &headers, "").await;
    assert_eq!(response.status(), 403);
    let insufficient = "Bearer error=\"insufficient_scope\", scope=\"read write\"";
    assert_eq!(fields(&response), [insufficient]);
    let headers = [("x-key", "k"), ("authorization", "Bearer a")];
    let response = calls::call_as_stranger(&server, Method::GET, "/both", &headers, "").await;
    assert_eq!(response.status(), 200);
    assert_eq!(fields(&response), Vec::<String>::new());
}
