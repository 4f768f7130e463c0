//! Secrets that only recordings know of: the user's shapes, what was a secret elsewhere, and
//! personal data.

use std::ops::Range;

use crate::finding::personal;
use crate::finding::random;
use crate::tape::redact::Policy;
use crate::tape::redact::Register;

/// Shortest word that is looked up among the secrets that are known, in bytes.
const KNOWN: usize = 12;

/// Adds their places in a text.
pub(super) fn find(
    policy: &Policy,
    register: &Register,
    text: &str,
    found: &mut Vec<Range<usize>>,
) {
    for shape in policy.shapes() {
        let matches = shape.find_iter(text).map_while(Result::ok);
        found.extend(matches.map(|it| it.range()).filter(|range| !range.is_empty()));
    }
    if text.len() >= KNOWN {
        let mut start = 0;
        for word in text.split(|it: char| !it.is_ascii() || !is_word(it as u8)) {
            let (at, trimmed) = (start, word.trim_end_matches(['.', '=']));
            start = next(text, start + word.len());
            if word.len() >= KNOWN && random::is_random(word) && register.knows(word) {
                found.push(at..at + word.len());
            } else if trimmed != word && random::is_random(trimmed) && register.knows(trimmed) {
                found.push(at..at + trimmed.len());
            }
        }
    }
    if policy.personal {
        personal::find(text, found);
    }
}

/// Where a text goes on behind the character at `at`.
fn next(text: &str, at: usize) -> usize {
    at + text[at..].chars().next().map_or(0, char::len_utf8)
}

/// What known secrets are made of; `/` and `=` part them in addresses.
const fn is_word(byte: u8) -> bool {
    random::is_part(byte) && !matches!(byte, b'/' | b'=')
}
