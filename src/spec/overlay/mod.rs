//! Overlays: a list of changes to a document, kept in a file of its own.
//!
//! Applied to the parsed document before anything else is read in it, so that what an overlay puts
//! in is a part like any other; its places point into the overlay.
//!
//! # Source
//!
//! OpenAPI Overlay Specification 1.0.0 and 1.1.0, *Action Object*.

mod select;

use serde_json::Value;

use crate::finding::Rule;
use crate::finding::Violation;
use crate::finding::rule;
use crate::pointer::Pointer;
use crate::spec::files::File;
use crate::spec::files::Files;
use crate::spec::files::Graft;
use crate::spec::load::parse;
use crate::spec::resolve;
use crate::spec::tree::Node;

/// Where the overlays would stand in the document if they were a part of it.
const OVERLAYS: &str = "x-standin-overlays";

/// An overlay, read and not yet applied.
#[derive(Debug)]
pub(crate) struct Overlay {
    root: Value,
}

impl Overlay {
    /// Whether a document is an overlay.
    pub(crate) fn is_one(root: Node<'_>) -> bool {
        root.get("overlay").is_some() && root.get("actions").is_some()
    }

    /// Reads an overlay.
    ///
    /// # Errors
    ///
    /// Where and why the text is none.
    pub(crate) fn read(text: &str) -> Result<Self, parse::Fault> {
        let root = parse::parse(text.to_owned().into())?.tree.root().to_value();
        let version = root.get("overlay").map(|version| match version.as_str() {
            Some(version) => version.to_owned(),
            None => version.to_string(),
        });
        let fault = |reason: String| parse::Fault { line: 1, column: 1, reason };
        match version {
            Some(version) if version.starts_with("1.0") || version.starts_with("1.1") => {}
            Some(version) => {
                return Err(fault(format!(
                    "Overlay {version} is not a version that standin reads"
                )));
            }
            None => return Err(fault("this is no overlay: it has no member `overlay`".to_owned())),
        }
        if !root.get("actions").is_some_and(Value::is_array) {
            return Err(fault("this overlay has no list of `actions`".to_owned()));
        }
        Ok(Self { root })
    }

    /// The document that the overlay says it is for.
    pub(crate) fn extends(&self) -> Option<&str> {
        self.root.get("extends").and_then(Value::as_str)
    }

    /// Applies all actions, each to what those before it made.
    pub(crate) fn apply(&self, root: &mut Value, file: File, files: &mut Files) -> Vec<Violation> {
        let number = files.add(file);
        let place = Pointer::root().child(OVERLAYS).child(number.to_string());
        files.graft(Graft { place: place.clone(), file: Some(number), origin: Pointer::root() });
        let mut change = Change { root, files, file: number, place, violations: Vec::new() };
        let actions = self.root.get("actions").and_then(Value::as_array);
        for (number, action) in actions.into_iter().flatten().enumerate() {
            change.action(action, &Pointer::new("/actions").child(number.to_string()));
        }
        change.violations
    }
}

/// A document while an overlay is applied to it.
struct Change<'c> {
    root: &'c mut Value,
    files: &'c mut Files,
    /// The overlay's number among the files.
    file: usize,
    /// Where the overlay would stand in the document.
    place: Pointer,
    violations: Vec<Violation>,
}

