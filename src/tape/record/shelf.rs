//! Where entries go: lines in segments, a file each, or one archive at the end.
//!
//! Directories that are made here are for their owner alone, and so are files: what is redacted is
//! still somebody's traffic.

use std::fs;
use std::fs::File;
use std::fs::OpenOptions;
use std::io;
use std::io::BufRead;
use std::io::BufReader;
use std::io::BufWriter;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use crate::tape::entry::Entry;
use crate::tape::har::Har;
use crate::tape::record::Layout;

/// The segment that is written to; full ones are `exchanges-000001.ndjson` and so on, which come
/// before it where names are sorted.
const CURRENT: &str = "exchanges.ndjson";

/// The archive of all exchanges.
const ARCHIVE: &str = "recording.har";

/// Longest name that is made of a call, in bytes.
const NAME: usize = 60;

/// Where entries go.
#[derive(Debug)]
pub(super) enum Shelf {
    Lines(Lines),
    Files { directory: PathBuf, last: u64 },
    Archive(Lines),
}

impl Shelf {
    pub(super) fn open(directory: &Path, layout: Layout, most: u64) -> io::Result<Self> {
        Ok(match layout {
            Layout::Ndjson => Self::Lines(Lines::open(directory, most)?),
            Layout::Har => Self::Archive(Lines::open(directory, most)?),
            Layout::Files => {
                let last = last_number(directory, "", ".har")?;
                Self::Files { directory: directory.to_owned(), last }
            }
        })
    }

    /// Writes an entry; where that fails, what was there before stays whole.
    pub(super) fn put(&mut self, entry: &Entry) -> io::Result<()> {
        match self {
            Self::Lines(lines) | Self::Archive(lines) => lines.put(entry),
            Self::Files { directory, last } => {
                let har = Har::new(vec![entry.clone()]);
                let text = serde_json::to_vec_pretty(&har)?;
                let name = format!("{:06}-{}.har", *last + 1, name(entry));
                whole_file(&directory.join(name), |file| file.write_all(&text))?;
                *last += 1;
                Ok(())
            }
        }
    }

    /// Writes what is only written at the end.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        match self {
            Self::Lines(_) | Self::Files { .. } => Ok(()),
            Self::Archive(lines) => lines.archive(),
        }
    }
}

/// Segments of one entry a line.
#[derive(Debug)]
pub(super) struct Lines {
    directory: PathBuf,
    file: File,
    length: u64,
    /// The number of the last full segment.
    last: u64,
    /// How long a segment may become, in bytes.
    most: u64,
}

impl Lines {
    fn open(directory: &Path, most: u64) -> io::Result<Self> {
        let mut file = private()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(directory.join(CURRENT))?;
        let length = whole_lines(&mut file)?;
        if length < file.seek(SeekFrom::End(0))? {
            // Whoever wrote the rest was killed before it was answered.
            file.set_len(length)?;
        }
        file.seek(SeekFrom::Start(length))?;
        let last = last_number(directory, "exchanges-", ".ndjson")?;
        Ok(Self { directory: directory.to_owned(), file, length, last, most })
    }

    fn put(&mut self, entry: &Entry) -> io::Result<()> {
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        if self.length > 0 && self.length + line.len() as u64 > self.most {
            let full = self.directory.join(format!("exchanges-{:06}.ndjson", self.last + 1));
            fs::rename(self.directory.join(CURRENT), full)?;
            self.last += 1;
            self.file =
                private().write(true).create_new(true).open(self.directory.join(CURRENT))?;
            self.length = 0;
        }
        // One write: who is killed leaves whole lines, or half of one that nobody was answered.
        if let Err(error) = self.file.write_all(&line) {
            let _ = self.file.set_len(self.length);
            let _ = self.file.seek(SeekFrom::Start(self.length));
            return Err(error);
        }
        self.length += line.len() as u64;
        Ok(())
    }

