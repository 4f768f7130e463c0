//! Which declared content a media type falls under, and how its bytes become text.

use serde_json::Value;
use serde_json::json;
use standin::validate::body::reader::READERS;

use super::Api;
use super::lines;

#[test]
fn every_reader_is_a_file_of_its_name() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/validate/body/reader");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<String> =
        files.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    files.retain(|name| name != "mod");
    files.sort();
    let mut known: Vec<&str> = READERS.iter().map(|reader| reader.id).collect();
    known.sort_unstable();
    assert_eq!(files, known);
}

/// A string that has to be `name`, so that the value tells which content was chosen.
fn only(name: &str) -> Value {
    json!({ "schema": { "type": "string", "enum": [name] } })
}

#[test]
fn parameters_beat_none_and_types_beat_ranges() {
    let api = Api::new(&json!({
        "*/*": only("any"),
        "text/*": only("text"),
        "text/plain": only("plain"),
        "text/plain; format=flowed": only("flowed"),
        "text/plain;format=flowed; delsp=\"yes\"": only("both"),
        "text/csv; charset=utf-8": only("csv"),
        "application/vnd.acme.thing+text": only("vendor"),
    }));
    let table = [
        ("text/plain", "plain"),
        ("TEXT/Plain", "plain"),
        ("text/plain; charset=utf-8", "plain"),
        ("text/plain; format=fixed", "plain"),
        ("text/plain; format=flowed", "flowed"),
        ("text/plain;FORMAT=\"flowed\"; x=y", "flowed"),
        ("text/plain; delsp=yes; format=flowed", "both"),
        ("text/plain; delsp=yes", "plain"),
        ("text/csv", "csv"),
        ("text/csv; charset=UTF-8", "csv"),
        ("text/csv; charset=iso-8859-1", "csv"),
        ("text/markdown", "text"),
        ("application/vnd.acme.thing+text", "vendor"),
        ("application/vnd.acme.other", "any"),
        ("image/png", "any"),
        ("", "any"),
    ];
    for (media_type, name) in table {
        assert_eq!(api.value(media_type, name), json!(name), "{media_type}");
    }
}

#[test]
fn a_declared_parameter_has_to_be_there_unless_it_says_how_bytes_are_written() {
    let api = Api::new(&json!({
        "application/json; profile=short": { "schema": { "type": "object" } },
        "application/problem+json; charset=utf-8": { "schema": { "type": "object" } },
    }));
    for media_type in ["application/json;profile=short", "application/problem+json"] {
        assert_eq!(api.value(media_type, "{}"), json!({}), "{media_type}");
    }
    for media_type in ["application/json", "application/json;profile=long", "text/plain", ""] {
        let outcome = api.take(media_type, "{}");
        assert_eq!(lines(&outcome.violations), ["media-type-unsupported"], "{media_type}");
        assert_eq!(outcome.refusal.map(|refusal| refusal.status().as_u16()), Some(415));
        let violation = &outcome.violations[0];
        assert_eq!(
            violation.expected.as_deref(),
            Some("application/json; profile=short or application/problem+json; charset=utf-8")
        );
        let given = api.give(media_type, "{}");
        assert_eq!(lines(&given), ["response-media-type-undeclared"], "{media_type}");
    }
}

#[test]
fn text_is_read_in_the_charset_that_it_names() {
    let api = Api::new(&json!({ "text/plain": { "schema": { "type": "string" } } }));
    let table: [(&str, &[u8], &str); 7] = [
        ("text/plain", "é".as_bytes(), "é"),
        ("text/plain; charset=utf-8", "é".as_bytes(), "é"),
        ("text/plain; charset=\"UTF8\"", "é".as_bytes(), "é"),
        ("text/plain; charset=iso-8859-1", b"\xe9", "é"),
        ("text/plain; charset=windows-1252", b"\x80", "€"),
        ("text/plain; charset=utf-16le", b"\xe9\0", "é"),
        ("text/plain; charset=us-ascii", b"e", "e"),
    ];
    for (media_type, bytes, text) in table {
        assert_eq!(api.value(media_type, bytes), json!(text), "{media_type}");
    }
    let wrong: [(&str, &[u8]); 3] = [
        ("text/plain", b"\xe9"),
        ("text/plain; charset=utf-8", b"a\xff"),
        ("text/plain; charset=utf-16", b"\0\xd8a"),
    ];
    for (media_type, bytes) in wrong {
        assert_eq!(api.wrong(media_type, bytes), ["request-body-malformed"], "{media_type}");
        let given = lines(&api.give(media_type, bytes));
        assert_eq!(given, ["response-body-malformed"], "{media_type}");
    }
    let outcome = api.take("text/plain; charset=klingon", "a");
    assert_eq!(lines(&outcome.violations), ["media-type-unsupported"]);
    assert_eq!(outcome.refusal.map(|refusal| refusal.status().as_u16()), Some(415));
    assert_eq!(lines(&api.give("text/plain; charset=klingon", "a")), ["not-judged"]);
}

#[test]
fn json_is_utf_8_whatever_its_charset() {
    let api = Api::new(&json!({ "application/json": { "schema": { "type": "string" } } }));
    for charset in ["utf-8", "iso-8859-1", "klingon"] {
        let media_type = format!("application/json; charset={charset}");
        assert_eq!(api.value(&media_type, "\"é\""), json!("é"));
        let outcome = api.take(&media_type, b"\"\xe9\"");
        assert_eq!(lines(&outcome.violations), ["request-body-malformed"]);
        let help = outcome.violations[0].help.as_deref();
        assert_eq!(
            help,
            Some("look at byte 2 of the body; JSON is written in UTF-8, whatever its charset")
        );
    }
}

#[test]
fn text_becomes_what_its_schema_says() {
    let content = |kind: Value| {
        let kind = json!({ "type": kind });
        Api::with("3.0.4", &json!({ "text/plain": { "schema": kind } }), &json!({}))
    };
    assert_eq!(content(json!("integer")).value("text/plain", "12"), json!(12));
    assert_eq!(content(json!("boolean")).value("text/plain", "true"), json!(true));
    assert_eq!(content(json!("string")).value("text/plain", "12"), json!("12"));
    let wrong = content(json!("integer")).wrong("text/plain", "a");
    assert_eq!(wrong, ["request-body-mismatch type"]);
}

#[test]
fn bytes_are_judged_by_their_number() {
    let api = Api::new(&json!({
        "image/*": { "schema": { "type": "string", "format": "binary", "maxLength": 4 } },
        "application/octet-stream": { "schema": { "maxLength": 4 } },
        "application/pdf": {},
        "application/x-yaml": { "schema": { "type": "object" } },
        "application/sql": { "schema": { "type": "string", "pattern": "^é+$" } },
    }));
    for media_type in ["image/png", "application/octet-stream"] {
        assert_eq!(api.value(media_type, b"\xff\0\x80a"), json!("\u{ff}\0\u{80}a"));
        assert_eq!(api.value(media_type, "éé"), json!("\u{c3}\u{a9}\u{c3}\u{a9}"));
        assert_eq!(api.wrong(media_type, "ééé"), ["request-body-mismatch maxLength"]);
        assert_eq!(api.wrong(media_type, b"\xff\xff\xff\xff\xff").len(), 1);
    }
    assert_eq!(api.value("application/sql", "é"), json!("é"));
    assert_eq!(api.value("application/pdf", b"\xff"), json!("\u{ff}"));
    assert_eq!(api.wrong("application/x-yaml", "a: 1"), ["not-judged"]);
}
