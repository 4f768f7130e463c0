//! What a person is told of a broken document: one document a case, one thing wrong with each.

use std::path::Path;

use crate::support::process::run;
use crate::support::process::standin;

#[test]
fn every_broken_document_is_told_so_that_a_stranger_can_mend_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<String> = std::fs::read_dir(root.join("tests/fixtures/lint"))
        .expect("the cases")
        .map(|entry| entry.expect("a case").file_name().to_string_lossy().into_owned())
        .collect();
    files.sort();
    assert!(files.len() >= 40, "{} cases", files.len());
    let mut told = String::new();
    for file in files {
        let path = format!("tests/fixtures/lint/{file}");
        let (code, stdout, stderr) = run(standin(&["lint", &path]).current_dir(root));
        told.push_str(&format!("=== {file}: exit {code}\n{stdout}{stderr}\n"));
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/lint");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("broken-documents", told));
}
