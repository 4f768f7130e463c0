//! Secrets inside base64 and percent-encoding, wherever in it they begin.

use std::ops::Range;

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::GeneralPurpose;
use base64::engine::GeneralPurposeConfig;

use crate::finding::secret;
use crate::finding::secret::Names;
use crate::finding::secret::Search;
use crate::finding::secret::decode;
use crate::finding::telling::Way;

/// Shortest base64 that is looked into: 12 bytes are no secret with a name or a prefix.
const LEAST: usize = 16;

/// Longest base64 that is looked into from each of its first letters, because nobody says where
/// what is encoded begins; what is longer begins where it begins.
const GUESSED: usize = 64 * 1024;

/// Reads base64 whatever its padding and its last bits.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Adds the places of encoded text in which there is a secret.
pub(super) fn find(text: &str, search: Search<'_>, depth: usize, found: &mut Vec<Range<usize>>) {
    // What was encoded had names of its own.
    let inside = match search.names {
        Names::None => Search { names: Names::Of(Way::Response), ..search },
        Names::Of(_) | Names::Told(_) => search,
    };
    let is_secret = |plain: &str| !secret::find(plain, inside, depth).is_empty();
    if text.len() >= LEAST {
        for run in runs(text, is_base64) {
            if run.len() >= LEAST && unpacked(&text[run.clone()], is_secret) {
                let padding = text[run.end..].bytes().take_while(|byte| *byte == b'=').count();
                found.push(run.start..run.end + padding.min(2));
            }
        }
    }
    if text.contains('%') {
        let mut known = found.clone();
        known.sort_by_key(|range| range.start);
        for run in runs(text, |byte| !byte.is_ascii_whitespace() && !b"\"'<>".contains(&byte)) {
            let raw = &text[run.clone()];
            // What can be told apart in it was found already.
            if raw.contains('%') && !overlaps(&known, &run) && is_secret(&decode(raw, false)) {
                found.push(run);
            }
        }
    }
}

/// Whether something that is known stands in a piece of text, or begins before it and ends there.
fn overlaps(known: &[Range<usize>], run: &Range<usize>) -> bool {
    let behind = known.partition_point(|range| range.start < run.end);
    behind.checked_sub(1).is_some_and(|last| run.start < known[last].end)
}

/// Whether some base64 has a secret in it.
fn unpacked(run: &str, is_secret: impl Fn(&str) -> bool) -> bool {
    // Words of one case are no base64 of text, nor are numbers.
    let has = |is_in: fn(&u8) -> bool| run.as_bytes().iter().any(is_in);
    if !has(u8::is_ascii_uppercase) || !has(u8::is_ascii_lowercase) {
        return false;
    }
    let standard: Vec<u8> = run
        .bytes()
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        })
        .collect();
    let beginnings = if run.len() > GUESSED { 1 } else { 4 };
    (0..beginnings.min(standard.len())).any(|start| {
        let rest = &standard[start..];
        // A single letter at the end means nothing.
        let length = if rest.len() % 4 == 1 { rest.len() - 1 } else { rest.len() };
        let Ok(bytes) = LENIENT.decode(&rest[..length]) else { return false };
        is_secret(&String::from_utf8_lossy(&bytes))
    })
}

const fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// The longest pieces of a text that are made of some bytes, all of them ASCII.
fn runs(text: &str, is_in: impl Fn(u8) -> bool) -> Vec<Range<usize>> {
    let (mut found, mut start) = (Vec::new(), None);
    for (at, byte) in text.bytes().enumerate() {
        match (is_in(byte), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push(from..at);
                start = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
    found.extend(start.map(|from| from..text.len()));
    found
}
