//! A document of many files becomes one: behind this door every reference is local.
//!
//! Each other file is put once below the root's member `x-standin-files`, by its name, and
//! references to it become `#/x-standin-files/<name>/…`. Only what is referred to is looked into;
//! what may not or can not be read is reported where the reference stands, which then leads
//! nowhere. A document that is one file is not walked.

pub(crate) mod source;
pub(crate) mod walk;

use std::collections::HashMap;
use std::collections::HashSet;
use std::collections::VecDeque;

use percent_encoding::percent_decode_str;
use serde_json::Map;
use serde_json::Value;

use crate::finding::Violation;
use crate::finding::rule;
use crate::pointer::Pointer;
use crate::spec::assemble::source::Located;
use crate::spec::assemble::source::Refusal;
use crate::spec::assemble::source::Source;
use crate::spec::assemble::walk::Harvest;
use crate::spec::assemble::walk::Kind;
use crate::spec::assemble::walk::Met;
use crate::spec::load::parse;
use crate::spec::resolve;

/// The root's member that holds the other files, by their names.
pub(crate) const FILES: &str = "x-standin-files";

/// Most files of one document; the largest in use have some two thousand.
const MOST_FILES: usize = 10_000;

/// Most bytes of all files but the main one.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Most steps of a schema's own name that a reference may leave out.
const MOST_ENDINGS: usize = 8;

/// What assembling gives beside the document.
#[derive(Debug, Default)]
pub(crate) struct Assembled {
    /// The other files, in the order in which they were met; each stands below [`FILES`].
    pub(crate) files: Vec<Part>,
    /// What could not be read.
    pub(crate) violations: Vec<Violation>,
}

/// Another file.
#[derive(Debug)]
pub(crate) struct Part {
    /// Its place in the document.
    pub(crate) place: Pointer,
    /// The name that places in it are shown under.
    pub(crate) name: String,
    /// Its text.
    pub(crate) text: String,
}

/// Puts all files that `root` refers to into it; `main` is the key of its own file.
pub(crate) fn assemble(root: &mut Value, main: &str, source: &dyn Source) -> Assembled {
    let own = File {
        located: Located { key: main.to_owned(), token: String::new(), name: String::new() },
        text: String::new(),
        value: std::mem::take(root),
        ids: HashSet::new(),
    };
    let mut assembly = Assembly {
        source,
        numbers: HashMap::from([(main.to_owned(), Ok(0))]),
        files: vec![own],
        waiting: VecDeque::from([(0, Pointer::root())]),
        seen: HashSet::from([(0, Pointer::root())]),
        rewritten: Vec::new(),
        bytes: 0,
        violations: Vec::new(),
    };
    while let Some((file, at)) = assembly.waiting.pop_front() {
        assembly.part(file, &at);
    }
    assembly.finish(root)
}

/// A file while references are followed.
struct File {
    located: Located,
    text: String,
    value: Value,
    /// What schemas of it call themselves, and the endings of these names behind each slash.
    ids: HashSet<String>,
}

impl File {
    /// The place of the file in the document.
    fn place(&self) -> Pointer {
        match self.located.token.is_empty() {
            true => Pointer::root(),
            false => Pointer::root().child(FILES).child(&self.located.token),
        }
    }
}

/// The way through all files; the main one has the number 0.
struct Assembly<'s> {
    source: &'s dyn Source,
    files: Vec<File>,
    /// The files by their keys, and why some are none.
    numbers: HashMap<String, Result<usize, Refusal>>,
    /// Parts that nobody has looked into yet.
    waiting: VecDeque<(usize, Pointer)>,
    seen: HashSet<(usize, Pointer)>,
    /// References that are written anew: the file, the place in it, the new text.
    rewritten: Vec<(usize, Pointer, String)>,
    bytes: usize,
    violations: Vec<Violation>,
}

