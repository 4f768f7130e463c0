//! Where recordings are: files that stay on the disk, and what was made of other formats.
//!
//! A file is kept open, as far as there are not too many, so that one that is replaced goes on to be
//! read as it was; what is appended while it is played is none of what is played. One that was
//! changed in place no longer has an exchange where it had one, and says so when it is asked.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use http::HeaderValue;
use http::header::HOST;

use crate::message::Answer;
use crate::message::Request;
use crate::tape::outline::Outline;
use crate::tape::read;
use crate::tape::replay::shift::Shift;
use crate::tape::resign::resign;
use crate::token::SigningKey;

/// How many files are kept open.
const KEPT_OPEN: usize = 256;

/// How many answers may be at hand.
const CELLS: usize = 4 * 1024;

/// How much the answers that are at hand may take, in bytes of their recordings.
const MOST_AT_HAND: usize = 16 * 1024 * 1024;

/// The bit of an offset that says that it is one of what was made, not of the file.
const MADE: u64 = 1 << 63;

/// Where a recording stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot {
    pub(crate) offset: u64,
    pub(crate) length: u32,
    pub(crate) line: u32,
    pub(crate) source: u32,
}

/// A file with recordings.
#[derive(Debug, Default)]
pub(crate) struct Volume {
    /// The file.
    pub(crate) path: PathBuf,
    /// Exchanges that are not in the file as HAR writes them, one after another.
    made: Vec<u8>,
    /// Its name, as it is told.
    name: OnceLock<Box<str>>,
}

/// A recording as it is played.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) request: Request,
    pub(crate) answer: Answer,
}

/// All files, and the answers that are at hand.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    volumes: Vec<Volume>,
    open: Vec<OnceLock<File>>,
    cells: OnceLock<Vec<Cell>>,
    at_hand: AtomicUsize,
    /// How times are moved.
    shift: Option<Shift>,
    /// What signs tokens again.
    key: Option<Arc<SigningKey>>,
}

/// A place for one answer that is at hand, and which recording it is of.
type Cell = Mutex<Option<(u64, usize, Arc<Loaded>)>>;

impl Volume {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, ..Self::default() }
    }

    /// Keeps an exchange; where it stands.
    pub(crate) fn keep(&mut self, text: &[u8]) -> u64 {
        let offset = self.made.len() as u64;
        self.made.extend_from_slice(text);
        offset | MADE
    }

    /// Drops what was made room for and is not needed.
    pub(crate) fn settle(&mut self) {
        self.made.shrink_to_fit();
        self.path.as_mut_os_string().shrink_to_fit();
    }
}

impl Shelf {
    pub(crate) fn new(
        volumes: Vec<Volume>,
        shift: Option<Shift>,
        key: Option<Arc<SigningKey>>,
    ) -> Self {
        let open = volumes.iter().take(KEPT_OPEN).map(|_| OnceLock::new()).collect();
        let shelf = Self { volumes, open, shift, key, ..Self::default() };
        // Opened now, so that what is played is what was read.
        for number in 0..shelf.open.len() {
            let _ = shelf.file(number);
        }
        shelf
    }

    /// The recording's file and line, as it is told.
    pub(crate) fn origin(&self, spot: Spot) -> String {
        let Some(volume) = self.volumes.get(spot.source as usize) else { return String::new() };
        let name = volume.name.get_or_init(|| read::name(&volume.path).into_boxed_str());
        format!("{name}:{}", spot.line)
    }

    /// A recording, and whether it was at hand.
    ///
    /// # Errors
    ///
    /// Why it can no longer be read.
    pub(crate) fn load(&self, spot: Spot) -> Result<(Arc<Loaded>, bool), String> {
        let cells = self.cells.get_or_init(|| (0..CELLS).map(|_| Mutex::default()).collect());
        let id = (u64::from(spot.source) << 40) ^ spot.offset;
        let number = id.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        let cell = &cells[usize::try_from(number).unwrap_or(0) % CELLS];
        let lock = || cell.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((own, _, loaded)) = &*lock()
            && *own == id
        {
            return Ok((Arc::clone(loaded), true));
        }
        let text = self.read(spot).map_err(|error| format!("it can no longer be read: {error}"))?;
        let loaded = Arc::new(self.parse(&text)?);
        let size = text.len();
        let mut cell = lock();
        if let Some((_, old, _)) = cell.take() {
            self.at_hand.fetch_sub(old, Ordering::Relaxed);
        }
        if self.at_hand.load(Ordering::Relaxed) + size <= MOST_AT_HAND {
            self.at_hand.fetch_add(size, Ordering::Relaxed);
            *cell = Some((id, size, Arc::clone(&loaded)));
        }
        Ok((loaded, false))
    }

    /// Makes the messages of a recording, with its tokens signed and its times moved.
    fn parse(&self, text: &[u8]) -> Result<Loaded, String> {
        const CHANGED: &str = "its file was changed while it was replayed";
        let outline = Outline::read(text).map_err(|_| CHANGED)?;
        let mut request = outline.request().map_err(|_| CHANGED)?;
        if !request.headers.contains_key(HOST)
            && let Some(host) = outline.request.host()
            && let Ok(host) = HeaderValue::from_str(host)
        {
            request.headers.insert(HOST, host);
        }
        let mut answer = outline.answer().map_err(|_| CHANGED)?;
        if let Some(shift) = self.shift {
            shift.answer(&mut answer);
        }
        // What somebody else recorded has its tokens, and the keys that they are verified with.
        if let Some(key) = &self.key
            && let Some(own) = outline.own()
        {
            resign(&mut answer, &own.tokens, key, &mut |claims| {
                if let Some(shift) = self.shift {
                    shift.claims(claims);
                }
            });
        }
        Ok(Loaded { request, answer })
    }

    /// The text of a recording.
    fn read(&self, spot: Spot) -> io::Result<Vec<u8>> {
        let number = spot.source as usize;
        let gone = || io::Error::from(io::ErrorKind::NotFound);
        if spot.offset & MADE != 0 {
            let made = &self.volumes.get(number).ok_or_else(gone)?.made;
            let start = usize::try_from(spot.offset & !MADE).unwrap_or(usize::MAX);
            let text = made.get(start..).and_then(|rest| rest.get(..spot.length as usize));
            return text.map(<[u8]>::to_vec).ok_or_else(gone);
        }
        let mut text = vec![0; spot.length as usize];
        match self.file(number) {
            Some(file) => read_at(file?, &mut text, spot.offset)?,
            None => {
                let volume = self.volumes.get(number).ok_or_else(gone)?;
                read_at(&File::open(&volume.path)?, &mut text, spot.offset)?;
            }
        }
        Ok(text)
    }

    /// A file that is kept open; `None` where it is not.
    fn file(&self, number: usize) -> Option<io::Result<&File>> {
        let (place, volume) = (self.open.get(number)?, self.volumes.get(number)?);
        if let Some(file) = place.get() {
            return Some(Ok(file));
        }
        Some(File::open(&volume.path).map(|file| place.get_or_init(|| file)))
    }
}

/// Reads from a place of a file, whoever else reads it.
#[cfg(unix)]
fn read_at(file: &File, text: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, text, offset)
}

/// Reads from a place of a file, whoever else reads it.
#[cfg(windows)]
fn read_at(file: &File, text: &mut [u8], offset: u64) -> io::Result<()> {
    let mut done = 0;
    while done < text.len() {
        let rest = &mut text[done..];
        match std::os::windows::fs::FileExt::seek_read(file, rest, offset + done as u64)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => done += count,
        }
    }
    Ok(())
}
