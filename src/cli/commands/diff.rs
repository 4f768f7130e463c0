//! `standin diff BASE REVISION`: what changed, what of it breaks whom, and why.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use http::{HeaderMap, Version};

use crate::cli::comparing::Diff;
use crate::cli::exit::Exit;
use crate::cli::layers;
use crate::cli::output::Output;
use crate::cli::style::Stream;
use crate::cli::taping;
use crate::cli::verdict::Verdict;
use crate::clock::{Clock, Instant};
use crate::config::Settings;
use crate::config::comparing::{Kept, Undecided};
use crate::diff;
use crate::diff::known::{Ignored, Levels};
use crate::diff::{Difference, Usage, Witness};
use crate::drift::{self, Observations, Standard};
use crate::finding::{Blame, Finding, Level, Proof, mask};
use crate::report::{Comparison, Excerpts, OperationTally, Report, Step, Used};
use crate::spec::Document;
use crate::tape::read;
use crate::tape::record::{Heard, Side};

/// How many arguments git gives a diff driver; two more, where a file was renamed.
const DRIVER: [usize; 2] = [7, 9];

/// Most differences that a message is looked for.
const MOST_PROVED: usize = 500;

/// Runs the command: 0 if nothing breaks, 1 if something does.
pub(crate) fn run(command: Diff, output: &Output) -> anyhow::Result<Exit> {
    if command.rules {
        output.print(&rules());
        return Ok(Exit::Clean);
    }
    let config = command.common.judging.config.clone();
    let typed = command.comparing.settings().or(command.common.settings());
    let settings = layers::merge(typed, config, output)?;
    layers::start_log(&settings, output);
    let is_driven = DRIVER.contains(&command.specs.len());
    let (base, revision) = match &*command.specs {
        [base, revision] => (base, revision),
        // path, old-file, old-hex, old-mode, new-file, new-hex, new-mode
        [_, base, _, _, revision, ..] if is_driven => (base, revision),
        [_] => bail!("two descriptions are compared: BASE and REVISION"),
        more => bail!("two descriptions are compared, not {}", more.len()),
    };
    if base == "-" && revision == "-" {
        bail!("standard input can be one of the two descriptions, not both");
    }
    let verdict = Verdict::open(&settings, &[Blame::Document])?;
    let clock = Clock::real();
    let started = clock.now();
    let documents = Pair {
        base: layers::version(base, &settings)?,
        revision: layers::version(revision, &settings)?,
    };
    let options = options(&settings, started);
    let mut differences = diff::compare(&documents.base, &documents.revision, &options);
    documents.prove(&mut differences);
    let api = api(revision);
    let usage = documents.usage(&settings)?;
    let findings = findings(&api, &differences, &documents, &settings, usage.as_ref())?;
    if let Some(directory) = &settings.witness {
        write(&differences, directory, &api, &settings)?;
    }
    let report = Report {
        ended: clock.now(),
        operations: documents.operations(&api),
        comparison: Some(Comparison {
            base: documents.base.name.to_string(),
            revision: documents.revision.name.to_string(),
            step: step(&findings),
            used: usage.as_ref().map(|usage| Used {
                exchanges: usage.exchanges as u64,
                called: usage.called as u64,
                operations: usage.operations as u64,
            }),
        }),
        excerpts: documents.excerpts(&findings),
        findings,
        ..Report::new("diff", started, verdict.gate.clone())
    };
    let exit = verdict.conclude(report, &settings, output, Stream::Stdout)?;
    // A driver that fails ends git itself.
    Ok(if is_driven { Exit::Clean } else { exit })
}

