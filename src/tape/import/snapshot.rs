//! Exchanges as text for people, of which `snapshots/` is full.

use std::io;

use crate::tape::import::Format;
use crate::tape::import::Sink;
use crate::tape::import::Source;
use crate::tape::snapshot;

pub(super) static FORMAT: Format = Format {
    id: "snapshot",
    what: "exchanges as text, as `curl -v` shows them",
    ending: None,
    recognises: |sketch| sketch.is_snapshot,
    read,
};

fn read(source: &mut Source<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let (text, _) = source.text(sink)?;
    let (entries, violations) = snapshot::parse(&text);
    for mut entry in entries {
        let line = entry.origin.take().and_then(|line| line.parse().ok()).unwrap_or(1);
        sink.entry(line, entry);
    }
    violations.into_iter().for_each(|violation| sink.wrong(violation));
    Ok(())
}
