//! What holds for whatever bytes come in: plain functions that panic where it does not.
//!
//! Two drivers feed them: libFuzzer, which learns from what the code does with an input, and the
//! test suite, which replays what libFuzzer kept and goes on from there for some seconds.

mod actions;
mod bodies;
mod calls;
mod changes;
mod choices;
mod matcher;
mod multipart;
mod parameter_decoding;
mod path_matching;
mod recordings;
mod redaction;
mod state_files;
mod violations;
mod writer;
mod xml;

/// Panics where the property does not hold for the input.
type Property = fn(&[u8]);

/// Every property, by the name of its file, of its target and of its corpus.
pub(crate) const PROPERTIES: [(&str, Property); 9] = [
    ("actions", actions::hold),
    ("bodies", bodies::hold),
    ("multipart", multipart::hold),
    ("parameter_decoding", parameter_decoding::hold),
    ("path_matching", path_matching::hold),
    ("redaction", redaction::hold),
    ("recordings", recordings::hold),
    ("state_files", state_files::hold),
    ("xml", xml::hold),
];

/// Holds one property against one input.
pub(crate) fn hold(name: &str, data: &[u8]) {
    let property = PROPERTIES.iter().find(|(known, _)| *known == name);
    let (_, property) = property.expect("every target is listed");
    property(data);
}
