//! The two writers: what a program reads, and what a person reads.

use std::io;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::fmt::MakeWriter;

/// A writer that several tasks write to, one text at a time.
type Shared = Arc<Mutex<Box<dyn Write + Send>>>;

/// Standard output and standard error, or what stands for them.
#[derive(Clone)]
pub(crate) struct Output {
    out: Shared,
    err: Shared,
}

impl Output {
    pub(crate) fn new(out: impl Write + Send + 'static, err: impl Write + Send + 'static) -> Self {
        Self { out: Arc::new(Mutex::new(Box::new(out))), err: Arc::new(Mutex::new(Box::new(err))) }
    }

    /// Writes what a program reads.
    pub(crate) fn print(&self, text: &str) {
        write(&self.out, text);
    }

    /// Writes what a person reads.
    pub(crate) fn tell(&self, text: &str) {
        write(&self.err, text);
    }
}

/// A reader that went away (`standin apis | head`) is no reason to fail.
fn write(writer: &Shared, text: &str) {
    let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
    let _ = writer.write_all(text.as_bytes()).and_then(|()| writer.flush());
}

/// The log goes where everything else for a person goes.
#[derive(Clone)]
pub(crate) struct LogWriter(Shared);

impl Write for LogWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).flush()
    }
}

impl<'a> MakeWriter<'a> for Output {
    type Writer = LogWriter;

    fn make_writer(&'a self) -> LogWriter {
        LogWriter(Arc::clone(&self.err))
    }
}
