//! Sequences: values a line, values behind record separators, events; each item judged.

use serde_json::Value;
use serde_json::json;

use super::Api;

/// Content whose whole has a schema: a list of these.
fn whole(item: &Value) -> Value {
    json!({ "schema": { "type": "array", "items": item } })
}

/// Content whose items have a schema.
fn each(item: &Value) -> Value {
    json!({ "itemSchema": item })
}

#[test]
fn lines_and_records_are_judged_one_by_one() {
    let item = json!({ "type": "object", "properties": { "n": { "type": "integer" } }, "required": ["n"] });
    let table = [
        ("application/x-ndjson", "{\"n\":1}\n{\"n\":2}\n", "{\"n\":1}\n{\"n\":\"b\"}\n{}\n"),
        ("application/jsonl", "{\"n\":1}\r\n\r\n{\"n\":2}", "{\"n\":1}\n\n{\"n\":\"b\"}\n{}"),
        (
            "application/json-seq",
            "\u{1e}{\"n\":1}\n\u{1e}{\"n\":2}\n",
            "\u{1e}{\"n\":1}\n\u{1e}{\"n\":\"b\"}\n\u{1e}{}\n",
        ),
        (
            "application/geo+json-seq",
            "\u{1e}{\"n\":1}\u{1e}{\n\"n\":2}",
            "\u{1e}{\"n\":1}\u{1e}{\"n\":\"b\"}\u{1e}{}",
        ),
    ];
    for content in [whole(&item), each(&item)] {
        let api = Api::new(&json!({ "application/*": content }));
        for (media_type, right, wrong) in table {
            assert_eq!(api.value(media_type, right), json!([{"n": 1}, {"n": 2}]), "{media_type}");
            let lines = api.wrong(media_type, wrong);
            let expected = ["request-body-mismatch /1/n type", "request-body-mismatch /2 required"];
            assert_eq!(lines, expected, "{media_type}");
        }
        for (media_type, broken) in [
            ("application/x-ndjson", "{\"n\":1}\n{\"n\":\n2}"),
            ("application/x-ndjson", "[1}\n{\"n\":1}"),
            ("application/json-seq", "{\"n\":1}\n"),
            ("application/json-seq", "\u{1e}{\"n\":1}\n\u{1e}{"),
        ] {
            let outcome = api.take(media_type, broken);
            assert_eq!(outcome.violations.len(), 1, "{media_type} {broken}");
            assert_eq!(outcome.violations[0].rule.id, "request-body-malformed");
        }
    }
    let api = Api::new(&json!({ "application/jsonl": each(&item) }));
    let broken = api.take("application/jsonl", "{\"n\":1}\n\n{\"n\":x}\n").violations.remove(0);
    assert_eq!(broken.title, "the request body has a line (number 3) that is no JSON");
    assert_eq!(broken.instance.as_str(), "/1");
    assert_eq!(
        broken.help.as_deref(),
        Some("look at line 1, column 6 of that line: expected value")
    );
    let many = "{}\n".repeat(100_000);
    assert_eq!(api.wrong("application/jsonl", many).len(), 200);
}

#[test]
fn events_are_objects_of_their_fields() {
    let item = json!({
        "type": "object",
        "required": ["data"],
        "properties": {
            "data": { "type": "string", "maxLength": 5, "contentMediaType": "application/json" },
            "event": { "enum": ["add", "remove"] },
            "retry": { "type": "integer", "minimum": 1 },
        },
    });
    let api = Api::new(&json!({ "text/event-stream": each(&item) }));
    let table = [
        ("data: a\n\n", json!([{"data": "a"}])),
        ("data:a\r\rdata: b\r\n\r\n", json!([{"data": "a"}, {"data": "b"}])),
        (
            "\u{feff}: comment\n\n\nevent: add\ndata: a\ndata:  b\ndata\n\n",
            json!([{"event": "add", "data": "a\n b\n"}]),
        ),
        (
            "id: 1\nretry: 10\nretry: x\nfoo: bar\ndata: {\n\n",
            json!([{"id": "1", "retry": 10, "data": "{"}]),
        ),
        ("data: a\n\ndata: unfinished", json!([{"data": "a"}])),
        ("data: a\n\ndata: unfinished\n", json!([{"data": "a"}])),
        (": nothing\n\n", json!([])),
    ];
    for (stream, events) in table {
        assert_eq!(api.value("text/event-stream; charset=utf-8", stream), events, "{stream:?}");
    }
    let stream = "data: a\n\nevent: gone\ndata: a\n\nid: 1\n\nretry: 0\ndata: 123456\n\n";
    let expected = [
        "request-body-mismatch /1/event enum",
        "request-body-mismatch /2 required",
        "request-body-mismatch /3/retry minimum",
        "request-body-mismatch /3/data maxLength",
    ];
    assert_eq!(api.wrong("text/event-stream", stream), expected);
    let text = Api::new(&json!({ "text/event-stream": { "schema": { "type": "string" } } }));
    assert_eq!(text.value("text/event-stream", "data: a\n\n"), json!("data: a\n\n"));
}

