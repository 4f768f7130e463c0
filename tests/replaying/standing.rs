//! Files that change while they are played, and many recordings.

use std::fs;
use std::fs::OpenOptions;
use std::io::Write;

use standin::tape::replay::Missed;
use standin::tape::replay::Options;

use super::clean;
use super::entry;
use super::folder;
use super::lines;
use super::open;
use super::play;
use super::request;

#[test]
fn what_is_appended_or_replaced_while_it_is_played_changes_nothing() {
    let recorded = [entry("GET", "/a", None, "old"), entry("GET", "/b", None, "old")];
    let folder = folder(&[("a.ndjson", &lines(&recorded))]);
    let path = folder.path().join("a.ndjson");
    let tape = clean(folder.path());
    let mut file = OpenOptions::new().append(true).open(&path).unwrap();
    writeln!(file, "{}", entry("GET", "/c", None, "new")).unwrap();
    assert_eq!(play(&tape, &request("GET", "/a", "")).1, "old");
    assert_eq!(play(&tape, &request("GET", "/c", "")).0, 404);
    // As most programs write a file anew: under another name first.
    let other = folder.path().join("b");
    fs::write(&other, lines(&[entry("GET", "/z", None, "new")])).unwrap();
    fs::rename(&other, &path).unwrap();
    assert_eq!(play(&tape, &request("GET", "/b", "")).1, "old");
}

#[test]
fn a_file_that_is_changed_in_place_is_told_when_it_is_asked() {
    let recorded = [entry("GET", "/a", None, "old"), entry("GET", "/b", None, "old")];
    let folder = folder(&[("a.ndjson", &lines(&recorded))]);
    let path = folder.path().join("a.ndjson");
    let tape = clean(folder.path());
    assert_eq!(play(&tape, &request("GET", "/a", "")).1, "old");
    fs::write(&path, "nothing\n").unwrap();
    assert_eq!(play(&tape, &request("GET", "/a", "")).1, "old", "it was at hand");
    let missed = tape.play(&request("GET", "/b", "")).unwrap_err();
    assert!(matches!(missed, Missed::Changed { .. }), "{missed:?}");
    let (answer, violation, _) = tape.miss(&request("GET", "/b", ""), &missed);
    assert_eq!(answer.status, 404);
    assert_eq!(violation.unwrap().rule.id, "recording-malformed");
    // Of the same length, and another call.
    fs::write(&path, lines(&recorded).replace("/b", "/c")).unwrap();
    assert_eq!(play(&tape, &request("GET", "/b", "")).0, 404);
}

#[test]
fn many_recordings_in_many_files_are_all_found() {
    let names: Vec<String> = (0..300).map(|number| format!("{number:03}.ndjson")).collect();
    let texts: Vec<String> = (0..300)
        .map(|file| {
            let targets = (0..10).map(|line| format!("/things/{file}-{line}"));
            let entries = targets.map(|target| entry("GET", &target, None, &target));
            lines(&entries.collect::<Vec<_>>())
        })
        .collect();
    let files: Vec<(&str, &str)> =
        names.iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = folder(&files);
    let (tape, told) = open(folder.path(), Options::default());
    assert_eq!((tape.len(), told.len()), (3_000, 0));
    for (file, line) in [(0, 0), (299, 9), (255, 3), (256, 4), (17, 5)] {
        let target = format!("/things/{file}-{line}");
        let (answer, _, why) = tape.answer(&request("GET", &target, ""));
        assert_eq!(answer.body.bytes(), target.as_bytes());
        assert!(why.ends_with(&format!("{file:03}.ndjson:{}", line + 1)), "{why}");
    }
    let (answer, ..) = tape.answer(&request("GET", "/things/none", ""));
    assert!(answer.body.value().unwrap()["nearest"]["request"].is_string());
    let unused = tape.unused();
    assert_eq!(unused.len(), 21);
    assert_eq!(unused[20].title, "2975 more were not asked for");
}
