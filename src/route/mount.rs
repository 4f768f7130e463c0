//! Several documents on one port: where each stands, and when two are in each other's way.

use std::sync::Arc;

use crate::spec::Described;

/// A document in its place on the port.
#[derive(Clone, Debug)]
pub struct Mounted {
    /// The API's id, for findings and reports.
    pub id: Arc<str>,
    /// The description.
    pub document: Described,
    /// A prefix before every base path; empty unless `--mount` moved it. No trailing slash.
    pub prefix: String,
}

impl Mounted {
    /// A document where its own base paths put it.
    pub fn unmoved(id: &str, document: impl Into<Described>) -> Self {
        Self { id: Arc::from(id), document: document.into(), prefix: String::new() }
    }
}

/// Two documents claim one path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{first} and {second} both claim {method} {path}; mount one apart: --mount {second_id}=/{second_id}"
)]
pub struct Conflict {
    /// Id and place of the one.
    pub first: String,
    /// Id and place of the other.
    pub second: String,
    /// The other's id.
    pub second_id: String,
    /// The method.
    pub method: String,
    /// The path with its base path.
    pub path: String,
}

impl Conflict {
    /// Names both claims: by id, and by file and line where the place is known.
    #[must_use]
    pub fn between(first: (&Mounted, usize), second: (&Mounted, usize), path: &str) -> Self {
        let name = |(mounted, operation): (&Mounted, usize)| {
            let document = mounted.document.outline();
            let operation = document.operations.get(operation);
            let written = operation.map(|operation| document.written(&operation.pointer));
            match written.map(|written| (written.file, written.position)) {
                Some((file, Some(at))) => {
                    format!("{} ({file}:{}:{})", mounted.id, at.line, at.column)
                }
                Some((_, None)) | None => format!("{} ({})", mounted.id, document.name),
            }
        };
        let method =
            second.0.document.outline().operations.get(second.1).map(|found| found.method.as_str());
        Self {
            first: name(first),
            second: name(second),
            second_id: second.0.id.to_string(),
            method: method.unwrap_or_default().to_owned(),
            path: path.to_owned(),
        }
    }
}
