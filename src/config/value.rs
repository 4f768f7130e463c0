//! Values of settings, and how each is read from text.
//!
//! A file may also write numbers, booleans, lists and tables where they are natural
//! (`port = 4010`, `mount = { clerk = "/clerk" }`): they are turned into text and read like
//! everything else.

use std::fmt;
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::apis::AuthMode;
use crate::clock::Instant;
use crate::engine::BuildError;
use crate::finding::{Blame, Level};
use crate::report;
use crate::report::FORMATS;
use crate::tape::record::Layout;
use crate::tape::redact::Pattern;

/// Something that can be read from text.
pub trait Setting: Sized {
    /// Reads a value; the error says what would be one.
    ///
    /// # Errors
    ///
    /// A sentence that begins with what was given.
    fn read(text: &str) -> Result<Self, String>;
}

/// Reads a value, for whoever wants a plain function.
///
/// # Errors
///
/// As [`Setting::read`].
pub fn read<T: Setting>(text: &str) -> Result<T, String> {
    T::read(text)
}

/// Whether time passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockChoice {
    /// It does.
    Real,
    /// It stands still at an instant.
    Fixed(Instant),
}

/// The lowest level that fails a job; `None`: nothing does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailOn(pub Option<Level>);

/// An API or family and the prefix that it is served under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount(pub String, pub String);

/// A rule and the level in place of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Severity(pub String, pub Level);

/// A variable for the command that is run, and its value with `{url}` to be filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(pub String, pub String);

/// What opens the control surface. Never empty: an empty one would open it to nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminToken(pub String);

/// A report: its format and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The format's id.
    pub format: String,
    /// The file; `None`: standard output.
    pub path: Option<PathBuf>,
    /// Whether it is appended to the file instead of replacing it.
    pub append: bool,
}

/// For whom the output is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputFormat {
    /// A person.
    Text,
    /// A program: JSON, one event a line.
    Json,
}

/// Where a server's certificate comes from, if not from a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsChoice {
    /// It is made at the start, and vouches for itself.
    SelfSigned,
}

/// What can be taken out of recordings besides secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Data about persons.
    Personal,
}

/// What is, or is not, to be taken out of recordings.
#[derive(Clone, Debug)]
pub struct Redaction(pub Pattern);

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For a person.
    Text,
    /// One JSON object a line.
    Json,
}

/// Whether to write in colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// Where a terminal shows it, and `NO_COLOR` is not set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Reads one of several words.
pub(super) fn word<T: Copy>(text: &str, words: &[(&str, T)]) -> Result<T, String> {
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    found.ok_or_else(|| {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        format!("`{text}` is none of {}", known.join(", "))
    })
}

/// Reads `NAME=VALUE`.
fn pair(text: &str, form: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        Some(_) | None => Err(format!("`{text}` is not of the form {form}")),
    }
}

impl Setting for u16 {
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| format!("`{text}` is no port: 0 to 65535"))
    }
}

impl Setting for u64 {
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| format!("`{text}` is no whole number of 0 or more"))
    }
}

impl Setting for u8 {
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| format!("`{text}` is no whole number from 0 to 255"))
    }
}

impl Setting for bool {
    fn read(text: &str) -> Result<Self, String> {
        word(text, &[("true", true), ("false", false), ("1", true), ("0", false)])
    }
}

impl Setting for String {
    fn read(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
}

impl Setting for PathBuf {
    fn read(text: &str) -> Result<Self, String> {
        Ok(Self::from(text))
    }
}

impl Setting for IpAddr {
    fn read(text: &str) -> Result<Self, String> {
        if text == "localhost" {
            return Ok(Self::V4(Ipv4Addr::LOCALHOST));
        }
        text.parse().map_err(|_| format!("`{text}` is no IP address, for example 0.0.0.0 or ::1"))
    }
}

impl Setting for SocketAddr {
    fn read(text: &str) -> Result<Self, String> {
        let example = "for example 127.0.0.1:4011";
        text.parse().map_err(|_| format!("`{text}` is no address with a port, {example}"))
    }
}

impl Setting for AuthMode {
    fn read(text: &str) -> Result<Self, String> {
        word(text, &[("lenient", Self::Lenient), ("strict", Self::Strict), ("off", Self::Off)])
    }
}

impl Setting for Blame {
    fn read(text: &str) -> Result<Self, String> {
        let [client, server, document] = [Self::Client, Self::Server, Self::Document];
        word(text, &[client, server, document].map(|blame| (blame.as_str(), blame)))
    }
}

impl Setting for Level {
    fn read(text: &str) -> Result<Self, String> {
        word(text, &Self::ALL.map(|level| (level.as_str(), level)))
    }
}

impl Setting for FailOn {
    fn read(text: &str) -> Result<Self, String> {
        if text == "never" {
            Ok(Self(None))
        } else {
            Level::read(text).map(|level| Self(Some(level)))
        }
        .map_err(|error| format!("{error}, never"))
    }
}

impl Setting for ClockChoice {
    fn read(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "real" => Ok(Self::Real),
            Some(("fixed", instant)) => {
                Instant::parse(instant).map(Self::Fixed).map_err(|error| error.to_string())
            }
            Some(_) | None => {
                Err(format!("`{text}` is no clock: `real` or `fixed:2026-01-01T00:00:00Z`"))
            }
        }
    }
}

