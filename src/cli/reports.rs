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

/// Replaces a file in one step: a reader sees the old text or the new one.
fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let failed = || format!("cannot write {}", path.display());
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().with_context(failed)?);
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    fs::write(&part, text).with_context(failed)?;
    fs::rename(&part, path).with_context(failed)
}

fn append(path: &Path, text: &str) -> anyhow::Result<()> {
    let file = fs::OpenOptions::new().append(true).create(true).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.with_context(|| format!("cannot append to {}", path.display()))
}
