//! Contents that mean harm, as large as the door lets in: each is answered in a moment, and the memory
//! that it took is given back.

use std::time::Duration;
use std::time::Instant;

use serde_json::Value;
use serde_json::json;

use crate::client::Client;
use crate::memory;
use crate::memory::resident_kib;
use crate::process::Running;

/// The longest that an answer may take.
const LONGEST: Duration = Duration::from_secs(2);

/// The most that the server may have in memory after all of them.
const MOST_KIB: u64 = 500 * 1024;

/// The most that it may have while it answers one; the aim is what may stay. Lists that must differ
/// are compared as values, which takes most.
const MOST_PEAK_KIB: u64 = 1536 * 1024;

/// What the door lets in.
const WHOLE: usize = 10 * 1024 * 1024;

/// Sends each to a server of a document that looks into all of them.
pub(crate) fn check() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hostile.json");
    std::fs::write(&path, document().to_string()).expect("written");
    let path = path.to_str().expect("a path is text");
    let quiet = ["--format", "json", "--fail-on", "never"];
    let server = Running::start(&[&["serve", path, "--port", "0"][..], &quiet].concat());
    let mut broken = Vec::new();
    let (mut slowest, mut largest) = ((Duration::ZERO, ""), (0, ""));
    for (name, media_type, body) in contents() {
        assert!((WHOLE * 9 / 10..=WHOLE).contains(&body.len()), "{name}: {} bytes", body.len());
        memory::forget_peak(server.id());
        let mut client = Client::connect(&server.url);
        let fields = format!("content-type: {media_type}\r\n");
        let begun = Instant::now();
        let reply = client.call("POST /it", &fields, &body);
        let taken = begun.elapsed();
        let peak = memory::peak_kib(server.id());
        let milliseconds = taken.as_secs_f64() * 1e3;
        println!("{name:<34} {:>4}  {milliseconds:8.1} ms  {peak:>8} KiB", reply.status);
        if peak > MOST_PEAK_KIB {
            broken.push(format!("{name} takes {peak} KiB, {MOST_PEAK_KIB} are allowed"));
        }
        largest = largest.max((peak, name));
        if taken > LONGEST {
            broken.push(format!("{name} takes {taken:.1?} to be answered"));
        }
        if reply.status >= 500 {
            broken.push(format!("{name} is answered with {}", reply.status));
        }
        slowest = slowest.max((taken, name));
    }
    let resident = resident_kib(server.id());
    println!("slowest: {} ({:.1?})", slowest.1, slowest.0);
    println!("largest: {} ({} KiB); {resident} KiB stay", largest.1, largest.0);
    if resident > MOST_KIB {
        broken.push(format!("{resident} KiB stay after all of them, {MOST_KIB} are allowed"));
    }
    broken
}

fn document() -> Value {
    let item = json!({"type": "object", "properties": {"a": {"type": "integer"}}});
    let branches: Vec<Value> = (0..8)
        .map(|number| json!({"type": "array", "items": {"type": "integer", "minimum": number}}))
        .collect();
    let object = json!({
        "type": "object",
        "properties": {
            "a": {"type": "array", "items": {"type": "integer"}},
            "deep": {"type": "object"},
            "unique": {"type": "array", "uniqueItems": true},
            "pattern": {"type": "string", "pattern": "^(a+)+$"},
            "backtracking": {"type": "string", "pattern": "^(?=(a+)+b)(a|aa)+$"},
            "format": {"type": "string", "format": "uri"},
            "mail": {"type": "string", "format": "email"},
            "one": {"oneOf": branches},
            "some": {"type": "array", "contains": {"const": 1}, "minItems": 1},
            "items": {"type": "array", "items": item},
            "self": {"$ref": "#/components/schemas/Self"},
            "closed": {
                "type": "object", "additionalProperties": false,
                "patternProperties": {"^x[0-9]+$": {"type": "integer"}},
            },
            "named": {"type": "object", "propertyNames": {"maxLength": 3}},
            "step": {"type": "number", "multipleOf": 0.01},
        },
    });
    let content = json!({"schema": object});
    json!({
        "openapi": "3.1.0",
        "info": {"title": "It", "version": "1"},
        "paths": {"/it": {"post": {
            "requestBody": {"required": true, "content": {
                "application/json": content,
                "application/x-www-form-urlencoded": content,
                "multipart/*": content,
                "application/xml": content,
                "application/x-ndjson": {"itemSchema": object},
                "text/event-stream": {"itemSchema": object},
            }},
            "responses": {"200": {"description": "fine"}},
        }}},
        "components": {"schemas": {"Self": {
            "type": "object",
            "properties": {"self": {"$ref": "#/components/schemas/Self"}},
            "unevaluatedProperties": false,
        }}},
    })
}

