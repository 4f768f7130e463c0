//! Files below the folder of the main document, and no others.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use crate::spec::assemble::source::Located;
use crate::spec::assemble::source::Refusal;
use crate::spec::load::address;

/// Most bytes of one file, the main document's included.
pub(super) const MOST_BYTES: u64 = 128 * 1024 * 1024;

/// The folder of a main document.
#[derive(Debug)]
pub(super) struct Folder {
    /// Without symbolic links.
    path: PathBuf,
    /// As the user named it.
    shown: PathBuf,
    /// The main document's file, without symbolic links.
    pub(super) main: PathBuf,
}

impl Folder {
    /// The folder of a main document; `None` where that is no file in a folder, as a pipe.
    pub(super) fn of(main: &Path) -> Option<Self> {
        let shown = main.parent()?.to_owned();
        let main = fs::canonicalize(main).ok().filter(|main| main.is_file())?;
        Some(Self { path: main.parent()?.to_owned(), shown, main })
    }

    /// The file that a relative reference names in the file `from`.
    pub(super) fn locate(&self, from: &Path, reference: &str) -> Result<Located, Refusal> {
        let path = address::relative(reference)?;
        let folder = from.parent().unwrap_or(&self.path);
        let joined = folder.join(&*path);
        let file = fs::canonicalize(&joined).map_err(|error| self.missing(&joined, &error))?;
        let Ok(below) = file.strip_prefix(&self.path) else {
            return Err(self.outside());
        };
        let token: Vec<String> =
            below.iter().map(|step| step.to_string_lossy().into_owned()).collect();
        let name = self.shown.join(below).to_string_lossy().into_owned();
        let key = file.to_str().map(str::to_owned);
        let key = key.ok_or_else(|| {
            Refusal::new("whose path is not UTF-8", "give the folder a name in UTF-8")
        })?;
        Ok(Located { key, token: token.join("/"), name })
    }

    /// Why a file can not be found. Of what lies outside of the folder, not even that is told.
    fn missing(&self, path: &Path, error: &io::Error) -> Refusal {
        let mut depth = 0_usize;
        let below = path.strip_prefix(&self.path).unwrap_or(path);
        for step in below {
            match step.to_str() {
                Some("..") if depth == 0 => return self.outside(),
                Some("..") => depth -= 1,
                Some(".") => {}
                _ => depth += 1,
            }
        }
        Refusal::new(
            format!("which can not be read: {}", cause(error)),
            format!("put the file at {}, or mend the reference", self.shown.join(below).display()),
        )
    }

    fn outside(&self) -> Refusal {
        let folder = match self.shown.as_os_str().is_empty() {
            true => Path::new(".").display(),
            false => self.shown.display(),
        };
        Refusal::new(
            format!("which lies outside of the document's folder ({folder})"),
            "move the file below that folder, or begin with a document further up",
        )
    }
}

/// The text of a file that was located.
pub(super) fn read(path: &Path) -> Result<String, Refusal> {
    let refusal = |error: &io::Error| {
        Refusal::new(
            format!("which can not be read: {}", cause(error)),
            "make the file readable, or mend the reference",
        )
    };
    // Opening a pipe would wait for its writer.
    let kind = fs::metadata(path).map_err(|error| refusal(&error))?;
    if !kind.is_file() {
        let kind = if kind.is_dir() { "a folder" } else { "no regular file" };
        return Err(Refusal::new(format!("which is {kind}"), "refer to a file"));
    }
    let file = File::open(path).map_err(|error| refusal(&error))?;
    let bytes = all_of(file).map_err(|error| refusal(&error))?;
    let bytes = bytes.ok_or_else(|| {
        Refusal::new(
            format!("which is larger than {} MiB", MOST_BYTES / 1024 / 1024),
            "split the file",
        )
    })?;
    String::from_utf8(bytes).map_err(|_| Refusal::new("which is not UTF-8", "save it as UTF-8"))
}

/// All bytes of a reader, of which about `expected` are to come; `None` where there are more than
/// are read.
pub(super) fn bounded(reader: impl Read, expected: u64) -> io::Result<Option<Vec<u8>>> {
    let room = usize::try_from(expected.min(MOST_BYTES)).unwrap_or_default();
    let mut bytes = Vec::with_capacity(room + 1);
    reader.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= MOST_BYTES).then_some(bytes))
}

/// All bytes of a file, as [`bounded`] reads them.
pub(super) fn all_of(file: File) -> io::Result<Option<Vec<u8>>> {
    let expected = file.metadata().map_or(0, |metadata| metadata.len());
    bounded(file, expected)
}

/// What the system says, without its number.
fn cause(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}
