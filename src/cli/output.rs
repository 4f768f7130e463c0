//! The two writers: what a program reads, and what a person reads.

use std::io;
use std::io::Write;
use std::time::Duration;

use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use super::live::event;
use super::pen::Pen;

/// How long a reader is waited for at the end.
const PATIENCE: Duration = Duration::from_secs(1);

/// Standard output and standard error, or what stands for them.
#[derive(Clone)]
pub(crate) struct Output {
    out: Pen,
    err: Pen,
}

impl Output {
    pub(crate) fn new(out: impl Write + Send + 'static, err: impl Write + Send + 'static) -> Self {
        // Only events are written to standard output without waiting for their reader.
        let out = Pen::new(out, |count| event("left-out", json!({ "events": count })));
        let err = Pen::new(err, |count| {
            format!("standin: {count} messages were left out: nobody read them in time\n")
        });
        Self { out, err }
    }

    /// Writes what a program reads.
    pub(crate) fn print(&self, text: &str) {
        self.out.write(text);
    }

    /// Writes what a person reads.
    pub(crate) fn tell(&self, text: &str) {
        self.err.write(text);
    }

    /// Has an event written for a program, whether or not it reads now.
    pub(crate) fn print_behind(&self, event: String) {
        self.out.write_behind(event);
    }

    /// Has a text written for a person, whether or not anybody reads now.
    pub(crate) fn tell_behind(&self, text: String) {
        self.err.write_behind(text);
    }

    /// Waits a moment for readers of what is still to be written.
    pub(crate) fn settle(&self) {
        self.out.settle(PATIENCE);
        self.err.settle(PATIENCE);
    }
}

/// The log goes where everything else for a person goes.
#[derive(Clone)]
pub(crate) struct LogWriter(Pen);

impl Write for LogWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_behind(String::from_utf8_lossy(bytes).into_owned());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Output {
    type Writer = LogWriter;

    fn make_writer(&'a self) -> LogWriter {
        LogWriter(self.err.clone())
    }
}
