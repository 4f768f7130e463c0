//! `standin apis [ID]`: what is bundled, and how well each fact about it is known.

use std::collections::BTreeMap;

use anyhow::Context;
use serde_json::Value;

use crate::apis;
use crate::apis::{APIS, Api};
use crate::cli::args::Apis;
use crate::cli::commands::parity;
use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::config::Settings;
use crate::drift::parity::Fidelity;
use crate::engine::BuildError;
use crate::pointer::Pointer;
use crate::spec::Document;

/// Runs the command.
pub(crate) fn run(command: &Apis, output: &Output) -> anyhow::Result<Exit> {
    let Some(name) = &command.id else {
        output.print(&list()?);
        return Ok(Exit::Clean);
    };
    let chosen: Vec<&Api> =
        APIS.iter().copied().filter(|api| api.id == name || api.family.id == name).collect();
    if chosen.is_empty() {
        let known = APIS.iter().map(|api| api.id.to_owned()).collect();
        return Err(BuildError::UnknownApi { name: name.clone(), known }.into());
    }
    let fidelity = match command.recordings.as_slice() {
        [] => Vec::new(),
        paths => {
            let names = [name.clone()];
            parity::measured(paths, &names, &Settings::default(), output)?.0.fidelity
        }
    };
    for api in chosen {
        output.print(&describe(api, &fidelity)?);
    }
    Ok(Exit::Clean)
}

fn load(api: &Api) -> anyhow::Result<std::sync::Arc<Document>> {
    apis::load(api).with_context(|| format!("cannot load `{}`", api.id))
}

/// One line per API.
fn list() -> anyhow::Result<String> {
    let width = APIS.iter().map(|api| api.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for api in APIS {
        let document = load(api)?;
        text.push_str(&format!(
            "{:width$}  {:9} {:2} operations  {}\n",
            api.id,
            api.family.id,
            document.operations.len(),
            document.title
        ));
    }
    Ok(text)
}

/// Everything about one API; `fidelity` is what recordings of the vendor say of it.
fn describe(api: &Api, fidelity: &[Fidelity]) -> anyhow::Result<String> {
    let document = load(api)?;
    let mut text =
        format!("{} · {} · family {}\n\nOperations\n", api.id, document.title, api.family.id);
    for operation in &document.operations {
        let base_path = operation.base_paths.first().map_or("", String::as_str);
        let basis = operation.extensions.get("x-standin-basis").and_then(Value::as_str);
        text.push_str(&format!(
            "  {:6} {base_path}{}\n         {} · {}{} · {}\n",
            operation.method.as_str(),
            operation.template,
            operation.id,
            basis.unwrap_or("assumed"),
            measured(api, &operation.id, fidelity),
            operation.summary.as_deref().unwrap_or("no summary"),
        ));
    }
    if !api.actions.is_empty() {
        text.push_str(&format!("\nActions: POST /_standin/apis/{}/actions/…\n", api.id));
    }
    for action in api.actions {
        text.push_str(&format!("  {:14} {}\n", action.id, action.summary));
    }
    let mut facts = Vec::new();
    collect(document.root(), Pointer::root(), &mut facts);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for fact in &facts {
        *counts.entry(fact.basis).or_default() += 1;
    }
    let counts: Vec<String> = counts.iter().map(|(basis, n)| format!("{n} {basis}")).collect();
    text.push_str(&format!("\nHow well it is known: {}\n", counts.join(", ")));
    for fact in facts {
        let Some(note) = fact.note else { continue };
        let place = document.position(&fact.place);
        let line = place.map_or_else(String::new, |place| format!(":{}", place.line));
        text.push_str(&format!(
            "  {:10} {note}\n             {}{line} {}\n",
            fact.basis,
            document.name,
            fact.place.as_str()
        ));
    }
    text.push('\n');
    Ok(text)
}

/// How like the vendor an operation answers, where that was measured.
fn measured(api: &Api, operation: &str, fidelity: &[Fidelity]) -> String {
    let mut found = fidelity.iter().filter(|it| it.api == api.id && it.operation == operation);
    match found.next() {
        _ if fidelity.is_empty() => String::new(),
        Some(it) => format!(" · {} % like the vendor in {} exchanges", it.percent(), it.exchanges),
        None => " · not in the recordings".to_owned(),
    }
}

/// What a document says of how well something in it is known.
struct Fact<'d> {
    basis: &'d str,
    note: Option<&'d str>,
    place: Pointer,
}

/// Collects everything that is marked with a basis, in the document's order.
fn collect<'d>(value: &'d Value, place: Pointer, facts: &mut Vec<Fact<'d>>) {
    match value {
        Value::Object(members) => {
            let text = |name: &str| members.get(name).and_then(Value::as_str);
            // The entries of the root's list of notes have plain names.
            let is_note = place.as_str().starts_with("/x-standin-notes/");
            let named = |name: &str| if is_note { text(name) } else { None };
            let basis = text("x-standin-basis").or_else(|| named("basis"));
            let note = text("x-standin-note").or_else(|| named("note"));
            if basis.is_some() || note.is_some() {
                let basis = basis.unwrap_or("assumed");
                facts.push(Fact { basis, note, place: place.clone() });
            }
            for (name, member) in members {
                collect(member, place.child(name), facts);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, place.child(index.to_string()), facts);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
