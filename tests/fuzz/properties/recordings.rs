//! Recordings: whatever stands in a file, it is read or told, and what was read is found again by
//! its own request.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use standin::tape::read;
use standin::tape::replay::Options;
use standin::tape::replay::Tape;

use super::choices::Choices;

/// The endings of files; the content tells the rest.
const ENDINGS: [&str; 5] = ["ndjson", "har", "yaml", "snap", "json"];

/// A file, removed in the end.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// The ending, then what stands in the file.
pub(super) fn hold(data: &[u8]) {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let mut choices = Choices::new(data);
    let ending = *choices.one_of(&ENDINGS);
    let (process, number) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let name = format!("standin-recording-{process}-{number}.{ending}");
    let file = Scratch(std::env::temp_dir().join(name));
    fs::write(&file.0, choices.rest()).expect("the file can be written");
    let paths = [file.0.clone()];
    let (tape, told) = Tape::open(&paths, Options::default()).expect("the file can be read");
    let (entries, _) = read::paths(&paths).expect("the file can be read");
    assert!(!tape.is_empty() || !told.is_empty() || entries.is_empty());
    let _ = tape.unused();
    // Mappings answer what their conditions say, and placeholders hold for other values.
    if ending == "json" {
        return;
    }
    for entry in entries {
        let text = serde_json::to_string(&entry).expect("it can be written");
        if text.contains("{{") || text.contains("%7B") || text.contains("content-encoding") {
            continue;
        }
        let (Ok(request), Ok(_)) = (entry.request(), entry.answer()) else { continue };
        let (_, missed, why) = tape.answer(&request);
        assert!(missed.is_none(), "{text} is not found: {why}");
    }
}
