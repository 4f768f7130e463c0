//! Overlays: what each kind of action does, and that places point to where things were written.

use serde_json::{Value, json};
use standin::pointer::Pointer;
use standin::spec::Document;
use standin::spec::load::{self, Access, Address};

use super::told;
use crate::support::process;

const PETS: &str = "\
openapi: 3.0.3
info: {title: Pets, version: '1'}
tags: [a, {name: b}, c]
paths:
  /pets:
    get:
      operationId: listPets
      tags: [x]
      responses: {'200': {description: ok}}
  /it's:
    get: {operationId: odd, responses: {'200': {description: ok}}}
";

/// A folder with a document and overlays, and the document with these applied.
fn overlaid(document: &str, overlays: &[&str]) -> (tempfile::TempDir, Document) {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("pets.yaml"), document).expect("written");
    let mut files = Vec::new();
    for (number, overlay) in overlays.iter().enumerate() {
        let file = at(&format!("overlay{number}.yaml"));
        std::fs::write(&file, overlay).expect("written");
        files.push(Address::File(file));
    }
    let main = Address::File(at("pets.yaml"));
    let document = load::with_overlays(&main, Access::default(), &files).expect("loads");
    (folder, document)
}

/// What the actions make of the document; each as it would stand in an overlay of 1.1.
fn after(actions: &Value) -> (Value, Vec<String>) {
    let overlay =
        json!({"overlay": "1.1.0", "info": {"title": "t", "version": "1"}, "actions": actions});
    let (folder, document) = overlaid(PETS, &[&overlay.to_string()]);
    (document.root().clone(), told(&document, folder.path()))
}

#[test]
fn each_action_changes_what_its_target_selects() {
    let table = [
        ("/info/title", json!([{"target": "$.info", "update": {"title": "New"}}]), json!("New")),
        ("/info/title", json!([{"target": "$.info.title", "update": "New"}]), json!("New")),
        (
            "/info",
            json!([{"target": "$.info", "update": {"x-a": {"b": [1]}}}]),
            json!({"title": "Pets", "version": "1", "x-a": {"b": [1]}}),
        ),
        (
            "/tags",
            json!([{"target": "$.tags", "update": "d"}]),
            json!(["a", {"name": "b"}, "c", "d"]),
        ),
        (
            "/tags",
            json!([{"target": "$", "update": {"tags": ["d"]}}]),
            json!(["a", {"name": "b"}, "c", "d"]),
        ),
        ("/tags", json!([{"target": "$.tags[0, 1]", "remove": true}]), json!(["c"])),
        ("/tags", json!([{"target": "$.tags[?@.name == 'b']", "remove": true}]), json!(["a", "c"])),
        ("/paths/~1it's", json!([{"target": "$.paths[\"/it's\"]", "remove": true}]), Value::Null),
        (
            "/paths/~1it's/get/deprecated",
            json!([{"target": "$.paths.*.get", "update": {"deprecated": true}}]),
            json!(true),
        ),
        (
            "/paths/~1it's/get/tags",
            json!([{"target": "$.paths[\"/it's\"].get", "copy": "$.paths['/pets'].get"}]),
            json!(["x"]),
        ),
        (
            "/info/title",
            json!([{"target": "$.info", "remove": false, "update": {"title": "1"}},
            {"target": "$.info", "update": {"title": "2"}}]),
            json!("2"),
        ),
        (
            "/paths/~1pets/get/tags",
            json!([{"target": "$..tags[?@ == 'x']", "remove": true, "update": "y"}]),
            json!([]),
        ),
    ];
    for (place, actions, expected) in table {
        let (root, told) = after(&actions);
        assert_eq!(root.pointer(place).unwrap_or(&Value::Null), &expected, "{actions}");
        // A copy of an operation has its id as well.
        let is_expected = |told: &String| told.contains("operationId") && place.ends_with("tags");
        assert!(told.iter().all(is_expected), "{actions}: {told:?}");
    }
}

#[test]
fn actions_that_can_not_be_done_are_told_with_their_place_in_the_overlay() {
    let overlay = "\
overlay: 1.0.0
info: {title: t, version: '1'}
actions:
  - target: $.nowhere
    update: {a: 1}
  - update: {a: 1}
  - target: 'no path'
    remove: true
  - target: $.info
    copy: $.tags[*]
";
    let (folder, document) = overlaid(PETS, &[overlay]);
    let told = told(&document, folder.path());
    let begins = [
        "overlay-unmatched overlay0.yaml:4:5: the JSONPath `$.nowhere` selects nothing of the document",
        "document-malformed overlay0.yaml:6:5: is an action without a target",
        "document-malformed overlay0.yaml:7:5: is no JSONPath: ",
        "overlay-unmatched overlay0.yaml:10:5: the JSONPath `$.tags[*]` selects 3 parts",
    ];
    assert_eq!(told.len(), begins.len(), "{told:?}");
    for (told, begin) in told.iter().zip(begins) {
        assert!(told.starts_with(begin), "{told}");
    }
}

