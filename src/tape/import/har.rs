//! HAR documents, of standin and of browsers, proxies and test tools.
//!
//! # Source
//!
//! HAR 1.2, *log* and *entries*; 1.1 has the same. What stands behind a fault is lost, what stands
//! before it is not.

use std::fmt;
use std::io;

use serde::Deserializer;
use serde::de::DeserializeSeed;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde_json::value::RawValue;

use crate::finding::Level;
use crate::tape::import::Format;
use crate::tape::import::Sink;
use crate::tape::import::Source;
use crate::tape::import::malformed;
use crate::tape::import::reason;
use crate::tape::outline::Outline;
use crate::tape::outline::Text;
use crate::tape::scan;
use crate::tape::scan::Scanned;

/// How much is read at once, in bytes.
const BUFFER: usize = 1024 * 1024;

pub(super) static FORMAT: Format = Format {
    id: "har",
    what: "HAR 1.1 or 1.2, of browsers and other tools too",
    ending: Some("har"),
    recognises: |sketch| sketch.has("log"),
    read,
};

fn read(source: &mut Source<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let is_har = source.path.extension().is_some_and(|ending| ending == "har");
    if source.is_large()? {
        return stream(source, sink);
    }
    let (text, is_in_file) = source.text(sink)?;
    let mut walk = Walk { text: &text, seen: (0, 1), is_in_file, sink };
    let mut reader = serde_json::Deserializer::from_str(&text);
    let has_log = Top(&mut walk).deserialize(&mut reader);
    match has_log.and_then(|has_log| reader.end().map(|()| has_log)) {
        Ok(true) => {}
        Ok(false) if is_har => sink.wrong(malformed(1, "no HAR: it has no `log`")),
        Ok(false) => {}
        Err(error) => sink.wrong(malformed(error.line(), &reason(&error))),
    }
    Ok(())
}

/// Reads a document that is too large to be held whole.
fn stream(source: &mut Source<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let reader = io::BufReader::with_capacity(BUFFER, &source.file);
    let scanned = scan::entries(reader, &mut |line, offset, text| sink.text(line, offset, text))?;
    match scanned {
        Scanned::Whole => {}
        Scanned::NoLog => sink.wrong(malformed(1, "no HAR: it has no `log`")),
        Scanned::Torn(line) => sink.wrong(malformed(line, "no HAR: it ends in the middle")),
    }
    Ok(())
}

/// Hands an exchange on, from the file if it stands there.
pub(super) fn hand_on(sink: &mut dyn Sink, line: usize, offset: Option<u64>, text: &str) {
    match offset {
        Some(offset) => sink.text(line, offset, text.as_bytes()),
        None => match Outline::read(text.as_bytes()) {
            Ok(outline) => sink.entry(line, outline.entry()),
            Err(error) => {
                sink.wrong(malformed(line + error.line().saturating_sub(1), &reason(&error)));
            }
        },
    }
}

/// Where the reading has come to.
struct Walk<'t, 's> {
    text: &'t str,
    /// A place, and the line that it is on.
    seen: (usize, usize),
    is_in_file: bool,
    sink: &'s mut dyn Sink,
}

impl Walk<'_, '_> {
    fn entry(&mut self, raw: &RawValue) {
        let entry = raw.get();
        let start = entry.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        let (at, line) = self.seen;
        let between = self.text.as_bytes().get(at..start).unwrap_or_default();
        let line = line + memchr::memchr_iter(b'\n', between).count();
        self.seen = (start, line);
        hand_on(self.sink, line, self.is_in_file.then_some(start as u64), entry);
    }
}

/// Reads the document's members; whether one of them is the log.
struct Top<'w, 't, 's>(&'w mut Walk<'t, 's>);
/// Reads the log's members.
struct Log<'w, 't, 's>(&'w mut Walk<'t, 's>);
/// Reads the exchanges.
struct Entries<'w, 't, 's>(&'w mut Walk<'t, 's>);

impl<'de> DeserializeSeed<'de> for Top<'_, '_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Top<'_, '_, '_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with a `log`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<bool, A::Error> {
        let mut has_log = false;
        while let Some(name) = members.next_key::<String>()? {
            if name == "log" {
                has_log = true;
                members.next_value_seed(Log(&mut *self.0))?;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(has_log)
    }
}

impl<'de> DeserializeSeed<'de> for Log<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Log<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with `entries`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            match name.as_str() {
                "entries" => members.next_value_seed(Entries(&mut *self.0))?,
                "version" => {
                    let version: Text<'_> = members.next_value()?;
                    if !["1.1", "1.2", ""].contains(&&*version) {
                        let reason = format!("HAR {} is read as 1.2", &*version);
                        let mut told = malformed(1, &reason);
                        told.level = Some(Level::Warning);
                        self.0.sink.wrong(told);
                    }
                }
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Entries<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of exchanges")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(entry) = items.next_element::<&'de RawValue>()? {
            self.0.entry(entry);
        }
        Ok(())
    }
}