impl Assembly<'_> {
    /// Looks into one part of a file for references.
    fn part(&mut self, number: usize, at: &Pointer) {
        let mut harvest = Harvest::default();
        let file = &mut self.files[number];
        if let Some(value) = at.get(&file.value) {
            walk::part(value, at, &mut harvest);
        }
        for id in harvest.ids {
            let endings = id.match_indices('/').map(|(slash, _)| id[slash + 1..].to_owned());
            file.ids.extend(endings.take(MOST_ENDINGS));
            file.ids.insert(id);
        }
        for met in harvest.references {
            self.reference(number, met);
        }
    }

    fn reference(&mut self, number: usize, met: Met) {
        let (address, fragment) = met.reference.split_once('#').unwrap_or((&met.reference, ""));
        let has_fragment = met.reference.contains('#');
        // A mapping's value may be the plain name of a schema.
        if met.kind == Kind::Mapping && !has_fragment && !is_file_name(address) {
            return;
        }
        if address.is_empty() {
            self.local(number, &met, fragment);
        } else if !self.is_own_name(number, address) {
            self.other(number, &met, address, fragment);
        }
    }

    /// Whether a schema of the file calls itself so: then nothing else is meant.
    fn is_own_name(&self, number: usize, address: &str) -> bool {
        self.files[number].ids.contains(address)
    }

    /// A reference within its file: it stays as it is in the main document.
    fn local(&mut self, number: usize, met: &Met, fragment: &str) {
        let Some(target) = self.target(number, fragment) else { return };
        if number > 0 {
            // Were it left as it is, it would name a part of the main document.
            self.rewrite(number, met, number, &target);
            if target.get(&self.files[number].value).is_none() {
                let help = "mend the JSON Pointer: it begins at the root of this file";
                let refusal = Refusal::new("which does not exist in this file", help);
                return self.refuse(number, met, refusal);
            }
        }
        if number > 0 || walk::is_aside(&target) {
            self.look_into(number, target);
        }
    }

    /// A reference to another file.
    fn other(&mut self, number: usize, met: &Met, address: &str, fragment: &str) {
        let from = self.files[number].located.key.clone();
        let found = self.source.locate(&from, address).and_then(|located| self.open(located));
        let target = match found {
            Ok(target) => target,
            Err(refusal) => return self.refuse(number, met, refusal),
        };
        let place = self.target(target, fragment);
        let Some(place) = place.filter(|place| place.get(&self.files[target].value).is_some())
        else {
            let name = &self.files[target].located.name;
            let name = if name.is_empty() { "the main document" } else { name };
            let refusal = Refusal::new(
                format!("which does not exist: {name} has no such part"),
                "mend the part behind `#`, a JSON Pointer such as `#/components/schemas/Pet`",
            );
            return self.refuse(number, met, refusal);
        };
        self.rewrite(number, met, target, &place);
        if target > 0 || walk::is_aside(&place) {
            self.look_into(target, place);
        }
    }

    /// The place that a fragment names in a file: a pointer, or an anchor.
    fn target(&self, number: usize, fragment: &str) -> Option<Pointer> {
        let text = percent_decode_str(fragment).decode_utf8().ok()?;
        if text.is_empty() || text.starts_with('/') {
            return Some(Pointer::new(text));
        }
        // In the main document, its dialect knows what anchors mean.
        if number == 0 { None } else { anchor(&self.files[number].value, &text, Pointer::root()) }
    }

    /// The number of a file, which is read when it is first met.
    fn open(&mut self, located: Located) -> Result<usize, Refusal> {
        if let Some(known) = self.numbers.get(&located.key) {
            return known.clone();
        }
        let key = located.key.clone();
        let read = self.read(located);
        self.numbers.insert(key, read.clone());
        read
    }

    fn read(&mut self, located: Located) -> Result<usize, Refusal> {
        if self.files.len() > MOST_FILES || self.bytes > MOST_BYTES {
            let most = MOST_BYTES / 1024 / 1024;
            return Err(Refusal::new(
                format!("after {MOST_FILES} files or {most} MiB, more than are read"),
                "bundle the document into one file, or split it into several APIs",
            ));
        }
        let text = self.source.read(&located.key)?;
        self.bytes += text.len();
        let parsed = parse::parse(text.clone().into()).map_err(|fault| {
            Refusal::new(
                format!("which does not parse: {}:{fault}", located.name),
                "mend that file: it has to be YAML or JSON",
            )
        })?;
        self.files.push(File {
            located,
            text,
            value: parsed.tree.root().to_value(),
            ids: HashSet::new(),
        });
        Ok(self.files.len() - 1)
    }

    fn look_into(&mut self, number: usize, at: Pointer) {
        if self.seen.insert((number, at.clone())) {
            self.waiting.push_back((number, at));
        }
    }

    /// Has a reference name the place of its target in the document.
    fn rewrite(&mut self, number: usize, met: &Met, target: usize, at: &Pointer) {
        let place = self.files[target].place().join(at.as_str());
        // What is no letter of a fragment is read back as it stands; only `%` means something.
        let text = format!("#{}", place.as_str().replace('%', "%25"));
        self.rewritten.push((number, met.place.clone(), text));
    }

    fn refuse(&mut self, number: usize, met: &Met, refusal: Refusal) {
        let place = self.files[number].place().join(met.place.as_str());
        let title = format!("refers to `{}`, {}", met.reference, refusal.reason);
        let mut violation = resolve::complaint(&rule::REFERENCE_BROKEN, place, title);
        violation.help = Some(refusal.help);
        if !self.violations.contains(&violation) {
            self.violations.push(violation);
        }
    }

    /// Writes the references anew, and puts the files together.
    fn finish(mut self, root: &mut Value) -> Assembled {
        for (number, place, reference) in self.rewritten {
            if let Some(text) = self.files[number].value.pointer_mut(place.as_str()) {
                *text = Value::String(reference);
            }
        }
        let mut files = self.files.into_iter();
        if let Some(own) = files.next() {
            *root = own.value;
        }
        let mut values = Map::new();
        let mut parts = Vec::new();
        for file in files {
            let (place, Located { token, name, .. }) = (file.place(), file.located);
            parts.push(Part { place, name, text: file.text });
            values.insert(token, file.value);
        }
        if let Value::Object(members) = root
            && !values.is_empty()
        {
            members.insert(FILES.to_owned(), Value::Object(values));
        }
        Assembled { files: parts, violations: self.violations }
    }
}

/// Whether a mapping's value without fragment names a file rather than a schema.
fn is_file_name(value: &str) -> bool {
    let ending = value.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    value.contains('/') || matches!(ending.as_deref(), Some("json" | "yaml" | "yml"))
}

/// The schema that calls itself by an anchor (JSON Schema 2020-12, 8.2.2).
fn anchor(value: &Value, name: &str, at: Pointer) -> Option<Pointer> {
    match value {
        Value::Object(members) => {
            let is_named = |keyword| members.get(keyword).and_then(Value::as_str) == Some(name);
            if is_named("$anchor") || is_named("$dynamicAnchor") {
                return Some(at);
            }
            members.iter().find_map(|(key, value)| anchor(value, name, at.child(key)))
        }
        Value::Array(items) => (0_usize..)
            .zip(items)
            .find_map(|(number, item)| anchor(item, name, at.child(number.to_string()))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}
