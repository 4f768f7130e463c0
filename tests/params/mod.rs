//! Parameters: from the text of a call to JSON values, and what is wrong with them.

mod corpus; // verdicts on parameters from elsewhere
mod field_styles; // the specifications' tables, for cookies and header fields
mod one; // one parameter and one call, read through the router
mod path_styles; // the specifications' tables, for paths
mod query_styles; // the specifications' tables, for queries
mod readings; // texts with several meanings: schemas choose
mod swagger; // Swagger 2.0: the formats of collections
mod table; // the rows of these tables
mod written; // the other way: calls that are made

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use serde_json::Value;
use serde_json::json;
use standin::finding::Violation;
use standin::message::Request;
use standin::params;
use standin::params::Arguments;
use standin::params::style::Malformed;
use standin::params::style::Wanted;
use standin::params::style::Written;
use standin::params::style::decode;
use standin::params::style::form;
use standin::params::style::simple;
use standin::spec::Document;
use standin::spec::load;

const DOCUMENT: &str = include_str!("../fixtures/params/document.yaml");

fn document() -> Document {
    load::from_text("parameters.yaml", DOCUMENT).expect("well-formed in the test")
}

fn read(target: &str, headers: &[(&str, &str)]) -> (Arguments, Vec<Violation>) {
    let document = document();
    let mut request = Request::new(Method::GET, target);
    request.headers = fields(headers);
    let path = [("id".to_owned(), "7".to_owned()), ("ids".to_owned(), "1,2".to_owned())];
    params::read(
        &document,
        document.operation("read").expect("well-formed in the test"),
        &path,
        &request,
    )
}

