//! Edits of known effect on documents of others: every one that breaks somebody is an error, every
//! harmless one is none.
//!
//! `MUTATIONS` says how many edits are made (some each time); the table of them is told when it is
//! set.

mod edits;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use serde_json::Value;
use standin::diff;
use standin::diff::Difference;
use standin::diff::Options;
use standin::diff::Prover;
use standin::finding::Level;
use standin::finding::Proof;
use standin::spec::load;

use super::document;
use super::line;
use edits::EDITS;
use edits::Random;

/// Documents that are edited.
const DOCUMENTS: usize = 30;

/// Edits where nobody asks for more.
const FEW: usize = 150;

/// What an edit does to those that were built on the base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Harm {
    /// It breaks somebody, and a message can show it.
    Shown,
    /// It breaks somebody by its kind alone.
    ByKind,
    /// It breaks nobody.
    None,
}

/// Documents of the corpora of middling size, as many of each version as there are.
fn documents() -> Vec<(String, Value)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/specs");
    let mut files: Vec<(u64, PathBuf)> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{} belongs beside the checkout: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().is_some_and(|name| name != "index.json"))
        .map(|path| (path.metadata().unwrap().len(), path))
        .filter(|(size, _)| (10_000..90_000).contains(size))
        .collect();
    files.sort();
    let step = (files.len() / DOCUMENTS).max(1);
    let chosen = files.into_iter().step_by(step).take(DOCUMENTS);
    let read = chosen.filter_map(|(_, path)| {
        let document = load::from_file(&path).ok()?;
        Some((path.file_name()?.to_string_lossy().into_owned(), document.root().clone()))
    });
    read.collect()
}

#[test]
fn every_edit_that_breaks_somebody_is_an_error_and_no_other_is() {
    let wanted = std::env::var("MUTATIONS").ok().and_then(|it| it.parse().ok()).unwrap_or(FEW);
    let documents = documents();
    assert_eq!(documents.len(), DOCUMENTS);
    let mut random = Random(20_260_101);
    let (mut made, mut tried) = (0, 0);
    let mut table: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    let (mut wrong, mut unshown, mut shown) = (Vec::new(), Vec::new(), [0, 0]);
    while made < wanted && tried < wanted * 40 {
        tried += 1;
        let (name, base) = &documents[tried % documents.len()];
        let edit = &EDITS[random.below(EDITS.len())];
        let mut revision = base.clone();
        let Some(what) = (edit.make)(&mut revision, &mut random) else { continue };
        made += 1;
        let (base, revision) = (document("base.json", base), document("revision.json", &revision));
        let mut found = diff::compare(&base, &revision, &Options::default());
        let is_error = found.iter().any(|it| it.level == Level::Error);
        let row = table.entry(edit.name).or_default();
        row[0] += 1;
        if edit.harm == Harm::Shown {
            let mut prover = Prover::new(&base, &revision);
            found.iter_mut().for_each(|difference| prover.prove(difference));
            shown[0] += 1;
            match found.iter().any(|it| it.proof == Proof::Witness) {
                true => shown[1] += 1,
                false => unshown.push(format!("{name}: {}: {what}", edit.name)),
            }
        }
        if is_error != (edit.harm != Harm::None) {
            row[1] += 1;
            let told: Vec<String> = found.iter().take(6).map(told).collect();
            wrong.push(format!("{name}: {}: {what}: {told:#?}", edit.name));
        }
    }
    if std::env::var_os("MUTATIONS").is_some() {
        for edit in EDITS {
            let [made, wrong] = table.get(edit.name).copied().unwrap_or_default();
            let row = format!("{:<44} {:?}: {made} made, {wrong} wrong", edit.name, edit.harm);
            writeln!(std::io::stderr(), "{row}").unwrap();
        }
    }
    assert!(made >= wanted, "{made} edits in {tried} tries");
    let shown: Vec<&String> = wrong.iter().take(12).collect();
    assert!(
        wrong.is_empty(),
        "{} of {made} are wrong: {}",
        wrong.len(),
        shown.iter().map(|it| it.as_str()).collect::<Vec<_>>().join("\n")
    );
}

fn told(difference: &Difference) -> String {
    format!("{}: {}", line(difference), difference.title)
}
