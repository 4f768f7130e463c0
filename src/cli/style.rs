//! Colour: a little, and only where it is wanted.

use std::io::{IsTerminal, stderr};

use crate::config::value::Color;
use crate::finding::Level;

/// Whether to write in colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) colored: bool,
}

impl Style {
    /// What `--color` says; `auto` asks the terminal and <https://no-color.org>.
    pub(crate) fn of(choice: Option<Color>) -> Self {
        let colored = match choice.unwrap_or(Color::Auto) {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                !refused && stderr().is_terminal()
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

    /// Text that stands out.
    pub(crate) fn strong(self, text: &str) -> String {
        self.paint("1", text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.colored { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
