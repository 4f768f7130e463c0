//! Placeholders that stand in files already, so that no number is given away twice.

use std::collections::HashMap;
use std::fs;
use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Path;

use crate::tape::placeholder::Kind;

/// Longest placeholder, in bytes: more of a piece than that is never carried over to the next.
const LONGEST: usize = 32;

/// The highest number of each kind in the files of a directory.
pub(super) fn counts(directory: &Path) -> io::Result<HashMap<Kind, usize>> {
    let mut counts = HashMap::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            read(File::open(entry.path())?, &mut counts)?;
        }
    }
    Ok(counts)
}

/// The highest number of each kind in some files.
pub(super) fn in_files<'p>(
    files: impl IntoIterator<Item = &'p Path>,
) -> io::Result<HashMap<Kind, usize>> {
    let mut counts = HashMap::new();
    for file in files {
        read(File::open(file)?, &mut counts)?;
    }
    Ok(counts)
}

/// Takes the highest number of each kind from what is read.
fn read(mut source: impl Read, counts: &mut HashMap<Kind, usize>) -> io::Result<()> {
    let (mut piece, mut kept) = (vec![0; 256 * 1024], 0);
    loop {
        let read = source.read(&mut piece[kept..])?;
        if read == 0 {
            return Ok(());
        }
        let filled = kept + read;
        for at in memchr::memmem::find_iter(&piece[..filled], b"{{") {
            note(&piece[at + 2..filled], counts);
        }
        for at in memchr::memmem::find_iter(&piece[..filled], b"%7B%7B") {
            note(&piece[at + 6..filled], counts);
        }
        kept = LONGEST.min(filled);
        piece.copy_within(filled - kept..filled, 0);
    }
}

fn note(behind: &[u8], counts: &mut HashMap<Kind, usize>) {
    let end = behind.iter().take(LONGEST).position(|byte| matches!(byte, b'}' | b'%'));
    let name = end.and_then(|end| std::str::from_utf8(&behind[..end]).ok()).unwrap_or_default();
    let Some((kind, number)) = name.split_once(':') else { return };
    let kind = Kind::ALL.into_iter().find(|it| it.as_str() == kind);
    if let (Some(kind), Ok(number)) = (kind, number.parse::<usize>()) {
        let count = counts.entry(kind).or_default();
        *count = (*count).max(number);
    }
}
