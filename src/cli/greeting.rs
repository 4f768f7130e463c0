//! What a server says when it is ready: for a person, or as an event.

use serde_json::{Value, json};

use super::style::Style;
use super::tries;
use super::trust::Made;
use crate::engine::{Engine, Service};

/// How many lines to try are shown.
const MAX_LINES: usize = 3;

/// A server that is ready.
#[derive(Clone, Copy)]
pub(crate) struct Ready<'r> {
    pub(crate) engine: &'r Engine,
    pub(crate) url: &'r str,
    /// Where calls are passed on to.
    pub(crate) upstream: Option<&'r str>,
    /// The control surface.
    pub(crate) control: Option<&'r str>,
    /// The certificate that was made for it.
    pub(crate) made: Option<&'r Made>,
}

impl Ready<'_> {
    /// The address, the APIs, and lines that work as they stand.
    pub(crate) fn text(self, style: Style) -> String {
        let Self { engine, url, upstream, control, made } = self;
        let services = engine.services();
        let apis = count(services.len(), "API");
        let does = match upstream {
            Some(upstream) if services.is_empty() => {
                format!("passes calls on to {upstream}, and listens")
            }
            Some(upstream) => format!("passes calls of {apis} on to {upstream}, and listens"),
            None => format!("plays {apis}"),
        };
        let version = env!("CARGO_PKG_VERSION");
        let mut text = format!("standin {version} {does} at {}\n\n", style.strong(url));
        let width = services.iter().map(|service| service.mounted.id.len()).max().unwrap_or(0);
        for service in services {
            let id = &service.mounted.id;
            let places = base_paths(service).join(", ");
            text.push_str(&format!(
                "  {id:width$}  {places}  {}\n",
                service.mounted.document.outline().title
            ));
        }
        for service in services {
            let document = service.mounted.document.outline();
            let (name, wrong) = (&document.name, document.count_known());
            if document.is_large() {
                let when = "is read as it is called: `standin lint` tells what is wrong with it";
                text.push_str(&format!("\n{name} {when}\n"));
            } else if wrong > 0 {
                let wrong = count(wrong, "finding");
                text.push_str(&format!("\n{wrong} in {name}: `standin lint` tells more\n"));
            }
        }
        if let Some(made) = made {
            text.push_str(&made.told(url));
        }
        // What an upstream answers is not known here.
        let lines = match (upstream, engine.tape()) {
            (Some(_), _) => Vec::new(),
            (None, Some(tape)) => tries::recorded(tape.calls(), url),
            (None, None) => lines(services, url),
        };
        if !lines.is_empty() {
            text.push_str("\nTry:\n");
        }
        for (title, line) in lines {
            text.push_str(&format!("  # {title}\n  {line}\n"));
        }
        let control = control.map_or_else(String::new, |url| format!("Control surface: {url} · "));
        text.push_str(&format!("\n{control}stop with Ctrl-C\n"));
        text
    }

    /// The same for a program.
    pub(crate) fn event(self) -> Value {
        let services = self.engine.services().iter();
        let apis: Vec<Value> = services
            .map(|service| {
                json!({
                    "id": *service.mounted.id,
                    "title": service.mounted.document.outline().title,
                    "base_paths": base_paths(service),
                })
            })
            .collect();
        let mut event = json!({
            "url": self.url,
            "control": self.control,
            "version": env!("CARGO_PKG_VERSION"),
            "apis": apis,
        });
        if let Some(upstream) = self.upstream {
            event["upstream"] = json!(upstream);
        }
        if let Some(made) = self.made {
            event["certificate"] = json!(made.path());
        }
        event
    }
}

/// One thing to try of each family by turns, as many as a person reads.
fn lines(services: &[Service], url: &str) -> Vec<(String, String)> {
    let mut families: Vec<(&str, Vec<(String, String)>)> = Vec::new();
    for service in services {
        let here = format!("{url}{}", service.mounted.prefix);
        let (family, filled) = match service.api {
            Some(api) => {
                let filled = api.greetings.iter();
                let fill = |(title, line): &(&str, &str)| {
                    ((*title).to_owned(), line.replace("{url}", &here))
                };
                (api.family.id, filled.map(fill).collect())
            }
            None => (&*service.mounted.id, tries::lines(&service.mounted.document, &here)),
        };
        match families.iter_mut().find(|(known, _)| *known == family) {
            Some((_, lines)) => lines.extend(filled),
            None => families.push((family, filled)),
        }
    }
    let longest = families.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0);
    let by_turns =
        (0..longest).flat_map(|turn| families.iter().filter_map(move |(_, lines)| lines.get(turn)));
    by_turns.take(MAX_LINES).cloned().collect()
}

/// Where an API stands on the port, the distinct base paths of its operations.
fn base_paths(service: &Service) -> Vec<String> {
    let prefix = &service.mounted.prefix;
    let mut places: Vec<String> = Vec::new();
    for operation in &service.mounted.document.outline().operations {
        for base_path in &operation.base_paths {
            let place = format!("{prefix}{base_path}");
            let place = if place.is_empty() { "/".to_owned() } else { place };
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }
    places
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
