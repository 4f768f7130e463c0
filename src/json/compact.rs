//! JSON without the white space between its parts, piece by piece as it passes.

use bytes::Bytes;
use memchr::memchr2_iter;

/// Whether JSON certainly has no white space between its parts.
///
/// Such white space stands behind an opening bracket or a comma or colon, or before a closing one
/// or a comma or colon, or at the start or the end. Where texts have the like, nobody is certain.
///
/// # Examples
///
/// ```
/// assert!(standin::json::is_compact(br#"{"name":"Ada King","tags":[1]}"#));
/// assert!(!standin::json::is_compact(br#"{"name": 1}"#));
/// assert!(!standin::json::is_compact(b"[1 ]"));
/// assert!(!standin::json::is_compact(b"1\n"));
/// ```
#[must_use]
pub fn is_compact(text: &[u8]) -> bool {
    let mut white = memchr2_iter(b' ', b'\n', text).chain(memchr2_iter(b'\t', b'\r', text));
    white.all(|at| {
        let (before, behind) = (at.checked_sub(1).and_then(|at| text.get(at)), text.get(at + 1));
        let parts = |byte: &u8| b"{}[],: \t\r\n".contains(byte);
        !before.is_none_or(parts) && !behind.is_none_or(parts)
    })
}

/// Takes white space out of JSON that comes in pieces; values stay as they are written.
///
/// # Examples
///
/// ```
/// use standin::json::Compactor;
///
/// let mut compactor = Compactor::default();
/// assert_eq!(compactor.pass("{ \"a b\\\" \": ".into()), "{\"a b\\\" \":");
/// assert_eq!(compactor.pass("\n 1.0 }\n".into()), "1.0}");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Compactor {
    is_text: bool,
    is_escaped: bool,
}

impl Compactor {
    /// The next piece; what has no such white space is not copied.
    pub fn pass(&mut self, piece: Bytes) -> Bytes {
        let kept = |state: &mut Self, byte: u8| state.keeps(byte);
        let mut state = *self;
        let Some(first) = piece.iter().position(|byte| !kept(&mut state, *byte)) else {
            *self = state;
            return piece;
        };
        let mut compact = Vec::with_capacity(piece.len());
        compact.extend_from_slice(&piece[..first]);
        compact.extend(piece[first + 1..].iter().filter(|byte| kept(&mut state, **byte)));
        *self = state;
        compact.into()
    }

    fn keeps(&mut self, byte: u8) -> bool {
        match (self.is_text, byte) {
            (true, _) if self.is_escaped => self.is_escaped = false,
            (true, b'\\') => self.is_escaped = true,
            (_, b'"') => self.is_text = !self.is_text,
            (false, b' ' | b'\t' | b'\r' | b'\n') => return false,
            (true | false, _) => {}
        }
        true
    }
}