/// Writes the messages that prove differences down, as calls that passed by.
fn write(
    differences: &[Difference],
    directory: &Path,
    api: &str,
    settings: &Settings,
) -> anyhow::Result<()> {
    let recorder = taping::open_made(directory, settings)?;
    let proved = differences.iter().filter_map(|it| Some((it, it.witness.as_ref()?)));
    for (difference, Witness { request, answer, .. }) in proved {
        let side = |headers: &HeaderMap, bytes: &[u8]| {
            let mut content = recorder.capture();
            content.push(bytes);
            Side { version: Version::HTTP_11, headers: headers.clone(), content, trailers: None }
        };
        let operation = difference.call.as_ref().map(|call| Arc::clone(&call.operation));
        let heard = Heard {
            started: Clock::real().now(),
            durations: [Duration::ZERO; 3],
            scheme: "http",
            method: request.method.clone(),
            target: request.target(),
            request: side(&request.headers, &request.body),
            status: answer.status,
            response: side(&answer.headers, answer.body.bytes()),
            subject: operation.map(|operation| (Arc::from(api), operation)),
        };
        recorder.record(heard, None).context("cannot write a witness down")?;
    }
    recorder.finish().with_context(|| format!("cannot write {}", directory.display()))
}

/// What the comparison is to mind.
fn options(settings: &Settings, now: Instant) -> diff::Options {
    diff::Options {
        strict_reader: settings.strict_reader.unwrap_or(false),
        grace_days: settings.deprecation_days_stable.unwrap_or(0),
        grace_days_beta: settings.deprecation_days_beta.unwrap_or(0),
        extensions: settings.extension.clone().unwrap_or_default(),
        now,
    }
}

/// The id of what is compared: the file's name without its ending.
fn api(spec: &str) -> String {
    let spec = spec.rsplit_once(':').map_or(spec, |(_, path)| path);
    let stem = Path::new(spec).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    stem.filter(|stem| stem != "-").unwrap_or_else(|| "stdin".to_owned())
}

/// Differences as findings, with the levels that the user wants, without those that are known or
/// not asked for.
fn findings(
    api: &str,
    differences: &[Difference],
    documents: &Pair,
    settings: &Settings,
    usage: Option<&Usage<'_>>,
) -> anyhow::Result<Vec<Finding>> {
    let now = Clock::real().now();
    let text = |path: &Path| {
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
    };
    let levels = settings.severity_levels.as_deref().map(text).transpose()?;
    let levels = levels.map(|text| Levels::read(&text)).transpose()?.unwrap_or_default();
    let ignored = |path: &Option<_>| {
        let text = path.as_deref().map(text).transpose()?;
        anyhow::Ok(Ignored::read(&text.unwrap_or_default()))
    };
    let (errors, warnings) = (ignored(&settings.err_ignore)?, ignored(&settings.warn_ignore)?);
    let undecided = settings.undecided.unwrap_or(Undecided::Error);
    let mut findings = Vec::new();
    for difference in differences {
        let mut finding = difference.finding(api, &documents.base, &documents.revision, now);
        if finding.proof == Some(Proof::Undecided) && finding.level >= Level::Warning {
            finding.level = match undecided {
                Undecided::Error => Level::Error,
                Undecided::Warning => Level::Warning,
            };
        }
        if let Some(usage) = usage.filter(|_| finding.level > Level::Info) {
            match usage.touched(difference) {
                Some(exchange) => finding.help = Some(mask::told(&format!("felt by {exchange}"))),
                None => {
                    finding.level = Level::Info;
                    finding.help = Some("harmless to the recorded client".to_owned());
                }
            }
        }
        match levels.of(difference.rule.id) {
            Some(None) => continue,
            Some(Some(level)) => finding.level = level,
            None => {}
        }
        findings.push(finding);
    }
    layers::weigh(&mut findings, settings.severity.as_deref().unwrap_or_default())?;
    let is_known = |finding: &Finding| match finding.level {
        Level::Error => errors.has(finding),
        Level::Warning => warnings.has(finding),
        Level::Info => false,
    };
    let is_asked = |finding: &Finding| {
        settings.only.as_deref().is_none_or(|only| only.contains(&kind(finding)))
    };
    findings.retain(|finding| !is_known(finding) && is_asked(finding));
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    Ok(findings)
}

