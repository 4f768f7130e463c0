//! Texts that mean harm or are no documents: each ends with a sentence and a place.

use std::time::{Duration, Instant};

use standin::spec::load;

/// The longest that a refusal may take, in a build that nobody optimised.
const LONGEST: Duration = Duration::from_secs(10);

#[test]
fn what_is_no_document_is_told_in_a_writers_words() {
    let deep = format!("openapi: 3.0.3\nx: {}", "[".repeat(100_000));
    let objects = "{\"a\":".repeat(100_000);
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let last = level - 1;
        let names = vec![format!("*a{last}"); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{names}]\n"));
    }
    let table: &[(&str, &str)] = &[
        ("", "x.yaml:1:1: the document is empty"),
        ("null", "x.yaml:1:1: the document is not an object"),
        ("\"text\"", "x.yaml:1:1: the document is not an object"),
        (
            "\n <!doctype html>",
            "x.yaml:2:2: this is HTML or XML; an OpenAPI document is YAML or JSON",
        ),
        ("{\"openapi\": \"3.0", "x.yaml:1:16: EOF while parsing a string"),
        ("openapi: 3.0.3\ninfo:\n\ttitle: t\n", "x.yaml:3:2: tabs disallowed within this context"),
        ("openapi: \"3\0\"", "x.yaml:1:1"),
        ("paths: &p\n  /x: *p\n", "x.yaml:2:7: an alias stands inside of what it repeats"),
        ("paths: *p\n", "x.yaml:1:8: alias references unknown anchor"),
        ("a: 1\n---\nb: 2\n", "x.yaml:3:1: a second document begins here; a file holds one"),
        ("swaggerVersion: '1.2'\n", "x.yaml: Swagger 1.2 is not a version that standin reads"),
        ("asyncapi: 2.0.0\n", "x.yaml: AsyncAPI 2.0.0 is not a version that standin reads"),
        (&deep, "x.yaml:2:68: the document is nested too deep"),
        (&objects, "x.yaml:1:6"),
        (&bomb, "x.yaml:"),
    ];
    for (text, told) in table {
        let before = Instant::now();
        let error = load::from_text("x.yaml", text).expect_err("no document").to_string();
        let begin: String = text.chars().take(60).collect();
        assert!(error.starts_with(told), "{begin}: {error}");
        assert!(before.elapsed() < LONGEST, "{begin}");
        assert!(error.len() < 200 && !error.contains("budget"), "{begin}: {error}");
    }
    let error = load::from_text("x.yaml", &bomb).expect_err("a bomb").to_string();
    assert!(error.contains("aliases repeat more than"), "{error}");
}
