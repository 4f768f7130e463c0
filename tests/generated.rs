//! What `build.rs` wrote: the whole of every served document, and a plain word on a broken one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use standin::generated::{clerk_sessions, transmit_sessions};
use standin::spec::model::ParameterLocation;
use standin::spec::{Document, load};

/// Every bundled document with its module's name, as the running mock reads it.
fn documents() -> Vec<(String, Document)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi");
    let mut documents: Vec<(String, Document)> = fs::read_dir(folder)
        .expect("a file of this crate")
        .map(|entry| entry.expect("a file of this crate").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .map(|path| {
            let name = path
                .file_stem()
                .expect("a file of this crate")
                .to_str()
                .expect("a file of this crate")
                .replace('-', "_");
            let text = fs::read_to_string(&path).expect("a file of this crate");
            (
                name,
                load::from_text(path.to_str().expect("a file of this crate"), &text)
                    .expect("a file of this crate"),
            )
        })
        .collect();
    documents.sort_by(|(one, _), (other, _)| one.cmp(other));
    assert!(documents.len() >= 4);
    documents
}

/// The generated source of one module, `types` or `client`.
fn source(module: &str, kind: &str) -> String {
    let path = Path::new(env!("OUT_DIR")).join(format!("{module}_{kind}.rs"));
    fs::read_to_string(path).expect("a file of this crate")
}

/// The words of a name, without case or separators: `getUserSessions` is `get_user_sessions`.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// The names of functions (`pub fn `) or structs in a piece of source.
fn declared<'s>(source: &'s str, keyword: &str) -> Vec<(&'s str, &'s str)> {
    let mut found = Vec::new();
    for piece in source.split(keyword).skip(1) {
        let end = piece.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
        found.push((&piece[..end.unwrap_or(piece.len())], piece));
    }
    found
}

/// The wire names of the fields of every struct, by the struct's plain name.
fn fields(types: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut structs = BTreeMap::new();
    for (name, body) in declared(types, "pub struct ") {
        let end = body.find("}\n").unwrap_or(body.len());
        let mut fields = BTreeSet::new();
        let mut renamed = None;
        for line in body[..end].lines().map(str::trim) {
            if let Some((_, rest)) = line.split_once("rename = \"") {
                renamed = rest.split('"').next();
            } else if let Some(field) = line.strip_prefix("pub ").and_then(|l| l.split(':').next())
            {
                fields.insert(renamed.take().unwrap_or(field.trim_start_matches("r#")).to_owned());
            }
        }
        // Types come before their builders, which have the same names.
        structs.entry(plain(name)).or_insert(fields);
    }
    structs
}

#[test]
fn every_operation_has_a_method_and_every_parameter_a_setter() {
    for (module, document) in documents() {
        let client = source(&module, "client");
        let (methods, builders) = client.split_once("\npub mod builder {").unwrap();
        let methods: BTreeSet<String> =
            declared(methods, "pub fn ").iter().map(|(name, _)| plain(name)).collect();
        let setters: BTreeMap<String, BTreeSet<String>> = declared(builders, "pub struct ")
            .into_iter()
            .map(|(name, body)| {
                let names = declared(body, "pub fn ").into_iter().map(|(name, _)| plain(name));
                (plain(name), names.collect())
            })
            .collect();
        for operation in &document.operations {
            assert!(methods.contains(&plain(&operation.id)), "{module}: {}", operation.id);
            let setters = &setters[&plain(&operation.id)];
            let by_location = |location| {
                operation.parameters.iter().filter(move |parameter| parameter.location == location)
            };
            for location in
                [ParameterLocation::Path, ParameterLocation::Query, ParameterLocation::Header]
            {
                for parameter in by_location(location) {
                    let name = plain(&parameter.name);
                    let found = setters.contains(&name) || setters.contains(&format!("also{name}"));
                    assert!(found, "{module}: {} of {}", parameter.name, operation.id);
                }
            }
            let body = operation.request_body.is_some();
            assert!(!body || setters.contains("body"), "{module}: body of {}", operation.id);
        }
    }
}

