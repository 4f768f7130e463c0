//! How a job is judged: levels, gate and baseline, from the settings to the exit code.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};

use super::exit::Exit;
use super::layers;
use super::output::Output;
use super::reports;
use super::style::{Stream, Style};
use crate::config;
use crate::config::Settings;
use crate::config::value::{Severity, Target};
use crate::finding::Blame;
use crate::report::{Baseline, Gate, Report};

/// What judges a job.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    /// Which findings fail it.
    pub(crate) gate: Gate,
    severities: Vec<Severity>,
    /// The file of the baseline, if it is to be written.
    updated: Option<PathBuf>,
}

impl Verdict {
    /// Reads the baseline before anything else is done, so that a broken one costs no run;
    /// `blames` is whose findings count unless the settings say otherwise.
    pub(crate) fn open(settings: &Settings, blames: &[Blame]) -> anyhow::Result<Self> {
        let mut gate = config::gate(settings, blames);
        let updates = settings.update_baseline == Some(true);
        if updates && settings.baseline.is_none() {
            bail!("there is no baseline to update; name its file with --baseline");
        }
        if let Some(path) = &settings.baseline {
            let name = path.display().to_string();
            let text = match fs::read_to_string(path) {
                Ok(text) => text,
                Err(error) if updates && error.kind() == ErrorKind::NotFound => String::new(),
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    return Err(error).context(format!(
                        "there is no baseline {name} yet; --update-baseline writes it"
                    ));
                }
                Err(error) => return Err(error).context(format!("cannot read {name}")),
            };
            gate.baseline = Some(Arc::new(Baseline::parse(&name, &text)?));
        }
        let severities = settings.severity.clone().unwrap_or_default();
        Ok(Self { gate, severities, updated: settings.baseline.clone().filter(|_| updates) })
    }

    /// Judges what was found: writes the baseline where that is asked for, else tells what of it
    /// was not found again. A run that saw nothing says nothing about the baseline.
    pub(crate) fn settle(&self, mut report: Report, is_tested: bool) -> anyhow::Result<Report> {
        report.gate = self.gate.clone();
        if let Some(path) = self.updated.as_ref().filter(|_| is_tested) {
            let baseline = self.gate.updated(&report.findings);
            reports::replace(path, &baseline.to_string())?;
            report.gate.baseline = Some(Arc::new(baseline));
        } else if let Some(baseline) = &self.gate.baseline
            && is_tested
            && report.dropped == 0
        {
            let mut stale = baseline.stale(&report.findings, report.ended);
            layers::weigh(&mut stale, &self.severities)?;
            report.findings.extend(stale);
        }
        report.gate.mark(&mut report.findings);
        report.findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
        Ok(report)
    }

    /// The end of a finite job: judges, writes the reports and says how it ended. Without a report
    /// for a person, `stream` gets one.
    pub(crate) fn conclude(
        &self,
        report: Report,
        settings: &Settings,
        output: &Output,
        stream: Stream,
    ) -> anyhow::Result<Exit> {
        let mut report = report;
        layers::weigh(&mut report.findings, &self.severities)?;
        let report = self.settle(report, true)?;
        let targets: Vec<Target> = settings.report.clone().unwrap_or_default();
        reports::finish(&report, &targets, output, false, settings.color)?;
        let is_told = match stream {
            Stream::Stdout => !targets.is_empty(),
            Stream::Stderr => targets.iter().any(|target| target.format == "text"),
        };
        if !is_told && settings.quiet != Some(true) {
            let text = Style::on(stream, settings.color).report(&reports::render(&report, "text"));
            match stream {
                Stream::Stdout => output.print(&text),
                Stream::Stderr => output.tell(&text),
            }
        }
        Ok(Exit::of(&report))
    }
}
