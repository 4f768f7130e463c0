//! Multipart content: named parts and parts in order, each by its own media type.

use serde_json::Value;
use serde_json::json;

use super::Api;
use super::lines;

const FORM: &str = "multipart/form-data; boundary=b";

/// Parts, each its header fields and its content, put together with the boundary `b`.
fn parts(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (fields, content) in parts {
        bytes.extend_from_slice(b"--b\r\n");
        for line in fields.split('|').filter(|line| !line.is_empty()) {
            bytes.extend_from_slice(line.as_bytes());
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(content);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"--b--\r\n");
    bytes
}

/// Named parts without further header fields.
fn named(pairs: &[(&str, &str)]) -> Vec<u8> {
    let fields: Vec<String> = pairs
        .iter()
        .map(|(name, _)| format!("Content-Disposition: form-data; name={name}"))
        .collect();
    let list: Vec<(&str, &[u8])> = fields
        .iter()
        .zip(pairs)
        .map(|(fields, (_, content))| (&**fields, content.as_bytes()))
        .collect();
    parts(&list)
}

/// Content of `multipart/form-data`.
fn form(schema: Value, encoding: Value) -> Api {
    Api::new(&json!({ "multipart/form-data": { "schema": schema, "encoding": encoding } }))
}

fn upload() -> Api {
    form(
        json!({
            "type": "object",
            "required": ["id"],
            "additionalProperties": false,
            "properties": {
                "id": { "type": "integer" },
                "note": { "type": "string", "maxLength": 4, "nullable": true },
                "tags": { "type": "array", "items": { "type": "integer" }, "maxItems": 3 },
                "meta": { "type": "object", "properties": { "a": { "type": "integer" } } },
                "list": { "type": "array", "items": { "type": "object", "required": ["a"] } },
                "file": { "type": "string", "format": "binary", "maxLength": 4 },
                "files": { "type": "array", "items": { "type": "string", "format": "binary" } },
                "maybe": { "type": "integer", "nullable": true },
            },
        }),
        json!({}),
    )
}

#[test]
fn parts_become_what_their_properties_say() {
    let api = upload();
    let table: [(&[(&str, &str)], Value); 12] = [
        (&[("id", "7")], json!({"id": 7})),
        (&[("\"id\"", "7")], json!({"id": 7})),
        (&[("id", "7"), ("note", "12")], json!({"id": 7, "note": "12"})),
        (&[("id", "7"), ("note", "")], json!({"id": 7, "note": ""})),
        (&[("id", "7"), ("maybe", "")], json!({"id": 7, "maybe": null})),
        (&[("id", "7"), ("tags", "1")], json!({"id": 7, "tags": [1]})),
        (&[("tags", "1"), ("id", "7"), ("tags", "2")], json!({"tags": [1, 2], "id": 7})),
        (&[("id", "7"), ("tags", "")], json!({"id": 7, "tags": []})),
        (&[("id", "7"), ("meta", "{\"a\":1}")], json!({"id": 7, "meta": {"a": 1}})),
        (
            &[("id", "7"), ("list", "{\"a\":1}"), ("list", "{\"a\":2}")],
            json!({"id": 7, "list": [{"a": 1}, {"a": 2}]}),
        ),
        (&[("id", "7"), ("file", "{\"a")], json!({"id": 7, "file": "{\"a"})),
        (&[("id", "7"), ("files", "12"), ("files", "x")], json!({"id": 7, "files": ["12", "x"]})),
    ];
    for (pairs, value) in table {
        assert_eq!(api.value(FORM, named(pairs)), value, "{pairs:?}");
    }
}

#[test]
fn parts_that_break_the_schema_are_told_with_their_places() {
    let api = upload();
    let table: [(&[(&str, &str)], &str); 9] = [
        (&[], "request-body-mismatch required"),
        (&[("id", "a")], "request-body-mismatch /id type"),
        (&[("id", "")], "request-body-mismatch /id type"),
        (&[("id", "7"), ("x", "1")], "request-body-mismatch additionalProperties"),
        (&[("id", "7"), ("note", "12345")], "request-body-mismatch /note maxLength"),
        (&[("id", "7"), ("tags", "1"), ("tags", "b")], "request-body-mismatch /tags/1 type"),
        (&[("id", "7"), ("meta", "{\"a\":\"b\"}")], "request-body-mismatch /meta/a type"),
        (&[("id", "7"), ("meta", "a=b")], "request-body-mismatch /meta type"),
        (&[("id", "7"), ("list", "{}")], "request-body-mismatch /list/0 required"),
    ];
    for (pairs, expected) in table {
        assert_eq!(api.wrong(FORM, named(pairs)), [expected], "{pairs:?}");
    }
    let twice = api.take(FORM, named(&[("id", "7"), ("id", "8")]));
    assert_eq!(lines(&twice.violations), ["request-body-malformed /id"]);
    let title = "the request body has the part `id`, which is sent 2 times, though it is no list";
    assert_eq!(twice.violations[0].title, title);
}

#[test]
fn a_part_is_read_by_its_own_media_type() {
    let api = upload();
    let part = |fields: &str, content: &[u8]| {
        let fields = format!("Content-Disposition: form-data; {fields}");
        parts(&[("Content-Disposition: form-data; name=id", b"7"), (&fields, content)])
    };
    let value = |fields: &str, content: &[u8]| api.value(FORM, part(fields, content));
    let json = "name=tags|Content-Type: application/json";
    assert_eq!(value(json, b"[1, 2]"), json!({"id": 7, "tags": [1, 2]}));
    let latin = "name=note|Content-Type: text/plain; charset=iso-8859-1";
    assert_eq!(value(latin, b"\xe9"), json!({"id": 7, "note": "é"}));
    let file = "name=file; filename=\"a;b.json\"|content-type: application/json";
    assert_eq!(value(file, b"{}"), json!({"id": 7, "file": "{}"}));
    let bytes = "name=file; filename=x; filename*=UTF-8''%e2%82%ac.png|Content-Type: image/png";
    assert_eq!(value(bytes, b"\xff\r\n-"), json!({"id": 7, "file": "\u{ff}\r\n-"}));
    let long = "name=file; filename=\"C:\\x.png\"|Content-Type: image/png";
    assert_eq!(
        api.wrong(FORM, part(long, "éée".as_bytes())),
        ["request-body-mismatch /file maxLength"]
    );
    let broken = api.wrong(FORM, part("name=meta|Content-Type: application/json", b"{"));
    assert_eq!(broken, ["request-body-malformed /meta"]);
    let unknown =
        api.wrong(FORM, part("name=note|Content-Type: text/plain; charset=klingon", b"a"));
    assert_eq!(unknown, ["request-body-malformed /note"]);
}

#[test]
fn names_are_taken_as_they_were_meant() {
    let api = form(json!({ "type": "object" }), json!({}));
    let table = [
        ("name=\"a b\"", "a b"),
        ("name=\"a\\\"b\"", "a\"b"),
        ("name=\"a%22b\"", "a\"b"),
        ("name=\"a;b\"; filename=c", "a;b"),
        ("filename=\"name=x\"; name=y", "y"),
        ("NAME=z", "z"),
        ("name=\"é\"", "é"),
        ("name=\"\"", ""),
        ("|\tname=folded", "folded"),
    ];
    for (fields, name) in table {
        let fields = format!("Content-Disposition: form-data; {fields}");
        let value = api.value(FORM, parts(&[(&fields, b"1")]));
        assert_eq!(value, json!({ name: "1" }), "{fields}");
    }
}

#[test]
fn the_declared_media_types_of_parts_are_demanded() {
    let properties = json!({
        "type": "object",
        "properties": { "pic": { "type": "string", "format": "binary" }, "meta": { "type": "object" } },
    });
    let encoding = json!({
        "pic": { "contentType": "image/png, image/jpeg,video/*" },
        "meta": { "contentType": "application/json" },
    });
    let api = form(properties, encoding);
    let part = |name: &str, kind: &str, content: &str| {
        let field = if kind.is_empty() { String::new() } else { format!("|Content-Type: {kind}") };
        let fields = format!("Content-Disposition: form-data; name={name}{field}");
        parts(&[(&fields, content.as_bytes())])
    };
    for kind in ["image/png", "IMAGE/JPEG", "video/mp4", "image/png; x=y"] {
        assert_eq!(api.value(FORM, part("pic", kind, "x")), json!({"pic": "x"}), "{kind}");
    }
    assert_eq!(api.value(FORM, part("meta", "application/json", "{}")), json!({"meta": {}}));
    for (name, kind) in [("pic", "image/gif"), ("pic", ""), ("meta", ""), ("meta", "text/plain")] {
        let bytes = part(name, kind, "{}");
        let place = format!("/{name}");
        let outcome = api.take(FORM, &bytes);
        assert_eq!(lines(&outcome.violations), [format!("media-type-unsupported {place}")]);
        assert_eq!(outcome.refusal.map(|refusal| refusal.id()), Some("request-invalid"));
        let given = lines(&api.give(FORM, &bytes));
        assert_eq!(given, [format!("response-media-type-undeclared {place}")]);
    }
}

#[test]
fn the_declared_header_fields_of_parts_are_demanded() {
    let api = form(
        json!({ "type": "object" }),
        json!({ "pic": { "headers": {
            "X-Rate": { "required": true, "schema": { "type": "integer", "maximum": 9 } },
            "Content-Type": { "schema": { "type": "integer" } },
        } } }),
    );
    let part = |field: &str| {
        let fields = format!("Content-Disposition: form-data; name=pic{field}");
        parts(&[(&fields, b"x")])
    };
    assert_eq!(api.value(FORM, part("|x-rate: 9|Content-Type: image/png")), json!({"pic": "x"}));
    let table = [
        ("", "request-body-mismatch /pic required", "misses"),
        ("|X-Rate: 10", "request-body-mismatch /pic maximum", "maximum"),
        ("|X-Rate: a", "request-body-mismatch /pic type", "integer"),
    ];
    for (field, line, _) in table {
        assert_eq!(api.wrong(FORM, part(field)), [line]);
    }
    let title = &api.take(FORM, part("")).violations[0].title;
    assert_eq!(title, "of the part `pic`, the required header `X-Rate` is missing");
}

#[test]
fn boundaries_are_taken_as_the_standard_has_them() {
    let api = form(json!({ "type": "object" }), json!({}));
    let part = "Content-Disposition: form-data; name=a\r\n\r\n";
    let right = [
        (format!("--b\r\n{part}1\r\n--b--"), "1"),
        (format!("--b\r\n{part}1\r\n--b--\r\n"), "1"),
        (format!("--b\r\n{part}1\r\n--b--\r\nepilogue\r\n--b\r\nnothing"), "1"),
        (format!("preamble\r\n--b\r\n{part}1\r\n--b--"), "1"),
        (format!("--b \t\r\n{part}1\r\n--b-- \r\n"), "1"),
        (format!("--b\r\n{part}\r\n--b--"), ""),
        (format!("--b\r\n{part} --b\r\n--b--"), " --b"),
        (format!("--b\r\n{part}x--b\r\n\r\n--b--"), "x--b\r\n"),
        (
            format!("--b\r\n{part}1\r\n--bb\r\n--b-\r\n--b--x\r\n--b--"),
            "1\r\n--bb\r\n--b-\r\n--b--x",
        ),
        (format!("--b\r\n{part}1\n--b--\r\n--b--"), "1\n--b--"),
    ];
    for (body, value) in right {
        assert_eq!(api.value(FORM, &body), json!({ "a": value }), "{body}");
    }
    assert_eq!(api.value(FORM, "--b--"), json!({}));
    let wrong = [
        "b".to_owned(),
        "--b".to_owned(),
        "--b\r\n".to_owned(),
        format!("--b\r\n{part}1"),
        format!("--b\r\n{part}1\r\n--b"),
        format!("--b\n{part}1\n--b--"),
        format!("--c\r\n{part}1\r\n--c--"),
        "--b\r\n\r\n1\r\n--b--".to_owned(),
        "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--".to_owned(),
        "--b\r\nno field\r\n\r\n1\r\n--b--".to_owned(),
        "--b\r\nno field: x\r\n\r\n1\r\n--b--".to_owned(),
    ];
    for body in wrong {
        assert_eq!(api.wrong(FORM, &body), ["request-body-malformed"], "{body}");
        assert_eq!(lines(&api.give(FORM, &body)), ["response-body-malformed"], "{body}");
    }
    let long = "x".repeat(71);
    for boundary in ["", "\"\"", "\"a \"", "\"a\\\"b\"", &long] {
        let media_type = format!("multipart/form-data; boundary={boundary}");
        assert_eq!(api.wrong(&media_type, "--b--"), ["request-body-malformed"], "{boundary}");
    }
    assert_eq!(api.wrong("multipart/form-data", "--b--"), ["request-body-malformed"]);
    let quoted = "multipart/form-data; boundary=\"a b:c\"";
    let body = format!("--a b:c\r\n{part}1\r\n--a b:c--");
    assert_eq!(api.value(quoted, body), json!({"a": "1"}));
}

#[test]
fn parts_in_order_are_a_list() {
    let content = |schema: Value| Api::new(&json!({ "multipart/*": { "schema": schema } }));
    let list = content(json!({ "type": "array", "items": { "type": "integer" } }));
    let bytes = parts(&[("", b"1"), ("Content-Type: text/plain", b"2")]);
    assert_eq!(list.value("multipart/mixed; boundary=b", &bytes), json!([1, 2]));
    let wrong = list.wrong("multipart/mixed; boundary=b", parts(&[("", b"1"), ("", b"a")]));
    assert_eq!(wrong, ["request-body-mismatch /1 type"]);
    let related = parts(&[("Content-Type: application/json", b"{\"a\":1}"), ("", b"\xff")]);
    let any = content(json!({}));
    assert_eq!(any.value("multipart/related; boundary=b", related), json!([{"a": 1}, "\u{ff}"]));
    let object = content(json!({ "type": "object", "properties": { "a": { "type": "integer" } } }));
    let named = named(&[("a", "1")]);
    assert_eq!(object.value("multipart/mixed; boundary=b", named), json!({"a": 1}));
    assert_eq!(object.wrong("multipart/mixed; boundary=b", &bytes), ["not-judged"]);
}

#[test]
fn parts_are_read_in_the_styles_of_their_properties() {
    let api = form(
        json!({ "type": "object", "additionalProperties": false, "properties": {
            "l": { "type": "array", "items": { "type": "integer" } },
            "o": { "type": "object", "properties": { "r": { "type": "integer" } } },
            "e": { "type": "array", "items": { "type": "string" } },
        } }),
        json!({
            "l": { "style": "pipeDelimited" },
            "o": { "style": "deepObject" },
            "e": { "style": "form", "explode": true },
        }),
    );
    let pairs = [("l", "1|2"), ("\"o[r]\"", "3"), ("e", "a%20b"), ("e", "c")];
    let value = json!({"l": [1, 2], "o": {"r": 3}, "e": ["a%20b", "c"]});
    assert_eq!(api.value(FORM, named(&pairs)), value);
    assert_eq!(api.wrong(FORM, named(&[("l", "1|b")])), ["request-body-mismatch /l/1 type"]);
}