#[test]
fn every_property_of_a_schema_is_a_field() {
    for (module, document) in documents() {
        for kind in ["types", "client"] {
            let structs = fields(&source(&module, kind));
            for (name, schema) in document.root()["components"]["schemas"].as_object().unwrap() {
                let Some(properties) = schema["properties"].as_object() else { continue };
                let fields = structs.get(&plain(name));
                let fields = fields.unwrap_or_else(|| panic!("{module} {kind}: no struct {name}"));
                for property in properties.keys() {
                    assert!(fields.contains(property), "{module} {kind}: {name}.{property}");
                }
            }
        }
    }
}

#[test]
fn what_the_vendor_writes_as_null_is_written_as_null() {
    let types = source("clerk_sessions", "types");
    assert!(types.contains("Option<"), "{types}");
    let session = fields(&types).remove("session").unwrap();
    assert!(session.contains("last_active_organization_id"), "{session:?}");
    assert!(json!(clerk_sessions::types::SessionStatus::Active) == json!("active"));
}

#[test]
fn counts_are_written_as_integers() {
    let body = transmit_sessions::types::DeletedSessionsResult { deleted_count: 3 };
    assert_eq!(serde_json::to_string(&body).unwrap(), r#"{"deleted_count":3}"#);
}

/// Runs the build script on one document and returns what it tells cargo.
fn build(name: &str, document: &str) -> String {
    let folder = tempfile::tempdir().expect("a scratch folder and the build script");
    fs::create_dir(folder.path().join("openapi")).expect("a scratch folder and the build script");
    fs::write(folder.path().join("openapi").join(name), document)
        .expect("a scratch folder and the build script");
    let output = Command::new(env!("STANDIN_BUILD_SCRIPT"))
        .current_dir(folder.path())
        .env("OUT_DIR", folder.path())
        .output()
        .expect("a scratch folder and the build script");
    let told = String::from_utf8(output.stdout).expect("a scratch folder and the build script");
    let error = told.lines().find_map(|line| line.strip_prefix("cargo::error="));
    assert_eq!(error.is_none(), output.status.success(), "{told}");
    error.unwrap_or("built").to_owned()
}

/// A sound document, with `operation` and `schema` to be broken.
fn document(operation: &str, schema: &str) -> String {
    format!(
        "openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\npaths:\n  /a:\n    get:\n{operation}\n      \
         responses:\n        '200':\n          description: fine\n          content:\n            \
         application/json:\n              schema: {{$ref: '#/components/schemas/A'}}\ncomponents:\n  \
         schemas:\n    A:\n{schema}\n"
    )
}

#[test]
fn a_broken_document_fails_the_build_with_file_line_and_reason() {
    let sound = ("      operationId: getA", "      type: object");
    let broken = |operation: &str, schema: &str| build("x.yaml", &document(operation, schema));
    assert_eq!(broken(sound.0, sound.1), "built");
    // YAML that is none; a missing id; a type that doesn't exist; a dangling reference; a wrong
    // structure; something that progenitor alone can't take.
    let cases = [
        (broken("      a: [1", sound.1), "openapi/x.yaml:7: "),
        (broken("      summary: s", sound.1), "openapi/x.yaml:5: the operation has no operationId"),
        (broken(sound.0, "      type: strin"), "openapi/x.yaml:15: progenitor panics: "),
        (broken(sound.0, "      $ref: '#/x'"), "openapi/x.yaml:16: `#/x` leads nowhere"),
        (broken("      operationId: getA\n      deprecated: 1", sound.1), "openapi/x.yaml:"),
        (
            broken(
                "      operationId: getA\n      requestBody: {content: {multipart/form-data: {schema: {type: object}}}}",
                sound.1,
            ),
            "openapi/x.yaml:5: getA: unexpected",
        ),
    ];
    for (told, expected) in cases {
        assert!(told.starts_with(expected), "{told}\n{expected}");
    }
}

#[test]
fn what_is_generated_reads_what_it_writes() {
    let value: Value = json!({ "message": ["no such user"], "error_code": 404 });
    let error: transmit_sessions::types::HttpError = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(json!(error), json!({ "error_code": 404, "message": ["no such user"] }));
}