    /// Puts all lines into one archive, behind what is in there already, and removes them.
    fn archive(&mut self) -> io::Result<()> {
        if self.length == 0 && self.last == 0 && self.directory.join(ARCHIVE).exists() {
            return fs::remove_file(self.directory.join(CURRENT));
        }
        let segments: Vec<PathBuf> = (1..=self.last)
            .map(|number| self.directory.join(format!("exchanges-{number:06}.ndjson")))
            .chain([self.directory.join(CURRENT)])
            .filter(|path| path.exists())
            .collect();
        let archive = self.directory.join(ARCHIVE);
        let before = File::open(&archive).ok();
        whole_file(&archive, |file| {
            let mut file = BufWriter::new(file);
            let mut is_first = true;
            let empty = serde_json::to_string(&Har::new(Vec::new()))?;
            let (head, tail) = empty.split_once("[]").unwrap_or((&empty, ""));
            write!(file, "{head}[")?;
            let lines = before.into_iter().map(Ok).chain(segments.iter().map(File::open));
            for source in lines {
                for line in BufReader::new(source?).lines() {
                    let line = line?;
                    let line = line.trim_end_matches(',');
                    // Head and tail of an archive stand on lines of their own.
                    if !line.starts_with("{\"startedDateTime\"") {
                        continue;
                    }
                    let comma = if is_first { "" } else { "," };
                    write!(file, "{comma}\n{line}")?;
                    is_first = false;
                }
            }
            write!(file, "\n]{tail}\n")?;
            file.flush()
        })?;
        segments.iter().try_for_each(fs::remove_file)
    }
}

/// Makes a directory that is its owner's alone, unless it is there.
pub(super) fn make_directory(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// Opens files that are their owner's alone.
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Writes a file that is its owner's alone, in place of one that may be there, with the directory
/// that it is in.
///
/// # Errors
///
/// Why it can not be written; what was there before is still there.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(directory) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
        make_directory(directory)?;
    }
    whole_file(path, |file| file.write_all(bytes))
}

/// Writes a file that is there whole or not at all.
fn whole_file(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let beside = path.with_file_name(format!(".{}.half", name.unwrap_or_default()));
    let mut file = private().write(true).create(true).truncate(true).open(&beside)?;
    let written = write(&mut file).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// The length of a file up to the end of its last whole line.
fn whole_lines(file: &mut File) -> io::Result<u64> {
    let mut end = file.seek(SeekFrom::End(0))?;
    let mut piece = [0; 8192];
    while end > 0 {
        let start = end.saturating_sub(piece.len() as u64);
        let length = usize::try_from(end - start).unwrap_or(piece.len());
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut piece[..length])?;
        if let Some(at) = piece[..length].iter().rposition(|byte| *byte == b'\n') {
            return Ok(start + at as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

/// The highest number behind `prefix` in the names of a directory's files.
fn last_number(directory: &Path, prefix: &str, suffix: &str) -> io::Result<u64> {
    let mut last = 0;
    for entry in fs::read_dir(directory)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| {
            let rest = name.strip_prefix(prefix)?.strip_suffix(suffix)?;
            let digits = rest.find(|it: char| !it.is_ascii_digit()).unwrap_or(rest.len());
            rest[..digits].parse().ok()
        });
        last = last.max(number.unwrap_or(0));
    }
    Ok(last)
}

/// A call as a file may be named: `get-v1-sessions-200`.
fn name(entry: &Entry) -> String {
    let target = entry.request.target();
    let path = target.split('?').next().unwrap_or_default();
    let call = format!("{} {path}", entry.request.method.to_ascii_lowercase());
    let mut name = String::new();
    for character in call.chars() {
        if character.is_ascii_alphanumeric() || character == '_' {
            name.push(character);
        } else if !name.ends_with('-') {
            name.push('-');
        }
        if name.len() >= NAME {
            break;
        }
    }
    format!("{}-{}", name.trim_matches('-'), entry.response.status)
}
