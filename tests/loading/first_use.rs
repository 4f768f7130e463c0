//! Parts of a document are read at their first use: what nobody asks for is not read, and nothing
//! of what is wrong with it is lost.

use std::sync::{Arc, Barrier};

use reqwest::Method;
use serde_json::{Value, json};
use standin::Server;
use standin::clock::Clock;
use standin::lint;
use standin::pointer::Pointer;
use standin::schema::Direction;
use standin::spec::{Document, load};

use crate::support::calls::{call, rules};

/// The places of what is wrong in [`document`].
const WRONG: [&str; 3] = [
    "/paths/~1b/get/parameters/0",
    "/components/schemas/Wrong/minLength",
    "/components/schemas/Idle/maximum",
];

/// A document of two operations, the second one with faults, and a schema that is only declared.
fn document(description: &str) -> Document {
    let answering = |schema: &str| {
        let schema = json!({"$ref": format!("#/components/schemas/{schema}")});
        json!({"200": {"description": "", "content": {"application/json": {"schema": schema}}}})
    };
    let text = json!({
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1", "description": description},
        "paths": {
            "/a": {"get": {"responses": answering("Fine")}},
            "/b": {"get": {"parameters": [{"name": "x"}], "responses": answering("Wrong")}},
        },
        "components": {"schemas": {
            "Fine": {"type": "object", "properties": {"more": {"$ref": "#/components/schemas/More"}}},
            "More": {"type": "string"},
            "Wrong": {"type": "string", "minLength": "one"},
            "Idle": {"type": "number", "maximum": "ten"},
        }},
    });
    load::from_text("api.json", &text.to_string()).expect("loads")
}

fn places(document: &Document) -> Vec<&str> {
    document.violations().iter().map(|violation| violation.place.as_str()).collect()
}

#[test]
fn a_schema_that_nobody_asks_for_is_not_lowered() {
    let document = document("");
    assert_eq!(document.schemas.count_lowered(), 0, "loading lowers nothing");
    assert!(document.is_servable());
    let answer = &document.operation("getA").expect("declared").responses[0];
    let schema = answer.content[0].schema.expect("a schema");
    assert!(!document.schemas.is_valid(schema, Direction::Response, &json!({"more": 1})));
    assert_eq!(document.schemas.count_lowered(), 2, "what the answer is, and its property");
    assert_eq!(document.count_known(), 0);
}

#[test]
fn whoever_asks_what_is_wrong_is_told_all_of_it() {
    let document = document("");
    assert_eq!(document.count_known(), 0, "loading has read no part that is wrong");
    let findings = lint::judge("api", &document, Clock::real().now());
    for place in WRONG {
        let is_told = findings.iter().any(|finding| finding.places[0].pointer.as_str() == place);
        assert!(is_told, "{place}: {findings:?}");
    }
    assert_eq!(document.schemas.count_lowered(), 4);
}

#[test]
fn what_is_wrong_is_the_same_whatever_was_read_before() {
    let whole = document("");
    let used = document("");
    assert!(used.operation("getB").expect("declared").parameters.is_empty());
    assert_eq!(used.count_known(), 1, "reading the call has found its parameter wrong");
    assert_eq!(used.known_since(0)[0].place.as_str(), WRONG[0]);
    assert_eq!(places(&whole), WRONG);
    assert_eq!(places(&used), WRONG);
}

#[tokio::test]
async fn a_large_document_tells_what_is_wrong_with_a_part_when_that_is_called() {
    let large = Arc::new(document(&"x".repeat(2 * 1024 * 1024)));
    let builder = Server::builder().document("api", Arc::clone(&large));
    let server = builder.start().await.expect("the server starts");
    assert_eq!(call(&server, Method::GET, "/a", &[], "").await.status(), 200);
    assert_eq!((rules(&server), large.count_known()), (Vec::new(), 0));
    for _ in 0..2 {
        assert_eq!(call(&server, Method::GET, "/b", &[], "").await.status(), 200);
        // The parameter and the schema that was used: each told once.
        assert_eq!(rules(&server), ["document-malformed", "document-malformed"]);
    }
    let (findings, _) = server.engine().total_findings();
    let told: Vec<&str> =
        findings.iter().map(|finding| finding.places[0].pointer.as_str()).collect();
    assert!(WRONG[..2].iter().all(|place| told.contains(place)), "{told:?}");
    assert!(findings.iter().all(|finding| finding.count == 1), "{findings:?}");
}

#[tokio::test]
async fn a_small_document_tells_all_of_it_at_the_start() {
    let builder = Server::builder().document("api", Arc::new(document("")));
    let server = builder.start().await.expect("the server starts");
    assert_eq!(rules(&server).len(), WRONG.len());
}

#[test]
fn several_may_be_the_first_at_once() {
    const CROWD: usize = 8;
    for _ in 0..50 {
        let (document, start) = (document(""), Barrier::new(CROWD));
        std::thread::scope(|scope| {
            for number in 0..CROWD {
                let (document, start) = (&document, &start);
                scope.spawn(move || {
                    start.wait();
                    let id = ["getA", "getB"][number % 2];
                    let answer = &document.operation(id).expect("declared").responses[0];
                    let schema = answer.content[0].schema.expect("a schema");
                    let value = [json!({"more": ""}), json!("b")][number % 2].clone();
                    assert!(document.schemas.is_valid(schema, Direction::Response, &value));
                });
            }
        });
        assert_eq!(places(&document), WRONG);
    }
}

#[test]
fn a_circle_is_broken_at_one_place_whoever_is_asked_first() {
    let names = ["A", "B", "C"];
    let next = |name: &str| {
        let place = names.iter().position(|own| *own == name).unwrap_or(0);
        json!({"allOf": [{"$ref": format!("#/components/schemas/{}", names[(place + 1) % 3])}]})
    };
    let schemas: Value = names.iter().map(|name| (name.to_string(), next(name))).collect();
    let text = json!({
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {"schemas": schemas},
    });
    for first in names {
        let document = load::from_text("api.json", &text.to_string()).expect("loads");
        let pointer = Pointer::new(format!("/components/schemas/{first}"));
        let schema = document.schemas.find(&pointer).expect("declared");
        assert!(document.schemas.is_valid(schema, Direction::Request, &json!(1)));
        assert_eq!(places(&document), ["/components/schemas/C/allOf/0/$ref"], "{first} first");
    }
}
