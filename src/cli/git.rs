//! Files of revisions, as the command `git` gives them.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::spec::load::{Address, Archive};

/// A revision and a path in it, as git writes them: `HEAD~1:openapi/api.yaml`.
#[derive(Debug)]
pub(crate) struct Revision {
    revision: String,
    /// From the top of the repository, or from here where it begins with `./`.
    pub(crate) path: String,
}

impl Revision {
    /// Reads what was typed; `None` where it is a file, an address, or no revision at all.
    pub(crate) fn of(typed: &str) -> Option<Self> {
        let (revision, path) = typed.split_once(':')?;
        let is_file = matches!(Address::new(typed), Address::Url(_)) || Path::new(typed).exists();
        // One letter before a colon is a drive.
        if is_file || path.is_empty() || revision.len() < 2 || revision.starts_with('-') {
            return None;
        }
        Some(Self { revision: revision.to_owned(), path: path.to_owned() })
    }
}

impl Archive for Revision {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let object = format!("{}:{path}", self.revision);
        let ended = Command::new("git")
            .args(["cat-file", "blob", &object])
            .stdin(Stdio::null())
            .output()
            .map_err(|error| {
                io::Error::new(error.kind(), format!("git can not be run: {error}"))
            })?;
        if ended.status.success() {
            return Ok(ended.stdout);
        }
        let told = String::from_utf8_lossy(&ended.stderr);
        let told = told.lines().next().unwrap_or_default();
        let told = told.strip_prefix("fatal: ").unwrap_or(told);
        Err(io::Error::new(io::ErrorKind::NotFound, format!("git says: {told}")))
    }
}
