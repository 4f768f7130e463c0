//! Bodies that mean harm: each is read or refused in a moment, and in little memory.

use std::time::Duration;
use std::time::Instant;

use serde_json::json;

use super::Api;

/// More than any of these takes in a build without optimisation, and less than harm does.
const MOMENT: Duration = Duration::from_secs(10);

/// How long they are; the door lets in five times as much, in which nothing takes more than five
/// times as long.
const WHOLE: usize = 2 * 1024 * 1024;

#[test]
fn what_is_wrong_everywhere_is_told_of_by_its_beginning() {
    let number = |least: u64| json!({ "type": "array", "items": { "minimum": least } });
    let api = Api::with(
        "3.1.0",
        &json!({ "application/json": { "schema": { "properties": {
            "all": { "items": { "type": "integer" } },
            "one": { "oneOf": [number(2), number(3)] },
            "few": { "maxItems": 1000 },
            "many": { "minItems": 1_000_000 },
        } } } }),
        &json!({}),
    );
    let list = |name: &str, item: &str| {
        format!("{{\"{name}\":[{}{item}]}}", format!("{item},").repeat(60_000))
    };
    let wrong = |name: &str, item: &str| api.wrong("application/json", list(name, item));
    let all = wrong("all", "\"\"");
    assert_eq!((all.len(), &*all[0]), (200, "request-body-mismatch /all/0 type"));
    assert!(!wrong("one", "1").is_empty());
    // Where the beginning is right, that something is wrong is all that is told.
    for name in ["few", "many"] {
        assert_eq!(wrong(name, "1").len(), 1, "{name}");
    }
    assert_eq!(api.wrong("application/json", list("all", "1")), [""; 0]);
}

#[test]
fn what_means_harm_takes_a_moment() {
    let object = json!({
        "type": "object",
        "properties": {
            "a": { "type": "array", "items": { "type": "integer" } },
            "deep": { "type": "object" },
            "self": { "$ref": "#/components/schemas/Self" },
        },
    });
    let content = json!({ "schema": object });
    let api = Api::with(
        "3.0.4",
        &json!({
            "application/x-www-form-urlencoded": content,
            "multipart/*": content,
            "application/xml": content,
            "application/json": content,
            "application/x-ndjson": { "schema": {} },
            "text/event-stream": { "schema": {} },
        }),
        &json!({ "Self": { "type": "object", "properties": { "self": { "$ref": "#/components/schemas/Self" } } } }),
    );
    let fill = |piece: &str| piece.repeat(WHOLE / piece.len());
    let part = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n";
    let keys: String = (0..400_000).map(|number| format!("k{number}=1&")).collect();
    let opened = fill("\r\n--bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
    let head = format!("--b\r\nContent-Disposition: form-data; name=a\r\n{}", fill("X: y\r\n"));
    let folded = format!("--b\r\nContent-Disposition: form-data\r\n{}", fill(" x\r\n"));
    let nested = format!("<pet>{}", "<self>".repeat(1_000_000));
    let siblings = format!("<pet>{}</pet>", "<a>1</a>".repeat(90_000));
    let references = format!("<pet><a>{}</a></pet>", fill("&amp;"));
    let members = format!("deep={}", "[".repeat(1_000_000));
    let table: [(&str, &str, &str); 18] = [
        ("many keys", "application/x-www-form-urlencoded", &keys),
        ("one key often", "application/x-www-form-urlencoded", &fill("a=1&")),
        ("one undeclared key often", "application/x-www-form-urlencoded", &fill("b=1&")),
        ("deep JSON in a form", "application/x-www-form-urlencoded", &members),
        ("a million parts", "multipart/form-data; boundary=b", &fill(part)),
        ("empty parts", "multipart/form-data; boundary=b", &fill("--b\r\n")),
        (
            "almost delimiters",
            "multipart/form-data; boundary=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbx",
            &opened,
        ),
        ("delimiters that go on", "multipart/form-data; boundary=b", &opened),
        ("many header fields", "multipart/form-data; boundary=b", &head),
        ("a folded header field", "multipart/form-data; boundary=b", &folded),
        ("a boundary of its own content", "multipart/form-data; boundary=-", &fill("-")),
        ("deep XML", "application/xml", &nested),
        ("wide XML", "application/xml", &siblings),
        ("XML of references", "application/xml", &references),
        ("XML of comments", "application/xml", &fill("<!---->")),
        ("deep JSON", "application/json", &fill("[")),
        ("many lines", "application/x-ndjson", &fill("1\n")),
        ("many events", "text/event-stream", &fill("id:\n\n")),
    ];
    let mut slow = Vec::new();
    for (name, media_type, body) in table {
        let begun = Instant::now();
        let outcome = api.take(media_type, body);
        let took = begun.elapsed();
        if took > MOMENT {
            slow.push((name, took));
        }
        assert!(outcome.violations.len() <= 200, "{name}: {}", outcome.violations.len());
    }
    assert!(slow.is_empty(), "{slow:?}");
}