#[test]
fn a_sequence_that_is_described_as_something_else_is_not_judged() {
    let api = Api::new(&json!({ "*/*": { "schema": { "type": "object", "required": ["a"] } } }));
    for (media_type, body) in [
        ("text/event-stream", "data: {\"b\": 1}\n\n"),
        ("application/x-ndjson", "{\"b\": 1}\n"),
        ("application/json-seq", "\u{1e}{\"b\": 1}\n"),
    ] {
        assert_eq!(api.wrong(media_type, body), ["not-judged"], "{media_type}");
    }
}

#[test]
fn parts_in_order_have_item_schemas_and_encodings() {
    let api = Api::new(&json!({ "multipart/mixed": {
        "itemSchema": { "type": "object", "required": ["n"] },
        "prefixEncoding": [{ "contentType": "application/json" }],
        "itemEncoding": { "contentType": "text/plain" },
    } }));
    let body = |first: &str, second: &str| {
        let part = |kind: &str| format!("--b\r\nContent-Type: {kind}\r\n\r\n{{\"n\":1}}\r\n");
        format!("{}{}--b--", part(first), part(second))
    };
    let media_type = "multipart/mixed; boundary=b";
    let right = body("application/json", "text/plain");
    assert_eq!(api.value(media_type, right), json!([{"n": 1}, {"n": 1}]));
    let wrong = api.wrong(media_type, body("text/plain", "application/json"));
    assert_eq!(wrong, ["media-type-unsupported /0", "media-type-unsupported /1"]);
}

#[test]
fn parts_stand_in_parts_where_an_encoding_says_so() {
    let part = |boundary: &str, fields: &str, content: &str| {
        format!("--{boundary}\r\n{fields}\r\n\r\n{content}\r\n")
    };
    let named = |name: &str, more: &str| {
        format!("Content-Disposition: form-data; name=\"{name}\"\r\nContent-Type: {more}")
    };
    let count = json!({ "type": "object", "properties": { "n": { "type": "integer" } } });
    let mixed = json!({
        "contentType": "multipart/mixed",
        "prefixEncoding": [{ "contentType": "application/json" }],
        "itemEncoding": { "contentType": "text/plain" },
    });
    let content = json!({ "multipart/form-data": {
        "schema": { "type": "object", "properties": {
            "list": { "type": "array", "prefixItems": [count], "items": { "type": "string" } },
            "one": { "type": "object", "properties": { "n": { "type": "integer" } } },
        } },
        "encoding": {
            "list": mixed,
            "one": { "contentType": "multipart/form-data", "encoding": { "n": {
                "contentType": "text/plain"
            } } },
        },
    } });
    let api = Api::with("3.2.0", &content, &json!({}));
    let media_type = "multipart/form-data; boundary=b";
    let body = |first: &str, second: &str| {
        let list = part("in", &format!("Content-Type: {first}"), "{\"n\":1}")
            + &part("in", "Content-Type: text/plain", "text")
            + "--in--";
        let one = part("in", &named("n", second), "7") + "--in--";
        part("b", &named("list", "multipart/mixed; boundary=in"), &list)
            + &part("b", &named("one", "multipart/form-data; boundary=in"), &one)
            + "--b--"
    };
    let right = body("application/json", "text/plain");
    let value = json!({ "list": [{ "n": 1 }, "text"], "one": { "n": 7 } });
    assert_eq!(api.value(media_type, right), value);
    let wrong = api.wrong(media_type, body("text/plain", "image/png"));
    assert!(wrong.contains(&"media-type-unsupported /list/0".to_owned()), "{wrong:?}");
    assert!(wrong.contains(&"media-type-unsupported /one/n".to_owned()), "{wrong:?}");
    let open = part("b", &named("one", "multipart/form-data"), "") + "--b--";
    assert_eq!(api.wrong(media_type, open), ["request-body-malformed /one"]);
    let written = api.written("multipart/form-data", &value).expect("it can be written");
    let boundary = written.lines().next().expect("there are lines").trim_start_matches("--");
    let media_type = format!("multipart/form-data; boundary={boundary}");
    assert_eq!(api.value(&media_type, &written), value, "{written}");
}

#[test]
fn what_is_written_as_a_sequence_is_read_as_it_was() {
    let item = json!({ "type": "object" });
    let api = Api::new(&json!({
        "application/x-ndjson": whole(&item),
        "application/json-seq": whole(&item),
        "text/event-stream": whole(&item),
    }));
    let value = json!([{"data": "a\nb"}, {"event": "x", "id": "1", "retry": 2, "data": ""}]);
    for media_type in ["application/x-ndjson", "application/json-seq", "text/event-stream"] {
        let written = api.written(media_type, &value).unwrap();
        assert_eq!(api.value(media_type, &written), value, "{written}");
    }
}
