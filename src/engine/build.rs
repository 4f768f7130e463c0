//! Making an engine: documents loaded, mounted and wired to their behaviour.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

use crate::apis;
use crate::apis::Api;
use crate::apis::Settings;
use crate::engine::Engine;
use crate::engine::Service;
use crate::engine::noted::Noted;
use crate::engine::options::BuildError;
use crate::engine::options::Options;
use crate::engine::options::Played;
use crate::engine::sightings;
use crate::finding::Violation;
use crate::finding::rule;
use crate::message::Dates;
use crate::pointer::Pointer;
use crate::route::Leniency;
use crate::route::Mounted;
use crate::route::Router;
use crate::spec::Described;
use crate::spec::Document;
use crate::store::Store;
use crate::synth;
use crate::tape::replay::Tape;

/// The most items of an array that a document may ask for.
const MOST_ITEMS: usize = 1_000;

/// One document to be served, before it has its place.
struct Part {
    id: String,
    document: Described,
    api: Option<&'static Api>,
}

impl Part {
    /// Whether a mount means it, by its own id or its family's.
    fn is_named(&self, name: &str) -> bool {
        self.id == name || self.api.is_some_and(|api| api.family.id == name)
    }
}

/// Makes an engine that plays bundled APIs and documents of the user's.
pub(super) fn playing(options: &Options, store: Arc<dyn Store>) -> Result<Engine, BuildError> {
    let is_bare = options.played.is_empty() && options.passing.is_some();
    // What is passed on is not played: without a document it is judged by none.
    let parts = if is_bare { Vec::new() } else { chosen(&options.played)? };
    for (name, path) in &options.mounts {
        if !parts.iter().any(|part| part.is_named(name)) {
            return Err(BuildError::UnknownMount { name: name.clone() });
        }
        judge_mount(path)?;
    }
    for part in &parts {
        let mut mounts = options.mounts.iter().filter(|(name, _)| part.is_named(name));
        if let (Some((_, first)), Some((_, second))) = (mounts.next(), mounts.next()) {
            return Err(BuildError::RepeatedMount {
                api: part.id.clone(),
                first: first.clone(),
                second: second.clone(),
            });
        }
    }
    let services = parts
        .into_iter()
        .map(|part| {
            let mount = options.mounts.iter().find(|(name, _)| part.is_named(name));
            let prefix = mount.map(|(_, path)| path.clone()).unwrap_or_default();
            service(options, &part.id, part.document, part.api, prefix)
        })
        .collect();
    engine(options, store, services, None)
}

/// Refuses paths that no request reaches: clients write, encode or resolve them otherwise, or the
/// control surface has them.
fn judge_mount(path: &str) -> Result<(), BuildError> {
    let malformed = || BuildError::MalformedMount { path: path.to_owned() };
    let mut segments = path.strip_prefix('/').ok_or_else(malformed)?.split('/');
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "-._~".contains(character);
    let is_segment =
        |segment: &str| !matches!(segment, "" | "." | "..") && segment.chars().all(is_plain);
    if !segments.clone().all(is_segment) {
        return Err(malformed());
    }
    if segments.next() == Some("_standin") {
        return Err(BuildError::ReservedMount { path: path.to_owned() });
    }
    Ok(())
}

/// Makes an engine that plays recordings, read against documents where there are any.
pub(super) fn replaying(
    options: &Options,
    store: Arc<dyn Store>,
    documents: Vec<(String, Arc<Document>)>,
    tape: Tape,
) -> Result<Engine, BuildError> {
    let services = documents
        .into_iter()
        .map(|(id, document)| service(options, &id, document.into(), None, String::new()))
        .collect();
    engine(options, store, services, Some(tape))
}

