//! Relative references: to whole files and parts of them, each file read once, places kept.

use std::path::Path;

use http::StatusCode;
use serde_json::json;
use standin::pointer::Pointer;
use standin::schema::Direction;
use standin::spec::Document;
use standin::spec::model::Content;

use super::{fixture, told, written};

/// The content of an operation's successful answer.
fn content<'d>(document: &'d Document, id: &str) -> &'d Content {
    let operation = document.operation(id).expect("declared");
    &operation.response(StatusCode::OK).expect("a response").content[0]
}

#[test]
fn every_kind_of_part_may_stand_in_another_file() {
    let document = fixture("many-files");
    assert_eq!(document.violations(), []);
    let pet = document.operation("getPet").expect("in a path item's own file");
    assert_eq!(&*pet.template, "/pets/{pet_id}");
    assert_eq!(pet.parameters[0].name, "pet_id");
    let owners = document.operation("listOwners").expect("in the main file");
    let names: Vec<&str> = owners.parameters.iter().map(|found| &*found.name).collect();
    assert_eq!(names, ["limit", "cursor"]);
    let problem = owners.response(StatusCode::NOT_FOUND).expect("the default");
    assert!(problem.content[0].schema.is_some(), "a name with a space is percent-encoded");
    let valid = |id, value| {
        let schema = content(&document, id).schema.expect("a schema");
        document.schemas.is_valid(schema, Direction::Response, &value)
    };
    assert!(valid("listOwners", json!([{"name": "Ada", "pets": [{"name": "Rex"}]}])));
    assert!(!valid("listOwners", json!([{"name": "Ada", "pets": [{"name": ""}]}])), "a circle");
    assert!(!valid("listOwners", json!([{"name": "longer than ten"}])));
    assert!(!valid("getPet", json!({"owner": {"name": "Ada"}})));
}

#[test]
fn examples_of_other_places_are_left_alone_and_their_data_is_data() {
    let document = fixture("many-files");
    let examples = &content(&document, "getPet").examples;
    let names: Vec<&str> = examples.iter().map(|example| &*example.name).collect();
    assert_eq!(names, ["data"]);
    assert_eq!(examples[0].json.to_value(), json!({"$ref": "../no-such-file.yaml"}));
}

#[test]
fn a_file_is_read_once_however_it_is_spelled() {
    let document = fixture("many-files");
    let files: Vec<&String> =
        document.root()["x-standin-files"].as_object().expect("files").keys().collect();
    let expected = [
        "paths/pet.yaml",
        "parameters/paging.json",
        "responses.yaml",
        "schemas/problem report.yaml",
        "schemas/pet.yaml",
        "schemas/owner.yaml",
    ];
    assert_eq!(files, expected);
    assert!(!document.extensions().contains_key("x-standin-files"));
}

#[test]
fn a_place_in_another_file_is_told_as_there() {
    let document = fixture("many-files");
    let operation = document.operation("getPet").expect("declared");
    let at = document.written(&operation.pointer);
    assert!(Path::new(&*at.file).ends_with("many-files/paths/pet.yaml"), "{}", at.file);
    assert_eq!((at.pointer, at.position.map(|at| at.line)), (Pointer::new("/get"), Some(2)));
    assert_eq!(document.line(&at.file, 2), Some("get:"));
    let schema = content(&document, "getPet").schema.expect("a schema");
    let told = document.schemas.violations(schema, Direction::Response, &json!({"name": ""}));
    let at = document.written(&told[0].place);
    assert!(at.file.ends_with("document.yaml"), "{}", at.file);
    assert_eq!(at.pointer.as_str(), "/components/schemas/Name/minLength");
}

