//! HTML forms: members by the schema and by their encoding.

use serde_json::Value;
use serde_json::json;

use super::Api;
use super::lines;

const FORM: &str = "application/x-www-form-urlencoded";

fn form(schema: Value, encoding: Value) -> Api {
    Api::new(&json!({ FORM: { "schema": schema, "encoding": encoding } }))
}

fn usual() -> Api {
    form(
        json!({
            "type": "object",
            "properties": {
                "id": { "type": "integer" },
                "name": { "type": "string", "minLength": 1 },
                "on": { "type": "boolean" },
                "tags": { "type": "array", "items": { "type": "integer" } },
                "meta": { "type": "object", "properties": {
                    "a": { "type": "integer" },
                    "deep": { "type": "object", "properties": { "b": { "type": "boolean" } } },
                } },
                "maybe": { "type": "integer", "nullable": true },
                "free": {},
                "either": { "oneOf": [{ "type": "integer" }, { "type": "boolean" }] },
            },
            "additionalProperties": { "type": "integer" },
        }),
        json!({ "packed": { "contentType": "application/json" } }),
    )
}

#[test]
fn members_become_what_their_properties_say() {
    let api = usual();
    let table = [
        ("id=7", json!({"id": 7})),
        ("id=%37&&", json!({"id": 7})),
        ("name=a+b%2Bc", json!({"name": "a b+c"})),
        ("on=true&id=7", json!({"on": true, "id": 7})),
        ("tags=1&id=2&tags=3", json!({"tags": [1, 3], "id": 2})),
        ("tags=1", json!({"tags": [1]})),
        ("tags=", json!({"tags": []})),
        ("meta={\"a\":1,\"deep\":{\"b\":true}}", json!({"meta": {"a": 1, "deep": {"b": true}}})),
        ("maybe=", json!({"maybe": null})),
        ("free=1&free=2", json!({"free": ["1", "2"]})),
        ("either=true", json!({"either": true})),
        ("either=1", json!({"either": 1})),
        ("x=1&x=2", json!({"x": 2})),
        ("packed=3", json!({"packed": 3})),
        ("n%61me=x", json!({"name": "x"})),
    ];
    for (body, value) in table {
        assert_eq!(api.value(FORM, body), value, "{body}");
    }
}

#[test]
fn members_that_are_wrong_are_told_with_their_places() {
    let api = usual();
    let table = [
        ("id=a", "request-body-mismatch /id type"),
        ("id=", "request-body-mismatch /id type"),
        ("id", "request-body-mismatch /id type"),
        ("name=", "request-body-mismatch /name minLength"),
        ("on=yes", "request-body-mismatch /on type"),
        ("tags=1&tags=b", "request-body-mismatch /tags/1 type"),
        ("meta=a", "request-body-mismatch /meta type"),
        ("meta={\"a\":\"1\"}", "request-body-mismatch /meta/a type"),
        ("id=1&id=2", "request-body-malformed /id"),
        ("x=a", "request-body-mismatch /x type"),
        ("name=%zz", "request-body-malformed /name"),
        ("x=%ff", "request-body-malformed"),
        ("packed={", "request-body-malformed"),
        ("name=\u{fffd}\u{1}%ff", "request-body-malformed /name"),
    ];
    for (body, expected) in table {
        assert_eq!(api.wrong(FORM, body), [expected], "{body}");
        assert_eq!(lines(&api.give(FORM, body)).len(), 1, "{body}");
    }
    assert_eq!(api.wrong(FORM, b"\xff=1"), ["request-body-malformed"]);
}

#[test]
fn a_form_of_many_members_is_read_as_one_of_few() {
    let api = usual();
    let many: Vec<String> = (0..5_000).map(|number| format!("k{number}={number}")).collect();
    let value = api.value(FORM, format!("{}&tags=1&k7=8&tags=2", many.join("&")));
    let members = value.as_object().unwrap();
    assert_eq!(members.len(), 5_001);
    assert_eq!(members["k7"], json!(8));
    assert_eq!(members["tags"], json!([1, 2]));
    assert_eq!(api.wrong(FORM, "a=1&".repeat(10_001)), ["request-body-malformed"]);
}

/// Properties that are written in the style that `encoding` names.
fn in_style(style: &str, explode: Option<bool>) -> Api {
    let mut encoding = json!({ "style": style });
    if let Some(explode) = explode {
        encoding["explode"] = json!(explode);
    }
    form(
        json!({
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "l": { "type": "array", "items": { "type": "integer" } },
                "o": { "type": "object", "properties": {
                    "r": { "type": "integer" },
                    "g": { "type": "array", "items": { "type": "integer" } },
                    "d": { "type": "object", "properties": { "x": { "type": "boolean" } } },
                } },
                "s": { "type": "integer" },
            },
        }),
        json!({ "l": encoding, "o": encoding, "s": encoding }),
    )
}

