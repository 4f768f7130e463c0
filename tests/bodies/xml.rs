//! XML: the value that the schema's `xml` keywords make of it, and what no XML is read for.

use serde_json::Value;
use serde_json::json;

use super::Api;
use super::lines;

fn xml(schema: &Value) -> Api {
    Api::new(&json!({ "application/xml": { "schema": schema }, "text/*": { "schema": schema } }))
}

fn pet() -> Api {
    xml(&json!({
        "type": "object",
        "required": ["id"],
        "additionalProperties": false,
        "xml": { "name": "pet" },
        "properties": {
            "id": { "type": "integer", "xml": { "attribute": true } },
            "lang": { "type": "string", "xml": { "attribute": true, "name": "language" } },
            "name": { "type": "string", "maxLength": 9 },
            "age": { "type": "integer", "nullable": true },
            "good": { "type": "boolean", "xml": { "name": "isGood" } },
            "tags": { "type": "array", "items": { "type": "string" } },
            "toys": { "type": "array", "items": { "type": "string", "xml": { "name": "toy" } }, "xml": { "name": "ignored" } },
            "sizes": { "type": "array", "items": { "type": "integer" }, "xml": { "wrapped": true } },
            "meals": { "type": "array", "items": { "type": "integer", "xml": { "name": "meal" } }, "xml": { "wrapped": true, "name": "eaten" } },
            "owner": { "type": "object", "properties": { "name": { "type": "string" }, "age": { "type": "integer" } } },
            "home": { "type": "string", "xml": { "namespace": "urn:home", "prefix": "h" } },
        },
    }))
}

#[test]
fn elements_and_attributes_become_what_their_properties_say() {
    let api = pet();
    let table = [
        ("<pet id='7'/>", json!({"id": 7})),
        ("<?xml version='1.0'?>\n<!-- a -->\n<pet id=\"7\"></pet>\n", json!({"id": 7})),
        ("<pet id='7' language='en'/>", json!({"id": 7, "lang": "en"})),
        ("<pet id='7'><name>Rex</name></pet>", json!({"id": 7, "name": "Rex"})),
        ("<pet id='7'><name> R </name></pet>", json!({"id": 7, "name": " R "})),
        ("<pet id='7'><name/></pet>", json!({"id": 7, "name": ""})),
        (
            "<pet id='7'><name>&lt;&#65;&amp;<![CDATA[<b>]]></name></pet>",
            json!({"id": 7, "name": "<A&<b>"}),
        ),
        ("<pet id='7'><age> 3 </age></pet>", json!({"id": 7, "age": 3})),
        ("<pet id='7'><age/></pet>", json!({"id": 7, "age": null})),
        (
            "<pet id='7' xmlns:x='http://www.w3.org/2001/XMLSchema-instance'><age x:nil='true'/></pet>",
            json!({"id": 7, "age": null}),
        ),
        ("<pet id='7'><isGood>true</isGood></pet>", json!({"id": 7, "good": true})),
        ("<pet id='7'><tags>a</tags><tags>b</tags></pet>", json!({"id": 7, "tags": ["a", "b"]})),
        ("<pet id='7'><toy>a</toy></pet>", json!({"id": 7, "toys": ["a"]})),
        (
            "<pet id='7'><sizes><sizes>1</sizes><sizes>2</sizes></sizes></pet>",
            json!({"id": 7, "sizes": [1, 2]}),
        ),
        ("<pet id='7'><sizes/></pet>", json!({"id": 7, "sizes": []})),
        ("<pet id='7'><eaten><meal>1</meal></eaten></pet>", json!({"id": 7, "meals": [1]})),
        (
            "<pet id='7'><owner><name>A</name><age>9</age></owner></pet>",
            json!({"id": 7, "owner": {"name": "A", "age": 9}}),
        ),
        ("<pet id='7'><owner/></pet>", json!({"id": 7, "owner": {}})),
        ("<pet id='7' xmlns:h='urn:home'><h:home>x</h:home></pet>", json!({"id": 7, "home": "x"})),
        ("<pet id='7'><home xmlns='urn:home'>x</home></pet>", json!({"id": 7, "home": "x"})),
        ("<pet id='7' xml:lang='en'/>", json!({"id": 7})),
    ];
    for (body, value) in table {
        assert_eq!(api.value("application/xml", body), value, "{body}");
        assert_eq!(api.value("text/xml; charset=utf-8", body), value, "{body}");
    }
}

