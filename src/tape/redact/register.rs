//! Which secret has which placeholder: in memory as a digest, on the disk as one that nobody can
//! turn back.
//!
//! Beside a recording stands the file [`NAME`]: for each placeholder its kind and number, and for
//! secrets that were drawn at random also a keyed digest, so that a recording that is gone on with
//! gives equal secrets equal placeholders. What somebody thought of could be guessed from a digest:
//! it has none, and is given a new number by whoever goes on. The latest [`REMEMBERED`] secrets at
//! least are known again, so that memory is bounded however long a recording runs.

use std::collections::HashMap;
use std::fmt;
use std::fmt::Write as _;
use std::fs::File;
use std::fs::TryLockError;
use std::io;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read as _;
use std::io::Seek;
use std::io::SeekFrom;
use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use ring::hmac;
use ring::rand::SecureRandom;
use ring::rand::SystemRandom;

use crate::finding::random::is_random;
use crate::tape::placeholder::Kind;
use crate::tape::record::private;
use crate::tape::redact::standing;

/// The file beside a recording.
pub(crate) const NAME: &str = ".placeholders";

/// How many secrets are known again at least.
const REMEMBERED: usize = 131_072;

/// How the file begins; the key of its digests follows.
const HEAD: &str = "standin placeholders 1 ";

/// Bytes of a digest.
const DIGEST: usize = 16;

type Digest = [u8; DIGEST];

/// Which secret has which placeholder.
pub struct Register {
    key: hmac::Key,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    counts: HashMap<Kind, usize>,
    /// The latest secrets, and those before them: whatever is asked for moves up.
    latest: HashMap<Digest, (Kind, usize)>,
    before: HashMap<Digest, (Kind, usize)>,
    file: Option<File>,
    failed: Option<io::Error>,
}

/// Lets go of the lock itself: a child that is being started while the file is closed still holds
/// the file for a moment, and would hold the lock with it.
impl Drop for Known {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            let _ = file.unlock();
        }
    }
}

/// A register that can not be had.
#[derive(Debug)]
pub(crate) enum RegisterError {
    /// Somebody else has it.
    Busy,
    /// The file can not be read or written.
    Io(io::Error),
}

impl From<io::Error> for RegisterError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Debug for Register {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Register").finish_non_exhaustive()
    }
}

impl Default for Register {
    /// One that lives as long as this process.
    fn default() -> Self {
        Self::keyed(&random_key())
    }
}