#[test]
fn a_place_is_where_its_part_was_written() {
    let first = "\
overlay: 1.0.0
actions:
  - target: $.tags[0]
    remove: true
  - target: $.paths['/pets'].get
    update:
      parameters:
        - {name: a, in: query, schema: {$ref: '#/nowhere'}}
";
    let second = "\
overlay: 1.1.0
actions:
  - target: $.paths['/pets'].get.parameters
    update: {name: b, in: query}
  - target: $.paths[\"/it's\"]
    copy: $.paths['/pets'].get.parameters[1]
";
    let (folder, document) = overlaid(PETS, &[first, second]);
    let at = |pointer: &str| {
        let written = document.written(&Pointer::new(pointer));
        let file = written.file.replace(&format!("{}/", folder.path().display()), "");
        let at = written.position.expect("a place");
        format!("{file}:{}:{}", at.line, at.column)
    };
    assert_eq!(at("/info/title"), "pets.yaml:2:8");
    assert_eq!(at("/tags/0/name"), "pets.yaml:3:12", "what stood behind a removed item");
    assert_eq!(at("/tags/1"), "pets.yaml:3:22");
    assert_eq!(at("/paths/~1pets/get/parameters/0/name"), "overlay0.yaml:8:12");
    assert_eq!(at("/paths/~1pets/get/parameters/1/in"), "overlay1.yaml:4:23");
    assert_eq!(at("/paths/~1it's/in"), "overlay1.yaml:4:23", "copied from there");
    assert_eq!(at("/paths/~1it's/get"), "pets.yaml:11:5");
    let told = told(&document, folder.path());
    let expected =
        "reference-broken overlay0.yaml:8:41: refers to `#/nowhere`, which does not exist";
    assert!(told.contains(&expected.to_owned()), "{told:?}");
}

#[test]
fn an_overlay_given_alone_is_applied_to_what_it_extends() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("sub/overlay.yaml");
    std::fs::create_dir_all(folder.path().join("sub")).expect("a folder");
    std::fs::write(folder.path().join("sub/pets.yaml"), PETS).expect("written");
    std::fs::write(folder.path().join("pets.yaml"), PETS).expect("written");
    let overlay = |extends: &str| {
        let text = format!(
            "overlay: 1.0.0\n{extends}actions:\n  - target: $.info\n    update: {{title: New}}\n"
        );
        std::fs::write(&file, text).expect("written");
        load::from_file(&file)
    };
    assert_eq!(overlay("extends: pets.yaml\n").expect("loads").title, "New");
    let refused = [
        ("", "has no member `extends`; give the document, and it with --overlay"),
        ("extends: ../pets.yaml\n", "extends `../pets.yaml`, which lies outside"),
        ("extends: cats.yaml\n", "extends `cats.yaml`, which can not be read"),
    ];
    for (extends, reason) in refused {
        let error = overlay(extends).expect_err("nothing to apply it to").to_string();
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn the_command_line_applies_overlays_in_their_order_and_not_to_bundled_apis() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_str().expect("text").to_owned();
    std::fs::write(at("pets.yaml"), PETS).expect("written");
    for (name, target) in [("a.yaml", "$.paths['/pets']"), ("b.yaml", "$.paths['/pets']")] {
        let text = format!("overlay: 1.0.0\nactions: [{{target: \"{target}\", remove: true}}]\n");
        std::fs::write(at(name), text).expect("written");
    }
    let (a, b) = (at("a.yaml"), at("b.yaml"));
    let line = ["lint", &at("pets.yaml"), "--overlay", &a, "--overlay", &b];
    let (_, told, _) = process::run(&mut process::standin(&line));
    assert!(told.contains("overlay-unmatched"), "the first has taken it: {told}");
    assert!(told.contains("b.yaml:2:12") && !told.contains("a.yaml:"), "{told}");
    let (code, _, told) = process::run(&mut process::standin(&["lint", "clerk", "--overlay", &a]));
    assert_eq!((code, told.contains("bundled APIs stay as they are")), (2, true), "{told}");
}
