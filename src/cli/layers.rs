//! From settings to a server: layers merged, files read, defaults of the command line filled in.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use tracing_subscriber::filter::LevelFilter;

use super::git;
use super::output::Output;
use super::style::Style;
use super::taping;
use crate::apis;
use crate::apis::APIS;
use crate::clock::Instant;
use crate::config::Settings;
use crate::config::value::{AdminToken, ClockChoice, LogFormat, Mount, Severity};
use crate::engine::{BuildError, Played};
use crate::finding;
use crate::finding::{Blame, Finding, Violation, rule};
use crate::report;
use crate::report::{Excerpts, OperationTally};
use crate::server::admin::Access;
use crate::server::{Builder, Limits, StartError};
use crate::spec::Document;
use crate::spec::load::{self, Address};
use crate::spec::{LoadError, position};
use crate::store::StoreError;
use crate::token::SigningKey;

/// The port that servers listen on unless told otherwise.
const PORT: u16 = 4010;

/// Most operations that are told of a document of which nothing can be served.
const MOST_TOLD: usize = 20;

/// Merges what was typed, the environment and the file (`--config` or `STANDIN_CONFIG`).
pub(crate) fn merge(
    typed: Settings,
    config: Option<PathBuf>,
    output: &Output,
) -> anyhow::Result<Settings> {
    // Variables that are no text are none of ours.
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let (environment, warnings) = Settings::from_environment(variables)?;
    let config = config.or_else(|| {
        std::env::var_os("STANDIN_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from)
    });
    let file = config.map(|path| Settings::from_file(&path)).transpose()?;
    let settings = typed.or(environment).or(file.unwrap_or_default());
    if settings.quiet != Some(true) {
        for warning in warnings {
            output.tell(&format!("standin: warning: {warning}\n"));
        }
    }
    Ok(settings)
}

/// Starts the log; a second one in the same process changes nothing.
pub(crate) fn start_log(settings: &Settings, output: &Output) {
    let level = match (settings.quiet, settings.verbose.unwrap_or(0)) {
        (Some(true), _) => LevelFilter::ERROR,
        (_, 0) => LevelFilter::WARN,
        (_, 1) => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    let log = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(output.clone())
        .with_target(false)
        .with_ansi(Style::of(settings.color).colored);
    let _ = match settings.log.unwrap_or(LogFormat::Text) {
        LogFormat::Text => log.without_time().try_init(),
        LogFormat::Json => log.json().try_init(),
    };
}

/// The key that the settings name.
pub(crate) fn signing_key(settings: &Settings) -> anyhow::Result<Option<SigningKey>> {
    let Some(path) = &settings.signing_key else { return Ok(None) };
    let pem = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let key = SigningKey::from_pem(&pem);
    Ok(Some(key.with_context(|| format!("{}", path.display()))?))
}

/// Describes a server as the settings say.
pub(crate) fn describe(
    mut builder: Builder,
    settings: &Settings,
    runs_command: bool,
) -> anyhow::Result<Builder> {
    // A test job takes any free port, so that two jobs on one machine don't meet.
    let default_port = if runs_command { 0 } else { PORT };
    builder = builder.port(settings.port.unwrap_or(default_port));
    builder = builder.cors(settings.cors.unwrap_or(false));
    builder = builder.seed(settings.seed.unwrap_or(0));
    builder = builder.auth(settings.auth.unwrap_or_default());
    if let Some(host) = settings.host {
        builder = builder.host(host);
    }
    if let Some(ClockChoice::Fixed(instant)) = settings.clock {
        builder = builder.fixed_clock(instant);
    }
    if let Some(path) = &settings.state {
        builder = builder.state(state(path)?);
    }
    if let Some(key) = signing_key(settings)? {
        builder = builder.signing_key(key);
    }
    for Mount(name, prefix) in settings.mount.iter().flatten() {
        builder = builder.mount(name, prefix);
    }
    // Rules of differences are none of a server's, though one file may set both.
    let severities = settings.severity.iter().flatten();
    for Severity(rule, level) in severities.filter(|Severity(id, _)| rule::find(id).is_some()) {
        builder = builder.severity(rule, *level);
    }
    if let Some(address) = settings.admin_listen {
        builder = builder.admin_listen(address);
    }
    if let Some(bytes) = settings.max_body {
        let max_body_bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        builder = builder.limits(Limits { max_body_bytes, ..Limits::default() });
    }
    if let Some(directory) = &settings.record {
        builder = builder.record(taping::open(directory, settings)?);
    }
    let closed = settings.no_admin.unwrap_or(false);
    let token = settings.admin_token.clone().map(|AdminToken(token)| token);
    Ok(builder.access(Access { closed, token }))
}

/// Reads an initial state.
fn state(path: &Path) -> anyhow::Result<serde_json::Value> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| {
        anyhow::anyhow!("{}:{}:{}: {error}", path.display(), error.line(), error.column())
    })
}