#[test]
fn properties_are_read_in_their_styles() {
    let table = [
        ("form", None, "l=1&l=2&s=3", json!({"l": [1, 2], "s": 3})),
        ("form", Some(false), "l=1,2", json!({"l": [1, 2]})),
        ("form", Some(false), "o=r,1", json!({"o": {"r": 1}})),
        ("form", Some(true), "r=1&s=2", json!({"o": {"r": 1}, "s": 2})),
        ("spaceDelimited", None, "l=1%202", json!({"l": [1, 2]})),
        ("spaceDelimited", None, "l=1+2", json!({"l": [1, 2]})),
        ("spaceDelimited", Some(true), "l=1&l=2", json!({"l": [1, 2]})),
        ("pipeDelimited", None, "l=1|2&s=3", json!({"l": [1, 2], "s": 3})),
        ("pipeDelimited", None, "l=1%7C2", json!({"l": [1, 2]})),
        ("deepObject", None, "o[r]=1&o%5Bg%5D=1&o[g]=2", json!({"o": {"r": 1, "g": [1, 2]}})),
        ("deepObject", Some(true), "o[d][x]=true", json!({"o": {"d": {"x": true}}})),
    ];
    for (style, explode, body, value) in table {
        let read = in_style(style, explode).value(FORM, body);
        assert_eq!(read, value, "{style} {explode:?} {body}");
    }
    let wrong = [
        ("form", Some(false), "l=1,b", "request-body-mismatch /l/1 type"),
        ("form", Some(false), "o=r", "request-body-malformed /o"),
        ("pipeDelimited", None, "l=1&l=2", "request-body-malformed /l"),
        ("deepObject", None, "o[r]=a", "request-body-mismatch /o/r type"),
        ("deepObject", None, "o[r=1", "request-body-malformed /o"),
        ("deepObject", None, "x[r]=1", "request-body-mismatch additionalProperties"),
    ];
    for (style, explode, body, line) in wrong {
        let found = in_style(style, explode).wrong(FORM, body);
        assert_eq!(found, [line], "{style} {explode:?} {body}");
    }
}

#[test]
fn the_forms_of_swagger_say_how_lists_are_written() {
    let field = |name: &str, format: &str| {
        json!({ "name": name, "in": "formData", "type": "array", "items": { "type": "integer" },
            "collectionFormat": format })
    };
    let document = json!({
        "swagger": "2.0",
        "info": { "title": "forms", "version": "1" },
        "consumes": [FORM, "multipart/form-data"],
        "paths": { "/it": { "post": {
            "operationId": "it",
            "parameters": [
                field("c", "csv"), field("s", "ssv"), field("p", "pipes"), field("m", "multi"),
                { "name": "n", "in": "formData", "type": "integer" },
                { "name": "e", "in": "formData", "type": "string", "allowEmptyValue": false },
            ],
            "responses": { "200": { "description": "fine" } },
        } } },
    });
    let api = Api::of(&document);
    let value = json!({"c": [1, 2], "s": [1, 2], "p": [1, 2], "m": [1, 2], "n": 3});
    let read = api.take(FORM, "c=1,2&s=1+2&p=1|2&m=1&m=2&n=3");
    assert_eq!(lines(&read.violations), Vec::<String>::new());
    assert_eq!(read.value, Some(value.clone()));
    let part = |name: &str, text: &str| {
        format!("--b\r\nContent-Disposition: form-data; name={name}\r\n\r\n{text}\r\n")
    };
    let parts = [("c", "1,2"), ("s", "1 2"), ("p", "1|2"), ("m", "1"), ("m", "2"), ("n", "3")];
    let parts: String = parts.iter().map(|(name, text)| part(name, text)).collect();
    let read = api.take("multipart/form-data; boundary=b", format!("{parts}--b--"));
    assert_eq!(lines(&read.violations), Vec::<String>::new());
    assert_eq!(read.value, Some(value));
    assert_eq!(api.wrong(FORM, "c=1,b"), ["request-body-mismatch /c/1 type"]);
    let empty = api.take(FORM, "e=").violations.remove(0);
    assert_eq!(lines(std::slice::from_ref(&empty)), ["request-body-mismatch /e minLength"]);
    assert_eq!(empty.place.as_str(), "/paths/~1it/post/parameters/5/allowEmptyValue");
}
