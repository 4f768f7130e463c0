//! From files to what the index is made of: every file read once, several at a time.
//!
//! Of an exchange only some numbers are kept. Its text stays where it is.

use std::collections::HashMap;
use std::collections::HashSet;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;

use crate::clock::Instant;
use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::tape::entry::Entry;
use crate::tape::import;
use crate::tape::import::Sink;
use crate::tape::import::malformed;
use crate::tape::outline::Outline;
use crate::tape::read;
use crate::tape::read::Candidate;
use crate::tape::read::ReadError;
use crate::tape::replay::essence::Essence;
use crate::tape::replay::essence::Lens;
use crate::tape::replay::key;
use crate::tape::replay::key::Mask;
use crate::tape::replay::shelf::Spot;
use crate::tape::replay::shelf::Volume;
use crate::tape::stub::Stub;

/// How many violations of a file are told one by one.
const MOST_TOLD: usize = 1_000;

/// How many different calls are remembered by name, for whoever misses one.
pub(crate) const LANDMARKS: usize = 512;

/// What is kept of an exchange.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Raw {
    pub(crate) key: u64,
    pub(crate) variant: u32,
    pub(crate) target: u32,
    pub(crate) spot: Spot,
    pub(crate) mask: u32,
}

/// What was found in some files.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) raws: Vec<Raw>,
    pub(crate) masks: Masks,
    pub(crate) volumes: Vec<Volume>,
    pub(crate) landmarks: Vec<(String, Spot)>,
    /// Answers to conditions, each with its file and line.
    pub(crate) stubs: Vec<(Stub, String)>,
    pub(crate) violations: Vec<Violation>,
    /// When the first of the exchanges began.
    pub(crate) begin: Option<Instant>,
}

/// Every mask once, and where to look for it.
#[derive(Debug, Default)]
pub(crate) struct Masks {
    all: Vec<Mask>,
    numbers: HashMap<Mask, u32>,
    buckets: HashMap<u64, Vec<u32>>,
}

impl Masks {
    fn number(&mut self, bucket: u64, mask: Mask) -> u32 {
        let next = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(mask).or_insert_with_key(|mask| {
            self.all.push(mask.clone());
            next
        });
        let numbers = self.buckets.entry(bucket).or_default();
        if !numbers.contains(&number) {
            numbers.push(number);
        }
        number
    }

    /// The masks of the recordings in a bucket, with their numbers.
    pub(crate) fn of(&self, bucket: u64) -> impl Iterator<Item = (u32, &Mask)> {
        let numbers = self.buckets.get(&bucket).into_iter().flatten();
        numbers.filter_map(|number| Some((*number, self.all.get(*number as usize)?)))
    }

    /// The number of the mask that leaves nothing out, if any recording has it.
    pub(crate) fn none(&self) -> u32 {
        self.numbers.get(&Mask::default()).copied().unwrap_or(u32::MAX)
    }

    /// Takes over another's masks; their numbers here, in the order of theirs.
    fn merge(&mut self, other: Self) -> Vec<u32> {
        let mut numbers = vec![0; other.all.len()];
        for (bucket, own) in other.buckets {
            for number in own {
                let mask = other.all[number as usize].clone();
                numbers[number as usize] = self.number(bucket, mask);
            }
        }
        numbers
    }
}

/// Reads all files.
pub(crate) fn files(candidates: &[Candidate], lens: Lens<'_>) -> Result<Gathered, ReadError> {
    let workers = thread::available_parallelism().map_or(1, NonZero::get).min(candidates.len());
    let (next, parts) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(candidate) = candidates.get(number) else { return };
            let mut gatherer = Gatherer::new(candidate.path.clone(), lens);
            let done = read::file(candidate, &mut gatherer);
            let part = done.map(|()| gatherer.finish());
            parts.lock().unwrap_or_else(PoisonError::into_inner).push((number, part));
        }
    };
    thread::scope(|scope| {
        for _ in 1..workers {
            scope.spawn(work);
        }
        work();
    });
    let mut parts = parts.into_inner().unwrap_or_else(PoisonError::into_inner);
    parts.sort_by_key(|(number, _)| *number);
    let parts = parts.into_iter().map(|(_, part)| part).collect::<Result<Vec<_>, _>>()?;
    let mut all = Gathered::default();
    // Exactly as much as there is: growing would take as much again.
    all.raws.reserve_exact(parts.iter().map(|part| part.raws.len()).sum());
    for part in parts {
        all.add(part);
    }
    Ok(all)
}

/// Takes exchanges that are at hand.
pub(crate) fn entries(entries: &[Entry], lens: Lens<'_>) -> Gathered {
    let mut all = Gathered::default();
    // Those of one file follow each other; they keep their names.
    let mut rest = entries;
    while let Some(first) = rest.first() {
        let (path, _) = origin(first);
        let count = rest.iter().take_while(|entry| origin(entry).0 == path).count();
        let mut gatherer = Gatherer::new(path, lens);
        for entry in &rest[..count] {
            gatherer.entry(origin(entry).1, entry.clone());
        }
        all.add(gatherer.finish());
        rest = &rest[count..];
    }
    all
}

/// The file and line of an exchange, as far as it knows.
fn origin(entry: &Entry) -> (PathBuf, usize) {
    let origin = entry.origin.as_deref().unwrap_or("");
    match origin.rsplit_once(':').map(|(file, line)| (file, line.parse())) {
        Some((file, Ok(line))) => (PathBuf::from(file), line),
        Some(_) | None => (PathBuf::from(origin), 1),
    }
}

