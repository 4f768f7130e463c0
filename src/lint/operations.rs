//! Operations whose path and parameters do not go together, or that declare no answer.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use http::Method;

use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::pointer::Pointer;
use crate::route::template;
use crate::route::template::Segment;
use crate::spec::Document;
use crate::spec::model::Operation;
use crate::spec::model::ParameterLocation;

/// What is wrong with the operations of a document, each by itself.
pub(super) fn broken(document: &Document) -> Vec<Violation> {
    let mut violations = Vec::new();
    // A path as calls see it: its variables have no names.
    let mut known: HashMap<(&Method, Vec<Segment>), &Operation> = HashMap::new();
    for operation in &document.operations {
        let (path, names) = template::parse(&operation.template);
        variables(operation, &names, &mut violations);
        match known.entry((&operation.method, path)) {
            Entry::Vacant(place) => {
                place.insert(operation);
            }
            Entry::Occupied(first) => violations.push(hidden(operation, first.get())),
        }
        if operation.responses.is_empty() {
            let title = "declares no response, so that no answer of it can be judged";
            let place = operation.pointer.clone();
            violations.push(complaint(place, title, "declare the responses that it gives"));
        }
    }
    violations
}

/// An operation whose path another one has: the first is called, whoever is meant.
fn hidden(operation: &Operation, first: &Operation) -> Violation {
    let title = format!(
        "{} {} can not be served: no call tells its path from `{}`",
        operation.method, operation.template, first.template
    );
    let mut violation = Violation::new(&rule::OPERATION_UNSERVED, Location::Target, title);
    violation.place = operation.pointer.clone();
    violation.help = Some("give one of them another path".to_owned());
    violation
}

/// Variables of the path without a parameter, and path parameters without a variable.
fn variables(operation: &Operation, variables: &[String], violations: &mut Vec<Violation>) {
    let is_path = |location| location == ParameterLocation::Path;
    let parameters: Vec<_> =
        operation.parameters.iter().filter(|each| is_path(each.location)).collect();
    for variable in variables {
        if parameters.iter().all(|parameter| parameter.name != *variable) {
            let title = format!("has no parameter for `{{{variable}}}` of its path");
            let help = format!("declare `{variable}` among its parameters, with `in: path`");
            violations.push(complaint(operation.pointer.clone(), title, &help));
        }
    }
    for parameter in parameters {
        if !variables.contains(&parameter.name) {
            let title = format!(
                "is a path parameter, and the path `{}` has no `{{{}}}`",
                operation.template, parameter.name
            );
            let help = "put it into the path, or let it travel elsewhere";
            violations.push(complaint(parameter.pointer.clone(), title, help));
        }
    }
}

fn complaint(place: Pointer, title: impl Into<String>, help: &str) -> Violation {
    let mut violation = Violation::new(&rule::DOCUMENT_MALFORMED, Location::Target, title);
    violation.place = place;
    violation.help = Some(help.to_owned());
    violation
}
