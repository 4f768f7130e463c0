//! Answers to whatever some conditions hold for, as `WireMock` has them: no recording of one
//! exchange, but of what its writer would answer.
//!
//! Those of the lowest priority number are asked first, of these the one that was written last. A
//! scenario is a state that some of them wait for, and that they may change.

mod json;
mod test;

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use http::Method;

use crate::finding::mask;
use crate::message::Answer;
use crate::message::Request;
use crate::params::style::form;
use crate::tape::entry::Entry;
use crate::tape::replay::difference::likeness;
pub(crate) use json::Likeness;
pub(crate) use test::Pattern;
pub(crate) use test::Test;
pub(crate) use test::is_path;

/// The state that a scenario begins with.
const STARTED: &str = "Started";

/// How many are looked at for what comes nearest.
const MOST_NEAR: usize = 1_000;

/// The priority that a stub has unless it says otherwise.
pub(crate) const PRIORITY: i64 = 5;

/// An answer with the conditions that it is given under.
#[derive(Debug)]
pub(crate) struct Stub {
    /// Any, where it says none.
    pub(crate) method: Option<Method>,
    pub(crate) url: Url,
    pub(crate) conditions: Vec<Condition>,
    /// Lower ones are asked first.
    pub(crate) priority: i64,
    /// Of equal priority higher ones are asked first.
    pub(crate) order: i64,
    pub(crate) scenario: Option<Scenario>,
    pub(crate) answer: Answer,
    /// The exchange that it was made of, where its conditions are those of one request.
    pub(crate) exchange: Option<Box<Entry>>,
}

/// What is said of the target of a request.
#[derive(Debug)]
pub(crate) enum Url {
    Any,
    /// Path and query, to the letter.
    Whole(String),
    /// Path and query, by a pattern.
    WholePattern(Pattern),
    Path(String),
    PathPattern(Pattern),
}

/// What is said of a part of a request.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) part: Part,
    pub(crate) test: Test,
}

/// A part of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Query(String),
    Header(String),
    Cookie(String),
    Form(String),
    /// A part of the path, by its number from 0.
    Segment(usize, String),
    Body,
}

/// A state that stubs share.
#[derive(Debug)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) required: Option<String>,
    pub(crate) next: Option<String>,
}

/// All stubs, in the order in which they are asked.
#[derive(Debug, Default)]
pub(crate) struct Stubs {
    stubs: Vec<Kept>,
    states: Mutex<HashMap<String, String>>,
}

#[derive(Debug)]
struct Kept {
    stub: Stub,
    origin: String,
    uses: AtomicU32,
}

/// A stub that came nearest, and what it asks for otherwise.
#[derive(Debug)]
pub(crate) struct Nearest {
    pub(crate) request: String,
    pub(crate) origin: String,
    pub(crate) differed: Vec<String>,
}

impl Stubs {
    /// Takes stubs, each with its file and line.
    pub(crate) fn new(stubs: Vec<(Stub, String)>) -> Self {
        let mut stubs: Vec<(usize, Kept)> = stubs
            .into_iter()
            .map(|(stub, origin)| Kept { stub, origin, uses: AtomicU32::new(0) })
            .enumerate()
            .collect();
        stubs.sort_by_key(|(number, kept)| {
            (kept.stub.priority, std::cmp::Reverse((kept.stub.order, *number)))
        });
        let stubs = stubs.into_iter().map(|(_, kept)| kept).collect();
        Self { stubs, states: Mutex::default() }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.stubs.len()
    }

    /// The answer to a request, and where it is written.
    pub(crate) fn play(&self, request: &Request) -> Option<(Answer, String)> {
        if self.stubs.is_empty() {
            return None;
        }
        // A state is looked at and changed in one step.
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let found = self.stubs.iter().find(|kept| {
            is_in_state(kept.stub.scenario.as_ref(), &states) && kept.stub.matches(request)
        })?;
        if let Some(Scenario { name, next: Some(next), .. }) = &found.stub.scenario {
            states.insert(name.clone(), next.clone());
        }
        found.uses.fetch_add(1, Ordering::Relaxed);
        Some((found.stub.answer.clone(), found.origin.clone()))
    }

    /// Every stub: what it answers, where it is written, how often it did.
    pub(crate) fn uses(&self) -> impl Iterator<Item = (String, &str, u32)> {
        self.stubs
            .iter()
            .map(|kept| (kept.stub.told(), kept.origin.as_str(), kept.uses.load(Ordering::Relaxed)))
    }

    /// The stub that comes nearest to a request.
    pub(crate) fn nearest(&self, request: &Request) -> Option<Nearest> {
        let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let target = format!("{} {}", request.method, request.path);
        let near = self.stubs.iter().take(MOST_NEAR).map(|kept| {
            // Another path is another call.
            let is_other = !kept.stub.is_of(request);
            let likeness = if is_other { likeness(&kept.stub.told(), &target) } else { 1.0 };
            (kept, kept.stub.differences(request), likeness)
        });
        let (kept, mut differed, _) = near.min_by(|(_, left, alike), (_, right, other)| {
            other.total_cmp(alike).then_with(|| left.len().cmp(&right.len()))
        })?;
        if let Some(scenario) = &kept.stub.scenario
            && !is_in_state(Some(scenario), &states)
        {
            let is = states.get(&scenario.name).map_or(STARTED, String::as_str);
            let wanted = scenario.required.as_deref().unwrap_or_default();
            differed.push(format!("the scenario `{}`: wants {wanted}, is {is}", scenario.name));
        }
        Some(Nearest { request: kept.stub.told(), origin: kept.origin.clone(), differed })
    }
}