#[test]
fn what_is_wrong_in_another_file_is_told_there() {
    let (folder, document) = written(&[
        (
            "api/document.yaml",
            "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /x:\n    \
             $ref: paths/x.yaml\n  /y:\n    $ref: paths/x.yaml#/nowhere\n",
        ),
        (
            "api/paths/x.yaml",
            "get:\n  parameters:\n    - $ref: '#/limit'\n    - $ref: missing.yaml\n  responses: \
             {'200': {description: ok, content: {text/plain: {schema: {$ref: broken.json}}}}}\n",
        ),
        ("api/paths/broken.json", "{\"type\": [\"string\"\n"),
    ]);
    let expected = [
        "reference-broken api/document.yaml:7:5: refers to `paths/x.yaml#/nowhere`, which does \
         not exist: api/paths/x.yaml has no such part",
        "reference-broken api/paths/x.yaml:3:7: refers to `#/limit`, which does not exist in \
         this file",
        "reference-broken api/paths/x.yaml:4:7: refers to `missing.yaml`, which can not be \
         read: no such file or directory",
        "reference-broken api/paths/x.yaml:5:72: refers to `broken.json`, which does not parse: \
         api/paths/broken.json:2:1: EOF while parsing a list",
    ];
    assert_eq!(told(&document, folder.path()), expected);
    assert!(document.violations().iter().all(|violation| violation.help.is_some()));
}

#[test]
fn names_anchors_and_mappings_lead_into_files() {
    let (_folder, document) = written(&[
        (
            "document.yaml",
            r#"{"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {},
            "components": {"schemas": {
              "ByAnchor": {"$ref": "schemas/all.json#dog"},
              "Pet": {"$ref": "schemas/all.json#/a~1b%25/c d"}}}}"#,
        ),
        (
            "schemas/all.json",
            r##"{"dog": {"$anchor": "dog", "maxLength": 3}, "a/b%": {"c d": {
              "oneOf": [{"$ref": "#/dog"}],
              "discriminator": {"propertyName": "kind",
                "mapping": {"dog": "all.json#/dog", "own": "#/dog", "plain": "Pet"}}}}}"##,
        ),
    ]);
    assert_eq!(document.violations(), []);
    let root = document.root();
    let dog = "#/x-standin-files/schemas~1all.json/dog";
    assert_eq!(root["components"]["schemas"]["ByAnchor"]["$ref"], dog);
    let pet = &root["components"]["schemas"]["Pet"]["$ref"];
    assert_eq!(pet, "#/x-standin-files/schemas~1all.json/a~1b%25/c d");
    let mapping = &root["x-standin-files"]["schemas/all.json"]["a/b%"]["c d"]["discriminator"];
    assert_eq!(mapping["mapping"], json!({"dog": dog, "own": dog, "plain": "Pet"}));
}

#[test]
fn a_name_that_a_schema_gives_itself_is_no_file() {
    let schemas = json!({"A": {"$ref": "tree"}, "B": {"$id": "https://example.com/s/tree"}});
    let text = json!({
        "openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {},
        "components": {"schemas": schemas},
    });
    let (_folder, document) =
        written(&[("document.json", &text.to_string()), ("tree", "type: string")]);
    assert!(document.root().get("x-standin-files").is_none(), "{}", document.root());
}

#[test]
fn a_key_that_stands_twice_is_told_with_both_places() {
    let text = "{\"openapi\": \"3.0.3\",\n \"info\": {\"title\": \"a\", \"version\": \"1\",\n  \
                \"title\": \"b\"},\n \"paths\": {\"/x\": {\"get\": {}},\n  \"/x\": {}}}";
    let (folder, document) = written(&[("api.json", text)]);
    let told = told(&document, folder.path());
    let expected = [
        "document-malformed api.json:2:11: stands twice in its object, at 2:11 and 3:3; the last \
         one counts",
        "document-malformed api.json:4:12: stands twice in its object, at 4:12 and 5:3; the last \
         one counts",
    ];
    assert_eq!(told, expected);
    assert_eq!(document.title, "b");
    assert!(document.operations.is_empty());
}
