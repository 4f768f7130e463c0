//! Segments of recordings: written as `record` writes them, and parsed as plainly as can be.

use std::fs::File;
use std::io::BufRead;
use std::io::BufReader;
use std::io::BufWriter;
use std::io::Write;
use std::path::Path;

use serde_json::Value;
use standin::tape::Entry;

/// Writes segments of at most so many bytes; how many bytes all are.
pub(crate) fn write(
    folder: &Path,
    count: usize,
    most: usize,
    recording: impl Fn(usize) -> Value,
) -> usize {
    let (mut all, mut segment) = (0, 0);
    let create = |segment: usize| {
        let name = format!("exchanges-{segment:04}.ndjson");
        BufWriter::new(File::create(folder.join(name)).expect("it is created"))
    };
    let (mut file, mut room) = (create(segment), most);
    for number in 0..count {
        let line = recording(number).to_string();
        if line.len() + 1 > room {
            segment += 1;
            (file, room) = (create(segment), most);
        }
        writeln!(file, "{line}").expect("it is written");
        room -= (line.len() + 1).min(room);
        all += line.len() + 1;
    }
    file.flush().expect("it is written");
    all
}

/// Parses all recordings into typed entries, one after another; how many they are.
pub(crate) fn parse(folder: &Path) -> usize {
    let mut count = 0;
    for file in std::fs::read_dir(folder).expect("a folder") {
        let file = File::open(file.expect("a file").path()).expect("it opens");
        let (mut reader, mut line) = (BufReader::with_capacity(1 << 20, file), Vec::new());
        while reader.read_until(b'\n', &mut line).expect("it is read") > 0 {
            let entry: Entry = serde_json::from_slice(&line).expect("an entry");
            std::hint::black_box(entry);
            line.clear();
            count += 1;
        }
    }
    count
}
