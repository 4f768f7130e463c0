//! Reports on disk: where they go, written whole or not at all, kept current while a server runs.
//!
//! A CI runner may be killed at any moment, so a file is rewritten by renaming a finished one over
//! it, and within a second of what it has to tell. Standard output is not for this floor: whoever
//! owns it renders the report there.

use std::fs;
use std::io;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use crate::engine::Engine;
use crate::report;
use crate::report::Format;
use crate::report::Gate;
use crate::report::Report;
use crate::server::Stop;

/// How long a report on disk may lag behind.
const LAG: Duration = Duration::from_millis(500);

/// Where a report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// To standard output, at the end.
    Stdout,
    /// Into a file, again and again.
    File(PathBuf),
    /// Behind what a file has, at the end.
    Append(PathBuf),
}

/// A report that somebody wants: `--report FORMAT[=PATH]`.
#[derive(Clone, Debug)]
pub struct Target {
    /// How it is written.
    pub format: &'static Format,
    /// Where it goes.
    pub destination: Destination,
}

/// A report that can not be had as asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// No format has this name.
    #[error("`{name}` is no report format; there are {}", known())]
    UnknownFormat {
        /// What was asked for.
        name: String,
    },
    /// No path stands behind `=`.
    #[error("`{text}` names no file behind `=`, for example junit=contract.xml")]
    PathMissing {
        /// What was given.
        text: String,
    },
    /// The file can not be written.
    #[error("cannot write the report to {}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl FromStr for Target {
    type Err = ReportError;

    /// Reads `FORMAT`, `FORMAT=PATH` or `FORMAT=+PATH`.
    ///
    /// # Examples
    ///
    /// ```
    /// use standin::server::report_file::{Destination, Target};
    ///
    /// let target: Target = "github=+summary.md".parse()?;
    /// assert_eq!(target.format.id, "github");
    /// assert_eq!(target.destination, Destination::Append("summary.md".into()));
    /// assert!("pdf".parse::<Target>().is_err());
    /// # Ok::<(), standin::server::report_file::ReportError>(())
    /// ```
    fn from_str(text: &str) -> Result<Self, ReportError> {
        let (name, path) = match text.split_once('=') {
            Some((name, path)) => (name, Some(path)),
            None => (text, None),
        };
        let unknown = || ReportError::UnknownFormat { name: name.to_owned() };
        let format = report::find(name).ok_or_else(unknown)?;
        let destination = match path.map(|path| path.strip_prefix('+').ok_or(path)) {
            None => Destination::Stdout,
            Some(Ok("") | Err("")) => {
                return Err(ReportError::PathMissing { text: text.to_owned() });
            }
            Some(Ok(path)) => Destination::Append(PathBuf::from(path)),
            Some(Err(path)) => Destination::File(PathBuf::from(path)),
        };
        Ok(Self { format, destination })
    }
}

impl Target {
    /// Writes the finished report, if it goes to a file.
    ///
    /// # Errors
    ///
    /// [`ReportError::Unwritable`] with the file's name.
    pub fn write(&self, report: &Report) -> Result<(), ReportError> {
        let (path, written) = match &self.destination {
            Destination::Stdout => return Ok(()),
            Destination::File(path) => (path, replace(path, &(self.format.render)(report))),
            Destination::Append(path) => (path, append(path, &(self.format.render)(report))),
        };
        written.map_err(|source| ReportError::Unwritable { path: path.clone(), source })
    }
}

/// Keeps the files of `targets` current until the stop; who asked for the stop writes them a last
/// time, appended ones included, with [`Target::write`].
///
/// # Errors
///
/// [`ReportError::Unwritable`] of the first file that can not be written, at once: better at the
/// start of a run than at its end.
pub async fn keep_current(
    engine: Arc<Engine>,
    targets: Vec<Target>,
    command: String,
    gate: Gate,
    stop: Stop,
) -> Result<(), ReportError> {
    let files: Vec<Target> = targets
        .into_iter()
        .filter(|target| matches!(target.destination, Destination::File(_)))
        .collect();
    let files = Arc::new(files);
    let mut written = None;
    while !files.is_empty() && !stop.is_asked() {
        let seen = engine.requests();
        if written != Some(seen) {
            let report = report::summary::of(&engine, &command, gate.clone());
            let files = Arc::clone(&files);
            let writing = tokio::task::spawn_blocking(move || {
                files.iter().try_for_each(|target| target.write(&report))
            });
            if let Ok(done) = writing.await {
                done?;
            }
            written = Some(seen);
        }
        tokio::select! {
            () = tokio::time::sleep(LAG) => {}
            () = stop.wait() => {}
        }
    }
    Ok(())
}

/// Writes beside the file and renames, so that nobody ever reads half a report. What is no regular
/// file (a pipe, a terminal) is written to as it is.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    // A link stays a link: what it points at is replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
        return fs::OpenOptions::new().write(true).open(&path)?.write_all(text.as_bytes());
    }
    make_folder(&path)?;
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".standin");
    let unfinished = path.with_file_name(name);
    fs::write(&unfinished, text)?;
    fs::rename(&unfinished, &path).inspect_err(|_| {
        // The first error is the one to tell.
        let _ = fs::remove_file(&unfinished);
    })
}

fn append(path: &Path, text: &str) -> io::Result<()> {
    make_folder(path)?;
    fs::OpenOptions::new().create(true).append(true).open(path)?.write_all(text.as_bytes())
}

fn make_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => fs::create_dir_all(folder),
        _ => Ok(()),
    }
}

fn known() -> String {
    report::FORMATS.iter().map(|format| format.id).collect::<Vec<_>>().join(", ")
}