#[test]
fn elements_that_break_the_schema_are_told_with_their_places() {
    let api = pet();
    let table = [
        ("<pet/>", "required"),
        ("<dog id='7'/>", ""),
        ("<pet id='a'/>", "/id type"),
        ("<pet><id>7</id></pet>", "/id"),
        ("<pet id='7' name='a'/>", "/name"),
        ("<pet id='7' x='1'/>", "additionalProperties"),
        ("<pet id='7'><x/></pet>", "additionalProperties"),
        ("<pet id='7'><good>true</good></pet>", "/good"),
        ("<pet id='7'><name>0123456789</name></pet>", "/name maxLength"),
        ("<pet id='7'><name>a</name><name>b</name></pet>", "/name type"),
        ("<pet id='7'><name><b>a</b></name></pet>", "/name type"),
        ("<pet id='7'><age>a</age></pet>", "/age type"),
        ("<pet id='7'><eaten><food>1</food></eaten></pet>", "/meals/0"),
        ("<pet id='7'><eaten>1</eaten></pet>", "/meals type"),
        ("<pet id='7'><sizes><sizes>a</sizes></sizes></pet>", "/sizes/0 type"),
        ("<pet id='7'><owner>A</owner></pet>", "/owner type"),
        ("<pet id='7'><owner><age>a</age></owner></pet>", "/owner/age type"),
        ("<pet id='7'><home>x</home></pet>", "/home"),
        ("<pet id='7'><home xmlns='urn:other'>x</home></pet>", "/home"),
    ];
    for (body, expected) in table {
        let wrong = api.wrong("application/xml", body);
        let expected = format!("request-body-mismatch {expected}");
        assert!(wrong.contains(&expected.trim_end().to_owned()), "{body}: {wrong:?}");
        let given = lines(&api.give("application/xml", body));
        assert_eq!(given.len(), wrong.len(), "{body}: {given:?}");
    }
}

#[test]
fn xml_that_is_none_or_more_than_is_read_is_refused() {
    let api = xml(&json!({ "type": "object" }));
    let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;&b;\">]><a>&c;</a>";
    let file = "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>";
    let deep = "<a>".repeat(100_000);
    let wide = format!("<a{}/>", (0..100_000).map(|n| format!(" a{n}=''")).collect::<String>());
    let many = format!("<a>{}</a>", "<b/>".repeat(150_000));
    let spaces: String = (0..100_000).map(|n| format!(" xmlns:n{n}='u'")).collect();
    let spaces = format!("<a{spaces}/>");
    let nested: String = (0..100).map(|n| format!("<a xmlns:n{n}='u'>")).collect();
    let table = [
        "",
        " ",
        "a",
        "<a",
        "<a>",
        "<a></b>",
        "</a>",
        "<a/><b/>",
        "<a/>b",
        "<a>&b;</a>",
        "<a>&</a>",
        "<a>&#0;</a>",
        "<a>&#xFFFFFFFF;</a>",
        "<a b='1' b='2'/>",
        "<a b=1/>",
        "<x:a/>",
        "<a x:b='1'/>",
        "<a b='&c;'/>",
        bomb,
        file,
        &deep,
        &wide,
        &many,
        &spaces,
        &nested,
    ];
    for body in table {
        let begin: String = body.chars().take(40).collect();
        let outcome = api.take("application/xml", body);
        // Nothing but white space is no body at all.
        let rule = if body.trim().is_empty() {
            "request-body-missing required"
        } else {
            "request-body-malformed"
        };
        assert_eq!(lines(&outcome.violations), [rule], "{begin}");
    }
}

#[test]
fn xml_is_read_in_the_charset_that_it_names() {
    let api = xml(&json!({ "type": "string" }));
    let utf16: Vec<u8> = "\u{feff}<a>é</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let table: [(&str, &[u8]); 5] = [
        ("application/xml", "<a>é</a>".as_bytes()),
        ("application/xml", "\u{feff}<a>é</a>".as_bytes()),
        ("application/xml", &utf16),
        ("application/xml", b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>"),
        (
            "application/xml; charset=iso-8859-1",
            b"<?xml version='1.0' encoding='utf-8'?><a>\xe9</a>",
        ),
    ];
    for (media_type, bytes) in table {
        assert_eq!(api.value(media_type, bytes), json!("é"), "{media_type}");
    }
    assert_eq!(api.wrong("application/xml", b"<a>\xe9</a>"), ["request-body-malformed"]);
}