/// The contents, each with a name and its media type.
fn contents() -> Vec<(&'static str, &'static str, String)> {
    const JSON: &str = "application/json";
    const FORM: &str = "application/x-www-form-urlencoded";
    const PARTS: &str = "multipart/form-data; boundary=b";
    const XML: &str = "application/xml";
    let fill = |piece: &str| piece.repeat(WHOLE / piece.len());
    // Between two texts, pieces as many as there is room for.
    let within = |before: &str, piece: &str, after: &str| {
        let count = (WHOLE - before.len() - after.len()) / piece.len();
        let pieces = piece.repeat(count);
        format!("{before}{}{after}", pieces.trim_end_matches(','))
    };
    let numbered = |before: &str, piece: fn(usize) -> String, after: &str| {
        let mut text = before.to_owned();
        for number in 0.. {
            let piece = piece(number);
            if text.len() + piece.len() + after.len() > WHOLE {
                break;
            }
            text.push_str(&piece);
        }
        text.truncate(text.trim_end_matches(',').len());
        text + after
    };
    let part = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n";
    let delimiter = "b".repeat(60);
    vec![
        ("deep JSON", JSON, fill("[")),
        ("deep objects", JSON, fill("{\"self\":")),
        ("JSON of equal items", JSON, within("{\"unique\":[", "0,", "]}")),
        ("JSON of unequal items", JSON, numbered("{\"unique\":[", |it| format!("{it},"), "]}")),
        ("JSON of unequal lists", JSON, numbered("{\"unique\":[", |it| format!("[{it}],"), "]}")),
        ("a list that is wrong everywhere", JSON, within("{\"a\":[", "\"\",", "]}")),
        ("objects that are wrong", JSON, within("{\"items\":[", "{\"a\":\"\"},", "]}")),
        ("a list of no alternative", JSON, within("{\"one\":[", "-1,", "]}")),
        ("a list of all alternatives", JSON, within("{\"one\":[", "9,", "]}")),
        ("a list without what it contains", JSON, within("{\"some\":[", "0,", "]}")),
        ("one member again and again", JSON, within("{", "\"a\":[],", "\"a\":[]}")),
        (
            "members that nobody may have",
            JSON,
            numbered("{\"closed\":{", |it| format!("\"k{it}\":0,"), "}}"),
        ),
        (
            "members whose names are too long",
            JSON,
            numbered("{\"named\":{", |it| format!("\"k{it}\":0,"), "}}"),
        ),
        ("members that match", JSON, numbered("{\"closed\":{", |it| format!("\"x{it}\":0,"), "}}")),
        (
            "members that were not evaluated",
            JSON,
            numbered("{\"self\":{", |it| format!("\"k{it}\":0,"), "}}"),
        ),
        ("a text along a pattern", JSON, within("{\"pattern\":\"", "a", "\"}")),
        ("a text almost along a pattern", JSON, within("{\"pattern\":\"", "a", "!\"}")),
        ("a text that backtracks", JSON, within("{\"backtracking\":\"", "a", "!\"}")),
        ("a text of escapes", JSON, within("{\"pattern\":\"", "\\u0061", "\"}")),
        ("a long address", JSON, within("{\"format\":\"http://a/", "%41", "\"}")),
        ("a long mail address", JSON, within("{\"mail\":\"", "a.", "a@example.com\"}")),
        ("a number of many digits", JSON, within("{\"step\":", "1", "}")),
        ("a number of many decimals", JSON, within("{\"step\":1.", "1", "}")),
        ("an exponent of many digits", JSON, within("{\"step\":1e", "9", "}")),
        ("many keys", FORM, numbered("", |it| format!("k{it}=1&"), "")),
        ("one key often", FORM, fill("a=1&")),
        ("an undeclared key often", FORM, fill("b=1&")),
        ("deep JSON in a form", FORM, within("deep=", "[", "")),
        ("encoded bytes in a form", FORM, within("pattern=", "%61", "")),
        ("a million parts", PARTS, fill(part)),
        ("empty parts", PARTS, fill("--b\r\n")),
        (
            "almost delimiters",
            "multipart/form-data; boundary=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbx",
            fill(&format!("\r\n--{delimiter}")),
        ),
        ("delimiters that go on", PARTS, fill(&format!("\r\n--{delimiter}"))),
        (
            "many header fields",
            PARTS,
            within("--b\r\nContent-Disposition: form-data; name=a\r\n", "X: y\r\n", ""),
        ),
        ("deep XML", XML, within("<it>", "<self>", "")),
        ("wide XML", XML, within("<it>", "<a>1</a>", "</it>")),
        ("XML of references", XML, within("<it><a>", "&amp;", "</a></it>")),
        ("XML of comments", XML, within("<it>", "<!---->", "</it>")),
        ("XML of attributes", XML, numbered("<it ", |it| format!("a{it}='' "), "/>")),
        ("many lines", "application/x-ndjson", fill("1\n")),
        ("many objects", "application/x-ndjson", fill("{\"a\":[0]}\n")),
        ("many events", "text/event-stream", fill("id:\n\n")),
        ("many lines of an event", "text/event-stream", fill("data: a\n")),
    ]
}