/// Says where in its file an initial state was refused.
pub(crate) fn located(error: StartError, settings: &Settings) -> anyhow::Error {
    let StartError::State(StoreError::Rejected { place, reason }) = &error else {
        return error.into();
    };
    let Some(path) = &settings.state else { return error.into() };
    // JSON is YAML, so the same index serves. A file that changed meanwhile has no such place.
    let text = fs::read_to_string(path).unwrap_or_default();
    let position = position::find(&text, place.as_str());
    let position = position.map_or_else(String::new, |at| format!(":{}:{}", at.line, at.column));
    let pause = if place.is_root() { "" } else { ": " };
    anyhow::anyhow!("{}{position}: {place}{pause}{reason}", path.display())
        .context("cannot take the initial state")
}

/// What to play by these names: bundled APIs and families by their ids, anything else is loaded.
///
/// A word that could be no file is left to the engine, which says what is bundled.
pub(crate) fn played(specs: &[String], settings: &Settings) -> anyhow::Result<Vec<Played>> {
    let mut ids = Ids::default();
    let mut played = Vec::new();
    for spec in specs {
        let is_bundled = !apis::named(spec).is_empty();
        let is_word = !spec.contains(['/', '.', '-']) && !Path::new(spec).exists();
        played.push(if is_bundled || is_word {
            Played::Bundled(spec.clone())
        } else {
            let document = document(spec, settings)?;
            check_servable(&document)?;
            Played::Document { id: ids.of(spec), document }
        });
    }
    check_overlays(settings, played.iter().all(|played| matches!(played, Played::Bundled(_))))?;
    Ok(played)
}

/// Refuses overlays that are for nothing: bundled documents stay as they are.
fn check_overlays(settings: &Settings, are_bundled: bool) -> anyhow::Result<()> {
    let overlay = settings.overlay.iter().flatten().next().filter(|_| are_bundled);
    overlay.map_or(Ok(()), |overlay| {
        let overlay = overlay.display();
        anyhow::bail!("the overlay {overlay} is for no description; bundled APIs stay as they are")
    })
}

/// Loads descriptions: bundled ids, vendors' families, files.
pub(crate) fn documents(
    specs: &[String],
    settings: &Settings,
) -> anyhow::Result<Vec<(String, Arc<Document>)>> {
    documents_told(specs, settings, |_| {})
}

/// The same; `told` hears how many are done.
pub(crate) fn documents_told(
    specs: &[String],
    settings: &Settings,
    told: impl Fn(usize),
) -> anyhow::Result<Vec<(String, Arc<Document>)>> {
    let mut ids = Ids::default();
    let mut documents: Vec<(String, Arc<Document>)> = Vec::new();
    for (done, spec) in specs.iter().enumerate() {
        told(done);
        let bundled = APIS.iter().filter(|api| api.id == spec || api.family.id == spec);
        let mut loaded = Vec::new();
        for api in bundled {
            loaded.push((api.id.to_owned(), apis::load(api)?));
        }
        if loaded.is_empty() {
            loaded.push((ids.of(spec), document(spec, settings)?));
        }
        documents.extend(loaded);
    }
    documents.dedup_by(|one, other| one.0 == other.0);
    check_overlays(settings, documents.iter().all(|(id, _)| !apis::named(id).is_empty()))?;
    Ok(documents)
}

/// Loads one description: a bundled one by its id, a revision of git, or whatever can be read.
pub(crate) fn version(spec: &str, settings: &Settings) -> anyhow::Result<Arc<Document>> {
    if let Some(api) = APIS.iter().find(|api| api.id == spec) {
        return Ok(apis::load(api)?);
    }
    match git::Revision::of(spec) {
        Some(revision) => {
            let access = access(settings);
            Ok(Arc::new(load::from_archive(spec, &revision.path, &revision, access)?))
        }
        None => document(spec, settings),
    }
}

fn access(settings: &Settings) -> load::Access {
    load::Access { remote_references: settings.allow_remote_refs.unwrap_or(false) }
}

