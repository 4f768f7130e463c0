//! What one reader saw of one source, as it goes along: numbers and short names, made observations
//! at the end.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use foldhash::HashMap;

use crate::drift::departure::Departure;
use crate::drift::departure::Join;
use crate::drift::departure::Proof;
use crate::drift::departure::READING;
use crate::drift::departure::Told;
use crate::drift::digest::Digest;
use crate::drift::group::Cause;
use crate::drift::group::Group;
use crate::drift::infer::Inferred;
use crate::drift::kind;
use crate::drift::observe::Observations;
use crate::drift::observe::Volume;
use crate::drift::parts::PartId;
use crate::finding::Blame;
use crate::finding::Side;
use crate::finding::Violation;
use crate::finding::mask;

/// What one reader saw of one source.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) digest: Digest,
    pub(crate) volume: Volume,
    /// How often each operation was called, by the document's and the operation's number.
    calls: HashMap<(usize, usize), u64>,
    /// Which parts were seen, by the document's number.
    seen: Vec<Vec<bool>>,
    hosts: BTreeSet<String>,
    groups: HashMap<Cause, Group>,
}

/// The exchange in which something was seen.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'s> {
    /// When, in milliseconds.
    pub(crate) at: i64,
    /// The file, or whatever it was read from.
    pub(crate) file: &'s str,
    /// The line of the file.
    pub(crate) number: usize,
    /// The exchange in one line, its secrets still in it.
    pub(crate) line: &'s dyn Fn() -> String,
}

/// What was seen in it, and of what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sight<'s> {
    pub(crate) api: &'s str,
    pub(crate) operation: &'s str,
    pub(crate) side: Side,
    pub(crate) blame: Blame,
}

impl Tally {
    /// Notes that a part was seen.
    pub(crate) fn mark(&mut self, document: usize, part: PartId) {
        if self.seen.len() <= document {
            self.seen.resize_with(document + 1, Vec::new);
        }
        let seen = &mut self.seen[document];
        if seen.len() <= part {
            seen.resize(part + 1, false);
        }
        seen[part] = true;
    }

    /// Counts a call of an operation on a host.
    pub(crate) fn call(&mut self, document: usize, operation: usize, host: Option<&str>) {
        *self.calls.entry((document, operation)).or_default() += 1;
        if let Some(host) = host.filter(|host| !self.hosts.contains(*host)) {
            self.hosts.insert(host.to_owned());
        }
    }

    /// Notes a departure; `values` are what was there.
    pub(crate) fn depart(
        &mut self,
        scene: Scene<'_>,
        sight: Sight<'_>,
        violation: &Violation,
        values: impl FnOnce() -> BTreeMap<String, Inferred>,
    ) {
        let (cause, name) = cause(violation, sight);
        let most = cause.most();
        let group = self.groups.entry(cause).or_default();
        if let Some(known) = group.members.get_mut(&*group_name(group.is_blurred, &name)) {
            // What is known already is counted, and mostly that is all.
            known.last = known.last.max(scene.at);
            *known.counts.entry(READING).or_default() += 1;
            for (what, value) in values() {
                known.values.entry(what).or_default().join(value);
            }
            if scene.at > known.proof.at {
                return;
            }
            let proof = proof(scene, sight, violation);
            if proof.rank() < known.proof.rank() {
                known.proof = proof;
            }
            return;
        }
        let departure = Departure {
            last: scene.at,
            counts: [(READING, 1)].into(),
            proof: proof(scene, sight, violation),
            values: values(),
        };
        group.add(&name, departure, Join::Parts, most);
    }

    /// What was seen, of a source that is not told yet.
    pub(crate) fn observations(
        self,
        api: impl Fn(usize) -> String,
        operation: impl Fn(usize, usize) -> String,
        part: impl Fn(usize, PartId) -> String,
    ) -> (Observations, Digest) {
        let calls = self.calls.into_iter().map(|((document, number), count)| {
            let name = (api(document), operation(document, number));
            (name, [(READING, count)].into())
        });
        let mut seen = BTreeMap::new();
        for (document, parts) in self.seen.into_iter().enumerate() {
            let parts = parts.into_iter().enumerate().filter(|(_, is_seen)| *is_seen);
            let parts: BTreeSet<String> = parts.map(|(number, _)| part(document, number)).collect();
            if !parts.is_empty() {
                seen.insert(api(document), parts);
            }
        }
        let observations = Observations {
            sources: [(READING, self.volume)].into(),
            calls: calls.collect(),
            seen,
            hosts: self.hosts,
            groups: self.groups.into_iter().collect(),
        };
        (observations, self.digest)
    }
}

fn group_name(is_blurred: bool, name: &str) -> std::borrow::Cow<'_, str> {
    if is_blurred { kind::blurred(name).into() } else { name.into() }
}

fn proof(scene: Scene<'_>, sight: Sight<'_>, violation: &Violation) -> Proof {
    let Scene { at, file, number, line } = scene;
    let told = Told::of(violation, sight.side, sight.blame);
    let origin = if number == 0 { file.to_owned() } else { format!("{file}:{number}") };
    Proof { at, origin, line: mask::plain(&line()), told }
}

/// What a violation has in common with others, and what it is called among them: the name or the
/// place in the message, with what is data in it left out.
fn cause(violation: &Violation, sight: Sight<'_>) -> (Cause, String) {
    let (part, name) = violation.stands_in();
    let mut member = kind::place(&violation.instance);
    let mut place = format!("{part} {} {}", violation.place, violation.keyword);
    let is_open = matches!(&*violation.keyword, "additionalProperties" | "unevaluatedProperties");
    match &violation.property {
        Some(property) if is_open => member.extend(["/", &kind::settled(property)]),
        Some(property) => place.extend([" ", property.as_str()]),
        None => {}
    }
    match violation.rule.id {
        "undocumented-parameter" | "undocumented-header" => {
            member = kind::settled(name).into_owned();
        }
        "undocumented-operation" | "recording-malformed" | "recording-unsupported" => {
            name.clone_into(&mut member);
        }
        _ => place.extend([" ", name]),
    }
    let cause = Cause {
        rule: violation.rule.id.to_owned(),
        api: sight.api.to_owned(),
        operation: sight.operation.to_owned(),
        place,
    };
    (cause, member)
}
