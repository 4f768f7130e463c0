//! From recordings to observations: each exchange is read, judged and let go. Files are shared out
//! to several readers, large ones line by line; what each of them saw is put together at the end.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::SyncSender;
use std::thread;

use crate::drift::departure::Join;
use crate::drift::desk::Desk;
use crate::drift::digest::Digest;
use crate::drift::observe::Observations;
use crate::drift::observer::Ground;
use crate::drift::observer::Observer;
use crate::finding::Violation;
use crate::tape::Entry;
use crate::tape::import::Logged;
use crate::tape::import::Sink;
use crate::tape::import::unsupported;
use crate::tape::read;
use crate::tape::read::Candidate;
use crate::tape::read::ReadError;
use crate::tape::stub::Stub;

/// Files from this size on are shared out line by line, in bytes.
const LARGE: u64 = 8 * 1024 * 1024;

/// How much is handed over at once, in bytes.
const BATCH: usize = 512 * 1024;

/// How many pieces of work wait for each reader.
const WAITING: usize = 2;

/// What one reader saw: sources that it read whole, and parts of those that it shared.
#[derive(Default)]
struct Read {
    whole: Observations,
    parts: BTreeMap<usize, (Observations, Digest)>,
}

/// Something to be read.
enum Job {
    File(Candidate),
    Batch(Batch),
}

/// Some lines of a large file.
struct Batch {
    /// The number of the file.
    file: usize,
    name: Arc<str>,
    text: Vec<u8>,
    /// The line and the length of each exchange.
    lines: Vec<(usize, usize)>,
    others: Vec<Other>,
}

/// What does not stand in a file as it is read.
enum Other {
    Entry(usize, Box<Entry>),
    Call(usize, Logged),
    Wrong(Violation),
}

/// How far the readers have come, in bytes.
struct Way<'t> {
    done: AtomicU64,
    all: u64,
    told: &'t (dyn Fn(u64, u64) + Sync),
}

impl Way<'_> {
    fn go(&self, bytes: u64) {
        let done = self.done.fetch_add(bytes, Ordering::Relaxed) + bytes;
        (self.told)(done, self.all);
    }
}