fn fields(headers: &[(&str, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("well-formed in the test");
        map.append(
            name,
            HeaderValue::from_bytes(value.as_bytes()).expect("well-formed in the test"),
        );
    }
    map
}

/// The one query argument besides `needed`, and the violations as `rule name keyword`.
fn query(text: &str) -> (Value, Vec<String>) {
    let (mut arguments, violations) = read(&format!("/?needed=1&{text}"), &[]);
    arguments.query.shift_remove("needed");
    let value = arguments.query.into_iter().next().map_or(Value::Null, |(_, value)| value);
    (value, violations.iter().map(line).collect())
}

fn line(violation: &Violation) -> String {
    let name = violation.name.as_deref().unwrap_or("");
    format!("{} {name} {}", violation.rule.id, violation.keyword).trim_end().to_owned()
}

#[test]
fn query_values_become_what_their_schemas_say() {
    let table = [
        ("limit=12", json!(12)),
        ("ratio=1.5", json!(1.5)),
        ("ratio=2", json!(2)),
        ("paginated=true", json!(true)),
        ("status=active", json!("active")),
        ("text=12", json!("12")),
        ("text=", json!("")),
        ("text=a+b%2Bc%20d", json!("a b+c d")),
        ("t%65xt=x", json!("x")),
        ("text=a=b", json!("a=b")),
        ("maybe=null", json!(null)),
        ("maybe=3", json!(3)),
        ("list=1&list=2", json!([1, 2])),
        ("list=1", json!([1])),
        ("list=", json!([])),
        ("short=a,b", json!(["a", "b"])),
        ("short=a%2Cb", json!(["a,b"])),
        ("x=1&y=2", json!({"x": 1, "y": 2})),
        ("flat=r,1", json!({"r": 1})),
        ("unknown=1&also=2", json!(null)),
        ("&&", json!(null)),
    ];
    for (text, expected) in table {
        assert_eq!(query(text), (expected, Vec::new()), "{text}");
    }
}

#[test]
fn query_values_that_are_wrong_are_told_by_name_and_keyword() {
    let table = [
        ("limit=0", "parameter-mismatch limit minimum"),
        ("limit=501", "parameter-mismatch limit maximum"),
        ("limit=a", "parameter-mismatch limit type"),
        ("limit=007", "parameter-mismatch limit type"),
        ("limit=1.5", "parameter-mismatch limit type"),
        ("limit=", "parameter-mismatch limit type"),
        ("limit=1&limit=2", "parameter-malformed limit maxItems"),
        ("text=%zz", "parameter-malformed text"),
        ("text=%ff", "parameter-malformed text"),
        ("paginated=yes", "parameter-mismatch paginated type"),
        ("status=gone", "parameter-mismatch status enum"),
        ("list=1&list=a", "parameter-mismatch list type"),
        ("flat=r", "parameter-malformed flat"),
        ("access_token=secret", "parameter-mismatch access_token maxLength"),
    ];
    for (text, expected) in table {
        assert_eq!(query(text).1, [expected], "{text}");
    }
    let (_, violations) = read("/", &[]);
    assert_eq!(
        violations.iter().map(line).collect::<Vec<_>>(),
        ["parameter-missing needed required"]
    );
}

#[test]
fn a_mismatch_says_what_was_sent_what_was_expected_and_where_the_document_says_so() {
    let (_, violations) = read("/?needed=1&limit=501", &[]);
    let violation = &violations[0];
    assert_eq!(violation.title, "the query parameter `limit` is greater than the maximum of 500");
    assert_eq!(violation.got.as_deref(), Some("501"));
    assert_eq!(violation.constraint, Some(json!(500)));
    assert_eq!(
        violation.place.as_str(),
        "/paths/~1things~1{id}~1{ids}/get/parameters/2/schema/maximum"
    );
    let (_, violations) = read("/?needed=1&access_token=secret", &[]);
    assert_eq!(violations[0].got.as_deref(), Some("•••"), "secrets are masked");
}

#[test]
fn path_header_and_cookie_values_are_read_too() {
    let headers = [
        ("x-version", "3"),
        ("x-list", "a, b"),
        ("x-list", "c"),
        ("cookie", "a=1; theme=dark"),
        ("x-undeclared", "1"),
    ];
    let (arguments, violations) = read("/?needed=1", &headers);
    assert_eq!(Value::Object(arguments.path), json!({"id": 7, "ids": [1, 2]}));
    assert_eq!(Value::Object(arguments.header), json!({"X-Version": 3, "X-List": ["a", "b", "c"]}),);
    assert_eq!(Value::Object(arguments.cookie), json!({"theme": "dark"}));
    assert_eq!(violations, []);
    let wrong = [("x-version", "three"), ("cookie", "theme=pink")];
    let (_, violations) = read("/?needed=1", &wrong);
    let lines: Vec<String> = violations.iter().map(line).collect();
    assert_eq!(lines, ["parameter-mismatch X-Version type", "parameter-mismatch theme enum"]);
    let (_, violations) = read("/?needed=1", &[("x-version", "1"), ("x-version", "2")]);
    assert_eq!(
        violations.iter().map(line).collect::<Vec<_>>(),
        ["parameter-malformed X-Version maxItems"]
    );
}

fn list(items: &[&'static str]) -> Written<'static> {
    Written::List(items.iter().map(|item| (*item).into()).collect())
}

fn object(members: &[(&'static str, &'static str)]) -> Written<'static> {
    Written::Object(members.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect())
}

#[test]
fn the_simple_style_has_the_documented_shapes() {
    let table = [
        ("a,b", Wanted::Scalar, false, Ok(Written::Scalar("a,b".into()))),
        ("", Wanted::List, false, Ok(list(&[]))),
        ("a, b", Wanted::List, true, Ok(list(&["a", "b"]))),
        ("R,1,G,2", Wanted::Object, false, Ok(object(&[("R", "1"), ("G", "2")]))),
        ("R=1,G=2", Wanted::Object, true, Ok(object(&[("R", "1"), ("G", "2")]))),
        ("R,1,G", Wanted::Object, false, Err(Malformed::Unpaired)),
        ("R=1,G", Wanted::Object, true, Err(Malformed::Unpaired)),
    ];
    for (text, wanted, explode, expected) in table {
        assert_eq!(
            simple::split(text, wanted, explode, decode::verbatim),
            expected,
            "{text} {wanted:?} {explode}"
        );
    }
}

#[test]
fn the_form_style_has_the_documented_shapes() {
    let table = [
        ("n=a,b", Wanted::Scalar, false, Ok(Some(Written::Scalar("a,b".into())))),
        ("n=a&n=b", Wanted::Scalar, true, Err(Malformed::Repeated { count: 2 })),
        ("n=a&n=b", Wanted::List, true, Ok(Some(list(&["a", "b"])))),
        ("n=a,b", Wanted::List, false, Ok(Some(list(&["a", "b"])))),
        ("n=a%2Cb", Wanted::List, false, Ok(Some(list(&["a,b"])))),
        ("n=", Wanted::List, false, Ok(Some(list(&[])))),
        ("n=", Wanted::List, true, Ok(Some(list(&[])))),
        ("R=1&G=2&B=3", Wanted::Object, true, Ok(Some(object(&[("R", "1"), ("G", "2")])))),
        ("n=R,1,G,2", Wanted::Object, false, Ok(Some(object(&[("R", "1"), ("G", "2")])))),
        ("m=1", Wanted::Scalar, true, Ok(None)),
    ];
    for (text, wanted, explode, expected) in table {
        let pairs = form::pairs(text);
        let got = form::gather(&pairs, "n", wanted, explode, &["R", "G"], form::decode);
        assert_eq!(got, expected, "{text} {wanted:?} {explode}");
    }
}

proptest::proptest! {
    #[test]
    fn no_query_makes_the_reader_panic(text in "\\PC{0,60}") {
        let _ = read(&format!("/?{text}"), &[("cookie", "a")]);
    }
}