impl Change<'_> {
    fn action(&mut self, action: &Value, at: &Pointer) {
        let Some(target) = action.get("target").and_then(Value::as_str) else {
            let title = "is an action without a target";
            return self.report(
                &rule::DOCUMENT_MALFORMED,
                at,
                title.to_owned(),
                "name it in `target`, a JSONPath",
            );
        };
        let target_at = at.child("target");
        let Some(places) = self.select(target, &target_at) else { return };
        if places.is_empty() {
            let title = format!("the JSONPath `{target}` selects nothing of the document");
            let help = "mend the path, or leave the action out";
            return self.report(&rule::OVERLAY_UNMATCHED, &target_at, title, help);
        }
        if action.get("remove") == Some(&Value::Bool(true)) {
            // From the last to the first, so that the numbers of items hold.
            places.iter().rev().for_each(|place| self.remove(place));
        } else if let Some(update) = action.get("update") {
            let origin = Origin { file: Some(self.file), place: at.child("update") };
            for place in &places {
                self.update(place, update, &origin);
            }
        } else if let Some(source) = action.get("copy").and_then(Value::as_str) {
            self.copy(&places, source, &at.child("copy"));
        }
    }

    fn select(&mut self, path: &str, at: &Pointer) -> Option<Vec<Pointer>> {
        match select::select(self.root, path) {
            Ok(places) => Some(places),
            Err(reason) => {
                let title = format!("is no JSONPath: {reason}");
                let help = "write it as in RFC 9535, for example `$.paths['/pets'].get`";
                self.report(&rule::DOCUMENT_MALFORMED, at, title, help);
                None
            }
        }
    }

    /// Copies one part of the document over others (1.1.0).
    fn copy(&mut self, places: &[Pointer], source: &str, at: &Pointer) {
        let Some(found) = self.select(source, at) else { return };
        let [from] = found.as_slice() else {
            let title = format!("the JSONPath `{source}` selects {} parts", found.len());
            let help = "`copy` takes one part; mend the path";
            return self.report(&rule::OVERLAY_UNMATCHED, at, title, help);
        };
        let Some(value) = from.get(self.root).cloned() else { return };
        let (file, place) = self.files.source(from);
        let origin = Origin { file, place };
        for place in places {
            self.update(place, &value, &origin);
        }
    }

    /// Merges a value into the part at a place: members by name, lists by appending, anything else
    /// by taking its place.
    fn update(&mut self, place: &Pointer, update: &Value, origin: &Origin) {
        let Some(target) = self.root.pointer_mut(place.as_str()) else { return };
        if let Value::Array(items) = target {
            // An update of a list is one more item, whatever it is.
            let first = items.len();
            items.push(update.clone());
            return self.graft(place.child(first.to_string()), origin);
        }
        self.merge(place, update, origin);
    }

    fn merge(&mut self, place: &Pointer, update: &Value, origin: &Origin) {
        let Some(target) = self.root.pointer_mut(place.as_str()) else { return };
        match (target, update) {
            (Value::Object(members), Value::Object(update)) => {
                let mut inner = Vec::new();
                let mut fresh = Vec::new();
                for (name, value) in update {
                    match members.get(name) {
                        Some(_) => inner.push((name, value)),
                        None => {
                            members.insert(name.clone(), value.clone());
                            fresh.push(name);
                        }
                    }
                }
                for name in fresh {
                    self.graft(place.child(name), &origin.child(name));
                }
                for (name, value) in inner {
                    self.merge(&place.child(name), value, &origin.child(name));
                }
            }
            (Value::Array(items), Value::Array(update)) => {
                let first = items.len();
                items.extend(update.iter().cloned());
                for number in 0..update.len() {
                    let place = place.child((first + number).to_string());
                    self.graft(place, &origin.child(&number.to_string()));
                }
            }
            (target, update) => {
                *target = update.clone();
                self.graft(place.clone(), origin);
            }
        }
    }

    fn remove(&mut self, place: &Pointer) {
        let (Some(parent), Some(name)) = (place.parent(), place.last()) else {
            *self.root = Value::Null;
            return;
        };
        match self.root.pointer_mut(parent.as_str()) {
            Some(Value::Object(members)) => {
                members.shift_remove(&*name);
            }
            Some(Value::Array(items)) => {
                let Some(number) = name.parse().ok().filter(|number| *number < items.len()) else {
                    return;
                };
                items.remove(number);
                let left = items.len();
                self.files.close_gap(&parent, number, left);
            }
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => {}
        }
    }

    fn graft(&mut self, place: Pointer, origin: &Origin) {
        self.files.graft(Graft { place, file: origin.file, origin: origin.place.clone() });
    }

    fn report(&mut self, rule: &'static Rule, at: &Pointer, title: String, help: &str) {
        let place = self.place.join(at.as_str());
        let mut violation = resolve::complaint(rule, place, title);
        violation.help = Some(help.to_owned());
        self.violations.push(violation);
    }
}

/// Where a value was written: in one of the other files, or in the main one.
struct Origin {
    file: Option<usize>,
    place: Pointer,
}

impl Origin {
    fn child(&self, name: &str) -> Self {
        Self { file: self.file, place: self.place.child(name) }
    }
}
