//! Writing reports: whole or not at all, early and again, so that a killed runner keeps them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;

use super::live::Live;
use super::output::Output;
use super::style::{Stream, Style};
use crate::config::value::{Color, Target};
use crate::report::{FORMATS, Report};

/// How long to gather exchanges before a report is written again.
const PAUSE: Duration = Duration::from_millis(400);

/// How many links are followed, as systems do.
const MAX_LINKS: usize = 40;

/// Writes a report in one format.
pub(crate) fn render(report: &Report, format: &str) -> String {
    let known = FORMATS.iter().find(|known| known.id == format);
    known.map(|known| (known.render)(report)).unwrap_or_default()
}

/// Writes the files that are replaced; those that are appended to are only tried. What is no file
/// (a pipe, a terminal, the process's own output) waits for the end.
pub(crate) fn refresh(report: &Report, targets: &[Target]) -> anyhow::Result<()> {
    for target in targets {
        let Some(path) = &target.path else { continue };
        match Place::of(path) {
            Place::Stdout | Place::Stderr | Place::Stream => {}
            Place::File(path) if target.append => append(&path, "")?,
            Place::File(path) => replace(&path, &render(report, &target.format))?,
        }
    }
    Ok(())
}

/// Writes everything, at the end; what has no file goes to standard output, or to standard error
/// where that is for events. A pipe without a reader holds this up until there is one.
pub(crate) fn finish(
    report: &Report,
    targets: &[Target],
    output: &Output,
    has_events: bool,
    color: Option<Color>,
) -> anyhow::Result<()> {
    refresh(report, targets)?;
    for target in targets {
        let text = render(report, &target.format);
        let Some(path) = &target.path else {
            let stream = if has_events { Stream::Stderr } else { Stream::Stdout };
            let style = Style::on(stream, color);
            let text = if target.format == "text" { style.report(&text) } else { text };
            match stream {
                Stream::Stdout => output.print(&text),
                Stream::Stderr => output.tell(&text),
            }
            continue;
        };
        match Place::of(path) {
            Place::Stdout => output.print(&text),
            Place::Stderr => output.tell(&text),
            Place::Stream => append(path, &text)?,
            Place::File(path) if target.append => append(&path, &text)?,
            Place::File(_) => {}
        }
    }
    Ok(())
}

/// Writes the files again after exchanges, until the task is aborted; without files, nothing is
/// summed up.
pub(crate) async fn keep_fresh(
    live: Arc<Live>,
    targets: Vec<Target>,
    sum_up: impl Fn() -> Report + Send,
) {
    if targets.iter().all(|target| target.path.is_none()) {
        return;
    }
    loop {
        live.heard.notified().await;
        tokio::time::sleep(PAUSE).await;
        if let Err(error) = refresh(&sum_up(), &targets) {
            tracing::warn!("{error:#}");
        }
    }
}

/// What a path leads to, all links followed.
enum Place {
    /// A regular file or nothing yet: written early and again, links to it stay.
    File(PathBuf),
    /// The process's own standard output, by whatever name and of whatever kind.
    Stdout,
    /// The process's own standard error.
    Stderr,
    /// Somebody listens there (a pipe, a device, an open file of the process): written once.
    Stream,
}

impl Place {
    fn of(path: &Path) -> Self {
        let target = followed(path);
        let Ok(metadata) = fs::metadata(path) else {
            return target.map_or(Self::Stream, Self::File);
        };
        if metadata.is_dir() {
            // Replacing it fails, and the error says why.
            return Self::File(path.to_owned());
        }
        if is_same(&metadata, own(Stream::Stdout)) {
            return Self::Stdout;
        }
        if is_same(&metadata, own(Stream::Stderr)) {
            return Self::Stderr;
        }
        match target {
            Some(target) if metadata.is_file() => Self::File(target),
            Some(_) | None => Self::Stream,
        }
    }
}

/// The end of a chain of links; `None` if it leads to an open file of a process, which has a
/// reader or writer of its own that would lose a replaced file.
fn followed(path: &Path) -> Option<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        let Ok(next) = fs::read_link(&path) else { break };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = fs::canonicalize(folder.unwrap_or_else(|| Path::new("."))).ok()?;
        if folder.starts_with("/proc") {
            return None;
        }
        path = folder.join(next);
    }
    Some(path)
}

/// What the process's own stream is open on.
#[cfg(unix)]
fn own(stream: Stream) -> Option<fs::Metadata> {
    use std::os::fd::AsFd;
    let descriptor = match stream {
        Stream::Stdout => std::io::stdout().as_fd().try_clone_to_owned(),
        Stream::Stderr => std::io::stderr().as_fd().try_clone_to_owned(),
    };
    fs::File::from(descriptor.ok()?).metadata().ok()
}

#[cfg(unix)]
fn is_same(one: &fs::Metadata, other: Option<fs::Metadata>) -> bool {
    use std::os::unix::fs::MetadataExt;
    other.is_some_and(|other| (one.dev(), one.ino()) == (other.dev(), other.ino()))
}

/// Streams have no names in the file system.
#[cfg(not(unix))]
fn own(_stream: Stream) -> Option<fs::Metadata> {
    None
}

#[cfg(not(unix))]
fn is_same(_one: &fs::Metadata, _other: Option<fs::Metadata>) -> bool {
    false
}

/// Replaces a regular file in one step: a reader sees the old text or the new one.
pub(crate) fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let failed = || format!("cannot write {}", path.display());
    make_folder(path).with_context(failed)?;
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().with_context(failed)?);
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    fs::write(&part, text).with_context(failed)?;
    let renamed = fs::rename(&part, path).inspect_err(|_| {
        // The first error is the one to tell.
        let _ = fs::remove_file(&part);
    });
    renamed.with_context(failed)
}

fn append(path: &Path, text: &str) -> anyhow::Result<()> {
    let failed = || format!("cannot append to {}", path.display());
    make_folder(path).with_context(failed)?;
    let file = fs::OpenOptions::new().append(true).create(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).with_context(failed)
}

fn make_folder(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => fs::create_dir_all(folder),
        _ => Ok(()),
    }
}