/// Reads recordings with so many readers; `told` hears how many bytes of how many are done.
pub(crate) fn recordings(
    paths: &[PathBuf],
    ground: Ground<'_>,
    readers: usize,
    told: &(dyn Fn(u64, u64) + Sync),
) -> Result<Observations, ReadError> {
    let candidates = read::candidates(paths)?;
    let all = candidates.iter().map(Candidate::length).sum();
    let way = Way { done: AtomicU64::new(0), all, told };
    if readers <= 1 {
        let mut clerk = Clerk::new(ground);
        for candidate in &candidates {
            clerk.file(candidate)?;
            way.go(candidate.length());
        }
        return Ok(clerk.read.whole);
    }
    let (sender, receiver) = mpsc::sync_channel(readers * WAITING);
    let receiver = Arc::new(Mutex::new(receiver));
    let read = thread::scope(|scope| {
        let work = || scope.spawn(|| work(ground, &receiver, &way));
        let readers: Vec<_> = (0..readers).map(|_| work()).collect();
        let shared = share_out(&candidates, &sender);
        drop(sender);
        let read = readers.into_iter().map(|reader| match reader.join() {
            Ok(read) => read,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        let read: Result<Vec<Read>, ReadError> = read.collect();
        shared.and(read)
    })?;
    Ok(together(read))
}

/// Has files read, or reads them and has their lines judged.
fn share_out(candidates: &[Candidate], sender: &SyncSender<Job>) -> Result<(), ReadError> {
    for (number, candidate) in candidates.iter().enumerate() {
        if candidate.length() < LARGE {
            // Nobody listens only after a reader failed, which tells so itself.
            let _ = sender.send(Job::File(candidate.clone()));
            continue;
        }
        let mut feeder = Feeder { batch: batch(number, candidate), sender };
        read::file(candidate, &mut feeder)?;
        feeder.hand_over();
    }
    Ok(())
}

fn batch(file: usize, candidate: &Candidate) -> Batch {
    let name = Arc::from(read::name(&candidate.path));
    let text = Vec::with_capacity(BATCH + BATCH / 4);
    Batch { file, name, text, lines: Vec::new(), others: Vec::new() }
}

/// Reads what there is to be read.
fn work(
    ground: Ground<'_>,
    receiver: &Mutex<Receiver<Job>>,
    way: &Way<'_>,
) -> Result<Read, ReadError> {
    let mut clerk = Clerk::new(ground);
    let next = || receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
    let mut failed = Ok(());
    while let Ok(job) = next() {
        match job {
            // Whoever failed goes on taking work, so that nobody waits for it for ever.
            _ if failed.is_err() => {}
            Job::File(candidate) => {
                failed = clerk.file(&candidate);
                way.go(candidate.length());
            }
            Job::Batch(batch) => {
                clerk.batch(&batch);
                way.go(batch.text.len() as u64);
            }
        }
    }
    clerk.put_aside();
    failed.map(|()| clerk.read)
}

/// Puts together what several readers saw.
fn together(read: Vec<Read>) -> Observations {
    let mut all = Observations::default();
    let mut parts: BTreeMap<usize, (Observations, Digest)> = BTreeMap::new();
    for reader in read {
        all.merge(reader.whole);
        for (file, (observations, digest)) in reader.parts {
            let known = parts.entry(file).or_default();
            known.0.join(observations, Join::Parts);
            known.1.join(digest);
        }
    }
    for (mut observations, digest) in parts.into_values() {
        observations.close(digest.value());
        all.merge(observations);
    }
    all
}

/// A reader.
struct Clerk<'d> {
    observer: Observer<'d>,
    read: Read,
    /// The number of the file that is being shared.
    sharing: Option<usize>,
}

impl<'d> Clerk<'d> {
    fn new(ground: Ground<'d>) -> Self {
        Self { observer: Observer::new(ground), read: Read::default(), sharing: None }
    }

    /// Reads a file alone.
    fn file(&mut self, candidate: &Candidate) -> Result<(), ReadError> {
        self.put_aside();
        let name = read::name(&candidate.path);
        let mut desk = Desk { observer: &mut self.observer, name: &name };
        let read = read::file(candidate, &mut desk);
        let (mut observations, digest) = self.observer.take();
        if !observations.is_empty() {
            observations.close(digest.value());
            self.read.whole.merge(observations);
        }
        read
    }

    fn batch(&mut self, batch: &Batch) {
        if self.sharing != Some(batch.file) {
            self.put_aside();
            self.sharing = Some(batch.file);
        }
        let mut desk = Desk { observer: &mut self.observer, name: &batch.name };
        let mut start = 0;
        for (line, length) in &batch.lines {
            desk.text(*line, 0, &batch.text[start..start + length]);
            start += length;
        }
        for other in &batch.others {
            match other {
                Other::Entry(line, entry) => desk.recorded(*line, entry),
                Other::Call(line, call) => desk.call(*line, call.clone()),
                Other::Wrong(violation) => desk.wrong(violation.clone()),
            }
        }
    }

    /// Keeps what was seen of a file that others read as well.
    fn put_aside(&mut self) {
        let Some(file) = self.sharing.take() else { return };
        let (observations, digest) = self.observer.take();
        let known = self.read.parts.entry(file).or_default();
        known.0.join(observations, Join::Parts);
        known.1.join(digest);
    }
}

/// Hands what is read over to whoever is free.
struct Feeder<'s> {
    batch: Batch,
    sender: &'s SyncSender<Job>,
}

impl Feeder<'_> {
    fn hand_over(&mut self) {
        let Batch { file, name, .. } = &self.batch;
        let empty = Batch {
            file: *file,
            name: Arc::clone(name),
            text: Vec::with_capacity(BATCH + BATCH / 4),
            lines: Vec::new(),
            others: Vec::new(),
        };
        let full = std::mem::replace(&mut self.batch, empty);
        let _ = self.sender.send(Job::Batch(full));
    }

    fn put(&mut self, other: Other) {
        self.batch.others.push(other);
        if self.batch.others.len() >= 256 {
            self.hand_over();
        }
    }
}

impl Sink for Feeder<'_> {
    fn text(&mut self, line: usize, _offset: u64, text: &[u8]) {
        self.batch.text.extend_from_slice(text);
        self.batch.lines.push((line, text.len()));
        if self.batch.text.len() >= BATCH {
            self.hand_over();
        }
    }

    fn entry(&mut self, line: usize, entry: Entry) {
        self.put(Other::Entry(line, Box::new(entry)));
    }

    fn stub(&mut self, line: usize, stub: Stub) {
        match stub.exchange {
            Some(entry) => self.put(Other::Entry(line, entry)),
            None => {
                let reason = "it answers whatever its conditions hold for, and records no exchange";
                self.put(Other::Wrong(unsupported(line, reason)));
            }
        }
    }

    fn call(&mut self, line: usize, call: Logged) {
        self.put(Other::Call(line, call));
    }

    fn wrong(&mut self, violation: Violation) {
        self.put(Other::Wrong(violation));
    }
}