impl Register {
    fn keyed(key: &[u8]) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, key), known: Mutex::default() }
    }

    /// One that gives away no number that stands in these files.
    ///
    /// # Errors
    ///
    /// Why one can not be read.
    pub fn standing<'p>(files: impl IntoIterator<Item = &'p Path>) -> io::Result<Self> {
        let register = Self::default();
        register.lock().counts = standing::in_files(files)?;
        Ok(register)
    }

    /// The register of a recording, which is this one's alone while it lives.
    pub(crate) fn open(directory: &Path) -> Result<Self, RegisterError> {
        let path = directory.join(NAME);
        let mut file = private().read(true).write(true).create(true).truncate(false).open(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(RegisterError::Busy),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let mut lines = BufReader::new(&file).lines();
        let head = lines.next().transpose()?;
        let key =
            head.as_deref().and_then(|head| head.strip_prefix(HEAD)).and_then(bytes::<DIGEST>);
        let (mut known, is_new) = (Known::default(), key.is_none());
        for line in lines.take_while(|_| !is_new) {
            known.read(&line?);
        }
        let key = key.unwrap_or_else(random_key);
        if is_new {
            // Of what stands in a recording without one, nothing is known but the numbers.
            known.counts = standing::counts(directory)?;
            let mut head = format!("{HEAD}{}\n", hexadecimal(&key));
            for (kind, count) in &known.counts {
                let _ = writeln!(head, "{} {count} -", kind.as_str());
            }
            file.set_len(0)?;
            file.seek(SeekFrom::Start(0))?;
            file.write_all(head.as_bytes())?;
        } else if !ends_a_line(&mut file)? {
            // Whoever wrote half a line was killed.
            file.write_all(b"\n")?;
        }
        known.file = Some(file);
        let register = Self::keyed(&key);
        *register.lock() = known;
        Ok(register)
    }

    /// The placeholder's kind and number for a secret: that which it has, else a new one.
    pub(super) fn number(&self, kind: Kind, secret: &str) -> (Kind, usize, bool) {
        let digest = self.digest(secret);
        let mut known = self.lock();
        if let Some((kind, number)) = known.find(&digest) {
            return (kind, number, false);
        }
        let count = known.counts.entry(kind).or_default();
        *count += 1;
        let number = *count;
        known.keep(digest, (kind, number));
        if let Some(file) = &mut known.file {
            let digest = if is_strong(secret) { hexadecimal(&digest) } else { "-".to_owned() };
            let line = format!("{} {number} {digest}\n", kind.as_str());
            let written = file.write_all(line.as_bytes());
            if let Err(error) = written {
                known.failed.get_or_insert(error);
            }
        }
        (kind, number, true)
    }

    /// Whether something that looks random was a secret elsewhere.
    pub(super) fn knows(&self, text: &str) -> bool {
        let digest = self.digest(text);
        self.lock().find(&digest).is_some()
    }

    /// Whether all that was given away is written down.
    pub(crate) fn settled(&self) -> io::Result<()> {
        self.lock().failed.take().map_or(Ok(()), Err)
    }

    fn digest(&self, secret: &str) -> Digest {
        let tag = hmac::sign(&self.key, secret.as_bytes());
        let mut digest = [0; DIGEST];
        digest.copy_from_slice(&tag.as_ref()[..DIGEST]);
        digest
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn find(&mut self, digest: &Digest) -> Option<(Kind, usize)> {
        if let Some(found) = self.latest.get(digest) {
            return Some(*found);
        }
        let found = *self.before.get(digest)?;
        self.keep(*digest, found);
        Some(found)
    }

    fn keep(&mut self, digest: Digest, placeholder: (Kind, usize)) {
        if self.latest.len() >= REMEMBERED {
            self.before = std::mem::take(&mut self.latest);
        }
        self.latest.insert(digest, placeholder);
    }

    /// Takes a line of the file; what is none was written by nobody.
    fn read(&mut self, line: &str) {
        let mut words = line.split(' ');
        let kind =
            words.next().and_then(|word| Kind::ALL.into_iter().find(|it| it.as_str() == word));
        let number = words.next().and_then(|word| word.parse::<usize>().ok());
        let (Some(kind), Some(number)) = (kind, number) else { return };
        let count = self.counts.entry(kind).or_default();
        *count = (*count).max(number);
        if let Some(digest) = words.next().and_then(bytes::<DIGEST>) {
            self.keep(digest, (kind, number));
        }
    }
}

/// Whether nobody can guess a secret from its digest.
fn is_strong(secret: &str) -> bool {
    secret.len() >= 20
        && secret.split(|it: char| !it.is_ascii()).any(|part| part.len() >= 20 && is_random(part))
}

fn random_key() -> Digest {
    let mut key = [0; DIGEST];
    // Without randomness digests are not told apart from others': numbers stay right.
    let _ = SystemRandom::new().fill(&mut key);
    key
}

/// Whether the last line of a file is whole; leaves it at its end.
fn ends_a_line(file: &mut File) -> io::Result<bool> {
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes<const LENGTH: usize>(text: &str) -> Option<[u8; LENGTH]> {
    let mut read = [0; LENGTH];
    let text = text.as_bytes();
    if text.len() != 2 * LENGTH {
        return None;
    }
    for (byte, pair) in read.iter_mut().zip(text.chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(read)
}