#[test]
fn lists_and_anything_are_read_as_they_stand() {
    let list = xml(&json!({ "type": "array", "items": { "type": "integer" } }));
    assert_eq!(list.value("application/xml", "<ns><n>1</n><n>2</n></ns>"), json!([1, 2]));
    assert_eq!(list.value("application/xml", "<ns/>"), json!([]));
    assert_eq!(
        list.wrong("application/xml", "<ns><n>a</n></ns>"),
        ["request-body-mismatch /0 type"]
    );
    let any = xml(&json!({}));
    let table = [
        ("<a>1</a>", json!("1")),
        ("<a b='1'/>", json!({"b": "1"})),
        ("<a><b>1</b><b>2</b><c/></a>", json!({"b": ["1", "2"], "c": ""})),
    ];
    for (body, value) in table {
        assert_eq!(any.value("application/xml", body), value, "{body}");
    }
}

#[test]
fn names_behind_references_count_and_may_be_overlooked() {
    let schemas = json!({
        "Pet": {
            "type": "object",
            "xml": { "name": "pet" },
            "properties": {
                "category": { "$ref": "#/components/schemas/Category" },
                "tags": {
                    "type": "array", "xml": { "wrapped": true },
                    "items": { "$ref": "#/components/schemas/Tag" },
                },
            },
        },
        "Category": { "type": "object", "xml": { "name": "cat" }, "properties": { "id": { "type": "integer" } } },
        "Tag": { "type": "object", "xml": { "name": "tag" }, "properties": { "id": { "type": "integer" } } },
    });
    let content = json!({ "application/*": { "schema": { "$ref": "#/components/schemas/Pet" } } });
    let api = Api::with("3.0.4", &content, &schemas);
    for name in ["cat", "category"] {
        let body =
            format!("<pet><{name}><id>1</id></{name}><tags><tag><id>2</id></tag></tags></pet>");
        let value = json!({"category": {"id": 1}, "tags": [{"id": 2}]});
        assert_eq!(api.value("application/vnd.pets+xml", body), value);
    }
    let wrong = api.wrong("application/xml", "<pet><tags><tag><id>x</id></tag></tags></pet>");
    assert_eq!(wrong, ["request-body-mismatch /tags/0/id type"]);
}

#[test]
fn nodes_are_what_their_types_say() {
    let api = xml(&json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "id": { "type": "integer", "xml": { "nodeType": "attribute" } },
            "count": { "type": "integer", "xml": { "nodeType": "text" } },
            "list": { "type": "array", "items": { "type": "integer", "xml": { "name": "n" } }, "xml": { "nodeType": "element" } },
            "flat": { "type": "array", "items": { "type": "integer", "xml": { "name": "f" } }, "xml": { "nodeType": "none" } },
        },
    }));
    let table = [
        ("<a id='1'>7</a>", json!({"id": 1, "count": 7})),
        (
            "<a><list><n>1</n></list><f>2</f><f>3</f>7</a>",
            json!({"list": [1], "flat": [2, 3], "count": 7}),
        ),
        ("<a><![CDATA[7]]></a>", json!({"count": 7})),
    ];
    for (body, value) in table {
        assert_eq!(api.value("application/xml", body), value, "{body}");
    }
    assert_eq!(api.wrong("application/xml", "<a>x</a>"), ["request-body-mismatch /count type"]);
}

#[test]
fn what_is_written_as_xml_is_read_as_it_was() {
    let schema = json!({
        "type": "object",
        "properties": {
            "id": { "type": "integer", "xml": { "attribute": true } },
            "note": { "type": "string", "xml": { "attribute": true, "name": "remark" } },
            "name": { "type": "string", "xml": { "name": "called" } },
            "age": { "type": "integer", "nullable": true },
            "tags": { "type": "array", "items": { "type": "string" } },
            "toys": { "type": "array", "items": { "type": "string", "xml": { "name": "toy" } } },
            "sizes": { "type": "array", "items": { "type": "integer" }, "xml": { "wrapped": true } },
            "meals": { "type": "array", "items": { "type": "integer", "xml": { "name": "meal" } }, "xml": { "wrapped": true, "name": "eaten" } },
            "owner": { "type": "object", "properties": { "on": { "type": "boolean" } } },
            "home": { "type": "string", "xml": { "namespace": "urn:home", "prefix": "h" } },
            "site": { "type": "string", "xml": { "namespace": "urn:site" } },
        },
    });
    let api = xml(&schema);
    let table = [
        json!({}),
        json!({"id": 7, "note": "a \"b\"\n\t<c>&", "name": " <Rex> & \r\n", "age": null}),
        json!({"age": 3, "tags": ["a", ""], "toys": ["b"], "sizes": [1, 2], "meals": [], "owner": {"on": true}}),
        json!({"home": "x", "site": "y", "other": "z", "owner": {}}),
    ];
    for value in table {
        let written = api.written("application/xml", &value).unwrap();
        assert_eq!(api.value("application/xml", &written), value, "{written}");
    }
    assert_eq!(api.written("application/xml", &json!({"a b": 1})), None);
}