/// What a difference is to those that choose.
fn kind(finding: &Finding) -> Kept {
    match finding.level {
        Level::Error | Level::Warning => Kept::Breaking,
        Level::Info if diff::rules::is_documentation(finding.rule) => Kept::Docs,
        Level::Info => Kept::Additive,
    }
}

/// The step of the version that differences ask for.
fn step(findings: &[Finding]) -> Step {
    let steps = findings.iter().map(|finding| match (finding.level, kind(finding)) {
        (Level::Error, _) => Step::Major,
        (_, Kept::Docs) => Step::Patch,
        _ if finding.rule == diff::rules::operations::API_VERSION_CHANGED.id => Step::None,
        _ => Step::Minor,
    });
    steps.max().unwrap_or(Step::None)
}

/// Every rule, by subject.
fn rules() -> String {
    let mut text = String::new();
    for subject in diff::rules::subjects() {
        let _ = writeln!(text, "# {}\n", subject.name);
        for (rule, example) in subject.rules {
            let _ = writeln!(text, "{}  ({})", rule.id, rule.level);
            let _ = writeln!(text, "    {} {}", rule.what, rule.why);
            let _ = writeln!(text, "    Example: {example}\n");
        }
    }
    text
}

/// Both descriptions.
struct Pair {
    base: Arc<Document>,
    revision: Arc<Document>,
}

impl Pair {
    /// What the recorded client uses, where one is given.
    fn usage(&self, settings: &Settings) -> anyhow::Result<Option<Usage<'_>>> {
        let Some(given) = &settings.used_by else { return Ok(None) };
        let (mut recordings, mut observations) = (Vec::new(), Observations::default());
        for path in given {
            // What `drift --summary` wrote is told by its content.
            let text = fs::read_to_string(path).unwrap_or_default();
            match Observations::from_summary(&text) {
                Ok(known) => observations.merge(known),
                Err(_) => recordings.push(path.clone()),
            }
        }
        let (entries, _) = match recordings.is_empty() {
            true => Default::default(),
            false => read::paths(&recordings)?,
        };
        let mut usage = Usage::of(&entries, &self.base, &self.revision)?;
        if recordings.len() < given.len() {
            let base = [(api(&self.base.name), Arc::clone(&self.base))];
            let standard = Standard::new(&base, drift::Ignored::with(&[]))?;
            usage.observe(&standard.coverage(&observations), &self.base);
        }
        if usage.exchanges == 0 {
            let passed_over = usage.passed_over;
            bail!(
                "nothing is known of the client: no exchange of the base, {passed_over} of others"
            );
        }
        Ok(Some(usage))
    }

    /// Looks for a message that proves each difference that breaks somebody, the first ones of many.
    fn prove(&self, differences: &mut [Difference]) {
        let mut prover = diff::Prover::new(&self.base, &self.revision);
        let breaking = differences.iter_mut().filter(|it| it.level > Level::Info);
        breaking.take(MOST_PROVED).for_each(|difference| prover.prove(difference));
    }

    /// Every operation of either: compared where both have it.
    fn operations(&self, api: &str) -> Vec<OperationTally> {
        let tallies = |document: &Arc<Document>| {
            layers::operations(&[(api.to_owned(), Arc::clone(document))], |_, _| 1)
        };
        let mut operations = tallies(&self.revision);
        for gone in tallies(&self.base) {
            if !operations.iter().any(|known| known.operation == gone.operation) {
                operations.push(gone);
            }
        }
        operations
    }

    /// The lines that findings point at.
    fn excerpts(&self, findings: &[Finding]) -> Excerpts {
        Excerpts::of(findings, |file, number| {
            let line = self.revision.line(file, number).or_else(|| self.base.line(file, number));
            line.map(str::to_owned)
        })
    }
}
