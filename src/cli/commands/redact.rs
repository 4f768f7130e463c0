//! `standin redact PATH… (--in-place | --out DIR | --check)`: takes secrets out of recordings that
//! exist.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};

use crate::cli::exit::Exit;
use crate::cli::layers;
use crate::cli::output::Output;
use crate::cli::progress::{Progress, Unit};
use crate::cli::style::Stream;
use crate::cli::taping::{self, Redact};
use crate::cli::verdict::Verdict;
use crate::clock::Clock;
use crate::config::Settings;
use crate::finding::{Blame, Location, Violation, rule};
use crate::report::Report;
use crate::tape::record;
use crate::tape::redact::{Redactor, Register};

/// Endings of files that may hold recordings.
const ENDINGS: [&str; 7] = ["ndjson", "jsonl", "har", "json", "snap", "yaml", "yml"];

/// How deep directories are followed.
const DEPTH: usize = 32;

/// Where redacted files go.
enum Goal {
    InPlace,
    Out(PathBuf),
    Check,
}

/// Runs the command: 0 if it did what was asked, 1 if `--check` found secrets.
pub(crate) fn run(command: Redact, output: &Output) -> anyhow::Result<Exit> {
    let Redact { paths, out, in_place, check, redacting, common } = command;
    let config = common.judging.config.clone();
    let mut typed = common.settings().or(redacting.settings());
    (typed.out, typed.in_place) = (out, in_place.then_some(true));
    typed.check = check.then_some(true);
    let settings = layers::merge(typed, config, output)?;
    layers::start_log(&settings, output);
    let goal = match (settings.in_place, &settings.out, settings.check) {
        (Some(true), None, None | Some(false)) => Goal::InPlace,
        (None | Some(false), Some(out), None | Some(false)) => Goal::Out(out.clone()),
        (None | Some(false), None, Some(true)) => Goal::Check,
        _ => bail!("say one of --in-place, --out DIR and --check"),
    };
    let mut files = Vec::new();
    for path in &paths {
        gather(path, path, true, DEPTH, &mut files)?;
    }
    if files.is_empty() {
        bail!("there is nothing to redact: no file of {}", ENDINGS.join(", "));
    }
    let policy = Arc::new(taping::policy(&settings));
    let register = Arc::new(Register::standing(files.iter().map(|(_, path)| &**path))?);
    let mut held = Vec::new();
    let progress = Progress::new("redacting", Unit::Bytes, &settings, output);
    let size = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
    let total = files.iter().map(|(_, path)| size(path)).sum();
    let mut done = 0;
    for (root, path) in &files {
        progress.show(done, total);
        done += size(path);
        // Its own redactor, so that each file is told apart.
        let mut redactor = Redactor::new(Arc::clone(&policy), Arc::clone(&register));
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let Ok(text) = String::from_utf8(bytes) else {
            bail!("{} is no text: nobody can say what is in it", path.display());
        };
        let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
        let redacted = redactor.stored(&extension.to_ascii_lowercase(), &text);
        let target = match &goal {
            Goal::Check => None,
            Goal::InPlace => redacted.as_ref().map(|_| path.clone()),
            Goal::Out(out) => Some(out.join(beneath(root, path))),
        };
        if let Some(target) = target {
            let written = redacted.as_deref().unwrap_or(&text);
            record::write(&target, written.as_bytes())
                .with_context(|| format!("cannot write {}", target.display()))?;
        }
        if redacted.is_some() {
            held.push((path.clone(), redactor.found()));
        }
    }
    drop(progress);
    tell(&goal, &held, files.len(), &settings, output)
}

/// Tells what was found, or done.
fn tell(
    goal: &Goal,
    held: &[(PathBuf, usize)],
    files: usize,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<Exit> {
    let count: usize = held.iter().map(|(_, count)| count).sum();
    if !matches!(goal, Goal::Check) {
        if settings.quiet != Some(true) {
            let files = if files == 1 { "1 file".to_owned() } else { format!("{files} files") };
            output.tell(&format!("{count} secrets taken out of {} of {files}\n", held.len()));
        }
        return Ok(Exit::Clean);
    }
    let started = Clock::real().now();
    let violations: Vec<Violation> = held
        .iter()
        .map(|(path, count)| {
            let path = path.display().to_string();
            let secrets =
                if *count == 1 { "a secret".to_owned() } else { format!("{count} secrets") };
            let title = format!("{path}: holds {secrets}");
            let mut violation = Violation::new(&rule::RECORDING_SECRET, Location::Target, title);
            violation.name = Some(path);
            violation.help = Some("take it out: `standin redact --in-place`".to_owned());
            violation
        })
        .collect();
    let verdict = Verdict::open(settings, &[Blame::Document])?;
    let report = Report {
        ended: Clock::real().now(),
        findings: layers::told(&violations, Blame::Document, started),
        ..Report::new("redact", started, verdict.gate.clone())
    };
    verdict.conclude(report, settings, output, Stream::Stderr)
}

/// Lists the files under a path, each with the path that it was named by.
fn gather(
    root: &Path,
    path: &Path,
    is_named: bool,
    depth: usize,
    files: &mut Vec<(PathBuf, PathBuf)>,
) -> anyhow::Result<()> {
    let unreadable = || format!("cannot read {}", path.display());
    if !fs::metadata(path).with_context(unreadable)?.is_dir() {
        let ending = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
        if is_named || ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending)) {
            files.push((root.to_owned(), path.to_owned()));
        }
        return Ok(());
    }
    let Some(deeper) = depth.checked_sub(1) else { return Ok(()) };
    let mut inside = Vec::new();
    for entry in fs::read_dir(path).with_context(unreadable)? {
        inside.push(entry.with_context(unreadable)?.path());
    }
    inside.sort();
    for path in inside {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        // Links may lead anywhere; what is hidden is no recording.
        if name.is_some_and(|name| !name.starts_with('.')) && !path.is_symlink() {
            gather(root, &path, false, deeper, files)?;
        }
    }
    Ok(())
}

/// Where a file stands beneath the path that it was named by.
fn beneath(root: &Path, path: &Path) -> PathBuf {
    match path.strip_prefix(root) {
        Ok(rest) if !rest.as_os_str().is_empty() => rest.to_owned(),
        Ok(_) | Err(_) => path.file_name().map(PathBuf::from).unwrap_or_default(),
    }
}
