//! Validation: everything that is said of a request's and a response's content.

use std::borrow::Borrow;

use bytes::Bytes;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use serde_json::Value;
use serde_json::json;
use standin::finding::Violation;
use standin::message::Answer;
use standin::message::Body;
use standin::message::Request;
use standin::spec::Document;
use standin::spec::load;
use standin::validate::Reading;
use standin::validate::request;
use standin::validate::request::Demands;
use standin::validate::response;

const DOCUMENT: &str = "
openapi: 3.0.3
info: { title: contents, version: '1' }
paths:
  /required:
    post:
      operationId: required
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
      responses: &responses
        '200':
          description: fine
          headers:
            X-Count: { required: true, schema: { type: integer } }
            X-Note: { schema: { type: string, maxLength: 3 } }
          content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } }
        '204': { description: nothing }
        4XX: { description: wrong, content: { application/problem+json: { schema: { type: object } } } }
    get:
      operationId: reading
      parameters: [{ name: limit, in: query, schema: { type: integer } }]
      responses: *responses
  /optional:
    post:
      operationId: optional
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
      responses: *responses
  /bodiless:
    post: { operationId: bodiless, responses: *responses }
  /form:
    post:
      operationId: form
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              required: [grant_type]
              properties:
                grant_type: { type: string }
                count: { type: integer }
                scope: { type: array, items: { type: string } }
                claims: { type: object, properties: { a: { type: integer } } }
      responses: *responses
  /other:
    post:
      operationId: other
      requestBody:
        required: true
        content:
          text/*: { schema: { type: string, maxLength: 3 } }
          text/csv: { schema: { type: string, maxLength: 9 } }
          multipart/form-data: { schema: { type: object } }
          image/png: { schema: { type: string, format: binary } }
          application/msgpack: { schema: { type: object } }
      responses: *responses
components:
  schemas:
    Thing:
      type: object
      required: [id]
      properties:
        id: { type: string, minLength: 2 }
        size: { type: integer, maximum: 9 }
        token: { type: string, maxLength: 2 }
        parts: { type: array, items: { type: object, properties: { n: { type: integer } } } }
        secret: { type: string, readOnly: true }
      additionalProperties: false
";

fn document() -> Document {
    load::from_text("contents.yaml", DOCUMENT).expect("well-formed in the test")
}

fn call(operation: &str, headers: &[(&str, &str)], body: &[u8]) -> Reading<'static> {
    let document = document();
    let operation = document.operation(operation).expect("well-formed in the test");
    let mut call = Request::new(operation.method.clone(), "/");
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("well-formed in the test");
        call.headers.append(name, HeaderValue::from_str(value).expect("well-formed in the test"));
    }
    call.body = Bytes::copy_from_slice(body);
    request::read(
        &document,
        operation,
        &[],
        &call,
        Demands { credentials: true, ..Demands::default() },
    )
    .into_owned()
}

/// The content that was read.
fn content(reading: Reading<'_>) -> Option<Value> {
    reading.body.map(|body| body.view().to_value().into_owned())
}

const JSON: (&str, &str) = ("content-type", "application/json");

/// Violations as `rule instance keyword`.
fn lines(violations: &[impl Borrow<Violation>]) -> Vec<String> {
    violations
        .iter()
        .map(|violation| {
            let violation: &Violation = violation.borrow();
            let words = [violation.rule.id, violation.instance.as_str(), &violation.keyword];
            words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
        })
        .collect()
}

#[test]
fn a_right_request_has_no_violations() {
    let reading = call("required", &[JSON, ("accept", "*/*")], br#"{"id":"ab","size":1}"#);
    assert_eq!(reading.violations, []);
    assert_eq!(reading.refusal, None);
    assert_eq!(reading.media_type.as_ref().unwrap().to_string(), "application/json");
    assert_eq!(content(reading), Some(json!({"id": "ab", "size": 1})));
}

