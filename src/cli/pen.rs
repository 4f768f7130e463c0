//! A writer that several tasks write to, one text at a time, waiting for its reader or not.
//!
//! A pipe that nobody reads is full after some kilobytes, and whoever writes to it then waits. A
//! command that ends may: that is how `standin lint | less` works. Who answers calls may not, so
//! what it has to tell is written from behind, by a thread of its own, and what nobody reads in
//! time is left out and counted.

use std::collections::VecDeque;
use std::io::Write;
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How many bytes may wait for a reader.
const MOST_WAITING: usize = 1 << 20;

/// Says that so many texts were left out, in the form that the writer's reader expects.
pub(crate) type LeftOut = fn(u64) -> String;

/// The writer; clones write to the same.
#[derive(Clone)]
pub(crate) struct Pen(Arc<Shared>);

struct Shared {
    writer: Mutex<Box<dyn Write + Send>>,
    waiting: Mutex<Waiting>,
    /// Rung whenever texts come or are gone.
    changed: Condvar,
    left_out: LeftOut,
}

/// Texts that the thread behind has still to write.
#[derive(Default)]
struct Waiting {
    texts: VecDeque<String>,
    bytes: usize,
    left_out: u64,
    is_writing: bool,
    has_thread: bool,
}

impl Waiting {
    fn is_over(&self) -> bool {
        self.texts.is_empty() && self.left_out == 0 && !self.is_writing
    }
}

impl Pen {
    pub(crate) fn new(writer: impl Write + Send + 'static, left_out: LeftOut) -> Self {
        let (writer, waiting) = (Mutex::new(Box::new(writer) as Box<_>), Mutex::default());
        Self(Arc::new(Shared { writer, waiting, changed: Condvar::new(), left_out }))
    }

    /// Writes after all that waits, as soon as the reader takes it.
    pub(crate) fn write(&self, text: &str) {
        let waiting = self.0.waiting();
        let changed = self.0.changed.wait_while(waiting, |waiting| !waiting.is_over());
        drop(changed.unwrap_or_else(PoisonError::into_inner));
        self.0.write(text);
    }

    /// Has a text written from behind and never waits; it is left out where too much waits already.
    pub(crate) fn write_behind(&self, text: String) {
        let mut waiting = self.0.waiting();
        if !waiting.texts.is_empty() && waiting.bytes + text.len() > MOST_WAITING {
            waiting.left_out += 1;
            return;
        }
        waiting.bytes += text.len();
        waiting.texts.push_back(text);
        if !mem::replace(&mut waiting.has_thread, true) {
            let shared = Arc::clone(&self.0);
            let thread = std::thread::Builder::new().name("standin-pen".to_owned());
            if thread.spawn(move || shared.write_what_waits()).is_err() {
                waiting.has_thread = false;
            }
        }
        drop(waiting);
        self.0.changed.notify_all();
    }

    /// Waits until all is written, but no longer than `limit`.
    pub(crate) fn settle(&self, limit: Duration) {
        let waiting = self.0.waiting();
        let is_open = |waiting: &mut Waiting| !waiting.is_over();
        // What is not written by then stays unwritten: nobody reads it.
        let _ = self.0.changed.wait_timeout_while(waiting, limit, is_open);
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A reader that went away (`standin apis | head`) is no reason to fail.
    fn write(&self, text: &str) {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writer.write_all(text.as_bytes()).and_then(|()| writer.flush());
    }

    /// The life of the thread behind: as long as the process.
    fn write_what_waits(&self) {
        let mut waiting = self.waiting();
        loop {
            let is_idle = |waiting: &mut Waiting| waiting.texts.is_empty();
            let woken = self.changed.wait_while(waiting, is_idle);
            waiting = woken.unwrap_or_else(PoisonError::into_inner);
            waiting.is_writing = true;
            let texts = mem::take(&mut waiting.texts);
            waiting.bytes = 0;
            drop(waiting);
            for text in texts {
                self.write(&text);
            }
            waiting = self.waiting();
            // What was left out came after all that waits.
            if waiting.texts.is_empty() && waiting.left_out > 0 {
                let left_out = mem::take(&mut waiting.left_out);
                drop(waiting);
                self.write(&(self.left_out)(left_out));
                waiting = self.waiting();
            }
            waiting.is_writing = false;
            self.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::io::Write;
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::Duration;

    use super::{MOST_WAITING, Pen};

    /// A reader that takes a text whenever the test has said so.
    struct Reader {
        asked: Sender<()>,
        may_take: Receiver<()>,
        taken: Sender<String>,
    }

    impl Write for Reader {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.asked.send(()).map_err(io::Error::other)?;
            self.may_take.recv().map_err(io::Error::other)?;
            let text = String::from_utf8_lossy(bytes).into_owned();
            self.taken.send(text).map_err(io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_a_reader_has_no_time_for_is_left_out_and_counted() {
        let (asked, asking) = channel();
        let (take, may_take) = channel();
        let (taken, texts) = channel();
        let pen = Pen::new(Reader { asked, may_take, taken }, |count| format!("{count} left out"));
        pen.write_behind("first".to_owned());
        asking.recv().expect("the first is being written");
        pen.write_behind("x".repeat(MOST_WAITING));
        pen.write_behind("second".to_owned());
        pen.write_behind("third".to_owned());
        for _ in 0..4 {
            take.send(()).expect("the reader reads");
        }
        pen.write("last");
        let texts: Vec<String> = texts.try_iter().collect();
        let ends: Vec<&str> = texts.iter().map(|text| &text[..text.len().min(11)]).collect();
        assert_eq!(ends, ["first", "xxxxxxxxxxx", "2 left out", "last"]);
    }

    #[test]
    fn nobody_waits_longer_than_said_for_a_reader_that_has_stopped() {
        let (asked, _asking) = channel();
        let (_take, may_take) = channel();
        let (taken, texts) = channel();
        let pen = Pen::new(Reader { asked, may_take, taken }, |count| format!("{count} left out"));
        pen.write_behind("unread".to_owned());
        pen.settle(Duration::from_millis(20));
        assert!(texts.try_iter().next().is_none());
    }
}
