//! From observations to findings: each departure told once, with how often, when, and what proves it.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::clock::Instant;
use crate::drift::departure::Departure;
use crate::drift::departure::Join;
use crate::drift::group::Cause;
use crate::drift::group::Group;
use crate::drift::kind;
use crate::drift::observe::Observations;
use crate::finding;
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::pointer::Pointer;
use crate::route::Mounted;

/// From how many words on, in one place of a path, they are taken for data.
const MANY: usize = 20;

/// Tells every departure, worst first.
pub(crate) fn of(mounted: &[Mounted], observations: &Observations) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (cause, group) in &observations.groups {
        let group = told(cause, group, observations);
        for (name, departure) in &group.members {
            findings.extend(finding(mounted, cause, (name, group.is_blurred), departure));
        }
    }
    for finding in &mut findings {
        let own = finding.api.clone();
        let own = mounted.iter().find(|place| own.as_deref() == Some(&*place.id));
        for place in &mut finding.places {
            own.into_iter().for_each(|mounted| mounted.document.locate(place));
        }
    }
    findings.sort_by(|one, other| {
        let rank = |it: &Finding| (it.first, it.rule, it.fingerprint, it.instance.clone());
        other.level.cmp(&one.level).then_with(|| rank(one).cmp(&rank(other)))
    });
    findings
}

/// A group as it is told: of operations that no document has, those of other hosts are left out, and
/// what many of them have in one place is data.
fn told(cause: &Cause, group: &Group, observations: &Observations) -> Group {
    if cause.rule != "undocumented-operation" {
        return group.clone();
    }
    let (hosts, mut kept) = (&observations.hosts, Group::default());
    for (name, departure) in &group.members {
        let mut words = name.split(' ');
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let is_ours = words.next().is_none_or(|host| hosts.is_empty() || hosts.contains(host));
        if is_ours {
            let name = format!("{method} {path}");
            kept.add(&name, departure.clone(), Join::Parts, usize::MAX);
        }
    }
    kept.is_blurred = group.is_blurred;
    learned(&mut kept);
    kept
}

/// Takes for data what has many values in one place of a path while all around it is the same.
fn learned(group: &mut Group) {
    loop {
        let mut slots: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for name in group.members.keys() {
            let segments: Vec<&str> = name.split('/').collect();
            for at in 1..segments.len() {
                if !segments[at].starts_with('{') {
                    slots.entry(slot(&segments, at)).or_default().insert(segments[at].to_owned());
                }
            }
        }
        let Some((slot_of, _)) = slots.into_iter().find(|(_, words)| words.len() > MANY) else {
            return;
        };
        for (name, departure) in std::mem::take(&mut group.members) {
            let segments: Vec<&str> = name.split('/').collect();
            let is_it = (1..segments.len()).any(|at| slot(&segments, at) == slot_of);
            let name = if is_it { slot_of.clone() } else { name };
            group.add(&name, departure, Join::Parts, usize::MAX);
        }
    }
}

/// A path with one of its segments left out.
fn slot(segments: &[&str], at: usize) -> String {
    let kept = segments.iter().enumerate();
    let kept = kept.map(|(place, text)| if place == at { kind::NAME } else { text });
    kept.collect::<Vec<_>>().join("/")
}

fn finding(
    mounted: &[Mounted],
    cause: &Cause,
    (name, is_blurred): (&str, bool),
    departure: &Departure,
) -> Option<Finding> {
    let proof = &departure.proof;
    let mut violation = proof.told.violation()?;
    let place = mounted.iter().find(|place| *place.id == *cause.api);
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let (api, operation) = (filled(&cause.api), filled(&cause.operation));
    match violation.rule.id {
        "undocumented-operation" => {
            violation.title = violation.title.replacen(
                &format!("`{}`", violation.name.as_deref().unwrap_or_default()),
                &format!("`{name}`"),
                1,
            );
            violation.name = Some(name.to_owned());
        }
        "undocumented-parameter" | "undocumented-header" => {
            let own = violation.name.take().unwrap_or_default();
            violation.title =
                violation.title.replacen(&format!("`{own}`"), &format!("`{name}`"), 1);
            violation.name = Some(name.to_owned());
        }
        _ => {}
    }
    if is_blurred {
        let help = "many names were seen here, and are told as one: they look like data";
        violation.help.get_or_insert_with(|| help.to_owned());
    }
    let at_line = if proof.line.is_empty() {
        proof.origin.clone()
    } else {
        format!("{} in {}", proof.line, proof.origin)
    };
    let evidence = if proof.origin.is_empty() { proof.line.clone() } else { at_line };
    let context = finding::Context {
        api: api.as_deref(),
        operation: operation.as_deref(),
        side: proof.told.side,
        evidence: Some(evidence),
        document: place.map(|place| &*place.document.name),
        ..finding::Context::of_no_call(proof.told.blame, Instant::from_millis(proof.at))
    };
    let mut finding = Finding::new(&violation, &context);
    // What is data in the message is no part of what the finding is.
    violation.instance = Pointer::new(kind::place(&violation.instance));
    if is_blurred {
        violation.instance = Pointer::new(kind::blurred(violation.instance.as_str()));
    }
    if let Some(property) = &mut violation.property
        && violation.keyword != "required"
    {
        *property = kind::settled(property).into_owned();
    }
    finding.fingerprint = Fingerprint::of(&violation, api.as_deref(), operation.as_deref());
    finding.count = departure.count();
    finding.last = Instant::from_millis(departure.last);
    Some(finding)
}
