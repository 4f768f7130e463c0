//! What is said of broken bodies, as a person reads it: where, what was sent, what would have been
//! right, what to do.

use std::fmt::Write;

use serde_json::json;
use standin::finding::Violation;

use super::Api;

/// A content that is wrong in one way, and what somebody calls it.
struct Case {
    name: &'static str,
    media_type: &'static str,
    body: Vec<u8>,
}

fn case(name: &'static str, media_type: &'static str, body: impl AsRef<[u8]>) -> Case {
    Case { name, media_type, body: body.as_ref().to_vec() }
}

const FORM: &str = "application/x-www-form-urlencoded";
const PARTS: &str = "multipart/form-data; boundary=b";

fn cases() -> Vec<Case> {
    let part = |fields: &str, content: &str| {
        format!("--b\r\nContent-Disposition: form-data; {fields}\r\n\r\n{content}\r\n--b--\r\n")
    };
    let doctype = "<!DOCTYPE pet [<!ENTITY a \"b\">]>\n<pet><name>&a;</name></pet>";
    vec![
        case("no media type", "", "{}"),
        case("another media type", "text/csv", "id,name"),
        case("json that is cut off", "application/json", "{\"id\": 7, \"tags\": [1"),
        case("json with a comma too many", "application/json", "{\n  \"id\": 7,\n}"),
        case("json in latin-1", "application/json; charset=iso-8859-1", b"{\"name\": \"\xe9\"}"),
        case(
            "json of the wrong types",
            "application/json",
            "{\"id\": \"7\", \"tags\": [1, \"b\"]}",
        ),
        case("a form with a wrong member", FORM, "id=seven&name=Rex"),
        case("a form that says one member twice", FORM, "id=7&id=8"),
        case("a form that is badly encoded", FORM, "id=7&name=%zz"),
        case("an object in a form that is no JSON", FORM, "id=7&owner=Ann"),
        case("parts without a boundary", "multipart/form-data", part("name=id", "7")),
        case(
            "parts with another boundary",
            "multipart/form-data; boundary=c",
            part("name=id", "7"),
        ),
        case("parts with bare line feeds", PARTS, part("name=id", "7").replace('\r', "")),
        case(
            "parts without an end",
            PARTS,
            "--b\r\nContent-Disposition: form-data; name=id\r\n\r\n7",
        ),
        case("a part without a name", PARTS, part("filename=a.png", "7")),
        case(
            "a part of another media type",
            PARTS,
            part("name=photo\r\nContent-Type: image/gif", "GIF"),
        ),
        case("a part without a media type", PARTS, part("name=photo", "GIF")),
        case(
            "a part that is broken JSON",
            PARTS,
            part("name=owner\r\nContent-Type: application/json", "{"),
        ),
        case(
            "a file that is too large",
            PARTS,
            part("name=photo\r\nContent-Type: image/png", "0123456789"),
        ),
        case("xml that is not well-formed", "application/xml", "<pet>\n  <name>Rex</pet>"),
        case("xml with a document type", "application/xml", doctype),
        case("xml with another root", "application/xml", "<dog id=\"7\"/>"),
        case("an element that should be an attribute", "application/xml", "<pet><id>7</id></pet>"),
        case("text in an unknown charset", "text/plain; charset=klingon", "nuqneH"),
        case("text that is no UTF-8", "text/plain", b"caf\xe9"),
        case("a line that is no JSON", "application/x-ndjson", "{\"id\": 7}\nid: 8\n"),
        case("a line of the wrong type", "application/x-ndjson", "{\"id\": 7}\n{\"id\": \"8\"}\n"),
    ]
}

fn api() -> Api {
    let pet = json!({
        "type": "object",
        "xml": { "name": "pet" },
        "properties": {
            "id": { "type": "integer", "xml": { "attribute": true } },
            "name": { "type": "string" },
            "tags": { "type": "array", "items": { "type": "integer" } },
            "owner": { "type": "object" },
            "photo": { "type": "string", "format": "binary", "maxLength": 4 },
        },
    });
    let encoding = json!({ "photo": { "contentType": "image/png, image/jpeg" } });
    Api::new(&json!({
        "application/json": { "schema": pet },
        FORM: { "schema": pet },
        "multipart/form-data": { "schema": pet, "encoding": encoding },
        "application/xml": { "schema": pet },
        "text/plain": { "schema": { "type": "string" } },
        "application/x-ndjson": { "schema": { "type": "array", "items": pet } },
    }))
}

fn told(text: &mut String, violation: &Violation) {
    let (rule, place) = (violation.rule.id, violation.instance_text());
    let mut line = |word: &str, what: &str| {
        writeln!(text, "  {word:<9}{what}").expect("text takes everything");
    };
    line("rule", rule);
    line("title", &violation.title);
    if !place.is_empty() {
        line("at", &place);
    }
    line("document", violation.place.as_str());
    for (word, what) in
        [("got", &violation.got), ("expected", &violation.expected), ("help", &violation.help)]
    {
        if let Some(what) = what {
            line(word, what);
        }
    }
}

#[test]
fn broken_bodies_are_told_so_that_a_stranger_can_mend_them() {
    let api = api();
    let mut text = String::new();
    for Case { name, media_type, body } in cases() {
        writeln!(text, "{name}").expect("text takes everything");
        let outcome = api.take(media_type, &body);
        assert!(!outcome.violations.is_empty(), "{name}");
        for violation in &outcome.violations {
            told(&mut text, violation);
        }
        text.push('\n');
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots/bodies");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description("what is said of broken request bodies");
    settings.bind(|| insta::assert_snapshot!("broken", text));
}