#[test]
fn bodies_are_judged_by_their_schema() {
    let table: [(&[u8], &[&str]); 10] = [
        (b"", &["request-body-missing required"]),
        (b" \n", &["request-body-missing required"]),
        (b"{}", &["request-body-mismatch required"]),
        (b"null", &["request-body-mismatch type"]),
        (br#"{"id":"a"}"#, &["request-body-mismatch /id minLength"]),
        (br#"{"id":"ab","size":10}"#, &["request-body-mismatch /size maximum"]),
        (br#"{"id":"ab","x":1}"#, &["request-body-mismatch additionalProperties"]),
        (br#"{"id":"ab","parts":[{"n":1},{"n":"1"}]}"#, &["request-body-mismatch /parts/1/n type"]),
        (
            br#"{"id":1,"size":"1"}"#,
            &["request-body-mismatch /id type", "request-body-mismatch /size type"],
        ),
        (br#"{"id":"a","id":"ab"}"#, &[]),
    ];
    for (body, expected) in table {
        let reading = call("required", &[JSON], body);
        let text = String::from_utf8_lossy(body);
        assert_eq!(lines(&reading.violations), expected, "{text}");
        let refused = reading.refusal.map(|refusal| refusal.id());
        assert_eq!(refused, (!expected.is_empty()).then_some("request-invalid"), "{text}");
    }
}

#[test]
fn a_mismatch_in_a_body_masks_secrets_and_names_its_places() {
    let reading = call("required", &[JSON], br#"{"id":"ab","token":"abcdef"}"#);
    let violation = &reading.violations[0];
    assert_eq!(violation.title, "`token` in the request body is longer than 2 characters");
    assert_eq!(violation.got.as_deref(), Some("•••"));
    assert_eq!(violation.place.as_str(), "/components/schemas/Thing/properties/token/maxLength");
    let reading = call("required", &[JSON], b"{}");
    let violation = &reading.violations[0];
    assert_eq!(violation.title, "the request body misses the required property `id`");
    assert_eq!(violation.property.as_deref(), Some("id"));
    assert_eq!(violation.got, None);
}

#[test]
fn json_that_can_not_be_read_is_told_with_its_place() {
    let reading = call("required", &[JSON], b"{\n  \"id\": ,\n}");
    assert_eq!(lines(&reading.violations), ["request-body-malformed"]);
    assert_eq!(
        reading.violations[0].help.as_deref(),
        Some("look at line 2, column 9 of the body: expected value")
    );
    let deep = "[".repeat(100_000);
    for body in [&b"{\"id\":"[..], b"\xff", deep.as_bytes()] {
        let reading = call("required", &[JSON], body);
        assert_eq!(lines(&reading.violations), ["request-body-malformed"]);
    }
}

#[test]
fn a_body_that_may_be_left_out_may_be_empty_or_null() {
    for headers in [&[JSON][..], &[], &[("content-type", "text/plain")]] {
        for body in [&b""[..], b" ", b"null", b" null\n"] {
            let reading = call("optional", headers, body);
            assert_eq!(reading.violations, []);
            assert_eq!(content(reading), None);
        }
    }
    assert_eq!(
        lines(&call("optional", &[JSON], b"{}").violations),
        ["request-body-mismatch required"]
    );
}

#[test]
fn an_operation_without_a_body_takes_anything() {
    for headers in [&[JSON][..], &[], &[("content-type", "image/png")], &[("content-type", "?")]] {
        for operation in ["bodiless", "reading"] {
            for body in [&b""[..], b"{}", b"null", b"{", b"\xff"] {
                assert_eq!(call(operation, headers, body).violations, [], "{operation}");
            }
        }
    }
}

#[test]
fn a_media_type_that_is_not_declared_is_refused_with_415() {
    let table = [
        (&[("content-type", "text/plain")][..], false),
        (&[("content-type", "nonsense")], false),
        (&[], false),
        (&[("content-type", "Application/JSON; charset=utf-8")], true),
    ];
    for (headers, is_fine) in table {
        let reading = call("required", headers, br#"{"id":"ab"}"#);
        let status = reading.refusal.map(|refusal| refusal.status());
        assert_eq!(status, (!is_fine).then_some(StatusCode::UNSUPPORTED_MEDIA_TYPE), "{headers:?}");
    }
}

#[test]
fn forms_become_objects_of_the_schema_s_types() {
    const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
    let reading = call(
        "form",
        &[FORM],
        b"grant_type=a+b%26&count=3&scope=x&scope=y&claims=%7B%22a%22:1%7D&other=1",
    );
    assert_eq!(reading.violations, []);
    assert_eq!(
        content(reading),
        Some(json!({
            "grant_type": "a b&", "count": 3, "scope": ["x", "y"], "claims": {"a": 1}, "other": "1",
        }))
    );
    let table: [(&[u8], &str); 6] = [
        (b"count=3", "request-body-mismatch required"),
        (b"grant_type=a&count=x", "request-body-mismatch /count type"),
        (b"grant_type=a&grant_type=b", "request-body-malformed /grant_type"),
        (b"grant_type=%zz", "request-body-malformed /grant_type"),
        (b"grant_type=a&stranger=%zz", "request-body-malformed"),
        (b"grant_type=\xff", "request-body-malformed"),
    ];
    for (body, expected) in table {
        assert_eq!(lines(&call("form", &[FORM], body).violations), [expected]);
    }
    let repeated = call("form", &[FORM], b"grant_type=a&stranger=1&stranger=2");
    assert!(repeated.violations.is_empty(), "nobody said that it comes once");
}

#[test]
fn text_is_judged_as_a_string_and_the_rest_is_said_not_to_be_judged() {
    let send = |media_type: &str, body: &[u8]| call("other", &[("content-type", media_type)], body);
    assert_eq!(content(send("text/plain", b"abc")), Some(json!("abc")));
    assert_eq!(lines(&send("text/plain", b"abcd").violations), ["request-body-mismatch maxLength"]);
    assert_eq!(send("text/csv", b"abcd").violations, [], "a type beats a range");
    let multipart = send("multipart/form-data; boundary=x", b"--x--");
    assert_eq!(multipart.violations, []);
    let packed = send("application/msgpack", b"\x80");
    assert_eq!(lines(&packed.violations), ["not-judged"]);
    assert_eq!(packed.refusal, None, "what is not judged is no reason to refuse");
    assert_eq!(send("image/png", b"\x89PNG").violations, []);
}

#[test]
fn accept_is_refused_only_where_no_success_is_acceptable() {
    let table = [
        ("application/json", true),
        ("application/*;q=0.1", true),
        ("text/html, */*;q=0.8", true),
        ("text/html", false),
        ("application/problem+json", false),
        ("application/json;q=0", false),
        ("application/json;q=0, */*", false),
        ("*/*;q=0, application/json", true),
        ("nonsense", true),
        ("APPLICATION/JSON ; q=1", true),
    ];
    for (accept, is_fine) in table {
        let reading = call("reading", &[("accept", accept)], b"");
        let refused = reading.refusal.map(|refusal| refusal.id());
        assert_eq!(refused, (!is_fine).then_some("not-acceptable"), "{accept}");
    }
    let reading = call("reading", &[("accept", "text/html;q=0.5, application/*, a/b;q=0")], b"");
    let accepted: Vec<String> = reading.accept.ranges().map(ToString::to_string).collect();
    assert_eq!(accepted, ["application/*", "text/html"]);
}

#[test]
fn the_most_basic_reason_to_refuse_wins() {
    let html = [("accept", "text/html"), ("content-type", "text/plain")];
    let reading = call("required", &html, b"x");
    assert_eq!(reading.refusal.unwrap().id(), "media-type-unsupported");
    assert_eq!(lines(&reading.violations), ["not-acceptable", "media-type-unsupported"]);
}

fn answer(status: u16, headers: &[(&'static str, &str)], body: &str) -> Answer {
    let mut answer = Answer::empty(StatusCode::from_u16(status).expect("well-formed in the test"));
    for (name, value) in headers {
        let name = HeaderName::from_static(name);
        answer.headers.append(name, HeaderValue::from_str(value).expect("well-formed in the test"));
    }
    if !body.is_empty() {
        answer.body = Body::Whole { bytes: Bytes::copy_from_slice(body.as_bytes()), value: None };
    }
    answer
}

#[test]
fn responses_are_judged_by_status_media_type_header_and_body() {
    const COUNT: (&str, &str) = ("x-count", "3");
    const PROBLEM: (&str, &str) = ("content-type", "application/problem+json");
    let fine = r#"{"id":"ab","secret":"x"}"#;
    let table: [(Answer, &[&str]); 14] = [
        (answer(200, &[JSON, COUNT], fine), &[]),
        (answer(200, &[JSON, COUNT, ("x-other", "1")], fine), &[]),
        (answer(204, &[], ""), &[]),
        (answer(404, &[PROBLEM], "{}"), &[]),
        (answer(500, &[], ""), &["response-status-undeclared"]),
        (answer(200, &[JSON], fine), &["response-header-missing required"]),
        (answer(200, &[JSON, ("x-count", "a")], fine), &["response-header-mismatch type"]),
        (
            answer(200, &[JSON, COUNT, ("x-note", "long")], fine),
            &["response-header-mismatch maxLength"],
        ),
        (answer(200, &[COUNT, JSON], ""), &["response-body-missing"]),
        (answer(200, &[COUNT, JSON], "{"), &["response-body-malformed"]),
        (answer(200, &[COUNT, JSON], "{}"), &["response-body-mismatch required"]),
        (answer(200, &[COUNT, PROBLEM], fine), &["response-media-type-undeclared"]),
        (answer(200, &[COUNT], fine), &["response-media-type-undeclared"]),
        (answer(204, &[JSON], "{}"), &["response-media-type-undeclared"]),
    ];
    let document = document();
    let operation = document.operation("required").unwrap();
    for (answer, expected) in table {
        let violations = response::read(&document, operation, &Method::POST, &answer);
        assert_eq!(lines(&violations), expected, "{answer:?}");
    }
}

#[test]
fn the_answer_to_head_needs_no_body() {
    let document = document();
    let operation = document.operation("reading").unwrap();
    let answer = answer(200, &[("x-count", "1"), JSON], "");
    assert_eq!(response::read(&document, operation, &Method::HEAD, &answer), []);
    assert_eq!(response::read(&document, operation, &Method::GET, &answer).len(), 1);
}

#[test]
fn a_value_at_hand_is_judged_without_reading_the_bytes_again() {
    let document = document();
    let operation = document.operation("required").unwrap();
    let mut answer = answer(200, &[("x-count", "1"), JSON], "ignored");
    answer.body = Body::Whole { bytes: Bytes::from("not read"), value: Some(json!({"id": "ab"})) };
    assert_eq!(response::read(&document, operation, &Method::POST, &answer), []);
}

proptest::proptest! {
    #[test]
    fn no_body_makes_the_reader_panic(
        body in proptest::collection::vec(proptest::num::u8::ANY, 0..64),
        media_type in "application/json|application/x-www-form-urlencoded|text/plain|[ -~]{0,12}",
    ) {
        for operation in ["required", "form", "other"] {
            let reading = call(operation, &[("content-type", &media_type)], &body);
            proptest::prop_assert!(content(reading).is_none_or(|value| value != Value::Null));
        }
    }
}
