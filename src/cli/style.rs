//! Colour: a little, and only where it is wanted.

use std::io::{IsTerminal, stderr, stdout};

use crate::config::value::Color;
use crate::finding::Level;

/// Where something is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Whether to write in colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) colored: bool,
}

impl Style {
    /// What `--color` says of standard error, where most is told.
    pub(crate) fn of(choice: Option<Color>) -> Self {
        Self::on(Stream::Stderr, choice)
    }

    /// What `--color` says; `auto` asks the terminal and <https://no-color.org>.
    pub(crate) fn on(stream: Stream, choice: Option<Color>) -> Self {
        let colored = match choice.unwrap_or(Color::Auto) {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                let is_terminal = match stream {
                    Stream::Stdout => stdout().is_terminal(),
                    Stream::Stderr => stderr().is_terminal(),
                };
                !refused && is_terminal
            }
        };
        Self { colored }
    }

    /// Text in the colour of a level.
    pub(crate) fn level(self, level: Level, text: &str) -> String {
        let code = match level {
            Level::Error => "1;31",
            Level::Warning => "1;33",
            Level::Info => "1;36",
        };
        self.paint(code, text)
    }

    /// The text report with its findings' heads in the colours of their levels. Painted from the
    /// rendered text, because reports themselves know nothing of terminals.
    pub(crate) fn report(self, text: &str) -> String {
        let paint = |line: &str| {
            let level = [Level::Error, Level::Warning, Level::Info].into_iter().find(|level| {
                line.strip_prefix(level.as_str()).is_some_and(|rest| rest.starts_with('['))
            });
            match (level, line.split_once(']')) {
                (Some(level), Some((head, rest))) => {
                    format!("{}{rest}", self.level(level, &format!("{head}]")))
                }
                (_, _) => line.to_owned(),
            }
        };
        text.split_inclusive('\n').map(paint).collect()
    }

    /// Text that stands out.
    pub(crate) fn strong(self, text: &str) -> String {
        self.paint("1", text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.colored { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
