//! Documents of many files and from anywhere: what is read, and what never is.

mod first_use; // what is read when, and that nothing wrong gets lost
mod hostile; // what means harm, or is no document at all
mod many_files; // relative references, each file once
mod overlays; // changes that are kept in a file of their own
mod reach; // what may not be read, whoever asks
mod remote; // documents of the web
mod served; // which operations are left when something is wrong

use std::path::Path;

use standin::finding::Violation;
use standin::finding::place::{Place, Role};
use standin::spec::Document;
use standin::spec::load::{self, Access, Address};

/// Loads a document of a fixture.
fn fixture(case: &str) -> Document {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(format!("tests/fixtures/loading/{case}/document.yaml"));
    load::from_file(&path).expect("fixtures load")
}

/// Writes files into a fresh folder, and loads the first.
fn written(files: &[(&str, &str)]) -> (tempfile::TempDir, Document) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("written");
    }
    let document = load::from_file(&folder.path().join(files[0].0)).expect("loads");
    (folder, document)
}

/// A document with one operation whose response has the schema that `reference` names.
fn referring(reference: &str) -> String {
    serde_json::json!({
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {"/x": {"get": {"operationId": "x", "responses": {"200": {
            "description": "ok",
            "content": {"application/json": {"schema": {"$ref": reference}}},
        }}}}},
    })
    .to_string()
}

/// `rule file:line:column: title` of each violation, without the folder's own name.
fn told(document: &Document, folder: &Path) -> Vec<String> {
    let told = |violation: &Violation| {
        let mut place = Place::new(Role::Document, &*document.name, violation.place.clone());
        document.locate(&mut place);
        let (line, column) = (place.line.unwrap_or(0), place.column.unwrap_or(0));
        let text =
            format!("{} {}:{line}:{column}: {}", violation.rule.id, place.file, violation.title);
        text.replace(&format!("{}/", folder.display()), "")
    };
    document.violations().iter().map(told).collect()
}

/// Loads from an address of the web.
fn fetched(url: &str, remote_references: bool) -> Document {
    load::from_address(&Address::new(url), Access { remote_references }).expect("loads")
}
