//! Writing reports: whole or not at all, early and again, so that a killed runner keeps them.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;

use super::live::Live;
use super::output::Output;
use crate::config::value::Target;
use crate::report::{FORMATS, Report};

/// How long to gather exchanges before a report is written again.
const PAUSE: Duration = Duration::from_millis(400);

/// Writes a report in one format.
pub(crate) fn render(report: &Report, format: &str) -> String {
    let known = FORMATS.iter().find(|known| known.id == format);
    known.map(|known| (known.render)(report)).unwrap_or_default()
}

/// Writes the files that are replaced; those that are appended to are only tried.
pub(crate) fn refresh(report: &Report, targets: &[Target]) -> anyhow::Result<()> {
    for target in targets {
        let Some(path) = &target.path else { continue };
        if target.append {
            append(path, "")?;
        } else {
            replace(path, &render(report, &target.format))?;
        }
    }
    Ok(())
}

/// Writes everything, at the end; what has no file goes to standard output, or to standard error
/// where that is for events.
pub(crate) fn finish(
    report: &Report,
    targets: &[Target],
    output: &Output,
    has_events: bool,
) -> anyhow::Result<()> {
    refresh(report, targets)?;
    for target in targets {
        match &target.path {
            Some(path) if target.append => append(path, &render(report, &target.format))?,
            Some(_) => {}
            None if has_events => output.tell(&render(report, &target.format)),
            None => output.print(&render(report, &target.format)),
        }
    }
    Ok(())
}

/// Writes the files again after exchanges, until the task is aborted.
pub(crate) async fn keep_fresh(
    live: Arc<Live>,
    targets: Vec<Target>,
    sum_up: impl Fn() -> Report + Send,
) {
    loop {
        live.heard.notified().await;
        tokio::time::sleep(PAUSE).await;
        if let Err(error) = refresh(&sum_up(), &targets) {
            tracing::warn!("{error:#}");
        }
    }
}

/// Replaces a file in one step: a reader sees the old text or the new one. What is no regular file
/// (a pipe, a terminal) is written to as it is.
fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let failed = || format!("cannot write {}", path.display());
    // A link stays a link: what it points at is replaced.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        let file = fs::OpenOptions::new().write(true).open(path);
        return file.and_then(|mut file| file.write_all(text.as_bytes())).with_context(failed);
    }
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