impl Gathered {
    fn add(&mut self, part: Self) {
        let source = u32::try_from(self.volumes.len()).unwrap_or(u32::MAX);
        let numbers = self.masks.merge(part.masks);
        self.raws.extend(part.raws.into_iter().map(|raw| Raw {
            mask: numbers[raw.mask as usize],
            spot: Spot { source: raw.spot.source + source, ..raw.spot },
            ..raw
        }));
        self.volumes.extend(part.volumes);
        let room = LANDMARKS.saturating_sub(self.landmarks.len());
        let landmarks = part
            .landmarks
            .into_iter()
            .map(|(target, spot)| (target, Spot { source: spot.source + source, ..spot }));
        let known: HashSet<String> = self.landmarks.iter().map(|(it, _)| it.clone()).collect();
        self.landmarks.extend(landmarks.filter(|(it, _)| !known.contains(it)).take(room));
        self.violations.extend(part.violations);
        self.stubs.extend(part.stubs);
        self.begin = match (self.begin, part.begin) {
            (Some(own), Some(other)) => Some(own.min(other)),
            (own, other) => own.or(other),
        };
    }
}

/// Gathers one file.
struct Gatherer<'l> {
    lens: Lens<'l>,
    volume: Volume,
    name: String,
    seen: HashSet<u32>,
    /// How many violations are not told one by one.
    untold: usize,
    gathered: Gathered,
}

impl<'l> Gatherer<'l> {
    fn new(path: PathBuf, lens: Lens<'l>) -> Self {
        Self {
            lens,
            name: read::name(&path),
            volume: Volume::new(path),
            seen: HashSet::new(),
            untold: 0,
            gathered: Gathered::default(),
        }
    }

    fn finish(mut self) -> Gathered {
        if self.untold > 0 {
            let mut more = malformed(1, &format!("{} more can not be read either", self.untold));
            more.name = Some("more".to_owned());
            self.gathered.violations.push(read::placed(more, &self.name));
        }
        self.volume.settle();
        self.gathered.volumes.push(self.volume);
        self.gathered
    }

    /// Takes an exchange that stands somewhere.
    fn take(&mut self, line: usize, text: &[u8], offset: Option<u64>) {
        let outline = match Outline::read(text) {
            Ok(outline) => outline,
            Err(error) => {
                let line = line + error.line().saturating_sub(1);
                return self.wrong(malformed(line, &import::reason(&error)));
            }
        };
        if !outline.is_http() {
            return;
        }
        if let Err(error) = outline.judge() {
            return self.wrong(malformed(line, &error.to_string()));
        }
        let Some(essence) = Essence::of_recorded(&outline.request, self.lens) else {
            return self.wrong(malformed(line, "the content of the request is no base64"));
        };
        let (Ok(length), Ok(number)) = (u32::try_from(text.len()), u32::try_from(line)) else {
            return self.wrong(malformed(line, "the exchange is larger than 4 GiB"));
        };
        if let Some(bytes) = outline.missing_bytes() {
            let reason = format!("{bytes} bytes of content were answered and not written down");
            let mut told = Violation::new(&rule::RECORDING_INCOMPLETE, Location::Body, reason);
            told.name = Some(line.to_string());
            self.wrong(told);
        }
        let is_redacted = memchr::memmem::find(text, b"{{").is_some()
            || memchr::memmem::find(text, b"%7B%7B").is_some();
        let mask = if is_redacted { Mask::of(&essence) } else { Mask::default() };
        let offset = offset.unwrap_or_else(|| self.volume.keep(text));
        let spot = Spot { offset, length, line: number, source: 0 };
        let target = fold(key::target(&essence, &mask));
        if self.gathered.landmarks.len() < LANDMARKS && self.seen.insert(target) {
            self.gathered.landmarks.push((essence.target(), spot));
        }
        let (key, variant) = (key::key(&essence, &mask), key::variant(&essence, &mask));
        let mask = self.gathered.masks.number(key::bucket(&essence), mask);
        self.gathered.raws.push(Raw { key, variant, target, spot, mask });
        if let Ok(started) = Instant::parse(&outline.started)
            && self.gathered.begin.is_none_or(|begin| started < begin)
        {
            self.gathered.begin = Some(started);
        }
    }
}

/// A number in half of its length.
pub(crate) const fn fold(number: u64) -> u32 {
    (number ^ (number >> 32)) as u32
}

impl Sink for Gatherer<'_> {
    fn text(&mut self, line: usize, offset: u64, text: &[u8]) {
        self.take(line, text, Some(offset));
    }

    fn entry(&mut self, line: usize, entry: Entry) {
        match serde_json::to_vec(&entry) {
            Ok(text) => self.take(line, &text, None),
            Err(error) => self.wrong(malformed(line, &error.to_string())),
        }
    }

    fn stub(&mut self, line: usize, stub: Stub) {
        self.gathered.stubs.push((stub, format!("{}:{line}", self.name)));
    }

    fn wrong(&mut self, violation: Violation) {
        if self.gathered.violations.len() < MOST_TOLD {
            self.gathered.violations.push(read::placed(violation, &self.name));
        } else {
            self.untold += 1;
        }
    }
}