fn document(spec: &str, settings: &Settings) -> anyhow::Result<Arc<Document>> {
    let overlays: Vec<Address> =
        settings.overlay.iter().flatten().cloned().map(Address::File).collect();
    let document = load::with_overlays(&Address::new(spec), access(settings), &overlays);
    let document = document.map_err(|error| {
        let is_nothing = matches!(&error, LoadError::Unreadable { path, source }
            if source.kind() == ErrorKind::NotFound && path == Path::new(spec));
        let error = anyhow::Error::from(error);
        if !is_nothing {
            return error;
        }
        let known: Vec<&str> = APIS.iter().map(|api| api.id).collect();
        let known = known.join(", ");
        error.context(format!("`{spec}` is neither a bundled API ({known}) nor a file"))
    })?;
    Ok(Arc::new(document))
}

/// Refuses a document of which nothing can be served, with what is wrong with it.
fn check_servable(document: &Document) -> anyhow::Result<()> {
    if document.is_servable() {
        return Ok(());
    }
    let mut lines = vec![format!("no operation of {} can be served", document.name)];
    let mut tell = |violation: &Violation, call: &str| {
        let at = document.written(&violation.place);
        let place =
            at.position.map_or_else(String::new, |at| format!(":{}:{}", at.line, at.column));
        lines.push(format!(
            "  {}{place}: {call}{}",
            at.file,
            finding::mask::told(&violation.title)
        ));
        lines.extend(violation.help.as_ref().map(|help| format!("    help: {help}")));
    };
    let unserved = document.unserved();
    for operation in unserved.iter().take(MOST_TOLD) {
        let method = Some(&*operation.method).filter(|method| *method != "*");
        let method = method.map_or_else(String::new, |method| format!("{method} "));
        let call = format!("{method}{}: ", operation.path);
        operation.reasons.iter().for_each(|reason| tell(reason, &call));
    }
    if unserved.is_empty() {
        document.violations().iter().take(MOST_TOLD).for_each(|violation| tell(violation, ""));
    }
    if unserved.len() > MOST_TOLD {
        lines.push(format!("  and {} operations more", unserved.len() - MOST_TOLD));
    }
    anyhow::bail!(lines.join("\n"))
}

/// Ids of documents: the file's name without its ending, numbered where two are alike.
#[derive(Default)]
struct Ids(Vec<String>);

impl Ids {
    fn of(&mut self, spec: &str) -> String {
        let spec = if spec == "-" { "stdin" } else { spec };
        let stem = Path::new(spec).file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let stem = stem.unwrap_or_else(|| spec.to_owned());
        let with_number = (2..).map(|number: u32| format!("{stem}-{number}"));
        let mut names = std::iter::once(stem.clone()).chain(with_number);
        let is_free = |id: &String| !self.0.contains(id) && apis::named(id).is_empty();
        let id = names.find(is_free).unwrap_or(stem.clone());
        self.0.push(id.clone());
        id
    }
}

/// Findings of recordings themselves: of what could not be read, and of what nobody asked for.
pub(crate) fn told(violations: &[Violation], blame: Blame, now: Instant) -> Vec<Finding> {
    let context = finding::Context::of_no_call(blame, now);
    violations.iter().map(|violation| Finding::new(violation, &context)).collect()
}

/// Gives findings the levels that the user wants.
pub(crate) fn weigh(findings: &mut [Finding], severities: &[Severity]) -> Result<(), BuildError> {
    for Severity(name, level) in severities {
        if report::rule(name).is_none() {
            return Err(BuildError::unknown_rule(name));
        }
        for finding in findings.iter_mut().filter(|finding| finding.rule == name) {
            finding.level = *level;
        }
    }
    Ok(())
}

/// Every operation of some documents, with how often it was called.
pub(crate) fn operations(
    documents: &[(String, Arc<Document>)],
    calls: impl Fn(&str, &str) -> u64,
) -> Vec<OperationTally> {
    let calls = &calls;
    let all = documents.iter().flat_map(|(api, document)| {
        document.operations.iter().map(move |operation| OperationTally {
            api: api.clone(),
            operation: operation.id.to_string(),
            method: operation.method.to_string(),
            path: format!(
                "{}{}",
                operation.base_paths.first().map_or("", String::as_str),
                operation.template
            ),
            calls: calls(api, &operation.id),
        })
    });
    all.collect()
}

/// The lines of documents that findings point at.
pub(crate) fn excerpts(findings: &[Finding], documents: &[(String, Arc<Document>)]) -> Excerpts {
    Excerpts::of(findings, |file, number| {
        let mut files = documents.iter().map(|(_, document)| document);
        files.find_map(|document| document.line(file, number).map(str::to_owned))
    })
}