fn is_in_state(scenario: Option<&Scenario>, states: &HashMap<String, String>) -> bool {
    let Some(scenario) = scenario else { return true };
    let is = states.get(&scenario.name).map_or(STARTED, String::as_str);
    scenario.required.as_deref().is_none_or(|required| required == is)
}

impl Stub {
    fn matches(&self, request: &Request) -> bool {
        self.is_of(request) && self.conditions.iter().all(|it| it.holds(request))
    }

    /// Whether method and target are such that the conditions count.
    fn is_of(&self, request: &Request) -> bool {
        let is_method = |method: &Method| {
            *method == request.method || (request.method == Method::HEAD && method == Method::GET)
        };
        self.method.as_ref().is_none_or(is_method) && self.url.holds(request)
    }

    /// What a request has otherwise.
    fn differences(&self, request: &Request) -> Vec<String> {
        let mut differed = Vec::new();
        if let Some(method) = self.method.as_ref().filter(|method| **method != request.method) {
            differed.push(format!("the method: wants {method}, sent {}", request.method));
        }
        if !self.url.holds(request) {
            let sent = request.target();
            differed.push(format!(
                "the target: wants {}, sent {}",
                mask::target(&self.url.told()),
                mask::target(&sent)
            ));
        }
        let broken = self.conditions.iter().filter(|condition| !condition.holds(request));
        differed.extend(broken.map(|it| format!("{}: {}", it.part.told(), it.test.told())));
        differed
    }

    /// What it answers, in a few words.
    fn told(&self) -> String {
        let method = self.method.as_ref().map_or("ANY", Method::as_str);
        format!("{method} {}", mask::target(&self.url.told()))
    }
}

impl Url {
    fn holds(&self, request: &Request) -> bool {
        match self {
            Self::Any => true,
            Self::Whole(url) => *url == request.target(),
            Self::WholePattern(pattern) => pattern.holds(&request.target()),
            Self::Path(path) => *path == request.path,
            Self::PathPattern(pattern) => pattern.holds(&request.path),
        }
    }

    fn told(&self) -> String {
        match self {
            Self::Any => "*".to_owned(),
            Self::Whole(text) | Self::Path(text) => text.clone(),
            Self::WholePattern(pattern) | Self::PathPattern(pattern) => pattern.to_string(),
        }
    }
}

impl Condition {
    fn holds(&self, request: &Request) -> bool {
        let decoded = |text: &str, name: &str| -> Vec<String> {
            form::pairs(text)
                .into_iter()
                .filter(|(own, _)| own == name)
                .map(|(_, value)| form::decode(value).unwrap_or(value.into()).into_owned())
                .collect()
        };
        match &self.part {
            Part::Body => self.test.holds(&[&request.body]),
            Part::Query(name) => {
                let values = decoded(request.query.as_deref().unwrap_or(""), name);
                self.test.holds_of(&values)
            }
            Part::Form(name) => {
                self.test.holds_of(&decoded(&String::from_utf8_lossy(&request.body), name))
            }
            Part::Header(name) => {
                let values = request.headers.get_all(name.as_str()).iter();
                let values: Vec<&[u8]> = values.map(http::HeaderValue::as_bytes).collect();
                self.test.holds(&values)
            }
            Part::Cookie(name) => {
                let fields = request.headers.get_all(http::header::COOKIE).iter();
                let values: Vec<String> = fields
                    .filter_map(|field| field.to_str().ok())
                    .flat_map(|field| field.split(';'))
                    .filter_map(|pair| pair.trim().split_once('='))
                    .filter(|(own, _)| own == name)
                    .map(|(_, value)| value.to_owned())
                    .collect();
                self.test.holds_of(&values)
            }
            Part::Segment(number, _) => {
                let segment = request.path.split('/').nth(*number);
                let segment = segment.map(|it| {
                    crate::route::template::decode(it)
                        .map_or_else(|_| it.to_owned(), |it| it.into())
                });
                self.test.holds_of(&segment.into_iter().collect::<Vec<_>>())
            }
        }
    }
}

impl Part {
    fn told(&self) -> String {
        match self {
            Self::Query(name) => format!("`{}` in the query", mask::text(name)),
            Self::Header(name) => format!("the header `{}`", mask::text(name)),
            Self::Cookie(name) => format!("the cookie `{}`", mask::text(name)),
            Self::Form(name) => format!("`{}` in the form", mask::text(name)),
            Self::Segment(_, name) => format!("`{}` in the path", mask::text(name)),
            Self::Body => "the body".to_owned(),
        }
    }
}