impl Setting for Mount {
    fn read(text: &str) -> Result<Self, String> {
        pair(text, "API=/PREFIX").map(|(name, prefix)| Self(name, prefix))
    }
}

impl Setting for Severity {
    fn read(text: &str) -> Result<Self, String> {
        let (rule, level) = pair(text, "RULE=LEVEL")?;
        if report::rule(&rule).is_none() {
            return Err(BuildError::unknown_rule(&rule).to_string());
        }
        Ok(Self(rule, Level::read(&level)?))
    }
}

impl Setting for AdminToken {
    fn read(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("an empty token opens the control surface to nobody; is a secret unset? \
                        leave the setting out for a surface without a token"
                .to_owned());
        }
        Ok(Self(text.to_owned()))
    }
}

impl Setting for Template {
    fn read(text: &str) -> Result<Self, String> {
        pair(text, "NAME=TEMPLATE").map(|(name, template)| Self(name, template))
    }
}

impl Setting for Target {
    fn read(text: &str) -> Result<Self, String> {
        let (format, place) = text.split_once('=').map_or((text, None), |(f, p)| (f, Some(p)));
        if FORMATS.iter().all(|known| known.id != format) {
            let known: Vec<&str> = FORMATS.iter().map(|known| known.id).collect();
            return Err(format!("`{format}` is no report format: {}", known.join(", ")));
        }
        let append = place.is_some_and(|place| place.starts_with('+'));
        let path = place.map(|place| place.strip_prefix('+').unwrap_or(place));
        if path == Some("") {
            return Err(format!("`{text}` names no file: FORMAT=PATH, or FORMAT=+PATH to append"));
        }
        Ok(Self { format: format.to_owned(), path: path.map(PathBuf::from), append })
    }
}

impl Setting for OutputFormat {
    fn read(text: &str) -> Result<Self, String> {
        word(text, &[("text", Self::Text), ("json", Self::Json)])
    }
}

impl Setting for TlsChoice {
    fn read(text: &str) -> Result<Self, String> {
        word(text, &[("self-signed", Self::SelfSigned)])
    }
}

impl Setting for Layout {
    fn read(text: &str) -> Result<Self, String> {
        word(text, &[("ndjson", Self::Ndjson), ("files", Self::Files), ("har", Self::Har)])
    }
}

impl Setting for Class {
    fn read(text: &str) -> Result<Self, String> {
        word(text, &[("personal", Self::Personal)])
    }
}

impl Setting for Redaction {
    fn read(text: &str) -> Result<Self, String> {
        Pattern::parse(text).map(Self).map_err(|error| error.to_string())
    }
}

impl Setting for LogFormat {
    fn read(text: &str) -> Result<Self, String> {
        word(text, &[("text", Self::Text), ("json", Self::Json)])
    }
}

impl Setting for Color {
    fn read(text: &str) -> Result<Self, String> {
        word(text, &[("auto", Self::Auto), ("always", Self::Always), ("never", Self::Never)])
    }
}

const ONE: &str = "one value is needed, not a list or table";

/// Deserialises one value from text, a number or a boolean.
pub(super) fn one<'de, D: Deserializer<'de>, T: Setting>(source: D) -> Result<Option<T>, D::Error> {
    let texts = source.deserialize_any(Texts { split: false, kind: PhantomData::<T> })?;
    match <[T; 1]>::try_from(texts) {
        Ok([value]) => Ok(Some(value)),
        Err(_) => Err(D::Error::custom(ONE)),
    }
}

/// Deserialises values from text with commas, a list, or a table (`NAME=VALUE` each).
pub(super) fn many<'de, D: Deserializer<'de>, T: Setting>(
    source: D,
) -> Result<Option<Vec<T>>, D::Error> {
    source.deserialize_any(Texts { split: true, kind: PhantomData::<T> }).map(Some)
}

struct Texts<T> {
    split: bool,
    kind: PhantomData<T>,
}

impl<'de, T: Setting> Visitor<'de> for Texts<T> {
    type Value = Vec<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.split { "text, a list or a table" } else { "text" })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Vec<T>, E> {
        let texts = if self.split { text.split(',').collect() } else { vec![text] };
        texts.into_iter().map(|text| T::read(text).map_err(E::custom)).collect()
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Vec<T>, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Vec<T>, E> {
        self.visit_str(if value { "true" } else { "false" })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(Item { name: None, kind: PhantomData })? {
            values.push(value);
        }
        Ok(values)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Vec<T>, A::Error> {
        let mut values = Vec::new();
        while let Some(name) = members.next_key::<String>()? {
            values.push(members.next_value_seed(Item { name: Some(name), kind: PhantomData })?);
        }
        Ok(values)
    }
}

/// An item of a list or table. It is read while its own text is at hand, so that an error has the
/// item's place and not that of the whole list.
struct Item<T> {
    /// Its name, in a table.
    name: Option<String>,
    kind: PhantomData<T>,
}

impl<'de, T: Setting> DeserializeSeed<'de> for Item<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<T, D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de, T: Setting> Visitor<'de> for Item<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        match self.name {
            Some(name) => T::read(&format!("{name}={text}")),
            None => T::read(text),
        }
        .map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        self.visit_str(if value { "true" } else { "false" })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _items: A) -> Result<T, A::Error> {
        Err(A::Error::custom(ONE))
    }

    fn visit_map<A: MapAccess<'de>>(self, _members: A) -> Result<T, A::Error> {
        Err(A::Error::custom(ONE))
    }
}
