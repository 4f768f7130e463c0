//! Exchanges written down while they happen, their secrets taken out before anything touches the
//! disk.
//!
//! Whoever carries a call keeps what passes by in a [`Capture`] a side, and hands both to
//! [`Recorder::record`] before the last byte of the answer leaves: so a recorder that is killed has
//! lost nothing that was answered. Nothing here waits for a client, and memory is bounded: content
//! beyond [`Options::most_bytes`], or beyond [`IN_FLIGHT`] of all calls together, is told by its
//! length and SHA-256 alone. It is not written to the disk in pieces, because whether a secret is in
//! it can only be said of the whole.

mod capture;
mod heard;
mod shelf;

use std::fmt;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

pub use capture::Capture;
pub use heard::Heard;
pub use heard::Side;

use crate::tape::redact::Marks;
use crate::tape::redact::Policy;
use crate::tape::redact::Redactor;
use crate::tape::redact::Register;
use crate::tape::redact::RegisterError;
use shelf::Shelf;
pub(crate) use shelf::private;
pub use shelf::write;

/// How much content of calls that still run is kept in memory, all together.
pub const IN_FLIGHT: usize = 256 * 1024 * 1024;

/// How exchanges are laid out in their directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// `exchanges.ndjson`: one HAR entry a line, in segments of 64 MiB.
    #[default]
    Ndjson,
    /// One HAR file for each exchange.
    Files,
    /// `recording.har`, one HAR file for all. It is written when the recording ends; until then,
    /// and where it never ended, the exchanges are lines as in [`Layout::Ndjson`].
    Har,
}

/// How to record.
#[derive(Clone, Debug)]
pub struct Options {
    /// How exchanges are laid out.
    pub layout: Layout,
    /// What is taken out.
    pub policy: Policy,
    /// The most bytes of one content that are kept.
    pub most_bytes: usize,
    /// How long a segment of lines may become, in bytes.
    pub segment_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            layout: Layout::default(),
            policy: Policy::default(),
            most_bytes: 10 * 1024 * 1024,
            segment_bytes: 64 * 1024 * 1024,
        }
    }
}

/// A recording that can not be begun.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The directory or something in it can not be made or read.
    #[error("cannot record in {}", directory.display())]
    Directory {
        /// The directory.
        directory: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Somebody else records there.
    #[error("another standin records in {} at this moment", directory.display())]
    Busy {
        /// The directory.
        directory: PathBuf,
    },
}

/// Writes exchanges down, from any number of calls at a time.
pub struct Recorder {
    directory: PathBuf,
    policy: Arc<Policy>,
    register: Arc<Register>,
    shelf: Mutex<Shelf>,
    most_bytes: usize,
    in_flight: Arc<AtomicUsize>,
    recorded: AtomicU64,
}

impl fmt::Debug for Recorder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Recorder")
            .field("directory", &self.directory)
            .finish_non_exhaustive()
    }
}

impl Recorder {
    /// Begins a recording in a directory, or goes on with the one that is there: its placeholders
    /// go on meaning what they mean.
    ///
    /// # Errors
    ///
    /// [`OpenError`] where nothing can be written there.
    pub fn open(directory: &Path, options: Options) -> Result<Self, OpenError> {
        let failed = |source| OpenError::Directory { directory: directory.to_owned(), source };
        shelf::make_directory(directory).map_err(failed)?;
        let register = Register::open(directory).map_err(|error| match error {
            RegisterError::Busy => OpenError::Busy { directory: directory.to_owned() },
            RegisterError::Io(source) => failed(source),
        })?;
        let shelf =
            Shelf::open(directory, options.layout, options.segment_bytes).map_err(failed)?;
        Ok(Self {
            directory: directory.to_owned(),
            policy: Arc::new(options.policy),
            register: Arc::new(register),
            shelf: Mutex::new(shelf),
            most_bytes: options.most_bytes,
            in_flight: Arc::default(),
            recorded: AtomicU64::new(0),
        })
    }

    /// Where it records.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// How many exchanges were written down since it began.
    #[must_use]
    pub fn recorded(&self) -> u64 {
        self.recorded.load(Ordering::Relaxed)
    }

    /// Something to keep content in while it passes by.
    #[must_use]
    pub fn capture(&self) -> Capture {
        Capture::new(self.most_bytes, Arc::clone(&self.in_flight))
    }

    /// Writes an exchange down; `marks` are what its document says of secrets.
    ///
    /// # Errors
    ///
    /// Why the disk took it not: what was there before stays whole.
    pub fn record(&self, heard: Heard, marks: Option<Arc<Marks>>) -> io::Result<()> {
        let mut redactor = Redactor::new(Arc::clone(&self.policy), Arc::clone(&self.register));
        let entry = heard.entry(&mut redactor, marks);
        // A number that is not remembered must stand nowhere.
        self.register.settled()?;
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner).put(&entry)?;
        self.recorded.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Ends the recording: what is written at the end, is.
    ///
    /// # Errors
    ///
    /// Why the disk took it not: the exchanges are still there as lines.
    pub fn finish(&self) -> io::Result<()> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner).finish()
    }
}
