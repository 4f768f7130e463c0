//! How far a long job has come: one line on a terminal, written over and over, gone at the end.
//!
//! Only a person sees it: standard error is a terminal and nobody asked for quiet. A job that is
//! over at once shows nothing.

use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::output::Output;
use crate::clock::Stopwatch;
use crate::config::Settings;

/// How long a job runs unseen.
const DELAY: Duration = Duration::from_millis(500);

/// How long a line stands at least.
const PAUSE: Duration = Duration::from_millis(100);

/// How many characters the bar is wide.
const BAR: u64 = 20;

/// Goes to the beginning of the line, and clears it.
const CLEAR: &str = "\r\u{1b}[K";

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Bytes of input.
    Bytes,
    /// Things of this name, in the plural.
    Things(&'static str),
}

/// The progress of one job; threads may share it.
pub(crate) struct Progress {
    output: Output,
    /// What is being done, as a word: `reading`.
    doing: &'static str,
    unit: Unit,
    is_shown: bool,
    watch: Stopwatch,
    /// When the line is next written, in milliseconds since the start.
    due: AtomicU64,
    has_written: AtomicBool,
}

impl Progress {
    /// The progress of what begins now.
    pub(crate) fn new(
        doing: &'static str,
        unit: Unit,
        settings: &Settings,
        output: &Output,
    ) -> Self {
        let is_dumb = std::env::var_os("TERM").is_some_and(|name| name == "dumb");
        let is_shown = settings.quiet != Some(true) && stderr().is_terminal() && !is_dumb;
        Self::shown(doing, unit, is_shown, DELAY, output)
    }

    fn shown(
        doing: &'static str,
        unit: Unit,
        is_shown: bool,
        delay: Duration,
        output: &Output,
    ) -> Self {
        let due = AtomicU64::new(millis(delay));
        Self {
            output: output.clone(),
            doing,
            unit,
            is_shown,
            watch: Stopwatch::start(),
            due,
            has_written: AtomicBool::new(false),
        }
    }

    /// Says that `done` of `total` is done; costs next to nothing where nobody looks.
    pub(crate) fn show(&self, done: u64, total: u64) {
        if !self.is_shown {
            return;
        }
        let elapsed = self.watch.elapsed();
        let (now, due) = (millis(elapsed), self.due.load(Ordering::Relaxed));
        let next = now.saturating_add(millis(PAUSE));
        // Of threads that come at once, one writes.
        if now >= due
            && self.due.compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        {
            self.has_written.store(true, Ordering::Relaxed);
            let line = line(self.doing, self.unit, done, total, elapsed);
            self.output.tell(&format!("{CLEAR}{line}"));
        }
    }
}

/// What comes next begins on a clean line.
impl Drop for Progress {
    fn drop(&mut self) {
        if self.has_written.load(Ordering::Relaxed) {
            self.output.tell(CLEAR);
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// One line, short enough for any terminal.
fn line(doing: &str, unit: Unit, done: u64, total: u64, elapsed: Duration) -> String {
    let done = done.min(total);
    let share =
        |of: u64| u64::try_from(u128::from(done) * u128::from(of) / u128::from(total.max(1)));
    let filled = share(BAR).unwrap_or(BAR);
    let bar: String = (0..BAR).map(|at| if at < filled { '█' } else { '░' }).collect();
    let amount = match unit {
        Unit::Bytes => format!("{} of {}", size(done), size(total)),
        Unit::Things(things) => format!("{done} of {total} {things}"),
    };
    let left = left(done, total, elapsed);
    format!("{doing} {bar} {:>3} %  {amount}{left}", share(100).unwrap_or(100))
}

/// How long the rest takes if it goes on like this, once that can be told.
fn left(done: u64, total: u64, elapsed: Duration) -> String {
    if done == 0 || done >= total || elapsed < Duration::from_secs(2) {
        return String::new();
    }
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let seconds = elapsed.as_secs_f64() * (total - done) as f64 / done as f64;
    let seconds = Duration::from_secs_f64(seconds.min(360_000.0)).as_secs() + 1;
    format!(", {}:{:02} left", seconds / 60, seconds % 60)
}

/// Bytes for a person.
fn size(bytes: u64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"];
    let mut unit = 0;
    let mut shown = bytes.saturating_mul(10) / 1024;
    while shown >= 10_240 && unit + 1 < units.len() {
        (shown, unit) = (shown / 1024, unit + 1);
    }
    format!("{}.{} {}", shown / 10, shown % 10, units[unit])
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use super::{Progress, Unit, line};
    use crate::cli::output::Output;

    #[derive(Clone, Default)]
    struct Screen(Arc<Mutex<Vec<u8>>>);

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("nobody panicked").extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn told(is_shown: bool, delay: Duration) -> String {
        let screen = Screen::default();
        let output = Output::new(std::io::sink(), screen.clone());
        let progress = Progress::shown("reading", Unit::Bytes, is_shown, delay, &output);
        (0..1_000).for_each(|done| progress.show(done, 1_000));
        drop(progress);
        let bytes = screen.0.lock().expect("nobody panicked").clone();
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn only_a_terminal_sees_it_and_only_of_a_job_that_takes_its_time() {
        assert_eq!(told(false, Duration::ZERO), "");
        assert_eq!(told(true, Duration::from_secs(3600)), "");
        let shown = told(true, Duration::ZERO);
        assert!(shown.starts_with("\r\u{1b}[Kreading ░"), "{shown:?}");
        assert!(shown.matches("reading").count() < 50, "not with every step: {shown:?}");
    }

    #[test]
    fn the_line_tells_how_far_it_is_and_how_long_it_takes() {
        let (mib, second) = (1 << 20, Duration::from_secs(1));
        let table = [
            (
                Unit::Bytes,
                0,
                3 * mib,
                second,
                "reading ░░░░░░░░░░░░░░░░░░░░   0 %  0.0 KiB of 3.0 MiB",
            ),
            (
                Unit::Bytes,
                mib,
                4 * mib,
                10 * second,
                "reading █████░░░░░░░░░░░░░░░  25 %  1.0 MiB of 4.0 MiB, 0:31 left",
            ),
            (
                Unit::Things("files"),
                7,
                7,
                second,
                "reading ████████████████████ 100 %  7 of 7 files",
            ),
            (
                Unit::Things("files"),
                9,
                0,
                second,
                "reading ░░░░░░░░░░░░░░░░░░░░   0 %  0 of 0 files",
            ),
            (
                Unit::Bytes,
                u64::MAX,
                u64::MAX,
                second,
                "reading ████████████████████ 100 %  1677721.5 TiB of 1677721.5 TiB",
            ),
        ];
        for (unit, done, total, elapsed, expected) in table {
            assert_eq!(line("reading", unit, done, total, elapsed), expected);
        }
    }
}
