//! Pairs of documents, a folder each, with what is told of them.

use std::path::Path;

use standin::clock::Instant;
use standin::diff;
use standin::diff::Options;
use standin::spec::load;

use super::line;

/// The day on which it is asked what is over.
const TODAY: &str = "2026-01-01T00:00:00Z";

#[test]
fn each_pair_of_documents_is_told_as_its_folder_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/diff");
    let folders = std::fs::read_dir(&root).expect("the cases").map(|it| it.unwrap().path());
    let mut folders: Vec<_> = folders.filter(|it| it.join("expected.txt").is_file()).collect();
    folders.sort();
    assert!(folders.len() >= 20, "{} cases", folders.len());
    let mut wrong = Vec::new();
    for folder in folders {
        let load = |name: &str| load::from_file(&folder.join(name)).expect("a document");
        let mut options = Options::default();
        options.now = Instant::parse(TODAY).unwrap();
        let found = diff::compare(&load("base.yaml"), &load("revision.yaml"), &options);
        let told: String = found.iter().map(|it| format!("{}\n", line(it))).collect();
        let expected = std::fs::read_to_string(folder.join("expected.txt")).unwrap();
        if told != expected {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            wrong.push(format!("== {name}\n-- told\n{told}-- expected\n{expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
