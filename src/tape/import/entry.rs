//! One exchange in a file of its own, as HAR writes an entry: `--layout files`.

use std::io;

use serde::de::IgnoredAny;

use crate::tape::import::Format;
use crate::tape::import::Sink;
use crate::tape::import::Source;
use crate::tape::import::malformed;
use crate::tape::import::reason;

pub(super) static FORMAT: Format = Format {
    id: "entry",
    what: "one exchange, as HAR writes an entry",
    ending: None,
    recognises: |sketch| sketch.is_entry(),
    read,
};

fn read(source: &mut Source<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let (text, is_in_file) = source.text(sink)?;
    // One after another is read, too, whatever stands between them.
    let mut values = serde_json::Deserializer::from_str(&text).into_iter::<IgnoredAny>();
    loop {
        let start = values.byte_offset();
        let start = start + (text[start..].len() - text[start..].trim_start().len());
        let line = text[..start].matches('\n').count() + 1;
        match values.next() {
            None => return Ok(()),
            Some(Ok(_)) => {
                let entry = &text[start..values.byte_offset()];
                super::har::hand_on(sink, line, is_in_file.then_some(start as u64), entry);
            }
            Some(Err(error)) => {
                sink.wrong(malformed(error.line(), &reason(&error)));
                return Ok(());
            }
        }
    }
}