fn engine(
    options: &Options,
    store: Arc<dyn Store>,
    services: Vec<Service>,
    tape: Option<Tape>,
) -> Result<Engine, BuildError> {
    for name in options.severities.keys() {
        if rule::find(name).is_none() {
            return Err(BuildError::unknown_rule(name));
        }
    }
    let mounted: Vec<Mounted> = services.iter().map(|service| service.mounted.clone()).collect();
    let is_prism = options.manner.is_prism();
    let router = Router::with(&mounted, Leniency { head: !is_prism, empty_values: is_prism })?;
    let now = options.clock.now();
    let engine = Engine {
        router,
        services,
        store,
        world: crate::store::World::default(),
        settings: Settings { auth: options.auth, key: Arc::clone(&options.key) },
        severities: options.severities.clone(),
        started: now,
        clock: Arc::clone(&options.clock),
        journal: super::Journal::default(),
        ledger: super::Ledger::default(),
        expectations: super::Expectations::default(),
        assumptions: super::Assumptions::default(),
        listeners: Vec::new(),
        requests: AtomicU64::new(0),
        tape,
        manner: options.manner,
        passing: options.passing.clone(),
        dates: Dates::default(),
        identities: super::Identities::default(),
        marks: Mutex::default(),
    };
    engine.read_documents(now);
    Ok(engine)
}

fn service(
    options: &Options,
    id: &str,
    document: Described,
    api: Option<&'static Api>,
    prefix: String,
) -> Service {
    let behaviour: HashMap<&str, apis::Operate> =
        api.map(|api| api.operations.iter().copied().collect()).unwrap_or_default();
    let level = |violation: &Violation| sightings::level(&options.severities, violation);
    let drops = api.is_some_and(|api| api.client_drops_base_path);
    let operations = document
        .outline()
        .operations
        .iter()
        .map(|operation| super::OperationState {
            operate: behaviour.get(&*operation.id).copied(),
            calls: AtomicU64::new(0),
            noted: Noted::of(id, operation, drops, level),
        })
        .collect();
    let making = making(options, &document);
    let mounted = Mounted { id: Arc::from(id), document, prefix };
    Service { mounted, api, making, operations, told: super::reading::Told::default() }
}

/// How a document's answers are made: as whoever starts the engine says, else as the document says
/// to json-schema-faker, which Prism makes values with.
fn making(options: &Options, document: &Described) -> synth::Options {
    let mut making = options.making;
    // What nobody else plays of a bundled API is answered with its examples.
    let Described::Whole(document) = document else { return synth::Options::default() };
    making.seed = options.seed;
    if making.manner == synth::Manner::Static {
        return making;
    }
    let told = document.part(&Pointer::new("/x-json-schema-faker"));
    let number = |names: [&str; 2]| {
        let told = names.iter().find_map(|name| told.as_ref()?.get(name)?.as_u64());
        told.and_then(|number| usize::try_from(number).ok())
    };
    let (least, most) = making.items;
    let least = number(["minItems", "min-items"]).unwrap_or(least).min(MOST_ITEMS);
    let most = number(["maxItems", "max-items"]).unwrap_or(most.max(least)).min(MOST_ITEMS);
    making.items = (least.min(most), most);
    making
}

/// The documents to be served, each once.
fn chosen(played: &[Played]) -> Result<Vec<Part>, BuildError> {
    let bundled = |api: &'static Api| {
        let document = Described::Bundled(api.document);
        Part { id: api.id.to_owned(), document, api: Some(api) }
    };
    if played.is_empty() {
        return Ok(apis::APIS.iter().copied().map(bundled).collect());
    }
    let mut chosen: Vec<Part> = Vec::new();
    for each in played {
        match each {
            Played::Bundled(name) => {
                let found = apis::named(name);
                if found.is_empty() {
                    return Err(BuildError::UnknownApi { name: name.clone(), known: known() });
                }
                for api in found {
                    // A family and one of its members may both be named.
                    if chosen.iter().all(|other| other.id != api.id) {
                        chosen.push(bundled(api));
                    }
                }
            }
            Played::Document { id, document } => {
                if chosen.iter().any(|other| other.id == *id) {
                    return Err(BuildError::RepeatedId { id: id.clone() });
                }
                let document = Described::Whole(Arc::clone(document));
                chosen.push(Part { id: id.clone(), document, api: None });
            }
        }
    }
    Ok(chosen)
}

/// Every name that stands for bundled APIs.
fn known() -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in apis::APIS.iter().flat_map(|api| [api.id, api.family.id]) {
        if names.iter().all(|known| known != name) {
            names.push(name.to_owned());
        }
    }
    names
}
